"""The demo's jobs, items, pictures and people, without a system."""

import base64
import io
import random
import time
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from ilgam.common.v1 import common_pb2
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from numpy.typing import NDArray
from PIL import Image

from services.cli.seed.burst import Stillness
from services.cli.seed.catalogue import Fate, JobPlan, companies, gold_keys, job_plans
from services.cli.seed.digits import EXAM_POOL_SIZE, LABELS, SHOWN_SIDE, digits
from services.cli.seed.graduates import GRADUATES, Graduate, Manner
from services.cli.seed.pictures import SIZE, _direction, pictures
from services.cli.seed.stock import data_json, shown_of, stock_of
from services.labelling.schema import parse_label_schema
from services.runtime.rates import load_rates

TEXT_JOBS = [plan for plan in job_plans() if plan.kind == "text"]
INLINE_BYTES_MAX = 64 * 1024


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def edges(content: bytes) -> float:
    """How much neighbouring pixels differ."""
    grey: NDArray[np.float64] = np.asarray(opened(content).convert("L"), dtype=np.float64)
    return float(np.abs(np.diff(grey, axis=0)).mean() + np.abs(np.diff(grey, axis=1)).mean())


def test_there_are_jobs_of_every_annotation_type_over_two_companies() -> None:
    assert {plan.annotation_type for plan in job_plans()} == set(common_pb2.AnnotationType.values()) - {0}
    assert len(companies()) == 2
    assert len({plan.title for plan in job_plans()}) == len(job_plans())
    fates = Counter(plan.fate for plan in job_plans())
    assert fates == {Fate.OPEN: 16, Fate.PAUSED: 1, Fate.CLOSED: 1, Fate.NEARLY: 1, Fate.UNFUNDED: 1}


@pytest.mark.parametrize("plan", job_plans(), ids=lambda plan: plan.name)
def test_every_job_has_a_schema_that_tasks_takes_and_examples_in_both_languages(plan: JobPlan) -> None:
    spec = plan.spec()
    schema = parse_label_schema(spec.label_schema_json, spec.annotation_type)
    assert plan.maker or schema.labels == plan.labels
    assert schema.not_sure
    assert "좋은 예" in spec.instructions.ko
    assert "나쁜 예" in spec.instructions.ko
    assert "Good example" in spec.instructions.en
    assert "Bad example" in spec.instructions.en


@pytest.mark.parametrize("plan", TEXT_JOBS, ids=lambda plan: plan.name)
def test_every_text_job_has_sixty_different_sentences_for_its_own_labels(plan: JobPlan) -> None:
    stock = stock_of(plan)
    assert len(stock.pieces) == len(stock.by_shown) >= 60
    assert {piece.label for piece in stock.pieces} == set(plan.labels)
    assert {piece.key for piece in stock.pieces if piece.gold} == gold_keys(
        plan.name, [piece.key for piece in stock.pieces]
    )


def test_one_job_alone_pays_less_than_the_minimum_wage_at_its_expected_time() -> None:
    wage = load_rates(Path("deploy/rates.toml")).value("minimum_wage_krw", date(2026, 11, 22))
    low = [plan.name for plan in job_plans() if plan.spec().price_krw * 3600 // plan.expected_seconds < wage]
    assert low == ["09_subject"]


def test_what_is_shown_is_read_back_from_an_items_data() -> None:
    for plan in TEXT_JOBS:
        piece = stock_of(plan).pieces[0]
        assert shown_of(data_json(plan, piece)) == piece.shown


@pytest.mark.parametrize("kind", ["sharpness", "direction", "surface", "subject"])
def test_the_same_pictures_are_drawn_each_time_each_once_and_labels_by_turns(kind: str) -> None:
    found = pictures(kind, 20)
    assert found == pictures(kind, 20)
    assert len({picture.content for picture in found}) == 20
    counts = Counter(picture.label for picture in found)
    assert max(counts.values()) - min(counts.values()) <= 1
    assert {opened(picture.content).size for picture in found} <= {SIZE, SIZE[::-1]}
    assert {opened(picture.content).format for picture in found} == {"JPEG"}


def test_a_blurred_picture_has_fewer_edges_than_any_sharp_one() -> None:
    found = pictures("sharpness", 24)
    sharp = [edges(picture.content) for picture in found if picture.label == "sharp"]
    blurred = [edges(picture.content) for picture in found if picture.label == "blurred"]
    assert max(blurred) < min(sharp)


def test_a_turned_picture_turned_back_is_upright() -> None:
    back = {"up": 0, "right": 90, "down": 180, "left": 270}
    upright = _direction("up", random.Random(4))
    for label, degrees in back.items():
        turned = _direction(label, random.Random(4)).rotate(degrees, expand=True)
        assert turned.tobytes() == upright.tobytes()


def test_every_digit_is_its_own_small_picture_and_the_exams_are_not_the_jobs() -> None:
    found = digits()
    assert len(found) == len({digit.image_url for digit in found}) == 1797
    assert {digit.label for digit in found} == set(LABELS)
    assert max(len(digit.image_url) for digit in found) < INLINE_BYTES_MAX
    head, _, body = found[0].image_url.partition(",")
    assert head == "data:image/png;base64"
    assert opened(base64.b64decode(body)).size == (SHOWN_SIDE, SHOWN_SIDE)
    plan = next(plan for plan in job_plans() if plan.pictures == "digits")
    assert not {digit.image_url for digit in found[:EXAM_POOL_SIZE]} & set(stock_of(plan).by_shown)


def test_graduates_answer_as_they_are() -> None:
    rng = random.Random(1)
    careful = Counter(Graduate("a", 0.9).answer("3", LABELS, rng) for _ in range(4000))
    assert 0.88 < careful["3"] / 4000 < 0.92
    assert careful["4"] > 5 * max(careful[label] for label in "0125")
    same = Graduate("b", 0.1, manner=Manner.ALWAYS_SAME)
    assert {same.answer(label, LABELS, rng) for label in LABELS} == {LABELS[0]}
    guesses = Counter(Graduate("c", 0.3, manner=Manner.GUESSES).answer("3", LABELS, rng) for _ in range(4000))
    assert set(guesses) == set(LABELS)
    assert sum(graduate.manner is not Manner.CAREFUL for graduate in GRADUATES) == 2
    assert len({graduate.name for graduate in GRADUATES}) == 14


def test_a_job_in_which_nothing_moves_is_noticed_and_one_that_moves_is_not() -> None:
    moving, still = Stillness(0.02), Stillness(0.02)
    for count in range(5):
        assert not moving.after(pb.GetJobProgressResponse(submitted_count=count))
        time.sleep(0.01)
    assert not still.after(pb.GetJobProgressResponse(submitted_count=1, judged_count=1))
    time.sleep(0.03)
    assert still.after(pb.GetJobProgressResponse(submitted_count=1, judged_count=1))
