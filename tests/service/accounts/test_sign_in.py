"""Signing in: who may, who may not, and that nobody learns more than that."""

import asyncio
from collections import Counter
from typing import Any

import grpc
import pytest
from ilgam.accounts.v1 import accounts_events_pb2 as events
from ilgam.accounts.v1 import accounts_service_pb2 as pb

from services.accounts.credentials.passwords import Passwords
from services.accounts.domain.limits import FAILURES_PER_ACCOUNT_MAX
from tests.service.accounts.house import PASSWORD, House, claims_of, request_id
from tests.support.refusals import fields_of, refusal


async def test_a_new_worker_signs_in_whatever_the_case_of_the_address(house: House) -> None:
    account_id = await house.register("Kim.Ilgam@Example.kr", name=" 김일감 👩‍👩‍👧 ")
    session = await house.sign_in("kim.ilgam@example.KR")
    claims = claims_of(session)
    assert claims["sub"] == account_id == session.account_id
    assert (claims["iss"], claims["aud"], claims["sid"]) == ("ilgam", "ilgam", session.session_id)
    assert claims["roles"] == ["worker"]
    assert claims["exp"] - claims["iat"] == 300
    assert claims["exp"] == session.access_expire_time.seconds
    account = await house.signed_in(session).GetAccount(pb.GetAccountRequest())
    assert (account.email, account.display_name, account.language) == (
        "kim.ilgam@example.kr",
        "김일감 👩‍👩‍👧",
        "ko",
    )


async def test_registering_twice_by_one_request_opens_one_account(house: House) -> None:
    request = pb.RegisterAccountRequest(
        request_id=request_id(), email="a@example.kr", password=PASSWORD, display_name="가"
    )
    first, second = await asyncio.gather(house.open.RegisterAccount(request), house.open.RegisterAccount(request))
    assert first.account_id == second.account_id
    request.password = "another password"
    assert (await refusal(house.open.RegisterAccount(request))).reason == "REQUEST_REUSED"
    request.request_id = request_id()
    other = await house.open.RegisterAccount(request)
    assert other.account_id != first.account_id  # and nobody has it: an address that is taken is not told
    assert len(await house.service.emitted(events.AccountRegistered)) == 2  # and the operator


async def test_events_and_stored_requests_hold_no_personal_data(house: House) -> None:
    await house.register("canary@example.kr", name="카나리아")
    await house.import_rows(
        pb.ImportAccountRow(email="canary2@example.kr", display_name="카나리아", roles=[pb.ROLE_WORKER])
    )
    payloads = [bytes(row[0]) for row in await house.run("SELECT payload FROM outbox")]
    stored = [bytes(row[0]) for row in await house.run("SELECT response FROM request")]
    for content in (*payloads, *stored):
        assert b"canary" not in content
        assert "카나리아".encode() not in content
    granted = await house.service.emitted(events.RoleGranted)
    assert [(event.role, event.revision) for event in granted] == [("operator", 2), ("worker", 2), ("worker", 2)]


WRONG_FIELDS = (
    ({"email": "no address"}, "email"),
    ({"password": "short"}, "password"),
    ({"display_name": "x" * 81}, "display_name"),
    ({"display_name": "   "}, "display_name"),
    ({"display_name": "two\nlines"}, "display_name"),
    ({"language": "fr"}, "language"),
    ({"request_id": "1"}, "request_id"),
)


async def test_a_wrong_field_of_a_registration_is_named(house: House) -> None:
    good: dict[str, Any] = {
        "request_id": request_id(),
        "email": "b@example.kr",
        "password": PASSWORD,
        "display_name": "나",
    }
    for changed, field in WRONG_FIELDS:
        error = await refusal(house.open.RegisterAccount(pb.RegisterAccountRequest(**(good | changed))))
        assert (error.code, fields_of(error)) == (grpc.StatusCode.INVALID_ARGUMENT, [field])
    for proof in ({}, {"password": PASSWORD, "sign_in_code": "0" * 26}):
        error = await refusal(house.open.SignIn(pb.SignInRequest(email="b@example.kr", **proof)))
        assert (error.reason, fields_of(error)) == ("FIELD_INVALID", ["password"])


async def test_an_unknown_address_and_a_wrong_password_get_the_same_answer_for_the_same_work(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.register("known@example.kr")
    (with_code,) = await house.import_rows(pb.ImportAccountRow(email="code@example.kr", display_name="다"))
    checks: Counter[str] = Counter()
    verify = Passwords._verify

    def counted(self: Passwords, password_hash: str, password: str) -> bool:
        checks[password_hash.split("$")[3]] += 1  # argon2id's parameters
        return verify(self, password_hash, password)

    monkeypatch.setattr(Passwords, "_verify", counted)
    answers = set()
    for email in ("known@example.kr", "unknown@example.kr", "code@example.kr"):
        error = await refusal(house.open.SignIn(pb.SignInRequest(email=email, password="wrong password")))
        answers.add((error.code, error.reason, error.message, tuple(error.metadata)))
    for email in ("known@example.kr", "unknown@example.kr", "code@example.kr"):
        error = await refusal(house.open.SignIn(pb.SignInRequest(email=email, sign_in_code="0" * 26)))
        answers.add((error.code, error.reason, error.message, tuple(error.metadata)))
    assert len(answers) == 1
    assert checks == {"m=19456,t=2,p=1": 3}
    assert with_code.sign_in_code


async def _fail(house: House, email: str, times: int) -> list[Any]:
    request = pb.SignInRequest(email=email, password="wrong password")
    return list(await asyncio.gather(*(refusal(house.open.SignIn(request)) for _ in range(times))))


async def test_failures_are_limited_even_when_they_come_at_once(house: House) -> None:
    await house.register("owner@example.kr")
    for email in ("owner@example.kr", "nobody@example.kr"):
        errors = await _fail(house, email, FAILURES_PER_ACCOUNT_MAX + 6)
        assert Counter(error.reason for error in errors) == {
            "CREDENTIALS_WRONG": FAILURES_PER_ACCOUNT_MAX,
            "SIGN_IN_LIMITED": 6,
        }
        error = await refusal(house.sign_in(email))
        assert (error.code, error.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "SIGN_IN_LIMITED")
        assert 0 < int(error.metadata["retry_seconds"]) <= 900


async def test_a_stranger_elsewhere_cannot_lock_the_owner_out(house: House) -> None:
    await house.register("owner@example.kr")
    await _fail(house, "owner@example.kr", FAILURES_PER_ACCOUNT_MAX + 1)
    assert (await refusal(house.sign_in("owner@example.kr"))).reason == "SIGN_IN_LIMITED"
    # The same failures, as if they had come from another address.
    await house.run("UPDATE failed_sign_in SET place = '203.0.113.9'")
    assert (await house.sign_in("owner@example.kr")).access_token
    # And here again, but too long ago to count.
    await _fail(house, "owner@example.kr", FAILURES_PER_ACCOUNT_MAX)
    await house.run("UPDATE failed_sign_in SET attempt_time = attempt_time - interval '15 minutes'")
    assert (await house.sign_in("owner@example.kr")).access_token


async def test_a_success_forgets_the_failures_before_it(house: House) -> None:
    await house.register("owner@example.kr")
    for _ in range(3):
        await _fail(house, "owner@example.kr", FAILURES_PER_ACCOUNT_MAX - 1)
        await house.sign_in("owner@example.kr")
    assert await house.run("SELECT 1 FROM failed_sign_in") == []
