"""Signing up, verifying an address, and a new password for who has forgotten theirs."""

import asyncio
from typing import Any

import grpc
from ilgam.accounts.v1 import accounts_events_pb2 as events
from ilgam.accounts.v1 import accounts_service_pb2 as pb

from services.accounts.domain.limits import LIVE_RESETS_MAX, VERIFICATION_TRIES_MAX, VERIFICATIONS_MAX, CountedAct
from tests.service.accounts.house import PASSWORD, Edge, House, request_id
from tests.support.refusals import fields_of, refusal

ADDRESS = "haneul@example.kr"
NEW_PASSWORD = "another long password"
AGREED = [pb.Agreement(document=pb.DOCUMENT_TERMS, version=1), pb.Agreement(document=pb.DOCUMENT_PRIVACY, version=1)]


def registering(email: str = ADDRESS, **changed: Any) -> pb.RegisterAccountRequest:
    fields: dict[str, Any] = {
        "request_id": request_id(),
        "email": email,
        "password": PASSWORD,
        "display_name": "김하늘",
    }
    return pb.RegisterAccountRequest(**(fields | changed))


def verifying(code: str) -> pb.VerifyEmailRequest:
    return pb.VerifyEmailRequest(request_id=request_id(), code=code)


def asking(email: str = ADDRESS) -> pb.RequestPasswordResetRequest:
    return pb.RequestPasswordResetRequest(request_id=request_id(), email=email)


def resetting(token: str, password: str = NEW_PASSWORD) -> pb.ResetPasswordRequest:
    return pb.ResetPasswordRequest(request_id=request_id(), token=token, password=password)


def other(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


async def test_the_code_from_the_e_mail_verifies_the_address(house: House) -> None:
    await house.open.RegisterAccount(registering(language="en"))
    me = house.signed_in(await house.sign_in(ADDRESS))
    assert not (await me.GetAccount(pb.GetAccountRequest())).email_verified
    (mail,) = await house.mailbox.arrived(ADDRESS)
    assert mail.subject == "[Ilgam] Your code"
    assert (await refusal(me.VerifyEmail(verifying(other(mail.code))))).reason == "CODE_INVALID"
    request = verifying(mail.code)
    await asyncio.gather(me.VerifyEmail(request), me.VerifyEmail(request))
    assert (await me.GetAccount(pb.GetAccountRequest())).email_verified
    sent = await me.SendVerification(pb.SendVerificationRequest(request_id=request_id()))
    assert sent.verified_already


async def test_a_code_is_void_after_five_tries_and_a_new_one_is_good(house: House) -> None:
    await house.open.RegisterAccount(registering())
    me = house.signed_in(await house.sign_in(ADDRESS))
    (mail,) = await house.mailbox.arrived(ADDRESS)
    for _ in range(VERIFICATION_TRIES_MAX):
        await refusal(me.VerifyEmail(verifying(other(mail.code))))
    assert (await refusal(me.VerifyEmail(verifying(mail.code)))).reason == "CODE_INVALID"
    for _ in range(VERIFICATIONS_MAX - 1):
        await me.SendVerification(pb.SendVerificationRequest(request_id=request_id()))
    error = await refusal(me.SendVerification(pb.SendVerificationRequest(request_id=request_id())))
    assert error.reason == "TOO_MANY"
    assert 0 < int(error.metadata["retry_seconds"]) <= 3600
    mails = await house.mailbox.arrived(ADDRESS, VERIFICATIONS_MAX)
    await me.VerifyEmail(verifying(mails[-1].code))


async def test_an_old_code_is_void_and_codes_are_not_stored(house: House) -> None:
    account_id = (await house.open.RegisterAccount(registering())).account_id
    me = house.signed_in(await house.sign_in(ADDRESS))
    (mail,) = await house.mailbox.arrived(ADDRESS)
    (row,) = await house.run("SELECT body, secret_sealed FROM mail WHERE account_id = :id", id=account_id)
    assert tuple(row) == ("", None)
    await house.run("UPDATE verification SET expire_time = now() WHERE account_id = :id", id=account_id)
    assert (await refusal(me.VerifyEmail(verifying(mail.code)))).reason == "CODE_INVALID"


async def test_an_address_that_is_taken_is_not_told_and_its_owner_hears_of_it_once(house: House) -> None:
    await house.open.RegisterAccount(registering())
    for _ in range(2):
        answer = await house.open.RegisterAccount(registering("HANEUL@example.kr", password="a stranger's password"))
        assert not await house.run("SELECT 1 FROM account WHERE account_id = :id", id=answer.account_id)
    mails = await house.mailbox.arrived(ADDRESS, 2)
    assert [mail.subject for mail in mails] == ["[일감] 확인 번호", "[일감] 이미 계정이 있어요"]
    assert await house.sign_in(ADDRESS)
    assert (await refusal(house.sign_in(ADDRESS, "a stranger's password"))).reason == "CREDENTIALS_WRONG"
    assert len(await house.service.emitted(events.AccountRegistered)) == 2  # with the operator


async def test_a_place_opens_so_many_accounts_and_another_place_is_not_held_up(house: House) -> None:
    await house.run(
        "INSERT INTO counted_act SELECT gen_random_uuid(), 'REGISTER', '203.0.113.7', now() FROM generate_series(1, :n)",
        n=CountedAct.REGISTER.most,
    )
    there, elsewhere = house.as_caller(Edge(address="203.0.113.7")), house.as_caller(Edge(address="203.0.113.8"))
    error = await refusal(there.RegisterAccount(registering()))
    assert (error.code, error.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY")
    await elsewhere.RegisterAccount(registering())


async def test_what_is_agreed_to_at_sign_up_must_be_the_present_version(house: House) -> None:
    old = [pb.Agreement(document=pb.DOCUMENT_TERMS, version=9)]
    error = await refusal(house.open.RegisterAccount(registering(consents=old)))
    assert fields_of(error) == ["consents[0].version"]
    await house.open.RegisterAccount(registering(consents=AGREED))
    me = house.signed_in(await house.sign_in(ADDRESS))
    consents = (await me.ListConsents(pb.ListConsentsRequest())).consents
    assert [(one.document, one.agreed_version) for one in consents] == [
        (pb.DOCUMENT_TERMS, 1),
        (pb.DOCUMENT_PRIVACY, 1),
        (pb.DOCUMENT_EMAIL_NOTICES, 0),
    ]


async def test_a_link_sets_a_new_password_once_ends_all_sessions_and_proves_the_address(house: House) -> None:
    await house.open.RegisterAccount(registering())
    before = await house.sign_in(ADDRESS)
    await house.open.RequestPasswordReset(asking())
    _, mail = await house.mailbox.arrived(ADDRESS, 2)
    request = resetting(mail.token)
    await house.open.ResetPassword(request)
    await house.open.ResetPassword(request)  # the same request is the same act
    assert (await refusal(house.open.ResetPassword(resetting(mail.token)))).reason == "CODE_INVALID"
    assert (await refusal(house.continued(before))).reason == "SESSION_ENDED"
    assert (await refusal(house.sign_in(ADDRESS))).reason == "CREDENTIALS_WRONG"
    me = house.signed_in(await house.sign_in(ADDRESS, NEW_PASSWORD))
    assert (await me.GetAccount(pb.GetAccountRequest())).email_verified
    assert (await house.mailbox.arrived(ADDRESS, 3))[-1].subject == "[일감] 비밀번호가 바뀌었어요"


async def test_asking_is_answered_alike_for_every_address_and_writes_to_known_ones_only(house: House) -> None:
    await house.open.RegisterAccount(registering())
    known = await house.open.RequestPasswordReset(asking())
    unknown = await house.open.RequestPasswordReset(asking("nobody@example.kr"))
    assert known == unknown
    await house.mailbox.arrived(ADDRESS, 2)
    assert house.mailbox.to("nobody@example.kr") == []
    assert len(await house.run("SELECT 1 FROM password_reset")) == 2  # the same is written for both


async def test_asking_in_anothers_name_fills_no_mailbox_and_leaves_the_owner_good_links(house: House) -> None:
    await house.open.RegisterAccount(registering())
    for number in range(LIVE_RESETS_MAX + 3):
        await house.as_caller(Edge(address=f"203.0.113.{number}")).RequestPasswordReset(asking())
    mails = await house.mailbox.arrived(ADDRESS, 1 + LIVE_RESETS_MAX)
    assert len(mails) == 1 + LIVE_RESETS_MAX
    await house.open.ResetPassword(resetting(mails[-1].token))
    # The others are void with it.
    assert (await refusal(house.open.ResetPassword(resetting(mails[1].token)))).reason == "CODE_INVALID"


async def test_a_link_that_is_too_old_or_made_up_is_refused(house: House) -> None:
    await house.open.RegisterAccount(registering())
    await house.open.RequestPasswordReset(asking())
    _, mail = await house.mailbox.arrived(ADDRESS, 2)
    await house.run("UPDATE password_reset SET expire_time = now()")
    for token in (mail.token, "made up", "%" * 200):
        assert (await refusal(house.open.ResetPassword(resetting(token)))).reason == "CODE_INVALID"


async def test_a_changed_password_is_told_and_voids_links(house: House) -> None:
    await house.open.RegisterAccount(registering())
    await house.open.RequestPasswordReset(asking())
    me = house.signed_in(await house.sign_in(ADDRESS))
    await me.SetPassword(pb.SetPasswordRequest(request_id=request_id(), password=NEW_PASSWORD))
    mails = await house.mailbox.arrived(ADDRESS, 3)
    (reset,) = [mail for mail in mails if "?code=" in mail.body]
    assert (await refusal(house.open.ResetPassword(resetting(reset.token)))).reason == "CODE_INVALID"


async def test_links_asked_for_at_once_are_not_more_than_there_may_be(house: House) -> None:
    await house.open.RegisterAccount(registering())
    await asyncio.gather(*(house.open.RequestPasswordReset(asking()) for _ in range(4 * LIVE_RESETS_MAX)))
    links = await house.run("SELECT 1 FROM password_reset WHERE account_id IS NOT NULL")
    assert len(links) == LIVE_RESETS_MAX


async def test_who_signed_up_with_anothers_address_is_out_when_its_owner_comes(house: House) -> None:
    await house.open.RegisterAccount(registering())
    stranger = house.signed_in(await house.sign_in(ADDRESS))
    key = await stranger.CreateApiKey(pb.CreateApiKeyRequest(request_id=request_id(), name="stays"))
    await house.open.RequestPasswordReset(asking())
    _, mail = await house.mailbox.arrived(ADDRESS, 2)
    await house.open.ResetPassword(resetting(mail.token))
    error = await refusal(house.open.ExchangeApiKey(pb.ExchangeApiKeyRequest(secret=key.secret)))
    assert error.reason == "CREDENTIALS_WRONG"
    assert len(await house.service.emitted(events.ApiKeyRevoked)) == 1


async def test_a_key_of_who_proved_their_address_stays_good_when_they_forget_their_password(house: House) -> None:
    await house.open.RegisterAccount(registering())
    me = house.signed_in(await house.sign_in(ADDRESS))
    (mail,) = await house.mailbox.arrived(ADDRESS)
    await me.VerifyEmail(verifying(mail.code))
    key = await me.CreateApiKey(pb.CreateApiKeyRequest(request_id=request_id(), name="stays"))
    await house.open.RequestPasswordReset(asking())
    _, mail = await house.mailbox.arrived(ADDRESS, 2)
    await house.open.ResetPassword(resetting(mail.token))
    assert await house.open.ExchangeApiKey(pb.ExchangeApiKeyRequest(secret=key.secret))


async def test_a_new_password_voids_the_code_for_the_first_sign_in(house: House) -> None:
    row = pb.ImportAccountRow(email=ADDRESS, display_name="김하늘", roles=[pb.ROLE_WORKER])
    (verdict,) = await house.import_rows(row)
    await house.open.RequestPasswordReset(asking())
    (mail,) = await house.mailbox.arrived(ADDRESS)
    await house.open.ResetPassword(resetting(mail.token))
    signing = pb.SignInRequest(email=ADDRESS, sign_in_code=verdict.sign_in_code)
    assert (await refusal(house.open.SignIn(signing))).reason == "CREDENTIALS_WRONG"
