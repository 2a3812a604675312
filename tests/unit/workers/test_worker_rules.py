"""Workers' pure rules: exams, certificates, restrictions."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.core.ids import new_id
from services.labelling.kinds import AnnotationType
from services.labelling.schema import LabelSchema
from services.workers.domain.certificates import (
    Certificate,
    CertificateState,
    expire_time_of,
    new_number,
    normal_number,
)
from services.workers.domain.exam import (
    REQUIRED_LOWER,
    AskedItem,
    ExamAttempt,
    GivenAnswer,
    end_time_of,
    finish_time_of,
    problem_with,
    retry_time_of,
    right_needed,
)
from services.workers.domain.exam_guide import ITEM_COUNT, TIME_LIMIT_MINUTES
from services.workers.domain.exam_items import ExamItem, judged
from services.workers.domain.standing import Restriction, RestrictionKind

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def _attempt(right_count: int | None, finish_time: datetime | None = NOW) -> ExamAttempt:
    return ExamAttempt(
        new_id(), new_id(), 1, ITEM_COUNT, NOW, end_time_of(NOW, TIME_LIMIT_MINUTES), finish_time, right_count
    )


@pytest.mark.parametrize(("right_count", "passes"), [(20, True), (19, True), (18, False), (10, False), (0, False)])
def test_the_lower_bound_must_reach_what_is_required(right_count: int, passes: bool) -> None:
    attempt = _attempt(right_count)
    assert attempt.passed is passes
    assert (attempt.score.lower >= REQUIRED_LOWER) is passes
    assert (retry_time_of(attempt) is None) is passes


def test_a_running_attempt_shows_nothing_yet() -> None:
    attempt = _attempt(None, finish_time=None)
    assert (attempt.passed, attempt.ran_out, attempt.score.count) == (False, False, 0)
    assert retry_time_of(attempt) is None


def test_an_attempt_never_finishes_after_its_time() -> None:
    attempt = _attempt(None, finish_time=None)
    assert finish_time_of(attempt, NOW + MINUTE) == NOW + MINUTE
    assert finish_time_of(attempt, NOW + 31 * MINUTE) == NOW + 30 * MINUTE
    assert _attempt(0, finish_time=NOW + 30 * MINUTE).ran_out
    assert retry_time_of(_attempt(0, finish_time=NOW)) == NOW + timedelta(hours=24)


SCHEMA = LabelSchema((), ())


def test_answers_must_name_items_of_the_attempt_once_with_offered_labels() -> None:
    item, other = UUID(int=1), UUID(int=2)
    drawn, empty = UUID(int=3), '{"results": []}'
    asked = {item: AskedItem(["a", "b"]), drawn: AskedItem([], SCHEMA)}
    assert problem_with([GivenAnswer(item, "a"), GivenAnswer(drawn, answer_json=empty)], asked) is None
    assert problem_with([], asked) is None
    for answers, place, field in (
        ([GivenAnswer(other, "a")], 0, "exam_item_id"),
        ([GivenAnswer(item, "c")], 0, "label"),
        ([GivenAnswer(item, "a", empty)], 0, "answer_json"),
        ([GivenAnswer(item, "a"), GivenAnswer(drawn, "a")], 1, "label"),
        ([GivenAnswer(drawn, answer_json='{"results": 3}')], 0, "answer_json"),
        ([GivenAnswer(drawn, answer_json='{"results": [], "not_sure": true}')], 0, "answer_json"),
        ([GivenAnswer(drawn)], 0, "answer_json"),
        ([GivenAnswer(item, "a"), GivenAnswer(item, "b")], 1, "exam_item_id"),
    ):
        problem = problem_with(answers, asked)
        assert problem is not None
        assert (problem.place, problem.field) == (place, field)


@pytest.mark.parametrize("data_json", ["", "{", "[]", "{}", "1", "null", "[" * 100_000])
def test_what_is_shown_must_be_an_object(data_json: str) -> None:
    item = ExamItem(new_id(), "k", data_json, ("a", "b"), "a")
    assert judged(item, AnnotationType.TEXT_CHOICE).problem.startswith("data_json: ")


def test_certificates_last_two_years_and_end_on_the_28th_for_a_leap_day() -> None:
    assert expire_time_of(NOW) == datetime(2028, 3, 1, 12, tzinfo=UTC)
    assert expire_time_of(datetime(2028, 2, 29, tzinfo=UTC)) == datetime(2030, 2, 28, tzinfo=UTC)
    certificate = Certificate(new_id(), "n", new_id(), 1, NOW, NOW + MINUTE)
    assert certificate.state_at(NOW) is CertificateState.VALID
    assert certificate.state_at(NOW + MINUTE) is CertificateState.EXPIRED
    revoked = Certificate(new_id(), "n", new_id(), 1, NOW, NOW + MINUTE, revoke_time=NOW)
    assert revoked.state_at(NOW) is revoked.state_at(NOW + MINUTE) is CertificateState.REVOKED


def test_numbers_survive_being_typed() -> None:
    number = new_number(NOW, lambda alphabet: alphabet[1])
    assert number == "ILG-2026-111111"
    assert normal_number(" ilg-2026-ilI1lL ") == number
    assert normal_number("ILG-2026-7F3KO0") == "ILG-2026-7F3K00"
    assert normal_number("") == ""


def test_a_restriction_without_an_end_holds_until_it_is_lifted() -> None:
    assert Restriction(RestrictionKind.FRAUD, "", None).holds_at(NOW)
    ending = Restriction(RestrictionKind.PAUSED, "", NOW)
    assert ending.holds_at(NOW - MINUTE)
    assert not ending.holds_at(NOW)


@pytest.mark.parametrize(("item_count", "needed"), [(8, None), (9, 9), (10, 10), (20, 19), (50, 42), (100, 79)])
def test_the_longer_the_exam_the_smaller_the_share_that_passes(item_count: int, needed: int | None) -> None:
    assert right_needed(item_count) == needed
