"""What a visitor finds who signs in as the demo's worker: answers with verdicts and pay, one rejected, work in hand."""

from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.cli.market.labels import choice_answer
from services.cli.seed.people import Worker
from services.cli.seed.posting import Posting
from services.cli.seed.stock import shown_of
from services.cli.seed.work import answer, claim
from services.sdk import Client

DONE_COUNT = 20
ALSO_DONE_COUNT = 8
IN_HAND_COUNT = 5
WRONG_COUNT = 3
CLAIMS_MAX = 4
PROBLEM_WORDS = "글만 보아서는 어느 부서가 맡을 일인지 알기 어려워요. 설명에 예를 더해 주세요."


async def has_worked(worker: Worker) -> bool:
    """Whether they answered anything before."""
    return bool(await _assignments(worker, pb.ASSIGNMENT_STATE_SUBMITTED))


async def work(operator: Client, worker: Worker, done: Posting, also_done: Posting) -> None:
    """Answer a batch of a job that will be closed, a few wrongly, and a few items of another."""
    held: list[pb.Assignment] = []
    wrong: frozenset[str] = frozenset()
    for _ in range(CLAIMS_MAX):
        held += await claim(operator, worker, done, DONE_COUNT)
        wrong = await _wrong_ones(done, held)
        if wrong:
            break
    await answer(worker, done, held, wrong=wrong)
    await answer(worker, also_done, await claim(operator, worker, also_done, ALSO_DONE_COUNT))


async def _wrong_ones(posting: Posting, held: list[pb.Assignment]) -> frozenset[str]:
    """A known one first: it is sure to be seen as wrong. The worker's page could not tell which it is; the company can."""
    stock = await posting.items()
    gold = [hold.assignment_id for hold in held if stock.by_shown[shown_of(hold.data_json)].gold]
    rest = [hold.assignment_id for hold in held if hold.assignment_id not in gold]
    return frozenset([gold[0], *rest[: WRONG_COUNT - 1]]) if gold else frozenset()


async def take_in_hand(operator: Client, worker: Worker, posting: Posting) -> None:
    """Hold some items, one with a draft, unless they hold some already."""
    if await _assignments(worker, pb.ASSIGNMENT_STATE_LIVE):
        return
    held = await claim(operator, worker, posting, IN_HAND_COUNT)
    if not held:
        return
    piece = (await posting.items()).by_shown.get(shown_of(held[0].data_json))
    label = piece.label if piece else posting.plan.labels[0]
    draft = pb.Draft(assignment_id=held[0].assignment_id, draft_revision=1, draft_json=choice_answer(label))
    await worker.client.tasks.SaveDrafts(pb.SaveDraftsRequest(drafts=[draft]))


async def report_problem(operator: Client, worker: Worker, posting: Posting) -> None:
    """Give an item back and say what is wrong with it, unless the job has a problem already."""
    request = pb.ListProblemsRequest(job_id=posting.job_id, page_size=1)
    if (await posting.company.client.tasks.ListProblems(request)).problem_count:
        return
    held = await claim(operator, worker, posting, 1)
    if held:
        await worker.client.tasks.ReturnItems(
            pb.ReturnItemsRequest(
                assignment_ids=[held[0].assignment_id], problem=pb.PROBLEM_KIND_UNCLEAR, reason=PROBLEM_WORDS
            )
        )


async def _assignments(worker: Worker, state: pb.AssignmentState.ValueType) -> list[pb.Assignment]:
    request = pb.ListAssignmentsRequest(state=state, page_size=1)
    return list((await worker.client.tasks.ListAssignments(request)).assignments)
