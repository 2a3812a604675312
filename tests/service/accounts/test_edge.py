"""The web's edge continues sessions that it names by id alone, and says for whose address it speaks."""

import grpc
import pytest
from ilgam.accounts.v1 import accounts_events_pb2 as events
from ilgam.accounts.v1 import accounts_service_pb2 as pb

from services.core.ids import new_id
from tests.service.accounts.house import PASSWORD, Edge, House, claims_of, request_id
from tests.support.refusals import refusal


@pytest.fixture
async def session(house: House) -> pb.Session:
    await house.register("kim@example.kr")
    return await house.sign_in("kim@example.kr")


async def _ended(house: House, session: pb.Session) -> None:
    error = await refusal(house.continued(session))
    assert (error.code, error.reason) == (grpc.StatusCode.UNAUTHENTICATED, "SESSION_ENDED")


async def _mistyped(house: House, edge: Edge) -> str:
    wrong = pb.ReauthenticateRequest(password="wrong password")
    return (await refusal(house.as_caller(edge).Reauthenticate(wrong))).reason


async def test_the_edge_gets_a_token_as_fresh_as_the_session_and_nothing_to_refresh(
    house: House, session: pb.Session
) -> None:
    await house.run("UPDATE session SET auth_time = auth_time - interval '1 hour'")
    continued = await house.continued(session)
    assert (continued.session_id, continued.account_id) == (session.session_id, session.account_id)
    assert (continued.refresh_token, continued.HasField("refresh_expire_time")) == ("", False)
    assert claims_of(continued)["auth_time"] == claims_of(session)["auth_time"] - 3600
    assert claims_of(continued)["sid"] == session.session_id
    assert [grant.role for grant in continued.roles] == [pb.ROLE_WORKER]
    account = await house.signed_in(continued).GetAccount(pb.GetAccountRequest())
    assert account.account_id == session.account_id
    again = await house.open.RefreshSession(pb.RefreshSessionRequest(refresh_token=session.refresh_token))
    assert again.session.session_id == session.session_id


async def test_a_role_granted_since_is_in_the_next_token(house: House, session: pb.Session) -> None:
    granting = pb.GrantRoleRequest(request_id=request_id(), account_id=session.account_id, role=pb.ROLE_OPERATOR)
    await (await house.operator()).GrantRole(granting)
    assert claims_of(await house.continued(session))["roles"] == ["operator", "worker"]


async def test_only_who_holds_the_edge_key_continues_sessions(house: House, session: pb.Session) -> None:
    request = pb.ContinueSessionRequest(session_id=session.session_id)
    for stub in (house.open, house.signed_in(session), await house.operator(), house.as_caller(Edge(key="guessed"))):
        error = await refusal(stub.ContinueSession(request))
        assert (error.code, error.reason) == (grpc.StatusCode.PERMISSION_DENIED, "AUDIENCE_DENIED")


async def test_a_signed_out_session_ends_for_the_edge_and_is_told(house: House, session: pb.Session) -> None:
    continued = await house.continued(session)
    await house.signed_in(continued).SignOut(pb.SignOutRequest())
    await _ended(house, session)
    (revoked,) = await house.service.emitted(events.SessionRevoked)
    assert (revoked.session_id, revoked.account_id) == (session.session_id, session.account_id)


async def test_unknown_expired_and_long_unused_sessions_have_ended(house: House, session: pb.Session) -> None:
    await _ended(house, pb.Session(session_id=str(new_id())))
    await house.run("UPDATE session SET last_use_time = now() - interval '30 days'")
    await _ended(house, session)
    await house.run("UPDATE session SET last_use_time = now(), expire_time = now()")
    await _ended(house, session)


async def test_a_key_for_a_program_is_no_session(house: House, session: pb.Session) -> None:
    making = pb.CreateApiKeyRequest(request_id=request_id(), name="program")
    made = await house.signed_in(session).CreateApiKey(making)
    await _ended(house, pb.Session(session_id=made.api_key_id))


async def test_the_last_use_is_noted_at_most_once_a_minute(house: House, session: pb.Session) -> None:
    async def last_use() -> list[object]:
        return [tuple(row) for row in await house.run("SELECT last_use_time FROM session ORDER BY session_id")]

    before = await last_use()
    await house.continued(session)
    assert await last_use() == before
    await house.run("UPDATE session SET last_use_time = last_use_time - interval '29 days'")
    await house.continued(session)
    (age,) = await house.run("SELECT now() - last_use_time < interval '1 minute' FROM session")
    assert age[0]


async def test_sign_ins_are_limited_by_the_address_the_edge_names(house: House, session: pb.Session) -> None:
    here, there = Edge(session=session, address="192.0.2.1"), Edge(session=session, address="2001:db8::1")
    assert [await _mistyped(house, here) for _ in range(11)] == ["CREDENTIALS_WRONG"] * 10 + ["SIGN_IN_LIMITED"]
    assert await _mistyped(house, there) == "CREDENTIALS_WRONG"
    places = await house.run("SELECT DISTINCT place FROM failed_sign_in ORDER BY place")
    assert [row[0] for row in places] == ["192.0.2.1", "2001:db8::/64"]


async def test_nobody_else_can_name_an_address(house: House, session: pb.Session) -> None:
    for number in range(3):
        forged = Edge(session=session, key="guessed", address=f"192.0.2.{number}")
        await _mistyped(house, forged)
    await _mistyped(house, Edge(session=session, address="no address"))
    places = await house.run("SELECT DISTINCT place FROM failed_sign_in")
    assert [row[0] for row in places] == ["127.0.0.1"]


async def test_an_ended_token_does_not_keep_the_edge_from_going_on(house: House, session: pb.Session) -> None:
    spoilt = Edge(session=pb.Session(access_token="x.y.z"))
    assert (await house.continued(session, spoilt)).session_id == session.session_id
    assert (await house.sign_in("kim@example.kr", PASSWORD)).access_token
