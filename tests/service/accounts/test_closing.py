"""What people agree to, what they are called, and the end of an account."""

import asyncio
from typing import Any, cast

import grpc
from ilgam.accounts.v1 import accounts_events_pb2 as events
from ilgam.accounts.v1 import accounts_service_pb2 as pb

from services.accounts.domain.consents import PRESENT_VERSIONS, Consent, Document, renewed_documents
from services.core.clock import utc_now
from tests.service.accounts.house import OPERATOR_EMAIL, OPERATOR_PASSWORD, PASSWORD, Edge, House, request_id
from tests.support.refusals import fields_of, refusal

ADDRESS = "canary.person@example.kr"
NAME = "카나리아"


def closing() -> pb.CloseAccountRequest:
    return pb.CloseAccountRequest(request_id=request_id())


async def test_consents_are_given_withdrawn_and_given_again_with_their_dates(house: House) -> None:
    await house.register(ADDRESS)
    me = house.signed_in(await house.sign_in(ADDRESS))
    notices = pb.Agreement(document=pb.DOCUMENT_EMAIL_NOTICES, version=1)
    give = pb.GiveConsentsRequest(request_id=request_id(), consents=[notices])
    await asyncio.gather(me.GiveConsents(give), me.GiveConsents(give))
    withdraw = pb.WithdrawConsentRequest(request_id=request_id(), document=pb.DOCUMENT_EMAIL_NOTICES)
    await me.WithdrawConsent(withdraw)
    (gone,) = [
        one
        for one in (await me.ListConsents(pb.ListConsentsRequest())).consents
        if one.document == pb.DOCUMENT_EMAIL_NOTICES
    ]
    assert (gone.agreed_version, gone.HasField("withdraw_time"), gone.HasField("agree_time")) == (0, True, False)
    give.request_id = request_id()
    await me.GiveConsents(give)
    assert [tuple(row) for row in await house.run("SELECT withdraw_time IS NULL FROM consent ORDER BY consent_id")] == [
        (False,),
        (True,),
    ]


async def test_what_an_account_needs_cannot_be_withdrawn_and_only_known_documents_are_taken(house: House) -> None:
    await house.register(ADDRESS)
    me = house.signed_in(await house.sign_in(ADDRESS))
    for document in (pb.DOCUMENT_TERMS, pb.DOCUMENT_PRIVACY):
        error = await refusal(me.WithdrawConsent(pb.WithdrawConsentRequest(request_id=request_id(), document=document)))
        assert error.reason == "CONSENT_MISSING"
    odd = pb.GiveConsentsRequest(request_id=request_id(), consents=[pb.Agreement(document=cast(Any, 99), version=1)])
    assert fields_of(await refusal(me.GiveConsents(odd))) in (["consents[0].document"], ["consents"])


def test_only_who_agreed_to_an_older_version_is_asked_again() -> None:
    present = PRESENT_VERSIONS[Document.TERMS]
    given = [Consent(Document.TERMS, present - 1, utc_now(), None)]
    assert renewed_documents(given) == [Document.TERMS]
    assert renewed_documents([*given, Consent(Document.TERMS, present, utc_now(), None)]) == []
    assert renewed_documents([]) == []


async def test_a_name_is_changed_and_told_to_the_edge_alone(house: House) -> None:
    account_id = await house.register(ADDRESS)
    session = await house.sign_in(ADDRESS)
    me = house.signed_in(session)
    await me.SetDisplayName(pb.SetDisplayNameRequest(request_id=request_id(), display_name=" 박가온 👩‍👧 "))
    asked = pb.ListNamesRequest(ids=[account_id, request_id()])
    names = (await house.as_caller(Edge()).ListNames(asked)).names
    assert [(name.id, name.display_name) for name in names] == [(account_id, "박가온 👩‍👧")]
    assert (await refusal(me.ListNames(asked))).reason == "AUDIENCE_DENIED"


async def test_all_other_sessions_end_at_once(house: House) -> None:
    await house.register(ADDRESS)
    here, there = await house.sign_in(ADDRESS), await house.sign_in(ADDRESS)
    answer = await house.signed_in(here).RevokeOtherSessions(pb.RevokeOtherSessionsRequest(request_id=request_id()))
    assert answer.ended_count == 1
    assert (await refusal(house.continued(there))).reason == "SESSION_ENDED"
    assert await house.continued(here)


async def test_a_closed_account_leaves_its_id_alone_and_its_address_is_free(house: House) -> None:
    account_id = await house.register(ADDRESS, NAME)
    session, other = await house.sign_in(ADDRESS), await house.sign_in(ADDRESS)
    me = house.signed_in(session)
    await me.GiveConsents(
        pb.GiveConsentsRequest(request_id=request_id(), consents=[pb.Agreement(document=pb.DOCUMENT_TERMS, version=1)])
    )
    key = await me.CreateApiKey(pb.CreateApiKeyRequest(request_id=request_id(), name=NAME))
    await refusal(house.sign_in(ADDRESS, "a wrong password"))
    await house.open.RequestPasswordReset(pb.RequestPasswordResetRequest(request_id=request_id(), email=ADDRESS))
    reset = (await house.mailbox.arrived(ADDRESS, 2))[-1]
    await me.CloseAccount(closing())

    (event,) = await house.service.emitted(events.AccountClosed, 1)
    assert (event.account_id, event.revision) == (account_id, 3)
    for token in (session, other):
        assert (await refusal(house.continued(token))).reason == "SESSION_ENDED"
    # As an address that nobody has.
    unknown = await refusal(house.sign_in("nobody@example.kr"))
    closed = await refusal(house.sign_in(ADDRESS))
    assert (closed.code, closed.reason, closed.message) == (unknown.code, unknown.reason, unknown.message)
    for refused in (
        house.open.ExchangeApiKey(pb.ExchangeApiKeyRequest(secret=key.secret)),
        house.open.ResetPassword(
            pb.ResetPasswordRequest(request_id=request_id(), token=reset.token, password="one more password")
        ),
        me.GetAccount(pb.GetAccountRequest()),
        me.SetDisplayName(pb.SetDisplayNameRequest(request_id=request_id(), display_name="나")),
        me.CreateApiKey(pb.CreateApiKeyRequest(request_id=request_id(), name="more")),
        me.CloseAccount(closing()),
    ):
        await refusal(refused)
    assert await all_text(house, ADDRESS, NAME) == []
    assert not (await house.as_caller(Edge()).ListNames(pb.ListNamesRequest(ids=[account_id]))).names
    assert await house.register(ADDRESS, "새 사람") != account_id
    assert await house.sign_in(ADDRESS)


async def all_text(house: House, *canaries: str) -> list[str]:
    """Where in this database one of the texts stands."""
    tables = await house.run(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
    )
    found = []
    for (table,) in tables:
        for row in await house.run(f'SELECT row_to_json(t)::text FROM "{table}" t'):
            found += [table for canary in canaries if canary in row[0] or canary.encode().hex() in row[0]]
    return found


async def test_the_last_operator_stays_and_of_two_at_once_one_does(house: House) -> None:
    operator = await house.operator()
    error = await refusal(operator.CloseAccount(closing()))
    assert (error.code, error.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "CONFLICT")
    second = "second@example.kr"
    await house.import_rows(
        pb.ImportAccountRow(email=second, display_name="둘째", roles=[pb.ROLE_OPERATOR], password=PASSWORD)
    )
    sessions = [await house.sign_in(OPERATOR_EMAIL, OPERATOR_PASSWORD), await house.sign_in(second)]
    answers = await asyncio.gather(
        *(house.signed_in(session).CloseAccount(closing()) for session in sessions), return_exceptions=True
    )
    assert sorted(isinstance(answer, BaseException) for answer in answers) == [False, True]
