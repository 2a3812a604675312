"""What else an account leaves behind when it is closed."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_ERASE_CODES = text("DELETE FROM sign_in_code WHERE account_id = :account_id")

_ERASE_NOTICES = text("DELETE FROM notice WHERE account_id = :account_id")

_ERASE_CHOICES = text("DELETE FROM notice_choice WHERE account_id = :account_id")

# What was answered to the person's requests may hold their words.
_FORGET_REQUESTS = text("DELETE FROM request WHERE caller_id = :account_id")


async def erase_codes_and_notices(connection: AsyncConnection, account_id: UUID) -> None:
    """Deletes codes for the first sign-in, notices, the choice of e-mails, and stored answers to requests."""
    for statement in (_ERASE_CODES, _ERASE_NOTICES, _ERASE_CHOICES, _FORGET_REQUESTS):
        await connection.execute(statement, {"account_id": account_id})
