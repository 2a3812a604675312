"""The bench without script, and what its script is answered."""

import json
import re
from typing import Any

import pytest
from ilgam.tasks.v1 import tasks_service_pb2 as pb

from tests.service.gateway.conftest import Surfer
from tests.support.market import PRICE_KRW, Market, Person, answers, assignments, claim, claimable
from tests.support.service import eventually

NOBODYS = "00000000-0000-7000-8000-000000000000"
JSON = {"accept": "application/json"}


@pytest.fixture
async def company(market: Market) -> Person:
    return await market.company(50_000)


@pytest.fixture
async def worker(market: Market, surfer: Surfer) -> Person:
    """A worker who is at the pages."""
    person = await market.worker()
    await surfer.sign_in(person)
    return person


async def in_hand(market: Market, company: Person, worker: Person, count: int = 3) -> str:
    """A job of which the worker holds so many items."""
    job_id = await market.open_job(company)
    await claimable(worker, job_id)
    await claim(worker, job_id, count)
    return job_id


async def data_of(surfer: Surfer, job_id: str) -> dict[str, Any]:
    """What the bench's script is given."""
    answer = await surfer.get(f"/work/jobs/{job_id}/bench", headers=JSON)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def chosen(label: str) -> list[dict[str, Any]]:
    """The marks of an answer that chooses a label."""
    return [{"control": "label", "type": "choice", "value": {"choices": [label]}}]


def form_of(page: str) -> dict[str, str]:
    """The fields that the answer's form holds before anybody touches it."""
    form = page[page.index('id="answer-form"') : page.index("</form>", page.index('id="answer-form"'))]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


async def test_a_batch_is_worked_through_with_forms_alone(
    surfer: Surfer, market: Market, company: Person, worker: Person
) -> None:
    job_id = await in_hand(market, company, worker)
    for number in range(1, 4):
        page = (await surfer.get(f"/work/jobs/{job_id}/bench")).text
        assert f"{number}번째 / 3" in page
        sent = await surfer.post(f"/work/jobs/{job_id}/answers", data=form_of(page) | {"answer.label": "good"})
        assert (sent.status_code, sent.headers["location"]) == (303, f"/work/jobs/{job_id}/bench")
    after = await surfer.get(f"/work/jobs/{job_id}/bench")
    assert (after.status_code, after.headers["location"]) == (303, f"/work/jobs/{job_id}/recap")
    assert sorted((await answers(worker, job_id)).values()) == ["good"] * 3
    recap = (await surfer.get(f"/work/jobs/{job_id}/recap")).text
    assert "3건 가운데 3건에 답했어요" in recap

    async def earned() -> bool:
        return f"{3 * PRICE_KRW}원" in (await surfer.get(f"/work/jobs/{job_id}/recap")).text

    await eventually(earned)


async def test_a_form_without_a_choice_says_so_at_the_choices(
    surfer: Surfer, market: Market, company: Person, worker: Person
) -> None:
    job_id = await in_hand(market, company, worker)
    form = form_of((await surfer.get(f"/work/jobs/{job_id}/bench")).text)
    answer = await surfer.post(f"/work/jobs/{job_id}/answers", data=form | {"not_sure": "1"})
    assert answer.status_code == 422
    assert 'id="error-answer.label"' in answer.text
    assert 'id="not-sure" checked' in answer.text
    assert await answers(worker, job_id) == {}


async def test_the_same_form_sent_twice_is_one_answer_and_another_choice_does_not_replace_it(
    surfer: Surfer, market: Market, company: Person, worker: Person
) -> None:
    job_id = await in_hand(market, company, worker)
    form = form_of((await surfer.get(f"/work/jobs/{job_id}/bench")).text)
    for _ in range(2):
        assert (
            await surfer.post(f"/work/jobs/{job_id}/answers", data=form | {"answer.label": "good"})
        ).status_code == 303
    other = await surfer.post(f"/work/jobs/{job_id}/answers", data=form | {"answer.label": "bad"})
    assert other.status_code == 409
    assert "먼저 낸 답이 남아요" in other.text
    assert list((await answers(worker, job_id)).values()) == ["good"]


async def test_an_answered_item_can_be_looked_at_and_not_changed(
    surfer: Surfer, market: Market, company: Person, worker: Person
) -> None:
    job_id = await in_hand(market, company, worker)
    form = form_of((await surfer.get(f"/work/jobs/{job_id}/bench")).text)
    await surfer.post(f"/work/jobs/{job_id}/answers", data=form | {"answer.label": "bad"})
    page = (await surfer.get(f"/work/jobs/{job_id}/bench?n=1")).text
    assert re.search(r'data-field="label" disabled', page)
    assert re.search(r'value="bad"[^>]* checked', page)


async def test_a_problem_is_told_to_the_company_and_the_next_item_comes(
    surfer: Surfer, market: Market, company: Person, worker: Person
) -> None:
    job_id = await in_hand(market, company, worker)
    item = form_of((await surfer.get(f"/work/jobs/{job_id}/bench")).text)["assignment_id"]
    missing = await surfer.act(f"/work/jobs/{job_id}/returns", act="report", assignment_ids=item)
    assert missing.status_code == 422
    assert '<dialog id="report" class="bench-dialog" aria-labelledby="report-head" open>' in missing.text
    sent = await surfer.act(
        f"/work/jobs/{job_id}/returns", act="report", assignment_ids=item, problem="BROKEN", reason="글이 잘렸어요"
    )
    assert sent.status_code == 303
    found = await company.client.tasks.ListProblems(pb.ListProblemsRequest(job_id=job_id))
    assert [(one.kind, one.words) for one in found.problems] == [(pb.PROBLEM_KIND_BROKEN, "글이 잘렸어요")]
    states = {one.assignment_id: one.state for one in await assignments(worker, job_id)}
    assert states[item] == pb.ASSIGNMENT_STATE_RETURNED
    assert list(states.values()).count(pb.ASSIGNMENT_STATE_LIVE) == 2


async def test_the_rest_of_a_batch_is_given_back_at_once(
    surfer: Surfer, market: Market, company: Person, worker: Person
) -> None:
    job_id = await in_hand(market, company, worker)
    ids = ",".join(item["id"] for item in (await data_of(surfer, job_id))["items"])
    await surfer.act(f"/work/jobs/{job_id}/returns", act="rest", assignment_ids=ids)
    assert {one.state for one in await assignments(worker, job_id)} == {pb.ASSIGNMENT_STATE_RETURNED}


async def test_several_answers_of_the_script_are_each_judged_by_themselves(
    surfer: Surfer, market: Market, company: Person, worker: Person
) -> None:
    job_id = await in_hand(market, company, worker)
    data = await data_of(surfer, job_id)
    sent = [{"id": item["id"], "marks": chosen("good"), "notSure": True} for item in data["items"][:2]]
    sent.append({"id": NOBODYS, "marks": chosen("good"), "notSure": False})
    headers = {**JSON, "x-mark": data["mark"]}
    for _ in range(2):
        answer = await surfer.post(f"/work/jobs/{job_id}/answers", json={"answers": sent}, headers=headers)
        assert [one["taken"] for one in answer.json()["verdicts"]] == [True, True, False]
    assert answer.json()["verdicts"][2]["words"]
    kept = [one.answer_json for one in await assignments(worker, job_id) if one.answer_json]
    assert [json.loads(one)["not_sure"] for one in kept] == [True, True]


async def test_a_draft_of_the_script_holds_the_items_longer_and_comes_back(
    surfer: Surfer, market: Market, company: Person, worker: Person
) -> None:
    job_id = await in_hand(market, company, worker)
    data = await data_of(surfer, job_id)
    first = data["items"][0]
    draft = {"id": first["id"], "marks": chosen("bad"), "notSure": True, "revision": 1}
    headers = {**JSON, "x-mark": data["mark"]}
    kept = await surfer.post(f"/work/jobs/{job_id}/drafts", json={"drafts": [draft]}, headers=headers)
    [verdict] = kept.json()["verdicts"]
    assert verdict["saved"]
    assert verdict["leaseEnd"] > first["leaseEnd"]
    items = (await data_of(surfer, job_id))["items"]
    assert (items[0]["marks"], items[0]["notSure"], items[0]["revision"]) == (chosen("bad"), True, 1)
    stale = await surfer.post(
        f"/work/jobs/{job_id}/drafts", json={"drafts": [draft | {"marks": chosen("good")}]}, headers=headers
    )
    assert stale.json()["verdicts"][0]["reason"] == "DRAFT_STALE"


@pytest.mark.parametrize(
    "body",
    [
        "not json",
        "[]",
        '{"answers": []}',
        '{"answers": ["x"]}',
        '{"answers": [{"id": 1}]}',
        '{"drafts": [{"id": "x", "marks": [], "revision": -1}]}',
    ],
)
async def test_what_no_script_of_ours_sends_is_refused_in_words(surfer: Surfer, worker: Person, body: str) -> None:
    del worker
    headers = {**JSON, "x-mark": await surfer.mark(), "content-type": "application/json"}
    for act in ("answers", "drafts"):
        answer = await surfer.post(f"/work/jobs/{NOBODYS}/{act}", content=body, headers=headers)
        assert answer.status_code == 400
        assert answer.json()["words"]


async def test_the_script_of_an_earlier_sign_in_sends_nothing(
    surfer: Surfer, market: Market, company: Person, worker: Person
) -> None:
    job_id = await in_hand(market, company, worker)
    data = await data_of(surfer, job_id)
    await surfer.act("/sign-out")
    other = await market.worker("최다른")
    await surfer.sign_in(other)
    sent = [{"id": data["items"][0]["id"], "marks": chosen("good"), "notSure": False}]
    answer = await surfer.post(
        f"/work/jobs/{job_id}/answers", json={"answers": sent}, headers={**JSON, "x-mark": data["mark"]}
    )
    assert (answer.status_code, answer.json()["reason"]) == (403, "FORM_STALE")
    assert await answers(worker, job_id) == {}


async def test_a_script_can_sign_in_again_with_a_mark_of_its_own(surfer: Surfer, market: Market) -> None:
    person = await market.worker()
    visit = (await surfer.get("/sign-in", headers=JSON)).json()
    assert visit["account"] == ""
    headers = {**JSON, "x-mark": visit["mark"]}
    wrong = await surfer.post("/sign-in", data={"email": person.email, "password": "wrong"}, headers=headers)
    assert (wrong.status_code, bool(wrong.json()["words"])) == (401, True)
    right = await surfer.post(
        "/sign-in", data={"email": person.email, "password": "a long enough password"}, headers=headers
    )
    assert right.json()["account"] == person.account_id
    again = (await surfer.get("/sign-in", headers=JSON)).json()
    assert again["account"] == person.account_id


async def test_the_bench_of_a_job_that_one_holds_nothing_of_leads_to_the_job(
    surfer: Surfer, market: Market, company: Person, worker: Person
) -> None:
    job_id = await market.open_job(company)
    await claimable(worker, job_id)
    answer = await surfer.get(f"/work/jobs/{job_id}/bench")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/work/jobs/{job_id}")
