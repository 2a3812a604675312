"""The first seconds of the demo: enough work everywhere for every page to have something to show.

People work at many jobs side by side and take about the time at each that a person takes: so the pay by the hour that
the pages measure is one that somebody could make.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from ilgam.tasks.v1 import tasks_events_pb2 as events_pb
from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.cli.market.company import close_job, items_of, progress_of
from services.cli.market.judged import unfreeze
from services.cli.progress import Teller
from services.cli.seed.catalogue import Fate
from services.cli.seed.people import Worker
from services.cli.seed.posting import Posting
from services.cli.seed.work import answer, answer_at_pace, claim
from services.sdk import Client, IlgamError, new_request_id

# Of a job's answers, how many are given before it is left; at most so many of an open one, so that whoever looks at the
# demo finds work of every kind.
SHARES = {Fate.NEARLY: 0.9, Fate.PAUSED: 0.5, Fate.OPEN: 0.4}
# Nobody begins or ends at the same instant as everybody else.
BEGIN_SHARE, WORK_SHARE = 0.15, 0.8
# A skill that was measured a moment ago is not known everywhere.
TRIES = 8
BATCH_MIN, BATCH_MAX = 3, 5
BATCH_SHARE = 0.06
LOOK_SECONDS = 0.3
STILL_SECONDS = 20.0
OPEN = events_pb.JOB_STATE_OPEN


@dataclass
class Stillness:
    """Notices that nothing has moved in a job for some time.

    Attributes:
        seconds: how long that is.
    """

    seconds: float
    _seen: tuple[int, int] = field(default=(-1, -1), init=False)
    _since: float = field(default=0.0, init=False)

    def after(self, progress: pb.GetJobProgressResponse) -> bool:
        """Whether answers and judgements are as many as so long ago."""
        now, seen = time.monotonic(), (progress.submitted_count, progress.judged_count)
        if seen != self._seen:
            self._seen, self._since = seen, now
        return now - self._since >= self.seconds


@dataclass
class Burst:
    """Everybody at work for some seconds.

    Attributes:
        operator: watches, and lets frozen jobs go on.
        postings: the jobs.
        workers: who works.
        seconds: how long, at open jobs.
        teller: is told how many answers there are.
    """

    operator: Client
    postings: Sequence[Posting]
    workers: Sequence[Worker]
    seconds: float
    teller: Teller
    count: int = field(default=0, init=False)

    async def work(self) -> None:
        """Until the time is over and what was to be done is done."""
        counts = {posting.job_id: await self._wanted(posting) for posting in self.postings}
        async with asyncio.TaskGroup() as group:
            for place, worker in enumerate(self.workers):
                mine = {job_id: _share(count, place, len(self.workers)) for job_id, count in counts.items()}
                group.create_task(self._side_by_side(worker, mine))
            for posting in self.postings:
                if posting.plan.fate is Fate.CLOSED and posting.job.state == OPEN:
                    group.create_task(self._to_the_end(posting))
        for posting in self.postings:
            if posting.plan.fate is Fate.PAUSED and counts[posting.job_id]:
                await _pause(posting)

    async def _wanted(self, posting: Posting) -> int:
        """How many answers a job is to get: what it has not yet, and of an open one no more than can be given in the time."""
        if posting.job.state != OPEN:
            return 0
        share = SHARES.get(posting.plan.fate, 0.0)
        progress = await progress_of(posting.company.client, posting.job_id)
        # A job is over when its ordinary items are, whatever gold is left.
        goal = int((progress.item_count - posting.job.gold_count) * posting.plan.overlap_min * share)
        left = max(0, goal - progress.submitted_count)
        if posting.plan.fate is not Fate.OPEN:
            return left
        return min(left, len(self.workers) * max(1, int(self.seconds * WORK_SHARE / posting.plan.expected_seconds)))

    async def _side_by_side(self, worker: Worker, shares: dict[str, int]) -> None:
        """A few items of every job at once, each in its own time."""
        await asyncio.sleep(worker.rng.random() * BEGIN_SHARE * self.seconds)
        async with asyncio.TaskGroup() as group:
            for posting in self.postings:
                if count := shares[posting.job_id]:
                    group.create_task(self._a_few(worker, posting, count))

    async def _a_few(self, worker: Worker, posting: Posting, count: int) -> None:
        left = self.seconds * WORK_SHARE
        for _ in range(TRIES):
            held = await claim(self.operator, worker, posting, count)
            if held:
                break
            await asyncio.sleep(self.seconds * WORK_SHARE / TRIES)
            left -= self.seconds * WORK_SHARE / TRIES
        for hold in held:
            self._add(await answer_at_pace(worker, posting, [hold], left / len(held)))

    async def _to_the_end(self, posting: Posting) -> None:
        """Everybody takes batches until every ordinary item has its result, or nobody can do more; then it is closed."""
        over = asyncio.Event()
        still, company = Stillness(STILL_SECONDS), posting.company.client
        async with asyncio.TaskGroup() as group:
            for worker in self.workers:
                group.create_task(self._batches(worker, posting, over))
            while not (  # noqa: ASYNC110  (the fact is in another process)
                await self._nothing_left(posting) or still.after(await progress_of(company, posting.job_id))
            ):
                await asyncio.sleep(LOOK_SECONDS)
            over.set()
        await close_job(company, posting.job_id)

    async def _nothing_left(self, posting: Posting) -> bool:
        """Whether the job ended by itself, or everything is judged and every ordinary item has its result."""
        if await unfreeze(self.operator, posting.job_id):
            # What waited for an operator is judged now.
            return False
        progress = await progress_of(posting.company.client, posting.job_id)
        if progress.state not in (OPEN, events_pb.JOB_STATE_FROZEN):
            return True
        if not 0 < progress.submitted_count <= progress.judged_count:
            return False
        async for item in items_of(posting.company.client, posting.job_id):
            if not item.gold and not item.resolved:
                return False
        return True

    async def _batches(self, worker: Worker, posting: Posting, over: asyncio.Event) -> None:
        while not over.is_set():
            held = await claim(self.operator, worker, posting, worker.rng.randint(BATCH_MIN, BATCH_MAX))
            await asyncio.sleep(len(held) * BATCH_SHARE * self.seconds * worker.graduate.pace or LOOK_SECONDS)
            self._add(await answer(worker, posting, held))

    def _add(self, count: int) -> None:
        self.count += count
        self.teller.count(self.count, f"{self.count:,} answers")


def _share(count: int, place: int, of: int) -> int:
    """What somebody at a place of so many people takes of a count."""
    return count // of + (place < count % of)


async def _pause(posting: Posting) -> None:
    request = pb.PauseJobRequest(request_id=new_request_id(), job_id=posting.job_id)
    try:
        await posting.company.client.tasks.PauseJob(request)
    except IlgamError as error:
        # Somebody else paused it, or its last item was resolved.
        if error.reason != "JOB_STATE":
            raise
