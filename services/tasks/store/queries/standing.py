"""Statements about workers' standing: certificates, restrictions, skills, as the other services told them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.runtime.statement import Statement
from services.tasks.domain.standing import Standing

STANDING_COLUMNS = """c.certificate_id, r.worker_id IS NOT NULL AS restricted, r.until_time AS restricted_until,
        coalesce(k.lower, 0) AS skill_lower, j.pool_only AND NOT coalesce(p.member, false) AS outside_pool"""

STANDING_JOINS = """LEFT JOIN LATERAL (
        SELECT c.certificate_id
        FROM certificate AS c
        WHERE c.worker_id = CAST(:worker_id AS uuid) AND c.annotation_type = j.annotation_type
          AND c.state = 'VALID' AND (c.valid_until IS NULL OR c.valid_until > now())
        ORDER BY c.valid_until DESC NULLS FIRST, c.certificate_id
        LIMIT 1
    ) AS c ON true
    LEFT JOIN worker_restriction AS r ON r.worker_id = CAST(:worker_id AS uuid) AND r.active
        AND (r.until_time IS NULL OR r.until_time > now())
    LEFT JOIN pool_member AS p ON p.organisation_id = j.organisation_id AND p.worker_id = CAST(:worker_id AS uuid)
    LEFT JOIN worker_skill AS k ON k.worker_id = CAST(:worker_id AS uuid) AND k.annotation_type = j.annotation_type"""
"""What joins a job named j with the standing of :worker_id for its annotation type."""

_KEEP_ISSUED = Statement("""
    INSERT INTO certificate AS c (certificate_id, worker_id, annotation_type, valid_until, state, revision)
    SELECT g.certificate_id, g.worker_id, g.annotation_type, g.valid_until, 'VALID', g.revision
    FROM unnest(CAST(:certificate_ids AS uuid[]), CAST(:worker_ids AS uuid[]), CAST(:annotation_types AS integer[]),
        CAST(:valid_untils AS timestamptz[]), CAST(:revisions AS bigint[]))
        AS g(certificate_id, worker_id, annotation_type, valid_until, revision)
    ON CONFLICT (certificate_id) DO UPDATE SET
        annotation_type = excluded.annotation_type,
        valid_until = excluded.valid_until,
        state = CASE WHEN excluded.revision > c.revision THEN excluded.state ELSE c.state END,
        revision = greatest(c.revision, excluded.revision)
    WHERE excluded.revision > c.revision OR c.annotation_type = 0
""")

_KEEP_REVOKED = Statement("""
    INSERT INTO certificate AS c (certificate_id, worker_id, annotation_type, state, revision)
    SELECT g.certificate_id, g.worker_id, 0, 'REVOKED', g.revision
    FROM unnest(CAST(:certificate_ids AS uuid[]), CAST(:worker_ids AS uuid[]), CAST(:revisions AS bigint[]))
        AS g(certificate_id, worker_id, revision)
    ON CONFLICT (certificate_id) DO UPDATE SET state = excluded.state, revision = excluded.revision
    WHERE excluded.revision > c.revision
""")

_KEEP_RESTRICTION = Statement("""
    INSERT INTO worker_restriction AS r (worker_id, kind, until_time, active, revision)
    SELECT g.worker_id, g.kind, g.until_time, g.active, g.revision
    FROM unnest(CAST(:worker_ids AS uuid[]), CAST(:kinds AS text[]), CAST(:until_times AS timestamptz[]),
        CAST(:actives AS boolean[]), CAST(:revisions AS bigint[])) AS g(worker_id, kind, until_time, active, revision)
    ON CONFLICT (worker_id) DO UPDATE SET
        kind = excluded.kind, until_time = excluded.until_time, active = excluded.active, revision = excluded.revision
    WHERE excluded.revision > r.revision
    RETURNING r.worker_id, r.kind, r.active
""")

_KEEP_SKILL = Statement("""
    INSERT INTO worker_skill AS k (worker_id, annotation_type, revision, lower, mean, upper, count)
    SELECT g.worker_id, g.annotation_type, g.revision, g.lower, g.mean, g.upper, g.count
    FROM unnest(CAST(:worker_ids AS uuid[]), CAST(:annotation_types AS integer[]), CAST(:revisions AS bigint[]),
        CAST(:lowers AS double precision[]), CAST(:means AS double precision[]), CAST(:uppers AS double precision[]),
        CAST(:counts AS double precision[])) AS g(worker_id, annotation_type, revision, lower, mean, upper, count)
    ON CONFLICT (worker_id, annotation_type) DO UPDATE SET
        revision = excluded.revision, lower = excluded.lower, mean = excluded.mean, upper = excluded.upper,
        count = excluded.count
    WHERE excluded.revision > k.revision
""")


_KEEP_MEMBERS = Statement("""
    INSERT INTO pool_member AS p (organisation_id, worker_id, member, revision)
    SELECT g.organisation_id, g.worker_id, g.member, g.revision
    FROM unnest(CAST(:organisation_ids AS uuid[]), CAST(:worker_ids AS uuid[]), CAST(:members AS boolean[]),
        CAST(:revisions AS bigint[])) AS g(organisation_id, worker_id, member, revision)
    ORDER BY g.organisation_id, g.worker_id
    ON CONFLICT (organisation_id, worker_id) DO UPDATE SET member = excluded.member, revision = excluded.revision
    WHERE excluded.revision > p.revision
""")


@dataclass(frozen=True)
class Certificate:
    """A certificate as it was issued."""

    certificate_id: UUID
    worker_id: UUID
    annotation_type: int
    valid_until: datetime | None
    revision: int


@dataclass(frozen=True)
class Revocation:
    """A certificate that is void."""

    certificate_id: UUID
    worker_id: UUID
    revision: int


@dataclass(frozen=True)
class Restriction:
    """Whether a worker may claim; `kind` is a name of RestrictionKind, empty once it is lifted."""

    worker_id: UUID
    kind: str
    until_time: datetime | None
    active: bool
    revision: int


@dataclass(frozen=True)
class Skill:
    """A worker's measured accuracy for one annotation type."""

    worker_id: UUID
    annotation_type: int
    revision: int
    lower: float
    mean: float
    upper: float
    count: float


@dataclass(frozen=True)
class Membership:
    """Whether a worker belongs to a company's pool."""

    organisation_id: UUID
    worker_id: UUID
    member: bool
    revision: int


def standing_of(row: RowMapping) -> Standing:
    """The standing in a row that was selected with STANDING_COLUMNS."""
    return Standing(
        row["certificate_id"], row["restricted"], row["restricted_until"], row["skill_lower"], row["outside_pool"]
    )


async def keep_issued(connection: AsyncConnection, certificates: Sequence[Certificate]) -> None:
    """Keeps certificates, one entry each; a revocation that came first stays."""
    values = {
        "certificate_ids": [c.certificate_id for c in certificates],
        "worker_ids": [c.worker_id for c in certificates],
        "annotation_types": [c.annotation_type for c in certificates],
        "valid_untils": [c.valid_until for c in certificates],
        "revisions": [c.revision for c in certificates],
    }
    await _KEEP_ISSUED.execute(connection, values)


async def keep_revoked(connection: AsyncConnection, revocations: Sequence[Revocation]) -> None:
    """Marks certificates as void, one entry each, also those not known yet."""
    values = {
        "certificate_ids": [r.certificate_id for r in revocations],
        "worker_ids": [r.worker_id for r in revocations],
        "revisions": [r.revision for r in revocations],
    }
    await _KEEP_REVOKED.execute(connection, values)


async def keep_restrictions(connection: AsyncConnection, restrictions: Sequence[Restriction]) -> list[UUID]:
    """Keeps restrictions, one entry per worker; gives the workers who are restricted for fraud from now on."""
    values = {
        "worker_ids": [r.worker_id for r in restrictions],
        "kinds": [r.kind for r in restrictions],
        "until_times": [r.until_time for r in restrictions],
        "actives": [r.active for r in restrictions],
        "revisions": [r.revision for r in restrictions],
    }
    rows = await _KEEP_RESTRICTION.execute(connection, values)
    return [row.worker_id for row in rows if row.active and row.kind == "FRAUD"]


async def keep_skills(connection: AsyncConnection, skills: Sequence[Skill]) -> None:
    """Keeps measured skills, one entry per worker and annotation type."""
    values = {
        "worker_ids": [s.worker_id for s in skills],
        "annotation_types": [s.annotation_type for s in skills],
        "revisions": [s.revision for s in skills],
        "lowers": [s.lower for s in skills],
        "means": [s.mean for s in skills],
        "uppers": [s.upper for s in skills],
        "counts": [s.count for s in skills],
    }
    await _KEEP_SKILL.execute(connection, values)


async def keep_members(connection: AsyncConnection, memberships: Sequence[Membership]) -> None:
    """Keeps who belongs to which pool, one entry per company and worker."""
    values = {
        "organisation_ids": [m.organisation_id for m in memberships],
        "worker_ids": [m.worker_id for m in memberships],
        "members": [m.member for m in memberships],
        "revisions": [m.revision for m in memberships],
    }
    await _KEEP_MEMBERS.execute(connection, values)
