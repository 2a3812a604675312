"""Writes what was decided: journals with postings, statement lines, and the state that they leave, in one statement."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.payments.domain.booking import Booking
from services.runtime.statement import Statement

_RECORD = Statement("""
    WITH new_journal AS (
        INSERT INTO journal (journal_id, kind, job_id)
        SELECT * FROM unnest(CAST(:journal_ids AS uuid[]), CAST(:journal_kinds AS text[]),
            CAST(:journal_jobs AS uuid[]))),
    new_posting AS (
        INSERT INTO posting (journal_id, account_id, amount_krw)
        SELECT * FROM unnest(CAST(:posting_journals AS uuid[]), CAST(:posting_accounts AS uuid[]),
            CAST(:posting_amounts AS bigint[]))),
    new_line AS (
        INSERT INTO paid_line (journal_id, answer_id, revision, worker_id, job_id, amount_krw)
        SELECT * FROM unnest(CAST(:line_journals AS uuid[]), CAST(:line_answers AS uuid[]),
            CAST(:line_revisions AS bigint[]), CAST(:line_workers AS uuid[]), CAST(:line_jobs AS uuid[]),
            CAST(:line_amounts AS bigint[]))),
    new_answer AS (
        INSERT INTO paid_answer (answer_id, job_id, worker_id, publish_no, revision, state, is_paid, net_krw)
        SELECT * FROM unnest(CAST(:answer_ids AS uuid[]), CAST(:answer_jobs AS uuid[]),
            CAST(:answer_workers AS uuid[]), CAST(:answer_publish_nos AS integer[]),
            CAST(:answer_revisions AS bigint[]), CAST(:answer_states AS text[]), CAST(:answer_paids AS boolean[]),
            CAST(:answer_nets AS bigint[]))
        ON CONFLICT (answer_id) DO UPDATE
        SET publish_no = excluded.publish_no, revision = excluded.revision, state = excluded.state,
            is_paid = excluded.is_paid, net_krw = excluded.net_krw
        WHERE paid_answer.revision < excluded.revision)
    INSERT INTO reservation (job_id, publish_no, price_krw, fee_krw, fee_vat_krw, budget_krw, appeal_seconds, state,
        missing_krw, final_count, rejected_count, paid_count)
    SELECT * FROM unnest(CAST(:reservation_jobs AS uuid[]), CAST(:reservation_publish_nos AS integer[]),
        CAST(:reservation_prices AS bigint[]), CAST(:reservation_fees AS bigint[]),
        CAST(:reservation_vats AS bigint[]), CAST(:reservation_budgets AS bigint[]),
        CAST(:reservation_appeals AS bigint[]), CAST(:reservation_states AS text[]),
        CAST(:reservation_missings AS bigint[]), CAST(:reservation_finals AS bigint[]),
        CAST(:reservation_rejecteds AS bigint[]), CAST(:reservation_paids AS bigint[]))
    ON CONFLICT (job_id, publish_no) DO UPDATE
    SET state = excluded.state, final_count = excluded.final_count, rejected_count = excluded.rejected_count,
        paid_count = excluded.paid_count
""")

_UPDATE_JOBS = Statement("""
    UPDATE job
    SET close_revision = new.close_revision, answers_submitted = new.answers_submitted,
        appeal_end_time = new.appeal_end_time, released_krw = new.released_krw, covered_krw = new.covered_krw,
        appeals_krw = new.appeals_krw, kept_krw = new.kept_krw, release_revision = new.release_revision
    FROM unnest(CAST(:ids AS uuid[]), CAST(:close_revisions AS bigint[]), CAST(:answers AS bigint[]),
        CAST(:appeal_end_times AS timestamptz[]), CAST(:releaseds AS bigint[]), CAST(:covereds AS bigint[]),
        CAST(:appeals AS bigint[]), CAST(:kepts AS bigint[]), CAST(:release_revisions AS bigint[]))
        AS new (job_id, close_revision, answers_submitted, appeal_end_time, released_krw, covered_krw, appeals_krw,
            kept_krw, release_revision)
    WHERE job.job_id = new.job_id
""")


async def record(connection: AsyncConnection, booking: Booking) -> None:
    """Writes a booking; the jobs' rows are locked by the caller. Kept totals are changed by `add_to_totals`."""
    await _RECORD.execute(connection, _journals(booking) | _lines(booking) | _answers(booking) | _reservations(booking))


async def update_jobs(connection: AsyncConnection, booking: Booking) -> None:
    """Writes the jobs' own fields of a booking; payments out of a well-filled escrow need none of it."""
    funds = booking.funds
    await _UPDATE_JOBS.execute(
        connection,
        {
            "ids": [f.job_id for f in funds],
            "close_revisions": [f.close_revision for f in funds],
            "answers": [f.answers_submitted for f in funds],
            "appeal_end_times": [f.appeal_end_time for f in funds],
            "releaseds": [f.released_krw for f in funds],
            "covereds": [f.covered_krw for f in funds],
            "appeals": [f.appeals_krw for f in funds],
            "kepts": [f.kept_krw for f in funds],
            "release_revisions": [f.release_revision for f in funds],
        },
    )


def _journals(booking: Booking) -> dict[str, Any]:
    sides = [(journal.journal_id, posting) for journal in booking.journals for posting in journal.postings]
    return {
        "journal_ids": [journal.journal_id for journal in booking.journals],
        "journal_kinds": [journal.kind.value for journal in booking.journals],
        "journal_jobs": [journal.job_id for journal in booking.journals],
        "posting_journals": [journal_id for journal_id, _ in sides],
        "posting_accounts": [posting.account.account_id for _, posting in sides],
        "posting_amounts": [posting.amount_krw for _, posting in sides],
    }


def _lines(booking: Booking) -> dict[str, Any]:
    return {
        "line_journals": [line.journal_id for line in booking.lines],
        "line_answers": [line.answer_id for line in booking.lines],
        "line_revisions": [line.revision for line in booking.lines],
        "line_workers": [line.worker_id for line in booking.lines],
        "line_jobs": [line.job_id for line in booking.lines],
        "line_amounts": [line.amount_krw for line in booking.lines],
    }


def _answers(booking: Booking) -> dict[str, Any]:
    return {
        "answer_ids": [answer.answer_id for answer in booking.answers],
        "answer_jobs": [answer.job_id for answer in booking.answers],
        "answer_workers": [answer.worker_id for answer in booking.answers],
        "answer_publish_nos": [answer.publish_no for answer in booking.answers],
        "answer_revisions": [answer.revision for answer in booking.answers],
        "answer_states": [answer.state.value for answer in booking.answers],
        "answer_paids": [answer.is_paid for answer in booking.answers],
        "answer_nets": [answer.net_krw for answer in booking.answers],
    }


def _reservations(booking: Booking) -> dict[str, Any]:
    rows = [(funds.job_id, reservation) for funds in booking.funds for reservation in funds.reservations.values()]
    return {
        "reservation_jobs": [job_id for job_id, _ in rows],
        "reservation_publish_nos": [r.publish_no for _, r in rows],
        "reservation_prices": [r.unit.price_krw for _, r in rows],
        "reservation_fees": [r.unit.fee_krw for _, r in rows],
        "reservation_vats": [r.unit.fee_vat_krw for _, r in rows],
        "reservation_budgets": [r.budget_krw for _, r in rows],
        "reservation_appeals": [r.appeal_seconds for _, r in rows],
        "reservation_states": [r.state.value for _, r in rows],
        "reservation_missings": [r.missing_krw for _, r in rows],
        "reservation_finals": [r.final_count for _, r in rows],
        "reservation_rejecteds": [r.rejected_count for _, r in rows],
        "reservation_paids": [r.paid_count for _, r in rows],
    }
