"""Between the messages of workers and its values."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import workers_events_pb2
from ilgam.workers.v1 import workers_service_pb2 as pb

from services.core.intervals import Interval
from services.runtime.media_facts import facts_message
from services.runtime.wire import from_timestamp, to_timestamp, uuid_of
from services.workers.domain.certificates import Certificate, CertificateState
from services.workers.domain.exam import ExamAttempt, GivenAnswer, retry_time_of
from services.workers.domain.exam_items import ExamItem
from services.workers.domain.standing import Restriction, RestrictionKind
from services.workers.events import RESTRICTION_KINDS, interval_message
from services.workers.store.queries.certificates import Workforce
from services.workers.use_cases.import_exam_items import ImportState, ImportVerdict
from services.workers.use_cases.look_at_exams import ItemWithFiles

_CERTIFICATE_STATES = {
    CertificateState.VALID: pb.CERTIFICATE_STATE_VALID,
    CertificateState.EXPIRED: pb.CERTIFICATE_STATE_EXPIRED,
    CertificateState.REVOKED: pb.CERTIFICATE_STATE_REVOKED,
}
_KINDS = {number: kind for kind, number in RESTRICTION_KINDS.items()}
_IMPORT_STATES = {
    ImportState.ACCEPTED: pb.EXAM_IMPORT_STATE_ACCEPTED,
    ImportState.DUPLICATE: pb.EXAM_IMPORT_STATE_DUPLICATE,
    ImportState.REFUSED: pb.EXAM_IMPORT_STATE_REFUSED,
}


def kind_of(number: workers_events_pb2.RestrictionKind.ValueType) -> RestrictionKind | None:
    """The restriction that a number names; None for one that this version does not know."""
    return _KINDS.get(number)


def restriction_of(request: pb.RestrictWorkerRequest, kind: RestrictionKind) -> Restriction:
    """The restriction that an operator asks for."""
    return Restriction(kind, request.reason.strip(), from_timestamp(request.until_time))


def exam_item_of(row: pb.ExamItemRow) -> ExamItem:
    """A row of an import. Its id is all random: ids that sort by time would tell in which order labels were imported."""
    return ExamItem(
        uuid4(),
        row.key,
        row.data_json,
        tuple(row.labels),
        row.right_label,
        row.label_schema_json,
        row.right_answer_json,
        uuid_of(row.programme_id) if row.programme_id else None,
    )


def answer_of(answer: pb.ExamAnswer) -> GivenAnswer:
    """What a candidate answered to an item."""
    return GivenAnswer(uuid_of(answer.exam_item_id), answer.label, answer.answer_json)


def verdict_message(verdict: ImportVerdict) -> pb.ExamItemVerdict:
    """The verdict on one row."""
    return pb.ExamItemVerdict(state=_IMPORT_STATES[verdict.state], detail=verdict.detail)


def certificate_message(certificate: Certificate, now: datetime) -> pb.Certificate:
    """A certificate as its holder and operators see it."""
    return pb.Certificate(
        certificate_id=str(certificate.certificate_id),
        number=certificate.number,
        worker_id=str(certificate.worker_id),
        annotation_type=common_pb2.AnnotationType.ValueType(certificate.annotation_type),
        state=_CERTIFICATE_STATES[certificate.state_at(now)],
        score=interval_message(certificate.score),
        issue_time=to_timestamp(certificate.issue_time),
        expire_time=to_timestamp(certificate.expire_time),
        grant_reason=certificate.grant_reason,
        revoke_reason=certificate.revoke_reason,
        revoke_time=to_timestamp(certificate.revoke_time),
    )


def verification_message(certificate: Certificate, now: datetime) -> pb.VerifyCertificateResponse:
    """A certificate as anybody may see it: nothing about the person."""
    return pb.VerifyCertificateResponse(
        number=certificate.number,
        score=interval_message(certificate.score),
        revoke_time=to_timestamp(certificate.revoke_time),
        state=_CERTIFICATE_STATES[certificate.state_at(now)],
        annotation_type=common_pb2.AnnotationType.ValueType(certificate.annotation_type),
        issue_time=to_timestamp(certificate.issue_time),
        expire_time=to_timestamp(certificate.expire_time),
    )


def skill_message(annotation_type: int, interval: Interval) -> pb.Skill:
    """A measured accuracy."""
    return pb.Skill(
        annotation_type=common_pb2.AnnotationType.ValueType(annotation_type), interval=interval_message(interval)
    )


def restriction_message(restriction: Restriction) -> pb.Restriction:
    """A restriction as the worker sees it."""
    return pb.Restriction(
        kind=RESTRICTION_KINDS[restriction.kind],
        reason=restriction.reason,
        until_time=to_timestamp(restriction.until_time),
    )


def shown_item_message(shown: ItemWithFiles) -> pb.ExamItem:
    """An exam item as the candidate sees it."""
    item = shown.item
    return pb.ExamItem(
        exam_item_id=str(item.exam_item_id),
        data_json=item.data_json,
        labels=item.labels,
        saved_label=item.saved_label,
        label_schema_json=item.label_schema_json,
        saved_answer_json=item.saved_answer_json,
        programme_id=str(item.programme_id or ""),
        media=[facts_message(facts) for facts in shown.media],
    )


def result_message(attempt: ExamAttempt) -> pb.SubmitExamAnswersResponse:
    """Where an attempt stands after a submit; the certificate is added where there is one."""
    if attempt.finish_time is None:
        return pb.SubmitExamAnswersResponse(item_count=attempt.item_count)
    return pb.SubmitExamAnswersResponse(
        finished=True,
        passed=attempt.passed,
        right_count=attempt.right_count or 0,
        item_count=attempt.item_count,
        score=interval_message(attempt.score),
        retry_time=to_timestamp(retry_time_of(attempt)),
    )


def certificate_fact(certificate: Certificate) -> common_pb2.AuditFact:
    """What the audit says of a certificate: VALID until revoked, whatever the clock says."""
    state = CertificateState.VALID if certificate.revoke_time is None else CertificateState.REVOKED
    return common_pb2.AuditFact(
        kind=common_pb2.AUDIT_KIND_CERTIFICATE,
        id=str(certificate.certificate_id),
        worker_id=str(certificate.worker_id),
        state=state.value,
        revision=certificate.revision,
    )


def workforce_message(workforce: Workforce) -> pb.GetWorkforceResponse:
    """Who can do what."""
    return pb.GetWorkforceResponse(
        workforces=[
            pb.Workforce(
                annotation_type=common_pb2.AnnotationType.ValueType(one.annotation_type),
                certified_count=one.certified_count,
                restricted_count=one.restricted_count,
            )
            for one in workforce.certified
        ],
        certified_worker_count=workforce.certified_worker_count,
        restricted_worker_count=workforce.restricted_worker_count,
    )
