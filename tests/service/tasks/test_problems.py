"""What workers find wrong with items, and who reads it."""

from uuid import uuid4

import grpc
from ilgam.tasks.v1 import tasks_service_pb2 as pb

from tests.service.tasks.shop import Hand, Shop, refused, rows
from tests.support.identity import company
from tests.support.servers import Servers
from tests.support.service import running


async def give_back(
    hand: Hand, ids: list[str], problem: pb.ProblemKind.ValueType = pb.PROBLEM_KIND_UNSPECIFIED, words: str = ""
) -> list[str]:
    request = pb.ReturnItemsRequest(assignment_ids=ids, problem=problem, reason=words)
    return list((await hand.stub.ReturnItems(request)).returned_assignment_ids)


async def listed(shop: Shop, job_id: str, **asked: object) -> pb.ListProblemsResponse:
    found: pb.ListProblemsResponse = await shop.stub.ListProblems(pb.ListProblemsRequest(job_id=job_id, **asked))  # type: ignore[arg-type]  # the tests' own fields
    return found


async def test_a_company_reads_what_is_wrong_with_its_items_and_not_who_says_so(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.open(rows(5))
        hand = await shop.hire()
        one, two, three = [held.assignment_id for held in await hand.claim(job.job_id, 3)]
        assert await give_back(hand, [one], pb.PROBLEM_KIND_BROKEN, "  글자가 깨졌어요 ") == [one]
        assert await give_back(hand, [two], pb.PROBLEM_KIND_OTHER) == [two]
        assert await give_back(hand, [three], words="nothing is wrong") == [three]
        found = await listed(shop, job.job_id)
        assert [(one.kind, one.words) for one in found.problems] == [
            (pb.PROBLEM_KIND_OTHER, ""),
            (pb.PROBLEM_KIND_BROKEN, "글자가 깨졌어요"),
        ]
        assert found.problem_count == 2
        items = {item.item_id: item.key for item in await _items(shop, job.job_id)}
        assert all(items[one.item_id] == one.key for one in found.problems)
        assert str(hand.worker_id) not in str(found)


async def test_a_repeated_return_says_nothing_new(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.open(rows(1))
        hand = await shop.hire()
        ids = [held.assignment_id for held in await hand.claim(job.job_id, 1)]
        await give_back(hand, ids, pb.PROBLEM_KIND_BROKEN, "first")
        before = await listed(shop, job.job_id)
        assert await give_back(hand, ids, pb.PROBLEM_KIND_OTHER, "second") == []
        assert await listed(shop, job.job_id) == before
        # Taken once more and given back again: the last word on the item counts, once.
        again = [held.assignment_id for held in await hand.claim(job.job_id, 1)]
        assert again == ids
        await give_back(hand, ids, pb.PROBLEM_KIND_UNCLEAR, "third")
        after = await listed(shop, job.job_id)
        assert [(one.kind, one.words) for one in after.problems] == [(pb.PROBLEM_KIND_UNCLEAR, "third")]
        assert after.problem_count == 1


async def test_nobody_reports_a_problem_with_what_they_do_not_hold(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.open(rows(2))
        held = await (await shop.hire()).claim(job.job_id, 1)
        assert await give_back(await shop.hire(), [held[0].assignment_id, str(uuid4())], pb.PROBLEM_KIND_BROKEN) == []
        assert (await listed(shop, job.job_id)).problem_count == 0


async def test_problems_go_page_by_page_newest_first(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.open(rows(5))
        hand = await shop.hire()
        for number, held in enumerate(await hand.claim(job.job_id, 5)):
            await give_back(hand, [held.assignment_id], pb.PROBLEM_KIND_OTHER, str(number))
        words, token = [], ""
        for _ in range(3):
            page = await listed(shop, job.job_id, page_size=2, page_token=token)
            words += [one.words for one in page.problems]
            token = page.next_page_token
            assert page.problem_count == 5
        assert (words, token) == (["4", "3", "2", "1", "0"], "")


async def test_another_company_and_long_words_are_refused(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.open(rows(1))
        stranger = Shop(service, company(uuid4()))
        assert (await refused(listed(stranger, job.job_id))).code == grpc.StatusCode.NOT_FOUND
        hand = await shop.hire()
        held = await hand.claim(job.job_id, 1)
        long = await refused(give_back(hand, [held[0].assignment_id], pb.PROBLEM_KIND_OTHER, "가" * 501))
        assert set(long.fields) == {"reason"}
        assert await give_back(hand, [held[0].assignment_id], pb.PROBLEM_KIND_OTHER, "가" * 500)


async def _items(shop: Shop, job_id: str) -> list[pb.Item]:
    return list((await shop.stub.ListItems(pb.ListItemsRequest(job_id=job_id))).items)
