"""The graduates at work: claim from the queue, look, answer, until nothing is left to do."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ilgam.tasks.v1 import tasks_events_pb2 as events_pb
from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.cli.market.company import items_of, progress_of, reach
from services.cli.market.judged import all_judged, is_frozen, unfreeze
from services.cli.market.labels import choice_answer
from services.cli.progress import Teller
from services.cli.shift.exam import Worker, picture_of
from services.sdk import Client, IlgamError, claim_items, new_request_id

BATCH_MIN, BATCH_MAX = 8, 20
LOOK_SECONDS = 0.25


@dataclass(frozen=True)
class Shift:
    """One job and the people who work on it.

    Attributes:
        operator: watches.
        job_id: the open job.
        workers: who works.
        truths: picture -> digit; what a careful eye sees.
        teller: is told how far it is.
    """

    operator: Client
    job_id: str
    workers: Sequence[Worker]
    truths: Mapping[str, str]
    teller: Teller

    async def work(self, seed: int) -> None:
        """Everybody works until no ordinary item wants an answer any more."""
        over = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for number, worker in enumerate(self.workers):
                group.create_task(self._work(worker, random.Random(f"{seed}/{number}"), over))  # noqa: S311  (a repeatable shift, not a secret)
            group.create_task(self._watch(over))

    async def _work(self, worker: Worker, rng: random.Random, over: asyncio.Event) -> None:
        while not over.is_set():
            if not await self._one_batch(worker, rng):
                await asyncio.sleep(LOOK_SECONDS)

    async def _one_batch(self, worker: Worker, rng: random.Random) -> int:
        """Claim and answer; how many there were."""
        client = worker.person.client
        request = pb.ClaimItemsRequest(
            request_id=new_request_id(), job_id=self.job_id, count=rng.randint(BATCH_MIN, BATCH_MAX)
        )
        try:
            held = (await claim_items(client, request)).assignments
        except IlgamError as error:
            if error.reason != "JOB_STATE":
                raise
            if is_frozen(error) and await unfreeze(self.operator, self.job_id):
                await reach(self.operator, self.job_id, events_pb.JOB_STATE_OPEN)
            return 0
        if held:
            await client.tasks.SubmitAnswers(
                pb.SubmitAnswersRequest(
                    answers=[
                        pb.Answer(
                            assignment_id=hold.assignment_id, answer_json=choice_answer(self._seen(worker, hold, rng))
                        )
                        for hold in held
                    ]
                )
            )
        return len(held)

    def _seen(self, worker: Worker, hold: pb.Assignment, rng: random.Random) -> str:
        return worker.graduate.answer(self.truths[picture_of(hold.data_json)], rng)

    async def _watch(self, over: asyncio.Event) -> None:
        """Say how far it is; the shift is over when everything is judged and only gold is left in the queue."""
        while not over.is_set():
            progress = await progress_of(self.operator, self.job_id)
            self.teller.count(progress.resolved_count, _line(progress))
            if progress.judged_count >= progress.submitted_count > 0 and await self._only_gold_left():
                over.set()
            await asyncio.sleep(LOOK_SECONDS)

    async def _only_gold_left(self) -> bool:
        if (await progress_of(self.operator, self.job_id)).state in (
            events_pb.JOB_STATE_CLOSING,
            events_pb.JOB_STATE_CLOSED,
        ):
            return True
        await all_judged(self.operator, self.job_id)
        async for item in items_of(self.operator, self.job_id):
            if not item.gold and not item.resolved:
                return False
        return True


def _line(progress: pb.GetJobProgressResponse) -> str:
    return (
        f"{progress.submitted_count:,} answers, {progress.accepted_count:,} accepted, "
        f"{progress.rejected_count:,} rejected, {progress.paid_krw:,} won paid"
    )
