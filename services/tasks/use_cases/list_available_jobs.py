"""ListAvailableJobs: open jobs with price and effective hourly pay, and what is missing where one may not claim."""

from __future__ import annotations

from uuid import UUID

from services.runtime.database import Transaction
from services.runtime.paging import cursor_of, encode_token, page_size
from services.tasks.store.queries import lists
from services.tasks.store.queries.lists import AvailableJob


async def list_available_jobs(
    tx: Transaction, worker_id: UUID, asked_size: int, page_token: str
) -> tuple[list[AvailableJob], str]:
    """One page, newest first, and the token of the next page, empty at the end.

    Raises:
        InvalidArgumentError: PAGE_TOKEN_INVALID.
    """
    size = page_size(asked_size)
    before = cursor_of(page_token, lambda at: UUID(at["job_id"])) or lists.LAST_ID
    jobs = await lists.available_jobs(tx.connection, worker_id, before, size + 1)
    token = encode_token(job_id=str(jobs[size - 1].job_id)) if len(jobs) > size else ""
    return jobs[:size], token
