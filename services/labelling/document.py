"""Reading a JSON document strictly: what two readers could take for two things is refused in words."""

from __future__ import annotations

import json
from typing import Any, NoReturn


class DocumentError(ValueError):
    """A text is no JSON object, or not one that everybody reads alike; the words say why."""


def read_object(text: str) -> dict[str, Any]:
    """A JSON object. Its numbers are finite, its texts whole characters, and no name in it stands twice.

    Raises:
        DocumentError: with the rule that it breaks.
    """
    try:
        document = json.loads(text, object_pairs_hook=named_once, parse_constant=_refuse_constant, parse_float=_finite)
    except DocumentError:
        raise
    except (ValueError, RecursionError) as error:
        where = f" at character {error.pos}" if isinstance(error, json.JSONDecodeError) else ""
        raise DocumentError(f"is not JSON{where}") from None
    if not isinstance(document, dict):
        raise DocumentError("must be a JSON object")
    _refuse_halves(document)
    return document


def named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of its names and values, for `json.loads`.

    Raises:
        DocumentError: it names something twice.
    """
    made = dict(pairs)
    if len(made) < len(pairs):
        raise DocumentError("names something twice in one object")
    return made


def _refuse_constant(name: str) -> NoReturn:
    raise DocumentError(f"holds {name}, which is not a number")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise DocumentError("holds a number that is too large")
    return number


def _refuse_halves(document: dict[str, Any]) -> None:
    """Half a character (a lone surrogate) cannot be stored or sent."""
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise DocumentError("holds half a character (a lone surrogate)") from None
    except RecursionError:
        raise DocumentError("is nested too deeply") from None
