"""StreamAudit: what tasks holds to be true, for the check that compares all services."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

from ilgam.common.v1 import common_pb2
from sqlalchemy import Row, TextClause

from services.runtime.database import Database
from services.tasks.store.queries import audit

FACTS_PER_PAGE = 1000
_VERDICTS = {0: "", 1: "PENDING", 2: "ACCEPTED", 3: "REJECTED"}


async def stream_audit(database: Database) -> AsyncIterator[list[common_pb2.AuditFact]]:
    """Pages of facts, sorted by kind and id: answers, items that were ever held, jobs."""
    for statement, fact in ((audit.ANSWERS, _answer), (audit.ITEMS, _item), (audit.JOBS, _job)):
        async for facts in _pages(database, statement, fact):
            yield facts


async def _pages(
    database: Database, statement: TextClause, fact: Callable[[Row[Any]], common_pb2.AuditFact]
) -> AsyncIterator[list[common_pb2.AuditFact]]:
    after = audit.FIRST
    while True:
        async with database.transaction() as tx:
            rows = await audit.facts_after(tx.connection, statement, after, FACTS_PER_PAGE)
        if rows:
            yield [fact(row) for row in rows]
            after = rows[-1].id
        if len(rows) < FACTS_PER_PAGE:
            return


def _answer(row: Row[Any]) -> common_pb2.AuditFact:
    return common_pb2.AuditFact(
        kind=common_pb2.AUDIT_KIND_ANSWER,
        id=str(row.id),
        job_id=str(row.job_id),
        item_id=str(row.item_id),
        worker_id=str(row.worker_id),
        state=_VERDICTS[row.verdict_state],
        revision=row.revision,
        accepted=row.accepted,
        amount_krw=row.amount_krw,
    )


def _item(row: Row[Any]) -> common_pb2.AuditFact:
    return common_pb2.AuditFact(
        kind=common_pb2.AUDIT_KIND_ITEM,
        id=str(row.id),
        job_id=str(row.job_id),
        item_id=str(row.id),
        count=row.answers,
        limit=row.answers_max,
    )


def _job(row: Row[Any]) -> common_pb2.AuditFact:
    return common_pb2.AuditFact(
        kind=common_pb2.AUDIT_KIND_JOB,
        id=str(row.id),
        job_id=str(row.id),
        state=row.state,
        revision=row.revision,
        count=row.answers,
        amount_krw=row.amount_krw,
    )
