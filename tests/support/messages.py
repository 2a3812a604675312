"""Requests made from the contracts alone: plausible ones that obey every rule, and hostile ones that obey none."""

import random
from typing import Any
from uuid import UUID

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from ilgam.options.v1 import options_pb2

TEXTS = (
    "",
    " ",
    "a",
    "\0",
    "한글 이름",
    "👩‍👩‍👧",
    "x" * 1001,
    "'; DROP TABLE job; --",
    "\u202e",
    "{",
    "[]",
    "-1",
    "=1+1",
    "NaN",
)
INTEGERS = (0, 1, -1, 2, 100, 2**31 - 1, -(2**31))
BIG_INTEGERS = (*INTEGERS, 2**63 - 1, -(2**63))
NUMBERS = (0.0, -1.0, 0.5, 1e308, float("inf"), float("nan"))
_DEPTH_MAX = 4


def plausible(descriptor: Descriptor, chance: random.Random) -> Message:
    """A request that obeys its field rules and names things that do not exist."""
    message = GetMessageClass(descriptor)()
    for field in descriptor.fields:
        rules = field.GetOptions().Extensions[options_pb2.rules]
        named = rules.format == options_pb2.FORMAT_UUID and field.name != "worker_id"
        if not (rules.required or rules.min_items or named):
            continue
        if field.is_repeated:
            _extend(message, field, [_plausible_value(field, rules, chance) for _ in range(max(rules.min_items, 1))])
        else:
            _assign(message, field, _plausible_value(field, rules, chance))
    return message


def hostile(descriptor: Descriptor, chance: random.Random, depth: int = 0) -> Message:
    """A request of the right type with anything in its fields."""
    message = GetMessageClass(descriptor)()
    for field in descriptor.fields:
        if chance.random() < 0.2:
            continue
        count = chance.choice((0, 1, 3)) if field.is_repeated else 1
        values = [value for _ in range(count) if (value := _hostile_value(field, chance, depth)) is not None]
        if field.is_repeated:
            _extend(message, field, values)
        elif values:
            _assign(message, field, values[0])
    return message


def _plausible_value(field: FieldDescriptor, rules: options_pb2.FieldRules, chance: random.Random) -> Any:
    if field.message_type is not None:
        return plausible(field.message_type, chance)
    if field.enum_type is not None:
        return field.enum_type.values[1].number
    if field.type == FieldDescriptor.TYPE_STRING:
        return _plausible_text(rules, chance)
    if field.type == FieldDescriptor.TYPE_BOOL:
        return True
    return rules.minimum or 1


def _plausible_text(rules: options_pb2.FieldRules, chance: random.Random) -> str:
    if rules.format == options_pb2.FORMAT_UUID:
        return str(UUID(int=chance.getrandbits(128), version=4))
    if rules.format == options_pb2.FORMAT_EMAIL:
        return f"somebody-{chance.getrandbits(40)}@example.org"
    return "x" * max(rules.min_length, 1)


def _hostile_value(field: FieldDescriptor, chance: random.Random, depth: int) -> Any:
    if field.message_type is not None:
        return hostile(field.message_type, chance, depth + 1) if depth < _DEPTH_MAX else None
    if field.enum_type is not None:
        return chance.choice((0, 1, 2, 99))
    if field.type == FieldDescriptor.TYPE_STRING:
        half = chance.random() < 0.5
        return str(UUID(int=chance.getrandbits(128), version=4)) if half else chance.choice(TEXTS)
    choices: dict[int, tuple[Any, ...]] = {
        FieldDescriptor.CPPTYPE_STRING: (b"", b"\0", chance.randbytes(5)),
        FieldDescriptor.CPPTYPE_BOOL: (False, True),
        FieldDescriptor.CPPTYPE_DOUBLE: NUMBERS,
        FieldDescriptor.CPPTYPE_FLOAT: NUMBERS,
        FieldDescriptor.CPPTYPE_INT64: BIG_INTEGERS,
    }
    return chance.choice(choices.get(field.cpp_type, INTEGERS))


def _assign(message: Message, field: FieldDescriptor, value: Any) -> None:
    if field.message_type is not None:
        getattr(message, field.name).CopyFrom(value)
    else:
        setattr(message, field.name, value)


def _extend(message: Message, field: FieldDescriptor, values: list[Any]) -> None:
    getattr(message, field.name).extend(values)
