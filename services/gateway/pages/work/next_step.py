"""What a worker does best next, and what their newest verdicts say together. No calls are made here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from google.protobuf.timestamp_pb2 import Timestamp
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from ilgam.workers.v1 import workers_service_pb2 as workers_pb

from services.gateway.pages.learn.steps import WayNext

NEWS_JOBS_MAX = 4


class Next(StrEnum):
    """What comes first on the home page."""

    GO_ON = "go_on"
    RESTRICTED = "restricted"
    # What comes next on the way to the first job.
    WAY = "way"
    JOB = "job"
    CERTIFICATE = "certificate"
    SKILL = "skill"
    POOL = "pool"
    WAIT = "wait"


@dataclass(frozen=True)
class Step:
    """What to do next.

    Attributes:
        what: the kind of step.
        live: the work to go on with, for GO_ON.
        job: the job to take, for JOB; the nearest one that one may not claim yet, for CERTIFICATE, SKILL and POOL.
        way: what comes next on the way, for WAY.
    """

    what: Next
    live: pb.LiveWork | None = None
    job: pb.AvailableJob | None = None
    way: WayNext | None = None


_MISSING_STEPS = (
    (pb.MISSING_KIND_CERTIFICATE, Next.CERTIFICATE),
    (pb.MISSING_KIND_SKILL, Next.SKILL),
    (pb.MISSING_KIND_POOL, Next.POOL),
)


def next_step(
    live: Sequence[pb.LiveWork],
    jobs: Sequence[pb.AvailableJob],
    restriction: workers_pb.Restriction | None,
    way: WayNext | None = None,
) -> Step:
    """Work in hand first, then the job with the best pay by the hour, else what is missing for the nearest one.

    The way to a certificate comes before jobs, for without one there are none; the way to a company comes after those
    that can be done without it.
    """
    if live:
        return Step(Next.GO_ON, live=live[0])
    if restriction is not None:
        return Step(Next.RESTRICTED)
    best = best_jobs(jobs)
    if way is not None and (way.before_work or not (best or way.is_walked)):
        return Step(Next.WAY, way=way)
    return Step(Next.JOB, job=best[0]) if best else _missing_step(jobs)


def _missing_step(jobs: Sequence[pb.AvailableJob]) -> Step:
    """What is missing for the nearest job that wants answers."""
    wanted = [job for job in jobs if job.missing and job.wanting_count]
    if not wanted:
        return Step(Next.WAIT)
    nearest = min(wanted, key=lambda job: (len(job.missing), -known_hourly_krw(job)))
    what = next((step for kind, step in _MISSING_STEPS if kind in nearest.missing), Next.WAIT)
    return Step(what, job=nearest)


def best_jobs(jobs: Iterable[pb.AvailableJob]) -> list[pb.AvailableJob]:
    """The jobs that one may take items of now, best pay by the hour first."""
    can = [job for job in jobs if is_open_to(job) and job.wanting_count]
    return sorted(can, key=lambda job: -known_hourly_krw(job))


def known_hourly_krw(job: pb.AvailableJob) -> int:
    """Pay by the hour; 0 while unknown. Answers in no time at all say nothing of what a person makes in an hour."""
    return job.hourly_pay_krw if job.usual_seconds else 0


def is_open_to(job: pb.AvailableJob) -> bool:
    """Whether the caller may take items from the job's queue."""
    return not job.missing and job.claim_mode != pb.CLAIM_MODE_PICK


@dataclass(frozen=True)
class VerdictNews:
    """What the newest verdicts on answers of one job were."""

    job_id: str
    accepted_count: int
    rejected_count: int
    paid_krw: int
    newest_time: Timestamp


def verdict_news(answers: Iterable[pb.Assignment]) -> list[VerdictNews]:
    """The judged ones of these answers, together for each job, newest first; a few jobs at most."""
    by_job: dict[str, list[pb.Assignment]] = {}
    for answer in answers:
        if answer.verdict_state in {pb.VERDICT_STATE_ACCEPTED, pb.VERDICT_STATE_REJECTED}:
            by_job.setdefault(answer.job_id, []).append(answer)
    news = [_news_of(job_id, judged) for job_id, judged in by_job.items()]
    return sorted(news, key=lambda one: -one.newest_time.ToNanoseconds())[:NEWS_JOBS_MAX]


def _news_of(job_id: str, judged: Sequence[pb.Assignment]) -> VerdictNews:
    accepted = sum(answer.verdict_state == pb.VERDICT_STATE_ACCEPTED for answer in judged)
    return VerdictNews(
        job_id=job_id,
        accepted_count=accepted,
        rejected_count=len(judged) - accepted,
        paid_krw=sum(answer.paid_krw for answer in judged),
        newest_time=max((answer.verdict_time for answer in judged), key=lambda time: time.ToNanoseconds()),
    )
