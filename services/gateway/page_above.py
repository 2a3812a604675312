"""Addresses that only take forms, asked for as a page: by the language's switch on a refused form, or from a history."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute, Match


def page_above(routes: Sequence[BaseRoute], path: str) -> str:
    """The nearest page above an address that takes forms; empty for any other address."""
    if not _is_there(routes, "POST", path):
        return ""
    while path := path.rpartition("/")[0]:
        if _is_there(routes, "GET", path):
            return path
    return "/"


def _is_there(routes: Sequence[BaseRoute], method: str, path: str) -> bool:
    """Whether an address is one of ours; the last route is for all that are not."""
    asked = {"type": "http", "method": method, "path": path, "headers": []}
    return any(route.matches(asked)[0] == Match.FULL for route in routes[:-1])
