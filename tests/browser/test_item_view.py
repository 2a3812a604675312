"""One item with its result and every answer side by side, for companies and operators, of every kind of labelling."""

import json
import os
from pathlib import Path

import pytest
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from playwright.async_api import expect

from tests.browser.conftest import Arrive
from tests.support.browser import DESKTOP, PHONE, Visitor
from tests.support.kinds import KINDS, open_job_of
from tests.support.market import Market, Person, claim, claimable
from tests.support.service import eventually
from tests.support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")
MARKED = ("shapes", "spans", "segments", "tracks", "cells")


async def answered(market: Market, company: Person, name: str) -> tuple[str, pb.Item]:
    """A job of a kind, an item of which one person has answered."""
    kind = KINDS[name]
    job_id = await open_job_of(market, company, name, items=1)
    worker = await market.worker()
    await market.certify(worker, kind.annotation_type)
    await claimable(worker, job_id)
    [held] = await claim(worker, job_id, 1)
    said = {"schema": "ilgam.annotation/1", "results": [dict(kind.mark)], "not_sure": True}
    sent = [pb.Answer(assignment_id=held.assignment_id, answer_json=json.dumps(said))]
    [verdict] = (await worker.client.tasks.SubmitAnswers(pb.SubmitAnswersRequest(answers=sent))).verdicts
    assert verdict.taken, verdict

    async def resolved() -> pb.Item:
        [item] = (await company.client.tasks.ListItems(pb.ListItemsRequest(job_id=job_id))).items
        assert item.resolved
        return item

    return job_id, await eventually(resolved)


async def shot(visitor: Visitor, name: str) -> None:
    """A picture of the page for whoever looks, where ILGAM_SHOTS names a folder."""
    if folder := os.environ.get("ILGAM_SHOTS"):
        await visitor.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


async def drawn(visitor: Visitor, count: int) -> None:
    await expect(visitor.page.locator("[data-said][data-drawn]")).to_have_count(count)


@pytest.mark.parametrize("name", ["spans", *[pytest.param(n, marks=pytest.mark.long) for n in KINDS if n != "spans"]])
async def test_an_item_is_shown_with_its_result_and_every_answer(
    market: Market, visitor: Visitor, arrive: Arrive, site: Site, name: str
) -> None:
    company = await market.company(100_000)
    job_id, item = await answered(market, company, name)
    await visitor.sign_in(company)
    await visitor.go(f"/company/jobs/{job_id}")
    await visitor.page.get_by_role("link", name="k0").click()
    await visitor.page.wait_for_url(f"**/items/{item.item_id}")
    await expect(visitor.page.locator("[data-said]")).to_have_count(2)
    if name in MARKED:
        await drawn(visitor, 2)
    assert await visitor.problems() == []
    await shot(visitor, f"{name}-ko")
    await visitor.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert await visitor.problems() == []
    await shot(visitor, f"{name}-phone")

    operator = await arrive(DESKTOP, script=False)
    await operator.look("en")
    await operator.sign_in_as(*site.operator)
    await operator.go(f"/operator/jobs/{job_id}/items")
    await operator.page.get_by_role("link", name="k0").click()
    await expect(operator.page.locator(".item-answer")).to_have_count(2)
    await shot(operator, f"{name}-en-plain")
    stranger = await arrive()
    await stranger.sign_in(await market.company())
    await stranger.go(f"/company/jobs/{job_id}/items/{item.item_id}", status=404)
