"""Between the messages of programmes and their values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import programmes_service_pb2 as pb
from ilgam.workers.v1 import workers_events_pb2 as events_pb

from services.core.errors import invalid_field
from services.runtime.wire import from_timestamp, to_timestamp, uuid_of
from services.workers.domain.enrolment import Enrolment, EnrolmentState, ShownEnrolment
from services.workers.domain.programmes import (
    ACCEPT_SECONDS,
    Cohort,
    CohortTerms,
    LocalText,
    Programme,
    ProgrammeTerms,
)
from services.workers.use_cases.import_enrolments import ImportedRow, ImportState, ImportVerdict

_IMPORT_STATES = {
    ImportState.ACCEPTED: pb.ENROLMENT_IMPORT_STATE_ACCEPTED,
    ImportState.DUPLICATE: pb.ENROLMENT_IMPORT_STATE_DUPLICATE,
    ImportState.REFUSED: pb.ENROLMENT_IMPORT_STATE_REFUSED,
}


def programme_terms_of(terms: pb.ProgrammeTerms) -> ProgrammeTerms:
    """What an operator says of a programme."""
    return ProgrammeTerms(
        title=_text_of(terms.title),
        aims=_text_of(terms.aims),
        description=_text_of(terms.description),
        weeks=terms.weeks,
        target_graduates=terms.target_graduates,
        organisation_id=uuid_of(terms.organisation_id) if terms.organisation_id else None,
        residents_only=terms.residents_only,
        accept_seconds=terms.accept_seconds or ACCEPT_SECONDS,
        waiting_max=terms.waiting_max,
    )


def cohort_terms_of(terms: pb.CohortTerms) -> CohortTerms:
    """What an operator says of a cohort."""
    return CohortTerms(
        cohort_no=terms.cohort_no,
        seat_count=terms.seat_count,
        start_time=_instant("terms.start_time", from_timestamp(terms.start_time)),
        end_time=_instant("terms.end_time", from_timestamp(terms.end_time)),
        open_time=_instant("terms.open_time", from_timestamp(terms.open_time)),
        close_time=_instant("terms.close_time", from_timestamp(terms.close_time)),
        place=LocalText() if terms.online else _text_of(terms.place),
        online=terms.online,
    )


def states_of(numbers: list[events_pb.EnrolmentState.ValueType]) -> list[EnrolmentState]:
    """The states that a request names."""
    states = [state_of(number) for number in numbers]
    return [state for state in states if state is not None]


def state_of(number: events_pb.EnrolmentState.ValueType) -> EnrolmentState | None:
    """The state that a number names; None for none."""
    name = events_pb.EnrolmentState.Name(number).removeprefix("ENROLMENT_STATE_")
    return EnrolmentState(name) if number else None


def imported_row_of(row: pb.EnrolmentRow, place: int) -> ImportedRow:
    """A row of an import."""
    return ImportedRow(
        worker_id=uuid_of(row.worker_id),
        cohort_id=uuid_of(row.cohort_id),
        state=state_of(row.state),
        apply_time=_instant(f"rows[{place}].apply_time", from_timestamp(row.apply_time)),
        complete_time=from_timestamp(row.complete_time),
        age_band=row.age_band,
    )


def programme_message(programme: Programme, following: Cohort | None, now: datetime) -> pb.Programme:
    """A programme with its counts and the cohort to apply to next."""
    terms = programme.terms
    return pb.Programme(
        programme_id=str(programme.programme_id),
        terms=pb.ProgrammeTerms(
            title=_text_message(terms.title),
            aims=_text_message(terms.aims),
            description=_text_message(terms.description),
            weeks=terms.weeks,
            target_graduates=terms.target_graduates,
            organisation_id=_id_text(terms.organisation_id),
            residents_only=terms.residents_only,
            accept_seconds=terms.accept_seconds,
            waiting_max=terms.waiting_max,
        ),
        cohort_count=programme.cohort_count,
        seat_count=programme.seat_count,
        taken_count=programme.taken_count,
        waiting_count=programme.waiting_count,
        completed_count=programme.completed_count,
        next_cohort=cohort_message(following, now) if following else None,
        create_time=to_timestamp(programme.create_time),
        revision=programme.revision,
    )


def cohort_message(cohort: Cohort, now: datetime) -> pb.Cohort:
    """A cohort with its counts, as it stands at an instant."""
    terms = cohort.terms
    return pb.Cohort(
        cohort_id=str(cohort.cohort_id),
        programme_id=str(cohort.programme_id),
        terms=pb.CohortTerms(
            cohort_no=terms.cohort_no,
            seat_count=terms.seat_count,
            start_time=to_timestamp(terms.start_time),
            end_time=to_timestamp(terms.end_time),
            open_time=to_timestamp(terms.open_time),
            close_time=to_timestamp(terms.close_time),
            place=_text_message(terms.place),
            online=terms.online,
        ),
        state=pb.CohortState.Value(f"COHORT_STATE_{cohort.state_at(now).value}"),
        taken_count=cohort.taken_count,
        waiting_count=cohort.waiting_count,
        waiting_max=cohort.waiting_max,
        completed_count=cohort.completed_count,
        revision=cohort.revision,
    )


def enrolment_message(shown: ShownEnrolment, *, personal: bool = True) -> pb.Enrolment:
    """An enrolment as its person and operators see it; trainers see less of what is personal."""
    one = shown.enrolment
    return pb.Enrolment(
        enrolment_id=str(one.enrolment_id),
        worker_id=str(one.worker_id),
        programme_id=str(one.programme_id),
        cohort_id=str(one.cohort_id),
        cohort_no=shown.cohort_no,
        programme_title=_text_message(shown.title),
        state=_state_number(one),
        enrolment_no=one.enrolment_no,
        waiting_position=shown.waiting_position,
        residence_state=pb.ResidenceState.Value(f"RESIDENCE_STATE_{one.residence_state.value}"),
        refuse_reason=one.refuse_reason if personal else "",
        apply_time=to_timestamp(one.apply_time),
        accept_time=to_timestamp(one.accept_time),
        complete_time=to_timestamp(one.complete_time),
        age_band=events_pb.AgeBand.ValueType(one.age_band) if personal else events_pb.AGE_BAND_UNSPECIFIED,
        start_time=to_timestamp(shown.start_time),
        end_time=to_timestamp(shown.end_time),
        revision=one.revision,
    )


def place_of(values: Mapping[str, Any]) -> tuple[datetime, UUID]:
    """Where a page begins in a list by time and id; ValueError, KeyError or TypeError for what is no such place."""
    instant = datetime.fromisoformat(values["time"])
    if instant.tzinfo is None:
        raise ValueError(values["time"])
    return instant, UUID(values["id"])


def verdict_message(verdict: ImportVerdict) -> pb.EnrolmentVerdict:
    """The verdict on one row."""
    return pb.EnrolmentVerdict(
        state=_IMPORT_STATES[verdict.state], detail=verdict.detail, enrolment_id=_id_text(verdict.enrolment_id)
    )


def _state_number(enrolment: Enrolment) -> events_pb.EnrolmentState.ValueType:
    return events_pb.EnrolmentState.Value(f"ENROLMENT_STATE_{enrolment.state.value}")


def _text_of(text: common_pb2.LocalText) -> LocalText:
    return LocalText(text.ko.strip(), text.en.strip())


def _text_message(text: LocalText) -> common_pb2.LocalText:
    return common_pb2.LocalText(ko=text.ko, en=text.en)


def _id_text(one: UUID | None) -> str:
    return str(one) if one else ""


def _instant(field: str, instant: datetime | None) -> datetime:
    if instant is None:
        raise invalid_field(field, "name a time after 1970")
    return instant
