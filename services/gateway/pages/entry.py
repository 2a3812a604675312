"""The way in and out."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from urllib.parse import quote
from uuid import UUID

from ilgam.accounts.v1 import accounts_service_pb2 as pb
from ilgam.workers.v1 import programmes_service_pb2 as programmes_pb
from itsdangerous import BadData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from services.gateway.admission import address_of, anybody, resume_page
from services.gateway.cookies import Look, look_of
from services.gateway.forms import Form, empty_form, form_of
from services.gateway.house import house_of
from services.gateway.page_above import page_above
from services.gateway.pages.open import shown_programmes
from services.gateway.people import Person
from services.gateway.problems import status_of, wants_json, words_of
from services.gateway.visit import Visit, visit_of
from services.runtime.logs import logger
from services.sdk import IlgamError

log = logger()
HOME_OF_ROLE: Final = {"worker": "/work", "company": "/company", "operator": "/operator", "trainer": "/teach"}
KEPT_SECONDS: Final = 24 * 3600
PROGRAMMES_ON_FRONT: Final = 3
FRONT_SECONDS: Final = 1.5


def home_of(person: Person) -> str:
    """Where somebody begins."""
    return next((path for role, path in HOME_OF_ROLE.items() if role in person.roles), "/look")


def inside(path: str) -> str:
    """A place to go to after the sign-in, when it is one of ours; empty otherwise."""
    # Browsers read "\\" as "/", and pass over tabs and line ends wherever they stand.
    ours = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if ours and not path.startswith("/sign-") else ""


@anybody
async def front(request: Request) -> Response:
    """The front page: one's own beginning, or what Ilgam is."""
    person = visit_of(request).person
    if person is not None:
        return RedirectResponse(home_of(person), HTTPStatus.SEE_OTHER)
    house = house_of(request)
    # The front page stands whatever else is away.
    asked = programmes_pb.ListProgrammesRequest(page_size=PROGRAMMES_ON_FRONT)
    try:
        programmes = (await house.open_client.programmes.ListProgrammes(asked, timeout=FRONT_SECONDS)).programmes
    except IlgamError as error:
        log.warning("front_without_programmes", reason=error.reason or error.code.name)
        programmes = programmes_pb.ListProgrammesResponse().programmes
    return house.pages.page(request, "entry/front.html", programmes=programmes, shown=shown_programmes)


@anybody
async def sign_in(request: Request) -> Response:
    """Asks who is there, and begins a session."""
    visit = visit_of(request)
    if request.method == "POST":
        return await _begin(request, await form_of(request))
    if wants_json(request):
        return _who(visit)
    to = inside(request.query_params.get("next", ""))
    if visit.person is not None:
        return RedirectResponse(to or home_of(visit.person), HTTPStatus.SEE_OTHER)
    return _sign_in_page(request, empty_form(next=to), ended="ended" in request.query_params)


def _who(visit: Visit) -> Response:
    """For a page's script whose session has ended under it: who is there now, and the mark for what it sends."""
    return JSONResponse({"account": visit.person.account_id if visit.person else "", "mark": visit.form_mark})


async def _begin(request: Request, form: Form) -> Response:
    house, words = house_of(request), visit_of(request).words
    for name in ("email", "password"):
        if not form[name]:
            form.wrong[name] = words(f"entry.{name}_missing")
    if form.wrong:
        return _sign_in_page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        address = address_of(request, house.settings.proxy_hops)
        session = await house.people.accounts.sign_in(form["email"], form["password"], address)
        await _end(request)
        return await _signed_in(request, form, session)
    except IlgamError as error:
        if any(violation.field == "email" for violation in error.violations):
            form.wrong["email"] = words("entry.email_wrong")
        else:
            form.wrong[""] = words_of(words, error)
        return _sign_in_page(request, form, status=status_of(error))


async def _end(request: Request) -> None:
    """Ends the session of this browser, which forgets it in any case: nobody could sign out of it any more."""
    person = visit_of(request).person
    if person is not None:
        try:
            await person.client.accounts.SignOut(pb.SignOutRequest())
        except IlgamError as error:
            log.warning("session_stays", reason=error.reason)
        house_of(request).people.forget(person.session_id)


async def _signed_in(request: Request, form: Form, session: pb.Session) -> Response:
    """Shows the person what they typed before, or where they wanted to go."""
    house = house_of(request)
    person = await house.people.person_of(UUID(session.session_id))
    visit = visit_of(request)
    now = Visit.of(request, person, visit.visit_id, house.pages.words, house.marks)
    response: Response = RedirectResponse(_first_page(person, inside(form["next"])), HTTPStatus.SEE_OTHER)
    if wants_json(request):
        response = _who(now)
    elif form["kept"]:
        try:
            kept = house.keeper.loads(form["kept"], max_age=KEPT_SECONDS)
        except BadData:
            kept = None
        # Whoever else signs in here has nothing to do with it.
        if kept and house.marks.is_of(person.account_id, kept["mark"]):
            request.state.visit = now
            response = await resume_page(request, kept["path"], kept["typed"], kept["request_id"])
    house.cookies.set_session(response, session.session_id)
    # Where the account remembers nothing yet, what was set here stays: letters that were made large do not shrink.
    house.cookies.set_look(response, person.look if person.look != Look() else look_of(request))
    return response


def _first_page(person: Person, to: str) -> str:
    """Where somebody goes who has just signed in; a document with a new version is shown on the way."""
    to = to or home_of(person)
    return f"/account/consents?next={quote(to, safe='')}" if person.must_agree else to


def _sign_in_page(request: Request, form: Form, *, ended: bool = False, status: int = 200) -> Response:
    if wants_json(request):
        return JSONResponse({"reason": "SIGN_IN_REFUSED", "words": " ".join(form.wrong.values())}, status)
    return house_of(request).pages.page(
        request,
        "entry/sign_in.html",
        int(status),
        form=form,
        next=form["next"],
        kept=form["kept"],
        ended=ended,
        lost_files=False,
    )


@anybody
async def sign_out(request: Request) -> Response:
    """Ends the session."""
    await _end(request)
    response = RedirectResponse("/", HTTPStatus.SEE_OTHER)
    house_of(request).cookies.drop_session(response)
    return response


@anybody
async def nowhere(request: Request) -> Response:
    """An address that is not there, or takes forms alone: those have a page above them."""
    if page := page_above(request.app.routes, request.url.path):
        return RedirectResponse(page, HTTPStatus.SEE_OTHER)
    raise HTTPException(HTTPStatus.NOT_FOUND)
