"""What operators do about companies, frozen jobs and events that failed."""

import json

import httpx
import pytest
from ilgam.payments.v1 import payments_service_pb2 as payments_pb
from ilgam.tasks.v1 import tasks_events_pb2
from ilgam.tasks.v1 import tasks_service_pb2 as tasks_pb

from services.sdk import new_request_id
from tests.browser.world import bury_event
from tests.service.gateway.conftest import Surfer
from tests.support.market import Market, Person, claim, claimable, in_state, job_of, submit
from tests.support.service import eventually
from tests.support.site import Site

# As many as ordinary items: of those that chance gives a worker, the 20 that may freeze a job are judged for certain.
GOLD_COUNT = 60
ORDINARY_COUNT = 60
CLAIMS, CLAIMED_AT_ONCE = 9, 10


async def balance_krw(market: Market, company: Person) -> int:
    """What a company may use."""
    request = payments_pb.GetBalanceRequest(organisation_id=company.organisation_id)
    return int((await market.operator.payments.GetBalance(request)).available_krw)


async def test_a_deposit_sent_twice_is_one_deposit(surfer: Surfer, market: Market, officer: Person) -> None:
    assert officer.account_id
    company = await market.company(1_000)
    path = f"/operator/companies/{company.organisation_id}"
    form = {"amount": "12,000", "reference": "2026-11-22/7", "request_id": new_request_id()}
    for _ in range(2):
        answer = await surfer.act(f"{path}/deposit", **form)
        assert answer.headers["location"] == f"{path}?done=deposited"
    assert await balance_krw(market, company) == 13_000
    assert "13,000원" in (await surfer.get(f"{path}?done=deposited")).text


@pytest.mark.parametrize("amount", ["", "0", "-5", "12.5", "1e6", "만원", "9" * 30])
async def test_an_amount_that_is_none_is_refused_at_its_field(
    surfer: Surfer, market: Market, officer: Person, amount: str
) -> None:
    assert officer.account_id
    company = await market.company()
    answer = await surfer.act(f"/operator/companies/{company.organisation_id}/deposit", amount=amount, reference="7")
    assert answer.status_code == 422
    assert 'id="error-amount"' in answer.text
    assert await balance_krw(market, company) == 0


async def test_a_company_is_opened_and_gets_its_first_member(surfer: Surfer, market: Market, officer: Person) -> None:
    assert officer.account_id
    answer = await surfer.act("/operator/companies/new", name="한빛고을 & 친구들", request_id=new_request_id())
    assert answer.status_code == 303
    path = answer.headers["location"].partition("?")[0]
    assert "한빛고을 &amp; 친구들" in (await surfer.get(path)).text
    unknown = await surfer.act(f"{path}/member", email="nobody@example.org")
    assert "이 이메일을 쓰는 계정이 없어요" in unknown.text
    member = await market.person()
    assert (await surfer.act(f"{path}/member", email=member.email)).status_code == 303


async def test_a_frozen_job_goes_on_when_an_operator_accepts_what_is_pending(
    surfer: Surfer, market: Market, officer: Person
) -> None:
    assert officer.account_id
    company, worker = await market.company(1_000_000), await market.worker()
    texts = [f"글 {number}" for number in range(ORDINARY_COUNT)]
    gold = [f"물이 {number}번 새요" for number in range(GOLD_COUNT)]
    policy = {"policy": tasks_events_pb2.POLICY_GOLD, "newcomer_answers": 0, "gold_overlap": 1}
    job_id = await market.open_job(company, texts, gold=gold, **policy)
    await claimable(worker, job_id)
    held = [one for _ in range(CLAIMS) for one in await claim(worker, job_id, CLAIMED_AT_ONCE)]
    await submit(worker, [one for one in held if json.loads(one.data_json)["text"] in gold])
    await eventually(lambda: in_state(company, job_id, tasks_events_pb2.JOB_STATE_FROZEN))

    path = f"/operator/jobs/{job_id}"
    page = await eventually_shown(surfer, path, "절반 넘게 인정되지 않아서")
    assert "심사 중인 답 모두 인정하기" in page
    answer = await surfer.act(f"{path}/decision", decision="accept", request_id=new_request_id())
    assert answer.headers["location"] == f"{path}?done=freeze_accept"

    async def goes_on() -> bool:
        return (await job_of(company, job_id)).state != tasks_events_pb2.JOB_STATE_FROZEN

    await eventually(goes_on)
    late = await surfer.act(f"{path}/decision", decision="resume", request_id=new_request_id())
    assert late.headers["location"] == f"{path}?done=freeze_gone"
    assert (await surfer.act(f"{path}/decision", decision="burn")).status_code == 400


async def eventually_shown(surfer: Surfer, path: str, words: str) -> str:
    """A page once it says something."""
    page = ""

    async def says() -> bool:
        nonlocal page
        page = (await surfer.get(path)).text
        return words in page

    await eventually(says)
    return page


async def test_a_dead_letter_is_shown_as_plain_text_and_handled_again(
    site: Site, surfer: Surfer, officer: Person
) -> None:
    assert officer.account_id
    event_id = await bury_event(site)
    path = f"/operator/events/payments/{event_id}/replay"
    page = (await surfer.get("/operator/events")).text
    assert path in page
    assert "without &lt;b&gt;this&lt;/b&gt; table" in page
    answer = await surfer.act(path)
    assert answer.headers["location"] == "/operator/events?done=replayed"
    assert path not in (await surfer.get("/operator/events")).text
    assert (await surfer.act(path.replace("payments", "nothing"))).status_code == 404


async def test_all_jobs_are_listed_with_their_company(surfer: Surfer, market: Market, officer: Person) -> None:
    assert officer.account_id
    company = await market.company()
    job_id = await market.draft(company)
    title = (await company.client.tasks.GetJob(tasks_pb.GetJobRequest(job_id=job_id))).job.spec.title
    page = (await surfer.get("/operator/jobs")).text
    assert title in page
    answer: httpx.Response = await surfer.get(f"/operator/jobs/{job_id}")
    assert answer.status_code == 200
    assert "무등데이터" in answer.text
