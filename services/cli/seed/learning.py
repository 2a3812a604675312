"""One learner's way through the course: modules with their quizzes, practice, exams."""

from collections.abc import Sequence
from typing import Any

from ilgam.workers.v1 import courses_service_pb2 as courses_pb
from ilgam.workers.v1 import workers_service_pb2 as workers_pb

from services.cli.market.company import once_known
from services.cli.market.labels import choice_answer, marks_answer
from services.cli.running import CommandError
from services.cli.seed.exams import ExamPlan
from services.cli.seed.lessons import lessons
from services.cli.seed.people import Worker
from services.sdk import Client, IlgamError, new_request_id, put_course_media

FINISHED = courses_pb.MODULE_STATE_FINISHED


async def put_course(operator: Client, programme_id: str) -> None:
    """Give a programme the demo's course, unless it has one."""
    request = courses_pb.GetCourseRequest(programme_id=programme_id)
    if (await operator.courses.GetCourse(request)).course.version:
        return
    found = lessons()
    for media_id, content in found.media.items():
        answer = await put_course_media(operator, programme_id, content)
        if answer.media_id != media_id:
            raise CommandError(f"the file {media_id} came back as {answer.media_id}")
    await operator.courses.PutCourse(
        courses_pb.PutCourseRequest(
            request_id=new_request_id(), programme_id=programme_id, course_json=found.document_json
        )
    )


async def learn(worker: Worker, programme_id: str, count: int | None = None) -> int:
    """Go on in the course where they left it.

    Args:
        worker: has a seat.
        programme_id: of what.
        count: at most so many modules more; None: to the end.

    Returns:
        How many modules were finished.
    """
    request = courses_pb.GetCourseRequest(programme_id=programme_id)
    course = (await once_known(lambda: worker.client.courses.GetCourse(request))).course
    left = [module.module_id for module in course.modules if module.state != FINISHED][:count]
    modules = {module["id"]: module for module in lessons().document["modules"]}
    for module_id in left:
        await _practise(worker, programme_id, modules[module_id])
        await _finish(worker, programme_id, modules[module_id])
    return len(left)


async def take_exam(worker: Worker, plan: ExamPlan) -> None:
    """Sit an exam, unless they hold its certificate or have failed it lately."""
    service = worker.client.workers
    profile = await once_known(lambda: service.GetWorkerProfile(workers_pb.GetWorkerProfileRequest()))
    if any(certificate.annotation_type == plan.annotation_type for certificate in profile.certificates):
        return
    start = workers_pb.StartExamRequest(request_id=new_request_id(), annotation_type=plan.annotation_type)
    try:
        attempt = await once_known(lambda: service.StartExam(start))
    except IlgamError as error:
        if error.reason != "EXAM_TOO_SOON":
            raise
        return
    answers = [plan.answer(worker, item) for item in attempt.items]
    await service.SubmitExamAnswers(
        workers_pb.SubmitExamAnswersRequest(
            request_id=new_request_id(), attempt_id=attempt.attempt_id, answers=answers, finish=True
        )
    )


async def _practise(worker: Worker, programme_id: str, module: dict[str, Any]) -> None:
    """Answer every practice item as they would; who was wrong reads the hint and finds it."""
    practice = module.get("practice")
    if not practice:
        return
    for item in practice["items"]:
        for answer_json in _tries(worker, practice, item):
            request = courses_pb.CheckPracticeRequest(
                request_id=new_request_id(),
                programme_id=programme_id,
                module_id=module["id"],
                key=item["key"],
                answer_json=answer_json,
            )
            await worker.client.courses.CheckPractice(request)


def _tries(worker: Worker, practice: dict[str, Any], item: dict[str, Any]) -> list[str]:
    """What they answer to a practice item, one after the other, the right answer last."""
    right = item["right"]
    if "label" not in right:
        return [marks_answer(right["results"])]
    labels = [option["value"] for option in practice["label_schema"]["controls"][0]["options"]]
    first = worker.graduate.answer(right["label"], labels, worker.rng)
    return [choice_answer(choice) for choice in dict.fromkeys((first, right["label"]))]


async def _finish(worker: Worker, programme_id: str, module: dict[str, Any]) -> None:
    """Answer the quiz, once more where it was not passed, and go on."""
    questions = module["quiz"]["questions"]
    first = [_choice(worker, question) for question in questions]
    rights = [question["right"] for question in questions]
    right_count = sum(choice == right for choice, right in zip(first, rights, strict=True))
    if right_count < module["quiz"]["pass_share"] * len(questions):
        await _record(worker, programme_id, module, first, finished=False)
        first = rights
    await _record(worker, programme_id, module, first, finished=True)


def _choice(worker: Worker, question: dict[str, Any]) -> str:
    values = [option["value"] for option in question["options"]]
    return worker.graduate.answer(question["right"], values, worker.rng)


async def _record(
    worker: Worker, programme_id: str, module: dict[str, Any], choices: Sequence[str], *, finished: bool
) -> None:
    pairs = zip(module["quiz"]["questions"], choices, strict=True)
    answers = [courses_pb.QuizAnswer(question_id=question["id"], value=choice) for question, choice in pairs]
    await worker.client.courses.RecordProgress(
        courses_pb.RecordProgressRequest(
            request_id=new_request_id(),
            programme_id=programme_id,
            module_id=module["id"],
            quiz=courses_pb.QuizAnswers(answers=answers),
            finished=finished,
        )
    )
