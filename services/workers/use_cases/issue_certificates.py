"""Issuing certificates: by an operator for many, by the exam for those who pass."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from services.core.errors import UnavailableError
from services.core.ids import new_id
from services.core.intervals import Interval
from services.runtime.database import Transaction
from services.workers import events
from services.workers.domain.certificates import Certificate, expire_time_of, new_number
from services.workers.domain.journeys import Step
from services.workers.store.queries import certificates as store
from services.workers.store.queries import workers as worker_store
from services.workers.store.queries.journeys import note_step
from services.workers.use_cases.tell_of_exams import tell_issued

_NUMBER_TRIES = 5


@dataclass(frozen=True)
class Earned:
    """A certificate that a worker is to have: for what the exam showed, or for an operator's reason."""

    worker_id: UUID
    annotation_type: int
    score: Interval | None = None
    reason: str = field(default="", repr=False)


async def grant_certificates(
    tx: Transaction, worker_ids: Sequence[UUID], annotation_type: int, reason: str, now: datetime
) -> list[Certificate]:
    """A valid certificate for each worker, in their order; those who have one keep it.

    A worker may be certified before their account's event has arrived here: events have no order.
    """
    distinct = sorted(set(worker_ids))
    await worker_store.add_workers(tx.connection, [(worker_id, now) for worker_id in distinct])
    await worker_store.lock_workers(tx.connection, distinct)
    earned = [Earned(worker_id, annotation_type, reason=reason.strip()) for worker_id in distinct]
    issued = await issue_certificates(tx, earned, now)
    return [issued[worker_id] for worker_id in worker_ids]


async def issue_certificates(tx: Transaction, earned: Sequence[Earned], now: datetime) -> dict[UUID, Certificate]:
    """Issues certificates of one annotation type to locked workers; gives worker -> certificate.

    Raises:
        UnavailableError: no free number was found, which will not happen again.
    """
    if not earned:
        return {}
    worker_ids = [one.worker_id for one in earned]
    found = await store.valid_certificates(tx.connection, worker_ids, earned[0].annotation_type, now)
    drafts = [_draft(one, now) for one in earned if one.worker_id not in found]
    issued = await _add_all(tx, drafts, now)
    for certificate in issued:
        tx.emit(events.certificate_issued(certificate))
        found[certificate.worker_id] = certificate
    if issued:
        await note_step(tx.connection, Step.CERTIFIED, [(one.worker_id, one.issue_time) for one in issued])
        tell_issued(tx, issued)
    return found


async def _add_all(tx: Transaction, drafts: list[Certificate], now: datetime) -> list[Certificate]:
    """Adds certificates; those whose random number was taken get another one."""
    added: list[Certificate] = []
    for _ in range(_NUMBER_TRIES):
        if not drafts:
            return added
        ids = await store.add_certificates(tx.connection, drafts)
        added += [draft for draft in drafts if draft.certificate_id in ids]
        drafts = [
            replace(draft, number=new_number(now, secrets.choice))
            for draft in drafts
            if draft.certificate_id not in ids
        ]
    if drafts:
        raise UnavailableError("no free certificate number was found, try again")
    return added


def _draft(earned: Earned, now: datetime) -> Certificate:
    return Certificate(
        certificate_id=new_id(),
        number=new_number(now, secrets.choice),
        worker_id=earned.worker_id,
        annotation_type=earned.annotation_type,
        issue_time=now,
        expire_time=expire_time_of(now),
        score=earned.score,
        grant_reason=earned.reason,
    )
