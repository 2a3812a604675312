"""The one place that turns a refusal into words in the person's language."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import grpc
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.gateway.forms import Form
from services.gateway.house import house_of
from services.gateway.people import ENDED_REASONS
from services.gateway.visit import visit_of
from services.gateway.words import Words
from services.runtime.logs import logger
from services.sdk import IlgamError

log = logger()

_STATUS_OF = {
    grpc.StatusCode.INVALID_ARGUMENT: HTTPStatus.UNPROCESSABLE_ENTITY,
    grpc.StatusCode.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    grpc.StatusCode.PERMISSION_DENIED: HTTPStatus.FORBIDDEN,
    grpc.StatusCode.NOT_FOUND: HTTPStatus.NOT_FOUND,
    grpc.StatusCode.ALREADY_EXISTS: HTTPStatus.CONFLICT,
    grpc.StatusCode.FAILED_PRECONDITION: HTTPStatus.CONFLICT,
    grpc.StatusCode.ABORTED: HTTPStatus.CONFLICT,
    grpc.StatusCode.RESOURCE_EXHAUSTED: HTTPStatus.TOO_MANY_REQUESTS,
}
_WON_SUFFIX = "_krw"
_SECONDS_SUFFIX = "_seconds"


def status_of(error: IlgamError) -> int:
    """The HTTP status of a refusal; what is not a refusal means that a part of the system is not there."""
    return int(_STATUS_OF.get(error.code, HTTPStatus.SERVICE_UNAVAILABLE))


def words_of(words: Words, error: IlgamError) -> str:
    """A refusal in words, with what to do next. Metadata comes in as won, times and texts."""
    return reason_words(words, error.reason or "UNAVAILABLE", error.metadata)


def reason_words(words: Words, reason: str, metadata: Mapping[str, str] | None = None) -> str:
    """The words for an ErrorReason's name."""
    values = {name: _shown(words, name, value) for name, value in (metadata or {}).items()}
    key = f"errors.{reason}"
    if not words.has(key):
        log.error("words_missing", reason=reason)
        key = "errors.INTERNAL"
    try:
        return words(key, **values)
    except KeyError:
        log.exception("words_want_metadata", reason=reason, given=sorted(values))
        return words("errors.INTERNAL")


def _shown(words: Words, name: str, value: str) -> str:
    if name.endswith(_WON_SUFFIX) and value.lstrip("-").isdecimal():
        return words.won(int(value))
    if name.endswith(_SECONDS_SUFFIX) and value.isdecimal():
        return words.lasting(int(value))
    if words.has(f"states.{value}"):
        return words(f"states.{value}")
    return value


def rule_words(words: Words, rule: str) -> str:
    """The words for a stated rule with its bound at the end, such as LENGTH_MAX_200."""
    name, _, bound = rule.rpartition("_")
    if bound.isdecimal() and words.has(f"errors.rule_{name}"):
        return words(f"errors.rule_{name}", bound=int(bound))
    key = f"errors.rule_{rule}"
    return words(key) if words.has(key) else words("errors.field_wrong")


def put_on_form(words: Words, form: Form, error: IlgamError, field_of: Mapping[str, str]) -> None:
    """Says on the form which of its fields the service refused; `field_of` maps the contract's paths to the form's names.

    What names no field of the form goes to the form as a whole (the empty name).

    Raises:
        IlgamError: the same, when the person has to sign in or to prove who they are first: the form is kept for them.
    """
    if error.reason in ENDED_REASONS or error.reason == "SIGN_IN_NOT_FRESH":
        raise error
    for violation in error.violations:
        name = field_of.get(violation.field)
        if name:
            form.wrong.setdefault(name, rule_words(words, violation.rule))
    if not form.wrong or error.reason != "FIELD_INVALID":
        form.wrong.setdefault("", words_of(words, error))


def wants_json(request: Request) -> bool:
    """Whether a script asks."""
    return "application/json" in request.headers.get("accept", "")


def refusal(request: Request, error: IlgamError) -> Response:
    """A refusal as a page, or as JSON for a script."""
    words, status = visit_of(request).words, status_of(error)
    text = words_of(words, error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("page_refused", path=request.url.path, reason=error.reason, error=error.message[:200])
    if wants_json(request):
        return JSONResponse({"reason": error.reason or "UNAVAILABLE", "words": text}, status)
    return problem_page(request, status, text)


def problem_page(request: Request, status: int, text: str) -> Response:
    """A page that says what is wrong and where to go."""
    title = f"errors.title_{status}"
    words = visit_of(request).words
    shown = words(title) if words.has(title) else words("errors.title")
    return house_of(request).pages.page(request, "entry/problem.html", status, title=shown, text=text, status=status)


def http_problem(request: Request, error: HTTPException) -> Response:
    """What the framework refuses: an unknown address, a form too large."""
    words = visit_of(request).words
    key = f"errors.http_{error.status_code}"
    text = words(key) if words.has(key) else words("errors.http")
    if wants_json(request):
        return JSONResponse({"reason": f"HTTP_{error.status_code}", "words": text}, error.status_code)
    return problem_page(request, error.status_code, text)
