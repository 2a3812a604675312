"""Between the messages of journeys and their values."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import journeys_service_pb2 as pb
from ilgam.workers.v1 import workers_events_pb2 as events_pb

from services.runtime.wire import from_timestamp, to_timestamp, uuid_of
from services.workers.domain.funnel import SPANS, Group, Quartiles, Shown
from services.workers.domain.journeys import NextStep, Step, WorkHistory
from services.workers.store.queries.idle import IdleCount, IdleWorker
from services.workers.use_cases.count_funnel import Funnel
from services.workers.use_cases.show_journey import Journey

AGE_BANDS: tuple[int, ...] = tuple(events_pb.AgeBand.values())


def group_of(request: pb.GetFunnelRequest) -> Group:
    """Whose funnel is asked for."""
    return Group(
        programme_id=_id(request.programme_id),
        cohort_id=_id(request.cohort_id),
        age_band=request.age_band or None,
        from_time=from_timestamp(request.from_time),
        to_time=from_timestamp(request.to_time),
    )


def journey_message(journey: Journey) -> pb.GetJourneyResponse:
    """One person's way."""
    return pb.GetJourneyResponse(
        worker_id=str(journey.worker_id),
        steps=[
            pb.ReachedStep(step=_step(step), reach_time=to_timestamp(moment)) for step, moment in journey.steps.items()
        ],
        next=_next_message(journey.next),
        history=_history_message(journey.history),
    )


def funnel_message(funnel: Funnel, group: Group) -> pb.GetFunnelResponse:
    """A group's funnel. Of an age band quartiles do not say over how many people: the table of bands may hide that."""
    with_count = group.age_band is None
    return pb.GetFunnelResponse(
        steps=_counts(funnel.steps),
        spans=[
            pb.StepSpan(from_step=_step(one), to_step=_step(other), days=_quartiles(span, with_count=with_count))
            for (one, other), span in zip(SPANS, funnel.spans, strict=True)
        ],
        hourly_krw=_quartiles(funnel.hourly_krw, with_count=with_count),
        cohorts=[
            pb.CohortFunnel(
                cohort_id=str(cohort.cohort_id or ""),
                programme_id=str(cohort.programme_id or ""),
                cohort_no=cohort.cohort_no,
                steps=_counts(cohort.steps),
            )
            for cohort in funnel.cohorts
        ],
        age_bands=[
            pb.AgeBandFunnel(age_band=events_pb.AgeBand.ValueType(band), steps=_counts(steps))
            for band, steps in funnel.age_bands.items()
        ],
        target=None
        if funnel.target is None
        else pb.GraduateTarget(target_count=funnel.target[0], graduate_count=funnel.target[1]),
    )


def idle_count_message(count: IdleCount) -> pb.IdleCount:
    """Who could do one annotation type."""
    return pb.IdleCount(
        annotation_type=common_pb2.AnnotationType.ValueType(count.annotation_type),
        certified_count=count.certified_count,
        idle_count=count.idle_count,
        never_count=count.never_count,
    )


def idle_worker_message(worker: IdleWorker) -> pb.IdleWorker:
    """Somebody who could work and does not."""
    return pb.IdleWorker(
        worker_id=str(worker.worker_id),
        certify_time=to_timestamp(worker.certify_time),
        last_claim_day=worker.last_claim_day.isoformat() if worker.last_claim_day else "",
    )


def _next_message(step: NextStep) -> pb.NextStep:
    return pb.NextStep(
        kind=pb.NextStepKind.Value(f"NEXT_STEP_KIND_{step.kind.value}"),
        programme_id=str(step.programme_id or ""),
        enrolment_id=str(step.enrolment_id or ""),
        module_id=step.module_id,
        consultation_id=str(step.consultation_id or ""),
        offer_id=str(step.offer_id or ""),
        due_time=to_timestamp(step.due_time),
    )


def _history_message(history: WorkHistory) -> pb.WorkHistory:
    return pb.WorkHistory(
        answered_count=history.answered_count,
        paid_answer_count=history.paid_count,
        earned_krw=history.earned_krw,
        active_seconds=history.active_seconds,
        hourly_krw=history.hourly_krw,
        last_claim_day=history.last_claim_day.isoformat() if history.last_claim_day else "",
    )


def _counts(steps: Sequence[Shown]) -> list[pb.StepCount]:
    return [
        pb.StepCount(step=_step(one.step), people_count=one.people_count or 0, hidden=one.people_count is None)
        for one in steps
    ]


def _quartiles(quartiles: Quartiles, *, with_count: bool) -> pb.Quartiles:
    if not quartiles.is_shown:
        return pb.Quartiles(hidden=True)
    return pb.Quartiles(
        people_count=quartiles.people_count if with_count else 0,
        lower=quartiles.lower,
        middle=quartiles.middle,
        upper=quartiles.upper,
    )


def _step(step: Step) -> pb.JourneyStep.ValueType:
    return pb.JourneyStep.Value(f"JOURNEY_STEP_{step.value}")


def _id(text: str) -> UUID | None:
    return uuid_of(text) if text else None
