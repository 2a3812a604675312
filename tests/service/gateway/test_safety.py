"""What stands around every page: headers, cookies, marks on forms, and who is let in."""

import json
import re
from collections.abc import Iterator
from http.cookies import SimpleCookie

import httpx
import pytest
from starlette.routing import Route

from services.gateway.routes import ROUTES
from tests.service.gateway.conftest import Surfer
from tests.support.market import PASSWORD, Market
from tests.support.site import Site

NOBODY = "00000000-0000-7000-8000-000000000000"
OPEN_TO_ANYBODY = {"/", "/sign-in", "/look", "/look/keys", "/healthz", "/sign-out"}
OPEN_TO_ANYBODY |= {"/sign-up", "/sign-up/sent", "/recover", "/recover/sent", "/recover/new", "/recover/done"}
OPEN_TO_ANYBODY |= {"/terms", "/privacy", "/closed", f"/stop-emails/{NOBODY}", f"/calendar/{NOBODY}.ics"}
OPEN_TO_ANYBODY |= {"/programmes", f"/programmes/{NOBODY}"}
OPEN_TO_ANYBODY |= {
    "/verify",
    f"/verify/{NOBODY}",
    "/issuer",
    "/.well-known/jwks.json",
    "/schemas/label-config-1.json",
    f"/certificates/status/{NOBODY}",
}
# Public keys are the same for everybody.
MAY_BE_KEPT = {"/.well-known/jwks.json", "/schemas/label-config-1.json"}


def paths(method: str) -> Iterator[str]:
    """Every address of the site, filled in with things that are not there."""
    for route in ROUTES:
        if isinstance(route, Route) and method in (route.methods or set()):
            yield re.sub(r"\{(\w+)(:\w+)?\}", lambda found: "1" if found[2] == ":int" else NOBODY, route.path)


async def test_every_address_answers_nobody_with_safety_headers_and_no_data(surfer: Surfer) -> None:
    for path in paths("GET"):
        answer = await surfer.get(path)
        headers = answer.headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store" or path in MAY_BE_KEPT, path
        if path not in OPEN_TO_ANYBODY and path != f"/{NOBODY}":
            assert answer.status_code == 303, path
            assert answer.headers["location"].startswith("/sign-in?next="), path


async def test_an_address_that_does_not_exist_says_so_in_words_and_no_trace(surfer: Surfer) -> None:
    answer = await surfer.get("/nowhere")
    assert answer.status_code == 404
    assert "찾을 수 없어요" in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["content-security-policy"]


async def test_who_asks_for_what_is_not_there_stays_signed_in(surfer: Surfer, market: Market) -> None:
    person = await market.person()
    await surfer.sign_in(person)
    answer = await surfer.get("/nowhere")
    assert answer.status_code == 404
    assert "로그아웃" in answer.text


async def test_scripts_and_styles_may_be_kept_for_a_year_and_are_sent_compressed(surfer: Surfer) -> None:
    page = (await surfer.get("/")).text
    found = set(re.findall(r'"(/static/[^"]+)"', page))
    assert {path.rpartition(".")[2] for path in found} >= {"js", "css"}
    for path in found:
        answer = await surfer.get(path)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        if path.endswith((".js", ".css")):
            assert answer.headers["content-encoding"] == "gzip"
    assert (await surfer.get("/static/../settings.py")).status_code == 404
    assert (await surfer.get("/static/nothing.js")).headers["cache-control"] == "no-store"


async def test_cookies_are_out_of_reach_of_scripts_and_other_sites(surfer: Surfer, market: Market) -> None:
    person = await market.person()
    form = {"mark": await surfer.mark("/sign-in"), "email": person.email, "password": PASSWORD}
    answer = await surfer.post("/sign-in", data=form)
    assert answer.status_code == 303
    cookies = [SimpleCookie(one) for one in answer.headers.get_list("set-cookie")]
    kept = {name: morsel for cookie in cookies for name, morsel in cookie.items()}
    assert {"ilgam_session", "ilgam_look"} <= kept.keys()
    for morsel in kept.values():
        assert morsel["httponly"]
        assert morsel["samesite"] == "lax"
        assert morsel["path"] == "/"
    assert person.account_id not in kept["ilgam_session"].value
    assert PASSWORD not in answer.headers["set-cookie"]


async def test_a_forged_cookie_is_nobody(surfer: Surfer, market: Market) -> None:
    await surfer.sign_in(await market.person())
    right = surfer.cookies["ilgam_session"]
    forged = [
        right[:-2] + ("aa" if right[-2:] != "aa" else "bb"),
        f"{json.dumps(NOBODY)}.aaaa",
        NOBODY,
        "é",
        "x" * 9000,
    ]
    for value in forged:
        headers = [(b"cookie", f"ilgam_session={value}".encode())]
        async with httpx.AsyncClient(base_url=surfer.base_url, trust_env=False) as stranger:
            answer = await stranger.get("/live", headers=headers)
            assert answer.status_code in {303, 400, 431}, value
            assert person_of(answer) == ""


async def test_nothing_is_done_without_the_mark_of_this_very_session(
    surfer: Surfer, another: Surfer, market: Market
) -> None:
    first, second = await market.person(), await market.person()
    await surfer.sign_in(first)
    await another.sign_in(second)
    stolen = await another.mark()
    for mark in ("", "0" * 40, stolen):
        answer = await surfer.post("/look", data={"mark": mark, "contrast": "high"})
        assert answer.status_code != 303, mark
        assert "high" not in html_tag(await surfer.get("/look"))
    answer = await surfer.post("/look", data={"contrast": "high"}, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["reason"]) == (403, "FORM_STALE")
    answer = await surfer.act("/look", contrast="high")
    assert answer.status_code == 303
    assert "high" in html_tag(await surfer.get("/look"))


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_a_form_from_another_site_is_refused_even_with_the_right_mark(
    surfer: Surfer, market: Market, headers: dict[str, str]
) -> None:
    await surfer.sign_in(await market.person())
    form = {"mark": await surfer.mark(), "contrast": "high"}
    answer = await surfer.post("/look", data=form, headers=headers)
    assert answer.status_code == 403
    assert "다른 사이트에서 온 요청" in answer.text
    assert "high" not in html_tag(await surfer.get("/look"))


async def test_nobody_posts_anything_without_a_mark(surfer: Surfer) -> None:
    for path in paths("POST"):
        answer = await surfer.post(path, data={"request_id": NOBODY})
        assert answer.status_code in {401, 403}, f"{path}: {answer.status_code}"


async def test_pages_of_one_audience_are_closed_to_the_others(surfer: Surfer, another: Surfer, market: Market) -> None:
    await surfer.sign_in(await market.person())
    await another.sign_in(await market.operators_member())
    for path in (path for path in paths("GET") if path.startswith(("/company", "/operator"))):
        answer = await surfer.get(path)
        assert answer.status_code == 403, path
        assert "이 계정으로는 볼 수 없는 화면이에요" in answer.text
    for path in (path for path in paths("GET") if path.startswith("/company")):
        assert (await another.get(path)).status_code == 403, path


async def test_a_form_sent_again_after_signing_out_does_nothing_and_keeps_what_was_typed(
    surfer: Surfer, market: Market, site: Site
) -> None:
    await surfer.sign_in(await market.operators_member())
    company = await market.company()
    mark = await surfer.mark()
    assert (await surfer.post("/sign-out", data={"mark": mark})).status_code == 303
    form = {"mark": mark, "request_id": NOBODY, "amount": "5,000,000", "bank_reference": "2026-11-22/7"}
    answer = await surfer.post(f"/operator/companies/{company.organisation_id}/deposit", data=form)
    assert answer.status_code in {401, 404}
    async with Surfer(base_url=site.web_url, trust_env=False) as again:
        assert (await again.get("/operator")).status_code == 303


async def test_the_process_says_that_it_serves(surfer: Surfer) -> None:
    answer = await surfer.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")


def html_tag(answer: httpx.Response) -> str:
    found = re.search(r"<html[^>]*>", answer.text)
    assert found is not None
    return found[0]


def person_of(answer: httpx.Response) -> str:
    """The name in the page's head; empty where nobody is signed in."""
    found = re.search(r'<summary class="tool">(김[^<]*)</summary>', answer.text)
    return found[1] if found else ""
