"""The demo's course and exams, without a system: what a programme would take, in both languages, nothing used twice."""

import io
import json
import re
from collections import Counter
from typing import Any

import av
import pytest
from PIL import Image

from services.cli.seed.catalogue import job_plans
from services.cli.seed.digits import digits
from services.cli.seed.drawings import drawing
from services.cli.seed.exams import exam_plans
from services.cli.seed.film import CAPTIONS, SCENE_SECONDS, captions, film
from services.cli.seed.lessons import lessons
from services.cli.seed.stock import shown_of, stock_of
from services.labelling.kinds import AnnotationType
from services.workers.domain.course_document import parse_course

# Their items are known by what is written in them.
WITHOUT_FILES = {"entities", "tables", "polite", "notices"}
HANGUL = re.compile("[가-힣]")
MODULES: list[dict[str, Any]] = lessons().document["modules"]
PRACTICE = [module for module in MODULES if "practice" in module]


def texts_of(value: object) -> list[dict[str, str]]:
    """Every {"ko": ..., "en": ...} in a document."""
    if isinstance(value, dict):
        if set(value) == {"ko", "en"}:
            return [value]
        return [text for inner in value.values() for text in texts_of(inner)]
    return [text for inner in value for text in texts_of(inner)] if isinstance(value, list) else []


def test_the_course_is_one_that_a_programme_takes() -> None:
    course = parse_course(lessons().document_json)
    assert len(course.modules) == 18
    assert {media_id for _, media_id in course.media} == set(lessons().media)


def test_every_module_teaches_in_both_languages_and_asks_three_to_five_questions() -> None:
    for module in MODULES:
        assert 1 <= len(module["parts"]) <= 6
        assert 3 <= len(module["quiz"]["questions"]) <= 5
        for text in texts_of(module):
            assert text["ko"]
            assert text["en"]
    korean = [text["ko"] for module in MODULES for part in module["parts"] for text in texts_of(part.get("body", []))]
    assert korean
    assert all(HANGUL.search(text) for text in korean)


def test_the_right_answer_of_a_quiz_is_not_always_at_one_place() -> None:
    places = Counter(
        [option["value"] for option in question["options"]].index(question["right"])
        for module in MODULES
        for question in module["quiz"]["questions"]
    )
    assert set(places) == {0, 1, 2}


def test_every_kind_is_practised_with_a_hint_and_a_reason_for_every_item() -> None:
    assert {module["annotation_type"] for module in PRACTICE} == {kind.name for kind in AnnotationType}
    for module in PRACTICE:
        items = module["practice"]["items"]
        assert len(items) >= 2
        assert all(item["hint"]["ko"] and item["why"]["ko"] for item in items)
    for module in PRACTICE[:2]:
        labels = [item["right"]["label"] for item in module["practice"]["items"]]
        assert len(labels) >= 8
        assert len(set(labels)) >= 3


def test_every_digit_to_practise_with_is_the_one_that_was_written() -> None:
    truths = {digit.image_url: digit.label for digit in digits()}
    items = PRACTICE[1]["practice"]["items"]
    assert [item["right"]["label"] for item in items] == [truths[item["data"]["image_url"]] for item in items]


def test_each_annotation_type_is_shown_with_good_and_bad_examples() -> None:
    shown = {
        module["id"]: (
            sum(len(part["good"]) for part in module["parts"] if part["kind"] == "examples"),
            sum(len(part["bad"]) for part in module["parts"] if part["kind"] == "examples"),
        )
        for module in MODULES
    }
    for module_id in ("text-choice", "image-choice", "boxes-and-spans", "sound-video-tables"):
        good, bad = shown[module_id]
        assert good
        assert bad


def test_exams_practice_and_jobs_share_no_item() -> None:
    exams = {row.data_json for plan in exam_plans() for row in plan.rows}
    exams |= {json.dumps(item.data, ensure_ascii=False) for plan in exam_plans() for item in plan.items}
    practised = {
        json.dumps(item["data"], ensure_ascii=False) for module in PRACTICE for item in module["practice"]["items"]
    }
    made = {shown for plan in job_plans() if plan.maker in WITHOUT_FILES for shown in stock_of(plan).by_shown}
    assert not {shown_of(data) for data in exams | practised} & made
    worked = {shown for plan in job_plans() if plan.sentences for shown in stock_of(plan).by_shown}
    assert not exams & practised
    for data in exams | practised:
        assert json.loads(data).get("text") not in worked


def test_there_is_an_exam_for_every_kind_and_its_pool_is_larger_than_what_is_drawn() -> None:
    assert {int(plan.annotation_type) for plan in exam_plans()} == {int(kind) for kind in AnnotationType}
    for plan in exam_plans():
        assert plan.pool_item_count >= 12
        assert plan.guide.item_count < plan.pool_item_count
        assert plan.guide.instructions.ko
        assert plan.guide.instructions.en
        if plan.job:
            assert len(plan.items) == plan.count


def test_exams_for_choices_have_sixty_items_and_use_all_their_labels() -> None:
    for plan in (plan for plan in exam_plans() if not plan.job):
        assert len(plan.rows) == len(plan.truths) >= 60
        assert set(plan.truths.values()) == set(plan.labels)
        assert plan.guide.question.ko
        assert plan.guide.question.en


def test_the_film_has_as_many_seconds_as_its_captions_and_is_made_the_same_again() -> None:
    content = film()
    assert content == film()
    with av.open(io.BytesIO(content), "r") as container:
        assert container.streams.video[0].codec_context.name == "vp9"
        assert container.duration == sum(SCENE_SECONDS) * 1_000_000
    for language, words in CAPTIONS.items():
        assert captions(language).decode().count("-->") == len(words) == len(SCENE_SECONDS)


@pytest.mark.parametrize("name", ["box-good", "coins-missing", "audio-bad", "track-good", "table-bad"])
def test_a_drawing_is_the_same_each_time(name: str) -> None:
    assert drawing(name) == drawing(name)
    assert min(Image.open(io.BytesIO(drawing(name))).size) >= 200
