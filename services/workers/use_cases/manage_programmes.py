"""Making and changing programmes and cohorts."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from services.core.clock import utc_now
from services.core.errors import NotFoundError, invalid_field
from services.core.ids import new_id
from services.runtime.database import Transaction, violated_constraint
from services.workers.domain.programmes import (
    CohortTerms,
    ProgrammeTerms,
    check_cohort,
    check_programme,
    check_seats,
)
from services.workers.store.queries import cohorts as cohort_store
from services.workers.store.queries import programmes as store
from services.workers.use_cases.settle_cohorts import settle, turn_at

_NUMBER_TAKEN = "uq_cohort_programme_id_cohort_no"


async def create_programme(tx: Transaction, terms: ProgrammeTerms) -> UUID:
    """Makes a programme without cohorts; gives its id.

    Raises:
        InvalidArgumentError: a text is missing or too long.
    """
    check_programme(terms)
    programme_id = new_id()
    await store.put_programme(tx.connection, programme_id, terms, utc_now())
    return programme_id


async def update_programme(tx: Transaction, programme_id: UUID, terms: ProgrammeTerms) -> None:
    """Replaces what a programme says of itself.

    Raises:
        InvalidArgumentError: a text is missing or too long.
        NotFoundError: there is no such programme.
    """
    programme = await store.programme_by_id(tx.connection, programme_id)
    if programme is None:
        raise NotFoundError("programme")
    check_programme(terms)
    await store.put_programme(tx.connection, programme_id, terms, programme.create_time)


async def create_cohort(tx: Transaction, programme_id: UUID, terms: CohortTerms) -> UUID:
    """Makes a cohort that nobody is in; gives its id.

    Raises:
        InvalidArgumentError: times that do not follow each other, or a number that is taken.
        NotFoundError: there is no such programme.
    """
    if await store.programme_by_id(tx.connection, programme_id) is None:
        raise NotFoundError("programme")
    check_cohort(terms)
    cohort_id = new_id()
    try:
        await cohort_store.add_cohort(tx.connection, cohort_id, programme_id, terms)
    except IntegrityError as error:
        raise _clearer(error) from None
    return cohort_id


async def update_cohort(tx: Transaction, cohort_id: UUID, terms: CohortTerms) -> None:
    """Replaces what a cohort says of itself; seats that it gains go to the waiting list at once.

    Raises:
        InvalidArgumentError: times that do not follow each other, or a number that is taken.
        NotFoundError: there is no such cohort.
        FailedPreconditionError: ENROLMENT_STATE, when fewer seats than are taken are asked for.
    """
    registration = await turn_at(tx, cohort_id)
    check_cohort(terms)
    check_seats(registration.cohort, terms.seat_count)
    try:
        await cohort_store.store_terms(tx.connection, cohort_id, terms)
    except IntegrityError as error:
        raise _clearer(error) from None
    await settle(tx, await turn_at(tx, cohort_id))


def _clearer(error: IntegrityError) -> Exception:
    if violated_constraint(error) == _NUMBER_TAKEN:
        return invalid_field("terms.cohort_no", "is the number of another cohort of this programme")
    return error
