"""What workers learns of people: that they exist, and how well they label."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from uuid import UUID

from ilgam.accounts.v1 import accounts_events_pb2
from ilgam.quality.v1 import quality_events_pb2

from services.core.intervals import Interval
from services.runtime.database import Transaction
from services.runtime.inbox import Park
from services.workers.store.queries import pools
from services.workers.store.queries import workers as store

_WORKER_ROLE = "worker"
_COMPANY_ROLE = "company"


async def on_role_granted(tx: Transaction, events: Sequence[accounts_events_pb2.RoleGranted]) -> Sequence[Park]:
    """Whoever is given the role worker is a person here; whoever acts for a company is told of its consultations."""
    people = {
        UUID(event.account_id): event.occur_time.ToDatetime(tzinfo=UTC)
        for event in events
        if event.role == _WORKER_ROLE
    }
    if people:
        await store.add_workers(tx.connection, list(people.items()))
    acting = [
        (UUID(event.organisation_id), UUID(event.account_id))
        for event in events
        if event.role == _COMPANY_ROLE and event.organisation_id
    ]
    if acting:
        await pools.add_acting(tx.connection, acting)
    return []


async def on_skill_measured(tx: Transaction, events: Sequence[quality_events_pb2.SkillMeasured]) -> Sequence[Park]:
    """The newest measure of each worker and annotation type is kept; it may come before the person does."""
    newest: dict[tuple[str, int], quality_events_pb2.SkillMeasured] = {}
    for event in events:
        key = (event.worker_id, event.annotation_type)
        if key not in newest or newest[key].revision < event.revision:
            newest[key] = event
    await store.put_skills(tx.connection, [_skill(event) for event in newest.values()])
    return []


def _skill(event: quality_events_pb2.SkillMeasured) -> store.MeasuredSkill:
    measured = event.interval
    interval = Interval(measured.lower, measured.mean, measured.upper, measured.count)
    return store.MeasuredSkill(UUID(event.worker_id), event.annotation_type, event.revision, interval)
