"""Telling both sides of a consultation what has become of it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from services.core.clock import utc_now
from services.runtime.database import Database, Transaction
from services.workers import events
from services.workers.domain.consultation import Consultation
from services.workers.domain.notices import Notice
from services.workers.store.queries import consultations, pools

WORKER_PATH = "/learn/consultations"
COMPANY_PATH = "/company/consultations"
OFFERS_PATH = "/learn/offers"
REMINDERS_MAX = 100
REMIND_HOURS = 24


async def tell_both(tx: Transaction, consultation: Consultation, template: str) -> None:
    """Tells the graduate and whoever acts for the company."""
    acting = await pools.acting_for(tx.connection, [consultation.organisation_id])
    tx.emit(
        events.notice_due(
            _notices(
                template,
                consultation.consultation_id,
                consultation.start_time,
                consultation.worker_id,
                acting[consultation.organisation_id],
            )
        )
    )


def tell_worker(tx: Transaction, worker_id: UUID, template: str, path: str, **parameters: str) -> None:
    """Tells the graduate alone."""
    tx.emit(events.notice_due([Notice(worker_id, template, parameters, path)]))


async def remind_of_consultations(database: Database) -> None:
    """Tells both sides of consultations that begin within a day, once for each start; a bounded number at a time."""
    async with database.transaction() as tx:
        await remind(tx, utc_now())


async def remind(tx: Transaction, now: datetime) -> None:
    """Tells both sides of what begins within a day of an instant."""
    until = datetime.fromtimestamp(now.timestamp() + REMIND_HOURS * 3600, UTC)
    due = await consultations.note_reminders(tx.connection, now, until, REMINDERS_MAX)
    acting = await pools.acting_for(tx.connection, {one.organisation_id for one in due})
    for one in due:
        company = acting[one.organisation_id]
        notices = _notices("CONSULTATION_SOON", one.consultation_id, one.start_time, one.worker_id, company)
        tx.emit(events.notice_due(notices))


def _notices(
    template: str, consultation_id: UUID, start_time: datetime, worker_id: UUID, acting: list[UUID]
) -> list[Notice]:
    parameters = {"start_time": start_time.astimezone(UTC).isoformat()}
    return [
        Notice(worker_id, template, parameters, WORKER_PATH),
        *(Notice(one, template, parameters, f"{COMPANY_PATH}/{consultation_id}") for one in acting),
    ]
