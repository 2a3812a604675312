"""Keeps what other services tell of workers: certificates, restrictions, skills. The highest revision counts."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Protocol, TypeVar

from services.runtime.database import Transaction
from services.tasks.domain.lease import AssignmentState
from services.tasks.store.queries import endings, standing
from services.tasks.store.queries.standing import Certificate, Membership, Restriction, Revocation, Skill
from services.tasks.use_cases.end_assignments import end_assignments


class _Revised(Protocol):
    @property
    def revision(self) -> int: ...


R = TypeVar("R", bound=_Revised)


async def record_issued(tx: Transaction, certificates: Sequence[Certificate]) -> None:
    """Keeps certificates; a revocation that came before its issue stays."""
    await standing.keep_issued(tx.connection, _latest(certificates, lambda c: c.certificate_id))


async def record_revoked(tx: Transaction, revocations: Sequence[Revocation]) -> None:
    """Voids certificates: no new claims with them; what is held may still be answered."""
    await standing.keep_revoked(tx.connection, _latest(revocations, lambda r: r.certificate_id))


async def record_restrictions(tx: Transaction, restrictions: Sequence[Restriction]) -> None:
    """Keeps who may not claim; a restriction for fraud also ends the worker's leases."""
    frauds = await standing.keep_restrictions(tx.connection, _latest(restrictions, lambda r: r.worker_id))
    if frauds:
        live = await endings.lock_live_of_workers(tx.connection, sorted(frauds))
        await end_assignments(tx, live, AssignmentState.ENDED)


async def record_skills(tx: Transaction, skills: Sequence[Skill]) -> None:
    """Keeps measured skills."""
    await standing.keep_skills(tx.connection, _latest(skills, lambda s: (s.worker_id, s.annotation_type)))


async def record_members(tx: Transaction, memberships: Sequence[Membership]) -> None:
    """Keeps who belongs to which pool."""
    await standing.keep_members(tx.connection, _latest(memberships, lambda m: (m.organisation_id, m.worker_id)))


def _latest(facts: Iterable[R], key: Callable[[R], Hashable]) -> list[R]:
    latest: dict[Hashable, R] = {}
    for fact in facts:
        before = latest.get(key(fact))
        if before is None or fact.revision > before.revision:
            latest[key(fact)] = fact
    return list(latest.values())
