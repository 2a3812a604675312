"""Certificates and restrictions: given, seen, verified, revoked, lifted."""

import asyncio
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import grpc
import pytest
from ilgam.accounts.v1 import accounts_events_pb2
from ilgam.quality.v1 import quality_events_pb2
from ilgam.workers.v1 import workers_events_pb2 as events
from ilgam.workers.v1 import workers_service_pb2 as pb

from services.core.ids import new_id
from services.runtime.wire import to_timestamp
from tests.service.workers.school import IMAGE, TEXT, School, granting, request_id
from tests.support.identity import operator
from tests.support.refusals import fields_of, refusal

PAUSED, FRAUD = events.RESTRICTION_KIND_PAUSED, events.RESTRICTION_KIND_FRAUD


async def test_granting_keeps_what_is_valid_and_answers_in_order(school: School) -> None:
    ids = [str(new_id()) for _ in range(3)]
    (kept,) = (await school.operator.GrantCertificate(granting(ids[1:2]))).certificates
    granted = (await school.operator.GrantCertificate(granting([*ids, ids[0]]))).certificates
    assert [one.worker_id for one in granted] == [*ids, ids[0]]
    assert granted[1] == kept
    assert granted[3] == granted[0]
    assert {one.grant_reason for one in granted} == {"2020년 수료생"}
    assert all(re.fullmatch(r"ILG-\d{4}-[0-9A-HJKMNP-TV-Z]{6}", one.number) for one in granted)
    days = (granted[0].expire_time.seconds - granted[0].issue_time.seconds) / 86_400
    assert days in (730, 731)
    issued = await school.service.emitted(events.CertificateIssued)
    assert sorted(event.worker_id for event in issued) == sorted(ids)
    assert not any(event.HasField("score") for event in issued)
    (other,) = (await school.operator.GrantCertificate(granting(ids[:1], IMAGE))).certificates
    assert other.certificate_id != granted[0].certificate_id


async def test_grants_at_once_give_one_certificate_each(school: School) -> None:
    ids = [str(new_id()) for _ in range(200)]
    answers = await asyncio.gather(
        *(school.operator.GrantCertificate(granting(order)) for order in (ids, ids[::-1], ids[::2]))
    )
    assert len({one.certificate_id for answer in answers for one in answer.certificates}) == 200
    assert len(await school.service.emitted(events.CertificateIssued)) == 200
    facts = [fact async for page in school.operator.StreamAudit(pb.StreamAuditRequest()) for fact in page.facts]
    assert [fact.id for fact in facts] == sorted(fact.id for fact in facts)
    assert {fact.worker_id for fact in facts} == set(ids)
    assert {(fact.state, fact.revision) for fact in facts} == {("VALID", 1)}


async def test_a_taken_number_is_drawn_again(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    signs = iter("AAAAAA" * 2 + "BBBBBB")
    monkeypatch.setattr("services.workers.use_cases.issue_certificates.secrets.choice", lambda _: next(signs))
    for ending in ("AAAAAA", "BBBBBB"):
        (granted,) = (await school.operator.GrantCertificate(granting([str(new_id())]))).certificates
        assert granted.number.endswith(ending)


async def test_a_worker_sees_own_certificates_only(school: School) -> None:
    worker_id = str(new_id())
    (granted,) = (await school.operator.GrantCertificate(granting([worker_id]))).certificates
    asking = pb.GetCertificateRequest(certificate_id=granted.certificate_id)
    for reader in (school.worker(worker_id), school.operator):
        assert (await reader.GetCertificate(asking)).certificate == granted
    stranger = school.worker()
    assert (await refusal(stranger.GetCertificate(asking))).reason == "NOT_FOUND"
    foreign = pb.GetWorkerProfileRequest(worker_id=worker_id)
    assert (await refusal(stranger.GetWorkerProfile(foreign))).reason == "NOT_FOUND"
    assert (await school.operator.GetWorkerProfile(foreign)).certificates == [granted]
    unknown = pb.GetWorkerProfileRequest(worker_id=str(new_id()))
    assert (await refusal(school.operator.GetWorkerProfile(unknown))).reason == "NOT_FOUND"
    # The own profile is there before the account's event is.
    assert (await stranger.GetWorkerProfile(pb.GetWorkerProfileRequest())).certificates == []


async def test_anybody_can_verify_a_number_and_learns_nothing_of_the_person(school: School) -> None:
    (granted,) = (await school.operator.GrantCertificate(granting([str(new_id())]))).certificates
    for typed in (granted.number, f" {granted.number.lower()} "):
        found = await school.open.VerifyCertificate(pb.VerifyCertificateRequest(number=typed))
        assert (found.state, found.annotation_type) == (pb.CERTIFICATE_STATE_VALID, TEXT)
    fields = {field.name for field in pb.VerifyCertificateResponse.DESCRIPTOR.fields}
    assert fields == {"number", "state", "annotation_type", "score", "issue_time", "expire_time", "revoke_time"}
    for wrong in ("ILG-2026-000000", "x", "ILG"):
        error = await refusal(school.open.VerifyCertificate(pb.VerifyCertificateRequest(number=wrong)))
        assert error.reason == "NOT_FOUND"
    await school.run("UPDATE certificate SET expire_time = now()")
    found = await school.open.VerifyCertificate(pb.VerifyCertificateRequest(number=granted.number))
    assert found.state == pb.CERTIFICATE_STATE_EXPIRED


async def test_a_revoked_certificate_is_void_at_once_and_another_can_be_earned(school: School) -> None:
    worker_id = str(new_id())
    (granted,) = (await school.operator.GrantCertificate(granting([worker_id]))).certificates

    def revoking(certificate_id: str = granted.certificate_id) -> pb.RevokeCertificateRequest:
        return pb.RevokeCertificateRequest(request_id=request_id(), certificate_id=certificate_id, reason="대리 시험")

    stale = school.as_caller(replace(operator(), auth_age_seconds=301))
    assert (await refusal(stale.RevokeCertificate(revoking()))).reason == "SIGN_IN_NOT_FRESH"
    for _ in range(2):
        revoked = (await school.operator.RevokeCertificate(revoking())).certificate
        assert (revoked.state, revoked.revoke_reason) == (pb.CERTIFICATE_STATE_REVOKED, "대리 시험")
    told = await school.service.emitted(events.CertificateRevoked)
    assert [(event.certificate_id, event.worker_id, event.revision) for event in told] == [
        (granted.certificate_id, worker_id, 2)
    ]
    found = await school.open.VerifyCertificate(pb.VerifyCertificateRequest(number=granted.number))
    assert found.state == pb.CERTIFICATE_STATE_REVOKED
    (renewed,) = (await school.operator.GrantCertificate(granting([worker_id]))).certificates
    assert renewed.certificate_id != granted.certificate_id
    assert (await refusal(school.operator.RevokeCertificate(revoking(str(new_id()))))).reason == "NOT_FOUND"


async def test_a_restriction_is_seen_by_the_worker_and_counted(school: School) -> None:
    worker_id = str(new_id())
    await school.service.deliver(accounts_events_pb2.RoleGranted(account_id=worker_id, role="worker", revision=2))
    until = datetime.now(UTC) + timedelta(days=1)

    def restricting(**changed: object) -> pb.RestrictWorkerRequest:
        request = pb.RestrictWorkerRequest(
            request_id=request_id(), worker_id=worker_id, kind=PAUSED, reason="확인 중", until_time=to_timestamp(until)
        )
        request.MergeFrom(pb.RestrictWorkerRequest(**changed))  # type: ignore[arg-type]  # the tests' own fields
        return request

    await school.operator.RestrictWorker(restricting())
    mine = school.worker(worker_id)
    seen = (await mine.GetWorkerProfile(pb.GetWorkerProfileRequest())).restriction
    assert (seen.kind, seen.reason, seen.until_time) == (PAUSED, "확인 중", to_timestamp(until))
    forever = restricting(kind=FRAUD)
    forever.ClearField("until_time")
    await school.operator.RestrictWorker(forever)
    for _ in range(2):
        restoring = pb.RestoreWorkerRequest(request_id=request_id(), worker_id=worker_id)
        await school.operator.RestoreWorker(restoring)
    assert not (await mine.GetWorkerProfile(pb.GetWorkerProfileRequest())).HasField("restriction")
    restricted = await school.service.emitted(events.WorkerRestricted)
    assert [(e.kind, e.HasField("until_time"), e.revision) for e in restricted] == [
        (PAUSED, True, 1),
        (FRAUD, False, 2),
    ]
    assert [event.revision for event in await school.service.emitted(events.WorkerRestored)] == [3]

    past = restricting()
    past.until_time.FromDatetime(datetime.now(UTC) - timedelta(seconds=1))
    error = await refusal(school.operator.RestrictWorker(past))
    assert (error.code, fields_of(error)) == (grpc.StatusCode.INVALID_ARGUMENT, ["until_time"])
    assert (await refusal(school.operator.RestrictWorker(restricting(worker_id=str(new_id()))))).reason == "NOT_FOUND"
    restoring = pb.RestoreWorkerRequest(request_id=request_id(), worker_id=str(new_id()))
    assert (await refusal(school.operator.RestoreWorker(restoring))).reason == "NOT_FOUND"


async def test_a_skill_is_shown_as_quality_measured_it_last(school: School) -> None:
    worker_id = str(new_id())

    def measured(revision: int, lower: float) -> quality_events_pb2.SkillMeasured:
        event = quality_events_pb2.SkillMeasured(worker_id=worker_id, annotation_type=IMAGE, revision=revision)
        event.interval.lower, event.interval.mean, event.interval.upper, event.interval.count = lower, 0.8, 0.9, 12.5
        return event

    await school.service.deliver(measured(2, 0.6), measured(1, 0.5))
    (skill,) = (await school.worker(worker_id).GetWorkerProfile(pb.GetWorkerProfileRequest())).skills
    assert (skill.annotation_type, skill.interval.lower, skill.interval.count) == (IMAGE, 0.6, 12.5)
