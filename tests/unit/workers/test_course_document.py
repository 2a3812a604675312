"""Course documents: the first thing that is wrong is named with its path."""

import json

import pytest

from services.workers.domain.course import ModuleState, states_of
from services.workers.domain.course_document import parse_course
from services.workers.domain.places import PlaceError
from tests.support.courses import changed, document, module

WHOLE = document(module("first"), module("second", practice=2))
SCHEMA = "modules[1].practice.label_schema"


def test_a_whole_document_is_read() -> None:
    course = parse_course(json.dumps(WHOLE))
    assert [one.module_id for one in course.modules] == ["first", "second"]
    practice = course.modules[1].practice
    assert practice is not None
    assert [item.right[0].value["choices"] for item in practice.items] == [["긍정"], ["부정"]]


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("schema", "ilgam.course/2", "schema"),
        ("modules", [], "modules"),
        ("modules.0.id", "First Module", "modules[0].id"),
        ("modules.1.id", "first", "modules[1].id"),
        ("modules.0.title", {"en": "Only English"}, "modules[0].title.ko"),
        ("modules.0.title", {"ko": "가", "fr": "a"}, "modules[0].title"),
        ("modules.0.minutes", True, "modules[0].minutes"),
        ("modules.0.minutes", 1.5, "modules[0].minutes"),
        ("modules.0.annotation_type", "POLYGON", "modules[0].annotation_type"),
        ("modules.0.parts", None, "modules[0].parts"),
        ("modules.0.parts.0.kind", "song", "modules[0].parts[0].kind"),
        ("modules.0.parts.0.body.ko", " ", "modules[0].parts[0].body.ko"),
        ("modules.0.parts.0.html", "<b>", "modules[0].parts[0]"),
        (
            "modules.0.parts.0",
            {"kind": "picture", "src": "https://a/b.png", "alt": {"ko": "가"}},
            "modules[0].parts[0].src",
        ),
        ("modules.0.parts.0", {"kind": "examples", "good": [], "bad": []}, "modules[0].parts[0]"),
        (
            "modules.0.parts.0",
            {"kind": "examples", "good": [{"why": {"ko": "가"}}], "bad": []},
            "modules[0].parts[0].good[0]",
        ),
        ("modules.0.quiz.pass_share", 1.1, "modules[0].quiz.pass_share"),
        ("modules.0.quiz.questions.1.id", "q1", "modules[0].quiz.questions[1].id"),
        ("modules.0.quiz.questions.0.right", "z", "modules[0].quiz.questions[0].right"),
        ("modules.0.quiz.questions.0.why", ..., "modules[0].quiz.questions[0].why"),
        ("modules.0.quizz", {}, "modules[0]"),
        ("modules.1.annotation_type", None, "modules[1].practice"),
        ("modules.1.practice.label_schema.controls.0.kind", "dance", f"{SCHEMA}.controls[0].kind"),
        ("modules.1.practice.label_schema", None, SCHEMA),
        ("modules.1.practice.items.0.right", {"label": "기쁨"}, "modules[1].practice.items[0].right"),
        ("modules.1.practice.items.0.data", {"words": "가"}, "modules[1].practice.items[0].data.text"),
        ("modules.1.practice.items.1.key", "p0", "modules[1].practice.items[1].key"),
    ],
)
def test_what_is_wrong_is_named_with_its_path(path: str, value: object, where: str) -> None:
    with pytest.raises(PlaceError) as caught:
        parse_course(json.dumps(changed(WHOLE, path, value)))
    assert caught.value.path == where


@pytest.mark.parametrize("text", ["", "[]", "null", '{"schema": NaN}', "[" * 100_000, '{"schema": "ilgam.course/1"}'])
def test_what_is_no_course_at_all_is_refused(text: str) -> None:
    with pytest.raises(PlaceError):
        parse_course(text)


def test_a_module_that_came_in_between_is_next_and_what_is_finished_stays() -> None:
    course = parse_course(json.dumps(document(module("a"), module("b"), module("c"))))
    states = [ModuleState.FINISHED, ModuleState.OPEN, ModuleState.LOCKED]
    assert states_of(course, {"a"}) == states
    assert states_of(course, {"c"}) == [ModuleState.OPEN, ModuleState.LOCKED, ModuleState.FINISHED]


@pytest.mark.parametrize(
    "path",
    [
        "modules.0.title.ko",
        "modules.0.parts.0.body.ko",
        "modules.1.practice.items.0.key",
        "modules.1.practice.items.0.data.more",
    ],
)
@pytest.mark.parametrize("text", ["half \ud800", "nul \x00"])
def test_what_neither_a_database_nor_a_message_can_hold_is_refused(path: str, text: str) -> None:
    with pytest.raises(PlaceError) as found:
        parse_course(json.dumps(changed(WHOLE, path, text)))
    assert found.value.path == path.replace(".0", "[0]").replace("modules.1", "modules[1]")


def test_names_are_readable_numbers_end_and_nothing_is_named_twice() -> None:
    data = "modules.1.practice.items.0.data"
    for odd in (changed(WHOLE, data, {"text": "가", "\ud800": 1}), changed(WHOLE, f"{data}.more", [{"n": 1e400}])):
        with pytest.raises(PlaceError, match="data"):
            parse_course(json.dumps(odd).replace("Infinity", "1e400"))
    twice = json.dumps(WHOLE).replace('"minutes": 10', '"minutes": 10, "minutes": 11', 1)
    with pytest.raises(PlaceError, match="twice"):
        parse_course(twice)
