"""StreamAudit: what tasks holds to be true, for the check that compares all services."""

from __future__ import annotations

from collections.abc import AsyncIterator
from enum import Enum

from services.runtime.database import Database
from services.tasks.store.queries import audit
from services.tasks.store.queries.audit import Fact

FACTS_PER_PAGE = 1000


class FactKind(Enum):
    """What a fact speaks about, in the order in which facts come."""

    ANSWER = "answer"
    ITEM = "item"
    JOB = "job"


_STATEMENTS = {FactKind.ANSWER: audit.ANSWERS, FactKind.ITEM: audit.ITEMS, FactKind.JOB: audit.JOBS}


async def stream_audit(database: Database) -> AsyncIterator[tuple[FactKind, list[Fact]]]:
    """Pages of facts, sorted by kind and id: answers, items that were ever held, jobs."""
    for kind, statement in _STATEMENTS.items():
        after = audit.FIRST
        while True:
            async with database.transaction() as tx:
                facts = await audit.facts_after(tx.connection, statement, after, FACTS_PER_PAGE)
            if facts:
                yield kind, facts
                after = facts[-1].id
            if len(facts) < FACTS_PER_PAGE:
                break
