"""Answers as they are paid."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.payments.domain.payment import PaidAnswer, VerdictState
from services.runtime.statement import Statement

_PAID_ANSWERS = Statement("""
    SELECT answer_id, job_id, worker_id, publish_no, revision, state, is_paid, net_krw
    FROM paid_answer
    WHERE answer_id = ANY(CAST(:ids AS uuid[]))
""")


async def paid_answers(connection: AsyncConnection, answer_ids: Iterable[UUID]) -> dict[UUID, PaidAnswer]:
    """Those of the answers that had a verdict before; true until the lock on their job ends."""
    rows = await _PAID_ANSWERS.execute(connection, {"ids": list(answer_ids)})
    return {
        row[0]: PaidAnswer(row[0], row[1], row[2], row[3], row[4], VerdictState(row[5]), row[6], row[7]) for row in rows
    }
