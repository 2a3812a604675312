"""Statements on codes that verify an address and links for a new password."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_SET_CODE = text("""
    INSERT INTO verification (account_id, code_digest, tries, expire_time)
    VALUES (:account_id, :code_digest, 0, :expire_time)
    ON CONFLICT (account_id) DO UPDATE
    SET code_digest = excluded.code_digest, tries = 0, expire_time = excluded.expire_time
""")

# Each try is counted before it is compared, whatever comes of it.
_TRY_CODE = text("""
    UPDATE verification
    SET tries = tries + 1
    WHERE account_id = :account_id AND expire_time > :now AND tries < :tries_max
    RETURNING code_digest
""")

_DELETE_CODE = text("DELETE FROM verification WHERE account_id = :account_id")

_SET_VERIFIED = text("""
    UPDATE account
    SET email_verify_time = :now
    WHERE account_id = :account_id AND email_verify_time IS NULL AND close_time IS NULL
""")

_LIVE_RESETS = text("""
    SELECT count(*)
    FROM password_reset
    WHERE account_id = :account_id AND use_time IS NULL AND expire_time > :now
""")

_ADD_RESET = text("""
    INSERT INTO password_reset (token_digest, account_id, expire_time)
    VALUES (:token_digest, :account_id, :expire_time)
""")

_RESET_ACCOUNT = text("""
    SELECT account_id
    FROM password_reset
    WHERE token_digest = :token_digest AND use_time IS NULL AND expire_time > :now AND account_id IS NOT NULL
""")

_USE_RESET = text("""
    UPDATE password_reset
    SET use_time = :now
    WHERE token_digest = :token_digest AND use_time IS NULL AND expire_time > :now
    RETURNING account_id
""")

_VOID_RESETS = text("UPDATE password_reset SET use_time = :now WHERE account_id = :account_id AND use_time IS NULL")

_ERASE_RESETS = text("DELETE FROM password_reset WHERE account_id = :account_id")

_PURGE_RESETS = text("""
    DELETE FROM password_reset
    WHERE token_digest IN (SELECT token_digest FROM password_reset WHERE expire_time < :before LIMIT :count)
""")


async def set_code(connection: AsyncConnection, account_id: UUID, code_digest: bytes, expire_time: datetime) -> None:
    """Stores the code that verifies an account's address; the one before is void."""
    parameters = {"account_id": account_id, "code_digest": code_digest, "expire_time": expire_time}
    await connection.execute(_SET_CODE, parameters)


async def try_code(connection: AsyncConnection, account_id: UUID, tries_max: int, now: datetime) -> bytes | None:
    """Counts a try; gives the digest of the code, None where there is none or it was tried too often."""
    parameters = {"account_id": account_id, "tries_max": tries_max, "now": now}
    return (await connection.execute(_TRY_CODE, parameters)).scalar_one_or_none()


async def delete_code(connection: AsyncConnection, account_id: UUID) -> None:
    """Deletes the code of an account."""
    await connection.execute(_DELETE_CODE, {"account_id": account_id})


async def set_verified(connection: AsyncConnection, account_id: UUID, now: datetime) -> None:
    """Stores that the address is proved; the first time counts."""
    await connection.execute(_SET_VERIFIED, {"account_id": account_id, "now": now})


async def live_reset_count(connection: AsyncConnection, account_id: UUID, now: datetime) -> int:
    """How many links for a new password of an account are good now."""
    return int((await connection.execute(_LIVE_RESETS, {"account_id": account_id, "now": now})).scalar_one())


async def add_reset(
    connection: AsyncConnection, account_id: UUID | None, token_digest: bytes, expire_time: datetime
) -> None:
    """Adds a link for a new password; without an account it opens nothing."""
    parameters = {"account_id": account_id, "token_digest": token_digest, "expire_time": expire_time}
    await connection.execute(_ADD_RESET, parameters)


async def account_of_reset(connection: AsyncConnection, token_digest: bytes, now: datetime) -> UUID | None:
    """Whose a link is, while it is good."""
    return (await connection.execute(_RESET_ACCOUNT, {"token_digest": token_digest, "now": now})).scalar_one_or_none()


async def use_reset(connection: AsyncConnection, token_digest: bytes, now: datetime) -> UUID | None:
    """Uses up a link; gives whose it is, None when it was used or is too old."""
    return (await connection.execute(_USE_RESET, {"token_digest": token_digest, "now": now})).scalar_one_or_none()


async def void_resets(connection: AsyncConnection, account_id: UUID, now: datetime) -> None:
    """Makes all links of an account void."""
    await connection.execute(_VOID_RESETS, {"account_id": account_id, "now": now})


async def erase_resets(connection: AsyncConnection, account_id: UUID) -> None:
    """Deletes all links of an account."""
    await connection.execute(_ERASE_RESETS, {"account_id": account_id})


async def purge_resets(connection: AsyncConnection, before: datetime, count: int) -> None:
    """Deletes up to `count` links that ended before an instant."""
    await connection.execute(_PURGE_RESETS, {"before": before, "count": count})
