"""ListAssignments: the caller's assignments, newest first."""

from __future__ import annotations

from uuid import UUID

from services.runtime.database import Transaction
from services.runtime.paging import cursor_of, encode_token, page_size
from services.tasks.domain.claim import Held
from services.tasks.store.queries import lists
from services.tasks.store.queries.lists import AssignmentFilter


async def list_assignments(
    tx: Transaction, worker_id: UUID, wanted: AssignmentFilter, *, asked_size: int, page_token: str
) -> tuple[list[Held], str]:
    """One page and the token of the next one, empty at the end.

    Raises:
        InvalidArgumentError: PAGE_TOKEN_INVALID.
    """
    size = page_size(asked_size)
    before = cursor_of(page_token, lambda at: UUID(at["assignment_id"])) or lists.LAST_ID
    held = await lists.assignments_of(tx.connection, worker_id, wanted, before, size + 1)
    token = encode_token(assignment_id=str(held[size - 1].assignment_id)) if len(held) > size else ""
    return held[:size], token
