"""Stands before every page: who is there, may they, and does the form come from us.

Whoever is not signed in is asked to, and finds what they typed again afterwards.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from services.gateway.body_limit import let_in
from services.gateway.csrf import is_own_origin
from services.gateway.forms import Form, form_of
from services.gateway.house import House, house_of
from services.gateway.people import ENDED_REASONS, Person
from services.gateway.problems import http_problem, problem_page, reason_words, refusal, wants_json
from services.gateway.proof import ask_for_proof, unproved
from services.gateway.visit import Visit, visit_of
from services.runtime.logs import logger
from services.sdk import IlgamError

Handler = Callable[[Request], Awaitable[Response]]

SIGN_IN: Final = "/sign-in"
KEPT_BYTES_MAX: Final = 64 * 1024
log = logger()


def anybody(handler: Handler) -> Handler:
    """A page that needs no sign-in; it knows who is there where somebody is."""
    return _admitting(handler, None)


def signed_in(handler: Handler) -> Handler:
    """A page for everybody who is signed in."""
    return _admitting(handler, frozenset({"worker", "company", "trainer", "operator"}))


def worker(handler: Handler) -> Handler:
    """A page for those who label."""
    return _admitting(handler, frozenset({"worker"}))


def company(handler: Handler) -> Handler:
    """A page for members of companies."""
    return _admitting(handler, frozenset({"company"}))


def trainer(handler: Handler) -> Handler:
    """A page for trainers of teaching companies."""
    return _admitting(handler, frozenset({"trainer"}))


def operator(handler: Handler) -> Handler:
    """A page for operators."""
    return _admitting(handler, frozenset({"operator"}))


def _admitting(handler: Handler, roles: frozenset[str] | None) -> Handler:
    async def admitted(request: Request) -> Response:
        if request.method == "HEAD":  # is a GET whose body nobody reads; handlers take what is no GET for an act
            request = Request({**request.scope, "method": "GET"}, request.receive)
        house = house_of(request)
        visit_id = house.cookies.visit_id(request)
        request.state.visit = Visit.of(request, None, visit_id, house.pages.words, house.marks)
        try:
            person = await _person(request, house)
            request.state.visit = Visit.of(request, person, visit_id, house.pages.words, house.marks)
            if person is not None:
                request.state.visit = replace(request.state.visit, unread=await _unread(request, house, person))
            response = await _refused(request, house, roles) or await handler(request)
        except IlgamError as error:
            response = await _after(request, house, error)
        except HTTPException as error:
            response = http_problem(request, error)
        if visit_of(request).person is None and _carries_mark(response):
            house.cookies.keep_visit(request, response, visit_id)
        return response

    return admitted


def _carries_mark(response: Response) -> bool:
    """Whether an answer may hold a form's mark, which is good for this visit alone.

    What parts of an open page are told when a session ends holds none: it would take the place of the visit that a
    sign-in page in another tab was made for.
    """
    kind = response.headers.get("content-type", "")
    return kind.startswith("text/html") or (response.status_code == HTTPStatus.OK and "json" in kind)


async def _person(request: Request, house: House) -> Person | None:
    session_id = house.cookies.session_id(request)
    if session_id is None:
        return None
    try:
        return await house.people.person_of(session_id)
    except IlgamError as error:
        if error.reason in ENDED_REASONS:
            return None
        raise


async def _unread(request: Request, house: House, person: Person) -> int:
    """How many notices wait for the person: asked for where a page is shown, and only then."""
    shows_page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
    return await house.bell.unread(person) if shows_page else house.bell.known(person)


async def _refused(request: Request, house: House, roles: frozenset[str] | None) -> Response | None:
    """What stands in the way, if anything."""
    visit = visit_of(request)
    posts = request.method not in {"GET", "HEAD"}
    if posts and not is_own_origin(request):
        log.warning("form_from_elsewhere", path=request.url.path)
        return problem_page(request, HTTPStatus.FORBIDDEN, visit.words("errors.form_from_elsewhere"))
    if roles is not None and visit.person is None:
        return await ask_to_sign_in(request)
    if roles is not None and visit.person is not None and roles & visit.person.roles:
        let_in(request)
    if posts and not await _has_mark(request, house, visit):
        return await _stale(request)
    if roles is not None and visit.person is not None and not roles & visit.person.roles:
        text = reason_words(visit.words, "AUDIENCE_DENIED", {"roles": ""})
        return _short(request, HTTPStatus.FORBIDDEN, "AUDIENCE_DENIED", text)
    return await unproved(request, house, visit.person) if posts and visit.person is not None else None


async def _has_mark(request: Request, house: House, visit: Visit) -> bool:
    holder = visit.person.session_id if visit.person else visit.visit_id
    mark = request.headers.get("x-mark") or (await form_of(request))["mark"]
    return house.marks.is_right(holder, mark)


async def _stale(request: Request) -> Response:
    """The form was made for another session: shows what it holds, to be sent again on purpose."""
    visit = visit_of(request)
    if wants_json(request):
        return JSONResponse({"reason": "FORM_STALE", "words": visit.words("errors.form_stale")}, HTTPStatus.FORBIDDEN)
    form = await form_of(request)
    if visit.person is None or not house_of(request).marks.is_of(visit.person.account_id, form["mark"]):
        return problem_page(request, HTTPStatus.FORBIDDEN, visit.words("errors.form_stale"))
    return await resume_page(request, request.url.path, form.typed, form.request_id)


async def resume_page(request: Request, to_path: str, typed: dict[str, str], request_id: str) -> Response:
    """Shows what somebody typed before they had to sign in, with a button that sends it.

    It keeps the form's request id: should the form have been taken already, sending it again is the same act.
    """
    pages = house_of(request).pages
    return pages.page(request, "entry/resume.html", to_path=to_path, typed=typed, request_id=request_id)


def keep_form(house: House, path: str, form: Form) -> str:
    """A form for after the sign-in, sealed; empty where it is too large to be kept."""
    of_form = {"path": path, "typed": form.typed, "request_id": form.request_id, "mark": form["mark"]}
    kept = str(house.keeper.dumps(of_form))
    return kept if len(kept) <= KEPT_BYTES_MAX else ""


async def ask_to_sign_in(request: Request) -> Response:
    """The sign-in page, from where one comes back here; a form's content is kept."""
    visit, house = visit_of(request), house_of(request)
    if wants_json(request):
        words = reason_words(visit.words, "SESSION_ENDED")
        return JSONResponse({"reason": "SESSION_ENDED", "words": words}, HTTPStatus.UNAUTHORIZED)
    had_session = "ilgam_session" in request.cookies
    response: Response
    if request.method in {"GET", "HEAD"}:
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        why = "&ended=1" if had_session else ""
        to = f"{SIGN_IN}?next={quote(here, safe='')}{why}"
        # A live part that reads itself again: the whole page goes there, or the part would be gone.
        by_part = request.headers.get("hx-request") == "true"
        response = Response(headers={"hx-redirect": to}) if by_part else RedirectResponse(to, HTTPStatus.SEE_OTHER)
    else:
        kept, lost_files = await _kept(request, house)
        response = house.pages.page(
            request, "entry/sign_in.html", 401, form=None, next="", kept=kept, ended=True, lost_files=lost_files
        )
    house.cookies.drop_session(response)
    return response


async def _kept(request: Request, house: House) -> tuple[str, bool]:
    """The form, to be gone on with, and whether files of it are lost: nobody's files are read."""
    try:
        form = await form_of(request)
    except HTTPException as error:
        if error.status_code != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            raise
        return "", True
    return keep_form(house, request.url.path, form), bool(form.files)


async def _after(request: Request, house: House, error: IlgamError) -> Response:
    """What a page's refusal becomes: a sign-in where the session has ended meanwhile, words otherwise."""
    visit = visit_of(request)
    if error.reason in ENDED_REASONS and visit.person is not None:
        house.people.forget(visit.person.session_id)
        request.state.visit = Visit.of(request, None, visit.visit_id, house.pages.words, house.marks)
        return await ask_to_sign_in(request)
    if error.reason == "SIGN_IN_NOT_FRESH" and request.method == "POST" and not wants_json(request):
        return await ask_for_proof(request)
    return refusal(request, error)


def _short(request: Request, status: int, reason: str, text: str) -> Response:
    if wants_json(request):
        return JSONResponse({"reason": reason, "words": text}, status)
    return problem_page(request, status, text)


def address_of(request: Request, proxy_hops: int) -> str:
    """The browser's address, for limits: as far back as proxies of ours are trusted; empty when it is none."""
    peer = request.client.host if request.client else ""
    told = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()]
    chain = [*told, peer]
    found = chain[-1 - proxy_hops] if proxy_hops and len(chain) > proxy_hops else peer
    try:
        return str(ipaddress.ip_address(found))
    except ValueError:
        return ""
