"""Pages of a list: bounded sizes, opaque tokens that hold where the next page begins."""

from __future__ import annotations

import base64
import binascii
import json

from services.core.errors import InvalidArgumentError, Reason

_TOKEN_LENGTH_MAX = 1000


def page_size(asked: int, default: int = 50) -> int:
    """How many rows to give: what was asked (bounded by its field rule), or the default for 0."""
    return asked or default


def encode_token(**values: str | float | None) -> str:
    """An opaque token for the values that the next page's query needs."""
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode()


def decode_token(token: str) -> dict[str, str | int | float | None]:
    """The values in a token, {} for none.

    Raises:
        InvalidArgumentError: PAGE_TOKEN_INVALID when it is not one of ours.
    """
    if not token:
        return {}
    try:
        if len(token) > _TOKEN_LENGTH_MAX:
            raise ValueError(token[:20])
        values = json.loads(base64.b64decode(token, altchars=b"-_", validate=True))
        if not isinstance(values, dict) or not all(isinstance(v, str | int | float | None) for v in values.values()):
            raise ValueError(token[:20])
    except (ValueError, binascii.Error):
        raise InvalidArgumentError(
            "page_token: use the next_page_token of the page before", reason=Reason.PAGE_TOKEN_INVALID
        ) from None
    return values
