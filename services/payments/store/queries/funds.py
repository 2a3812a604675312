"""Jobs and their reservations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.payments.domain.funds import JobFunds, Reservation, ReservationState, Unit
from services.payments.domain.ledger import AccountKind, account_of
from services.runtime.statement import Row, Statement

_ADD_JOBS = Statement("""
    INSERT INTO job (job_id, organisation_id, escrow_account_id)
    SELECT job_id, organisation_id, escrow_account_id
    FROM unnest(CAST(:ids AS uuid[]), CAST(:organisations AS uuid[]), CAST(:escrows AS uuid[]))
        AS job (job_id, organisation_id, escrow_account_id)
    ORDER BY job_id
    ON CONFLICT DO NOTHING
""")

_JOBS = """
    SELECT job_id, organisation_id, close_revision, answers_submitted, appeal_end_time,
        released_krw, covered_krw, appeals_krw, kept_krw, release_revision
    FROM job
    WHERE job_id = ANY(CAST(:ids AS uuid[]))
    ORDER BY job_id
"""
_LOCK_JOBS = Statement(_JOBS + "FOR NO KEY UPDATE")
_READ_JOBS = Statement(_JOBS)

_RESERVATIONS = Statement("""
    SELECT job_id, balance_krw, publish_no, price_krw, fee_krw, fee_vat_krw, budget_krw, appeal_seconds, state,
        missing_krw, final_count, rejected_count, paid_count
    FROM job
    JOIN account_total ON account_total.account_id = job.escrow_account_id
    JOIN reservation USING (job_id)
    WHERE job_id = ANY(CAST(:ids AS uuid[]))
    ORDER BY job_id, publish_no
""")

_JOBS_TO_RELEASE = Statement("""
    SELECT job_id
    FROM job
    WHERE kept_krw > 0 AND appeal_end_time <= :now
    ORDER BY appeal_end_time
    LIMIT :count
""")


async def add_jobs(connection: AsyncConnection, organisations: Mapping[UUID, UUID]) -> None:
    """Notes jobs with the company that each belongs to; known ones stay as they are. Their escrow accounts exist."""
    escrows = [account_of(AccountKind.JOB_ESCROW, job_id).account_id for job_id in organisations]
    await _ADD_JOBS.execute(
        connection, {"ids": list(organisations), "organisations": list(organisations.values()), "escrows": escrows}
    )


async def lock_funds(connection: AsyncConnection, job_ids: Iterable[UUID]) -> dict[UUID, JobFunds]:
    """The money of those of the jobs that are known, locked in the order of their ids.

    The escrow's total may only change under this lock, so what is read here stays true until the transaction ends.
    """
    ids = sorted(set(job_ids))
    jobs = (await _LOCK_JOBS.execute(connection, {"ids": ids})).all()
    return await _with_reservations(connection, jobs)


async def read_funds(connection: AsyncConnection, job_id: UUID) -> JobFunds | None:
    """The money of one job, or None where it never asked for any."""
    jobs = (await _READ_JOBS.execute(connection, {"ids": [job_id]})).all()
    return (await _with_reservations(connection, jobs)).get(job_id)


async def jobs_to_release(connection: AsyncConnection, now: datetime, count: int) -> list[UUID]:
    """Up to `count` jobs whose appeals have ended while their escrow still holds money."""
    rows = await _JOBS_TO_RELEASE.execute(connection, {"now": now, "count": count})
    return list(rows.scalars())


async def _with_reservations(connection: AsyncConnection, jobs: Iterable[Row]) -> dict[UUID, JobFunds]:
    found = {job.job_id: job for job in jobs}
    if not found:
        return {}
    # A second statement on purpose: after the wait for a lock the first one's snapshot is old.
    rows = await _RESERVATIONS.execute(connection, {"ids": list(found)})
    escrow_krw: dict[UUID, int] = {}
    reservations: defaultdict[UUID, dict[int, Reservation]] = defaultdict(dict)
    for row in rows:
        escrow_krw[row.job_id] = row.balance_krw
        reservations[row.job_id][row.publish_no] = _reservation(row)
    return {
        job_id: JobFunds(
            escrow_krw=escrow_krw.get(job_id, 0),
            reservations=reservations[job_id],
            **job,
        )
        for job_id, job in found.items()
    }


def _reservation(row: Row) -> Reservation:
    return Reservation(
        publish_no=row.publish_no,
        unit=Unit(row.price_krw, row.fee_krw, row.fee_vat_krw),
        budget_krw=row.budget_krw,
        appeal_seconds=row.appeal_seconds,
        state=ReservationState(row.state),
        missing_krw=row.missing_krw,
        final_count=row.final_count,
        rejected_count=row.rejected_count,
        paid_count=row.paid_count,
    )
