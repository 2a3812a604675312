"""Where the person is signed in, and ending that elsewhere."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from ilgam.accounts.v1 import accounts_service_pb2 as pb
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.gateway.admission import signed_in
from services.gateway.forms import form_of
from services.gateway.house import house_of
from services.gateway.pages.account.me import done_words
from services.gateway.visit import person_of

# As many as an account may have.
ROWS: Final = 50


@signed_in
async def sessions(request: Request) -> Response:
    """Lists the live sessions, newest first."""
    answer = await person_of(request).client.accounts.ListSessions(pb.ListSessionsRequest(page_size=ROWS))
    return house_of(request).pages.page(
        request, "account/sessions.html", sessions=answer.sessions, done=done_words(request)
    )


@signed_in
async def end(request: Request) -> Response:
    """Ends one session; this one: signs out."""
    form, person = await form_of(request), person_of(request)
    session_id = str(request.path_params["session_id"])
    await person.client.accounts.RevokeSession(
        pb.RevokeSessionRequest(request_id=form.request_id, session_id=session_id)
    )
    house = house_of(request)
    house.people.forget(session_id)
    if session_id != person.session_id:
        return RedirectResponse("/account/sessions?done=ended", HTTPStatus.SEE_OTHER)
    response = RedirectResponse("/", HTTPStatus.SEE_OTHER)
    house.cookies.drop_session(response)
    return response


@signed_in
async def end_others(request: Request) -> Response:
    """Ends all sessions but this one."""
    form = await form_of(request)
    await person_of(request).client.accounts.RevokeOtherSessions(
        pb.RevokeOtherSessionsRequest(request_id=form.request_id)
    )
    return RedirectResponse("/account/sessions?done=ended_others", HTTPStatus.SEE_OTHER)
