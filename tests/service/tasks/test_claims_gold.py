"""Gold cannot be told from other items by what a worker's client receives."""

import random
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import numpy as np
import numpy.typing as npt
import pytest
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from sqlalchemy import text

from services.runtime.database import Database
from services.tasks.domain.claim import Held
from services.tasks.entrypoints.convert_work import claim_message
from services.tasks.use_cases.claim_items import claim_items
from services.tasks.use_cases.submit_answers import Answer, submit_answers
from tests.service.tasks.seed import JobSeed, answer_json, certify, open_job
from tests.support.servers import Servers
from tests.support.service import running

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@pytest.fixture
async def database(servers: Servers) -> AsyncIterator[Database]:
    async with running("tasks", servers) as service:
        yield service.database


def area_under_curve(scores: Floats, is_gold: Flags) -> float:
    """The chance that a gold item scores over another one."""
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    gold, other = int(is_gold.sum()), int((~is_gold).sum())
    return float((ranks[is_gold].sum() - gold * (gold + 1) / 2) / (gold * other))


def tells_nothing(scores: Floats, is_gold: Flags) -> bool:
    """Whether the area is within four standard deviations of one half, by Mann and Whitney's null distribution."""
    gold, other = int(is_gold.sum()), int((~is_gold).sum())
    deviation = float(np.sqrt((gold + other + 1) / (12 * gold * other)))
    return abs(area_under_curve(scores, is_gold) - 0.5) < 4 * deviation


def features(response: pb.ClaimItemsResponse, claim_index: int, had: int) -> list[list[float]]:
    """What a client could go by: when, where in the response, how long, the bits of the id, order of the ids."""
    ids = sorted(one.assignment_id for one in response.assignments)
    return [
        [
            claim_index,
            had,
            place,
            len(one.data_json),
            len(one.SerializeToString()),
            ids.index(one.assignment_id),
            UUID(one.assignment_id).int % 997,
            len(response.assignments),
        ]
        for place, one in enumerate(response.assignments)
    ]


async def work_of(
    database: Database, job: JobSeed, workers: list[UUID], chance: random.Random
) -> tuple[list[list[float]], list[bool]]:
    """Everything that workers received who came one after the other and did what they liked, and which was gold."""
    rows: list[list[float]] = []
    ids: list[UUID] = []
    claims, had = dict.fromkeys(workers, 0), dict.fromkeys(workers, 0)
    for step in range(260):
        # Later steps let later workers in: some have done much when others come.
        worker_id = chance.choice(workers[: 2 + step * len(workers) // 260])
        async with database.transaction() as tx:
            claim = await claim_items(tx, job.job_id, worker_id, chance.choice([1, 5, 10]))
            held = [one.assignment_id for one in claim.assignments]
        await submit_answers(database, None, worker_id, [Answer(one, answer_json()) for one in held])
        response = claim_message(claim)
        rows += features(response, claims[worker_id], had[worker_id])
        ids += [UUID(one.assignment_id) for one in response.assignments]
        claims[worker_id] += 1
        had[worker_id] += len(held)
    async with database.transaction() as tx:
        found = await tx.connection.execute(
            text("SELECT assignment_id FROM assignment JOIN item USING (item_id) WHERE gold_label IS NOT NULL")
        )
        gold = set(found.scalars())
    return rows, [one in gold for one in ids]


@pytest.mark.parametrize("overlap", [1, 3])
async def test_a_classifier_cannot_tell_gold_from_what_the_client_receives(database: Database, overlap: int) -> None:
    chance = random.Random(overlap)
    job = await open_job(database, JobSeed(items=1500, gold=40, overlap=overlap, gold_overlap=30))
    workers = [uuid4() for _ in range(12)]
    await certify(database, *workers)
    rows, golds = await work_of(database, job, workers, chance)
    known, is_gold = np.array(rows, dtype=float), np.array(golds)
    assert 0.04 < is_gold.mean() < 0.16
    for column in range(known.shape[1]):
        assert tells_nothing(known[:, column], is_gold), column
    # A least-squares classifier, learnt on one half and tried on the other.
    scaled = (known - known.mean(axis=0)) / (known.std(axis=0) + 1e-9)
    scaled = np.hstack([scaled, scaled**2])
    half = chance.sample(range(len(rows)), len(rows) // 2)
    learnt = np.zeros(len(rows), dtype=bool)
    learnt[half] = True
    weights, *_ = np.linalg.lstsq(scaled[learnt], is_gold[learnt] - is_gold.mean(), rcond=None)
    assert tells_nothing(scaled[~learnt] @ weights, is_gold[~learnt])
    # And a feature that does tell would be seen.
    leak = is_gold + np.random.default_rng(1).normal(0, 1, len(rows))
    assert not tells_nothing(leak[~learnt], is_gold[~learnt])


async def test_gold_is_never_all_that_is_left(database: Database) -> None:
    job = await open_job(database, JobSeed(items=5, gold=5, overlap=1))
    workers = [uuid4() for _ in range(3)]
    await certify(database, *workers)
    given: list[Held] = []
    for worker_id in workers * 6:
        async with database.transaction() as tx:
            given += (await claim_items(tx, job.job_id, worker_id, 1)).assignments
    assert len({held.item_id for held in given} & set(job.ids[:5])) == 5
    async with database.transaction() as tx:
        assert (await claim_items(tx, job.job_id, workers[0], 10)).assignments == ()
