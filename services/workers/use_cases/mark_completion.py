"""MarkCompletion: those who teach a course say who completed it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from services.core.errors import NotFoundError
from services.runtime.auth import Caller
from services.runtime.database import Transaction
from services.workers.domain.enrolment import EnrolmentState
from services.workers.store.queries.courses import course_of
from services.workers.store.queries.enrolments import enrolments_by_id
from services.workers.use_cases.change_enrolment import complete_enrolments
from services.workers.use_cases.find_course import teaches


async def mark_completion(tx: Transaction, caller: Caller, enrolment_ids: Sequence[UUID]) -> int:
    """Marks enrolments as completed, all or none, and gives how many were not before.

    Raises:
        NotFoundError: one of them does not exist, or others teach it.
        FailedPreconditionError: ENROLMENT_STATE, one of them has no seat.
    """
    wanted = set(enrolment_ids)
    found = await enrolments_by_id(tx.connection, sorted(wanted))
    for programme_id in {one.programme_id for one in found.values()}:
        course = await course_of(tx.connection, programme_id)
        if course is None or not teaches(caller, course.organisation_id):
            raise NotFoundError("enrolment")
    await complete_enrolments(tx, sorted(wanted))
    return sum(one.state is not EnrolmentState.COMPLETED for one in found.values())
