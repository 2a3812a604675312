"""Statements on the keys that sign credentials, and on the lists of revoked ones."""

from __future__ import annotations

import json
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.workers.domain.credentials import CertificateKey, StatusPlace

_LOCK_KEYS = text("SELECT pg_advisory_xact_lock(7150013)")

_KEYS = text("""
    SELECT key_id, public_jwk, private_sealed, create_time
    FROM certificate_key
    ORDER BY create_time, key_id
""")

_ADD_KEY = text("""
    INSERT INTO certificate_key (key_id, public_jwk, private_sealed, create_time)
    VALUES (:key_id, CAST(:public_jwk AS jsonb), :private_sealed, :create_time)
""")

_STATUS_PLACE = text("""
    SELECT list_no, place
    FROM certificate_status
    WHERE certificate_id = :certificate_id
""")

_NEWEST_LIST = text("""
    SELECT list_no, count(*) AS filled
    FROM certificate_status
    GROUP BY list_no
    ORDER BY list_no DESC
    LIMIT 1
""")

_TAKE_PLACE = text("""
    INSERT INTO certificate_status (certificate_id, list_no, place)
    VALUES (:certificate_id, :list_no, :place)
    ON CONFLICT DO NOTHING
""")

_REVOKED_PLACES = text("""
    SELECT place
    FROM certificate_status
    JOIN certificate USING (certificate_id)
    WHERE list_no = :list_no AND revoke_time IS NOT NULL
""")


async def lock_certificate_keys(connection: AsyncConnection) -> None:
    """Makes changes of the keys take turns, until the transaction ends."""
    await connection.execute(_LOCK_KEYS)


async def certificate_keys(connection: AsyncConnection) -> list[CertificateKey]:
    """All key pairs, oldest first; the last one signs."""
    return [CertificateKey(*row) for row in await connection.execute(_KEYS)]


async def add_certificate_key(connection: AsyncConnection, key: CertificateKey) -> None:
    """Adds a key pair."""
    parameters = {
        "key_id": key.key_id,
        "public_jwk": json.dumps(key.public_jwk),
        "private_sealed": key.private_sealed,
        "create_time": key.create_time,
    }
    await connection.execute(_ADD_KEY, parameters)


async def status_place(connection: AsyncConnection, certificate_id: UUID) -> StatusPlace | None:
    """The bit of a certificate, where it has one."""
    row = (await connection.execute(_STATUS_PLACE, {"certificate_id": certificate_id})).one_or_none()
    return StatusPlace(row.list_no, row.place) if row is not None else None


async def newest_list(connection: AsyncConnection) -> tuple[int, int]:
    """The (number, places given away) of the newest list; (1, 0) before the first place is given."""
    row = (await connection.execute(_NEWEST_LIST)).one_or_none()
    return (row.list_no, row.filled) if row is not None else (1, 0)


async def take_place(connection: AsyncConnection, certificate_id: UUID, wanted: StatusPlace) -> None:
    """Gives a bit to a certificate, where both are free."""
    parameters = {"certificate_id": certificate_id, "list_no": wanted.list_no, "place": wanted.place}
    await connection.execute(_TAKE_PLACE, parameters)


async def revoked_places(connection: AsyncConnection, list_no: int) -> list[int]:
    """The bits of a list whose certificates are void."""
    return list((await connection.execute(_REVOKED_PLACES, {"list_no": list_no})).scalars())
