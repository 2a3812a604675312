"""PostgreSQL through SQLAlchemy Core: one pool a process, one kind of transaction.

A `Transaction` is the unit of work: statements on its connection, and the events that it emits, become true together.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import asyncpg
from google.protobuf.message import Message
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from services.core.errors import UnavailableError
from services.runtime import outbox_store
from services.runtime.logs import logger
from services.runtime.outbox_store import AnsweredRequest
from services.runtime.statement import Statement, driver_of

log = logger()

_LOCK_PARK_KEY = Statement("SELECT pg_advisory_xact_lock(hashtextextended(:key, 7))")
_POOL_TIMEOUT_SECONDS = 20
_STATEMENT_TIMEOUT_MS = 120_000
_IDLE_IN_TRANSACTION_MS = 60_000
# A transaction whose work is elsewhere for long says so often that the server does not take it for forgotten.
AWAKE_SECONDS = 15.0
_STAY_AWAKE = Statement("SELECT 1")

# SQLSTATE classes and codes after which the same work may succeed: connection, rollback, resources, shutdown, lock; and
# 57014, a statement over its time, as it waited for a lock.
_TRANSIENT_STATES = ("08", "40", "53", "57P", "57014", "55P03", "58")

T = TypeVar("T")

ReleaseParked = Callable[["Transaction", str], Awaitable[None]]


@dataclass
class Transaction:
    """One open transaction. `connection` runs statements; `emit` adds events to its outbox."""

    connection: AsyncConnection
    _release: ReleaseParked | None = None
    _events: list[Message] = field(default_factory=list)
    _answered: AnsweredRequest | None = None

    def emit(self, event: Message) -> None:
        """Writes an event with this transaction; event_id and occur_time are filled in where empty."""
        self._events.append(event)

    async def release_parked(self, key: str) -> None:
        """Handles, inside this transaction, the events that wait for `key`: call after what they wait for is written."""
        if self._release is not None:
            await self._release(self, key)

    async def lock_park_key(self, key: str) -> None:
        """Makes parking under a key and releasing it take turns, until the transaction ends."""
        await _LOCK_PARK_KEY.execute(self.connection, {"key": key})

    async def awake_during(self, work: Awaitable[T]) -> T:
        """What long work outside of the database gives; it must not use the connection. The transaction stays alive."""
        task = asyncio.ensure_future(work)
        try:
            while not (await asyncio.wait({task}, timeout=AWAKE_SECONDS))[0]:
                await _STAY_AWAKE.execute(self.connection, {})
            return task.result()
        finally:
            task.cancel()

    def answer(self, request: AnsweredRequest) -> None:
        """Stores a request's response with this transaction, so that the same request is not done twice."""
        self._answered = request

    async def flush(self) -> int:
        """Writes the emitted events and the answered request; called once, just before the commit.

        Gives the number of events.
        """
        events, self._events = self._events, []
        if events or self._answered:
            await outbox_store.append(self.connection, events, self._answered)
        return len(events)


class Database:
    """A process's pool of connections, and the wake-up of its relay."""

    def __init__(self, url: str, pool_size: int = 12) -> None:
        self.url = url
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=_POOL_TIMEOUT_SECONDS,
            pool_reset_on_return=None,
            # Parameters may be personal: they are in no error text.
            hide_parameters=True,
            connect_args={
                "timeout": 10,
                "server_settings": {
                    "statement_timeout": str(_STATEMENT_TIMEOUT_MS),
                    "idle_in_transaction_session_timeout": str(_IDLE_IN_TRANSACTION_MS),
                    "application_name": "ilgam",
                    # Statements go by named indexes whatever their parameters: planning them anew each time would cost
                    # PostgreSQL more than running them.
                    "plan_cache_mode": "force_generic_plan",
                },
            },
        )
        # SQLAlchemy begins nothing by itself: a transaction is begun on the driver, where all statements meet.
        self._connections = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        # Set when events were committed here: the relay of this process need not wait for its poll.
        self.outbox_filled = asyncio.Event()
        # Set by the inbox: how parked events are handled inside a transaction.
        self.release: ReleaseParked | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """A transaction (READ COMMITTED) that commits at the end of the block and rolls back on an exception."""
        async with self.statement() as connection, _begun(driver_of(connection)):
            tx = Transaction(connection, self.release)
            yield tx
            emitted = await tx.flush()
        if emitted:
            self.outbox_filled.set()

    @asynccontextmanager
    async def statement(self) -> AsyncIterator[AsyncConnection]:
        """A connection on which each statement is a transaction of its own: no BEGIN and COMMIT around a single one."""
        async with self._connections.connect() as connection:
            driver = driver_of(connection)
            try:
                yield connection
            except asyncpg.InternalClientError:
                # The driver met the end of its connection in the middle of something.
                driver.terminate()
                raise
            finally:
                if not driver.is_closed() and driver.is_in_transaction():
                    # However that came about: whatever came next would be a part of it and never committed.
                    log.error("connection_left_in_transaction")
                    driver.terminate()
                # What the driver lost by itself, the pool does not know.
                if driver.is_closed() and not connection.invalidated:
                    await connection.invalidate()

    async def close(self) -> None:
        """Closes all connections."""
        await self.engine.dispose()


@asynccontextmanager
async def _begun(driver: Any) -> AsyncIterator[None]:  # noqa: ANN401 - asyncpg has no types
    """BEGIN, and COMMIT or ROLLBACK; a connection whose state is not known afterwards is closed."""
    transaction = driver.transaction()
    try:
        await transaction.start()
    except BaseException:
        # It may have begun: everything later on this connection would be a part of it, answered and never committed.
        driver.terminate()
        raise
    try:
        yield
    except BaseException:
        if not driver.is_closed():
            await _surely(driver, transaction.rollback())
        raise
    await _surely(driver, transaction.commit())


async def _surely(driver: Any, ending: Awaitable[None]) -> None:  # noqa: ANN401 - see above
    try:
        await ending
    except asyncpg.PostgresError:
        raise  # The server has answered: the transaction is over.
    except BaseException:
        driver.terminate()
        raise


def violated_constraint(error: IntegrityError) -> str | None:
    """The name of the constraint that an IntegrityError broke."""
    cause: BaseException | None = error.orig
    while cause is not None:
        name = getattr(cause, "constraint_name", None)
        if name:
            return str(name)
        cause = cause.__cause__
    return None


def is_transient(error: BaseException) -> bool:
    """Whether the same work may succeed later: connection, serialisation, lock, shutdown, crash recovery, a store away."""
    if isinstance(
        error, UnavailableError | TimeoutError | OSError | asyncpg.InterfaceError | asyncpg.InternalClientError
    ):
        return True
    if isinstance(error, asyncpg.PostgresError):
        return _transient_state(error.sqlstate)
    if isinstance(error, DBAPIError):
        if error.connection_invalidated or isinstance(error, OperationalError | InterfaceError):
            return True
        return _transient_state(sqlstate_of(error))
    # SQLAlchemy's own pool time-out has no DBAPI error behind it.
    return type(error).__name__ == "TimeoutError"


def sqlstate_of(error: DBAPIError) -> str | None:
    """The SQLSTATE behind a driver error."""
    cause: BaseException | None = error.orig
    while cause is not None:
        state = getattr(cause, "sqlstate", None)
        if state:
            return str(state)
        cause = cause.__cause__
    return None


def _transient_state(state: str | None) -> bool:
    return state is None or state.startswith(_TRANSIENT_STATES)
