"""From where on an answer is right, for each kind of control."""

from typing import Any

import pytest

from services.labelling.annotation import check_answer
from services.labelling.kinds import ControlKind
from services.labelling.right_answers import PASS_LIKENESS, is_right
from services.labelling.values import Mark
from tests.unit.labelling.answers import FACTS, RIGHT, annotation, asking, changed

ALL = asking()


def said(*marks: Any) -> tuple[Mark, ...]:
    return check_answer(ALL, annotation(*marks), FACTS).marks


@pytest.mark.parametrize("name", [name for name in RIGHT if name != "relation"])
def test_the_same_answer_is_right_and_none_is_wrong(name: str) -> None:
    right = said(RIGHT[name])
    assert is_right(ALL.controls, right, right)
    assert not is_right(ALL.controls, (), right)
    assert not is_right(ALL.controls, right, ())


NEARLY = [
    (changed("rect", x=170), True),
    (changed("rect", x=10), False),
    (RIGHT["rect"] | {"label": "bike"}, False),
    (changed("polygon", points=[[42, 40], [160, 33], [169, 150]]), True),
    (changed("polygon", points=[[40, 240], [160, 230], [170, 350]]), False),
    (changed("span", start=0, end=5, quote="부산광역시"), False),
    (changed("segment", start_ms=900), True),
    (changed("segment", start_ms=7000), False),
    (changed("cell", row=0), False),
    (changed("mood", choices=["bad"]), False),
    (changed("better", choice="first"), False),
    (changed("stars", rating=6), True),
    (changed("stars", rating=2), False),
]


@pytest.mark.parametrize(("given", "right"), NEARLY)
def test_what_is_nearly_the_same_is_right_as_far_as_its_kind_allows(given: Any, right: bool) -> None:
    known = next(one for one in RIGHT.values() if one["control"] == given["control"] and one["type"] == given["type"])
    assert is_right(ALL.controls, said(given), said(known)) is right


def test_one_wrong_control_makes_the_answer_wrong() -> None:
    right = said(RIGHT["rect"], RIGHT["mood"])
    assert not is_right(ALL.controls, said(RIGHT["rect"], changed("mood", choices=["bad"])), right)


def test_each_kind_has_its_likeness() -> None:
    assert set(PASS_LIKENESS) == set(ControlKind)
