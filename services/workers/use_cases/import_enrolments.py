"""Bringing in enrolments that were made elsewhere: a spreadsheet's, or those of the years before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from uuid import UUID

from services.core.ids import new_id
from services.runtime.database import Transaction
from services.workers import events
from services.workers.domain.enrolment import HOLDS_SEAT, LIVE, Enrolment, EnrolmentState, ResidenceState
from services.workers.domain.journeys import Step
from services.workers.store.queries import cohorts as cohort_store
from services.workers.store.queries import enrolments as store
from services.workers.store.queries.cohorts import Registration
from services.workers.store.queries.journeys import note_step

_IMPORTED = frozenset(
    {EnrolmentState.ENROLLED, EnrolmentState.WAITING, EnrolmentState.CANCELLED, EnrolmentState.COMPLETED}
)


@dataclass(frozen=True)
class ImportedRow:
    """One row of an import; `state` is None for one that cannot be imported."""

    worker_id: UUID
    cohort_id: UUID
    state: EnrolmentState | None
    apply_time: datetime
    complete_time: datetime | None
    age_band: int


class ImportState(Enum):
    """What became of a row."""

    ACCEPTED = auto()
    DUPLICATE = auto()
    REFUSED = auto()


@dataclass(frozen=True)
class ImportVerdict:
    """The verdict on a row: why it was not accepted, or its enrolment."""

    state: ImportState
    detail: str = ""
    enrolment_id: UUID | None = None


class _Desk:
    """The cohorts of an import, whose turn it is, with their counts as rows are accepted."""

    def __init__(self, registrations: dict[UUID, Registration], known: set[UUID]) -> None:
        self.registrations = registrations
        self.known = known
        self.live: set[tuple[UUID, UUID]] = set()
        self.accepted: dict[UUID, list[Enrolment]] = defaultdict(list)

    def judge(self, row: ImportedRow) -> ImportVerdict:
        registration = self.registrations.get(row.cohort_id)
        if registration is None:
            return _refused("cohort_id: no such cohort")
        if row.worker_id not in self.known:
            return _refused("worker_id: no such worker")
        if row.state not in _IMPORTED:
            return _refused("state: ENROLLED, WAITING, CANCELLED or COMPLETED can be imported")
        if (row.state is EnrolmentState.COMPLETED) != (row.complete_time is not None):
            return _refused("complete_time: belongs to COMPLETED, and only there")
        key = (row.worker_id, registration.cohort.programme_id)
        if row.state in LIVE and key in self.live:
            return ImportVerdict(ImportState.DUPLICATE, "the person has a live enrolment in this programme")
        return self._take(row, row.state, registration)

    def _take(self, row: ImportedRow, state: EnrolmentState, registration: Registration) -> ImportVerdict:
        cohort = registration.cohort
        if state in HOLDS_SEAT and (cohort.taken_count >= cohort.terms.seat_count or cohort.waiting_count):
            return _refused("cohort_id: all seats are taken")
        if state is EnrolmentState.WAITING:
            # Nobody waits before an empty seat.
            if cohort.taken_count < cohort.terms.seat_count:
                return _refused("state: there is a free seat, nobody waits")
            if cohort.waiting_count >= cohort.waiting_max:
                return _refused("cohort_id: the waiting list is full")
        counted = replace(
            cohort,
            taken_count=cohort.taken_count + (state in HOLDS_SEAT),
            waiting_count=cohort.waiting_count + (state is EnrolmentState.WAITING),
        )
        self.registrations[row.cohort_id] = replace(registration, cohort=counted)
        if state in LIVE:
            self.live.add((row.worker_id, cohort.programme_id))
        enrolment = _enrolment_of(row, state, cohort.programme_id)
        self.accepted[row.cohort_id].append(enrolment)
        return ImportVerdict(ImportState.ACCEPTED, "", enrolment.enrolment_id)


async def import_enrolments(tx: Transaction, rows: Sequence[ImportedRow]) -> list[ImportVerdict]:
    """Adds enrolments in the order of the rows; a verdict for each. Never above the seats; nobody is told."""
    registrations = {}
    for cohort_id in sorted({row.cohort_id for row in rows}):
        registration = await cohort_store.registration_by_id(tx.connection, cohort_id, locked=True)
        if registration is not None:
            registrations[cohort_id] = registration
    desk = _Desk(dict(registrations), await store.known_workers(tx.connection, [row.worker_id for row in rows]))
    pairs = [
        (row.worker_id, registrations[row.cohort_id].cohort.programme_id)
        for row in rows
        if row.cohort_id in registrations
    ]
    desk.live.update(await store.live_cohorts(tx.connection, sorted(set(pairs))))
    verdicts = [desk.judge(row) for row in rows]
    for cohort_id, enrolments in desk.accepted.items():
        before, after = registrations[cohort_id].cohort, desk.registrations[cohort_id].cohort
        last_no = await cohort_store.shift_counts(
            tx.connection,
            cohort_id,
            taken=after.taken_count - before.taken_count,
            waiting=after.waiting_count - before.waiting_count,
            numbers=len(enrolments),
        )
        first_no = last_no - len(enrolments) + 1
        await _add(tx, [replace(one, enrolment_no=first_no + place) for place, one in enumerate(enrolments)])
    await _note_steps(tx, desk)
    return verdicts


async def _add(tx: Transaction, enrolments: Sequence[Enrolment]) -> None:
    await store.add_enrolments(tx.connection, enrolments)
    for one in enrolments:
        # It happened then, and is only told now.
        tx.emit(events.enrolment_changed(one, one.complete_time or one.apply_time))


async def _note_steps(tx: Transaction, desk: _Desk) -> None:
    added = [(desk.registrations[cohort_id].cohort, one) for cohort_id, some in desk.accepted.items() for one in some]
    applied = [(one.worker_id, one.apply_time) for _, one in added]
    seated = [(one.worker_id, one.apply_time) for _, one in added if one.state in HOLDS_SEAT]
    begun = [(one.worker_id, cohort.terms.start_time) for cohort, one in added if one.complete_time]
    finished = [(one.worker_id, one.complete_time) for _, one in added if one.complete_time]
    for step, reached in (
        (Step.APPLIED, applied),
        (Step.ENROLLED, seated),
        (Step.STARTED, begun),
        (Step.FINISHED, finished),
    ):
        earliest: dict[UUID, datetime] = {}
        for worker_id, instant in reached:
            earliest[worker_id] = min(instant, earliest.get(worker_id, instant))
        await note_step(tx.connection, step, earliest.items())


def _enrolment_of(row: ImportedRow, state: EnrolmentState, programme_id: UUID) -> Enrolment:
    return Enrolment(
        enrolment_id=new_id(),
        worker_id=row.worker_id,
        programme_id=programme_id,
        cohort_id=row.cohort_id,
        enrolment_no=0,
        state=state,
        # Whoever kept the list before had looked at it.
        residence_state=ResidenceState.CONFIRMED,
        refuse_reason="",
        age_band=row.age_band,
        apply_time=row.apply_time,
        accept_time=None,
        complete_time=row.complete_time,
        revision=1,
    )


def _refused(detail: str) -> ImportVerdict:
    return ImportVerdict(ImportState.REFUSED, detail)
