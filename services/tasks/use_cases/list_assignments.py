"""ListAssignments: the caller's assignments, newest first."""

from __future__ import annotations

from uuid import UUID

from services.runtime.database import Transaction
from services.runtime.media_facts import MediaFacts
from services.runtime.paging import cursor_of, encode_token, page_size
from services.tasks.domain.claim import Held, fitting
from services.tasks.store.queries import lists
from services.tasks.store.queries.lists import AssignmentFilter
from services.tasks.use_cases.find_media import facts_of_media


async def list_assignments(
    tx: Transaction, worker_id: UUID, wanted: AssignmentFilter, *, asked_size: int, page_token: str
) -> tuple[list[Held], dict[UUID, dict[str, MediaFacts]], str]:
    """One page, what is known of the files in it by job, and the token of the next page, empty at the end.

    Raises:
        InvalidArgumentError: PAGE_TOKEN_INVALID.
    """
    size = page_size(asked_size)
    before = cursor_of(page_token, lambda at: UUID(at["assignment_id"])) or lists.LAST_ID
    held = await lists.assignments_of(tx.connection, worker_id, wanted, before, size + 1)
    shown = fitting(held[:size])
    token = encode_token(assignment_id=str(shown[-1].assignment_id)) if len(held) > len(shown) else ""
    facts = {
        job_id: await facts_of_media(tx.connection, job_id, [one.data_json for one in shown if one.job_id == job_id])
        for job_id in {one.job_id for one in shown}
    }
    return list(shown), facts, token
