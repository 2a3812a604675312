"""Reading a course document (form ilgam.course/1): every rule that it breaks is named with its path, the first one first."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any, Final

from services.core.errors import InvalidArgumentError
from services.labelling.broken_rule import broken_rule
from services.labelling.kinds import AnnotationType
from services.labelling.refusal import AnswerInvalidError
from services.labelling.schema import LabelSchema, parse_label_schema
from services.workers.domain.course import Course, Module, Practice, PracticeItem, Question, Quiz
from services.workers.domain.course_parts import Names, check_part, local
from services.workers.domain.item_shown import check_shown
from services.workers.domain.places import Place, PlaceError, refuse_unreadable
from services.workers.domain.right_answer import right_marks

FORM: Final = "ilgam.course/1"
MODULES_MAX: Final = 40
PARTS_MAX: Final = 60
QUESTIONS_MAX: Final = 50
OPTIONS_MAX: Final = 10
ITEMS_MAX: Final = 100
MINUTES_MAX: Final = 600
TITLE_LENGTH_MAX: Final = 200
INSTRUCTIONS_LENGTH_MAX: Final = 10_000
WORDS_LENGTH_MAX: Final = 2_000
KEY_LENGTH_MAX: Final = 200

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ID_LENGTH_MAX: Final = 60


@lru_cache(maxsize=32)
def parse_course(course_json: str) -> Course:
    """The course that a document describes.

    Raises:
        PlaceError: naming the first place that is wrong.
    """
    document = _document(course_json)
    document.knows("schema", "modules")
    if document.at("schema").value != FORM:
        raise document.at("schema").wrong(f'must be "{FORM}"', "one_of", offered=FORM)
    names = Names()
    modules: dict[str, Module] = {}
    for place in document.at("modules").each(1, MODULES_MAX):
        module = _module(place, names)
        if module.module_id in modules:
            raise _twice(place.at("id"))
        modules[module.module_id] = module
    return Course(tuple(modules.values()), tuple(names.media))


def _document(course_json: str) -> Place:
    try:
        document = json.loads(course_json, object_pairs_hook=_object, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        where = f" at line {error.lineno}, character {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise Place(None).wrong(f"is not JSON{where}", "no_json") from None
    refuse_unreadable(Place(document))
    return Place(document)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object that names nothing twice: of such, readers take one or the other."""
    made = dict(pairs)
    if len(made) < len(pairs):
        raise Place(None).wrong("names something twice in one object", "named_twice")
    return made


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


def _module(place: Place, names: Names) -> Module:
    place.knows("id", "title", "minutes", "annotation_type", "parts", "quiz", "practice")
    module_id = _id(place.at("id"))
    annotation_type = _annotation_type(place.at("annotation_type"))
    title = local(place.at("title"), TITLE_LENGTH_MAX)
    minutes = place.at("minutes").whole(1, MINUTES_MAX)
    for part in place.at("parts").each(1, PARTS_MAX):
        check_part(part, names)
    shown = {name: value for name, value in place.value.items() if name != "practice"}
    practice_place = place.at("practice")
    return Module(
        module_id,
        title,
        minutes,
        annotation_type,
        shown,
        _quiz(place.at("quiz")) if place.at("quiz").value is not None else None,
        _practice(practice_place, annotation_type, names) if practice_place.value is not None else None,
    )


def wrong_answer(place: Place, error: AnswerInvalidError) -> PlaceError:
    """That a known answer breaks a rule of its label schema."""
    broken = broken_rule(error.mark, error.rule)
    words = error.rule if error.mark == "$" else str(error)
    return place.wrong(words, "right", answer_rule=broken.code, mark_no=broken.mark_no)


def _twice(place: Place) -> PlaceError:
    return place.wrong(f'"{place.value}" is there twice', "twice", value=place.value)


def _id(place: Place) -> str:
    value = place.text(_ID_LENGTH_MAX)
    if _ID.fullmatch(value) is None:
        raise place.wrong("must be of a-z, 0-9 and single hyphens, such as what-is-labelling", "id")
    return value


def _annotation_type(place: Place) -> int:
    if place.value is None:
        return 0
    known = {kind.name: kind for kind in AnnotationType}
    if not isinstance(place.value, str) or place.value not in known:
        offered = ", ".join(known)
        raise place.wrong(f"must be null or one of {offered}", "one_of", offered=offered)
    return known[place.value]


def _quiz(place: Place) -> Quiz:
    place.knows("pass_share", "questions")
    pass_share = float(place.at("pass_share").number(0, 1))
    questions: dict[str, Question] = {}
    for entry in place.at("questions").each(1, QUESTIONS_MAX):
        question = _question(entry)
        if question.question_id in questions:
            raise _twice(entry.at("id"))
        questions[question.question_id] = question
    return Quiz(pass_share, tuple(questions.values()))


def _question(place: Place) -> Question:
    place.knows("id", "text", "options", "right", "why")
    question_id = _id(place.at("id"))
    local(place.at("text"), WORDS_LENGTH_MAX)
    values: dict[str, None] = {}
    for option in place.at("options").each(2, OPTIONS_MAX):
        option.knows("value", "text")
        local(option.at("text"), WORDS_LENGTH_MAX)
        value = option.at("value").text(KEY_LENGTH_MAX)
        if value in values:
            raise _twice(option.at("value"))
        values[value] = None
    right = place.at("right").text(KEY_LENGTH_MAX)
    if right not in values:
        raise place.at("right").wrong("must be the value of one of the options", "right_option")
    return Question(question_id, tuple(values), right, local(place.at("why"), WORDS_LENGTH_MAX))


def _practice(place: Place, annotation_type: int, names: Names) -> Practice:
    place.knows("label_schema", "instructions", "items")
    if not annotation_type:
        raise place.wrong("needs the module's annotation_type", "needs_type")
    schema_json = json.dumps(place.at("label_schema").object().value, ensure_ascii=False)
    schema = _schema(place.at("label_schema"), schema_json, annotation_type)
    items: dict[str, PracticeItem] = {}
    for entry in place.at("items").each(1, ITEMS_MAX):
        item = _item(entry, schema, names)
        if item.key in items:
            raise _twice(entry.at("key"))
        items[item.key] = item
    instructions = local(place.at("instructions"), INSTRUCTIONS_LENGTH_MAX)
    return Practice(annotation_type, schema_json, schema, instructions, tuple(items.values()))


def _schema(place: Place, schema_json: str, annotation_type: int) -> LabelSchema:
    try:
        return parse_label_schema(schema_json, annotation_type)
    except InvalidArgumentError as error:
        at, code = error.metadata.pop("place"), error.metadata.pop("code")
        rule = error.metadata.pop("rule").removeprefix(f"{at} ")
        held = place if at == "$" else Place(None, f"{place.path}.{at}")
        raise held.wrong(rule, f"schema_{code}", **error.metadata) from None


def _item(place: Place, schema: LabelSchema, names: Names) -> PracticeItem:
    place.knows("key", "data", "right", "hint", "why")
    key = place.at("key").text(KEY_LENGTH_MAX)
    data = place.at("data")
    check_shown(data, schema, names)
    try:
        right = right_marks(schema, data.value, place.at("right").value)
    except AnswerInvalidError as error:
        raise wrong_answer(place.at("right"), error) from None
    hint, why = local(place.at("hint"), WORDS_LENGTH_MAX), local(place.at("why"), WORDS_LENGTH_MAX)
    return PracticeItem(key, data.value, right, hint, why)
