"""Documents of courses under test, and answers to their practice items."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any
from uuid import uuid4

LABELS = ("긍정", "부정")


def local(ko: str, en: str = "") -> dict[str, str]:
    return {"ko": ko, "en": en or f"{ko} (en)"}


def practice_item(key: str, right: str = "긍정") -> dict[str, Any]:
    return {
        "key": key,
        "data": {"text": f"연습 {key} {uuid4()}"},
        "right": {"label": right},
        "hint": local(f"힌트 {key}"),
        "why": local(f"설명 {key}"),
    }


def label_schema() -> dict[str, Any]:
    return {
        "schema": "ilgam.label-config/1",
        "objects": [{"id": "text", "kind": "text", "from": "$.text"}],
        "controls": [
            {
                "id": "feeling",
                "kind": "choice",
                "on": "text",
                "title": local("느낌은 어떤가요?", "How does it sound?"),
                "options": [{"value": value, **local(value), "key": str(n)} for n, value in enumerate(LABELS, 1)],
            }
        ],
    }


def module(module_id: str, *, quiz: bool = True, practice: int = 0) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": module_id,
        "title": local(f"모듈 {module_id}", f"Module {module_id}"),
        "minutes": 10,
        "annotation_type": "TEXT_CHOICE" if practice else None,
        "parts": [{"kind": "text", "body": local("**읽어요.**\n\n- 하나\n- 둘", "**Read.**")}],
    }
    if quiz:
        made["quiz"] = {
            "pass_share": 0.5,
            "questions": [
                {
                    "id": f"q{number}",
                    "text": local(f"질문 {number}"),
                    "options": [{"value": "a", "text": local("가")}, {"value": "b", "text": local("나")}],
                    "right": "a",
                    "why": local(f"까닭 {number}"),
                }
                for number in (1, 2)
            ],
        }
    if practice:
        made["practice"] = {
            "label_schema": label_schema(),
            "instructions": local("글의 느낌을 골라요."),
            "items": [practice_item(f"p{number}", LABELS[number % 2]) for number in range(practice)],
        }
    return made


def document(*modules: dict[str, Any]) -> dict[str, Any]:
    return {"schema": "ilgam.course/1", "modules": list(modules) or [module("first"), module("second", practice=2)]}


def changed(source: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """A copy of a document with one place changed: modules.0.title.ko; `...` takes the place away."""
    copy = deepcopy(source)
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    held: Any = copy
    for part in way:
        held = held[part]
    if value is ...:
        del held[last]
    else:
        held[last] = value
    return copy


def annotation(label: str) -> str:
    return json.dumps(
        {
            "schema": "ilgam.annotation/1",
            "results": [{"control": "feeling", "type": "choice", "value": {"choices": [label]}}],
        }
    )
