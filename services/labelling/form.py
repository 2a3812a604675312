"""The published form of label schemas (label-config.schema.json, JSON Schema 2020-12), and its refusals in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from jsonschema import Draft202012Validator, ValidationError

from services.labelling.refusal import SchemaRuleError

FILE: Final = "label-config.schema.json"


@lru_cache(maxsize=1)
def published_form() -> str:
    """The JSON Schema as a text, as it is published."""
    return files("services.labelling").joinpath(FILE).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _validator() -> Draft202012Validator:
    form = json.loads(published_form())
    Draft202012Validator.check_schema(form)
    return Draft202012Validator(form)


def check_form(document: Mapping[str, Any]) -> None:
    """Checks that a document keeps the form.

    Raises:
        SchemaRuleError: the first rule that is broken.
    """
    found = min(_validator().iter_errors(document), key=_order, default=None)
    if found is not None:
        raise _refusal(found)


def path_of(keys: Iterable[str | int]) -> str:
    """A place as people write it: controls[0].options[1].value; $ for the whole."""
    written = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)
    return written.removeprefix(".") or "$"


def _order(error: ValidationError) -> tuple[tuple[str, ...], str]:
    """Errors of the first part of a document come first, and in it the outer ones."""
    return tuple(f"{key:06}" if isinstance(key, int) else key for key in error.absolute_path), error.validator


def _refusal(error: ValidationError) -> SchemaRuleError:
    keys = [*error.absolute_path]
    if error.validator == "required":
        missing = next(name for name in error.validator_value if name not in error.instance)
        return SchemaRuleError(path_of([*keys, missing]), "must be given", "missing")
    if error.validator == "additionalProperties":
        unknown = next(name for name in error.instance if name not in error.schema["properties"])
        return SchemaRuleError(path_of([*keys, unknown[:_SHOWN_LENGTH_MAX]]), "is not known here", "unknown")
    if error.validator == "dependentRequired":
        named, missing = next(
            (name, one) for name, more in error.validator_value.items() for one in more if one not in error.instance
        )
        return SchemaRuleError(path_of([*keys, missing]), f"must be given beside {named}", "beside", beside=named)
    given = error.schema.get("description", "")
    if given:
        return SchemaRuleError(path_of(keys), given, _CODES[given])
    rule, code, values = _RULES[error.validator](error)
    return SchemaRuleError(path_of(keys), rule, code, **values)


_SHOWN_LENGTH_MAX: Final = 60
_TYPES: Final = {
    "object": "a JSON object",
    "array": "a list",
    "string": "a text",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
}


_CODES: Final[Mapping[str, str]] = {
    "must be a text of 1 to 200 printable characters": "name",
    'must be {"ko": a text, "en": a text}': "texts",
    'must name a place in the item\'s data, such as "$.text"': "place",
    "must be a digit": "digit",
    "must be a colour such as #0b50d0": "colour",
    'must name two places in the item\'s data, such as ["$.first", "$.second"]': "places",
    "is for pairs alone": "pairs_alone",
    "must be one to four of rect, polygon, polyline and point, each once": "tools",
}
"""Codes of the rules that the form says in its own words."""

_Said = tuple[str, str, dict[str, object]]
"""A rule in words, its code, and the values in it."""


def _list_of(error: ValidationError) -> _Said:
    least, most = error.schema.get("minItems", 0), error.schema.get("maxItems")
    return f"must be a list of {least} to {most}", "list", {"least": least, "most": most}


def _range_of(error: ValidationError) -> _Said:
    least, most = error.schema.get("minimum"), error.schema.get("maximum")
    if least is None:
        return f"must be above 0 and at most {most}", "above_zero", {"most": most}
    return f"must be {least} to {most}", "range", {"least": least, "most": most}


def _type_of(error: ValidationError) -> _Said:
    if error.validator_value == "array":
        return _list_of(error)
    return f"must be {_TYPES[error.validator_value]}", error.validator_value, {}


def _one_of(error: ValidationError) -> _Said:
    if error.validator == "const":
        return f"must be {json.dumps(error.validator_value)}", "one_of", {"offered": error.validator_value}
    offered = ", ".join(error.validator_value)
    return f"must be one of {offered}", "one_of", {"offered": offered}


def _length_of(error: ValidationError) -> _Said:
    bound, code = ("least", "short") if error.validator == "minLength" else ("most", "long")
    return f"must have at {bound} {error.validator_value} characters", code, {bound: error.validator_value}


def _twice(_: ValidationError) -> _Said:
    return "names something twice", "named_twice", {}


_RULES: Final[Mapping[str, Callable[[ValidationError], _Said]]] = {
    "type": _type_of,
    "const": _one_of,
    "enum": _one_of,
    "minItems": _list_of,
    "maxItems": _list_of,
    "uniqueItems": _twice,
    "minimum": _range_of,
    "maximum": _range_of,
    "exclusiveMinimum": _range_of,
    "minLength": _length_of,
    "maxLength": _length_of,
}
