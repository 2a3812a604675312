"""Statements on what people have agreed to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts.domain.consents import Agreement, Consent, Document
from services.core.ids import new_id

_ADD = text("""
    INSERT INTO consent (consent_id, account_id, document, version, give_time)
    VALUES (:consent_id, :account_id, :document, :version, :now)
    ON CONFLICT (account_id, document, version) WHERE withdraw_time IS NULL DO NOTHING
""")

_WITHDRAW = text("""
    UPDATE consent
    SET withdraw_time = :now
    WHERE account_id = :account_id AND document = :document AND withdraw_time IS NULL
""")

_OF_ACCOUNT = text("""
    SELECT document, version, give_time, withdraw_time
    FROM consent
    WHERE account_id = :account_id
    ORDER BY consent_id DESC
    LIMIT 1000
""")

_ERASE = text("DELETE FROM consent WHERE account_id = :account_id")


async def add_consents(
    connection: AsyncConnection, account_id: UUID, agreements: Sequence[Agreement], now: datetime
) -> None:
    """Stores agreements; one that holds already stays as it was given."""
    for agreement in agreements:
        parameters = {
            "consent_id": new_id(),
            "account_id": account_id,
            "document": agreement.document.value,
            "version": agreement.version,
            "now": now,
        }
        await connection.execute(_ADD, parameters)


async def withdraw_consent(connection: AsyncConnection, account_id: UUID, document: Document, now: datetime) -> None:
    """Takes back every agreement to a document."""
    await connection.execute(_WITHDRAW, {"account_id": account_id, "document": document.value, "now": now})


async def consents_of(connection: AsyncConnection, account_id: UUID) -> list[Consent]:
    """What an account has agreed to and taken back, newest first; at most 1,000."""
    rows = await connection.execute(_OF_ACCOUNT, {"account_id": account_id})
    return [Consent(Document(row.document), row.version, row.give_time, row.withdraw_time) for row in rows]


async def erase_consents(connection: AsyncConnection, account_id: UUID) -> None:
    """Deletes what an account has agreed to."""
    await connection.execute(_ERASE, {"account_id": account_id})
