"""Statements on accounts and their roles."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts.domain.accounts import Account, Preferences, Role, RoleGrant
from services.accounts.store.tables import AccountRow
from services.core.ids import new_id

_AccountSelect = Select[
    UUID, str, str, str, str | None, int, datetime, int, bool, bool, datetime | None, dict[str, Any] | None
]

_ACCOUNT: _AccountSelect = select(
    AccountRow.account_id,
    AccountRow.email,
    AccountRow.display_name,
    AccountRow.language,
    AccountRow.password_hash,
    AccountRow.revision,
    AccountRow.create_time,
    AccountRow.text_size,
    AccountRow.high_contrast,
    AccountRow.single_keys_off,
    AccountRow.email_verify_time,
    AccountRow.bench_keys,
).where(AccountRow.close_time.is_(None))

_IDS_BY_EMAIL = text("""
    SELECT lower(email) AS email, account_id
    FROM account
    WHERE lower(email) = ANY(CAST(:emails AS text[]))
""")

_ADD_ACCOUNTS = text("""
    INSERT INTO account (
        account_id, email, display_name, language, password_hash, revision, create_time, email_verify_time)
    SELECT account_id, email, display_name, language, password_hash, revision, :create_time, email_verify_time
    FROM unnest(
        CAST(:account_ids AS uuid[]), CAST(:emails AS text[]), CAST(:display_names AS text[]),
        CAST(:languages AS text[]), CAST(:password_hashes AS text[]), CAST(:revisions AS bigint[]),
        CAST(:email_verify_times AS timestamptz[]))
        AS new (account_id, email, display_name, language, password_hash, revision, email_verify_time)
    ORDER BY email
    ON CONFLICT ((lower(email))) DO NOTHING
    RETURNING account_id
""")

_SET_PASSWORD = text("""
    UPDATE account
    SET password_hash = :password_hash, revision = revision + 1
    WHERE account_id = :account_id
""")

_SET_PREFERENCES = text("""
    UPDATE account
    SET language = :language, text_size = :text_size, high_contrast = :high_contrast, single_keys_off = :single_keys_off
    WHERE account_id = :account_id AND close_time IS NULL
    RETURNING account_id
""")

_SET_KEYS = text("""
    UPDATE account
    SET bench_keys = CAST(:bench_keys AS jsonb)
    WHERE account_id = :account_id AND close_time IS NULL
    RETURNING account_id
""")

_SET_NAME = text("""
    UPDATE account
    SET display_name = :display_name
    WHERE account_id = :account_id AND close_time IS NULL
    RETURNING account_id
""")

# The address becomes one that cannot exist (RFC 6761): the one before is free again.
_CLOSE = text("""
    UPDATE account
    SET email = account_id || '@closed.invalid', display_name = '', language = '', password_hash = NULL,
        text_size = 0, high_contrast = false, single_keys_off = false, bench_keys = NULL, email_verify_time = NULL,
        close_time = :now, revision = revision + 1
    WHERE account_id = :account_id
    RETURNING revision
""")

_DELETE_GRANTS = text("DELETE FROM role_grant WHERE account_id = :account_id")

_LOCK_OPERATORS = text("SELECT pg_advisory_xact_lock(hashtextextended('operators', 14))")

_OTHER_OPERATORS = text("""
    SELECT count(DISTINCT account_id)
    FROM role_grant
    JOIN account USING (account_id)
    WHERE role = 'operator' AND close_time IS NULL AND account_id <> :account_id
""")

_RAISE_REVISION = text("""
    UPDATE account
    SET revision = revision + 1
    WHERE account_id = :account_id
    RETURNING revision
""")

_ADD_GRANTS = text("""
    INSERT INTO role_grant (role_grant_id, account_id, role, organisation_id, grant_time)
    SELECT role_grant_id, account_id, role, organisation_id, :grant_time
    FROM unnest(
        CAST(:ids AS uuid[]), CAST(:account_ids AS uuid[]), CAST(:roles AS text[]), CAST(:organisation_ids AS uuid[]))
        AS new (role_grant_id, account_id, role, organisation_id)
    ON CONFLICT ON CONSTRAINT uq_role_grant_account_id_role_organisation_id DO NOTHING
    RETURNING role_grant_id
""")

_GRANTS = text("SELECT role, organisation_id FROM role_grant WHERE account_id = :account_id ORDER BY role_grant_id")

_FACTS_AFTER = text("""
    SELECT account_id, revision, close_time IS NOT NULL AS closed
    FROM account
    WHERE account_id > :after
    ORDER BY account_id
    LIMIT :count
""")


@dataclass(frozen=True)
class AccountFact:
    """What the audit says of an account."""

    account_id: UUID
    revision: int
    closed: bool


async def account_by_email(connection: AsyncConnection, email: str) -> Account | None:
    """The account with a normal e-mail address."""
    return await _account(connection, _ACCOUNT.where(func.lower(AccountRow.email) == email))


async def account_by_id(connection: AsyncConnection, account_id: UUID) -> Account | None:
    """The account with an id."""
    return await _account(connection, _ACCOUNT.where(AccountRow.account_id == account_id))


async def locked_account(connection: AsyncConnection, account_id: UUID) -> Account | None:
    """The account with an id, locked until the transaction ends."""
    return await _account(connection, _ACCOUNT.where(AccountRow.account_id == account_id).with_for_update())


async def locked_account_by_email(connection: AsyncConnection, email: str) -> Account | None:
    """The account with a normal e-mail address, locked until the transaction ends."""
    return await _account(connection, _ACCOUNT.where(func.lower(AccountRow.email) == email).with_for_update())


async def account_ids_by_email(connection: AsyncConnection, emails: Sequence[str]) -> dict[str, UUID]:
    """The ids of the accounts that exist among normal e-mail addresses."""
    rows = await connection.execute(_IDS_BY_EMAIL, {"emails": list(emails)})
    return {row.email: row.account_id for row in rows}


async def add_accounts(connection: AsyncConnection, accounts: Sequence[Account], create_time: datetime) -> set[UUID]:
    """Adds accounts whose address is free; gives the ids of those added."""
    parameters = {
        "account_ids": [account.account_id for account in accounts],
        "emails": [account.email for account in accounts],
        "display_names": [account.display_name for account in accounts],
        "languages": [account.language for account in accounts],
        "password_hashes": [account.password_hash for account in accounts],
        "revisions": [account.revision for account in accounts],
        "email_verify_times": [account.email_verify_time for account in accounts],
        "create_time": create_time,
    }
    return set((await connection.execute(_ADD_ACCOUNTS, parameters)).scalars())


async def set_password_hash(connection: AsyncConnection, account_id: UUID, password_hash: str) -> None:
    """Stores a new password."""
    await connection.execute(_SET_PASSWORD, {"account_id": account_id, "password_hash": password_hash})


async def set_preferences(connection: AsyncConnection, account_id: UUID, preferences: Preferences) -> bool:
    """Replaces an account's preferences; False when there is no such account."""
    parameters = {
        "account_id": account_id,
        "language": preferences.language,
        "text_size": preferences.text_size,
        "high_contrast": preferences.high_contrast,
        "single_keys_off": preferences.single_keys_off,
    }
    return (await connection.execute(_SET_PREFERENCES, parameters)).one_or_none() is not None


async def set_keys(connection: AsyncConnection, account_id: UUID, keys: Mapping[str, str]) -> bool:
    """Replaces an account's keys; False when there is no such account."""
    parameters = {"account_id": account_id, "bench_keys": json.dumps(dict(keys))}
    return (await connection.execute(_SET_KEYS, parameters)).one_or_none() is not None


async def set_display_name(connection: AsyncConnection, account_id: UUID, display_name: str) -> bool:
    """Stores what an account is called; False when there is no such account."""
    parameters = {"account_id": account_id, "display_name": display_name}
    return (await connection.execute(_SET_NAME, parameters)).one_or_none() is not None


async def close_account(connection: AsyncConnection, account_id: UUID, now: datetime) -> int:
    """Erases what is personal of an account and its roles; gives its new revision."""
    await connection.execute(_DELETE_GRANTS, {"account_id": account_id})
    return int((await connection.execute(_CLOSE, {"account_id": account_id, "now": now})).scalar_one())


async def other_operator_count(connection: AsyncConnection, account_id: UUID) -> int:
    """How many operators there are beside an account; others who ask wait for this transaction."""
    await connection.execute(_LOCK_OPERATORS)
    return int((await connection.execute(_OTHER_OPERATORS, {"account_id": account_id})).scalar_one())


async def raise_revision(connection: AsyncConnection, account_id: UUID) -> int:
    """Counts a change of an account; gives its new revision."""
    return int((await connection.execute(_RAISE_REVISION, {"account_id": account_id})).scalar_one())


async def add_grants(
    connection: AsyncConnection, grants: Sequence[tuple[UUID, RoleGrant]], grant_time: datetime
) -> int:
    """Adds (account id, grant) pairs that are not there yet; gives how many were added."""
    parameters = {
        "ids": [new_id() for _ in grants],
        "account_ids": [account_id for account_id, _ in grants],
        "roles": [grant.role.value for _, grant in grants],
        "organisation_ids": [grant.organisation_id for _, grant in grants],
        "grant_time": grant_time,
    }
    return len((await connection.execute(_ADD_GRANTS, parameters)).all())


async def grants_of(connection: AsyncConnection, account_id: UUID) -> list[RoleGrant]:
    """The roles of an account, in the order they were granted."""
    rows = await connection.execute(_GRANTS, {"account_id": account_id})
    return [RoleGrant(Role(role), organisation_id) for role, organisation_id in rows]


async def account_facts_after(connection: AsyncConnection, after: UUID, count: int) -> list[AccountFact]:
    """Up to `count` accounts with ids greater than `after`, by id."""
    rows = await connection.execute(_FACTS_AFTER, {"after": after, "count": count})
    return [AccountFact(row.account_id, row.revision, row.closed) for row in rows]


async def _account(connection: AsyncConnection, found: _AccountSelect) -> Account | None:
    row = (await connection.execute(found)).one_or_none()
    return Account(*row) if row is not None else None
