"""The demo's people in its programmes: enrolled, learning, in exams; each goes the way as far as the demo tells it."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ilgam.workers.v1 import courses_service_pb2 as courses_pb
from ilgam.workers.v1 import programmes_service_pb2 as pb

from services.cli.progress import Teller
from services.cli.seed.exams import ExamPlan, exam_plans, fill_exams
from services.cli.seed.graduates import Graduate
from services.cli.seed.learners import (
    AGE_BANDS,
    ENROLLED,
    Account,
    Learner,
    graduates_of_2020,
    import_enrolments,
    open_accounts,
    others,
)
from services.cli.seed.learning import learn, put_course, take_exam
from services.cli.seed.lessons import lessons
from services.cli.seed.people import IMAGE_CHOICE, TEXT_CHOICE, People, Worker, certify
from services.cli.seed.programmes import HISTORY, RUNNING, SEOUL, Programme, find_programme
from services.sdk import Client, Password, SignInCode, new_request_id
from services.sdk.demo import PASSWORD

LEARNING_AT_ONCE = 4
PAGE_SIZE = 200
# So few bands that five share one: fewer are not shown to operators.
BANDS_OF_GRADUATES = 3


@dataclass(frozen=True)
class School:
    """What became of the demo's programmes.

    Attributes:
        running: the programme that runs now.
        certified: others than the simulated graduates who have just got a certificate, signed in.
    """

    running: Programme
    certified: list[Worker]


async def teach(operator: Client, people: People, organisation_id: str, teller: Teller) -> School:
    """Find or make programmes, course and exams, and let everybody learn; what was done before is left as it is.

    Args:
        operator: signed in as an operator.
        people: the simulated graduates and the demo's worker go the whole way.
        organisation_id: who teaches.
        teller: is told the steps.
    """
    today = datetime.now(SEOUL).date()
    history = await find_programme(operator, HISTORY, organisation_id, today)
    running = await find_programme(operator, RUNNING, organisation_id, today)
    await asyncio.gather(fill_exams(operator, running.programme_id), _put_course(operator, running))
    learners = others(len(people.workers) + 1)
    accounts = await _enrol(operator, history, running, people, learners)
    if accounts:
        teller.step("learning, practising and taking exams")
    await _graduate(operator, running, people)
    return School(running, await _others_learn(operator, running, learners, accounts))


async def _put_course(operator: Client, running: Programme) -> None:
    if running.is_new:
        # Drawn and filmed beside everything else.
        await asyncio.to_thread(lessons)
    await put_course(operator, running.programme_id)


async def _enrol(
    operator: Client, history: Programme, running: Programme, people: People, learners: Sequence[Learner]
) -> dict[str, Account]:
    """The accounts that were opened for it, by e-mail; none when everybody had a seat."""
    old = graduates_of_2020()
    missing = [*old] if _is_empty(history) else []
    missing += learners if _is_empty(running) else []
    if not missing:
        return {}
    accounts = await open_accounts(operator, missing)
    if missing[0] in old:
        await import_enrolments(operator, history, [(accounts[one.email].account_id, one) for one in old])
    if missing[-1] in learners:
        graduates = [people.demo_worker, *people.workers]
        first = [(worker.client.account_id, _as_learner(worker, place)) for place, worker in enumerate(graduates)]
        rest = [(accounts[one.email].account_id, one) for one in learners]
        await import_enrolments(operator, running, [*first, *rest])
    return accounts


def _is_empty(programme: Programme) -> bool:
    """Nobody has come yet. Who left since then, or was refused, is not brought back."""
    return not any(cohort.taken_count for cohort in programme.cohorts)


def _as_learner(worker: Worker, place: int) -> Learner:
    return Learner("", worker.graduate.name, 1, AGE_BANDS[place % BANDS_OF_GRADUATES], ENROLLED, None)


async def _graduate(operator: Client, running: Programme, people: People) -> None:
    """The simulated graduates and the demo's worker go through the course and the exams."""
    gate = asyncio.Semaphore(LEARNING_AT_ONCE)

    async def one(worker: Worker, place: int) -> None:
        async with gate:
            if not await has_seat(worker.client, running.programme_id):
                return
            await learn(worker, running.programme_id)
            for plan in exams_of(worker, place):
                await take_exam(worker, plan)

    everybody = [people.demo_worker, *people.workers]
    await asyncio.gather(*(one(worker, place) for place, worker in enumerate(everybody)))
    await certify(operator, people)
    await complete(operator, people.trainer, running, {worker.client.account_id for worker in everybody})


def exams_of(worker: Worker, place: int) -> list[ExamPlan]:
    """Which exams somebody sits: for texts everybody; those who take exams also for pictures and, by turns, another kind."""
    texts = [plan for plan in exam_plans() if plan.annotation_type == TEXT_CHOICE]
    if not worker.graduate.takes_exam:
        return texts
    pictures = [plan for plan in exam_plans() if plan.annotation_type == IMAGE_CHOICE]
    more = [plan for plan in exam_plans() if plan.job]
    return [*texts, *pictures, more[place % len(more)]]


async def has_seat(client: Client, programme_id: str) -> bool:
    """Whether a worker has a seat in a programme: one who began anew in the demo has none."""
    found = await client.courses.ListCourses(courses_pb.ListCoursesRequest())
    return any(course.programme_id == programme_id for course in found.courses)


async def complete(operator: Client, trainer: Client, running: Programme, worker_ids: set[str]) -> None:
    """Let the trainer mark those of the first cohort as completed who are not."""
    request = pb.ListEnrolmentsRequest(cohort_id=running.cohorts[0].cohort_id, states=[ENROLLED], page_size=PAGE_SIZE)
    found = (await operator.programmes.ListEnrolments(request)).enrolments
    ids = [one.enrolment_id for one in found if one.worker_id in worker_ids]
    if ids:
        mark = courses_pb.MarkCompletionRequest(request_id=new_request_id(), enrolment_ids=ids)
        await trainer.courses.MarkCompletion(mark)


async def _others_learn(
    operator: Client, running: Programme, learners: Sequence[Learner], accounts: dict[str, Account]
) -> list[Worker]:
    """Those whose accounts are new go as far as they came; who has a certificate of them, signed in."""
    gate = asyncio.Semaphore(LEARNING_AT_ONCE)

    async def one(learner: Learner) -> Worker | None:
        account = accounts.get(learner.email)
        if account is None or not learner.acts or not (account.code or learner.signs_in):
            return None
        async with gate:
            worker = await signed_in(operator, learner, account.code)
            await learn(worker, running.programme_id, learner.module_count)
            if learner.exams:
                await take_exam(worker, exams_of(worker, 0)[0])
            return worker if learner.exams and learner.accuracy > 0.9 else None  # noqa: PLR2004  (the sure ones)

    return [worker for worker in await asyncio.gather(*(one(learner) for learner in learners)) if worker]


async def signed_in(operator: Client, learner: Learner, code: str) -> Worker:
    """A learner who can act, by their code or else the demo's password."""
    credentials = SignInCode(learner.email, code) if code else Password(learner.email, PASSWORD)
    client = await operator.sibling(credentials)
    chance = random.Random(learner.email)  # noqa: S311  (a repeatable demo, not a secret)
    return Worker(Graduate(learner.name, learner.accuracy), client, chance)
