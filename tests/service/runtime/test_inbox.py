"""Events come in: once each, in any order, and one bad event holds up no other."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import pytest
from ilgam.accounts.v1.accounts_events_pb2 import OrganisationCreated, SessionRevoked
from sqlalchemy import text

from services.core.ids import new_id
from services.runtime import inbox_store
from services.runtime.database import Database, Transaction
from services.runtime.inbox import ATTEMPTS_MAX, Inbox, Park, PermanentEventError, Subscribers
from services.runtime.inbox_store import StoredEvent
from tests.support.servers import Servers
from tests.support.service import empty_database


@pytest.fixture
async def database(servers: Servers) -> AsyncIterator[Database]:
    async with empty_database("payments", servers) as database:
        yield database


def created(organisation_id: UUID | None = None) -> OrganisationCreated:
    return OrganisationCreated(event_id=str(new_id()), organisation_id=str(organisation_id or new_id()), revision=1)


def ended(account_id: UUID) -> SessionRevoked:
    """Stands for an event about something that OrganisationCreated makes known."""
    return SessionRevoked(event_id=str(new_id()), account_id=str(account_id), session_id=str(new_id()), revision=1)


def stored(event: OrganisationCreated | SessionRevoked) -> StoredEvent:
    return StoredEvent(UUID(event.event_id), event.DESCRIPTOR.full_name, event.SerializeToString())


class Notes:
    """A consumer that keeps what it applied in the database, so that a rollback takes it back."""

    def __init__(self) -> None:
        self.subscribers = Subscribers()
        self.subscribers.on(OrganisationCreated, self.make_known)
        self.subscribers.on(SessionRevoked, self.need_known)
        self.broken: set[str] = set()

    async def make_known(self, tx: Transaction, events: Sequence[OrganisationCreated]) -> Sequence[Park]:
        for event in events:
            if event.event_id in self.broken:
                raise PermanentEventError("broken on purpose")
            await note(tx, event.organisation_id)
            await tx.release_parked(f"organisation:{event.organisation_id}")
        return []

    async def need_known(self, tx: Transaction, events: Sequence[SessionRevoked]) -> Sequence[Park]:
        waiting = []
        for event in events:
            if event.account_id in await noted(tx):
                await note(tx, event.session_id)
            else:
                waiting.append(Park(event, f"organisation:{event.account_id}"))
        return waiting


async def note(tx: Transaction, key: str) -> None:
    await tx.connection.execute(
        text("INSERT INTO event_failure (event_id, attempts, error) VALUES (gen_random_uuid(), 0, :key)"), {"key": key}
    )


async def noted(tx: Transaction) -> list[str]:
    rows = await tx.connection.execute(text("SELECT error FROM event_failure WHERE attempts = 0"))
    return list(rows.scalars())


async def all_noted(database: Database) -> list[str]:
    async with database.transaction() as tx:
        return await noted(tx)


async def standing(database: Database) -> tuple[int, int]:
    async with database.transaction() as tx:
        parked, _, dead = await inbox_store.standing(tx.connection)
        return parked, dead


async def test_an_event_is_applied_once_however_often_it_comes(database: Database) -> None:
    inbox = Inbox(database, Notes().subscribers)
    event = created()
    await inbox.apply([stored(event), stored(event)])
    await inbox.apply([stored(event)])
    assert await all_noted(database) == [event.organisation_id]


async def test_deliveries_at_the_same_time_apply_it_once(database: Database) -> None:
    inbox = Inbox(database, Notes().subscribers)
    events = [stored(created()) for _ in range(5)]
    await asyncio.gather(*(inbox.apply(events) for _ in range(6)))
    assert len(await all_noted(database)) == 5


async def test_an_event_about_something_unknown_waits_and_is_applied_with_what_makes_it_known(
    database: Database,
) -> None:
    inbox = Inbox(database, Notes().subscribers)
    one = new_id()
    early = ended(one)
    await inbox.apply([stored(early)])
    assert await standing(database) == (1, 0)
    await inbox.apply([stored(created(one))])
    assert await all_noted(database) == [str(one), early.session_id]
    assert await standing(database) == (0, 0)


async def test_no_event_stays_parked_when_what_it_needs_comes_at_the_same_moment(database: Database) -> None:
    inbox = Inbox(database, Notes().subscribers)
    ids = [new_id() for _ in range(40)]
    pairs = [(stored(ended(one)), stored(created(one))) for one in ids]
    await asyncio.gather(*(inbox.apply([event]) for pair in pairs for event in pair))
    assert len(await all_noted(database)) == 80
    assert await standing(database) == (0, 0)


async def test_an_event_that_fails_for_good_five_times_becomes_a_dead_letter_and_can_be_replayed(
    database: Database,
) -> None:
    notes = Notes()
    inbox = Inbox(database, notes.subscribers)
    event = created()
    notes.broken.add(event.event_id)
    for attempt in range(1, ATTEMPTS_MAX + 1):
        with pytest.raises(PermanentEventError):
            await inbox.apply([stored(event)])
        assert await inbox.fail(stored(event), "broken on purpose") is (attempt == ATTEMPTS_MAX)
    assert await standing(database) == (0, 1)
    with pytest.raises(PermanentEventError):
        await inbox.replay(UUID(event.event_id))
    assert await standing(database) == (0, 1)
    notes.broken.clear()
    assert await inbox.replay(UUID(event.event_id))
    assert await standing(database) == (0, 0)
    assert await all_noted(database) == [event.organisation_id]
    assert not await inbox.replay(UUID(event.event_id))


async def test_a_batch_with_one_bad_event_changes_nothing(database: Database) -> None:
    notes = Notes()
    inbox = Inbox(database, notes.subscribers)
    good, bad = created(), created()
    notes.broken.add(bad.event_id)
    with pytest.raises(PermanentEventError):
        await inbox.apply([stored(good), stored(bad)])
    assert await all_noted(database) == []
    await inbox.apply([stored(good)])
    assert await all_noted(database) == [good.organisation_id]


async def test_bytes_that_are_no_event_and_types_without_a_handler_fail_for_good(database: Database) -> None:
    inbox = Inbox(database, Notes().subscribers)
    known = OrganisationCreated.DESCRIPTOR.full_name
    for event_type, payload in ((known, b"\xff\xff"), ("ilgam.tasks.v1.JobOpened", b""), ("ilgam.no.v1.Such", b"")):
        with pytest.raises(PermanentEventError):
            await inbox.apply([StoredEvent(new_id(), event_type, payload)])
