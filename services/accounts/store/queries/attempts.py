"""Statements on failed sign-ins."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts.domain.limits import Failures

_LOCK_PAIR = text("SELECT pg_advisory_xact_lock(hashtextextended(:place || encode(:email_digest, 'hex'), 11))")

_FAILURES = text("""
    SELECT
        count(*) FILTER (WHERE email_digest = :email_digest),
        min(attempt_time) FILTER (WHERE email_digest = :email_digest),
        count(*),
        min(attempt_time)
    FROM failed_sign_in
    WHERE place = :place AND attempt_time > :since
""")

_ADD = text("""
    INSERT INTO failed_sign_in (attempt_id, email_digest, place, attempt_time)
    VALUES (:attempt_id, :email_digest, :place, :attempt_time)
""")

_FORGET = text("DELETE FROM failed_sign_in WHERE place = :place AND email_digest = :email_digest")

_ERASE = text("DELETE FROM failed_sign_in WHERE email_digest = :email_digest")

_PURGE = text("""
    DELETE FROM failed_sign_in
    WHERE attempt_id IN (SELECT attempt_id FROM failed_sign_in WHERE attempt_time < :before LIMIT :count)
""")


async def lock_attempts(connection: AsyncConnection, email_digest: bytes, place: str) -> None:
    """Makes attempts on one address from one place take turns, until the transaction ends."""
    await connection.execute(_LOCK_PAIR, {"email_digest": email_digest, "place": place})


async def failures_since(connection: AsyncConnection, email_digest: bytes, place: str, since: datetime) -> Failures:
    """The failed attempts at a place since an instant."""
    parameters = {"email_digest": email_digest, "place": place, "since": since}
    return Failures(*(await connection.execute(_FAILURES, parameters)).one())


async def add_failure(
    connection: AsyncConnection, attempt_id: UUID, email_digest: bytes, place: str, attempt_time: datetime
) -> None:
    """Counts an attempt as failed."""
    parameters = {
        "attempt_id": attempt_id,
        "email_digest": email_digest,
        "place": place,
        "attempt_time": attempt_time,
    }
    await connection.execute(_ADD, parameters)


async def forget_failures(connection: AsyncConnection, email_digest: bytes, place: str) -> None:
    """Forgets the failed attempts on one address from one place."""
    await connection.execute(_FORGET, {"email_digest": email_digest, "place": place})


async def erase_failures(connection: AsyncConnection, email_digest: bytes) -> None:
    """Deletes the failed attempts on one address, from wherever they came."""
    await connection.execute(_ERASE, {"email_digest": email_digest})


async def purge_failures(connection: AsyncConnection, before: datetime, count: int) -> None:
    """Deletes up to `count` failures older than an instant."""
    await connection.execute(_PURGE, {"before": before, "count": count})
