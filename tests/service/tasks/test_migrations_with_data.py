"""Databases that hold work already come to the newest tables with right counts."""

import asyncio
from uuid import UUID, uuid4

from sqlalchemy import text

from services.runtime.database import Database
from services.runtime.migrations import migrate
from services.tasks.store.queries.summary import WorkCounts, work_counts
from tests.support.servers import Servers
from tests.support.service import as_admin

_WORK = text("""
    WITH answers AS (
        INSERT INTO assignment (assignment_id, job_id, item_id, worker_id, claim_id, state, claim_time, lease_end_time,
            hold_end_time, schema_version, instructions_version, publish_no, price_krw, last_act_time, submit_time,
            judged, verdict_state)
        SELECT gen_random_uuid(), :job_id, gen_random_uuid(), :worker_id, gen_random_uuid(), w.state, now(), now(),
            now(), 1, 1, 1, w.price_krw, now(), now() - make_interval(days => w.days), true, w.verdict_state
        FROM (VALUES (2, 100, 0, 1), (2, 10, 0, 2), (2, 20, 1, 2), (2, 40, 3, 3), (1, 7, 0, 0))
            AS w(state, price_krw, days, verdict_state)
        RETURNING state
    )
    INSERT INTO worker_job (job_id, worker_id, live_count, submitted_count, last_act_time, create_time)
    SELECT :job_id, :worker_id, 1, 4, now(), now()
""")
# The day of a verdict's answer may be there already, with its active time.
_DAY = text("""
    INSERT INTO worker_day (job_id, worker_id, day, active_ms, accepted_krw, answers)
    VALUES (:job_id, :worker_id, CAST(now() AT TIME ZONE 'Asia/Seoul' AS date), 5000, 10, 1)
""")


async def test_what_was_answered_before_is_counted(servers: Servers) -> None:
    name = f"t_{uuid4().hex[:16]}"
    owner = servers.postgres_url(name, "ilgam_tasks_owner")
    await as_admin(servers, f"CREATE DATABASE {name} OWNER ilgam_tasks_owner")
    database = Database(servers.postgres_url(name, "ilgam_tasks"), pool_size=2)
    job_id, worker_id = uuid4(), uuid4()
    try:
        await asyncio.to_thread(migrate, "tasks", owner, "0001")
        async with database.transaction() as tx:
            for statement in (_WORK, _DAY):
                await tx.connection.execute(statement, {"job_id": job_id, "worker_id": worker_id})
        await database.close()
        await asyncio.to_thread(migrate, "tasks", owner)
        assert await _counted(database, worker_id) == WorkCounts(1, 100, 2, 1, 2)
    finally:
        await database.close()
        await as_admin(servers, f"DROP DATABASE {name} WITH (FORCE)")


async def _counted(database: Database, worker_id: UUID) -> WorkCounts:
    async with database.transaction() as tx:
        kept = await tx.connection.execute(text("SELECT active_ms FROM worker_day WHERE active_ms > 0"))
        assert kept.scalars().all() == [5000]
        return await work_counts(tx.connection, worker_id)
