"""Builds every event about jobs that tasks publishes; events about answers are in `answer_events`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from ilgam.common.v1 import common_pb2
from ilgam.tasks.v1 import tasks_events_pb2 as pb

from services.labelling.schema import LabelSchema
from services.labelling.values import Control
from services.tasks.domain.job import Job
from services.tasks.domain.publishing import Publication

EVENT_BYTES_MAX = 256 * 1024
_GOLD_ITEM_OVERHEAD_BYTES = 8
_ENVELOPE_BYTES = 200


def publish_requested(job: Job, publication: Publication) -> pb.JobPublishRequested:
    """A company wants money reserved."""
    return pb.JobPublishRequested(
        job_id=str(job.job_id),
        organisation_id=str(job.organisation_id),
        publish_no=publication.publish_no,
        budget_krw=publication.budget_krw,
        price_krw=publication.price_krw,
        fee_krw=publication.fee_krw,
        fee_vat_krw=publication.fee_vat_krw,
        appeal_seconds=job.spec.appeal_seconds or 0,
    )


def job_opened(job: Job, schema: LabelSchema) -> pb.JobOpened:
    """The job takes claims from now on."""
    return pb.JobOpened(job_id=str(job.job_id), revision=job.revision, terms=_terms(job, schema))


def job_changed(job: Job, schema: LabelSchema) -> pb.JobChanged:
    """Terms or state are others than before."""
    return pb.JobChanged(job_id=str(job.job_id), revision=job.revision, terms=_terms(job, schema))


def job_closed(job: Job, answers_submitted: int) -> pb.JobClosed:
    """The job is over, after so many answers."""
    return pb.JobClosed(job_id=str(job.job_id), revision=job.revision, answers_submitted=answers_submitted)


def reservation_given_back(job: Job, publish_no: int) -> pb.JobClosed:
    """Nobody waits for a reservation any more."""
    return pb.JobClosed(job_id=str(job.job_id), revision=job.revision, publish_no=publish_no)


def gold_item(item_id: UUID, label: str, body_sha256: str) -> pb.GoldItem:
    """One known answer: its label, or where its body lies."""
    return pb.GoldItem(item_id=str(item_id), label=label, body_sha256=body_sha256)


def gold_provided(job_id: UUID, first_revision: int, gold: Sequence[pb.GoldItem]) -> Iterator[pb.GoldProvided]:
    """Known answers, cut into events of at most 256 KiB, each with its own gold revision."""
    revision, size = first_revision, _ENVELOPE_BYTES
    items: list[pb.GoldItem] = []
    for item in gold:
        bytes_more = item.ByteSize() + _GOLD_ITEM_OVERHEAD_BYTES
        if size + bytes_more > EVENT_BYTES_MAX:
            yield pb.GoldProvided(job_id=str(job_id), gold_revision=revision, items=items)
            revision, items, size = revision + 1, [], _ENVELOPE_BYTES
        items.append(item)
        size += bytes_more
    if items:
        yield pb.GoldProvided(job_id=str(job_id), gold_revision=revision, items=items)


def _terms(job: Job, schema: LabelSchema) -> pb.JobTerms:
    spec = job.spec
    plain = schema.plain
    return pb.JobTerms(
        job_id=str(job.job_id),
        organisation_id=str(job.organisation_id),
        annotation_type=common_pb2.AnnotationType.ValueType(spec.annotation_type),
        policy=pb.Policy.ValueType(spec.policy),
        overlap_min=spec.overlap_min,
        overlap_max=spec.overlap_max,
        confidence_target=spec.confidence_target,
        reject_below=spec.reject_below,
        newcomer_answers=spec.newcomer_answers or 0,
        clock_seconds=spec.clock_seconds,
        appeal_seconds=spec.appeal_seconds or 0,
        schema_version=job.schema_version,
        labels=plain.values if plain else (),
        controls=() if plain else [_control(control) for control in schema.controls],
        gold_revision=job.gold_revision,
        item_count=job.item_count - job.staged_count,
        state=pb.JobState.Value(f"JOB_STATE_{job.state}"),
        publish_no=job.publish_no,
        price_krw=spec.price_krw,
        pool_only=spec.pool_only,
        required_skill=spec.required_skill,
    )


def _control(control: Control) -> pb.ControlTerms:
    return pb.ControlTerms(
        control_id=control.control_id,
        kind=control.kind.value,
        labels=control.values,
        low=control.low or 0.0,
        high=control.high or 0.0,
        exclusive_with=control.exclusive_with,
        required=control.required,
        min=control.least,
        max=control.most,
    )
