"""A company makes answers examples of its guide; those who work find them there, and no known answer among them."""

import json

import pytest
from ilgam.tasks.v1 import tasks_service_pb2 as pb

from tests.service.gateway.conftest import Surfer
from tests.support.market import TEXTS, Market, Person, claim, claimable, submit
from tests.support.service import eventually

WHY = "마음에 든다는 말이에요."


async def item_of(company: Person, job_id: str, *, gold: bool = False) -> str:
    """An item of the job: one with an answer, or one whose answer was known before."""

    async def there() -> str:
        found = (await company.client.tasks.ListItems(pb.ListItemsRequest(job_id=job_id))).items
        wanted = [one.item_id for one in found if one.gold == gold and (gold or one.resolved)]
        assert wanted
        return str(wanted[0])

    found: str = await eventually(there)
    return found


@pytest.fixture
async def job_id(market: Market, surfer: Surfer, another: Surfer) -> str:
    """A job, with its company at the pages, of which somebody answered one item and holds another."""
    company, worker = await market.company(50_000), await market.worker()
    job_id = await market.open_job(company, TEXTS[:3], gold=["물이 새요"])
    await claimable(worker, job_id)
    held = await claim(worker, job_id, 2)
    # Chance deals the known one.
    await submit(worker, [next(one for one in held if json.loads(one.data_json)["text"] in TEXTS)])
    await surfer.sign_in(company)
    await another.sign_in(worker)
    return job_id


async def guide(another: Surfer, job_id: str) -> str:
    return (await another.get(f"/work/jobs/{job_id}/bench?show=guide")).text


async def test_an_answer_becomes_an_example_and_is_taken_back(
    surfer: Surfer, another: Surfer, market: Market, job_id: str
) -> None:
    operator = Person("", "", market.operator)
    page = f"/company/jobs/{job_id}/items/{await item_of(operator, job_id)}"
    assert WHY not in await guide(another, job_id)
    nothing = await surfer.act(f"{page}/examples", act="add", said="0", good="1")
    assert nothing.status_code == 422
    assert "까닭" in nothing.text
    assert (await surfer.act(f"{page}/examples", act="add", said="0", good="1", why_ko=WHY)).status_code == 303
    assert WHY in (await surfer.get(page)).text
    shown = await guide(another, job_id)
    assert "좋은 예" in shown
    assert WHY in shown
    assert (await surfer.act(f"{page}/examples", act="remove", place="0")).status_code == 303
    assert WHY not in await guide(another, job_id)


async def test_an_item_that_others_will_still_answer_is_no_example(surfer: Surfer, market: Market, job_id: str) -> None:
    found = (await market.operator.tasks.ListItems(pb.ListItemsRequest(job_id=job_id))).items
    waiting = next(one.item_id for one in found if not one.gold and not one.pending_count and not one.resolved)
    page = f"/company/jobs/{job_id}/items/{waiting}"
    assert "아직 답할 사람이" in (await surfer.get(page)).text
    assert (await surfer.act(f"{page}/examples", act="add", said="0", good="1", why_ko=WHY)).status_code == 422


async def test_a_known_answer_is_no_example_and_a_strangers_job_has_none(
    surfer: Surfer, another: Surfer, market: Market, job_id: str
) -> None:
    operator = Person("", "", market.operator)
    page = f"/company/jobs/{job_id}/items/{await item_of(operator, job_id, gold=True)}"
    assert (await surfer.act(f"{page}/examples", act="add", said="0", good="1", why_ko=WHY)).status_code == 422
    stranger = await market.company()
    await another.act("/sign-out")
    await another.sign_in(stranger)
    assert (await another.act(f"{page}/examples", act="add", said="0", good="1", why_ko=WHY)).status_code == 404
