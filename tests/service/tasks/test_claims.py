"""Claims under load: nobody twice on an item, never more than wanted, no deadlock, no cost that grows."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from services.runtime.database import Database
from services.tasks.domain.lease import VerdictState
from services.tasks.store.queries import claims
from services.tasks.store.queries.marks import VerdictMark
from services.tasks.use_cases.claim_items import claim_items
from services.tasks.use_cases.expire_leases import expire_leases
from services.tasks.use_cases.mark_verdicts import mark_verdicts
from services.tasks.use_cases.return_items import return_items
from services.tasks.use_cases.submit_answers import Answer, submit_answers
from tests.service.tasks.seed import JobSeed, answer_json, assert_counts_hold, certify, open_job
from tests.support.servers import Servers
from tests.support.service import running

WORKERS = 16


@pytest.fixture
async def database(servers: Servers) -> AsyncIterator[Database]:
    async with running("tasks", servers, database_pool_size=WORKERS) as service:
        yield service.database


async def claim(database: Database, job: JobSeed, worker_id: UUID, count: int = 1) -> list[UUID]:
    async with database.transaction() as tx:
        taken = await claim_items(tx, job.job_id, worker_id, count)
    return [held.assignment_id for held in taken.assignments]


async def submit(database: Database, worker_id: UUID, ids: list[UUID]) -> None:
    await submit_answers(database, None, worker_id, [Answer(one, answer_json()) for one in ids])


async def crew(database: Database, count: int) -> list[UUID]:
    workers = [uuid4() for _ in range(count)]
    await certify(database, *workers)
    return workers


async def had_items(database: Database) -> list[tuple[UUID, UUID]]:
    """(item, worker) of every assignment."""
    async with database.transaction() as tx:
        return [
            (row[0], row[1]) for row in await tx.connection.execute(text("SELECT item_id, worker_id FROM assignment"))
        ]


async def test_sixteen_workers_share_a_job_of_overlap_three_exactly(database: Database) -> None:
    job = await open_job(database, JobSeed(items=60, overlap=3, overlap_max=5))
    workers = await crew(database, WORKERS)

    async def work(worker_id: UUID, chance: random.Random) -> None:
        while ids := await claim(database, job, worker_id, chance.randint(1, 7)):
            await submit(database, worker_id, ids)

    await asyncio.gather(*(work(one, random.Random(number)) for number, one in enumerate(workers)))
    had = await had_items(database)
    assert len(had) == len(set(had)) == 60 * 3
    assert set(Counter(item_id for item_id, _ in had).values()) == {3}
    await assert_counts_hold(database)


async def test_two_tabs_of_one_worker_do_not_pass_the_hold_limit(database: Database) -> None:
    job = await open_job(database, JobSeed(items=50, hold_limit=10))
    (worker_id,) = await crew(database, 1)
    results = await asyncio.gather(*(claim(database, job, worker_id, 4) for _ in range(8)), return_exceptions=True)
    given = [one for result in results if isinstance(result, list) for one in result]
    assert len(given) == len(set(given)) == 10
    await assert_counts_hold(database)


async def test_a_storm_of_claims_submits_returns_expiries_and_verdicts_keeps_every_count(database: Database) -> None:
    jobs = [await open_job(database, JobSeed(items=30, overlap=3, gold=2, gold_overlap=6)) for _ in range(2)]
    workers = await crew(database, WORKERS)
    answered: list[UUID] = []
    done = asyncio.Event()

    async def work(worker_id: UUID, chance: random.Random) -> None:
        for _ in range(8):
            ids = [one for job in jobs for one in await claim(database, job, worker_id, chance.randint(1, 4))]
            chance.shuffle(ids)
            handed, rest = ids[: len(ids) * 2 // 3], ids[len(ids) * 2 // 3 :]
            if handed:
                await submit(database, worker_id, handed)
                answered.extend(handed)
            if chance.random() < 0.6 and rest:
                async with database.transaction() as tx:
                    await return_items(tx, worker_id, rest)

    async def expire(chance: random.Random) -> None:
        while not done.is_set():
            async with database.transaction() as tx:
                await tx.connection.execute(
                    text(
                        "UPDATE assignment SET lease_end_time = now() - interval '1 second' WHERE assignment_id IN ("
                        "SELECT assignment_id FROM assignment WHERE state = 1 LIMIT 5 FOR UPDATE SKIP LOCKED)"
                    )
                )
            await expire_leases(database)
            await asyncio.sleep(chance.random() / 50)

    async def judge(chance: random.Random) -> None:
        revision = 0
        while not done.is_set():
            revision += 1
            picked = chance.sample(answered, min(len(answered), 10))
            states = [VerdictState.ACCEPTED, VerdictState.REJECTED]
            async with database.transaction() as tx:
                await mark_verdicts(tx, [VerdictMark(one, revision, chance.choice(states), "ALL") for one in picked])
            await asyncio.sleep(chance.random() / 50)

    helpers = [asyncio.create_task(expire(random.Random(1))), asyncio.create_task(judge(random.Random(2)))]
    await asyncio.gather(*(work(one, random.Random(number)) for number, one in enumerate(workers)))
    done.set()
    await asyncio.gather(*helpers)
    had = await had_items(database)
    assert len(had) == len(set(had))
    # A verdict that changes twice may exceed what is wanted, as a won appeal may; the counts themselves are exact.
    await assert_counts_hold(database, overlap=False)


async def test_an_item_in_other_hands_is_waited_for_before_nothing_is_given(database: Database) -> None:
    job = await open_job(database, JobSeed(items=1, overlap=2))
    first, second = await crew(database, 2)
    async with database.transaction() as tx:
        await claim_items(tx, job.job_id, first, 1)
        waiting = asyncio.create_task(claim(database, job, second))
        await asyncio.sleep(0.05)
        assert not waiting.done()
    assert len(await waiting) == 1


async def test_a_claim_finds_what_came_back_behind_its_cursor(database: Database) -> None:
    job = await open_job(database, JobSeed(items=4))
    early, late = await crew(database, 2)
    held = await claim(database, job, early, 2)
    await submit(database, late, await claim(database, job, late, 2))
    async with database.transaction() as tx:
        await return_items(tx, early, held)
    assert len(await claim(database, job, late, 5)) == 2
    assert await claim(database, job, early) == []


async def pages_of_a_claim(database: Database, job: JobSeed, worker_id: UUID) -> int:
    """How many pages one claim statement touches, as PostgreSQL counts them."""
    async with database.transaction() as tx:
        met = await claims.offer_to(tx.connection, job.job_id, worker_id)
        assert met is not None
        assert met[1] is not None
        values = claims._claim_values(met[0], worker_id, uuid4()) | {"cursor_pos": met[1].cursor_pos, "gold_pos": 0}
        statement = text("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + claims._from_queue(1, 0, False).text)
        plan = (await tx.connection.execute(statement, values)).scalar_one()
    root = json.loads(plan)[0] if isinstance(plan, str) else plan[0]
    return int(root["Plan"]["Shared Hit Blocks"] + root["Plan"]["Shared Read Blocks"])


@pytest.mark.parametrize("analysed", [False, True])
async def test_a_claim_far_into_a_long_queue_reads_a_handful_of_pages(database: Database, analysed: bool) -> None:
    """Also right after an import, while the statistics know nothing of the job."""
    job = await open_job(database, JobSeed(items=20_000, overlap=3))
    (ahead,) = await crew(database, 1)
    if analysed:
        owner = create_async_engine(database.url.replace("ilgam_tasks@", "postgres@"), isolation_level="AUTOCOMMIT")
        async with owner.connect() as connection:
            await connection.execute(text("ANALYZE item"))
        await owner.dispose()
    for _ in range(40):
        await submit(database, ahead, await claim(database, job, ahead, 100))
    for _ in range(8):
        assert await pages_of_a_claim(database, job, ahead) < 120
