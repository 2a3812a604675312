"""What operators' pages have in common: how much they ask for, how acts are told, a company by its id."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from ilgam.accounts.v1 import accounts_service_pb2 as accounts_pb
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse

from services.gateway.people import Person
from services.gateway.visit import visit_of

ANSWER_SECONDS: Final = 2.0
"""A service that takes longer is shown as down."""
ROWS: Final = 20
ORGANISATIONS_AT_ONCE: Final = 200
ORGANISATION_PAGES_MAX: Final = 10


def done(path: str, what: str) -> RedirectResponse:
    """Back to a page, which then says what was done (see `done_of`)."""
    return RedirectResponse(f"{path}?done={what}", HTTPStatus.SEE_OTHER)


def done_of(request: Request) -> str:
    """The words for what was just done; empty where nothing was."""
    words, key = visit_of(request).words, f"operator.done_{request.query_params.get('done', '')}"
    return words(key) if words.has(key) else ""


async def organisation_named(person: Person, organisation_id: str) -> accounts_pb.Organisation:
    """A company by its id; looks through at most 2,000, the newest first: a city has tens.

    Raises:
        HTTPException: 404, there is no such company.
    """
    token = ""
    for _ in range(ORGANISATION_PAGES_MAX):
        request = accounts_pb.ListOrganisationsRequest(page_size=ORGANISATIONS_AT_ONCE, page_token=token)
        answer = await person.client.accounts.ListOrganisations(request)
        for organisation in answer.organisations:
            if organisation.organisation_id == organisation_id:
                return organisation
        token = answer.next_page_token
        if not token:
            break
    raise HTTPException(HTTPStatus.NOT_FOUND)
