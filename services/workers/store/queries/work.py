"""Statements on what the others tell of work and pay. Whoever repeats an event changes nothing by it (see the inbox)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.workers.domain.journeys import AnswerPay, Step, WorkHistory

# Nearly everybody who claims or is paid has been before: they are passed over without a lock on their row.
_NEWS_OF_STEP = text("""
    SELECT new.worker_id, new.reach_time
    FROM unnest(CAST(:worker_ids AS uuid[]), CAST(:reach_times AS timestamptz[])) AS new (worker_id, reach_time)
    WHERE NOT EXISTS (
        SELECT
        FROM journey_step AS known
        WHERE known.worker_id = new.worker_id AND known.step = :step AND known.reach_time <= new.reach_time
    )
""")

_ADD_CLAIM_DAYS = text("""
    INSERT INTO claim_day (worker_id, day)
    SELECT worker_id, (claim_time AT TIME ZONE 'Asia/Seoul')::date
    FROM unnest(CAST(:worker_ids AS uuid[]), CAST(:claim_times AS timestamptz[])) AS new (worker_id, claim_time)
    ORDER BY 1, 2
    ON CONFLICT (worker_id, day) DO NOTHING
""")

_ADD_WORK_TIME = text("""
    INSERT INTO work_time (worker_id, answered_count, active_ms)
    SELECT worker_id, answered_count, active_ms
    FROM unnest(CAST(:worker_ids AS uuid[]), CAST(:answered_counts AS bigint[]), CAST(:active_mss AS bigint[]))
        AS new (worker_id, answered_count, active_ms)
    ORDER BY worker_id
    ON CONFLICT (worker_id) DO UPDATE
    SET answered_count = work_time.answered_count + excluded.answered_count,
        active_ms = work_time.active_ms + excluded.active_ms
""")

# An answer's first or newer revision counts by its difference to the one before; an older one changes nothing.
_PUT_PAY = text("""
    WITH put AS (
        INSERT INTO paid_answer AS known (answer_id, worker_id, revision, net_krw)
        SELECT answer_id, worker_id, revision, net_krw
        FROM unnest(
            CAST(:answer_ids AS uuid[]), CAST(:worker_ids AS uuid[]), CAST(:revisions AS bigint[]),
            CAST(:net_krws AS bigint[])) AS told (answer_id, worker_id, revision, net_krw)
        ORDER BY answer_id
        ON CONFLICT (answer_id) DO UPDATE
        SET revision = excluded.revision, net_krw = excluded.net_krw
        WHERE known.revision < excluded.revision
        RETURNING known.worker_id, coalesce(old.net_krw, 0) AS before_krw, new.net_krw AS now_krw
    )
    INSERT INTO work_pay (worker_id, paid_count, earned_krw)
    SELECT
        worker_id,
        sum((now_krw > 0)::int - (before_krw > 0)::int),
        sum(now_krw - before_krw)
    FROM put
    GROUP BY worker_id
    ORDER BY worker_id
    ON CONFLICT (worker_id) DO UPDATE
    SET paid_count = work_pay.paid_count + excluded.paid_count,
        earned_krw = work_pay.earned_krw + excluded.earned_krw
""")

_HISTORY = text("""
    SELECT
        coalesce(t.answered_count, 0) AS answered_count,
        coalesce(t.active_ms, 0) AS active_ms,
        coalesce(p.paid_count, 0) AS paid_count,
        coalesce(p.earned_krw, 0) AS earned_krw,
        (SELECT max(day) FROM claim_day WHERE claim_day.worker_id = asked.worker_id) AS last_claim_day
    FROM (SELECT CAST(:worker_id AS uuid) AS worker_id) AS asked
    LEFT JOIN work_time AS t ON t.worker_id = asked.worker_id
    LEFT JOIN work_pay AS p ON p.worker_id = asked.worker_id
""")


async def news_of_step(
    connection: AsyncConnection, step: Step, reached: Mapping[UUID, datetime]
) -> list[tuple[UUID, datetime]]:
    """Those of (worker, time) that are not known to have reached the step by then."""
    parameters = {"step": step.value, "worker_ids": list(reached), "reach_times": list(reached.values())}
    return [(row.worker_id, row.reach_time) for row in await connection.execute(_NEWS_OF_STEP, parameters)]


async def add_claim_days(connection: AsyncConnection, claims: Sequence[tuple[UUID, datetime]]) -> None:
    """Notes on which days people claimed."""
    parameters = {"worker_ids": [one for one, _ in claims], "claim_times": [moment for _, moment in claims]}
    await connection.execute(_ADD_CLAIM_DAYS, parameters)


async def add_work_time(connection: AsyncConnection, added: Mapping[UUID, tuple[int, int]]) -> None:
    """Adds (answers, milliseconds) to what is known of each worker."""
    parameters = {
        "worker_ids": list(added),
        "answered_counts": [count for count, _ in added.values()],
        "active_mss": [milliseconds for _, milliseconds in added.values()],
    }
    await connection.execute(_ADD_WORK_TIME, parameters)


async def put_pay(connection: AsyncConnection, payments: Sequence[AnswerPay]) -> None:
    """Stores what answers have brought, each once in `payments`, where no newer revision is known."""
    parameters = {
        "answer_ids": [one.answer_id for one in payments],
        "worker_ids": [one.worker_id for one in payments],
        "revisions": [one.revision for one in payments],
        "net_krws": [one.net_krw for one in payments],
    }
    await connection.execute(_PUT_PAY, parameters)


async def history_of(connection: AsyncConnection, worker_id: UUID) -> WorkHistory:
    """What a person has done and earned, as far as it was told."""
    row = (await connection.execute(_HISTORY, {"worker_id": worker_id})).one()
    last: date | None = row.last_claim_day
    return WorkHistory(row.answered_count, row.active_ms, row.paid_count, row.earned_krw, last)
