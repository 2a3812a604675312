"""People who learn and teach, and the addresses of what they see."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

import av
import numpy as np
from ilgam.accounts.v1 import accounts_service_pb2 as accounts_pb
from ilgam.workers.v1 import courses_service_pb2 as pb

from services.sdk import Password, new_request_id, put_course_media
from tests.support.courses import LABELS, annotation, document, local, module
from tests.support.market import PASSWORD, Market, Person
from tests.support.pictures import picture
from tests.support.programmes import at, cohort_terms, enrol, new_cohort, new_programme

CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:01.000\n안녕하세요\n".encode()
MODULE = "first"
PRACTICE = "second"
ITEMS = 3


@dataclass(frozen=True)
class Classroom:
    """Who is there.

    Attributes:
        learner: has finished the first module, answered the second's quiz wrong, and practised one item wrong.
        waiting: has a seat in a programme without a course.
        trainer: teaches both.
        idle: a trainer of a company without programmes.
    """

    learner: Person
    waiting: Person
    trainer: Person
    idle: Person
    programme_id: str
    cohort_id: str
    empty_programme_id: str
    empty_cohort_id: str


def learner_places(room: Classroom) -> list[str]:
    """A course that is under way."""
    course = f"/learn/course/{room.programme_id}"
    practice = f"{course}/{PRACTICE}/practice"
    return [
        course, f"{course}/{MODULE}", f"{course}/{PRACTICE}", practice, f"{practice}?n=1", f"{practice}?show=guide",
    ]  # fmt: skip


def waiting_places(room: Classroom) -> list[str]:
    """A course that is not there yet."""
    return [f"/learn/course/{room.empty_programme_id}"]


def trainer_places(room: Classroom) -> list[str]:
    """Cohorts and courses of a company that teaches."""
    course = f"/teach/course/{room.programme_id}"
    return [
        "/teach", f"/teach/cohorts/{room.cohort_id}", f"/teach/cohorts/{room.empty_cohort_id}?done=1", course,
        f"{course}/{MODULE}", f"/teach/course/{room.empty_programme_id}",
    ]  # fmt: skip


def every_address(some_id: str) -> list[str]:
    """The addresses of all these pages, whoever is there."""
    nobody = cast("Person", None)
    room = Classroom(nobody, nobody, nobody, nobody, some_id, some_id, some_id, some_id)
    return [*learner_places(room), *waiting_places(room), *trainer_places(room)]


async def make_classroom(market: Market) -> Classroom:
    """Makes it through the public API."""
    organisation_id, person = await trainers_company(market)
    programme_id = await programme(market, organisation_id)
    cohort_id = await cohort(market, programme_id)
    await put_course(person, programme_id)
    learner = await market.person("이배움")
    await enrol(learner, cohort_id)
    await learn(learner, programme_id)
    other = await market.person("최<b>&새봄 🙂")
    await enrol(other, cohort_id)
    empty_id = await programme(market, organisation_id)
    empty_cohort_id = await cohort(market, empty_id)
    waiting = await market.person("박기다림")
    await enrol(waiting, empty_cohort_id)
    _, idle = await trainers_company(market)
    return Classroom(learner, waiting, person, idle, programme_id, cohort_id, empty_id, empty_cohort_id)


async def trainers_company(market: Market) -> tuple[str, Person]:
    """A company and its trainer."""
    organisation = await market.operator.accounts.CreateOrganisation(
        accounts_pb.CreateOrganisationRequest(request_id=new_request_id(), name="배움데이터")
    )
    person = await market.person("정가르침")
    await market.operator.accounts.AddMember(
        accounts_pb.AddMemberRequest(
            request_id=new_request_id(),
            organisation_id=organisation.organisation_id,
            email=person.email,
            role=accounts_pb.ROLE_TRAINER,
        )
    )
    client = await market.operator.sibling(Password(person.email, PASSWORD))
    return organisation.organisation_id, Person(person.email, person.name, client, organisation.organisation_id)


async def programme(market: Market, organisation_id: str) -> str:
    """A programme that a company teaches."""
    return await new_programme(market.operator, organisation_id=organisation_id)


async def cohort(market: Market, programme_id: str) -> str:
    """A cohort that takes applications now, and whose course begins tomorrow."""
    soon = {"close_time": at(days=0.5), "start_time": at(days=1), "end_time": at(days=8)}
    return await new_cohort(market.operator, programme_id, cohort_terms(1, 40, **soon))


def film() -> bytes:
    """A second of grey, as MP4."""
    written = io.BytesIO()
    with av.open(written, "w", format="mp4") as container:
        stream: Any = container.add_stream("h264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.time_base = Fraction(1, 10)
        for shade in range(10):
            pixels = np.full((48, 64, 3), 60 + 10 * shade, dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())
    return written.getvalue()


async def put_course(trainer: Person, programme_id: str) -> None:
    """Two modules with every kind of part."""
    stored = {
        name: (await put_course_media(trainer.client, programme_id, content)).media_id
        for name, content in (("film", film()), ("captions", CAPTIONS), ("picture", picture(size=(320, 200))))
    }
    rich = module(MODULE)
    table = "| 글 | 답 |\n|---|---|\n| 배송이 빨라요 | 긍정 |"
    rich["parts"] = [
        {
            "kind": "text",
            "body": local(f"## 라벨링\n\n**이름표**를 [붙여요](https://example.org/a).\n\n- 하나\n- 둘\n\n{table}"),
        },
        {"kind": "picture", "src": stored["picture"], "alt": local("파란 네모"), "caption": local("그림 하나")},
        {
            "kind": "video",
            "src": stored["film"],
            "captions": {"ko": stored["captions"], "en": stored["captions"]},
            "transcript": local("안녕하세요."),
        },
        {
            "kind": "examples",
            "good": [{"text": local("배송이 빨라요"), "label": local("긍정"), "why": local("칭찬이에요.")}],
            "bad": [{"src": stored["picture"], "alt": local("네모"), "why": local("글이 아니에요.")}],
        },
    ]
    course_json = json.dumps(document(rich, module(PRACTICE, practice=ITEMS)), ensure_ascii=False)
    await trainer.client.courses.PutCourse(
        pb.PutCourseRequest(request_id=new_request_id(), programme_id=programme_id, course_json=course_json)
    )


async def learn(person: Person, programme_id: str) -> None:
    """The first module, then a quiz and a practice item that went wrong."""
    await answer_quiz(person, programme_id, MODULE, "a", "a")
    await person.client.courses.RecordProgress(
        pb.RecordProgressRequest(
            request_id=new_request_id(), programme_id=programme_id, module_id=MODULE, finished=True
        )
    )
    await answer_quiz(person, programme_id, PRACTICE, "b", "b")
    await person.client.courses.CheckPractice(
        pb.CheckPracticeRequest(
            request_id=new_request_id(),
            programme_id=programme_id,
            module_id=PRACTICE,
            key="p0",
            answer_json=annotation(LABELS[1]),
        )
    )


async def answer_quiz(person: Person, programme_id: str, module_id: str, *values: str) -> None:
    """Answers all questions."""
    answers = [pb.QuizAnswer(question_id=f"q{number}", value=value) for number, value in enumerate(values, 1)]
    await person.client.courses.RecordProgress(
        pb.RecordProgressRequest(
            request_id=new_request_id(),
            programme_id=programme_id,
            module_id=module_id,
            quiz=pb.QuizAnswers(answers=answers),
        )
    )
