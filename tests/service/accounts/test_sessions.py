"""What a session is worth, how it is renewed, and how it ends."""

import grpc
import pytest
from ilgam.accounts.v1 import accounts_events_pb2 as events
from ilgam.accounts.v1 import accounts_service_pb2 as pb

from tests.service.accounts.house import PASSWORD, House, claims_of, request_id
from tests.support.identity import TestCaller
from tests.support.refusals import refusal
from tests.support.service import ServiceUnderTest


@pytest.fixture
async def session(house: House) -> pb.Session:
    await house.register("kim@example.kr")
    return await house.sign_in("kim@example.kr")


async def _refresh(house: House, token: str) -> pb.Session:
    return (await house.open.RefreshSession(pb.RefreshSessionRequest(refresh_token=token))).session


async def _revoked(service: ServiceUnderTest) -> list[str]:
    return [event.session_id for event in await service.emitted(events.SessionRevoked)]


async def test_a_refresh_token_is_good_once(house: House, session: pb.Session) -> None:
    renewed = await _refresh(house, session.refresh_token)
    assert renewed.session_id == session.session_id
    assert renewed.refresh_token not in ("", session.refresh_token)
    assert claims_of(renewed)["auth_time"] == claims_of(session)["auth_time"]
    assert (await _refresh(house, renewed.refresh_token)).session_id == session.session_id


async def test_a_caller_whose_answer_was_lost_may_show_the_same_token_again(house: House, session: pb.Session) -> None:
    await _refresh(house, session.refresh_token)
    renewed = await _refresh(house, session.refresh_token)
    assert (await _refresh(house, renewed.refresh_token)).session_id == session.session_id


async def test_a_token_used_long_ago_ends_the_session_for_both_who_hold_it(house: House, session: pb.Session) -> None:
    renewed = await _refresh(house, session.refresh_token)
    await house.run("UPDATE refresh_token SET use_time = use_time - interval '31 seconds'")
    error = await refusal(_refresh(house, session.refresh_token))
    assert (error.code, error.reason) == (grpc.StatusCode.UNAUTHENTICATED, "SESSION_ENDED")
    assert (await refusal(_refresh(house, renewed.refresh_token))).reason == "SESSION_ENDED"
    assert await _revoked(house.service) == [session.session_id]


async def test_unknown_and_old_refresh_tokens_are_refused(house: House, session: pb.Session) -> None:
    stored = await house.run("SELECT encode(token_digest, 'escape') FROM refresh_token")
    assert [session.refresh_token in row[0] for row in stored] == [False]
    assert (await refusal(_refresh(house, "never given to anybody"))).reason == "SESSION_ENDED"
    await house.run("UPDATE refresh_token SET expire_time = now()")
    assert (await refusal(_refresh(house, session.refresh_token))).reason == "SESSION_ENDED"
    assert await _revoked(house.service) == []


async def test_reauthentication_makes_the_sign_in_fresh_again(house: House, session: pb.Session) -> None:
    await house.run("UPDATE session SET auth_time = auth_time - interval '1 hour'")
    stale = await _refresh(house, session.refresh_token)
    setting = pb.SetPasswordRequest(request_id=request_id(), password="a new password")
    error = await refusal(house.signed_in(stale).SetPassword(setting))
    assert (error.code, error.reason) == (grpc.StatusCode.PERMISSION_DENIED, "SIGN_IN_NOT_FRESH")
    answer = await house.signed_in(stale).Reauthenticate(pb.ReauthenticateRequest(password=PASSWORD))
    assert answer.session.session_id == session.session_id
    await house.signed_in(answer.session).SetPassword(setting)
    assert (await _refresh(house, answer.session.refresh_token)).session_id == session.session_id


async def test_reauthentication_with_a_wrong_password_is_refused_and_limited(house: House, session: pb.Session) -> None:
    stub = house.signed_in(session)
    reasons = [
        (await refusal(stub.Reauthenticate(pb.ReauthenticateRequest(password="wrong password")))).reason
        for _ in range(11)
    ]
    assert reasons == ["CREDENTIALS_WRONG"] * 10 + ["SIGN_IN_LIMITED"]


async def test_an_ended_session_cannot_be_proved_or_renewed(house: House, session: pb.Session) -> None:
    stub = house.signed_in(session)
    await stub.SignOut(pb.SignOutRequest())
    await stub.SignOut(pb.SignOutRequest())
    assert (await refusal(_refresh(house, session.refresh_token))).reason == "SESSION_ENDED"
    again = stub.Reauthenticate(pb.ReauthenticateRequest(password=PASSWORD))
    assert (await refusal(again)).reason == "SESSION_ENDED"
    assert await _revoked(house.service) == [session.session_id]


async def test_of_too_many_sessions_the_one_unused_longest_ends(house: House, session: pb.Session) -> None:
    rows = await house.run("""
        INSERT INTO session (session_id, account_id, create_time, last_use_time, auth_time, expire_time, revision)
        SELECT uuidv7(), account_id, now(), now() - number * interval '1 hour', now(), expire_time, 1
        FROM session, generate_series(1, 49) AS number
        RETURNING session_id::text, last_use_time
    """)
    unused_longest = min(rows, key=lambda row: row.last_use_time).session_id
    await house.sign_in("kim@example.kr")
    assert await _revoked(house.service) == [unused_longest]
    assert (await _refresh(house, session.refresh_token)).session_id == session.session_id


async def test_people_see_and_end_their_own_sessions_only(house: House, session: pb.Session) -> None:
    other = await house.sign_in("kim@example.kr")
    await house.register("lee@example.kr")
    stranger = house.signed_in(await house.sign_in("lee@example.kr"))
    mine = house.signed_in(session)
    listed = (await mine.ListSessions(pb.ListSessionsRequest())).sessions
    assert [(one.session_id, one.current) for one in listed] == [
        (other.session_id, False),
        (session.session_id, True),
    ]
    revoking = pb.RevokeSessionRequest(request_id=request_id(), session_id=other.session_id)
    assert (await refusal(stranger.RevokeSession(revoking))).reason == "NOT_FOUND"
    await mine.RevokeSession(revoking)
    listed = (await mine.ListSessions(pb.ListSessionsRequest())).sessions
    assert [one.session_id for one in listed] == [session.session_id]
    assert (await refusal(_refresh(house, other.refresh_token))).reason == "SESSION_ENDED"


async def test_sessions_are_listed_page_by_page(house: House, session: pb.Session) -> None:
    ids = [session.session_id] + [(await house.sign_in("kim@example.kr")).session_id for _ in range(4)]
    stub, seen, token = house.signed_in(session), [], ""
    while True:
        page = await stub.ListSessions(pb.ListSessionsRequest(page_size=2, page_token=token))
        seen += [one.session_id for one in page.sessions]
        token = page.next_page_token
        if not token:
            break
    assert seen == ids[::-1]
    for wrong in ("nonsense", "eyJiZWZvcmUiOiIxIn0=", "eyJhZnRlciI6IjEifQ=="):
        error = await refusal(stub.ListSessions(pb.ListSessionsRequest(page_token=wrong)))
        assert error.reason == "PAGE_TOKEN_INVALID"


async def test_a_new_password_ends_the_other_sessions(house: House, session: pb.Session) -> None:
    other = await house.sign_in("kim@example.kr")
    await house.signed_in(session).SetPassword(
        pb.SetPasswordRequest(request_id=request_id(), password="a new password")
    )
    assert (await refusal(_refresh(house, other.refresh_token))).reason == "SESSION_ENDED"
    assert (await _refresh(house, session.refresh_token)).session_id == session.session_id
    assert (await refusal(house.sign_in("kim@example.kr"))).reason == "CREDENTIALS_WRONG"
    assert (await house.sign_in("kim@example.kr", "a new password")).access_token
    assert await _revoked(house.service) == [other.session_id]


async def test_too_many_sessions_end_the_oldest(house: House, session: pb.Session) -> None:
    await house.run(
        "INSERT INTO session SELECT gen_random_uuid(), account_id, create_time, last_use_time, auth_time, expire_time, "
        "NULL, 1 FROM session, generate_series(1, 49) WHERE session_id = CAST(:id AS uuid)",
        id=session.session_id,
    )
    await house.sign_in("kim@example.kr")
    counted = await house.run(
        "SELECT count(*) FROM session WHERE end_time IS NULL AND account_id = CAST(:id AS uuid)", id=session.account_id
    )
    assert counted[0][0] == 50
    assert len(await _revoked(house.service)) == 1


async def test_a_token_for_an_account_that_is_gone_finds_nothing(house: House) -> None:
    stub = house.as_caller(TestCaller(roles=("worker",)))
    assert (await refusal(stub.GetAccount(pb.GetAccountRequest()))).reason == "NOT_FOUND"
    setting = pb.SetPasswordRequest(request_id=request_id(), password="a new password")
    assert (await refusal(stub.SetPassword(setting))).reason == "NOT_FOUND"
    making = pb.CreateApiKeyRequest(request_id=request_id(), name="key")
    assert (await refusal(stub.CreateApiKey(making))).reason == "NOT_FOUND"
