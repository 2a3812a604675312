"""Statements on skills."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from services.quality.domain.case import SkillSums
from services.quality.domain.learning import SkillState, prior_of
from services.runtime.statement import Statement

_COLUMNS = """
    skill.worker_id, skill.annotation_type, skill.exam_attempt_id IS NOT NULL AS examined, skill.exam_right, skill.exam_wrong,
    skill.certificate_right, skill.certificate_wrong, skill.gold_right, skill.gold_wrong, skill.peer_right,
    skill.peer_wrong, skill.told_revision, skill.told_strength
"""

# In the order of the ids, so that two jobs that measure the same workers wait for each other, never crosswise.
_ADD_SUMS = Statement(f"""
    INSERT INTO skill (worker_id, annotation_type, gold_right, gold_wrong, peer_right, peer_wrong)
    SELECT worker_id, annotation_type, sum(gold_right), sum(gold_wrong), sum(peer_right), sum(peer_wrong)
    FROM unnest(
            CAST(:worker_ids AS uuid[]), CAST(:types AS smallint[]), CAST(:gold_right AS double precision[]),
            CAST(:gold_wrong AS double precision[]), CAST(:peer_right AS double precision[]),
            CAST(:peer_wrong AS double precision[]))
        AS new (worker_id, annotation_type, gold_right, gold_wrong, peer_right, peer_wrong)
    GROUP BY worker_id, annotation_type
    ORDER BY worker_id, annotation_type
    ON CONFLICT (worker_id, annotation_type) DO UPDATE
    SET gold_right = skill.gold_right + excluded.gold_right,
        gold_wrong = skill.gold_wrong + excluded.gold_wrong,
        peer_right = skill.peer_right + excluded.peer_right,
        peer_wrong = skill.peer_wrong + excluded.peer_wrong
    RETURNING {_COLUMNS}
""")  # noqa: S608 - the columns are a constant above

_SET_TOLD = Statement("""
    UPDATE skill
    SET told_revision = skill.told_revision + 1,
        told_strength = new.strength
    FROM unnest(CAST(:worker_ids AS uuid[]), CAST(:types AS smallint[]), CAST(:strengths AS double precision[]))
        AS new (worker_id, annotation_type, strength)
    WHERE skill.worker_id = new.worker_id AND skill.annotation_type = new.annotation_type
""")

# Attempts and certificates are told in any order: the newest wins, by revision, then by its time-ordered id.
_PUT_EXAMS = Statement(f"""
    INSERT INTO skill (worker_id, annotation_type, exam_revision, exam_attempt_id, exam_right, exam_wrong)
    SELECT DISTINCT ON (worker_id, annotation_type)
        worker_id, annotation_type, revision, source_id, right_count, wrong_count
    FROM unnest(
            CAST(:worker_ids AS uuid[]), CAST(:types AS smallint[]), CAST(:revisions AS bigint[]),
            CAST(:source_ids AS uuid[]), CAST(:rights AS double precision[]), CAST(:wrongs AS double precision[]))
        AS new (worker_id, annotation_type, revision, source_id, right_count, wrong_count)
    ORDER BY worker_id, annotation_type, revision DESC, source_id DESC
    ON CONFLICT (worker_id, annotation_type) DO UPDATE
    SET exam_revision = excluded.exam_revision,
        exam_attempt_id = excluded.exam_attempt_id,
        exam_right = excluded.exam_right,
        exam_wrong = excluded.exam_wrong
    WHERE skill.exam_attempt_id IS NULL
        OR (skill.exam_revision, skill.exam_attempt_id) < (excluded.exam_revision, excluded.exam_attempt_id)
    RETURNING {_COLUMNS}
""")  # noqa: S608 - the columns are a constant above

_PUT_CERTIFICATES = Statement(f"""
    INSERT INTO skill (
        worker_id, annotation_type, certificate_revision, certificate_id, certificate_right, certificate_wrong)
    SELECT DISTINCT ON (worker_id, annotation_type)
        worker_id, annotation_type, revision, source_id, right_count, wrong_count
    FROM unnest(
            CAST(:worker_ids AS uuid[]), CAST(:types AS smallint[]), CAST(:revisions AS bigint[]),
            CAST(:source_ids AS uuid[]), CAST(:rights AS double precision[]), CAST(:wrongs AS double precision[]))
        AS new (worker_id, annotation_type, revision, source_id, right_count, wrong_count)
    ORDER BY worker_id, annotation_type, revision DESC, source_id DESC
    ON CONFLICT (worker_id, annotation_type) DO UPDATE
    SET certificate_revision = excluded.certificate_revision,
        certificate_id = excluded.certificate_id,
        certificate_right = excluded.certificate_right,
        certificate_wrong = excluded.certificate_wrong
    WHERE skill.certificate_id IS NULL
        OR (skill.certificate_revision, skill.certificate_id) < (excluded.certificate_revision, excluded.certificate_id)
    RETURNING {_COLUMNS}
""")  # noqa: S608 - the columns are a constant above

_OF_WORKER = Statement(f"""
    SELECT {_COLUMNS}
    FROM skill
    WHERE worker_id = :worker_id
    ORDER BY annotation_type
""")  # noqa: S608 - the columns are a constant above


@dataclass(frozen=True)
class SkillChange:
    """What to add to the sums of one skill."""

    worker_id: UUID
    annotation_type: int
    sums: SkillSums


@dataclass(frozen=True)
class Shown:
    """Right and wrong answers that an exam attempt or a certificate shows."""

    worker_id: UUID
    annotation_type: int
    revision: int
    source_id: UUID
    right: float
    wrong: float


async def add_sums(connection: AsyncConnection, changes: Sequence[SkillChange]) -> list[SkillState]:
    """Adds to skills and gives them as they are now."""
    rows = await _ADD_SUMS.execute(
        connection,
        {
            "worker_ids": [one.worker_id for one in changes],
            "types": [one.annotation_type for one in changes],
            "gold_right": [one.sums.gold_right for one in changes],
            "gold_wrong": [one.sums.gold_wrong for one in changes],
            "peer_right": [one.sums.peer_right for one in changes],
            "peer_wrong": [one.sums.peer_wrong for one in changes],
        },
    )
    return [_state(row) for row in rows]


async def set_told(connection: AsyncConnection, told: Sequence[tuple[UUID, int, float]]) -> None:
    """Notes that (worker, annotation type, strength) was told: one revision more."""
    await _SET_TOLD.execute(
        connection,
        {
            "worker_ids": [one[0] for one in told],
            "types": [one[1] for one in told],
            "strengths": [one[2] for one in told],
        },
    )


async def put_exams(connection: AsyncConnection, shown: Sequence[Shown]) -> list[SkillState]:
    """Keeps what exams showed where it is the newest, and gives those skills."""
    return [_state(row) for row in await _PUT_EXAMS.execute(connection, _shown(shown))]


async def put_certificates(connection: AsyncConnection, shown: Sequence[Shown]) -> list[SkillState]:
    """Keeps what certificates say where it is the newest, and gives those skills."""
    return [_state(row) for row in await _PUT_CERTIFICATES.execute(connection, _shown(shown))]


async def skills_of(connection: AsyncConnection, worker_id: UUID) -> list[SkillState]:
    """All skills of a worker."""
    return [_state(row) for row in await _OF_WORKER.execute(connection, {"worker_id": worker_id})]


def _shown(shown: Sequence[Shown]) -> dict[str, list[Any]]:
    return {
        "worker_ids": [one.worker_id for one in shown],
        "types": [one.annotation_type for one in shown],
        "revisions": [one.revision for one in shown],
        "source_ids": [one.source_id for one in shown],
        "rights": [one.right for one in shown],
        "wrongs": [one.wrong for one in shown],
    }


def _state(row: Row[Any]) -> SkillState:
    exam = (row.exam_right, row.exam_wrong) if row.examined else None
    return SkillState(
        worker_id=row.worker_id,
        annotation_type=row.annotation_type,
        prior=prior_of(exam, (row.certificate_right, row.certificate_wrong)),
        sums=SkillSums(row.gold_right, row.gold_wrong, row.peer_right, row.peer_wrong),
        revision=row.told_revision,
        told_strength=row.told_strength,
    )
