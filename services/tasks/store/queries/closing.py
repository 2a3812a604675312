"""Statements on what a closed account leaves behind in tasks: drafts, and words about items."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.runtime.statement import Statement

_ERASE_DRAFTS = Statement("""
    UPDATE assignment AS a
    SET draft_json = ''
    WHERE a.worker_id = ANY(CAST(:worker_ids AS uuid[])) AND a.draft_json <> ''
""")

_ERASE_WORDS = Statement("""
    UPDATE problem AS p
    SET words = ''
    FROM assignment AS a
    WHERE a.worker_id = ANY(CAST(:worker_ids AS uuid[])) AND p.assignment_id = a.assignment_id AND p.words <> ''
""")

# What was answered to their requests may hold their words.
_FORGET_REQUESTS = Statement("DELETE FROM request AS r WHERE r.caller_id = ANY(CAST(:worker_ids AS uuid[]))")


async def erase_words(connection: AsyncConnection, worker_ids: Sequence[UUID]) -> None:
    """Erases drafts and the words of problems; answers that were handed in stay, under the id."""
    await _ERASE_DRAFTS.execute(connection, {"worker_ids": list(worker_ids)})
    await _ERASE_WORDS.execute(connection, {"worker_ids": list(worker_ids)})
    await _FORGET_REQUESTS.execute(connection, {"worker_ids": list(worker_ids)})
