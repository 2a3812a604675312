"""Telling people of new jobs that fit them: everybody whom a job fits, once, in pieces of a bounded size."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.core.clock import utc_now
from services.runtime.database import Database, Transaction
from services.workers import events
from services.workers.domain.notices import Notice
from services.workers.domain.profiles import NOTICES_PER_EVENT_MAX, Announcement
from services.workers.store.queries import announcements as store

PEOPLE_PER_STEP = 500
_STEPS_PER_ROUND_MAX = 40


async def announce_jobs(database: Database) -> None:
    """Tells people of jobs that have opened until nobody is left to be told, or the round has been long enough."""
    for _ in range(_STEPS_PER_ROUND_MAX):
        async with database.transaction() as tx:
            if not await announce_to_some(tx, utc_now()):
                return


async def announce_to_some(tx: Transaction, now: datetime) -> bool:
    """Tells the next people of one job; False when there is nothing to tell."""
    job = await store.next_announcement(tx.connection)
    if job is None:
        return False
    people = await store.whom_it_fits(tx.connection, job, now, PEOPLE_PER_STEP) if job.is_news_at(now) else []
    if people:
        await store.note_told(tx.connection, job.job_id, people[-1], len(people))
        _tell(tx, job, people)
    if len(people) < PEOPLE_PER_STEP:
        await store.finish_announcement(tx.connection, job.job_id, now)
    return True


def _tell(tx: Transaction, job: Announcement, people: Sequence[UUID]) -> None:
    notices = [
        Notice(
            account_id=worker_id,
            template="JOB_FITS",
            parameters={
                "annotation_type": events.type_name(job.annotation_type),
                "job_id": str(job.job_id),
                "price_krw": str(job.price_krw),
            },
            path=f"/work/jobs/{job.job_id}",
            once_key=f"job-fits:{job.job_id}",
        )
        for worker_id in people
    ]
    for start in range(0, len(notices), NOTICES_PER_EVENT_MAX):
        tx.emit(events.notice_due(notices[start : start + NOTICES_PER_EVENT_MAX]))
