"""Proves once more who is there: what matters most asks for the password, and then goes on with the form as it was.

The page that asks posts to the form's own address with the form's own content, its request id included: whatever the
form does is done once.
"""

from __future__ import annotations

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from services.gateway.forms import PROOF, form_of
from services.gateway.house import House, house_of
from services.gateway.people import ENDED_REASONS, Person
from services.gateway.problems import status_of, words_of
from services.gateway.visit import visit_of
from services.sdk import IlgamError


async def unproved(request: Request, house: House, person: Person) -> Response | None:
    """Takes the password that a form carries, if it does; the page that asks again when it is not right.

    Raises:
        IlgamError: the session has ended.
    """
    form = await form_of(request)
    password = form.values.pop(PROOF, None)
    if password is None:
        return None
    words = visit_of(request).words
    if not password:
        return await ask_for_proof(request, HTTPStatus.UNPROCESSABLE_ENTITY, words("entry.password_missing"))
    try:
        await house.people.prove(person, password)
    except IlgamError as error:
        if error.reason in ENDED_REASONS:
            raise
        wrong = words("entry.prove_wrong") if error.reason == "CREDENTIALS_WRONG" else words_of(words, error)
        return await ask_for_proof(request, status_of(error), wrong)
    return None


async def ask_for_proof(request: Request, status: int = 200, wrong: str = "") -> Response:
    """The page that asks for the password and keeps the form."""
    form = await form_of(request)
    if wrong:
        form.wrong[PROOF] = wrong
    kept = {name: value for name, value in form.values.items() if name not in {"mark", PROOF}}
    return house_of(request).pages.page(request, "entry/prove.html", int(status), kept=kept, form=form)
