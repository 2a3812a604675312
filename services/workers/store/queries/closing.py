"""What workers holds of people whose accounts are closed: what still runs, and what is personal."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_BOOKED_CONSULTATIONS = text("""
    SELECT consultation_id
    FROM consultation
    WHERE worker_id = :worker_id AND state = 'BOOKED'
    ORDER BY start_time, consultation_id
    LIMIT :count
""")

_POOLS = text("""
    SELECT organisation_id
    FROM pool_member
    WHERE worker_id = :worker_id AND member
    ORDER BY organisation_id
    LIMIT :count
""")

# Texts by and about a person, and what they said of themselves. Facts stay: states, times, scores, numbers.
_ERASURES = tuple(
    text(statement)
    for statement in (
        "UPDATE worker SET restriction_reason = '' WHERE worker_id = :worker_id AND restriction_reason <> ''",
        "UPDATE certificate SET grant_reason = '', revoke_reason = '' WHERE worker_id = :worker_id",
        "UPDATE enrolment SET refuse_reason = '', age_band = 0 WHERE worker_id = :worker_id",
        "UPDATE pool_member SET remove_reason = '' WHERE worker_id = :worker_id",
        "UPDATE practice_answer SET answer_json = '' WHERE worker_id = :worker_id",
        "UPDATE module_progress SET quiz_answers = CAST('{}' AS jsonb) WHERE worker_id = :worker_id",
        "UPDATE worker_profile SET languages = '{}', jobs_wanted = false, wanted_types = '{}' WHERE worker_id = :worker_id",
        # What was answered to the person's requests may hold their words.
        "DELETE FROM request WHERE caller_id = :worker_id",
    )
)


async def booked_consultations_of(connection: AsyncConnection, worker_id: UUID, count: int) -> list[UUID]:
    """Up to `count` booked consultations of a person, those among them that have begun and have no outcome."""
    parameters = {"worker_id": worker_id, "count": count}
    return list((await connection.execute(_BOOKED_CONSULTATIONS, parameters)).scalars())


async def pools_of_worker(connection: AsyncConnection, worker_id: UUID, count: int) -> list[UUID]:
    """Up to `count` companies in whose pools a person is."""
    return list((await connection.execute(_POOLS, {"worker_id": worker_id, "count": count})).scalars())


async def erase_personal(connection: AsyncConnection, worker_id: UUID) -> None:
    """Erases what is personal of one person beside consultations and offers, which have their own statements."""
    for statement in _ERASURES:
        await connection.execute(statement, {"worker_id": worker_id})
