"""Statements that people read: verdicts, results, numbers of a job, facts for the check."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.quality.domain.case import Result
from services.quality.domain.judging import Given
from services.quality.domain.verdicts import Policy, Reason, Verdict, VerdictState
from services.quality.store.vectors import from_bytes

_REASONS = text("""
    SELECT state, reason, count(*) AS answers
    FROM answer
    WHERE job_id = :job_id
    GROUP BY state, reason
    ORDER BY state, reason
""")

_RESOLVED = text("""
    SELECT count(*) AS items, coalesce(avg(confidence), 0) AS confidence
    FROM item
    WHERE job_id = :job_id AND resolved
""")

_VERDICTS = """
    SELECT verdict.verdict_no, verdict.verdict_time, verdict.job_id, verdict.state, verdict.reason, verdict.given_score,
        verdict.revision, verdict.worker_id, answer.answer_id, answer.item_id, answer.publish_no, job.policy
    FROM verdict
    JOIN answer ON answer.answer_id = verdict.answer_id AND answer.revision = verdict.revision
    JOIN job ON job.job_id = verdict.job_id
    WHERE verdict.verdict_no < :before {filter}
    ORDER BY verdict.verdict_no DESC
    LIMIT :limit
"""

_ALL_VERDICTS = text(_VERDICTS.format(filter=""))
_JOB_VERDICTS = text(_VERDICTS.format(filter="AND verdict.job_id = :job_id"))
_WORKER_VERDICTS = text(_VERDICTS.format(filter="AND verdict.worker_id = :worker_id"))
_WORKER_JOB_VERDICTS = text(_VERDICTS.format(filter="AND verdict.worker_id = :worker_id AND verdict.job_id = :job_id"))

_ITEM = text("""
    SELECT job_id, label, confidence, tie, answer_count, result_revision, resolved, answers_wanted, posterior,
        body_sha256
    FROM item
    WHERE item_id = :item_id
""")

_AUDIT = text("""
    SELECT answer_id, job_id, item_id, worker_id, state, revision
    FROM answer
    WHERE answer_id > :after
    ORDER BY answer_id
    LIMIT :limit
""")

_BEFORE_ALL = 2**63 - 1


@dataclass(frozen=True)
class ListedVerdict:
    """The latest verdict of an answer, with its place in the list."""

    verdict_no: int
    verdict_time: datetime
    job_id: UUID
    policy: Policy
    given: Given


@dataclass(frozen=True)
class ReasonCount:
    """How many answers of a job are in a state for a reason."""

    state: VerdictState
    reason: Reason
    count: int


@dataclass(frozen=True)
class AuditedAnswer:
    """What the check compares of an answer."""

    answer_id: UUID
    job_id: UUID
    item_id: UUID
    worker_id: UUID
    state: VerdictState
    revision: int


@dataclass(frozen=True)
class ListedItem:
    """An item with the probability of each label, in the order of the job's labels."""

    job_id: UUID
    result: Result
    probabilities: Sequence[float]


async def reason_counts(connection: AsyncConnection, job_id: UUID) -> list[ReasonCount]:
    """How often each reason decided or made an answer wait."""
    rows = await connection.execute(_REASONS, {"job_id": job_id})
    return [ReasonCount(VerdictState(row.state), Reason(row.reason), row.answers) for row in rows]


async def resolved_items(connection: AsyncConnection, job_id: UUID) -> tuple[int, float]:
    """How many items are resolved, and their mean confidence."""
    row = (await connection.execute(_RESOLVED, {"job_id": job_id})).one()
    return row.items, row.confidence


async def latest_verdicts(
    connection: AsyncConnection, job_id: UUID | None, worker_id: UUID | None, before: int | None, limit: int
) -> list[ListedVerdict]:
    """Verdicts that still hold, newest first, of a job, a worker, both or all; ``before`` is a verdict_no."""
    by_job, by_both = (_ALL_VERDICTS, _JOB_VERDICTS), (_WORKER_VERDICTS, _WORKER_JOB_VERDICTS)
    statement = (by_job if worker_id is None else by_both)[job_id is not None]
    values: dict[str, Any] = {"before": _BEFORE_ALL if before is None else before, "limit": limit}
    if job_id is not None:
        values["job_id"] = job_id
    if worker_id is not None:
        values["worker_id"] = worker_id
    return [_listed(row) for row in await connection.execute(statement, values)]


async def item_by_id(connection: AsyncConnection, item_id: UUID) -> ListedItem | None:
    """An item that has answers."""
    row = (await connection.execute(_ITEM, {"item_id": item_id})).one_or_none()
    if row is None:
        return None
    result = Result(
        row.label,
        row.confidence,
        row.tie,
        row.answer_count,
        row.result_revision,
        row.resolved,
        row.answers_wanted,
        row.body_sha256,
    )
    return ListedItem(row.job_id, result, [float(share) for share in from_bytes(row.posterior)])


async def audited_answers(connection: AsyncConnection, page: int) -> AsyncIterator[list[AuditedAnswer]]:
    """All answers in the order of their ids, page by page."""
    after = UUID(int=0)
    while True:
        rows = (await connection.execute(_AUDIT, {"after": after, "limit": page})).all()
        if not rows:
            return
        yield [
            AuditedAnswer(row.answer_id, row.job_id, row.item_id, row.worker_id, VerdictState(row.state), row.revision)
            for row in rows
        ]
        after = rows[-1].answer_id


def _listed(row: Row[Any]) -> ListedVerdict:
    verdict = Verdict(VerdictState(row.state), Reason(row.reason), row.given_score)
    given = Given(row.answer_id, row.item_id, row.worker_id, row.publish_no, row.revision, verdict)
    return ListedVerdict(row.verdict_no, row.verdict_time, row.job_id, Policy(row.policy), given)
