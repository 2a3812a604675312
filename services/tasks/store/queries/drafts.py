"""Statements about drafts, and the leases that they renew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.runtime.statement import Statement
from services.tasks.domain.lease import AssignmentState

_DRAFTS = Statement("""
    SELECT a.assignment_id, a.job_id, a.claim_id, a.state, a.draft_revision, a.draft_json, a.lease_end_time
    FROM assignment AS a
    WHERE a.assignment_id = ANY(CAST(:assignment_ids AS uuid[])) AND a.worker_id = CAST(:worker_id AS uuid)
""")

_STORE_DRAFTS = Statement("""
    WITH kept AS MATERIALIZED (
        SELECT * FROM unnest(CAST(:assignment_ids AS uuid[]), CAST(:revisions AS bigint[]), CAST(:drafts AS text[]),
            CAST(:active_ms AS bigint[])) AS t(assignment_id, draft_revision, draft_json, active_ms)
    ),
    stored AS (
        UPDATE assignment AS a
        SET draft_revision = t.draft_revision, draft_json = t.draft_json, draft_time = now(), last_act_time = now(),
            active_ms = a.active_ms + t.active_ms
        FROM kept AS t
        WHERE a.assignment_id = t.assignment_id
        RETURNING a.job_id, a.worker_id
    )
    UPDATE worker_job AS w
    SET last_act_time = now()
    FROM (SELECT DISTINCT job_id, worker_id FROM stored) AS s
    WHERE w.job_id = s.job_id AND w.worker_id = s.worker_id
""")

_RENEW = Statement("""
    UPDATE assignment AS a
    SET lease_end_time = least(now() + make_interval(secs => j.lease_seconds), a.hold_end_time)
    FROM job AS j
    WHERE a.claim_id = ANY(CAST(:claim_ids AS uuid[])) AND a.state = 1 AND j.job_id = a.job_id
    RETURNING a.assignment_id, a.lease_end_time
""")


@dataclass(frozen=True)
class StoredDraft:
    """A draft as it is stored."""

    assignment_id: UUID
    job_id: UUID
    claim_id: UUID
    state: AssignmentState
    draft_revision: int
    draft_json: str
    lease_end_time: datetime


@dataclass(frozen=True)
class KeptDraft:
    """A draft to be stored, and the active milliseconds that it adds."""

    assignment_id: UUID
    draft_revision: int
    draft_json: str
    active_ms: int


async def stored_drafts(
    connection: AsyncConnection, worker_id: UUID, assignment_ids: Sequence[UUID]
) -> dict[UUID, StoredDraft]:
    """The worker's drafts of these assignments; call after lock_worker."""
    rows = await _DRAFTS.execute(connection, {"worker_id": worker_id, "assignment_ids": list(assignment_ids)})
    return {
        row.assignment_id: StoredDraft(
            row.assignment_id,
            row.job_id,
            row.claim_id,
            AssignmentState(row.state),
            row.draft_revision,
            row.draft_json,
            row.lease_end_time,
        )
        for row in rows
    }


async def store_drafts(connection: AsyncConnection, drafts: Sequence[KeptDraft]) -> None:
    """Stores drafts and what they add to active time."""
    values = {
        "assignment_ids": [d.assignment_id for d in drafts],
        "revisions": [d.draft_revision for d in drafts],
        "drafts": [d.draft_json for d in drafts],
        "active_ms": [d.active_ms for d in drafts],
    }
    await _STORE_DRAFTS.execute(connection, values)


async def renew_claims(connection: AsyncConnection, claim_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """Renews all live assignments of these claims, each up to the end of its hold; gives the new ends of leases."""
    rows = await _RENEW.execute(connection, {"claim_ids": sorted(claim_ids)})
    return {row.assignment_id: row.lease_end_time for row in rows}
