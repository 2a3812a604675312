"""Between the contract's messages and the domain, for jobs and items."""

from __future__ import annotations

from ilgam.common.v1 import common_pb2
from ilgam.tasks.v1 import tasks_events_pb2, tasks_service_pb2

from services.runtime.wire import from_timestamp, to_timestamp
from services.tasks.domain.job import Counts, Job
from services.tasks.domain.spec import Spec, Texts
from services.tasks.store.queries.audit import Fact
from services.tasks.store.queries.problems import ListedProblem
from services.tasks.store.queries.progress import Minute
from services.tasks.use_cases.import_items import ImportOutcome, RowVerdict
from services.tasks.use_cases.stream_audit import FactKind

_OUTCOMES = {
    ImportOutcome.ACCEPTED: tasks_service_pb2.IMPORT_STATE_ACCEPTED,
    ImportOutcome.DUPLICATE: tasks_service_pb2.IMPORT_STATE_DUPLICATE,
    ImportOutcome.REFUSED: tasks_service_pb2.IMPORT_STATE_REFUSED,
}
_FACT_KINDS = {
    FactKind.ANSWER: common_pb2.AUDIT_KIND_ANSWER,
    FactKind.ITEM: common_pb2.AUDIT_KIND_ITEM,
    FactKind.JOB: common_pb2.AUDIT_KIND_JOB,
}


def to_spec(message: tasks_service_pb2.JobSpec) -> Spec:
    """What a company asked for, defaults not filled in yet."""
    return Spec(
        title=message.title,
        annotation_type=message.annotation_type,
        price_krw=message.price_krw,
        policy=message.policy,
        claim_mode=message.claim_mode,
        overlap_min=message.overlap_min,
        overlap_max=message.overlap_max,
        gold_overlap=message.gold_overlap,
        lease_seconds=message.lease_seconds,
        hold_limit=message.hold_limit,
        confidence_target=message.confidence_target,
        reject_below=message.reject_below,
        newcomer_answers=message.newcomer_answers if message.HasField("newcomer_answers") else None,
        clock_seconds=message.clock_seconds,
        appeal_seconds=message.appeal_seconds if message.HasField("appeal_seconds") else None,
        required_skill=message.required_skill,
        pool_only=message.pool_only,
        deadline_time=from_timestamp(message.deadline_time),
        expected_seconds=message.expected_seconds,
    )


def to_texts(message: tasks_service_pb2.JobSpec) -> Texts:
    """The texts in a spec."""
    return Texts(message.label_schema_json, message.instructions.ko, message.instructions.en)


def from_job(job: Job, texts: Texts, counts: Counts) -> tasks_service_pb2.Job:
    """A job as its company sees it."""
    return tasks_service_pb2.Job(
        job_id=str(job.job_id),
        organisation_id=str(job.organisation_id),
        state=tasks_events_pb2.JobState.Value(f"JOB_STATE_{job.state}"),
        spec=_from_spec(job, texts),
        revision=job.revision,
        schema_version=job.schema_version,
        instructions_version=job.instructions_version,
        publish_no=job.publish_no,
        item_count=job.item_count,
        gold_count=job.gold_count,
        staged_count=job.item_count if job.publish_no == 0 else job.staged_count,
        fee_krw=job.fee_krw,
        fee_vat_krw=job.fee_vat_krw,
        reserved_krw=job.reserved_krw,
        missing_krw=job.missing_krw,
        create_time=to_timestamp(job.create_time),
        open_time=to_timestamp(job.open_time),
        close_time=to_timestamp(job.close_time),
        counts=_from_counts(counts),
    )


def _from_counts(counts: Counts) -> tasks_service_pb2.JobCounts:
    return tasks_service_pb2.JobCounts(
        resolved_count=counts.resolved,
        submitted_count=counts.submitted,
        accepted_count=counts.accepted,
        rejected_count=counts.rejected,
        paid_krw=counts.paid_krw,
        mean_confidence=counts.mean_confidence,
    )


def _from_spec(job: Job, texts: Texts) -> tasks_service_pb2.JobSpec:
    """What the company decided: a raised price or overlap shows before it is paid for."""
    spec = job.spec
    return tasks_service_pb2.JobSpec(
        title=spec.title,
        annotation_type=common_pb2.AnnotationType.ValueType(spec.annotation_type),
        label_schema_json=texts.label_schema_json,
        instructions=common_pb2.LocalText(ko=texts.instructions_ko, en=texts.instructions_en),
        policy=tasks_events_pb2.Policy.ValueType(spec.policy),
        price_krw=job.staged_price_krw or spec.price_krw,
        overlap_min=spec.overlap_min,
        overlap_max=job.staged_overlap_max or spec.overlap_max,
        gold_overlap=spec.gold_overlap,
        claim_mode=tasks_service_pb2.ClaimMode.ValueType(spec.claim_mode),
        lease_seconds=spec.lease_seconds,
        hold_limit=spec.hold_limit,
        confidence_target=spec.confidence_target,
        reject_below=spec.reject_below,
        newcomer_answers=spec.newcomer_answers,
        clock_seconds=spec.clock_seconds,
        appeal_seconds=spec.appeal_seconds,
        required_skill=spec.required_skill,
        pool_only=spec.pool_only,
        deadline_time=to_timestamp(spec.deadline_time),
        expected_seconds=spec.expected_seconds,
    )


def from_verdict(verdict: RowVerdict) -> tasks_service_pb2.ItemVerdict:
    """The verdict on one imported row."""
    why, outcome = verdict.refusal, _OUTCOMES[verdict.outcome]
    if why is None:
        return tasks_service_pb2.ItemVerdict(state=outcome, item_id=str(verdict.item_id) if verdict.item_id else "")
    return tasks_service_pb2.ItemVerdict(
        state=outcome,
        detail=why.words,
        rule=why.rule,
        place=why.place,
        most=why.most,
        answer_rule=why.answer.code if why.answer else "",
        mark_no=why.answer.mark_no if why.answer else 0,
    )


def from_problem(problem: ListedProblem) -> tasks_service_pb2.Problem:
    """A problem with an item as the job's company reads it."""
    return tasks_service_pb2.Problem(
        problem_id=str(problem.problem_id),
        item_id=str(problem.item_id),
        key=problem.key,
        kind=tasks_service_pb2.ProblemKind.ValueType(problem.kind),
        words=problem.words,
        report_time=to_timestamp(problem.report_time),
    )


def from_minute(minute: Minute) -> tasks_service_pb2.ThroughputMinute:
    """Counts of one minute."""
    return tasks_service_pb2.ThroughputMinute(
        minute_time=to_timestamp(minute.minute_time),
        claimed_count=minute.claimed,
        submitted_count=minute.submitted,
        accepted_count=minute.accepted,
        rejected_count=minute.rejected,
        paid_krw=minute.paid_krw,
    )


def from_fact(kind: FactKind, fact: Fact) -> common_pb2.AuditFact:
    """One fact for the check."""
    return common_pb2.AuditFact(
        kind=_FACT_KINDS[kind],
        id=str(fact.id),
        job_id=str(fact.job_id),
        item_id=str(fact.item_id or ""),
        worker_id=str(fact.worker_id or ""),
        state=fact.state,
        revision=fact.revision,
        accepted=fact.accepted,
        amount_krw=fact.amount_krw,
        count=fact.answers,
        limit=fact.answers_max,
    )
