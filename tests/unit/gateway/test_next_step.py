"""What a worker's home page says to do next, and how the newest verdicts are told."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from ilgam.common.v1 import common_pb2
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from ilgam.workers.v1 import workers_service_pb2 as workers_pb

from services.gateway.pages.learn.steps import WayNext
from services.gateway.pages.work.next_step import NEWS_JOBS_MAX, Next, best_jobs, next_step, verdict_news
from services.gateway.pages.work.shown import Wage, about, shown_job

NOON = datetime(2026, 11, 22, 3, tzinfo=UTC)
RESTRICTION = workers_pb.Restriction(reason="checks")


def job(title: str, hourly_pay_krw: int = 12_000, *missing: pb.MissingKind.ValueType, left: int = 9) -> pb.AvailableJob:
    return pb.AvailableJob(
        job_id=title,
        title=title,
        annotation_type=common_pb2.ANNOTATION_TYPE_TEXT_CHOICE,
        hourly_pay_krw=hourly_pay_krw,
        minimum_wage_krw=10_320,
        usual_seconds=10,
        wanting_count=left,
        missing=missing,
        claim_mode=pb.CLAIM_MODE_QUEUE,
    )


def judged(job_id: str, state: pb.VerdictState.ValueType, minute: int = 0, paid_krw: int = 0) -> pb.Assignment:
    time = Timestamp()
    time.FromDatetime(NOON + timedelta(minutes=minute))
    return pb.Assignment(job_id=job_id, verdict_state=state, verdict_time=time, paid_krw=paid_krw)


def test_work_in_hand_comes_before_everything_else() -> None:
    live = pb.LiveWork(job_id="held", title="held", live_count=3)
    step = next_step([live], [job("better", 30_000)], RESTRICTION)
    assert (step.what, step.live) == (Next.GO_ON, live)


def test_who_is_restricted_is_told_so_rather_than_shown_work() -> None:
    assert next_step([], [job("open")], RESTRICTION).what is Next.RESTRICTED


def test_the_job_with_the_best_pay_by_the_hour_that_one_may_take_comes_first() -> None:
    jobs = [
        job("usual", 12_000),
        job("best", 15_000),
        job("locked", 40_000, pb.MISSING_KIND_POOL),
        job("empty", 50_000, left=0),
    ]
    for order in permutations(jobs):
        step = next_step([], order, None)
        assert (step.what, step.job and step.job.title) == (Next.JOB, "best")


def test_answers_in_no_time_do_not_make_a_job_the_best() -> None:
    played = job("played by programs", 3_789_473)
    played.usual_seconds = 0
    assert [one.title for one in best_jobs([played, job("real")])] == ["real", "played by programs"]
    assert shown_job(played).wage is Wage.UNKNOWN


def test_items_that_a_company_names_are_not_offered_from_a_queue() -> None:
    named = job("named")
    named.claim_mode = pb.CLAIM_MODE_PICK
    assert best_jobs([named]) == []
    assert shown_job(named).missing == ("PICK",)


@pytest.mark.parametrize(
    ("missing", "what"),
    [
        ((pb.MISSING_KIND_CERTIFICATE,), Next.CERTIFICATE),
        ((pb.MISSING_KIND_SKILL,), Next.SKILL),
        ((pb.MISSING_KIND_POOL,), Next.POOL),
        ((pb.MISSING_KIND_SKILL, pb.MISSING_KIND_CERTIFICATE), Next.CERTIFICATE),
    ],
)
def test_where_nothing_can_be_taken_one_hears_what_is_missing(
    missing: tuple[pb.MissingKind.ValueType, ...], what: Next
) -> None:
    assert next_step([], [job("locked", 12_000, *missing)], None).what is what


def test_the_job_with_the_least_missing_is_the_one_to_aim_for() -> None:
    far = job("far", 40_000, pb.MISSING_KIND_CERTIFICATE, pb.MISSING_KIND_POOL)
    near = job("near", 11_000, pb.MISSING_KIND_SKILL)
    step = next_step([], [far, near], None)
    assert (step.what, step.job and step.job.title) == (Next.SKILL, "near")


def test_without_open_items_one_waits() -> None:
    assert next_step([], [job("empty", left=0), job("locked", 1, pb.MISSING_KIND_POOL, left=0)], None).what is Next.WAIT


@pytest.mark.parametrize(
    ("hourly_pay_krw", "wage", "difference_krw"),
    [(10_319, Wage.BELOW, 1), (10_320, Wage.ABOVE, 0), (12_000, Wage.ABOVE, 1_680), (0, Wage.UNKNOWN, 10_320)],
)
def test_pay_by_the_hour_stands_beside_the_minimum_wage(hourly_pay_krw: int, wage: Wage, difference_krw: int) -> None:
    shown = shown_job(job("any", hourly_pay_krw))
    assert (shown.wage, shown.difference_krw) == (wage, difference_krw)


@pytest.mark.parametrize(
    ("count", "said"), [(0, 0), (20, 20), (27, 20), (166, 160), (1_737, 1_700), (1_000_000, 1_000_000)]
)
def test_many_open_items_are_said_in_round_numbers(count: int, said: int) -> None:
    assert about(count) == said


def test_the_newest_verdicts_are_told_together_for_each_job() -> None:
    accepted, rejected = pb.VERDICT_STATE_ACCEPTED, pb.VERDICT_STATE_REJECTED
    news = verdict_news(
        [
            judged("old", accepted, 1, 30),
            judged("new", accepted, 2, 40),
            judged("new", rejected, 9),
            judged("old", accepted, 3, 30),
            judged("waiting", pb.VERDICT_STATE_PENDING, 20),
        ]
    )
    assert [(one.job_id, one.accepted_count, one.rejected_count, one.paid_krw) for one in news] == [
        ("new", 1, 1, 40),
        ("old", 2, 0, 60),
    ]


def test_news_stay_short() -> None:
    news = verdict_news(judged(f"{n}", pb.VERDICT_STATE_ACCEPTED, n) for n in range(9))
    assert [one.job_id for one in news] == [f"{n}" for n in range(8, 8 - NEWS_JOBS_MAX, -1)]


def test_the_way_to_a_certificate_comes_before_jobs() -> None:
    exam = WayNext("TAKE_EXAM", "/learn/exams", before_work=True)
    step = next_step([], [job("open")], None, exam)
    assert (step.what, step.way) == (Next.WAY, exam)
    assert next_step([], [job("open")], RESTRICTION, exam).what is Next.RESTRICTED


def test_the_way_to_a_company_comes_after_jobs_that_can_be_done_without() -> None:
    talk = WayNext("BOOK_CONSULTATION", "/learn/consultations")
    assert next_step([], [job("open")], None, talk).what is Next.JOB
    assert next_step([], [job("locked", 1, pb.MISSING_KIND_POOL)], None, talk).what is Next.WAY


def test_whoever_has_walked_the_way_sees_what_is_missing_for_the_nearest_job() -> None:
    walked = WayNext("WORK", "/work/jobs", is_walked=True)
    assert next_step([], [job("locked", 1, pb.MISSING_KIND_POOL)], None, walked).what is Next.POOL
