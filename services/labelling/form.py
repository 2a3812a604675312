"""The published form of label schemas (label-config.schema.json, JSON Schema 2020-12), and its refusals in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from jsonschema import Draft202012Validator, ValidationError

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


def broken_rule(document: Mapping[str, Any]) -> tuple[str, str] | None:
    """The first place where a document breaks the form, and the rule; None where it keeps it."""
    found = min(_validator().iter_errors(document), key=_order, default=None)
    return None if found is None else _words(found)


def path_of(keys: Iterable[str | int]) -> str:
    """A place as people write it: controls[0].options[1].value; $ for the whole."""
    written = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)
    return written.removeprefix(".") or "$"


def _order(error: ValidationError) -> tuple[tuple[str, ...], str]:
    """Errors of the first part of a document come first, and in it the outer ones."""
    return tuple(f"{key:06}" if isinstance(key, int) else key for key in error.absolute_path), error.validator


def _words(error: ValidationError) -> tuple[str, str]:
    keys = [*error.absolute_path]
    if error.validator == "required":
        missing = next(name for name in error.validator_value if name not in error.instance)
        return path_of([*keys, missing]), "must be given"
    if error.validator == "additionalProperties":
        unknown = next(name for name in error.instance if name not in error.schema["properties"])
        return path_of([*keys, unknown[:_SHOWN_LENGTH_MAX]]), "is not known here"
    if error.validator == "dependentRequired":
        named, missing = next(
            (name, one) for name, more in error.validator_value.items() for one in more if one not in error.instance
        )
        return path_of([*keys, missing]), f"must be given beside {named}"
    given = error.schema.get("description", "")
    return path_of(keys), given or _RULES[error.validator](error)


_SHOWN_LENGTH_MAX: Final = 60
_TYPES: Final = {
    "object": "a JSON object",
    "array": "a list",
    "string": "a text",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
}


def _list_of(error: ValidationError) -> str:
    least, most = error.schema.get("minItems", 0), error.schema.get("maxItems")
    return f"must be a list of {least} to {most}"


def _range_of(error: ValidationError) -> str:
    least, most = error.schema.get("minimum"), error.schema.get("maximum")
    return f"must be {least} to {most}" if least is not None else f"must be above 0 and at most {most}"


def _type_of(error: ValidationError) -> str:
    if error.validator_value == "array":
        return _list_of(error)
    return f"must be {_TYPES[error.validator_value]}"


_RULES: Final[Mapping[str, Callable[[ValidationError], str]]] = {
    "type": _type_of,
    "const": lambda error: f"must be {json.dumps(error.validator_value)}",
    "enum": lambda error: f"must be one of {', '.join(error.validator_value)}",
    "minItems": _list_of,
    "maxItems": _list_of,
    "uniqueItems": lambda _: "names something twice",
    "minimum": _range_of,
    "maximum": _range_of,
    "exclusiveMinimum": _range_of,
    "minLength": lambda error: f"must have at least {error.validator_value} characters",
    "maxLength": lambda error: f"must have at most {error.validator_value} characters",
}
