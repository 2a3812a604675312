"""Opening many accounts at once, and the codes for the first sign-in."""

from dataclasses import replace

import grpc
from ilgam.accounts.v1 import accounts_events_pb2 as events
from ilgam.accounts.v1 import accounts_service_pb2 as pb

from tests.service.accounts.house import PASSWORD, House, request_id
from tests.support.identity import operator
from tests.support.refusals import refusal

ACCEPTED, DUPLICATE, REFUSED = pb.IMPORT_STATE_ACCEPTED, pb.IMPORT_STATE_DUPLICATE, pb.IMPORT_STATE_REFUSED


def _row(email: str, *roles: pb.Role.ValueType, name: str = "수료생", password: str = "") -> pb.ImportAccountRow:
    return pb.ImportAccountRow(email=email, display_name=name, roles=roles, password=password)


async def test_every_row_gets_its_own_verdict(house: House) -> None:
    known = await house.register("known@example.kr")
    verdicts = await house.import_rows(
        _row("code@example.kr", pb.ROLE_WORKER, pb.ROLE_WORKER),
        _row("password@example.kr", pb.ROLE_WORKER, password=PASSWORD),
        _row("CODE@example.kr", pb.ROLE_WORKER),
        _row("known@example.kr", pb.ROLE_WORKER),
        _row("no address"),
        _row("x@example.kr", name=""),
        _row("x@example.kr", name="가" * 81),
        _row("x@example.kr", password="short"),
        _row("x@example.kr", pb.ROLE_COMPANY),
        _row("nothing@example.kr"),
    )
    assert [one.state for one in verdicts] == [ACCEPTED, ACCEPTED, DUPLICATE, DUPLICATE, *[REFUSED] * 5, ACCEPTED]
    assert [bool(one.sign_in_code) for one in verdicts] == [True, *[False] * 8, True]
    assert verdicts[2].account_id == verdicts[0].account_id
    assert verdicts[3].account_id == known
    assert [one.detail.split(":")[0] for one in verdicts[4:9]] == [
        "email",
        "display_name",
        "display_name",
        "password",
        "roles",
    ]
    granted = {event.account_id for event in await house.service.emitted(events.RoleGranted)}
    assert {verdicts[0].account_id, verdicts[1].account_id} < granted
    assert verdicts[9].account_id not in granted
    assert (await house.sign_in("password@example.kr")).account_id == verdicts[1].account_id


async def test_a_code_is_good_once_and_as_people_type_it(house: House) -> None:
    first, second = await house.import_rows(_row("a@example.kr"), _row("b@example.kr"))

    async def sign_in(email: str, code: str) -> pb.Session:
        return (await house.open.SignIn(pb.SignInRequest(email=email, sign_in_code=code))).session

    assert (await refusal(sign_in("b@example.kr", first.sign_in_code))).reason == "CREDENTIALS_WRONG"
    typed = first.sign_in_code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    session = await sign_in("A@example.kr", typed)
    assert session.account_id == first.account_id
    assert (await refusal(sign_in("a@example.kr", first.sign_in_code))).reason == "CREDENTIALS_WRONG"
    await house.run("UPDATE sign_in_code SET expire_time = now()")
    assert (await refusal(sign_in("b@example.kr", second.sign_in_code))).reason == "CREDENTIALS_WRONG"
    await house.signed_in(session).SetPassword(pb.SetPasswordRequest(request_id=request_id(), password=PASSWORD))
    assert (await house.sign_in("a@example.kr")).account_id == first.account_id


async def test_codes_are_told_once_and_stored_nowhere(house: House) -> None:
    stub = await house.operator()
    request = pb.ImportAccountsRequest(request_id=request_id(), rows=[_row("a@example.kr", password=""), _row("b")])
    first = await stub.ImportAccounts(request)
    again = await stub.ImportAccounts(request)
    code = first.verdicts[0].sign_in_code
    assert code
    assert [one.sign_in_code for one in again.verdicts] == ["", ""]
    first.verdicts[0].sign_in_code = ""
    assert again == first
    stored = await house.run("SELECT response FROM request")
    assert not any(code.encode() in bytes(row[0]) for row in stored)
    request.rows[0].password = PASSWORD
    assert (await refusal(stub.ImportAccounts(request))).reason == "REQUEST_REUSED"


async def test_a_thousand_people_are_imported_at_once(house: House) -> None:
    verdicts = await house.import_rows(*(_row(f"w{n}@example.kr", pb.ROLE_WORKER) for n in range(1000)))
    assert {one.state for one in verdicts} == {ACCEPTED}
    assert len({one.sign_in_code for one in verdicts}) == 1000
    granted = await house.service.emitted(events.RoleGranted)
    assert len({event.account_id for event in granted if event.role == "worker"}) == 1000
    facts = [
        fact async for page in (await house.operator()).StreamAudit(pb.StreamAuditRequest()) for fact in page.facts
    ]
    assert [fact.id for fact in facts] == sorted(fact.id for fact in facts)
    assert len(facts) == 1001
    assert {(fact.state, fact.revision) for fact in facts} == {("OPEN", 2)}


async def test_importing_operators_needs_a_fresh_sign_in(house: House) -> None:
    stale = house.as_caller(replace(operator(), auth_age_seconds=301))
    request = pb.ImportAccountsRequest(request_id=request_id(), rows=[_row("a@example.kr", pb.ROLE_WORKER)])
    assert (await stale.ImportAccounts(request)).verdicts[0].state == ACCEPTED
    request = pb.ImportAccountsRequest(request_id=request_id(), rows=[_row("b@example.kr", pb.ROLE_OPERATOR)])
    error = await refusal(stale.ImportAccounts(request))
    assert (error.code, error.reason) == (grpc.StatusCode.PERMISSION_DENIED, "SIGN_IN_NOT_FRESH")
