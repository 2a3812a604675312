"""Who may claim, how much, and how much of it is gold."""

import random
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.core.errors import NotFoundError, Reason, ServiceError
from services.tasks.domain.claim import Offer, Place, claim_size, draw_gold, gold_share, refuse_claim
from services.tasks.domain.job import JobState
from services.tasks.domain.lease import VerdictState
from services.tasks.domain.spec import ClaimMode
from services.tasks.domain.standing import Missing, Standing, missing
from services.tasks.store.queries.marks import VerdictMark
from services.tasks.use_cases.mark_verdicts import merge_verdicts

NOW = datetime(2026, 6, 2, 9, tzinfo=UTC)
GOOD = Standing(certificate_id=UUID(int=1), restricted=False, restricted_until=None, skill_lower=0.7)
OFFER = Offer(
    job_id=UUID(int=2),
    state=JobState.OPEN,
    claim_mode=ClaimMode.QUEUE,
    annotation_type=1,
    required_skill=0.5,
    price_krw=100,
    publish_no=1,
    lease_seconds=1800,
    hold_limit=10,
    schema_version=1,
    instructions_version=1,
    label_schema_json="{}",
    instructions_ko="",
    instructions_en="",
    item_count=1000,
    overlap_min=1,
    gold_count=0,
    gold_overlap=30,
    standing=GOOD,
    now=NOW,
)


def reason_of(offer: Offer, *, named: bool = False) -> Reason:
    with pytest.raises(ServiceError) as caught:
        refuse_claim(offer, item_ids_named=named)
    return caught.value.reason


def test_a_worker_in_good_standing_claims_from_an_open_job() -> None:
    refuse_claim(OFFER, item_ids_named=False)
    refuse_claim(replace(OFFER, claim_mode=ClaimMode.PICK), item_ids_named=True)


@pytest.mark.parametrize("state", [JobState.PAUSED, JobState.FROZEN, JobState.CLOSING, JobState.CLOSED])
def test_a_job_that_is_not_open_takes_no_claims(state: JobState) -> None:
    assert reason_of(replace(OFFER, state=state)) == Reason.JOB_STATE


@pytest.mark.parametrize("state", [JobState.DRAFT, JobState.PUBLISHING, JobState.CANCELLED])
def test_a_job_that_never_opened_is_not_there_for_workers(state: JobState) -> None:
    with pytest.raises(NotFoundError):
        refuse_claim(replace(OFFER, state=state), item_ids_named=False)


def test_the_claim_mode_says_whether_items_are_named() -> None:
    assert reason_of(OFFER, named=True) == Reason.CLAIM_MODE
    assert reason_of(replace(OFFER, claim_mode=ClaimMode.PICK)) == Reason.CLAIM_MODE


def test_the_gravest_reason_is_told() -> None:
    nobody = Standing(certificate_id=None, restricted=True, restricted_until=None, skill_lower=0.0)
    assert missing(nobody, 0.5) == (Missing.RESTRICTED, Missing.CERTIFICATE, Missing.SKILL)
    assert reason_of(replace(OFFER, standing=nobody)) == Reason.WORKER_RESTRICTED
    assert reason_of(replace(OFFER, standing=replace(nobody, restricted=False))) == Reason.CERTIFICATE_MISSING
    assert reason_of(replace(OFFER, standing=replace(GOOD, skill_lower=0.4))) == Reason.SKILL_TOO_LOW
    assert missing(replace(GOOD, skill_lower=0.0), 0.0) == ()


def test_a_claim_takes_what_the_hold_limit_leaves() -> None:
    assert claim_size(5, OFFER, Place(0, 0)) == 5
    assert claim_size(50, OFFER, Place(0, 3)) == 7
    with pytest.raises(ServiceError, match="hand in"):
        claim_size(1, OFFER, Place(0, 10))
    with pytest.raises(ServiceError, match="count"):
        claim_size(0, OFFER, Place(0, 0))


def test_gold_lasts_until_the_end_and_stays_a_small_share() -> None:
    assert gold_share(OFFER) == 0.0
    assert gold_share(replace(OFFER, gold_count=50)) == 0.1
    assert gold_share(replace(OFFER, gold_count=1, gold_overlap=9, item_count=1000)) == 9 / (9 + 999)
    assert gold_share(replace(OFFER, gold_count=300)) == 0.3


def test_each_place_is_thrown_for_by_itself() -> None:
    offer, chance = replace(OFFER, gold_count=50), random.Random(1)
    drawn = [draw_gold(offer, 10, chance) for _ in range(1000)]
    assert 900 < sum(gold.count for gold in drawn) < 1100
    assert all(-(2**40) <= gold.pos < 0 for gold in drawn)


def test_verdicts_of_one_answer_merge_to_the_same_in_any_order() -> None:
    answer = UUID(int=9)
    marks = [
        VerdictMark(answer),
        VerdictMark(answer, 1, VerdictState.REJECTED, "GOLD", 0.2, 1, first_accepted=False),
        VerdictMark(answer, 2, VerdictState.ACCEPTED, "REVIEW", 0.9, 2, first_accepted=True),
    ]
    wanted = VerdictMark(answer, 2, VerdictState.ACCEPTED, "REVIEW", 0.9, 1, first_accepted=False)
    for seed in range(6):
        shuffled = random.Random(seed).sample(marks, 3)
        assert merge_verdicts(shuffled) == {answer: wanted}
