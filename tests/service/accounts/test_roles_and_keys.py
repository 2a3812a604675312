"""Roles, organisations, keys for programs, and the keys that sign tokens."""

import json
import time
from functools import partial
from uuid import UUID

import grpc
import pytest
from grpc import aio
from ilgam.accounts.v1 import accounts_events_pb2 as events
from ilgam.accounts.v1 import accounts_service_pb2 as pb

from services.accounts.use_cases.start import keep_house
from services.core.ids import new_id
from services.sdk.errors import IlgamError
from tests.service.accounts.house import House, claims_of, key_id_of, request_id
from tests.support.identity import company
from tests.support.refusals import fields_of, refusal
from tests.support.service import eventually


async def _organisation(house: House) -> str:
    request = pb.CreateOrganisationRequest(request_id=request_id(), name="데이터 가공")
    return (await (await house.operator()).CreateOrganisation(request)).organisation_id


def _adding(organisation_id: str, email: str, role: pb.Role.ValueType = pb.ROLE_COMPANY) -> pb.AddMemberRequest:
    return pb.AddMemberRequest(request_id=request_id(), organisation_id=organisation_id, email=email, role=role)


async def _account_of(house: House, session: pb.Session) -> str:
    """Whose token it is, "" while its key is not known: keys are read again twice a second at most."""
    try:
        return (await house.signed_in(session).GetAccount(pb.GetAccountRequest())).account_id
    except aio.AioRpcError as error:
        assert IlgamError.of(error).reason == "KEY_UNKNOWN"  # noqa: PT017 - any other error fails the test
        return ""


async def test_members_act_for_their_own_organisation_only(house: House) -> None:
    own, other = await _organisation(house), await _organisation(house)
    boss = await house.register("boss@example.kr")
    await house.register("teacher@example.kr")
    operator = await house.operator()
    assert (await operator.AddMember(_adding(own, "BOSS@example.kr"))).account_id == boss
    session = await house.sign_in("boss@example.kr")
    assert claims_of(session)["roles"] == ["company", "worker"]
    assert claims_of(session)["orgs"] == [own]
    member = house.signed_in(session)
    await member.AddMember(_adding(own, "teacher@example.kr", pb.ROLE_TRAINER))
    assert claims_of(await house.sign_in("teacher@example.kr"))["trainer_orgs"] == [own]
    for refused in (_adding(other, "teacher@example.kr"), _adding(own, "nobody@example.kr")):
        assert (await refusal(member.AddMember(refused))).code == grpc.StatusCode.NOT_FOUND
    stranger = house.as_caller(company(UUID(other)))
    assert (await refusal(stranger.AddMember(_adding(own, "boss@example.kr")))).reason == "NOT_FOUND"
    assert (await refusal(operator.AddMember(_adding(str(new_id()), "boss@example.kr")))).reason == "NOT_FOUND"
    error = await refusal(operator.AddMember(_adding(own, "boss@example.kr", pb.ROLE_OPERATOR)))
    assert fields_of(error) == ["role"]
    created = await house.service.emitted(events.OrganisationCreated)
    assert [event.organisation_id for event in created] == [own, other]


async def test_a_role_is_granted_once(house: House) -> None:
    (imported,) = await house.import_rows(pb.ImportAccountRow(email="a@example.kr", display_name="가"))
    operator = await house.operator()

    def granting(role: pb.Role.ValueType, account_id: str = imported.account_id) -> pb.GrantRoleRequest:
        return pb.GrantRoleRequest(request_id=request_id(), account_id=account_id, role=role)

    for role in (pb.ROLE_WORKER, pb.ROLE_WORKER, pb.ROLE_OPERATOR):
        await operator.GrantRole(granting(role))
    granted = [e for e in await house.service.emitted(events.RoleGranted) if e.account_id == imported.account_id]
    assert [(event.role, event.revision) for event in granted] == [("worker", 2), ("operator", 3)]
    assert fields_of(await refusal(operator.GrantRole(granting(pb.ROLE_COMPANY)))) == ["role"]
    assert (await refusal(operator.GrantRole(granting(pb.ROLE_WORKER, str(new_id()))))).reason == "NOT_FOUND"


async def test_a_key_for_a_program_works_until_it_is_revoked_and_is_never_fresh(house: House) -> None:
    account_id = await house.register("a@example.kr")
    owner = house.signed_in(await house.sign_in("a@example.kr"))
    making = pb.CreateApiKeyRequest(request_id=request_id(), name="수출")
    made = await owner.CreateApiKey(making)
    assert made.secret.startswith("ilg_")
    again = await owner.CreateApiKey(making)
    assert (again.api_key_id, again.secret) == (made.api_key_id, "")
    stored = await house.run("SELECT row_to_json(api_key)::text FROM api_key UNION SELECT response::text FROM request")
    assert not any(made.secret in row[0] or made.secret.encode().hex() in row[0] for row in stored)

    await house.run("UPDATE api_key SET create_time = create_time - interval '1 hour'")
    exchanging = pb.ExchangeApiKeyRequest(secret=made.secret)
    session = (await house.open.ExchangeApiKey(exchanging)).session
    assert (session.account_id, session.refresh_token) == (account_id, "")
    program = house.signed_in(session)
    assert (await program.GetAccount(pb.GetAccountRequest())).account_id == account_id
    error = await refusal(program.CreateApiKey(pb.CreateApiKeyRequest(request_id=request_id(), name="more")))
    assert error.reason == "SIGN_IN_NOT_FRESH"
    (listed,) = (await owner.ListApiKeys(pb.ListApiKeysRequest())).api_keys
    assert (listed.api_key_id, listed.name) == (made.api_key_id, "수출")
    assert listed.last_use_time.seconds

    await house.register("b@example.kr")
    stranger = house.signed_in(await house.sign_in("b@example.kr"))
    revoking = pb.RevokeApiKeyRequest(request_id=request_id(), api_key_id=made.api_key_id)
    assert (await refusal(stranger.RevokeApiKey(revoking))).reason == "NOT_FOUND"
    for _ in range(2):
        await owner.RevokeApiKey(revoking)
        revoking.request_id = request_id()
    assert (await refusal(house.open.ExchangeApiKey(exchanging))).reason == "CREDENTIALS_WRONG"
    revoked = await house.service.emitted(events.ApiKeyRevoked)
    assert [event.api_key_id for event in revoked] == [made.api_key_id]
    assert (await owner.ListApiKeys(pb.ListApiKeysRequest())).api_keys == []


async def test_rotation_leaves_old_tokens_valid_until_they_end(house: House) -> None:
    await house.register("a@example.kr")
    old = await house.sign_in("a@example.kr")
    operator = await house.operator()
    rotating = pb.RotateSigningKeyRequest(request_id=request_id())
    key_id = (await operator.RotateSigningKey(rotating)).key_id
    assert (await operator.RotateSigningKey(rotating)).key_id == key_id
    published = await house.open.GetSigningKeys(pb.GetSigningKeysRequest())
    kids = [key["kid"] for key in json.loads(published.jwks_json)["keys"]]
    assert sorted(kids) == sorted([key_id_of(old), key_id])
    assert all(set(key) == {"alg", "crv", "kid", "kty", "use", "x"} for key in json.loads(published.jwks_json)["keys"])
    # The others hear of the key before it signs.
    assert key_id_of(await house.sign_in("a@example.kr")) == key_id_of(old)
    await house.run("UPDATE signing_key SET active_time = now() WHERE key_id = :key_id", key_id=key_id)
    new = await house.sign_in("a@example.kr")
    assert key_id_of(new) == key_id
    for held in (old, new):
        assert await eventually(partial(_account_of, house, held)) == old.account_id
    changed = await house.service.emitted(events.SigningKeysChanged)
    assert [event.revision for event in changed] == [1, 2]
    assert changed[-1].jwks_json == published.jwks_json


async def test_a_retired_key_is_deleted_when_its_tokens_have_ended(house: House) -> None:
    operator = await house.operator()
    key_id = (await operator.RotateSigningKey(pb.RotateSigningKeyRequest(request_id=request_id()))).key_id
    (retire,) = await house.run("SELECT retire_time FROM signing_key WHERE key_id <> :key_id", key_id=key_id)
    assert retire[0].timestamp() - time.time() == pytest.approx(10 + 300 + 60, abs=20)
    await keep_house(house.service.database)
    assert len(await house.run("SELECT 1 FROM signing_key")) == 2
    await house.run("UPDATE signing_key SET active_time = now(), retire_time = retire_time - interval '1 hour'")
    await keep_house(house.service.database)
    assert [row[0] for row in await house.run("SELECT key_id FROM signing_key")] == [key_id]
    published = await house.open.GetSigningKeys(pb.GetSigningKeysRequest())
    assert (published.revision, key_id in published.jwks_json) == (3, True)


async def test_private_keys_are_sealed(house: House) -> None:
    (row,) = await house.run("SELECT public_jwk, private_sealed FROM signing_key")
    assert "d" not in row[0]
    assert row[0]["x"].encode() not in bytes(row[1])
