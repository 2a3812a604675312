"""One graduate's acts: look for a job, claim, look at an item, answer, give back."""

import asyncio

from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.cli.market.judged import is_frozen, unfreeze
from services.cli.market.labels import choice_answer, marks_answer
from services.cli.seed.catalogue import JobPlan
from services.cli.seed.kinds.hands import answered
from services.cli.seed.people import Worker
from services.cli.seed.posting import Posting
from services.cli.seed.stock import Piece, shown_of
from services.sdk import Client, IlgamError, claim_items, new_request_id

# Who meets one of these goes to another job.
NOT_FOR_NOW = frozenset({"JOB_STATE", "SKILL_TOO_LOW", "HOLD_LIMIT", "WORKER_RESTRICTED", "POOL_ONLY"})


async def claim(operator: Client, worker: Worker, posting: Posting, count: int) -> list[pb.Assignment]:
    """Take up to so many items; none where the job has none for them now. A frozen job is looked at and let go on."""
    request = pb.ClaimItemsRequest(request_id=new_request_id(), job_id=posting.job_id, count=count)
    try:
        return list((await claim_items(worker.client, request)).assignments)
    except IlgamError as error:
        if error.reason not in NOT_FOR_NOW:
            raise
        if is_frozen(error):
            await unfreeze(operator, posting.job_id)
        return []


async def answer(
    worker: Worker, posting: Posting, held: list[pb.Assignment], *, wrong: frozenset[str] = frozenset()
) -> int:
    """Answer what is held, and give back what cannot be made out; how many answers were taken.

    Args:
        worker: who holds the items.
        posting: their job.
        held: the items.
        wrong: assignments to answer wrongly on purpose.
    """
    stock = await posting.items()
    seen = {hold.assignment_id: stock.by_shown.get(shown_of(hold.data_json)) for hold in held}
    unknown = [assignment_id for assignment_id, piece in seen.items() if piece is None]
    if unknown:
        await worker.client.tasks.ReturnItems(pb.ReturnItemsRequest(assignment_ids=unknown))
    answers = [
        pb.Answer(
            assignment_id=assignment_id,
            answer_json=_answer_json(worker, posting.plan, piece, wrong=assignment_id in wrong),
        )
        for assignment_id, piece in seen.items()
        if piece is not None
    ]
    if not answers:
        return 0
    taken = await worker.client.tasks.SubmitAnswers(pb.SubmitAnswersRequest(answers=answers))
    return sum(verdict.taken for verdict in taken.verdicts)


def _answer_json(worker: Worker, plan: JobPlan, piece: Piece, *, wrong: bool) -> str:
    if piece.made is not None:
        return marks_answer(answered(worker.graduate, piece.made, worker.rng, wrong=wrong))
    if wrong:
        return choice_answer(next(other for other in plan.labels if other != piece.label))
    return choice_answer(worker.graduate.answer(piece.label, plan.labels, worker.rng))


async def answer_at_pace(worker: Worker, posting: Posting, held: list[pb.Assignment], seconds: float) -> int:
    """Answer one after the other, so many seconds each; how many answers were taken."""
    count = 0
    for hold in held:
        await asyncio.sleep(seconds)
        count += await answer(worker, posting, [hold])
    return count
