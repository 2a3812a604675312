"""Statements on e-mails to be sent."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts.domain.mail import DueMail, Letter, MailKind
from services.core.ids import new_id

_ADD = text("""
    INSERT INTO mail (
        mail_id, account_id, kind, subject, body, secret_sealed, verified_only, state, tries, create_time, next_try_time)
    VALUES (
        :mail_id, :account_id, :kind, :subject, :body, :secret_sealed, :verified_only, 'WAITING', 0, :now, :now)
""")

_LEASE_DUE = text("""
    UPDATE mail
    SET tries = tries + 1, next_try_time = :lease_end
    FROM (
        SELECT mail_id, account.email, account.close_time, account.email_verify_time
        FROM mail
        LEFT JOIN account USING (account_id)
        WHERE mail.state = 'WAITING' AND mail.next_try_time <= :now
        ORDER BY mail.next_try_time
        LIMIT :count
        FOR UPDATE OF mail SKIP LOCKED) AS due
    WHERE mail.mail_id = due.mail_id
    RETURNING
        mail.mail_id, mail.kind, mail.subject, mail.body, mail.secret_sealed, mail.verified_only, mail.stop_link,
        mail.tries,
        CASE WHEN due.close_time IS NULL AND (due.email_verify_time IS NOT NULL OR NOT mail.verified_only)
            THEN due.email END AS address
""")

_TRY_LATER = text("UPDATE mail SET next_try_time = :next_try_time WHERE mail_id = :mail_id AND state = 'WAITING'")

# What was written is not kept: only that, when and of which kind.
_END = text("""
    UPDATE mail
    SET state = :state, subject = '', body = '', secret_sealed = NULL, stop_link = NULL
    WHERE mail_id = :mail_id AND state = 'WAITING'
""")

_COUNT_SINCE = text("""
    SELECT count(*), min(create_time)
    FROM mail
    WHERE account_id = :account_id AND kind = :kind AND create_time > :since
""")

_ERASE = text("DELETE FROM mail WHERE account_id = :account_id")

_PURGE = text("""
    DELETE FROM mail
    WHERE mail_id IN (SELECT mail_id FROM mail WHERE create_time < :before LIMIT :count)
""")


async def add_mail(connection: AsyncConnection, account_id: UUID | None, letter: Letter, now: datetime) -> None:
    """Adds an e-mail that is sent after this transaction; to no account: it goes nowhere."""
    parameters = {
        "mail_id": new_id(),
        "account_id": account_id,
        "kind": letter.kind.value,
        "subject": letter.subject,
        "body": letter.body,
        "secret_sealed": letter.secret_sealed,
        "verified_only": letter.verified_only,
        "now": now,
    }
    await connection.execute(_ADD, parameters)


async def lease_due_mail(connection: AsyncConnection, now: datetime, lease_end: datetime, count: int) -> list[DueMail]:
    """Up to `count` e-mails whose turn it is; they are nobody else's until the lease ends."""
    rows = await connection.execute(_LEASE_DUE, {"now": now, "lease_end": lease_end, "count": count})
    return [
        DueMail(
            row.mail_id,
            Letter(
                MailKind(row.kind), row.subject, row.body, row.secret_sealed, row.verified_only, row.stop_link or ""
            ),
            row.tries,
            row.address,
        )
        for row in rows
    ]


async def try_later(connection: AsyncConnection, mail_id: UUID, next_try_time: datetime) -> None:
    """Stores when an e-mail that was not taken is tried again."""
    await connection.execute(_TRY_LATER, {"mail_id": mail_id, "next_try_time": next_try_time})


async def end_mail(connection: AsyncConnection, mail_id: UUID, state: str) -> None:
    """Stores what became of an e-mail (SENT, GIVEN_UP, DROPPED) and forgets its words."""
    await connection.execute(_END, {"mail_id": mail_id, "state": state})


async def mails_since(
    connection: AsyncConnection, account_id: UUID, kind: MailKind, since: datetime
) -> tuple[int, datetime | None]:
    """How many e-mails of a kind were written to an account since an instant, and when the first of them was."""
    parameters = {"account_id": account_id, "kind": kind.value, "since": since}
    count, oldest = (await connection.execute(_COUNT_SINCE, parameters)).one()
    return int(count), oldest


async def erase_mail(connection: AsyncConnection, account_id: UUID) -> None:
    """Deletes all e-mails to an account."""
    await connection.execute(_ERASE, {"account_id": account_id})


async def purge_mail(connection: AsyncConnection, before: datetime, count: int) -> None:
    """Deletes up to `count` e-mails older than an instant."""
    await connection.execute(_PURGE, {"before": before, "count": count})
