"""Gathers what a judgement needs, for all jobs of a batch in a few statements."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.quality.domain.case import Case, StoredAnswer, Submission, case_of
from services.quality.domain.job import Job
from services.quality.domain.verdicts import Policy
from services.quality.store.queries import cases
from services.runtime.inbox import PermanentEventError


async def gather_cases(
    connection: AsyncConnection,
    jobs: Mapping[UUID, Job],
    items: Mapping[UUID, Sequence[UUID]],
    new: Mapping[UUID, Sequence[Submission]],
) -> list[Case]:
    """One case for each job with anything to judge: its ``items``, and those that its ``new`` answers touch.

    The jobs are locked. Answers stored before are left out of ``new``. A newcomer whose count is reached brings along
    the items whose answers waited for that.
    """
    touched: dict[UUID, set[UUID]] = {job_id: set(ids) for job_id, ids in items.items()}
    for job_id, submissions in new.items():
        touched.setdefault(job_id, set()).update(one.item_id for one in submissions)
    for job_id, item_id in await _newcomers_items(connection, jobs, new):
        touched[job_id].add(item_id)
    item_ids = sorted({item_id for ids in touched.values() for item_id in ids})
    if not item_ids:
        return []
    stored_items, old = await cases.touched(connection, item_ids)
    fresh = {job_id: _fresh(new.get(job_id, ()), old.get(job_id, ())) for job_id in touched}
    workers = await cases.workers(connection, _wanted_workers(jobs, old, fresh))
    out = []
    for job_id in sorted(touched):
        answers, submissions = old.get(job_id, []), fresh[job_id]
        if answers or submissions:
            both: list[StoredAnswer | Submission] = [*answers, *submissions]
            busy = {one.worker_id for one in both}
            answered = {one.item_id for one in both}
            out.append(
                case_of(
                    jobs[job_id],
                    [stored_items[item_id] for item_id in answered],
                    [workers[job_id, worker_id] for worker_id in busy],
                    answers,
                    submissions,
                )
            )
    return out


async def _newcomers_items(
    connection: AsyncConnection, jobs: Mapping[UUID, Job], new: Mapping[UUID, Sequence[Submission]]
) -> list[tuple[UUID, UUID]]:
    busy: dict[tuple[UUID, UUID], int] = {}
    for job_id, submissions in new.items():
        terms = jobs[job_id].terms
        if terms.policy is Policy.ALL or terms.newcomer_answers <= 0:
            continue
        for one in submissions:
            busy[job_id, one.worker_id] = busy.get((job_id, one.worker_id), 0) + 1
    if not busy:
        return []
    rows = [(job, worker, added, jobs[job].terms.newcomer_answers) for (job, worker), added in busy.items()]
    return await cases.newcomers_items(connection, rows)


def _fresh(new: Sequence[Submission], old: Sequence[StoredAnswer]) -> list[Submission]:
    """The new ones among these, each once.

    Raises:
        PermanentEventError: a worker answered an item twice.
    """
    known = {one.answer_id for one in old}
    taken = {(one.item_id, one.worker_id) for one in old}
    out = []
    for one in new:
        if one.answer_id in known:
            continue
        if (one.item_id, one.worker_id) in taken:
            raise PermanentEventError(f"answer {one.answer_id}: its worker has answered its item already")
        known.add(one.answer_id)
        taken.add((one.item_id, one.worker_id))
        out.append(one)
    return out


def _wanted_workers(
    jobs: Mapping[UUID, Job], old: Mapping[UUID, Sequence[StoredAnswer]], new: Mapping[UUID, Sequence[Submission]]
) -> list[tuple[UUID, UUID, int]]:
    pairs = {(job_id, one.worker_id) for job_id, answers in old.items() for one in answers}
    pairs |= {(job_id, one.worker_id) for job_id, answers in new.items() for one in answers}
    return [(job_id, worker_id, jobs[job_id].terms.annotation_type) for job_id, worker_id in sorted(pairs)]
