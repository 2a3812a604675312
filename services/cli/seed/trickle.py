"""After the burst: a few people go on at a person's pace for ever, so that the boards live."""

import asyncio
import os
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.cli.progress import Teller
from services.cli.seed.catalogue import Fate
from services.cli.seed.people import Worker
from services.cli.seed.posting import Posting
from services.cli.seed.work import answer_at_pace, claim
from services.sdk import Client, IlgamError

AT_WORK = 3
COUNT_MIN, COUNT_MAX = 3, 6
# What is left for those who look at the demo.
KEPT_COUNT = 15
WAIT_SECONDS = 5.0
PACE_SPREAD = (0.7, 1.5)
_FATES = frozenset({Fate.OPEN, Fate.PAUSED})


@dataclass
class Trickle:
    """A few people at work, for ever.

    Attributes:
        operator: lets frozen jobs go on.
        postings: the jobs.
        workers: who takes turns.
        teller: is told once when the services do not answer, and once when they do again.
    """

    operator: Client
    postings: Sequence[Posting]
    workers: Sequence[Worker]
    teller: Teller
    _failing: bool = field(default=False, init=False)

    async def work(self) -> None:
        """Until the command that started this one is gone."""
        parent = os.getppid()
        async with asyncio.TaskGroup() as group:
            turns = [group.create_task(self._turns(self.workers[place::AT_WORK])) for place in range(AT_WORK)]
            while os.getppid() == parent:  # noqa: ASYNC110  (nothing tells of it)
                await asyncio.sleep(WAIT_SECONDS)
            for task in turns:
                task.cancel()

    async def _turns(self, workers: Sequence[Worker]) -> None:
        """One of these people at a time."""
        chance = random.Random()  # noqa: S311  (spreads work, guards nothing)
        while True:
            try:
                count = await self._turn(chance.choice(workers))
            except IlgamError as error:
                self._tell(str(error))
                count = 0
            else:
                self._tell("")
            if not count:
                await asyncio.sleep(WAIT_SECONDS)

    async def _turn(self, worker: Worker) -> int:
        """Choose a job, take a few items, answer them; how many were answered."""
        found = await worker.client.tasks.ListAvailableJobs(pb.ListAvailableJobsRequest(page_size=100))
        open_ids = {job.job_id for job in found.jobs if not job.missing and job.wanting_count > KEPT_COUNT}
        choice = [one for one in self.postings if one.job_id in open_ids and one.plan.fate in _FATES]
        if not choice:
            return 0
        posting = worker.rng.choice(choice)
        held = await claim(self.operator, worker, posting, worker.rng.randint(COUNT_MIN, COUNT_MAX))
        pace = worker.graduate.pace * worker.rng.uniform(*PACE_SPREAD)
        return await answer_at_pace(worker, posting, held, posting.plan.expected_seconds * pace)

    def _tell(self, error: str) -> None:
        if bool(error) != self._failing:
            self._failing = bool(error)
            self.teller.say(f"the demo's graduates wait: {error}" if error else "the demo's graduates go on")
