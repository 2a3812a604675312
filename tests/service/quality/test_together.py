"""Several replicas judge at once: nothing is lost, doubled or miscounted."""

import asyncio
import random

from ilgam.tasks.v1 import tasks_events_pb2 as tasks_pb
from sqlalchemy import text

from services.runtime.database import is_transient
from services.runtime.inbox_store import StoredEvent
from tests.service.quality.stories import Story, stored
from tests.support.servers import Servers
from tests.support.service import ServiceUnderTest, running

LABELS = ("cat", "dog")


async def apply_until_done(service: ServiceUnderTest, events: list[StoredEvent]) -> None:
    """As the consumer does: what meets another transaction is tried again."""
    for attempt in range(20):
        try:
            await service.process.inbox.apply(events)
        except Exception as error:
            if not is_transient(error) or attempt == 19:
                raise
        else:
            return


async def test_two_jobs_of_the_same_workers_judged_from_many_sides(servers: Servers) -> None:
    chance = random.Random(5)
    stories = [Story(policy=tasks_pb.POLICY_GOLD, overlap=(6, 6), gold_revision=1, labels=LABELS) for _ in range(2)]
    batches = []
    for story in stories:
        for worker in range(6):
            labels = {item: LABELS[item % 2] if chance.random() < 0.9 else "cat" for item in range(10)}
            batches.append([stored(story.submitted(worker, labels))])
    chance.shuffle(batches)
    known = [stored(event) for story in stories for event in (story.gold({0: "cat", 1: "dog"}), story.opened())]
    batches[3:3] = [[event] for event in known]
    async with running("quality", servers, database_pool_size=8) as service:
        await asyncio.gather(*(apply_until_done(service, batch) for batch in batches))
        async with service.database.transaction() as tx:
            assert (await _one(tx.connection, "SELECT count(*) FROM parked_event")) == 0
            assert (await _one(tx.connection, "SELECT count(*) FROM answer")) == 120
            assert (await _one(tx.connection, "SELECT sum(answer_count) FROM job")) == 120
            assert (await _one(tx.connection, "SELECT count(*) FROM verdict")) == 120
            assert (await _one(tx.connection, "SELECT max(apply_no) FROM answer")) == 60
            assert (await _one(tx.connection, "SELECT sum(judged_count) FROM job")) == 120
            assert (await _one(tx.connection, _SKILLS_THAT_DIFFER)) == 0


_SKILLS_THAT_DIFFER = """
    SELECT count(*)
    FROM skill
    JOIN (
        SELECT worker_id, sum(gold_right) AS gold_right, sum(gold_wrong) AS gold_wrong, sum(peer_right) AS peer_right,
            sum(peer_wrong) AS peer_wrong
        FROM worker_evidence
        GROUP BY worker_id
    ) AS seen USING (worker_id)
    WHERE (skill.gold_right, skill.gold_wrong, skill.peer_right, skill.peer_wrong)
        IS DISTINCT FROM (seen.gold_right, seen.gold_wrong, seen.peer_right, seen.peer_wrong)
"""


async def _one(connection: object, statement: str) -> int:
    result = await connection.execute(text(statement))  # type: ignore[attr-defined]  # an AsyncConnection
    return int(result.scalar_one())
