"""Statements on companies' pools, their members, and who acts for a company."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.workers.domain.journeys import Step
from services.workers.domain.offer import Membership
from services.workers.store.queries.slots import After

_ADD_ACTING = text("""
    INSERT INTO organisation_member (organisation_id, account_id)
    SELECT DISTINCT organisation_id, account_id
    FROM unnest(CAST(:organisation_ids AS uuid[]), CAST(:account_ids AS uuid[])) AS new (organisation_id, account_id)
    ORDER BY organisation_id, account_id
    ON CONFLICT DO NOTHING
""")

_ACTING = text("""
    SELECT organisation_id, account_id
    FROM organisation_member
    WHERE organisation_id = ANY(CAST(:organisation_ids AS uuid[]))
    ORDER BY organisation_id, account_id
    LIMIT 1000
""")

_MEMBERSHIP = text("""
    SELECT organisation_id, worker_id, member, admit_time, consultation_id, remove_reason, revision
    FROM pool_member
    WHERE organisation_id = :organisation_id AND worker_id = :worker_id
""")

_STORE = text("""
    INSERT INTO pool_member (
        organisation_id, worker_id, member, admit_time, consultation_id, remove_reason, revision)
    VALUES (:organisation_id, :worker_id, :member, :admit_time, :consultation_id, :remove_reason, :revision)
    ON CONFLICT (organisation_id, worker_id) DO UPDATE
    SET member = excluded.member, admit_time = excluded.admit_time, consultation_id = excluded.consultation_id,
        remove_reason = excluded.remove_reason, revision = excluded.revision
""")

_POOL = text("""
    SELECT p.worker_id, p.admit_time, p.consultation_id, j.reach_time AS first_claim_time,
        (SELECT count(*) FROM job_offer AS o
         WHERE o.worker_id = p.worker_id AND o.organisation_id = p.organisation_id AND o.state = 'OPEN') AS open_offers
    FROM pool_member AS p
    LEFT JOIN journey_step AS j ON j.worker_id = p.worker_id AND j.step = :claimed
    WHERE p.organisation_id = :organisation_id AND p.member
      AND (CAST(:only AS uuid) IS NULL OR p.worker_id = CAST(:only AS uuid))
      AND (p.admit_time, p.worker_id) < (CAST(:admit_time AS timestamptz), CAST(:worker_id AS uuid))
    ORDER BY p.admit_time DESC, p.worker_id DESC
    LIMIT :count
""")

_SIZE = text("SELECT count(*) FROM pool_member WHERE organisation_id = :organisation_id AND member")


@dataclass(frozen=True)
class PooledWorker:
    """Somebody in a pool, with the first claim of work anywhere and how many offers wait for an answer."""

    worker_id: UUID
    admit_time: datetime
    consultation_id: UUID
    first_claim_time: datetime | None
    open_offer_count: int


async def add_acting(connection: AsyncConnection, pairs: Sequence[tuple[UUID, UUID]]) -> None:
    """Adds (organisation id, account id) pairs of people who act for companies."""
    parameters = {"organisation_ids": [one for one, _ in pairs], "account_ids": [one for _, one in pairs]}
    await connection.execute(_ADD_ACTING, parameters)


async def acting_for(connection: AsyncConnection, organisation_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """The accounts that act for each of the companies, at most 1,000 in all."""
    found: dict[UUID, list[UUID]] = {organisation_id: [] for organisation_id in organisation_ids}
    for organisation_id, account_id in await connection.execute(_ACTING, {"organisation_ids": list(found)}):
        found[organisation_id].append(account_id)
    return found


async def membership_of(connection: AsyncConnection, organisation_id: UUID, worker_id: UUID) -> Membership | None:
    """Whether a person belongs to a pool; None: they never did. It changes only while the person is locked."""
    found = await connection.execute(_MEMBERSHIP, {"organisation_id": organisation_id, "worker_id": worker_id})
    row = found.one_or_none()
    return Membership(*row) if row is not None else None


async def store_membership(connection: AsyncConnection, membership: Membership) -> None:
    """Stores whether a locked person belongs to a pool."""
    parameters = {
        "organisation_id": membership.organisation_id,
        "worker_id": membership.worker_id,
        "member": membership.member,
        "admit_time": membership.admit_time,
        "consultation_id": membership.consultation_id,
        "remove_reason": membership.remove_reason,
        "revision": membership.revision,
    }
    await connection.execute(_STORE, parameters)


async def pool_of(
    connection: AsyncConnection, organisation_id: UUID, before: After, count: int, only: UUID | None = None
) -> tuple[list[PooledWorker], int]:
    """Up to `count` members of a pool admitted before a point in time, newest first; and how many there are in all.

    `only`: nobody but this person.
    """
    parameters = {
        "organisation_id": organisation_id,
        "claimed": Step.CLAIMED.value,
        "admit_time": before.start_time,
        "worker_id": before.id,
        "only": only,
        "count": count,
    }
    members = [PooledWorker(*row) for row in await connection.execute(_POOL, parameters)]
    size = (await connection.execute(_SIZE, {"organisation_id": organisation_id})).scalar_one()
    return members, size
