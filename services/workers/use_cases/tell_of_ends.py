"""Telling holders of certificates that end soon, once for each, while there is time to take the exam again."""

from __future__ import annotations

from datetime import UTC, datetime

from services.core.clock import utc_now
from services.runtime.database import Database, Transaction
from services.workers import events
from services.workers.domain.notices import Notice
from services.workers.domain.profiles import EXPIRY_TOLD_BEFORE, NOTICES_PER_EVENT_MAX
from services.workers.store.queries import announcements as store

_STEPS_PER_ROUND_MAX = 40


async def tell_of_ends(database: Database) -> None:
    """Tells whoever is due, a bounded number in each transaction."""
    for _ in range(_STEPS_PER_ROUND_MAX):
        async with database.transaction() as tx:
            if await tell_some(tx, utc_now()) < NOTICES_PER_EVENT_MAX:
                return


async def tell_some(tx: Transaction, now: datetime) -> int:
    """Tells some holders whose certificates end within the time of warning; gives how many."""
    ending = await store.note_ending(tx.connection, now, now + EXPIRY_TOLD_BEFORE, NOTICES_PER_EVENT_MAX)
    notices = [
        Notice(
            account_id=one.worker_id,
            template="CERTIFICATE_ENDS_SOON",
            parameters={
                "annotation_type": events.type_name(one.annotation_type),
                "certificate_id": str(one.certificate_id),
                "expire_time": one.expire_time.astimezone(UTC).isoformat(),
            },
            path="/learn/exams",
            once_key=f"certificate-ends:{one.certificate_id}",
        )
        for one in ending
    ]
    if notices:
        tx.emit(events.notice_due(notices))
    return len(notices)
