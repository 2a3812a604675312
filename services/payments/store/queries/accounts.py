"""Accounts and the kept totals of those with a floor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.payments.domain.ledger import FLOORED, Account
from services.runtime.statement import Statement

# Rows are locked in the order of their ids before any is changed, so that two payments never wait for each other.
_ADD_TO_TOTALS = Statement("""
    WITH change AS MATERIALIZED (
        SELECT account_id, amount_krw
        FROM unnest(CAST(:ids AS uuid[]), CAST(:amounts AS bigint[])) AS change (account_id, amount_krw)),
    locked AS MATERIALIZED (
        SELECT account_id
        FROM account_total
        WHERE account_id = ANY(CAST(:ids AS uuid[]))
        ORDER BY account_id
        FOR NO KEY UPDATE)
    UPDATE account_total
    SET balance_krw = account_total.balance_krw + change.amount_krw
    FROM locked JOIN change USING (account_id)
    WHERE account_total.account_id = locked.account_id
    RETURNING account_total.account_id, account_total.balance_krw
""")

_LOCK_BALANCES = Statement("""
    SELECT account_id, balance_krw
    FROM account_total
    WHERE account_id = ANY(CAST(:ids AS uuid[]))
    ORDER BY account_id
    FOR NO KEY UPDATE
""")

_ADD_ACCOUNTS = Statement("""
    INSERT INTO account (account_id, kind, owner_id)
    SELECT account_id, kind, owner_id
    FROM unnest(CAST(:ids AS uuid[]), CAST(:kinds AS text[]), CAST(:owners AS uuid[]))
        AS account (account_id, kind, owner_id)
    ORDER BY account_id
    ON CONFLICT DO NOTHING
""")

_ADD_TOTALS = Statement("""
    INSERT INTO account_total (account_id)
    SELECT account_id
    FROM unnest(CAST(:ids AS uuid[])) AS account (account_id)
    ORDER BY account_id
    ON CONFLICT DO NOTHING
""")


async def add_to_totals(connection: AsyncConnection, changes: Mapping[Account, int]) -> dict[UUID, int]:
    """Changes kept totals by so many won each. Gives the new balances of those accounts that exist.

    Raises:
        IntegrityError: ck_account_total_floor, a balance would go below 0.
    """
    ids = [account.account_id for account in changes]
    rows = await _ADD_TO_TOTALS.execute(connection, {"ids": ids, "amounts": list(changes.values())})
    return {row[0]: row[1] for row in rows}


async def lock_balances(connection: AsyncConnection, accounts: Iterable[Account]) -> dict[UUID, int]:
    """Kept totals, locked until the transaction ends; an account that was never used is left out."""
    ids = [account.account_id for account in accounts]
    rows = await _LOCK_BALANCES.execute(connection, {"ids": ids})
    return {row[0]: row[1] for row in rows}


async def add_accounts(connection: AsyncConnection, accounts: Iterable[Account]) -> None:
    """Makes sure that accounts exist, and the kept totals of those with a floor."""
    new = list(accounts)
    await _ADD_ACCOUNTS.execute(
        connection,
        {
            "ids": [account.account_id for account in new],
            "kinds": [account.kind.value for account in new],
            "owners": [account.owner_id for account in new],
        },
    )
    await _ADD_TOTALS.execute(connection, {"ids": [account.account_id for account in new if account.kind in FLOORED]})
