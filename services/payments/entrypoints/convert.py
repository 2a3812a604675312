"""Between messages and the domain's values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp
from ilgam.common.v1 import common_pb2 as common_pb
from ilgam.payments.v1 import payments_service_pb2 as pb
from ilgam.quality.v1 import quality_events_pb2 as quality_pb
from ilgam.tasks.v1 import tasks_events_pb2 as tasks_pb
from ilgam.workers.v1 import workers_events_pb2 as workers_pb

from services.payments.domain.funds import JobFunds, Reservation, ReservationState, Unit
from services.payments.domain.holder import After, StatementLine
from services.payments.domain.payment import JudgedAnswer, VerdictState
from services.payments.store.queries.audit import AccountFact, AnswerFact, JournalFact
from services.payments.store.queries.checks import Difference
from services.payments.store.queries.organisations import Restriction
from services.payments.use_cases.close_jobs import Closing
from services.payments.use_cases.pay_verdicts import VerdictBatch
from services.payments.use_cases.reserve_funds import Asked
from services.runtime.paging import cursor_of, encode_token
from services.runtime.wire import from_timestamp, uuid_of

_STATES = {
    quality_pb.VERDICT_STATE_PENDING: VerdictState.PENDING,
    quality_pb.VERDICT_STATE_ACCEPTED: VerdictState.ACCEPTED,
    quality_pb.VERDICT_STATE_REJECTED: VerdictState.REJECTED,
}
_RESTRICTION_PREFIX = "RESTRICTION_KIND_"


def asked_of(event: tasks_pb.JobPublishRequested) -> Asked:
    """A wish for a reservation.

    Raises:
        ValueError: an id or an amount is none.
    """
    amounts = (event.price_krw, event.fee_krw, event.fee_vat_krw, event.budget_krw, event.appeal_seconds)
    if min(amounts) < 0 or event.publish_no < 1:
        raise ValueError("amounts begin at 0 and publish_no at 1")
    reservation = Reservation(
        publish_no=event.publish_no,
        unit=Unit(event.price_krw, event.fee_krw, event.fee_vat_krw),
        budget_krw=event.budget_krw,
        appeal_seconds=event.appeal_seconds,
        state=ReservationState.REFUSED,
    )
    return Asked(uuid_of(event.job_id), uuid_of(event.organisation_id), reservation)


def closing_of(event: tasks_pb.JobClosed) -> Closing:
    """The end of a job or of a reservation.

    Raises:
        ValueError: an id is none, or a number is below what it counts from.
    """
    if event.publish_no < 0 or event.answers_submitted < 0 or (event.revision < 1 and not event.publish_no):
        raise ValueError("publish_no and answers_submitted begin at 0, revision at 1")
    return Closing(uuid_of(event.job_id), event.publish_no, event.revision, event.answers_submitted)


def verdicts_of(event: quality_pb.VerdictsGiven) -> VerdictBatch:
    """The verdicts of an event.

    Raises:
        ValueError: an id, a revision or a state is none.
    """
    job_id = uuid_of(event.job_id)
    return VerdictBatch(job_id, tuple(_judged(job_id, verdict) for verdict in event.verdicts))


def restriction_of(event: workers_pb.WorkerRestricted) -> Restriction:
    """A restriction as announced."""
    kind = workers_pb.RestrictionKind.Name(event.kind).removeprefix(_RESTRICTION_PREFIX)
    return Restriction(uuid_of(event.worker_id), event.revision, kind, from_timestamp(event.until_time), active=True)


def restored_of(event: workers_pb.WorkerRestored) -> Restriction:
    """The end of a restriction."""
    return Restriction(uuid_of(event.worker_id), event.revision, "", None, active=False)


def job_funds_message(funds: JobFunds) -> pb.GetJobFundsResponse:
    """A job's money on the wire."""
    reservations = funds.reservations.values()
    return pb.GetJobFundsResponse(
        reserved_krw=sum(r.reserved_krw for r in reservations),
        paid_krw=sum(r.paid_count * r.unit.price_krw for r in reservations),
        fee_krw=sum(r.paid_count * r.unit.fee_krw for r in reservations),
        fee_vat_krw=sum(r.paid_count * r.unit.fee_vat_krw for r in reservations),
        released_krw=funds.released_krw,
        escrow_left_krw=funds.escrow_krw,
        paid_answer_count=sum(r.paid_count for r in reservations),
    )


def line_message(line: StatementLine) -> pb.StatementLine:
    """A statement line on the wire."""
    return pb.StatementLine(
        line_id=str(line.line_id),
        line_time=_timestamp(line.line_time_us),
        kind=pb.JournalKind.Value(f"JOURNAL_KIND_{line.kind}"),
        journal_id=str(line.journal_id),
        job_id=_text(line.job_id),
        answer_id=_text(line.answer_id),
        amount_krw=line.amount_krw,
        revision=line.revision,
    )


def page_token(line: StatementLine) -> str:
    """Where the page after this line begins."""
    return encode_token(time=line.line_time_us, line=line.line_id)


def after_of(token: str) -> After | None:
    """Where a page begins; None for the first one.

    Raises:
        InvalidArgumentError: PAGE_TOKEN_INVALID.
    """
    return cursor_of(token, lambda at: After(_number(at["time"]), _number(at["line"])))


def difference_message(difference: Difference) -> pb.LedgerDifference:
    """A ledger difference on the wire."""
    return pb.LedgerDifference(
        rule=difference.rule,
        id=difference.id,
        found_krw=difference.found_krw,
        expected_krw=difference.expected_krw,
    )


def answer_fact(fact: AnswerFact) -> common_pb.AuditFact:
    """An answer's fact on the wire."""
    return common_pb.AuditFact(
        kind=common_pb.AUDIT_KIND_ANSWER,
        id=str(fact.answer_id),
        job_id=str(fact.job_id),
        worker_id=str(fact.worker_id),
        state=fact.state,
        revision=fact.revision,
        accepted=fact.is_paid,
        amount_krw=fact.net_krw,
    )


def account_fact(fact: AccountFact) -> common_pb.AuditFact:
    """An account's fact on the wire."""
    return common_pb.AuditFact(
        kind=common_pb.AUDIT_KIND_LEDGER_ACCOUNT,
        id=str(fact.account_id),
        state=fact.kind,
        amount_krw=fact.balance_krw,
        recomputed_krw=fact.recomputed_krw,
    )


def journal_fact(fact: JournalFact) -> common_pb.AuditFact:
    """An unbalanced journal's fact on the wire."""
    return common_pb.AuditFact(kind=common_pb.AUDIT_KIND_JOURNAL, id=str(fact.journal_id), amount_krw=fact.off_krw)


def _judged(job_id: UUID, verdict: quality_pb.Verdict) -> JudgedAnswer:
    if verdict.state not in _STATES or verdict.revision < 1:
        raise ValueError("a verdict has a state, and its revision begins at 1")
    return JudgedAnswer(
        answer_id=uuid_of(verdict.answer_id),
        job_id=job_id,
        worker_id=uuid_of(verdict.worker_id),
        publish_no=verdict.publish_no,
        revision=verdict.revision,
        state=_STATES[verdict.state],
    )


def _number(value: str | float | None) -> int:
    if not isinstance(value, int) or not 0 <= value < 2**63:
        raise ValueError(value)
    return value


def _text(value: UUID | None) -> str:
    return str(value) if value else ""


def _timestamp(microseconds: int) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds))
    return stamp
