"""What the demo makes of every kind, and how its graduates answer it, without a system."""

import json
import random
from collections.abc import Sequence
from statistics import mean

import pytest

from services.cli.market.labels import marks_answer
from services.cli.seed.catalogue import JobPlan, job_plans
from services.cli.seed.graduates import Graduate, Manner
from services.cli.seed.guides import NUMBER, schema_with_examples
from services.cli.seed.kinds.hands import answered
from services.cli.seed.kinds.made import Made, Result
from services.cli.seed.kinds.registry import MAKERS
from services.cli.seed.stock import Piece, data_json, shown_of, stock_of
from services.labelling.annotation import CheckedAnswer, check_answer, facts_of
from services.labelling.likeness import similarity
from services.labelling.schema import LabelSchema, parse_label_schema
from services.runtime.pictures import read_picture
from services.tasks.domain.guide_examples import check_examples

PLANS = [plan for plan in job_plans() if plan.maker]
CAREFUL = Graduate("careful", 0.97)
GUESSING = Graduate("guessing", 0.0, manner=Manner.GUESSES)
EACH = 6
every_plan = pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)


def schema_of(plan: JobPlan) -> LabelSchema:
    return parse_label_schema(plan.label_schema_json, plan.annotation_type)


def checked(plan: JobPlan, item: Made, results: Sequence[Result]) -> CheckedAnswer:
    schema = schema_of(plan)
    return check_answer(schema, marks_answer(results), facts_of(schema, item.data, item.sizes))


def likeness(plan: JobPlan, who: Graduate, items: Sequence[Made]) -> float:
    """How like the truth somebody's answers are, on average."""
    rng = random.Random(5)
    controls = schema_of(plan).controls
    return mean(
        similarity(controls, checked(plan, item, answered(who, item, rng)).marks, checked(plan, item, item.truth).marks)
        for item in items
    )


@every_plan
def test_every_job_has_a_schema_that_tasks_takes_and_examples_in_both_languages(plan: JobPlan) -> None:
    schema = schema_of(plan)
    assert (schema.plain is not None) == (plan.maker == "matching")
    assert schema.not_sure
    instructions = plan.spec().instructions
    assert "좋은 예" in instructions.ko
    assert "나쁜 예" in instructions.ko
    assert "Good example" in instructions.en
    assert "Bad example" in instructions.en


@every_plan
def test_what_is_true_of_an_item_is_an_answer_that_keeps_every_rule(plan: JobPlan) -> None:
    for number in range(EACH):
        item = MAKERS[plan.maker](number)
        assert checked(plan, item, item.truth).marks


@every_plan
def test_an_item_is_the_same_each_time_and_another_number_is_another_item(plan: JobPlan) -> None:
    first, again, other = (MAKERS[plan.maker](number) for number in (3, 3, 4))
    assert (first.key, first.truth, list(first.sizes.values())) == (again.key, again.truth, list(again.sizes.values()))
    known = [shown_of(json.dumps(one.data)) for one in (first, again, other)]
    assert known[0] == known[1] != known[2]
    # Recordings differ to the bit; all else is the same file.
    assert plan.maker == "speech" or first.media == again.media


@every_plan
def test_pictures_are_stored_as_they_are_made(plan: JobPlan) -> None:
    for number in range(EACH):
        for name, content in MAKERS[plan.maker](number).media.items():
            assert not name.endswith("jpg") or read_picture(content).sha256 in name


@every_plan
def test_careful_people_come_near_the_truth_and_guessing_ones_do_not(plan: JobPlan) -> None:
    items = [MAKERS[plan.maker](number) for number in range(EACH)]
    assert likeness(plan, CAREFUL, items) > 0.8
    assert likeness(plan, GUESSING, items) < 0.4


@every_plan
def test_whoever_answers_and_however_often_the_answer_is_taken(plan: JobPlan) -> None:
    rng = random.Random(7)
    items = [MAKERS[plan.maker](number) for number in range(EACH)]
    for who in (CAREFUL, GUESSING, Graduate("slips", 0.0), Graduate("same", 0.5, manner=Manner.ALWAYS_SAME)):
        for item in items * 4:
            assert checked(plan, item, answered(who, item, rng)).marks


@pytest.mark.parametrize("plan", [plan for plan in PLANS if "example" in plan.terms], ids=lambda plan: plan.name)
def test_a_guides_examples_can_be_shown_and_differ(plan: JobPlan) -> None:
    item = MAKERS[plan.maker](NUMBER)
    schema = parse_label_schema(schema_with_examples(plan, item), plan.annotation_type)
    check_examples(schema, item.sizes)
    good, bad = schema.examples
    assert (good.good, bad.good) == (True, False)
    assert good.results != bad.results


def test_an_item_is_known_again_by_what_is_shown() -> None:
    plan = next(plan for plan in PLANS if plan.maker == "notices")
    stock = stock_of(plan)
    assert len(stock.by_shown) == len(stock.pieces) == plan.count
    for piece in stock.pieces:
        assert piece.made is not None
        # Html comes back as the server keeps it, which is the same to those who read it.
        returned = json.dumps(piece.made.data).replace("</h2><p>", "</h2>\\n<p>")
        assert stock.by_shown[shown_of(returned)] == piece
        assert json.loads(data_json(plan, piece)) == piece.made.data
    assert sum(piece.gold for piece in stock.pieces) > 1


def test_an_item_of_any_other_kind_is_known_again_however_its_data_is_written() -> None:
    item = MAKERS["tables"](1)
    piece = Piece(item.key, shown_of(json.dumps(item.data)), "", made=item)
    assert shown_of(json.dumps(item.data, ensure_ascii=False, indent=2, sort_keys=True)) == piece.shown
