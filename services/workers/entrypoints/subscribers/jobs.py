"""What workers learns of jobs, so that people hear of those that fit them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from uuid import UUID

from ilgam.tasks.v1 import tasks_events_pb2

from services.runtime.database import Transaction
from services.runtime.inbox import Park
from services.workers.domain.profiles import Announcement
from services.workers.store.queries.announcements import add_announcements


async def on_job_opened(tx: Transaction, events: Sequence[tasks_events_pb2.JobOpened]) -> Sequence[Park]:
    """Notes jobs; those whom they fit are told piece by piece afterwards, for there may be many."""
    newest: dict[str, tasks_events_pb2.JobOpened] = {}
    for event in events:
        if event.job_id not in newest or newest[event.job_id].revision < event.revision:
            newest[event.job_id] = event
    await add_announcements(tx.connection, [_announcement(event) for event in newest.values()])
    return []


def _announcement(event: tasks_events_pb2.JobOpened) -> Announcement:
    terms = event.terms
    return Announcement(
        job_id=UUID(event.job_id),
        revision=event.revision,
        organisation_id=UUID(terms.organisation_id),
        annotation_type=terms.annotation_type,
        price_krw=terms.price_krw,
        pool_only=terms.pool_only,
        required_skill=terms.required_skill,
        open_time=event.occur_time.ToDatetime(tzinfo=UTC),
    )
