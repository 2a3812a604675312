"""Certificates as anybody meets them: the check by number, the paper, the files, and who may not see what."""

from __future__ import annotations

import io
import json
from typing import Any, cast

import jwt
import pypdf
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import workers_service_pb2 as pb

from services.gateway.pages.open.addresses import WINDOW_SECONDS, CallsByAddress
from services.gateway.papers.certificate import Paper, certificate_pdf
from services.gateway.words import load_words
from services.sdk import new_request_id
from tests.service.gateway.conftest import Surfer
from tests.support.market import Market, Person
from tests.support.site import Site

ADDRESS = "http://127.0.0.1:7500/verify/ILG-2026-7F3K9Q"


async def certificate_of(person: Person) -> pb.Certificate:
    """The one certificate that somebody has."""
    (found,) = (await person.client.workers.GetWorkerProfile(pb.GetWorkerProfileRequest())).certificates
    return found


async def test_a_number_is_checked_by_anybody_and_tells_no_name(surfer: Surfer, market: Market) -> None:
    person = await market.worker("남궁비밀")
    found = await certificate_of(person)
    answer = await surfer.get(f"/verify/{found.number.lower()}")
    assert answer.status_code == 200
    assert "유효한 수료증이에요" in answer.text
    assert answer.headers["x-robots-tag"] == "noindex"
    for secret in (person.name, person.email, person.account_id, found.certificate_id, found.grant_reason):
        assert secret not in answer.text
    asked = await surfer.get("/verify", params={"number": f" {found.number} "})
    assert (asked.status_code, asked.headers["location"]) == (303, f"/verify/{found.number}")


async def test_a_revoked_number_tells_when_and_not_why(surfer: Surfer, market: Market) -> None:
    found = await certificate_of(await market.worker())
    operator = await market.operators_member()
    await operator.client.workers.RevokeCertificate(
        pb.RevokeCertificateRequest(
            request_id=new_request_id(), certificate_id=found.certificate_id, reason="아무도 모를 사유"
        )
    )
    answer = await surfer.get(f"/verify/{found.number}")
    assert "취소된 수료증이에요" in answer.text
    assert "아무도 모를 사유" not in answer.text


@pytest.mark.parametrize("number", ["ILG-2026-000000", "%F0%9F%98%80", "<script>", "A" * 200, "..%2F..%2Fetc", "%00"])
async def test_a_forged_number_is_unknown_in_clear_words(surfer: Surfer, number: str) -> None:
    answer = await surfer.get(f"/verify/{number}")
    assert answer.status_code == 404
    assert "<script>" not in answer.text.replace('<script type="module"', "")


async def test_files_of_a_certificate_are_its_holders_alone(surfer: Surfer, another: Surfer, market: Market) -> None:
    holder, stranger = await market.worker("서하늘"), await market.worker()
    found = await certificate_of(holder)
    home = f"/learn/certificates/{found.certificate_id}"
    await surfer.sign_in(holder)
    await another.sign_in(stranger)
    for path in (home, f"{home}/certificate.pdf", f"{home}/credential.jwt", f"{home}/credential.json"):
        assert (await surfer.get(path)).status_code == 200, path
        assert (await another.get(path)).status_code == 404, path


async def test_the_downloaded_credential_is_verified_with_the_published_keys(
    surfer: Surfer, market: Market, site: Site
) -> None:
    holder = await market.worker("서하늘")
    found = await certificate_of(holder)
    await surfer.sign_in(holder)
    token = await surfer.get(f"/learn/certificates/{found.certificate_id}/credential.jwt")
    assert token.headers["content-type"] == "application/vc+jwt"
    keys = jwt.PyJWKSet.from_json((await surfer.get("/.well-known/jwks.json")).text)
    said = jwt.decode(token.text, keys[jwt.get_unverified_header(token.text)["kid"]], algorithms=["EdDSA"])
    assert said["iss"] == site.web_url
    assert holder.name not in json.dumps(said, ensure_ascii=False)
    status = said["credentialStatus"]["statusListCredential"]
    assert status.startswith(f"{site.web_url}/certificates/status/")
    listed = await surfer.get(status)
    assert listed.headers["cache-control"] == "public, max-age=60"
    assert jwt.decode(listed.text, keys[jwt.get_unverified_header(listed.text)["kid"]], algorithms=["EdDSA"])
    for wrong in ("0", "999999", "x", "1" * 30):
        assert (await surfer.get(f"/certificates/status/{wrong}")).status_code == 404


async def test_the_paper_of_the_site_holds_the_name_of_its_holder(surfer: Surfer, market: Market) -> None:
    holder = await market.worker("뷁쀍하늘")
    found = await certificate_of(holder)
    await surfer.sign_in(holder)
    answer = await surfer.get(f"/learn/certificates/{found.certificate_id}/certificate.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    text = text_of(answer.content)
    assert "뷁쀍하늘" in text
    assert found.number in text


def paper(name: str, state: str = "VALID") -> bytes:
    issued, ends = Timestamp(), Timestamp()
    issued.FromJsonString("2026-11-22T00:00:00Z")
    ends.FromJsonString("2028-11-22T00:00:00Z")
    score = common_pb2.Interval(lower=0.764, mean=0.95, upper=0.991, count=20)
    made = Paper(name, "TEXT_CHOICE", "ILG-2026-7F3K9Q", issued, ends, score, state, ADDRESS)
    return certificate_pdf(made, load_words())


def text_of(pdf: bytes) -> str:
    """What is written on a paper of one page, without the places where a line may end."""
    (page,) = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return page.extract_text().replace("\u200b", "")


def test_a_paper_says_everything_in_both_languages() -> None:
    text = text_of(paper("김일감"))
    for said in ("김일감", "수료증", "Certificate", "글 분류", "20문제 중 19개 맞힘", "19 of 20 right", "76%", ADDRESS):
        assert said in text
    assert "2028년 11월 22일" in text
    assert "취소된" not in text
    assert "취소된 수료증입니다" in text_of(paper("김일감", "REVOKED"))


@pytest.mark.parametrize(
    "name",
    [
        "김 😀 하늘",
        "محمد بن سلمان",
        "가" * 120,
        "a" * 120,
        "A very long name " * 7,
        '#panic("x") $ \\ *bold* @ref <label>',
        "e\u0301\u0301\u0301 Zoë",
    ],
)
def test_whatever_a_name_holds_the_paper_is_one_page(name: str) -> None:
    text = text_of(paper(name))
    assert ADDRESS in text
    if name.isascii():
        assert "".join(name.split()) in "".join(text.split())


def test_every_korean_syllable_has_its_letter_on_paper() -> None:
    """What a font lacks comes as a box, or from another font if the machine has one."""
    rare = "뷁쀍꿻뛟힣갂믜쫣"
    (page,) = pypdf.PdfReader(io.BytesIO(paper(rare))).pages
    resources = cast("Any", page["/Resources"])
    fonts = {str(font.get_object()["/BaseFont"]).split("+")[-1] for font in resources["/Font"].values()}
    assert all(font.startswith("IlgamSans") for font in fonts), fonts
    assert rare in text_of(paper(rare))


def test_one_address_asks_sixty_times_a_minute_and_others_are_not_kept_waiting() -> None:
    clock = [0.0]
    calls = CallsByAddress(3, now=lambda: clock[0])
    assert [calls.seconds_to_wait("a") for _ in range(4)] == [0, 0, 0, 60]
    assert calls.seconds_to_wait("b") == 0
    clock[0] = WINDOW_SECONDS
    assert calls.seconds_to_wait("a") == 0


def test_who_has_a_whole_ipv6_network_counts_as_one() -> None:
    calls = CallsByAddress(2, now=lambda: 0.0)
    assert [calls.seconds_to_wait(f"2001:db8:0:1::{number:x}") for number in range(3)] == [0, 0, 60]
    assert calls.seconds_to_wait("2001:db8:0:2::1") == 0
    assert [calls.seconds_to_wait(one) for one in ("203.0.113.7", "::ffff:203.0.113.7", "203.0.113.7")] == [0, 0, 60]
