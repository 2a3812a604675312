"""Pages of a list: bounded sizes, opaque tokens that hold where the next page begins."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from typing import Any, TypeVar

from services.core.errors import FieldViolation, InvalidArgumentError, Reason

_TOKEN_LENGTH_MAX = 1000

T = TypeVar("T")


def page_size(asked: int, default: int = 50) -> int:
    """How many rows to give: what was asked (bounded by its field rule), or the default for 0."""
    return asked or default


def encode_token(**values: str | float | None) -> str:
    """An opaque token for the values that the next page's query needs."""
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode()


def cursor_of(token: str, parse: Callable[[dict[str, Any]], T]) -> T | None:
    """Where the next page begins, made by `parse` from the values in a token; None on the first page.

    Raises:
        InvalidArgumentError: PAGE_TOKEN_INVALID when `parse` cannot use the values.
    """
    if not token:
        return None
    try:
        return parse(_values_of(token))
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        raise _not_ours() from None


def _values_of(token: str) -> dict[str, str | int | float | None]:
    try:
        values = json.loads(base64.b64decode(token[:_TOKEN_LENGTH_MAX], altchars=b"-_", validate=True))
    except (ValueError, binascii.Error):
        raise _not_ours() from None
    if not isinstance(values, dict) or not all(isinstance(one, str | int | float | None) for one in values.values()):
        raise _not_ours()
    return values


def _not_ours() -> InvalidArgumentError:
    return InvalidArgumentError(
        "page_token: use the next_page_token of the page before",
        reason=Reason.PAGE_TOKEN_INVALID,
        violations=(FieldViolation("page_token", "use the next_page_token of the page before"),),
    )
