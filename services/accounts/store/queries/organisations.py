"""Statements on organisations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts.domain.accounts import Organisation

_ADD_ORGANISATION = text("""
    INSERT INTO organisation (organisation_id, name, revision, create_time)
    VALUES (:organisation_id, :name, 1, :create_time)
""")

_ORGANISATION_EXISTS = text("SELECT 1 FROM organisation WHERE organisation_id = :organisation_id")

_ORGANISATIONS_AMONG = text("""
    SELECT organisation_id, name
    FROM organisation
    WHERE organisation_id = ANY(CAST(:organisation_ids AS uuid[]))
    ORDER BY organisation_id DESC
""")

_ORGANISATIONS_BEFORE = text("""
    SELECT organisation_id, name
    FROM organisation
    WHERE organisation_id < :before
    ORDER BY organisation_id DESC
    LIMIT :count
""")

_OWN_ORGANISATIONS_BEFORE = text("""
    SELECT organisation_id, name
    FROM organisation
    WHERE organisation_id < :before AND organisation_id = ANY(CAST(:own_ids AS uuid[]))
    ORDER BY organisation_id DESC
    LIMIT :count
""")


async def add_organisation(
    connection: AsyncConnection, organisation_id: UUID, name: str, create_time: datetime
) -> None:
    """Adds an organisation."""
    parameters = {"organisation_id": organisation_id, "name": name, "create_time": create_time}
    await connection.execute(_ADD_ORGANISATION, parameters)


async def organisation_exists(connection: AsyncConnection, organisation_id: UUID) -> bool:
    """Whether an organisation exists."""
    row = (await connection.execute(_ORGANISATION_EXISTS, {"organisation_id": organisation_id})).one_or_none()
    return row is not None


async def organisations_among(connection: AsyncConnection, organisation_ids: Sequence[UUID]) -> list[Organisation]:
    """The organisations that exist among ids, newest first."""
    rows = await connection.execute(_ORGANISATIONS_AMONG, {"organisation_ids": list(organisation_ids)})
    return [Organisation(*row) for row in rows]


async def organisations_before(
    connection: AsyncConnection, own_ids: Sequence[UUID] | None, before: UUID, count: int
) -> list[Organisation]:
    """Up to `count` organisations with ids under `before`, newest first; only those among `own_ids` unless None."""
    if own_ids is None:
        rows = await connection.execute(_ORGANISATIONS_BEFORE, {"before": before, "count": count})
    else:
        parameters = {"before": before, "count": count, "own_ids": list(own_ids)}
        rows = await connection.execute(_OWN_ORGANISATIONS_BEFORE, parameters)
    return [Organisation(*row) for row in rows]
