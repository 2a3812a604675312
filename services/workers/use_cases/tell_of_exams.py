"""What candidates and holders are told: results of exams, certificates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from services.runtime.database import Transaction
from services.workers import events
from services.workers.domain.certificates import Certificate
from services.workers.domain.exam import ExamAttempt, retry_time_of
from services.workers.domain.notices import Notice


def tell_results(tx: Transaction, attempts: Sequence[ExamAttempt]) -> None:
    """Tells of scored attempts."""
    tx.emit(events.notice_due([_result(attempt) for attempt in attempts]))


def tell_issued(tx: Transaction, certificates: Sequence[Certificate]) -> None:
    """Tells of new certificates."""
    tx.emit(events.notice_due([_certificate("CERTIFICATE_ISSUED", one) for one in certificates]))


def tell_revoked(tx: Transaction, certificate: Certificate) -> None:
    """Tells of a certificate that is void now; the reason is on its page."""
    tx.emit(events.notice_due([_certificate("CERTIFICATE_REVOKED", certificate)]))


def _result(attempt: ExamAttempt) -> Notice:
    retry_time = retry_time_of(attempt)
    parameters = {
        "annotation_type": events.type_name(attempt.annotation_type),
        "right_count": str(attempt.right_count),
        "item_count": str(attempt.item_count),
    }
    return Notice(
        account_id=attempt.worker_id,
        template="EXAM_PASSED" if attempt.passed else "EXAM_FAILED",
        parameters=parameters | ({"retry_time": _rfc3339(retry_time)} if retry_time else {}),
        path=f"/learn/exams/{attempt.attempt_id}",
        once_key=f"exam:{attempt.attempt_id}",
    )


def _certificate(template: str, certificate: Certificate) -> Notice:
    return Notice(
        account_id=certificate.worker_id,
        template=template,
        parameters={
            "annotation_type": events.type_name(certificate.annotation_type),
            "certificate_id": str(certificate.certificate_id),
            "number": certificate.number,
            "expire_time": _rfc3339(certificate.expire_time),
        },
        path=f"/learn/certificates/{certificate.certificate_id}",
        once_key=f"certificate:{certificate.certificate_id}:{certificate.revision}",
    )


def _rfc3339(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
