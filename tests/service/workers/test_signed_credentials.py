"""Certificates as signed credentials: checked offline by a library that Ilgam does not use."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest
from ilgam.workers.v1 import workers_service_pb2 as pb

from services.core.clock import utc_now
from services.core.ids import new_id
from tests.service.workers.school import School, answers_to, granting, request_id, starting, submitting
from tests.support.refusals import refusal

PUBLIC_URL = "http://127.0.0.1:7500"


async def keys_of(school: School) -> jwt.PyJWKSet:
    """The published keys, as anybody reads them."""
    published = await school.open.GetCertificateKeys(pb.GetCertificateKeysRequest())
    return jwt.PyJWKSet.from_json(published.jwks_json)


def verified(token: str, keys: jwt.PyJWKSet) -> dict[str, Any]:
    """What a token says, when its signature and its times are right."""
    key = keys[jwt.get_unverified_header(token)["kid"]]
    said: dict[str, Any] = jwt.decode(token, key, algorithms=["EdDSA"], issuer=PUBLIC_URL)
    return said


async def passed(school: School, worker_id: str) -> pb.Certificate:
    """The certificate of somebody who passed with 19 of 20."""
    candidate = school.worker(worker_id)
    exam = await candidate.StartExam(starting())
    result = await candidate.SubmitExamAnswers(submitting(exam, answers_to(exam, 19), finish=True))
    return result.certificate


async def credential(school: School, worker_id: str, certificate_id: str) -> pb.GetCredentialResponse:
    return await school.worker(worker_id).GetCredential(pb.GetCredentialRequest(certificate_id=certificate_id))


async def is_revoked(school: School, said: dict[str, Any], keys: jwt.PyJWKSet) -> bool:
    """What the status list says of a credential."""
    entry = said["credentialStatus"]
    list_no = int(entry["statusListCredential"].rsplit("/", 1)[1])
    answer = await school.open.GetStatusList(pb.GetStatusListRequest(list_no=list_no))
    subject = verified(answer.jwt, keys)["credentialSubject"]
    assert (subject["type"], subject["statusPurpose"]) == ("BitstringStatusList", "revocation")
    encoded = subject["encodedList"]
    assert encoded.startswith("u")
    bits = gzip.decompress(base64.urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4)))
    assert len(bits) * 8 == 131_072
    place = int(entry["statusListIndex"])
    return bool(bits[place // 8] >> (7 - place % 8) & 1)


async def test_a_credential_is_verified_offline_with_the_published_key_and_says_no_name(school: School) -> None:
    await school.fill_pool()
    worker_id = str(new_id())
    certificate = await passed(school, worker_id)
    given = await credential(school, worker_id, certificate.certificate_id)
    assert jwt.get_unverified_header(given.jwt)["typ"] == "vc+jwt"
    said = verified(given.jwt, await keys_of(school))
    assert said == json.loads(given.credential_json)
    assert said["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert said["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert said["iss"] == said["issuer"]["id"] == PUBLIC_URL
    assert said["id"] == said["jti"] == f"{PUBLIC_URL}/verify/{certificate.number}"
    assert said["credentialSubject"]["id"] == said["sub"] == f"urn:uuid:{worker_id}"
    assert [one["value"] for one in said["credentialSubject"]["result"]] == ["19/20", "76.4"]
    assert said["exp"] == certificate.expire_time.seconds
    assert await credential(school, worker_id, certificate.certificate_id) == given
    assert not await is_revoked(school, said, await keys_of(school))


async def test_a_changed_letter_anywhere_makes_a_credential_false(school: School) -> None:
    worker_id = str(new_id())
    (certificate,) = (await school.operator.GrantCertificate(granting([worker_id]))).certificates
    token = (await credential(school, worker_id, certificate.certificate_id)).jwt
    keys = await keys_of(school)
    verified(token, keys)
    for place in range(0, len(token), 7):
        if token[place] == ".":
            continue
        # The last letter of a part may carry bits that nobody reads; the next place is another one.
        other = "A" if token[place] not in "ABCD" else "w"
        forged = token[:place] + other + token[place + 1 :]
        with pytest.raises((jwt.InvalidTokenError, KeyError)):
            verified(forged, keys)


async def test_a_credential_under_another_key_is_false(school: School) -> None:
    worker_id = str(new_id())
    (certificate,) = (await school.operator.GrantCertificate(granting([worker_id]))).certificates
    token = (await credential(school, worker_id, certificate.certificate_id)).jwt
    head, body, _ = token.split(".")
    foreign = jwt.PyJWK.from_dict(FOREIGN)
    forged = jwt.encode({"iss": PUBLIC_URL}, foreign, algorithm="EdDSA", headers=jwt.get_unverified_header(token))
    mixed = f"{head}.{body}.{forged.rsplit('.', 1)[1]}"
    keys = await keys_of(school)
    for one in (forged, mixed):
        with pytest.raises(jwt.InvalidSignatureError):
            verified(one, keys)


async def test_a_revoked_certificate_is_seen_in_the_list_and_by_its_number(school: School) -> None:
    people = [str(new_id()) for _ in range(3)]
    granted = (await school.operator.GrantCertificate(granting(people))).certificates
    said = []
    keys = await keys_of(school)
    for worker_id, certificate in zip(people, granted, strict=True):
        said.append(verified((await credential(school, worker_id, certificate.certificate_id)).jwt, keys))
    revoke = pb.RevokeCertificateRequest(
        request_id=request_id(), certificate_id=granted[1].certificate_id, reason="비밀 사유"
    )
    await school.operator.RevokeCertificate(revoke)
    assert [await is_revoked(school, one, keys) for one in said] == [False, True, False]
    found = await school.open.VerifyCertificate(pb.VerifyCertificateRequest(number=granted[1].number))
    assert found.state == pb.CERTIFICATE_STATE_REVOKED
    assert found.revoke_time.seconds
    assert "비밀" not in str(found)


async def test_an_ended_certificate_has_an_ended_credential(school: School) -> None:
    worker_id = str(new_id())
    (certificate,) = (await school.operator.GrantCertificate(granting([worker_id]))).certificates
    await school.run("UPDATE certificate SET expire_time = :then", then=utc_now() - timedelta(seconds=5))
    token = (await credential(school, worker_id, certificate.certificate_id)).jwt
    with pytest.raises(jwt.ExpiredSignatureError):
        verified(token, await keys_of(school))


async def test_nobody_gets_the_credential_of_another_person(school: School) -> None:
    (certificate,) = (await school.operator.GrantCertificate(granting([str(new_id())]))).certificates
    error = await refusal(credential(school, str(new_id()), certificate.certificate_id))
    assert error.reason == "NOT_FOUND"
    error = await refusal(credential(school, str(new_id()), str(new_id())))
    assert error.reason == "NOT_FOUND"


async def test_after_a_new_key_old_credentials_stay_verifiable(school: School) -> None:
    worker_id = str(new_id())
    (certificate,) = (await school.operator.GrantCertificate(granting([worker_id]))).certificates
    old = (await credential(school, worker_id, certificate.certificate_id)).jwt
    rotated = await school.operator.RotateCertificateKey(pb.RotateCertificateKeyRequest(request_id=request_id()))
    new = (await credential(school, worker_id, certificate.certificate_id)).jwt
    kids = [jwt.get_unverified_header(token)["kid"] for token in (old, new)]
    assert kids[0] != kids[1] == rotated.key_id
    keys = await keys_of(school)
    assert verified(old, keys) == verified(new, keys)
    (public, _) = json.loads((await school.open.GetCertificateKeys(pb.GetCertificateKeysRequest())).jwks_json)["keys"]
    assert "d" not in public


async def test_two_at_once_get_one_place_in_the_list(school: School) -> None:
    worker_id = str(new_id())
    (certificate,) = (await school.operator.GrantCertificate(granting([worker_id]))).certificates
    given = await asyncio.gather(*(credential(school, worker_id, certificate.certificate_id) for _ in range(6)))
    assert len({one.jwt for one in given}) == 1
    assert await school.run("SELECT count(*) FROM certificate_status") == [(1,)]


async def test_an_unknown_status_list_is_not_found(school: School) -> None:
    assert (await refusal(school.open.GetStatusList(pb.GetStatusListRequest(list_no=7)))).reason == "NOT_FOUND"


FOREIGN = {
    "kty": "OKP",
    "crv": "Ed25519",
    "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
}
