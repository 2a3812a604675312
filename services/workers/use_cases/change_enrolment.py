"""What becomes of an enrolment after the application: taken, given up, refused, completed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from services.core.clock import utc_now
from services.core.errors import NotFoundError
from services.runtime.database import Transaction
from services.workers.domain import enrolment as rules
from services.workers.domain.enrolment import Enrolment, EnrolmentState
from services.workers.domain.journeys import Step
from services.workers.store.queries import enrolments as store
from services.workers.store.queries.journeys import note_step
from services.workers.use_cases.settle_cohorts import note_changes, settle, turn_at

_LIVE_MAX = 1000

Decide = Callable[[Enrolment, datetime], Enrolment]


async def accept_seat(tx: Transaction, worker_id: UUID, enrolment_id: UUID) -> Enrolment:
    """Takes a person's offered seat. In time is what began before the offer's end.

    Raises:
        NotFoundError: the person has no such enrolment.
        FailedPreconditionError: ENROLMENT_STATE.
    """
    taken = await _change(tx, enrolment_id, rules.accepted, worker_id=worker_id)
    await note_step(tx.connection, Step.ENROLLED, [(worker_id, utc_now())])
    return taken


async def cancel_enrolment(tx: Transaction, worker_id: UUID, enrolment_id: UUID) -> Enrolment:
    """Gives up a person's seat, offer or place on the list; whoever is next moves up.

    Raises:
        NotFoundError: the person has no such enrolment.
        FailedPreconditionError: ENROLMENT_STATE.
    """
    return await _change(tx, enrolment_id, lambda one, _: rules.cancelled(one), worker_id=worker_id)


async def cancel_enrolments_of(tx: Transaction, worker_id: UUID) -> None:
    """Gives up all that a person still has, because their account is closed."""
    live = await store.enrolments_of_worker(tx.connection, worker_id, list(rules.ENDABLE), _LIVE_MAX)
    for shown in sorted(live, key=lambda one: one.enrolment.cohort_id):
        registration = await turn_at(tx, shown.enrolment.cohort_id)
        await settle(tx, registration)
        found = await store.enrolments_by_id(tx.connection, [shown.enrolment.enrolment_id])
        if found[shown.enrolment.enrolment_id].state in rules.ENDABLE:
            await cancel_enrolment(tx, worker_id, shown.enrolment.enrolment_id)


async def decide_residence(tx: Transaction, enrolment_id: UUID, *, confirmed: bool, reason: str) -> Enrolment:
    """Says whether a declared residence was found; a refusal frees the seat.

    Raises:
        NotFoundError: there is no such enrolment.
        FailedPreconditionError: ENROLMENT_STATE.
    """
    return await _change(
        tx, enrolment_id, lambda one, _: rules.residence_decided(one, confirmed=confirmed, reason=reason)
    )


async def complete_enrolments(tx: Transaction, enrolment_ids: Sequence[UUID]) -> list[Enrolment]:
    """Marks courses as completed, of people with a seat; those marked before stay as they are.

    Raises:
        NotFoundError: there is no such enrolment.
        FailedPreconditionError: ENROLMENT_STATE, when one of them has no seat.
    """
    found = await store.enrolments_by_id(tx.connection, enrolment_ids)
    if len(found) != len(set(enrolment_ids)):
        raise NotFoundError("enrolment")
    done = []
    for one in sorted(found.values(), key=lambda one: (one.cohort_id, one.enrolment_no)):
        completed = (
            one if one.state is EnrolmentState.COMPLETED else await _change(tx, one.enrolment_id, rules.completed)
        )
        done.append(completed)
    reached = {one.worker_id: one.complete_time for one in done}
    await note_step(tx.connection, Step.FINISHED, [(worker, time) for worker, time in reached.items() if time])
    return done


async def _change(tx: Transaction, enrolment_id: UUID, decide: Decide, worker_id: UUID | None = None) -> Enrolment:
    named = (await store.enrolments_by_id(tx.connection, [enrolment_id])).get(enrolment_id)
    if named is None or (worker_id is not None and named.worker_id != worker_id):
        raise NotFoundError("enrolment")
    registration = await turn_at(tx, named.cohort_id)
    before = (await store.enrolments_by_id(tx.connection, [enrolment_id]))[enrolment_id]
    after = decide(before, registration.now)
    await store.store_enrolments(tx.connection, [after])
    await note_changes(tx, registration, [after], was=before.state)
    await settle(tx, await turn_at(tx, named.cohort_id))
    return after
