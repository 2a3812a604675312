"""Stopping a worker's claims, and letting them go on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from uuid import UUID

from services.core.errors import NotFoundError
from services.runtime.database import Transaction
from services.workers import events
from services.workers.domain.notices import Notice
from services.workers.domain.standing import Restriction, Worker
from services.workers.store.queries import workers as store

# Where a worker reads the reason.
_PATH = "/work/me"


async def restrict_worker(tx: Transaction, worker_id: UUID, restriction: Restriction) -> None:
    """Puts a restriction on a worker, in place of the one before.

    Raises:
        NotFoundError: there is no such worker.
    """
    worker = await _locked(tx, worker_id)
    restricted = replace(worker, restriction=restriction, standing_revision=worker.standing_revision + 1)
    await store.store_standing(tx.connection, restricted)
    tx.emit(events.worker_restricted(restricted))
    until_time = restriction.until_time
    until = {"until_time": until_time.astimezone(UTC).isoformat()} if until_time else {}
    tx.emit(events.notice_due([Notice(worker_id, "RESTRICTED", until, _PATH, _once_key(restricted))]))


async def restore_worker(tx: Transaction, worker_id: UUID) -> None:
    """Lifts a restriction; nothing changes where there is none.

    Raises:
        NotFoundError: there is no such worker.
    """
    worker = await _locked(tx, worker_id)
    if worker.restriction is None:
        return
    restored = replace(worker, restriction=None, standing_revision=worker.standing_revision + 1)
    await store.store_standing(tx.connection, restored)
    tx.emit(events.worker_restored(restored))
    tx.emit(events.notice_due([Notice(worker_id, "RESTORED", {}, _PATH, _once_key(restored))]))


def _once_key(worker: Worker) -> str:
    return f"standing:{worker.standing_revision}"


async def _locked(tx: Transaction, worker_id: UUID) -> Worker:
    worker = await store.worker_by_id(tx.connection, worker_id, locked=True)
    if worker is None:
        raise NotFoundError("worker")
    return worker
