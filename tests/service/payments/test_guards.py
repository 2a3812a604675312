"""The database is the last guard: what no program may do, by plain SQL, as the service and as the owner."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from services.core.ids import new_id
from services.payments.domain.ledger import AccountKind, account_of
from tests.support.money import Order, fund, ids
from tests.support.servers import Servers
from tests.support.service import ServiceUnderTest

CASH = account_of(AccountKind.BANK_CASH).account_id
FEE_ACCOUNT = account_of(AccountKind.PLATFORM_FEE).account_id
EMPTY_LINE = (
    "INSERT INTO paid_line (answer_id, revision, journal_id, worker_id, job_id, amount_krw) "
    "SELECT answer_id, revision + 1, journal_id, worker_id, job_id, 0 FROM paid_line LIMIT 1"
)
EMPTY_DEPOSIT = (
    "INSERT INTO deposit SELECT journal.journal_id, organisation_id, operator_id, 0, '' "
    "FROM deposit CROSS JOIN journal WHERE kind = 'PAY' LIMIT 1"
)
APPEND_ONLY = ("journal", "posting", "paid_line", "deposit")


@pytest.fixture
async def books(service: ServiceUnderTest) -> ServiceUnderTest:
    """A service with a row in every table of the ledger."""
    order = Order()
    await fund(service, order, 10_000)
    await service.deliver(order.publish(answers=4))
    await service.deliver(order.verdicts(new_id(), ids(2)))
    return service


async def _connect(service: ServiceUnderTest, servers: Servers, role: str) -> asyncpg.Connection:
    database = service.database.engine.url.database
    assert database is not None
    return await asyncpg.connect(servers.postgres_url(database, role).replace("+asyncpg", ""), timeout=20)


@pytest.fixture
async def runtime(books: ServiceUnderTest, servers: Servers) -> AsyncIterator[asyncpg.Connection]:
    connection = await _connect(books, servers, "ilgam_payments")
    yield connection
    await connection.close()


@pytest.fixture
async def owner(books: ServiceUnderTest, servers: Servers) -> AsyncIterator[asyncpg.Connection]:
    connection = await _connect(books, servers, "ilgam_payments_owner")
    yield connection
    await connection.close()


async def _insert_journal(connection: asyncpg.Connection, *amounts: tuple[object, int]) -> None:
    async with connection.transaction():
        journal_id = new_id()
        await connection.execute("INSERT INTO journal (journal_id, kind) VALUES ($1, 'SWEEP')", journal_id)
        for account_id, amount_krw in amounts:
            await connection.execute(
                "INSERT INTO posting (journal_id, account_id, amount_krw) VALUES ($1, $2, $3)",
                journal_id,
                account_id,
                amount_krw,
            )


async def test_what_is_written_can_not_be_changed(runtime: asyncpg.Connection, owner: asyncpg.Connection) -> None:
    for table in APPEND_ONLY:
        for statement in ("DELETE FROM {}", "TRUNCATE {} CASCADE", "UPDATE {} SET journal_id = journal_id"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await runtime.execute(statement.format(table))
            with pytest.raises(asyncpg.RestrictViolationError):
                await owner.execute(statement.format(table))


async def test_the_service_may_not_switch_triggers_off(runtime: asyncpg.Connection) -> None:
    for statement in ("ALTER TABLE posting DISABLE TRIGGER ALL", "SET session_replication_role = replica"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await runtime.execute(statement)


async def test_accounts_totals_and_answers_cannot_be_deleted_by_the_service(runtime: asyncpg.Connection) -> None:
    for table in ("account", "account_total", "reservation", "job", "paid_answer"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await runtime.execute(f"DELETE FROM {table}")


async def test_a_journal_that_does_not_add_up_is_refused_at_commit(
    runtime: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    for connection in (runtime, owner):
        with pytest.raises(asyncpg.CheckViolationError, match="is off by 1 won"):
            await _insert_journal(connection, (CASH, -100), (FEE_ACCOUNT, 101))
        await _insert_journal(connection, (CASH, -100), (FEE_ACCOUNT, 100))


async def test_nothing_is_added_to_a_finished_journal_unless_it_adds_up(runtime: asyncpg.Connection) -> None:
    journal_id = await runtime.fetchval("SELECT journal_id FROM journal LIMIT 1")
    with pytest.raises(asyncpg.CheckViolationError):
        await runtime.execute(
            "INSERT INTO posting (journal_id, account_id, amount_krw) VALUES ($1, $2, 5)", journal_id, CASH
        )


async def test_a_posting_is_never_of_0_won_and_belongs_to_a_journal_and_an_account(
    runtime: asyncpg.Connection,
) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await _insert_journal(runtime, (CASH, 0))
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await _insert_journal(runtime, (new_id(), 5), (CASH, -5))
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await runtime.execute(
            "INSERT INTO posting (journal_id, account_id, amount_krw) VALUES ($1, $2, 5)", new_id(), CASH
        )


async def test_a_total_never_goes_below_0(runtime: asyncpg.Connection, owner: asyncpg.Connection) -> None:
    for connection in (runtime, owner):
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute("UPDATE account_total SET balance_krw = -1")


async def test_no_verdict_revision_of_an_answer_is_paid_twice(runtime: asyncpg.Connection) -> None:
    with pytest.raises(asyncpg.UniqueViolationError):
        await runtime.execute(
            "INSERT INTO paid_line (answer_id, revision, journal_id, worker_id, job_id, amount_krw) "
            "SELECT answer_id, revision, journal_id, worker_id, job_id, amount_krw FROM paid_line LIMIT 1"
        )
    with pytest.raises(asyncpg.UniqueViolationError):
        await runtime.execute("INSERT INTO paid_answer SELECT * FROM paid_answer LIMIT 1")


async def test_rows_that_contradict_themselves_are_refused(owner: asyncpg.Connection) -> None:
    for statement in (
        "UPDATE paid_answer SET net_krw = -1",
        "UPDATE paid_answer SET is_paid = false",
        "UPDATE paid_answer SET state = 'MAYBE'",
        "UPDATE reservation SET budget_krw = -1",
        "UPDATE reservation SET paid_count = -1",
        "UPDATE reservation SET state = 'LENT'",
        "UPDATE reservation SET publish_no = 0",
        "UPDATE job SET released_krw = -1",
        EMPTY_LINE,
        EMPTY_DEPOSIT,
    ):
        with pytest.raises((asyncpg.CheckViolationError, asyncpg.ForeignKeyViolationError)):
            await owner.execute(statement)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await owner.execute("UPDATE paid_answer SET publish_no = 7")
    with pytest.raises(asyncpg.UniqueViolationError):
        await owner.execute("INSERT INTO account SELECT gen_random_uuid(), kind, owner_id FROM account LIMIT 1")
