"""Ids in page tokens."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from services.core.errors import InvalidArgumentError, Reason


def id_in(values: Mapping[str, object], name: str) -> UUID | None:
    """The id that a page token holds, None for the first page.

    Raises:
        InvalidArgumentError: PAGE_TOKEN_INVALID when the token is of another list.
    """
    if not values:
        return None
    try:
        return UUID(str(values[name]))
    except (KeyError, ValueError):
        raise InvalidArgumentError(
            "page_token: use the next_page_token of the page before", reason=Reason.PAGE_TOKEN_INVALID
        ) from None
