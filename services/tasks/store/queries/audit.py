"""Facts for the check, by kind and id, page by page in constant memory."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True)
class Fact:
    """One fact about an answer, an item or a job; what does not apply stays empty.

    Attributes:
        answers: of an item, those it holds as verdicts were first given; of a job, those submitted.
        answers_max: how many an item may hold.
    """

    id: UUID
    job_id: UUID
    item_id: UUID | None = None
    worker_id: UUID | None = None
    state: str = ""
    revision: int = 0
    accepted: bool = False
    amount_krw: int = 0
    answers: int = 0
    answers_max: int = 0


FIRST = UUID(int=0)
"""Before every id."""

ANSWERS = text(
    """
    SELECT assignment_id AS id, job_id, item_id, worker_id, verdict_revision AS revision,
           CASE verdict_state WHEN 2 THEN 'ACCEPTED' WHEN 3 THEN 'REJECTED' ELSE 'PENDING' END AS state,
           verdict_state = 2 AS accepted, paid_krw AS amount_krw
    FROM assignment
    WHERE assignment_id > :after AND state = 2
    ORDER BY assignment_id
    LIMIT :limit
    """
)

# What an item held as verdicts were first given: later verdicts (appeals, mended gold) may exceed the limit.
ITEMS = text(
    """
    SELECT i.item_id AS id, i.job_id, i.item_id, held.answers, i.overlap_max AS answers_max
    FROM item AS i
    CROSS JOIN LATERAL (
        SELECT count(*) AS answers
        FROM assignment AS a
        WHERE a.item_id = i.item_id AND (a.state = 1 OR (a.state = 2 AND a.first_accepted IS NOT FALSE))
    ) AS held
    WHERE i.item_id > :after AND (i.answers_total > 0 OR i.live > 0)
    ORDER BY i.item_id
    LIMIT :limit
    """
)

JOBS = text(
    """
    SELECT j.job_id AS id, j.job_id, j.state, j.revision, tally.submitted AS answers, tally.paid_krw AS amount_krw
    FROM job AS j
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(submitted), 0)::bigint AS submitted, coalesce(sum(paid_krw), 0)::bigint AS paid_krw
        FROM job_tally
        WHERE job_tally.job_id = j.job_id
    ) AS tally
    WHERE j.job_id > :after
    ORDER BY j.job_id
    LIMIT :limit
    """
)


async def facts_after(connection: AsyncConnection, statement: TextClause, after: UUID, limit: int) -> list[Fact]:
    """The next facts of one of the statements above."""
    rows = await connection.execute(statement, {"after": after, "limit": limit})
    return [Fact(**row) for row in rows.mappings()]
