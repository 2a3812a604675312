"""Cookies: who is signed in (a session's id, signed), who visits (for forms), and how pages shall look."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from typing import Final
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.words import DEFAULT_LANGUAGE, LANGUAGES

SESSION: Final = "ilgam_session"
VISIT: Final = "ilgam_visit"
LOOK: Final = "ilgam_look"
YEAR_SECONDS: Final = 365 * 24 * 3600
TEXT_SIZES: Final = (1, 2, 3, 4, 5)
TEXT_SIZE_DEFAULT: Final = 2


@dataclass(frozen=True)
class Look:
    """How pages look and speak to a person.

    Attributes:
        language: ko or en.
        text_size: 1 to 5, for 90, 100, 125, 150 and 175 %.
        high_contrast: light on dark, with the strongest contrast.
        single_keys_off: keys of one character do nothing (WCAG 2.1.4).
    """

    language: str = DEFAULT_LANGUAGE
    text_size: int = TEXT_SIZE_DEFAULT
    high_contrast: bool = False
    single_keys_off: bool = False


class Cookies:
    """Reads and writes the cookies; what a browser made up is as if it were not there."""

    def __init__(self, web_key: str, *, secure: bool) -> None:
        self._session = URLSafeSerializer(web_key, salt="session")
        self._secure = secure

    @property
    def secure(self) -> bool:
        """Cookies go over https alone."""
        return self._secure

    def session_id(self, request: Request) -> UUID | None:
        """The session that the browser shows; None when it shows none, or a forged one."""
        try:
            return UUID(self._session.loads(request.cookies.get(SESSION, "")))
        except (BadData, ValueError, TypeError, AttributeError):
            return None

    def set_session(self, response: Response, session_id: str) -> None:
        """Keeps a session until the browser ends; how long it lasts is for accounts to say."""
        self._set(response, SESSION, str(self._session.dumps(session_id)), None)

    def drop_session(self, response: Response) -> None:
        """Forgets the session."""
        response.delete_cookie(SESSION, path="/", secure=self._secure, httponly=True, samesite="lax")

    def visit_id(self, request: Request) -> str:
        """A random mark of this browser, for forms of people who are not signed in; a new one where there is none."""
        found = request.cookies.get(VISIT, "")
        return found if 0 < len(found) <= 64 else secrets.token_urlsafe(18)  # noqa: PLR2004 - ours have 24 characters

    def keep_visit(self, request: Request, response: Response, visit_id: str) -> None:
        """Keeps the mark."""
        if request.cookies.get(VISIT) != visit_id:
            self._set(response, VISIT, visit_id, YEAR_SECONDS)

    def set_look(self, response: Response, look: Look) -> None:
        """Keeps how pages shall look."""
        values = asdict(look)
        text = ".".join(str(int(value) if not isinstance(value, str) else value) for value in values.values())
        self._set(response, LOOK, text, YEAR_SECONDS)

    def _set(self, response: Response, name: str, value: str, max_age: int | None) -> None:
        response.set_cookie(name, value, max_age=max_age, path="/", secure=self._secure, httponly=True, samesite="lax")


def look_of(request: Request) -> Look:
    """How pages shall look here; the usual look where nothing usable is kept."""
    parts = request.cookies.get(LOOK, "").split(".")
    if len(parts) != len(Look.__dataclass_fields__):
        return Look()
    language, size, contrast, keys = parts
    return Look(
        language if language in LANGUAGES else DEFAULT_LANGUAGE,
        int(size) if size in {str(one) for one in TEXT_SIZES} else TEXT_SIZE_DEFAULT,
        contrast == "1",
        keys == "1",
    )
