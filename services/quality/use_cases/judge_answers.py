"""Judges answers as they come: those of many jobs in one go, each job under its own lock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.quality.domain.case import Submission
from services.quality.domain.job import Job
from services.quality.domain.judging import Round
from services.quality.store.queries import jobs
from services.quality.use_cases.conclude import conclude
from services.quality.use_cases.finish_job import finish_job
from services.quality.use_cases.gather_cases import gather_cases
from services.quality.use_cases.settle_case import fetch, settle_case
from services.runtime.bodies import Bodies
from services.runtime.database import Transaction
from services.runtime.inbox import PermanentEventError


@dataclass(frozen=True)
class Arrival:
    """Answers of one worker in one job, and the gold that must be known before they are judged."""

    job_id: UUID
    gold_revision: int
    submissions: Sequence[Submission]


async def judge_answers(tx: Transaction, bodies: Bodies | None, arrivals: Sequence[Arrival]) -> list[int]:
    """Judges answers and gives the places of those arrivals that must wait for their job to be known well enough.

    Raises:
        PermanentEventError: a label that no schema of the job has, or a second answer of a worker to an item.
        UnavailableError: a body is not in the store yet; the same answers may come again.
    """
    for arrival in arrivals:
        # Before anything is locked; what has been read stays at hand.
        named = [one.body_sha256 for one in arrival.submissions if one.body_sha256]
        if named:
            await fetch(bodies, arrival.job_id, named)
    known = await jobs.lock_jobs(tx.connection, sorted({arrival.job_id for arrival in arrivals}))
    waiting = [n for n, arrival in enumerate(arrivals) if not _ready(known.get(arrival.job_id), arrival)]
    late = set(waiting)
    new: dict[UUID, list[Submission]] = {}
    for n, arrival in enumerate(arrivals):
        if n not in late:
            new.setdefault(arrival.job_id, []).extend(arrival.submissions)
    await settle_and_conclude(tx, bodies, known, {}, new)
    await _finish_complete(tx, bodies, [job_id for job_id in sorted(new) if known[job_id].closed_answers is not None])
    return waiting


async def settle_and_conclude(
    tx: Transaction,
    bodies: Bodies | None,
    known: Mapping[UUID, Job],
    items: Mapping[UUID, Sequence[UUID]],
    new: Mapping[UUID, Sequence[Submission]],
) -> None:
    """Settles touched items of locked jobs and decides what follows, as the jobs' state asks."""
    settled = [
        await settle_case(tx, bodies, case, Round(final=case.job.finished))
        for case in await gather_cases(tx.connection, known, items, new)
    ]
    await conclude(tx, bodies, settled)


async def _finish_complete(tx: Transaction, bodies: Bodies | None, closed: Sequence[UUID]) -> None:
    if not closed:
        return
    for job_id, job in (await jobs.lock_jobs(tx.connection, closed)).items():
        if job.complete and not job.finished:
            await finish_job(tx, bodies, job_id)


def _ready(job: Job | None, arrival: Arrival) -> bool:
    if job is None or arrival.gold_revision > job.gold_revision:
        return False
    if job.terms.structured:
        for one in arrival.submissions:
            if not one.body_sha256:
                raise PermanentEventError(f"answer {one.answer_id}: its job asks for more than a label")
        return True
    labels = set(job.terms.labels)
    for one in arrival.submissions:
        if one.label not in labels:
            if one.schema_version > job.terms.schema_version:
                return False
            raise PermanentEventError(f"answer {one.answer_id}: no schema of its job has its label")
    return True
