"""The rules that the contracts state for fields, compiled once per message type and enforced on every request.

Besides the stated rules: text holds no NUL character, enums hold known values, numbers are finite, times are in range,
and nothing is unbounded (1,000 characters, 1,000 items where a contract states no bound).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from ilgam.options.v1 import options_pb2

from services.core.errors import FieldViolation

TEXT_LENGTH_MAX = 1000
ITEMS_MAX = 1000
VIOLATIONS_MAX = 20
_SECONDS_MAX = 253_402_300_799  # the end of the year 9999
_NANOS_MAX = 999_999_999

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Without the signs that mean something in an e-mail's head: "a,b@c.kr" would go to two, "x<b@c.kr" to somebody else.
_EMAIL_SIGN = r"[^@\s\x00-\x1f\x7f<>()\[\]\\,;:\".]"
_EMAIL = re.compile(rf"({_EMAIL_SIGN}|\.){{1,64}}@{_EMAIL_SIGN}+(\.{_EMAIL_SIGN}+)+")

# Gives what is wrong with one value, or nothing: the rule's name with its bound, and the words.
Broken = tuple[str, str]
Check = Callable[[Any], Iterator[Broken]]


def violations_of(message: Message) -> tuple[FieldViolation, ...]:
    """Every field of a request that breaks its rule, at most 20, with its path."""
    found: list[FieldViolation] = []
    for violation in _walk(message, ""):
        found.append(violation)
        if len(found) == VIOLATIONS_MAX:
            break
    return tuple(found)


def _walk(message: Message, prefix: str) -> Iterator[FieldViolation]:
    for field, rules, checks in _compiled(message.DESCRIPTOR):
        path = prefix + field.name
        if field.is_repeated:
            yield from _walk_repeated(field, rules, checks, getattr(message, field.name), path)
            continue
        present = message.HasField(field.name) if field.has_presence else bool(getattr(message, field.name))
        if not present:
            if rules.required:
                yield FieldViolation(path, "is required", "REQUIRED")
            elif not field.has_presence:
                yield from (FieldViolation(path, text, rule) for rule, text in _numbers_at_default(field, rules))
            continue
        yield from _walk_value(field, checks, getattr(message, field.name), path)


def _walk_repeated(
    field: FieldDescriptor, rules: options_pb2.FieldRules, checks: tuple[Check, ...], values: Iterable[Any], path: str
) -> Iterator[FieldViolation]:
    items = list(values)
    limit = rules.max_items or ITEMS_MAX
    if len(items) < rules.min_items or len(items) > limit:
        rule = f"ITEMS_MIN_{rules.min_items}" if len(items) < rules.min_items else f"ITEMS_MAX_{limit}"
        yield FieldViolation(path, f"must hold {rules.min_items} to {limit} items, not {len(items)}", rule)
        return
    for place, value in enumerate(items):
        yield from _walk_value(field, checks, value, f"{path}[{place}]")


def _walk_value(field: FieldDescriptor, checks: tuple[Check, ...], value: Any, path: str) -> Iterator[FieldViolation]:  # noqa: ANN401 - a field's value is of any kind
    if field.message_type is not None and field.message_type.full_name != Timestamp.DESCRIPTOR.full_name:
        yield from _walk(value, f"{path}.")
        return
    for check in checks:
        for rule, text in check(value):
            yield FieldViolation(path, text, rule)


@cache
def _compiled(
    descriptor: Descriptor,
) -> tuple[tuple[FieldDescriptor, options_pb2.FieldRules, tuple[Check, ...]], ...]:
    return tuple(
        (field, rules, tuple(_checks_of(field, rules)))
        for field in descriptor.fields
        for rules in [field.GetOptions().Extensions[options_pb2.rules]]
    )


def _checks_of(field: FieldDescriptor, rules: options_pb2.FieldRules) -> Iterator[Check]:
    kind = field.cpp_type
    if kind == FieldDescriptor.CPPTYPE_STRING:
        yield _length_check(rules, "bytes" if field.type == FieldDescriptor.TYPE_BYTES else "characters")
        if field.type == FieldDescriptor.TYPE_STRING:
            yield from _text_checks(rules)
    elif field.enum_type is not None:
        numbers = frozenset(field.enum_type.values_by_number)
        names = ", ".join(value.name for value in field.enum_type.values if value.number)
        yield lambda value: iter(() if value in numbers else (("ONE_OF", f"must be one of {names}"),))
    elif kind in {FieldDescriptor.CPPTYPE_DOUBLE, FieldDescriptor.CPPTYPE_FLOAT}:
        yield lambda value: _number_texts(value, rules)
    elif field.message_type is not None:
        if field.message_type.full_name == Timestamp.DESCRIPTOR.full_name:
            yield _timestamp_texts
    elif kind != FieldDescriptor.CPPTYPE_BOOL:
        yield lambda value: _integer_texts(value, rules)


def _length_check(rules: options_pb2.FieldRules, unit: str) -> Check:
    least, most = rules.min_length, rules.max_length or TEXT_LENGTH_MAX

    def check(value: str | bytes) -> Iterator[Broken]:
        if len(value) > most:
            yield f"LENGTH_MAX_{most}", f"must have at most {most} {unit}, not {len(value)}"
        elif len(value) < least:
            yield f"LENGTH_MIN_{least}", f"must have at least {least} {unit}"

    return check


def _text_checks(rules: options_pb2.FieldRules) -> Iterator[Check]:
    yield lambda value: iter((("CHARACTERS", "must not hold the character U+0000"),) if "\0" in value else ())
    if rules.format == options_pb2.FORMAT_UUID:
        yield lambda value: iter(
            () if _UUID.fullmatch(value) else (("UUID", "must be a UUID such as 018f3c5e-7a11-7c3e-9d1b-2f6a4c8e0b5d"),)
        )
    elif rules.format == options_pb2.FORMAT_EMAIL:
        yield lambda value: iter(() if _EMAIL.fullmatch(value) else (("EMAIL", "must be an e-mail address"),))
    if rules.pattern:
        pattern = re.compile(rules.pattern)
        yield lambda value: iter(() if pattern.fullmatch(value) else (("PATTERN", f"must match {pattern.pattern}"),))


def _numbers_at_default(field: FieldDescriptor, rules: options_pb2.FieldRules) -> Iterator[Broken]:
    if field.cpp_type in {FieldDescriptor.CPPTYPE_INT32, FieldDescriptor.CPPTYPE_INT64}:
        yield from _integer_texts(0, rules)


def _integer_texts(value: int, rules: options_pb2.FieldRules) -> Iterator[Broken]:
    if rules.HasField("minimum") and value < rules.minimum:
        yield f"AT_LEAST_{rules.minimum}", f"must be at least {rules.minimum}"
    if rules.HasField("maximum") and value > rules.maximum:
        yield f"AT_MOST_{rules.maximum}", f"must be at most {rules.maximum}"


def _number_texts(value: float, rules: options_pb2.FieldRules) -> Iterator[Broken]:
    if not math.isfinite(value):
        yield "NUMBER", "must be a number"
    elif rules.HasField("minimum_number") and value < rules.minimum_number:
        yield "RANGE", f"must be at least {rules.minimum_number}"
    elif rules.HasField("maximum_number") and value > rules.maximum_number:
        yield "RANGE", f"must be at most {rules.maximum_number}"


def _timestamp_texts(value: Timestamp) -> Iterator[Broken]:
    if not (0 <= value.seconds <= _SECONDS_MAX and 0 <= value.nanos <= _NANOS_MAX):
        yield "TIME", "must be a time between 1970 and 9999"
