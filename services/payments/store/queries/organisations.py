"""What payments knows of companies and workers, and companies' deposits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.payments.store.tables import DepositRow, OrganisationRow
from services.runtime.statement import Statement

_PUT_ORGANISATIONS = Statement("""
    INSERT INTO organisation (organisation_id, revision)
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:revisions AS bigint[]))
    ON CONFLICT (organisation_id) DO UPDATE
    SET revision = excluded.revision
    WHERE organisation.revision < excluded.revision
""")

_PUT_RESTRICTIONS = Statement("""
    INSERT INTO worker_restriction (worker_id, revision, kind, until_time, active)
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:revisions AS bigint[]), CAST(:kinds AS text[]),
        CAST(:until_times AS timestamptz[]), CAST(:actives AS boolean[]))
    ON CONFLICT (worker_id) DO UPDATE
    SET revision = excluded.revision, kind = excluded.kind, until_time = excluded.until_time, active = excluded.active
    WHERE worker_restriction.revision < excluded.revision
""")


@dataclass(frozen=True, slots=True)
class Restriction:
    """A worker's restriction as last heard; `kind` is empty and `active` false once it is lifted."""

    worker_id: UUID
    revision: int
    kind: str
    until_time: datetime | None
    active: bool


async def organisation_exists(connection: AsyncConnection, organisation_id: UUID) -> bool:
    """Whether the organisation is known here."""
    known = select(exists().where(OrganisationRow.organisation_id == organisation_id))
    return bool((await connection.execute(known)).scalar_one())


async def put_organisations(connection: AsyncConnection, revisions: Mapping[UUID, int]) -> None:
    """Notes organisations; a lower revision than the noted one changes nothing."""
    await _PUT_ORGANISATIONS.execute(
        connection, {"ids": sorted(revisions), "revisions": [revisions[i] for i in sorted(revisions)]}
    )


async def put_restrictions(connection: AsyncConnection, restrictions: Sequence[Restriction]) -> None:
    """Notes one restriction per worker; a lower revision than the noted one changes nothing."""
    ordered = sorted(restrictions, key=lambda restriction: restriction.worker_id)
    await _PUT_RESTRICTIONS.execute(
        connection,
        {
            "ids": [r.worker_id for r in ordered],
            "revisions": [r.revision for r in ordered],
            "kinds": [r.kind for r in ordered],
            "until_times": [r.until_time for r in ordered],
            "actives": [r.active for r in ordered],
        },
    )


async def add_deposit(
    connection: AsyncConnection,
    *,
    journal_id: UUID,
    organisation_id: UUID,
    operator_id: UUID,
    amount_krw: int,
    bank_reference: str,
) -> None:
    """Keeps what a deposit's journal cannot say: who saw it, and the bank's reference."""
    await connection.execute(
        insert(DepositRow).values(
            journal_id=journal_id,
            organisation_id=organisation_id,
            operator_id=operator_id,
            amount_krw=amount_krw,
            bank_reference=bank_reference,
        )
    )
