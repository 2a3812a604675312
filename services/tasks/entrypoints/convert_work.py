"""Between the domain and messages: assignments, verdicts, available jobs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from ilgam.common.v1 import common_pb2
from ilgam.tasks.v1 import tasks_events_pb2
from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.runtime.media_facts import MediaFacts, facts_message
from services.runtime.wire import to_timestamp, uuid_of
from services.tasks.domain.claim import Held
from services.tasks.domain.lease import AssignmentState, VerdictState
from services.tasks.domain.spec import ClaimMode
from services.tasks.store.queries.lists import AssignmentFilter, AvailableJob
from services.tasks.store.queries.problems import Problem
from services.tasks.use_cases.claim_items import Claim
from services.tasks.use_cases.find_media import media_in
from services.tasks.use_cases.save_drafts import DraftVerdict
from services.tasks.use_cases.show_work_job import ShownJob
from services.tasks.use_cases.submit_answers import Verdict
from services.tasks.use_cases.summarise_work import WorkSummary


def assignment_message(held: Held, media: Mapping[str, MediaFacts]) -> pb.Assignment:
    """An assignment as its worker sees it: the item's id only where workers pick, nothing that tells gold apart."""
    judged = held.verdict_state in (VerdictState.ACCEPTED, VerdictState.REJECTED)
    return pb.Assignment(
        assignment_id=str(held.assignment_id),
        job_id=str(held.job_id),
        state=cast("pb.AssignmentState.ValueType", held.state.value),
        data_json=held.data_json,
        schema_version=held.schema_version,
        instructions_version=held.instructions_version,
        lease_end_time=to_timestamp(held.lease_end_time),
        hold_end_time=to_timestamp(held.hold_end_time),
        draft_json=held.draft_json,
        draft_revision=held.draft_revision,
        answer_json=held.answer_json,
        submit_time=to_timestamp(held.submit_time),
        verdict_state=cast("pb.VerdictState.ValueType", held.verdict_state.value),
        verdict_reason=held.verdict_reason if judged else "",
        verdict_time=to_timestamp(held.verdict_time) if judged else None,
        paid_krw=held.paid_krw,
        price_krw=held.price_krw,
        item_id=str(held.item_id) if held.claim_mode is ClaimMode.PICK else "",
        claim_time=to_timestamp(held.claim_time),
        media=[facts_message(media[name]) for name in media_in(held.data_json) if name in media],
    )


def claim_message(claim: Claim) -> pb.ClaimItemsResponse:
    """What a claim gave, with the versions that the assignments name."""
    response = pb.ClaimItemsResponse(assignments=[assignment_message(held, claim.media) for held in claim.assignments])
    if claim.assignments:
        response.label_schema_json = claim.offer.label_schema_json
        response.instructions.ko = claim.offer.instructions_ko
        response.instructions.en = claim.offer.instructions_en
    return response


def draft_verdicts_message(verdicts: Iterable[DraftVerdict]) -> pb.SaveDraftsResponse:
    """What became of drafts."""
    return pb.SaveDraftsResponse(
        verdicts=[
            pb.DraftVerdict(
                assignment_id=str(verdict.assignment_id),
                saved=verdict.refusal is None,
                reason=verdict.refusal.reason if verdict.refusal else "",
                detail=verdict.refusal.detail if verdict.refusal else "",
                stored_revision=verdict.stored_revision,
                lease_end_time=to_timestamp(verdict.lease_end_time),
            )
            for verdict in verdicts
        ]
    )


def submit_verdicts_message(verdicts: Iterable[Verdict]) -> pb.SubmitAnswersResponse:
    """What became of answers."""
    return pb.SubmitAnswersResponse(
        verdicts=[
            pb.SubmitVerdict(
                assignment_id=str(verdict.assignment_id),
                taken=verdict.refusal is None,
                reason=verdict.refusal.reason if verdict.refusal else "",
                detail=verdict.refusal.detail if verdict.refusal else "",
                repeated_submit=verdict.repeated,
                rule=verdict.refusal.rule if verdict.refusal else "",
                mark_no=verdict.refusal.mark_no if verdict.refusal else 0,
            )
            for verdict in verdicts
        ]
    )


def available_job_message(job: AvailableJob, minimum_wage_krw: int) -> pb.AvailableJob:
    """An open job before it is claimed."""
    return pb.AvailableJob(
        job_id=str(job.job_id),
        title=job.title,
        annotation_type=cast("common_pb2.AnnotationType.ValueType", job.annotation_type),
        price_krw=job.price_krw,
        hourly_pay_krw=job.hourly_pay_krw,
        hourly_pay_estimated=job.hourly_pay_estimated,
        minimum_wage_krw=minimum_wage_krw,
        usual_seconds=job.usual_seconds,
        wanting_count=job.wanting_count,
        deadline_time=to_timestamp(job.deadline_time),
        missing=[cast("pb.MissingKind.ValueType", one.value) for one in job.missing],
        required_skill=job.required_skill,
        claim_mode=cast("pb.ClaimMode.ValueType", job.claim_mode.value),
    )


def work_job_message(shown: ShownJob, minimum_wage_krw: int) -> pb.GetWorkJobResponse:
    """One job with the texts of a version."""
    work, texts = shown.work, shown.texts
    return pb.GetWorkJobResponse(
        job=available_job_message(work.job, minimum_wage_krw),
        state=tasks_events_pb2.JobState.Value(f"JOB_STATE_{work.state}"),
        label_schema_json=texts.label_schema_json,
        instructions=common_pb2.LocalText(ko=texts.instructions_ko, en=texts.instructions_en),
        live_count=work.live_count,
        hold_limit=work.hold_limit,
        media=[facts_message(one) for one in shown.media],
    )


def work_summary_message(summary: WorkSummary) -> pb.GetWorkSummaryResponse:
    """A worker's work in numbers."""
    counts = summary.counts
    return pb.GetWorkSummaryResponse(
        live=[
            pb.LiveWork(
                job_id=str(one.job_id),
                title=one.title,
                live_count=one.live_count,
                lease_end_time=to_timestamp(one.lease_end_time),
            )
            for one in summary.live
        ],
        pending_count=counts.pending_count,
        pending_krw=counts.pending_krw,
        accepted_count=counts.accepted_count,
        rejected_count=counts.rejected_count,
        today_submitted_count=counts.today_submitted_count,
    )


def filter_of(request: pb.ListAssignmentsRequest) -> AssignmentFilter:
    """Which assignments a request asks for."""
    return AssignmentFilter(
        job_id=uuid_of(request.job_id) if request.job_id else None,
        state=AssignmentState(request.state) if request.state else None,
        verdict_state=VerdictState(request.verdict_state),
        assignment_ids=tuple(uuid_of(assignment_id) for assignment_id in request.assignment_ids),
    )


def problem_of(request: pb.ReturnItemsRequest) -> Problem | None:
    """What a worker says is wrong; None when they only give the items back."""
    return Problem(request.problem, request.reason.strip()) if request.problem else None
