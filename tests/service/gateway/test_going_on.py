"""What becomes of a form when its sign-in has ended, and of requests that are not what pages send."""

import html
import re

import httpx
import pytest
from ilgam.tasks.v1 import tasks_events_pb2

from tests.service.gateway.conftest import Surfer
from tests.support.market import PASSWORD, Market, Person, job_of

REQUEST_ID = "018f3c5e-7a11-7c3e-9d1b-2f6a4c8e0b5d"
TITLE = "가을 상품평 감정 나누기"


async def kept_form(surfer: Surfer, company: Person) -> dict[str, str]:
    """A sign-in's hidden fields after the session of a company's member has ended under their form."""
    await surfer.sign_in(company)
    form = {"mark": await surfer.mark(), "request_id": REQUEST_ID, "title": TITLE}
    await surfer.act("/sign-out")
    answer = await surfer.post("/company/jobs/new", data=form)
    assert answer.status_code == 401
    return hidden(answer)


def hidden(answer: httpx.Response) -> dict[str, str]:
    """The hidden fields of the forms in a page's main part."""
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', answer.text.partition("<main")[2])
    return {name: html.unescape(value) for name, value in found}


async def test_who_signs_in_again_goes_on_with_the_same_act(surfer: Surfer, market: Market) -> None:
    company = await market.company()
    fields = await kept_form(surfer, company)
    signed = fields | {"email": company.email, "password": PASSWORD}
    resumed = hidden(await surfer.post("/sign-in", data=signed))
    assert resumed["title"] == TITLE
    assert resumed["request_id"] == REQUEST_ID


async def test_somebody_else_who_signs_in_sees_nothing_of_what_was_typed(surfer: Surfer, market: Market) -> None:
    fields = await kept_form(surfer, await market.company())
    another = await market.company()
    answer = await surfer.post("/sign-in", data=fields | {"email": another.email, "password": PASSWORD})
    assert answer.status_code == 303
    assert TITLE not in answer.text


async def test_a_page_of_somebody_else_cannot_be_sent_in_ones_own_name(surfer: Surfer, market: Market) -> None:
    await surfer.sign_in(await market.company())
    form = {"mark": await surfer.mark(), "title": TITLE}
    await surfer.act("/sign-out")
    await surfer.sign_in(await market.company())
    answer = await surfer.post("/company/jobs/new", data=form)
    assert answer.status_code == 403
    assert TITLE not in answer.text


async def test_a_password_keeps_the_spaces_around_it(surfer: Surfer, market: Market) -> None:
    person = await market.person()
    form = {"mark": await surfer.mark("/sign-in"), "email": person.email, "password": f"{PASSWORD} "}
    assert (await surfer.post("/sign-in", data=form)).status_code == 401


async def test_signing_in_over_a_session_ends_it(surfer: Surfer, another: Surfer, market: Market) -> None:
    await surfer.sign_in(await market.person())
    earlier = surfer.cookies["ilgam_session"]
    person = await market.person()
    form = {"mark": await surfer.mark(), "email": person.email, "password": PASSWORD}
    assert (await surfer.post("/sign-in", data=form)).status_code == 303
    answer = await another.get("/work", headers={"cookie": f"ilgam_session={earlier}"})
    assert answer.headers["location"].startswith("/sign-in")


async def test_looking_at_an_address_without_its_body_does_nothing(surfer: Surfer, market: Market) -> None:
    company = await market.company(deposit_krw=1_000_000)
    job_id = await market.draft(company)
    await surfer.sign_in(company)
    page = f"/company/jobs/{job_id}/publish"
    assert (await surfer.get(page)).status_code == 200
    answer = await surfer.head(page)
    assert (answer.status_code, answer.content) == (200, b"")
    job = await job_of(company, job_id)
    assert (job.state, job.publish_no) == (tasks_events_pb2.JOB_STATE_DRAFT, 0)


@pytest.mark.parametrize(
    ("form", "page"),
    [
        (f"/work/jobs/{REQUEST_ID}/claim", f"/work/jobs/{REQUEST_ID}"),
        (f"/company/jobs/{REQUEST_ID}/act/pause", f"/company/jobs/{REQUEST_ID}"),
        (f"/operator/events/tasks/{REQUEST_ID}/replay", "/operator/events"),
        ("/sign-out", "/"),
    ],
)
async def test_the_address_of_a_form_leads_to_its_page(surfer: Surfer, form: str, page: str) -> None:
    answer = await surfer.get(form)
    assert (answer.status_code, answer.headers["location"]) == (303, page)


async def test_a_large_file_from_nobody_is_not_read_and_asks_to_sign_in(surfer: Surfer) -> None:
    answer = await surfer.post(
        f"/company/jobs/{REQUEST_ID}/data", files={"file": ("rows.csv", b"text\n" + b"x" * 6_000_000)}
    )
    assert answer.status_code == 401
    assert "파일" in answer.text


async def test_a_live_part_whose_session_has_ended_sends_the_whole_page_to_the_sign_in(surfer: Surfer) -> None:
    answer = await surfer.get("/work/answers?show=pending", headers={"hx-request": "true"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["hx-redirect"].startswith("/sign-in?next=%2Fwork%2Fanswers%3Fshow%3Dpending")


@pytest.mark.parametrize(
    "sent",
    [
        b'{"drafts": [{"id": "a", "control": "c", "choice": "\\ud800", "revision": 1}]}',
        b'{"drafts": [{"id": "a", "control": "c", "choice": "x", "revision": true}]}',
        b'{"drafts": [[]]}',
        b"[" * 100_000,
    ],
)
async def test_what_no_script_of_ours_sends_is_refused_in_words(surfer: Surfer, market: Market, sent: bytes) -> None:
    await surfer.sign_in(await market.person())
    headers = {"content-type": "application/json", "accept": "application/json", "x-mark": await surfer.mark()}
    answer = await surfer.post(f"/work/jobs/{REQUEST_ID}/drafts", content=sent, headers=headers)
    assert (answer.status_code, answer.json()["reason"]) == (400, "HTTP_400")


async def test_a_picture_of_no_moment_is_not_there(surfer: Surfer, market: Market) -> None:
    await surfer.sign_in(await market.person())
    for end in ("9" * 4500, "²", "soon", "1"):
        assert (await surfer.get(f"/media/{end}/é/x.png")).status_code == 404
