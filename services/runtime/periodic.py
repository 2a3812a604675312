"""Work that comes round: one process at a time does it, and a failure is told and tried again next time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy import text

from services.runtime import inbox_store, outbox_store, telemetry
from services.runtime.database import Database, is_transient
from services.runtime.logs import logger

_HOUSEKEEPING_SECONDS = 10.0
_TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 11))")

log = logger()


@dataclass(frozen=True)
class Periodic:
    """Work with a name, and how many seconds lie between two rounds."""

    name: str
    seconds: float
    work: Callable[[Database], Awaitable[None]]


async def run_periodic(periodic: Periodic, database: Database) -> None:
    """Does the work round by round, for ever."""
    while True:
        await asyncio.sleep(periodic.seconds * random.uniform(0.9, 1.1))  # noqa: S311 - spreads replicas
        try:
            await run_alone(periodic, database)
        except Exception as error:  # noqa: BLE001 - told, and tried again next time
            report = log.warning if is_transient(error) else log.exception
            report("periodic_failed", work=periodic.name, error=repr(error)[:300])


async def run_alone(periodic: Periodic, database: Database) -> bool:
    """One round, unless another process is at it; gives whether it was done here."""
    async with database.transaction() as tx:
        if not (await tx.connection.execute(_TRY_LOCK, {"name": periodic.name})).scalar_one():
            return False
        await periodic.work(database)
        return True


def housekeeping() -> Periodic:
    """Partitions ahead of time, old rows away, gauges up to date."""
    return Periodic("housekeeping", _HOUSEKEEPING_SECONDS, _keep_house)


async def _keep_house(database: Database) -> None:
    async with database.transaction() as tx:
        await outbox_store.add_partitions(tx.connection)
        await inbox_store.forget_old(tx.connection)
        unsent, unsent_age = await outbox_store.unsent(tx.connection)
        parked, parked_age, dead = await inbox_store.standing(tx.connection)
    telemetry.EVENTS_UNSENT.set(unsent)
    telemetry.EVENTS_UNSENT_AGE.set(unsent_age)
    telemetry.EVENTS_PARKED.set(parked)
    telemetry.EVENTS_PARKED_AGE.set(parked_age)
    telemetry.EVENTS_DEAD.set(dead)
