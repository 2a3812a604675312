"""What operators see of the flow of work, and what they do about people."""

import csv
import io
import json
import re

import asyncpg
import grpc
import pytest
from ilgam.workers.v1 import workers_service_pb2 as workers_pb

from services.gateway import app
from services.sdk import new_request_id
from services.sdk.channels import Channels
from tests.service.gateway.conftest import Surfer
from tests.service.gateway.test_when_parts_are_down import gateway
from tests.support.market import PASSWORD, Market, Person, claim, claimable, submit
from tests.support.service import eventually
from tests.support.site import Site


async def profile(market: Market, person: Person) -> workers_pb.GetWorkerProfileResponse:
    """What is known of a worker."""
    return await market.operator.workers.GetWorkerProfile(
        workers_pb.GetWorkerProfileRequest(worker_id=person.account_id)
    )


async def age_sign_in(site: Site, surfer: Surfer, person: Person) -> None:
    """The person signed in an hour ago, and the gateway asks anew who they are."""
    connection = await asyncpg.connect(site.postgres_url("ilgam_accounts", "ilgam_accounts_owner"), timeout=10)
    try:
        await connection.execute(
            "UPDATE session SET auth_time = auth_time - interval '1 hour' WHERE account_id = $1", person.account_id
        )
    finally:
        await connection.close()
    await surfer.act("/look", language="ko")


def hidden_fields(page: str) -> dict[str, str]:
    """The hidden fields of the last form of a page's main part."""
    form = page[page.rindex("<form") :]
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))


async def test_only_operators_come_in(surfer: Surfer, market: Market) -> None:
    await surfer.sign_in(await market.worker())
    for path in ("/operator", "/operator/people", "/operator/companies", "/operator/jobs", "/operator/events"):
        assert (await surfer.get(path)).status_code == 403, path
    assert (await surfer.get("/operator/throughput.csv")).status_code == 403


async def test_minutes_come_as_a_file_with_zeros_where_nothing_happened(
    surfer: Surfer, market: Market, officer: Person
) -> None:
    assert officer.account_id
    company, worker = await market.company(20_000), await market.worker()
    job_id = await market.open_job(company)
    await claimable(worker, job_id)
    await submit(worker, await claim(worker, job_id, 3))

    async def lines(minutes: int) -> list[dict[str, str]]:
        answer = await surfer.get(f"/operator/throughput.csv?minutes={minutes}")
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert answer.content.startswith(b"\xef\xbb\xbf")
        return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))

    async def counted() -> bool:
        return sum(int(line["accepted"]) for line in await lines(60)) >= 3

    await eventually(counted)
    day = await lines(1_440)
    assert (len(await lines(60)), len(day)) == (60, 1_440)
    assert {day[0][name] for name in ("claimed", "submitted", "accepted", "rejected", "paid_krw")} == {"0"}
    assert day[0]["minute"].endswith("+09:00")


async def test_the_page_holds_the_same_minutes_as_table_and_as_data(surfer: Surfer, officer: Person) -> None:
    assert officer.account_id
    page = (await surfer.get("/operator")).text
    found = re.search(r'id="throughput-data">(.*?)</script>', page)
    assert found is not None
    columns = json.loads(found[1])
    assert {len(column) for column in columns.values()} == {60}
    assert columns["time"] == list(range(columns["time"][0], columns["time"][0] + 3600, 60))
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    assert table.count("<tr>") == 60


async def test_a_service_that_is_away_is_named_and_the_others_are_shown(
    site: Site, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    class WithoutPayments(Channels):
        def __getitem__(self, service: str) -> grpc.aio.Channel:
            return grpc.aio.insecure_channel("127.0.0.1:1") if service == "payments" else super().__getitem__(service)

    monkeypatch.setattr(app, "Channels", WithoutPayments)
    person = await market.operators_member()
    async with gateway(target=site.target, edge_key=site.edge_key) as surfer:
        await surfer.sign_in(person)
        for path in ("/operator", "/operator/events"):
            answer = await surfer.get(path)
            assert answer.status_code == 200
            assert answer.text.count("응답 없음") == 1
            assert answer.text.count("정상") >= 4
        assert "정산 서비스가 답하지 않아요" in (await surfer.get("/operator")).text


async def test_people_are_found_by_a_part_of_their_email(surfer: Surfer, market: Market, officer: Person) -> None:
    assert officer.account_id
    worker = await market.worker("윤 <b>순자</b>")
    page = (await surfer.get("/operator/people", params={"q": worker.email[:20]})).text
    assert f"/operator/people/{worker.account_id}" in page
    assert "윤 &lt;b&gt;순자&lt;/b&gt;" in page
    assert "찾는 사람이 없어요" in (await surfer.get("/operator/people", params={"q": "zzzz-nobody"})).text
    assert (await surfer.get(f"/operator/people/{new_request_id()}")).status_code == 404
    assert (await surfer.get("/operator/people/not-an-id")).status_code == 404


async def test_a_certificate_needs_a_reason_and_is_granted_once(
    surfer: Surfer, market: Market, officer: Person
) -> None:
    assert officer.account_id
    worker = await market.person()
    path = f"/operator/people/{worker.account_id}/certificate"
    answer = await surfer.act(path, type="IMAGE_CHOICE", reason="  ")
    assert answer.status_code == 422
    assert "이유를 적어 주세요" in answer.text
    assert 'value="IMAGE_CHOICE" checked' in answer.text
    form = {"type": "IMAGE_CHOICE", "reason": "1기 수료", "request_id": new_request_id()}
    assert [(await surfer.act(path, **form)).status_code for _ in range(2)] == [303, 303]
    assert [one.grant_reason for one in (await profile(market, worker)).certificates] == ["1기 수료"]
    assert "1기 수료" in (await surfer.get(f"/operator/people/{worker.account_id}")).text


async def test_a_restriction_says_what_it_does_and_is_lifted_again(
    surfer: Surfer, market: Market, officer: Person
) -> None:
    assert officer.account_id
    worker = await market.worker()
    path = f"/operator/people/{worker.account_id}"
    answer = await surfer.act(f"{path}/restrict", kind="", reason="확인이 필요해요", until="2001-01-01")
    assert answer.status_code == 422
    assert "제한 방법을 골라 주세요" in answer.text
    assert "오늘이나 그 뒤의 날짜를" in answer.text
    assert "확인이 필요해요" in answer.text
    answer = await surfer.act(f"{path}/restrict", kind="PAUSED", reason="확인이 필요해요")
    assert answer.headers["location"] == f"{path}?done=restricted"
    assert (await profile(market, worker)).restriction.reason == "확인이 필요해요"
    page = (await surfer.get(answer.headers["location"])).text
    assert "이용을 제한했어요" in page
    assert "풀어 줄 때까지" in page
    assert (await surfer.act(f"{path}/restore")).status_code == 303
    assert not (await profile(market, worker)).HasField("restriction")


async def test_an_old_sign_in_is_proved_before_a_certificate_is_revoked(
    site: Site, surfer: Surfer, market: Market, officer: Person
) -> None:
    worker = await market.worker()
    certificate = (await profile(market, worker)).certificates[0]
    path = f"/operator/people/{worker.account_id}/certificates/{certificate.certificate_id}/revoke"
    await age_sign_in(site, surfer, officer)
    answer = await surfer.act(path, reason='다른 사람 "답"', request_id=new_request_id())
    assert "비밀번호를 한 번 더" in answer.text
    kept = hidden_fields(answer.text[: answer.text.index("</main>")])
    assert kept["reason"] == "다른 사람 &#34;답&#34;"
    kept["reason"] = '다른 사람 "답"'

    wrong = await surfer.post(path, data={**kept, "proof_password": "not the password"})
    assert wrong.status_code == 401
    assert "비밀번호가 맞지 않아요" in wrong.text
    assert "not the password" not in wrong.text
    assert (await profile(market, worker)).certificates[0].state == workers_pb.CERTIFICATE_STATE_VALID

    right = await surfer.post(path, data={**kept, "proof_password": PASSWORD})
    assert right.headers["location"] == f"/operator/people/{worker.account_id}?done=revoked"
    revoked = (await profile(market, worker)).certificates[0]
    assert (revoked.state, revoked.revoke_reason) == (workers_pb.CERTIFICATE_STATE_REVOKED, '다른 사람 "답"')


async def test_a_certificate_is_not_revoked_under_somebody_elses_name(
    surfer: Surfer, market: Market, officer: Person
) -> None:
    assert officer.account_id
    worker, other = await market.worker(), await market.worker()
    certificate = (await profile(market, worker)).certificates[0]
    path = f"/operator/people/{other.account_id}/certificates/{certificate.certificate_id}/revoke"
    assert (await surfer.get(path)).status_code == 404
