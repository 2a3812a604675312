"""The graduates' way to a certificate: the exam, or an operator's grant for who fails it."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import workers_service_pb2 as pb

from services.cli.market.company import once_known
from services.cli.market.people import Person, certify
from services.cli.running import CommandError
from services.cli.shift.digits import LABELS, Digit
from services.cli.shift.graduates import Graduate
from services.sdk import Client, new_request_id

IMAGE_CHOICE = common_pb2.ANNOTATION_TYPE_IMAGE_CHOICE


@dataclass(frozen=True)
class Worker:
    """A graduate with an account and a certificate.

    Attributes:
        graduate: how they work.
        person: how they sign in.
        certificate: how they came by it, in words.
    """

    graduate: Graduate
    person: Person
    certificate: str


async def fill_exam_pool(operator: Client, pool: Sequence[Digit]) -> None:
    """Put pictures with known answers into the exam; those that are in it stay."""
    request = pb.ImportExamItemsRequest(
        request_id=new_request_id(),
        annotation_type=IMAGE_CHOICE,
        rows=[
            pb.ExamItemRow(key=digit.key, data_json=data_json(digit), labels=LABELS, right_label=digit.label)
            for digit in pool
        ],
    )
    for verdict in (await operator.workers.ImportExamItems(request)).verdicts:
        if verdict.state == pb.EXAM_IMPORT_STATE_REFUSED:
            raise CommandError(f"an exam item was refused: {verdict.detail}")


async def certified(
    operator: Client, graduate: Graduate, person: Person, truths: Mapping[str, str], rng: random.Random
) -> Worker:
    """Take the exam; an operator lets those in who fail, so that the shift has careless people too."""
    answer = await _take_exam(graduate, person, truths, rng)
    score = f"{answer.right_count}/{answer.item_count}"
    if answer.passed:
        return Worker(graduate, person, f"exam {score}")
    await certify(operator, [person], IMAGE_CHOICE, "the shift needs people who fail exams")
    return Worker(graduate, person, f"granted after {score}")


async def _take_exam(
    graduate: Graduate, person: Person, truths: Mapping[str, str], rng: random.Random
) -> pb.SubmitExamAnswersResponse:
    start = pb.StartExamRequest(request_id=new_request_id(), annotation_type=IMAGE_CHOICE)
    attempt = await once_known(lambda: person.client.workers.StartExam(start))
    answers = [
        pb.ExamAnswer(exam_item_id=item.exam_item_id, label=graduate.answer(truths[picture_of(item.data_json)], rng))
        for item in attempt.items
    ]
    return await person.client.workers.SubmitExamAnswers(
        pb.SubmitExamAnswersRequest(
            request_id=new_request_id(), attempt_id=attempt.attempt_id, answers=answers, finish=True
        )
    )


def data_json(digit: Digit) -> str:
    """What is shown of a digit."""
    return json.dumps({"image_url": digit.image_url})


def picture_of(shown: str) -> str:
    """The picture that is shown: what a person looks at."""
    url: str = json.loads(shown)["image_url"]
    return url
