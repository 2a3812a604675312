"""The rounds of a replay: recorded workers claim and submit their recorded answers."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ilgam.tasks.v1 import tasks_events_pb2
from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.cli.check.settling import settle
from services.cli.market.company import is_closing, items_of, reach
from services.cli.market.judged import all_judged, is_frozen, unfreeze
from services.cli.market.labels import choice_answer
from services.cli.market.people import Person
from services.cli.progress import Teller
from services.cli.replay.recorded import Recorded
from services.cli.replay.rounds import Piece, Supply
from services.cli.running import CommandError
from services.sdk import Client, IlgamError, claim_items, new_request_id

WORKERS_AT_ONCE = 8
# Rounds in a row in which no item takes an answer, before the replay gives up.
IDLE_ROUNDS_MAX = 20
IDLE_SECONDS = 0.25
# A slot that another answer took: this one is not wanted any more.
_NOT_WANTED = frozenset({"ITEM_FULL"})


@dataclass
class Shift:
    """A replay at work on one open job.

    Attributes:
        operator: asks what is wanted.
        people: the recorded workers, by name.
        job_id: the job.
        item_ids: task -> item.
        supply: the recorded answers.
        teller: is told how many answers are in.
        used: how many answers the job took.
        freezes: how often the job was frozen and let go on.
    """

    operator: Client
    people: Mapping[str, Person]
    job_id: str
    item_ids: Mapping[str, str]
    supply: Supply
    teller: Teller
    used: int = 0
    freezes: int = 0
    _gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(WORKERS_AT_ONCE))

    async def work(self) -> None:
        """Rounds until no item that wants an answer has one left.

        Raises:
            CommandError: answers are refused, or nothing moves any more.
        """
        idle = 0
        while pieces := await self._next_round():
            taken = sum(await asyncio.gather(*(self._worker(own) for own in _by_worker(pieces))))
            self.used += taken
            self.teller.count(self.used)
            await all_judged(self.operator, self.job_id)
            idle = 0 if taken else idle + 1
            if idle and await is_closing(self.operator, self.job_id):
                return
            if idle:
                await self._rest(idle)

    async def _next_round(self) -> list[Piece]:
        """What wanting items get next; before "nothing", everything that is on its way arrives first."""
        for last in (False, True):
            if last:
                await settle(self.operator)
            wanting = [item.key async for item in items_of(self.operator, self.job_id, only_wanting=True)]
            if pieces := self.supply.next_round(wanting):
                return pieces
        return []

    async def _worker(self, pieces: Sequence[Piece]) -> int:
        """One worker's pieces, one after the other, because what a worker may hold at once is bounded."""
        async with self._gate:
            return sum([await self._piece(piece) for piece in pieces])

    async def _piece(self, piece: Piece) -> int:
        try:
            return await self._submit(piece)
        except IlgamError as error:
            if not is_frozen(error) and not await is_closing(self.operator, self.job_id):
                raise
            for answer in piece.answers:
                self.supply.give_back(answer)
            return 0

    async def _submit(self, piece: Piece) -> int:
        """One worker claims and submits; how many answers were taken."""
        client = self.people[piece.worker].client
        by_item = {self.item_ids[answer.task]: answer for answer in piece.answers}
        request = pb.ClaimItemsRequest(request_id=new_request_id(), job_id=self.job_id, item_ids=list(by_item))
        held = (await claim_items(client, request)).assignments
        for missing in by_item.keys() - {assignment.item_id for assignment in held}:
            self.supply.give_back(by_item[missing])
        if not held:
            return 0
        answers = [
            pb.Answer(
                assignment_id=assignment.assignment_id, answer_json=choice_answer(by_item[assignment.item_id].label)
            )
            for assignment in held
        ]
        response = await client.tasks.SubmitAnswers(pb.SubmitAnswersRequest(answers=answers))
        return sum(
            _taken(verdict, by_item[hold.item_id]) for verdict, hold in zip(response.verdicts, held, strict=True)
        )

    async def _rest(self, idle: int) -> None:
        """Nobody's answer was taken: let a frozen job go on, else wait a little."""
        if idle >= IDLE_ROUNDS_MAX:
            raise CommandError(f"job {self.job_id}: items want answers and take none, {idle} rounds in a row")
        if await unfreeze(self.operator, self.job_id):
            self.freezes += 1
            await reach(self.operator, self.job_id, tasks_events_pb2.JOB_STATE_OPEN)
        await asyncio.sleep(IDLE_SECONDS)


def _by_worker(pieces: Sequence[Piece]) -> list[list[Piece]]:
    found: dict[str, list[Piece]] = {}
    for piece in pieces:
        found.setdefault(piece.worker, []).append(piece)
    return list(found.values())


def _taken(verdict: pb.SubmitVerdict, answer: Recorded) -> bool:
    if not verdict.taken and verdict.reason not in _NOT_WANTED:
        raise CommandError(
            f"the answer of {answer.worker} to {answer.task} was refused: {verdict.reason} {verdict.detail}"
        )
    return verdict.taken
