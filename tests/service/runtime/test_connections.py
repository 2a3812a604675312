"""A connection that was lost is replaced, whoever lost it and wherever."""

import asyncio
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.runtime import database as database_module
from services.runtime.database import Database, is_transient, violated_constraint
from services.runtime.statement import Statement, driver_of
from tests.support.servers import Servers
from tests.support.service import empty_database

_PID = Statement("SELECT pg_backend_pid()")
_NOTE = Statement("INSERT INTO inbox (event_id) VALUES (CAST(:id AS uuid)) RETURNING event_id")
_ONE = "00000000-0000-0000-0000-000000000001"


async def count(database: Database) -> int:
    async with database.statement() as connection:
        return int((await connection.execute(text("SELECT count(*) FROM inbox"))).scalar_one())


async def fails_for_now(database: Database) -> bool:
    """Whether a transaction fails in a way that may be tried again; any other failure is raised."""
    try:
        async with database.transaction() as tx:
            await _PID.execute(tx.connection)
    except Exception as error:
        if not is_transient(error):
            raise
        return True
    return False


async def test_after_the_server_ended_its_connections_the_next_transaction_works(servers: Servers) -> None:
    async with empty_database("payments", servers) as database:
        async with database.transaction() as tx:
            pid = (await _PID.execute(tx.connection)).scalar_one()
        admin = await asyncpg.connect(servers.postgres_url("postgres", "postgres").replace("+asyncpg", ""))
        await admin.execute("SELECT pg_terminate_backend($1)", pid)
        await admin.close()
        failures = 0
        for _ in range(3):
            failures += await fails_for_now(database)
        assert failures <= 1


async def test_a_cancelled_transaction_leaves_nothing_and_its_connection_is_usable(servers: Servers) -> None:
    async with empty_database("payments", servers) as database:

        async def slow() -> None:
            async with database.transaction() as tx:
                await _NOTE.execute(tx.connection, {"id": _ONE})
                await tx.connection.execute(text("SELECT pg_sleep(20)"))

        for _ in range(20):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(slow(), 0.1)
        assert await count(database) == 0


async def test_what_is_written_after_a_transaction_cancelled_while_it_began_is_there_for_others(
    servers: Servers,
) -> None:
    async with empty_database("payments", servers) as database:
        other = await asyncpg.connect(database.url.replace("+asyncpg", ""))
        for turns in range(60):
            beginning = asyncio.create_task(fails_for_now(database))
            for _ in range(turns):
                await asyncio.sleep(0)
            beginning.cancel()
            await asyncio.gather(beginning, return_exceptions=True)
            async with database.transaction() as tx:
                await _NOTE.execute(tx.connection, {"id": UUID(int=turns)})
            assert await other.fetchval("SELECT count(*) FROM inbox") == turns + 1
        await other.close()


async def test_a_connection_that_comes_back_in_the_middle_of_a_transaction_is_not_used_again(servers: Servers) -> None:
    async with empty_database("payments", servers) as database:
        async with database.statement() as connection:
            await driver_of(connection).execute("BEGIN")
        async with database.statement() as connection:
            assert not driver_of(connection).is_in_transaction()


async def test_a_broken_constraint_is_known_by_its_name_on_either_way(servers: Servers) -> None:
    async with empty_database("payments", servers) as database:
        async with database.transaction() as tx:
            await _NOTE.execute(tx.connection, {"id": _ONE})
        for run in (
            lambda tx: _NOTE.execute(tx.connection, {"id": _ONE}),
            lambda tx: tx.connection.execute(text(f"INSERT INTO inbox (event_id) VALUES ('{_ONE}')")),
        ):
            with pytest.raises(IntegrityError) as refusal:
                async with database.transaction() as tx:
                    await run(tx)
            assert violated_constraint(refusal.value) == "pk_inbox"
        assert await count(database) == 1


async def test_statements_of_both_kinds_see_the_same_transaction(servers: Servers) -> None:
    async with empty_database("payments", servers) as database:
        with pytest.raises(ZeroDivisionError):
            await _write_and_fail(database)
        assert await count(database) == 0


async def _write_and_fail(database: Database) -> None:
    async with database.transaction() as tx:
        await _NOTE.execute(tx.connection, {"id": _ONE})
        seen = (await tx.connection.execute(text("SELECT count(*) FROM inbox"))).scalar_one()
        assert seen == 1
        raise ZeroDivisionError


async def test_a_transaction_stays_alive_while_its_work_is_elsewhere(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "AWAKE_SECONDS", 0.1)
    async with empty_database("payments", servers) as database, database.transaction() as tx:
        await tx.connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 300"))
        assert await tx.awake_during(asyncio.sleep(0.8, "done")) == "done"
        await _NOTE.execute(tx.connection, {"id": _ONE})
