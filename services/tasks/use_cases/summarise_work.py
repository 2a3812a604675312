"""GetWorkSummary, ListJobTitles: what a home page shows of work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.runtime.auth import Caller
from services.runtime.database import Transaction
from services.tasks.store.queries import summary
from services.tasks.store.queries.summary import LiveWork, Title, WorkCounts


@dataclass(frozen=True)
class WorkSummary:
    """What a worker holds, and the counts of their answers."""

    live: list[LiveWork]
    counts: WorkCounts


async def summarise_work(tx: Transaction, worker_id: UUID) -> WorkSummary:
    """A worker's work in numbers. It costs what the worker holds and how many days they worked, not their answers."""
    return WorkSummary(
        await summary.live_work(tx.connection, worker_id), await summary.work_counts(tx.connection, worker_id)
    )


async def list_job_titles(tx: Transaction, caller: Caller, job_ids: Sequence[UUID]) -> list[Title]:
    """The titles of jobs that have been open, and of the caller's companies' own whatever their state."""
    found = await summary.titles_of_jobs(tx.connection, job_ids)
    return [title for title in found if title.opened or caller.may_see_organisation(title.organisation_id)]
