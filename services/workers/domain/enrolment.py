"""Enrolments: one person's place in a cohort, and what may become of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from services.core.errors import FailedPreconditionError, PermissionDeniedError, Reason
from services.workers.domain.programmes import LocalText
from services.workers.domain.standing import Restriction, RestrictionKind


class EnrolmentState(Enum):
    """Where an enrolment stands."""

    ENROLLED = "ENROLLED"
    WAITING = "WAITING"
    # A seat is kept until accept_time.
    OFFERED = "OFFERED"
    CANCELLED = "CANCELLED"
    # The offered seat was not taken in time, or none became free before the course began.
    LAPSED = "LAPSED"
    REFUSED = "REFUSED"
    COMPLETED = "COMPLETED"


class ResidenceState(Enum):
    """How far a declared residence has been checked."""

    NOT_ASKED = "NOT_ASKED"
    DECLARED = "DECLARED"
    CONFIRMED = "CONFIRMED"
    REFUSED = "REFUSED"


HOLDS_SEAT = frozenset({EnrolmentState.ENROLLED, EnrolmentState.OFFERED, EnrolmentState.COMPLETED})
# A person has one of these in a programme at most.
LIVE = HOLDS_SEAT | {EnrolmentState.WAITING}
# What the person, or an operator, may still end.
ENDABLE = frozenset({EnrolmentState.ENROLLED, EnrolmentState.OFFERED, EnrolmentState.WAITING})


@dataclass(frozen=True)
class Enrolment:
    """One person's place in a cohort. `revision` counts its states from 1."""

    enrolment_id: UUID
    worker_id: UUID
    programme_id: UUID
    cohort_id: UUID
    enrolment_no: int
    state: EnrolmentState
    residence_state: ResidenceState
    refuse_reason: str = field(repr=False)
    age_band: int = field(repr=False)
    apply_time: datetime
    accept_time: datetime | None
    complete_time: datetime | None
    revision: int

    def moved_to(self, state: EnrolmentState) -> Enrolment:
        """The same in its next state."""
        return replace(self, state=state, revision=self.revision + 1)


@dataclass(frozen=True)
class ShownEnrolment:
    """An enrolment with what is shown beside it. `waiting_position` counts from 1, 0 for who does not wait."""

    enrolment: Enrolment
    cohort_no: int
    title: LocalText
    start_time: datetime
    end_time: datetime
    waiting_position: int
    organisation_id: UUID | None


def accept_time_of(now: datetime, accept_seconds: int, start_time: datetime) -> datetime:
    """Until when a seat that is offered now can be taken: no longer than until the course begins."""
    return min(now + timedelta(seconds=accept_seconds), start_time)


def accepted(enrolment: Enrolment, now: datetime) -> Enrolment:
    """An offered seat, taken.

    Raises:
        FailedPreconditionError: ENROLMENT_STATE, when no seat is offered, or its time is over.
    """
    in_time = enrolment.accept_time is not None and now < enrolment.accept_time
    if enrolment.state is not EnrolmentState.OFFERED or not in_time:
        raise _state_error(enrolment, "no seat is offered now")
    return enrolment.moved_to(EnrolmentState.ENROLLED)


def cancelled(enrolment: Enrolment) -> Enrolment:
    """An enrolment that its person gave up.

    Raises:
        FailedPreconditionError: ENROLMENT_STATE, when it has ended already.
    """
    if enrolment.state not in ENDABLE:
        raise _state_error(enrolment, "this enrolment has ended already")
    return enrolment.moved_to(EnrolmentState.CANCELLED)


def completed(enrolment: Enrolment, now: datetime) -> Enrolment:
    """An enrolment whose course is finished.

    Raises:
        FailedPreconditionError: ENROLMENT_STATE, when the person has no seat.
    """
    if enrolment.state is not EnrolmentState.ENROLLED:
        raise _state_error(enrolment, "only somebody with a seat can complete the course")
    return replace(enrolment.moved_to(EnrolmentState.COMPLETED), complete_time=now)


def residence_decided(enrolment: Enrolment, *, confirmed: bool, reason: str) -> Enrolment:
    """An enrolment whose residence an operator looked at.

    Raises:
        FailedPreconditionError: ENROLMENT_STATE, when it has ended, or residence was not asked for.
    """
    if enrolment.state not in ENDABLE or enrolment.residence_state is ResidenceState.NOT_ASKED:
        raise _state_error(enrolment, "there is no residence to decide on")
    if confirmed:
        return replace(enrolment, residence_state=ResidenceState.CONFIRMED, revision=enrolment.revision + 1)
    refused = replace(enrolment, residence_state=ResidenceState.REFUSED, refuse_reason=reason)
    return refused.moved_to(EnrolmentState.REFUSED)


def refuse_applicant(restriction: Restriction | None, now: datetime) -> None:
    """Whoever is restricted for fraud does not enrol.

    Raises:
        PermissionDeniedError: WORKER_RESTRICTED.
    """
    if restriction is None or restriction.kind is not RestrictionKind.FRAUD or not restriction.holds_at(now):
        return
    until = restriction.until_time
    raise PermissionDeniedError(
        Reason.WORKER_RESTRICTED, "no new enrolments for now", until=until.isoformat() if until else ""
    )


def check_residence(*, residents_only: bool, declared: bool) -> ResidenceState:
    """What is known of an applicant's residence.

    Raises:
        FailedPreconditionError: RESIDENCE_MISSING, when the programme asks and it was not declared.
    """
    if not residents_only:
        return ResidenceState.NOT_ASKED
    if not declared:
        raise FailedPreconditionError(Reason.RESIDENCE_MISSING, "this programme is for residents: declare residence")
    return ResidenceState.DECLARED


def _state_error(enrolment: Enrolment, words: str) -> FailedPreconditionError:
    return FailedPreconditionError(Reason.ENROLMENT_STATE, words, state=enrolment.state.value)
