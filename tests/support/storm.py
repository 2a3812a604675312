"""Events without order: the same set of events must give the same tables, however often and in whatever order."""

import random
from collections import Counter
from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from google.protobuf.message import Message
from sqlalchemy import text

from services.core.ids import new_id
from services.runtime.inbox_store import StoredEvent
from tests.support.servers import Servers
from tests.support.service import ServiceUnderTest, running

# The runtime's own tables hold times and places that depend on the order; parked and dead events must be none.
_RUNTIME_TABLES = frozenset(
    {"outbox", "inbox", "request", "event_failure", "signing_key_set", "alembic_version", "parked_event", "dead_letter"}
)
_COPIES = 3
_BATCH_MAX = 7


async def storm(
    name: str,
    servers: Servers,
    events: Sequence[Message],
    *,
    ignore_columns: frozenset[str] = frozenset(),
    ignore_tables: frozenset[str] = frozenset(),
    shuffles: int = 2,
    seed: int = 1,
    prepare: Any = None,
) -> None:
    """Asserts that every event three times in shuffled order, in batches of any size, gives the tables of once in order.

    Args:
        name: the consumer.
        servers: the run's servers.
        events: in an order that could have happened.
        ignore_columns: columns, or whole tables, that say when or by which id something was written.
        ignore_tables: tables that say what happened when, such as counts per minute.
        shuffles: how many random orders are tried.
        seed: of the random orders.
        prepare: async function (service) that makes what must be there before the events, the same each time.
    """
    for event in events:
        stamped = cast(Any, event)
        stamped.event_id = stamped.event_id or str(new_id())
        if not stamped.occur_time.seconds:
            stamped.occur_time.GetCurrentTime()
    expected = await _state_after(name, servers, [[event] for event in events], ignore_columns, prepare)
    chance = random.Random(seed)
    for _ in range(shuffles):
        found = await _state_after(name, servers, _shuffled_batches(events, chance), ignore_columns, prepare)
        for table in expected.keys() - ignore_tables:
            assert found[table] == expected[table], table


def _shuffled_batches(events: Sequence[Message], chance: random.Random) -> list[list[Message]]:
    storm_of = list(events) * _COPIES
    chance.shuffle(storm_of)
    batches = []
    while storm_of:
        size = chance.randint(1, _BATCH_MAX)
        batches.append(storm_of[:size])
        storm_of = storm_of[size:]
    return batches


async def _state_after(
    name: str, servers: Servers, batches: list[list[Message]], ignore: frozenset[str], prepare: Any
) -> dict[str, Counter[str]]:
    async with running(name, servers) as service:
        if prepare is not None:
            await prepare(service)
        for batch in batches:
            await service.process.inbox.apply(
                [
                    StoredEvent(UUID(cast(Any, event).event_id), event.DESCRIPTOR.full_name, event.SerializeToString())
                    for event in batch
                ]
            )
        return await table_contents(service, ignore)


async def table_contents(service: ServiceUnderTest, ignore: frozenset[str]) -> dict[str, Counter[str]]:
    """The rows of every table of a service as text, without the named columns and tables; nothing may be parked."""
    async with service.database.transaction() as tx:
        waiting = await tx.connection.execute(text("SELECT event_type, park_key FROM parked_event"))
        assert waiting.all() == []
        tables = await tx.connection.execute(
            text("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        )
        skipped = _RUNTIME_TABLES | ignore
        names = [one for one in tables.scalars() if one not in skipped and not one.startswith("outbox_")]
        contents = {}
        for table in names:
            rows = await tx.connection.execute(text(f"SELECT to_jsonb(row) FROM {table} AS row"))
            contents[table] = Counter(
                repr(sorted((key, value) for key, value in row.items() if key not in ignore)) for row in rows.scalars()
            )
        return contents
