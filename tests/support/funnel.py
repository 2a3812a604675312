"""The funnel worked out from events alone: what GetFunnel says must be the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from google.protobuf.message import Message
from ilgam.payments.v1.payments_events_pb2 import AnswersPaid
from ilgam.tasks.v1.tasks_events_pb2 import ItemsClaimed
from ilgam.workers.v1 import journeys_service_pb2 as pb
from ilgam.workers.v1 import workers_events_pb2 as events

SHOWN_MIN = 5
TOLD_BY = {
    "workers": (
        events.EnrolmentChanged,
        events.ModuleFinished,
        events.ExamFinished,
        events.CertificateIssued,
        events.ConsultationChanged,
    ),
    "tasks": (ItemsClaimed,),
    "payments": (AnswersPaid,),
}
"""By service, the events that tell of steps."""

_TOOK_PLACE = {events.CONSULTATION_STATE_ADMITTED, events.CONSULTATION_STATE_NOT_ADMITTED}
_FURTHEST_FIRST = (
    events.ENROLMENT_STATE_COMPLETED,
    events.ENROLMENT_STATE_ENROLLED,
    events.ENROLMENT_STATE_OFFERED,
    events.ENROLMENT_STATE_WAITING,
)


@dataclass
class Retold:
    """What events told: who reached which steps, and each enrolment as it stands."""

    reached: dict[int, set[str]] = field(default_factory=lambda: {step: set() for step in pb.JourneyStep.values()})
    enrolments: dict[str, events.EnrolmentChanged] = field(default_factory=dict)

    def counts(self, programme_id: str = "", cohort_id: str = "") -> dict[int, int]:
        """How many people of a programme, a cohort, or all, reached each step."""
        seats = self._seats(programme_id)
        people = {
            worker_id
            for some in self.reached.values()
            for worker_id in some
            if not programme_id or worker_id in seats
            if not cohort_id or (worker_id in seats and seats[worker_id].cohort_id == cohort_id)
        }
        return {step: len(some & people) for step, some in self.reached.items() if step}

    def _seats(self, programme_id: str) -> dict[str, events.EnrolmentChanged]:
        """Each person's enrolment that got furthest, the newest of several such."""

        def rank(one: events.EnrolmentChanged) -> tuple[int, int]:
            place = _FURTHEST_FIRST.index(one.state) if one.state in _FURTHEST_FIRST else len(_FURTHEST_FIRST)
            return -place, int(one.enrolment_id.replace("-", ""), 16)

        found: dict[str, events.EnrolmentChanged] = {}
        for one in self.enrolments.values():
            if programme_id and one.programme_id != programme_id:
                continue
            known = found.get(one.worker_id)
            if known is None or rank(one) > rank(known):
                found[one.worker_id] = one
        return found


def retell(told: Iterable[Message]) -> Retold:
    """Works out who reached what; events may come in any order and more than once."""
    found = Retold()
    for event in told:
        for step in _steps_of(event):
            found.reached[step].add(event.worker_id)  # type: ignore[attr-defined]  # all of these have one
        if isinstance(event, events.EnrolmentChanged):
            known = found.enrolments.get(event.enrolment_id)
            if known is None or known.revision < event.revision:
                found.enrolments[event.enrolment_id] = event
    return found


def _steps_of(event: Message) -> list[int]:
    if isinstance(event, events.EnrolmentChanged):
        return _steps_of_enrolment(event)
    if isinstance(event, events.ModuleFinished):
        whole = event.finished_count == event.module_count
        return [pb.JOURNEY_STEP_STARTED, *([pb.JOURNEY_STEP_FINISHED] if whole else [])]
    one_step = {
        events.ExamFinished: (pb.JOURNEY_STEP_PASSED, lambda one: one.passed),
        events.CertificateIssued: (pb.JOURNEY_STEP_CERTIFIED, lambda _: True),
        events.ConsultationChanged: (pb.JOURNEY_STEP_CONSULTED, lambda one: one.state in _TOOK_PLACE),
        ItemsClaimed: (pb.JOURNEY_STEP_CLAIMED, lambda _: True),
        AnswersPaid: (pb.JOURNEY_STEP_PAID, lambda one: any(paid.net_krw > 0 for paid in one.payments)),
    }
    step, is_reached = one_step.get(type(event), (0, lambda _: False))
    return [step] if is_reached(event) else []


def _steps_of_enrolment(event: events.EnrolmentChanged) -> list[int]:
    steps: list[int] = [pb.JOURNEY_STEP_APPLIED]
    if event.state in {events.ENROLMENT_STATE_ENROLLED, events.ENROLMENT_STATE_COMPLETED}:
        steps.append(pb.JOURNEY_STEP_ENROLLED)
    if event.state == events.ENROLMENT_STATE_COMPLETED:
        steps += [pb.JOURNEY_STEP_STARTED, pb.JOURNEY_STEP_FINISHED]
    return steps


def shown(steps: Iterable[pb.StepCount]) -> dict[int, int | None]:
    """What an answer says: the count of each step, None where it is hidden."""
    return {step.step: None if step.hidden else step.people_count for step in steps}


def assert_shown_right(steps: Iterable[pb.StepCount], counts: Mapping[int, int]) -> None:
    """What is shown is right, and nothing small is shown."""
    told = shown(steps)
    assert told.keys() == counts.keys()
    assert {step: count for step, count in counts.items() if told[step] is not None} == {
        step: count for step, count in told.items() if count is not None
    }
    assert Counter(count < SHOWN_MIN for step, count in counts.items() if told[step] is not None)[True] == 0
