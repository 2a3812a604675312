"""People at exams and with certificates, and the addresses of what they see."""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import SimpleNamespace
from typing import cast

import asyncpg
from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import workers_service_pb2 as pb

from services.sdk import Client, new_request_id
from tests.support.market import Market, Person
from tests.support.site import Site

TEXT = common_pb2.ANNOTATION_TYPE_TEXT_CHOICE
LABELS = ("긍정", "부정", "중립")
POOL = 60
ITEMS = 10
START = "/learn/exams/start/text-choice"


@dataclass(frozen=True)
class ExamWorld:
    """Who is there.

    Attributes:
        passed: has passed, with a certificate, and one that was revoked.
        sitting: is in an exam with one answer saved.
        failed: has failed just now.
        fresh: has done nothing yet.
        operator: looks after the pools.
        number, ended, revoked: numbers of a valid, an ended and a revoked certificate.
    """

    passed: Person
    sitting: Person
    failed: Person
    fresh: Person
    operator: Person
    passed_id: str
    sitting_id: str
    failed_id: str
    certificate_id: str
    revoked_id: str
    number: str
    ended: str
    revoked: str


def right_label(data_json: str) -> str:
    """The right label of an item of the pool."""
    return LABELS[json.loads(data_json)["number"] % len(LABELS)]


async def fill_pool(market: Market) -> None:
    """Texts with known answers, and a short guide; those that are there stay."""
    rows = [
        pb.ExamItemRow(
            key=f"browser-{number}",
            data_json=json.dumps({"text": f"배송이 {number}일 만에 왔어요", "number": number}),
            labels=LABELS,
            right_label=LABELS[number % len(LABELS)],
        )
        for number in range(POOL)
    ]
    service = market.operator.workers
    await service.ImportExamItems(
        pb.ImportExamItemsRequest(request_id=new_request_id(), annotation_type=TEXT, rows=rows)
    )
    await service.SetExamGuide(
        pb.SetExamGuideRequest(
            request_id=new_request_id(),
            annotation_type=TEXT,
            guide=pb.ExamGuide(
                question=common_pb2.LocalText(ko="글의 느낌은 어떤가요?", en="What is the feeling of the text?"),
                instructions=common_pb2.LocalText(
                    ko="글을 끝까지 읽고 골라요.", en="Read the whole text, then choose."
                ),
                label_texts=[
                    pb.LabelText(label="긍정", text=common_pb2.LocalText(ko="긍정", en="Positive")),
                    pb.LabelText(label="부정", text=common_pb2.LocalText(ko="부정", en="Negative")),
                ],
                item_count=ITEMS,
            ),
        )
    )


async def begin(person: Person) -> pb.StartExamResponse:
    """Starts the exam."""
    return await person.client.workers.StartExam(pb.StartExamRequest(request_id=new_request_id(), annotation_type=TEXT))


async def let_sit(market: Market, person: Person, kind: common_pb2.AnnotationType.ValueType = TEXT) -> Person:
    """Opens the exam to somebody whatever courses other tests have put: who held the certificate before may sit it."""
    await market.certify(person, kind)
    found = (await person.client.workers.GetWorkerProfile(pb.GetWorkerProfileRequest())).certificates
    (held,) = [one for one in found if one.annotation_type == kind]
    await market.operator.workers.RevokeCertificate(
        pb.RevokeCertificateRequest(
            request_id=new_request_id(), certificate_id=held.certificate_id, reason="새로 시험을 봐요"
        )
    )
    return person


async def hand_in(person: Person, exam: pb.StartExamResponse, count: int, *, finish: bool) -> None:
    """Answers so many items, all of them right."""
    answers = [
        pb.ExamAnswer(exam_item_id=item.exam_item_id, label=right_label(item.data_json)) for item in exam.items[:count]
    ]
    await person.client.workers.SubmitExamAnswers(
        pb.SubmitExamAnswersRequest(
            request_id=new_request_id(), attempt_id=exam.attempt_id, answers=answers, finish=finish
        )
    )


async def make_exam_world(market: Market, site: Site) -> ExamWorld:
    """Makes it through the public API; only the clock is turned by hand."""
    await fill_pool(market)
    names = ("정하나", "오두리", "서세찬")
    passed, sitting, failed = [await let_sit(market, await market.person(name)) for name in names]
    attempts = [await begin(person) for person in (passed, sitting, failed)]
    await hand_in(passed, attempts[0], ITEMS, finish=True)
    await hand_in(sitting, attempts[1], 1, finish=False)
    await hand_in(failed, attempts[2], 2, finish=True)
    await market.certify(passed, common_pb2.ANNOTATION_TYPE_IMAGE_CHOICE)
    ended = await market.worker("한지난")
    profile = await passed.client.workers.GetWorkerProfile(pb.GetWorkerProfileRequest())
    held = [one for one in profile.certificates if one.state == pb.CERTIFICATE_STATE_VALID]
    revoked, valid = sorted(held, key=lambda one: one.annotation_type, reverse=True)
    operator = await market.operators_member()
    await operator.client.workers.RevokeCertificate(
        pb.RevokeCertificateRequest(
            request_id=new_request_id(), certificate_id=revoked.certificate_id, reason="시험을 다른 사람이 봤어요"
        )
    )
    (old,) = (await ended.client.workers.GetWorkerProfile(pb.GetWorkerProfileRequest())).certificates
    await _end(site, old.certificate_id)
    return ExamWorld(
        passed,
        sitting,
        failed,
        await market.person("문새롬"),
        operator,
        attempts[0].attempt_id,
        attempts[1].attempt_id,
        attempts[2].attempt_id,
        valid.certificate_id,
        revoked.certificate_id,
        valid.number,
        old.number,
        revoked.number,
    )


async def _end(site: Site, certificate_id: str) -> None:
    connection = await asyncpg.connect(site.postgres_url("ilgam_workers", "ilgam_workers"))
    try:
        await connection.execute(
            "UPDATE certificate SET expire_time = now() - interval '1 day' WHERE certificate_id = $1", certificate_id
        )
    finally:
        await connection.close()


def open_places(world: ExamWorld) -> list[str]:
    """Pages for anybody."""
    return ["/verify", f"/verify/{world.number}", f"/verify/{world.ended}", f"/verify/{world.revoked}", "/issuer"]


def passed_places(world: ExamWorld) -> list[str]:
    """Pages of somebody with certificates."""
    return [
        "/learn/exams", START, f"/learn/exams/{world.passed_id}", "/learn/certificates",
        f"/learn/certificates/{world.certificate_id}", f"/learn/certificates/{world.revoked_id}",
    ]  # fmt: skip


def sitting_places(world: ExamWorld) -> list[str]:
    """Pages of somebody in an exam."""
    exam = f"/learn/exams/{world.sitting_id}"
    return ["/learn/exams", START, exam, f"{exam}?n=1", f"{exam}?n={ITEMS}", f"{exam}?show=review"]


def failed_places(world: ExamWorld) -> list[str]:
    """Pages of somebody who has failed."""
    return ["/learn/exams", START, f"/learn/exams/{world.failed_id}"]


def fresh_places(_world: ExamWorld) -> list[str]:
    """Pages of somebody who has done nothing yet."""
    return ["/learn/exams", START, "/learn/certificates"]


def operator_places(_world: ExamWorld) -> list[str]:
    """Pages of an operator."""
    return ["/operator/exams", "/operator/exams?done=saved", "/operator/exams/text-choice"]


def every_address(nobody: str) -> list[str]:
    """All of them, filled with an id of nothing."""
    someone = Person("", "", cast("Client", SimpleNamespace(account_id=nobody)))
    ids = dict.fromkeys(("passed_id", "sitting_id", "failed_id", "certificate_id", "revoked_id"), nobody)
    numbers = dict.fromkeys(("number", "ended", "revoked"), nobody)
    world = ExamWorld(someone, someone, someone, someone, someone, **ids, **numbers)
    return [
        address
        for found in (open_places, passed_places, sitting_places, failed_places, fresh_places, operator_places)
        for address in found(world)
    ]
