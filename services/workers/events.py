"""Every event that workers publishes. A person is an id; reasons stay here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import workers_events_pb2 as pb

from services.core.intervals import Interval
from services.runtime.wire import to_timestamp
from services.workers.domain.certificates import Certificate
from services.workers.domain.enrolment import Enrolment
from services.workers.domain.exam import ExamAttempt
from services.workers.domain.notices import Notice
from services.workers.domain.standing import RestrictionKind, Worker

RESTRICTION_KINDS = {
    RestrictionKind.PAUSED: pb.RESTRICTION_KIND_PAUSED,
    RestrictionKind.FRAUD: pb.RESTRICTION_KIND_FRAUD,
}


def exam_finished(attempt: ExamAttempt) -> pb.ExamFinished:
    """An exam attempt is scored, which happens once."""
    return pb.ExamFinished(
        attempt_id=str(attempt.attempt_id),
        worker_id=str(attempt.worker_id),
        annotation_type=_type(attempt.annotation_type),
        right_count=attempt.right_count or 0,
        item_count=attempt.item_count,
        passed=attempt.passed,
        revision=1,
    )


def certificate_issued(certificate: Certificate) -> pb.CertificateIssued:
    """A certificate is valid from now until its expiry."""
    return pb.CertificateIssued(
        certificate_id=str(certificate.certificate_id),
        worker_id=str(certificate.worker_id),
        annotation_type=_type(certificate.annotation_type),
        issue_time=to_timestamp(certificate.issue_time),
        expire_time=to_timestamp(certificate.expire_time),
        score=interval_message(certificate.score),
        revision=certificate.revision,
    )


def certificate_revoked(certificate: Certificate) -> pb.CertificateRevoked:
    """A certificate is void."""
    return pb.CertificateRevoked(
        certificate_id=str(certificate.certificate_id),
        worker_id=str(certificate.worker_id),
        revision=certificate.revision,
    )


def worker_restricted(worker: Worker) -> pb.WorkerRestricted:
    """A worker may not claim until a time, or until restored.

    Raises:
        ValueError: there is no restriction on the worker.
    """
    if worker.restriction is None:
        raise ValueError(f"worker {worker.worker_id} is not restricted")
    return pb.WorkerRestricted(
        worker_id=str(worker.worker_id),
        kind=RESTRICTION_KINDS[worker.restriction.kind],
        until_time=to_timestamp(worker.restriction.until_time),
        revision=worker.standing_revision,
    )


def worker_restored(worker: Worker) -> pb.WorkerRestored:
    """A worker's restriction is lifted."""
    return pb.WorkerRestored(worker_id=str(worker.worker_id), revision=worker.standing_revision)


def enrolment_changed(enrolment: Enrolment, occur_time: datetime | None = None) -> pb.EnrolmentChanged:
    """An enrolment is made, or stands otherwise than before; `occur_time` where it happened long before."""
    return pb.EnrolmentChanged(
        occur_time=to_timestamp(occur_time),
        enrolment_id=str(enrolment.enrolment_id),
        worker_id=str(enrolment.worker_id),
        programme_id=str(enrolment.programme_id),
        cohort_id=str(enrolment.cohort_id),
        state=pb.EnrolmentState.Value(f"ENROLMENT_STATE_{enrolment.state.value}"),
        enrolment_no=enrolment.enrolment_no,
        revision=enrolment.revision,
    )


def notice_due(notices: Sequence[Notice]) -> pb.NoticeDue:
    """People are to be told something."""
    return pb.NoticeDue(
        notices=[
            common_pb2.Notice(
                account_id=str(notice.account_id),
                template=common_pb2.NoticeTemplate.Value(f"NOTICE_TEMPLATE_{notice.template}"),
                parameters=notice.parameters,
                path=notice.path,
                once_key=notice.once_key,
            )
            for notice in notices
        ]
    )


def interval_message(interval: Interval | None) -> common_pb2.Interval | None:
    """An interval as the contract has it; None stays None, which leaves a field unset."""
    if interval is None:
        return None
    return common_pb2.Interval(lower=interval.lower, mean=interval.mean, upper=interval.upper, count=interval.count)


def type_name(annotation_type: int) -> str:
    """The contract's name of an annotation type, such as ANNOTATION_TYPE_TEXT_CHOICE."""
    return common_pb2.AnnotationType.Name(_type(annotation_type))


def kind_name(annotation_type: int) -> str:
    """The same without its prefix, as courses name it: TEXT_CHOICE."""
    return type_name(annotation_type).removeprefix("ANNOTATION_TYPE_")


def _type(number: int) -> common_pb2.AnnotationType.ValueType:
    return common_pb2.AnnotationType.ValueType(number)
