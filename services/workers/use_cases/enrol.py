"""Applying for a seat: whoever comes first has it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from services.core.errors import (
    AlreadyExistsError,
    FailedPreconditionError,
    NotFoundError,
    Reason,
    ResourceExhaustedError,
    ServiceError,
    UnavailableError,
)
from services.core.ids import new_id
from services.runtime.database import Transaction, violated_constraint
from services.workers.domain.enrolment import ShownEnrolment, check_residence, refuse_applicant
from services.workers.domain.programmes import Cohort, CohortState
from services.workers.store.queries import cohorts as cohort_store
from services.workers.store.queries import enrolling as store
from services.workers.store.queries.cohorts import Registration
from services.workers.use_cases.settle_cohorts import tell_of

_ONE_LIVE = "uq_enrolment_live"


@dataclass(frozen=True)
class Applicant:
    """Who applies, and what they say of themselves."""

    worker_id: UUID
    residence_declared: bool
    age_band: int


async def enrol_in_cohort(tx: Transaction, cohort_id: UUID, applicant: Applicant) -> ShownEnrolment:
    """Gives a person a seat, or a place on the waiting list.

    In time is what began before closing: the database's transaction time decides, also for who then waits for their turn.
    What can be known before the turn is decided before it, so that under the lock there is little to do.

    Raises:
        NotFoundError: there is no such cohort.
        UnavailableError: the news of the account is still on its way here.
        FailedPreconditionError: REGISTRATION_CLOSED, RESIDENCE_MISSING.
        PermissionDeniedError: WORKER_RESTRICTED.
        AlreadyExistsError: ENROLLED_ALREADY.
        ResourceExhaustedError: COHORT_FULL.
    """
    application = await store.application_of(tx.connection, cohort_id, applicant.worker_id)
    if application is None:
        raise NotFoundError("cohort")
    if not application.known:
        raise UnavailableError("the account is not known here yet, try again")
    registration = application.registration
    refuse_applicant(application.restriction, registration.now)
    if application.live_cohort_id is not None:
        raise _enrolled_already(application.live_cohort_id)
    _refuse_closed(registration)
    residence = check_residence(residents_only=application.residents_only, declared=applicant.residence_declared)
    _refuse_full(registration.cohort)
    newcomer = store.Newcomer(new_id(), applicant.worker_id, residence, applicant.age_band)
    try:
        placed = await store.enrol(tx.connection, registration, newcomer)
    except IntegrityError as error:
        if violated_constraint(error) == _ONE_LIVE:
            raise _enrolled_already(None) from None
        raise
    if placed is None:
        raise await _why_not(tx, registration)
    enrolment, position = placed
    tell_of(tx, registration, [enrolment], position)
    return ShownEnrolment(
        enrolment,
        registration.cohort.terms.cohort_no,
        registration.title,
        registration.cohort.terms.start_time,
        registration.cohort.terms.end_time,
        position,
        registration.organisation_id,
    )


def _refuse_closed(registration: Registration) -> None:
    terms = registration.cohort.terms
    if registration.cohort.state_at(registration.now) in {CohortState.ANNOUNCED, CohortState.CLOSED}:
        begun = registration.now >= terms.open_time
        raise FailedPreconditionError(
            Reason.REGISTRATION_CLOSED,
            "registration is over" if begun else "registration has not opened yet",
            open_time=terms.open_time.isoformat(),
            close_time=terms.close_time.isoformat(),
        )


def _refuse_full(cohort: Cohort) -> None:
    if not cohort.has_room:
        raise _full(cohort)


async def _why_not(tx: Transaction, registration: Registration) -> ServiceError:
    """Why there was no place when the turn came: the cohort has changed meanwhile."""
    present = await cohort_store.registration_by_id(tx.connection, registration.cohort.cohort_id)
    if present is not None:
        _refuse_closed(present)
    return _full(registration.cohort)


def _full(cohort: Cohort) -> ServiceError:
    return ResourceExhaustedError(
        Reason.COHORT_FULL, "seats and waiting list are full", seat_count=cohort.terms.seat_count
    )


def _enrolled_already(cohort_id: UUID | None) -> AlreadyExistsError:
    return AlreadyExistsError(
        Reason.ENROLLED_ALREADY,
        "there is an enrolment in this programme already: one at a time",
        cohort_id=cohort_id or "",
    )
