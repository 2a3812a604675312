"""The steps of the way as pages show them, and where the next one is done. No calls are made here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp
from ilgam.workers.v1 import journeys_service_pb2 as pb

STEPS: Final = tuple(number for number in pb.JourneyStep.values() if number != pb.JOURNEY_STEP_UNSPECIFIED)
"""In the order of the way."""

# Which step of the way is under way while somebody does this.
_STEP_OF: Final = {
    pb.NEXT_STEP_KIND_APPLY: pb.JOURNEY_STEP_APPLIED,
    pb.NEXT_STEP_KIND_WAIT_FOR_SEAT: pb.JOURNEY_STEP_ENROLLED,
    pb.NEXT_STEP_KIND_ACCEPT_SEAT: pb.JOURNEY_STEP_ENROLLED,
    pb.NEXT_STEP_KIND_START_COURSE: pb.JOURNEY_STEP_STARTED,
    pb.NEXT_STEP_KIND_GO_ON_WITH_COURSE: pb.JOURNEY_STEP_FINISHED,
    pb.NEXT_STEP_KIND_TAKE_EXAM: pb.JOURNEY_STEP_PASSED,
    pb.NEXT_STEP_KIND_BOOK_CONSULTATION: pb.JOURNEY_STEP_CONSULTED,
    pb.NEXT_STEP_KIND_COME_TO_CONSULTATION: pb.JOURNEY_STEP_CONSULTED,
    pb.NEXT_STEP_KIND_ANSWER_OFFER: pb.JOURNEY_STEP_CLAIMED,
    pb.NEXT_STEP_KIND_CLAIM_FIRST_JOB: pb.JOURNEY_STEP_CLAIMED,
    pb.NEXT_STEP_KIND_WORK: pb.JOURNEY_STEP_PAID,
}
# Without a certificate there is no work: these come before everything else on the home page.
_BEFORE_WORK: Final = frozenset(
    {
        pb.NEXT_STEP_KIND_APPLY,
        pb.NEXT_STEP_KIND_WAIT_FOR_SEAT,
        pb.NEXT_STEP_KIND_ACCEPT_SEAT,
        pb.NEXT_STEP_KIND_START_COURSE,
        pb.NEXT_STEP_KIND_GO_ON_WITH_COURSE,
        pb.NEXT_STEP_KIND_TAKE_EXAM,
        pb.NEXT_STEP_KIND_ANSWER_OFFER,
    }
)


class StepState(StrEnum):
    """Where a step stands for somebody."""

    DONE = "done"
    NOW = "now"
    LATER = "later"
    # A later step was reached without it.
    PASSED_OVER = "passed_over"


@dataclass(frozen=True)
class WayStep:
    """One step of the list: its name, where it stands, when it was reached."""

    name: str
    state: StepState
    reach_time: Timestamp | None = None


@dataclass(frozen=True)
class WayNext:
    """What comes next: its name, where it is done, and a time where there is one.

    `before_work`: no job can be done before it. `is_walked`: there is nothing left but to work.
    """

    name: str
    path: str
    due_time: Timestamp | None = None
    before_work: bool = False
    is_walked: bool = False


def step_name(step: pb.JourneyStep.ValueType) -> str:
    """APPLIED, ENROLLED...: a key of the texts."""
    return pb.JourneyStep.Name(step).removeprefix("JOURNEY_STEP_")


def way_steps(journey: pb.GetJourneyResponse) -> list[WayStep]:
    """Every step of the way in order."""
    reached = {one.step: one.reach_time for one in journey.steps}
    last = max(reached, default=0)
    now = _STEP_OF.get(journey.next.kind, pb.JOURNEY_STEP_APPLIED)
    return [WayStep(step_name(step), _state(step, reached, last, now), reached.get(step)) for step in STEPS]


def _state(step: int, reached: dict[pb.JourneyStep.ValueType, Timestamp], last: int, now: int) -> StepState:
    if step in reached:
        return StepState.DONE
    if step == now:
        return StepState.NOW
    return StepState.PASSED_OVER if step < max(last, now) else StepState.LATER


def way_next(following: pb.NextStep) -> WayNext:
    """What comes next, and where."""
    return WayNext(
        name=pb.NextStepKind.Name(following.kind).removeprefix("NEXT_STEP_KIND_"),
        path=_path_of(following),
        due_time=following.due_time if following.HasField("due_time") else None,
        before_work=following.kind in _BEFORE_WORK,
        is_walked=following.kind == pb.NEXT_STEP_KIND_WORK,
    )


def _path_of(following: pb.NextStep) -> str:
    course = f"/learn/course/{following.programme_id}"
    paths = {
        pb.NEXT_STEP_KIND_APPLY: "/programmes",
        pb.NEXT_STEP_KIND_WAIT_FOR_SEAT: f"/learn/enrolments/{following.enrolment_id}",
        pb.NEXT_STEP_KIND_ACCEPT_SEAT: f"/learn/enrolments/{following.enrolment_id}",
        pb.NEXT_STEP_KIND_START_COURSE: course,
        pb.NEXT_STEP_KIND_GO_ON_WITH_COURSE: f"{course}/{following.module_id}",
        pb.NEXT_STEP_KIND_TAKE_EXAM: "/learn/exams",
        pb.NEXT_STEP_KIND_BOOK_CONSULTATION: "/learn/consultations",
        pb.NEXT_STEP_KIND_COME_TO_CONSULTATION: "/learn/consultations",
        pb.NEXT_STEP_KIND_ANSWER_OFFER: "/learn/offers",
    }
    return paths.get(following.kind, "/work/jobs")
