"""A whole shift: exam, job, work, closing, table."""

import asyncio
import random
import secrets
from dataclasses import dataclass

from ilgam.tasks.v1 import tasks_events_pb2 as events_pb
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from rich.console import Console

from services.cli.check.checking import Checked, check
from services.cli.check.command import show as show_check
from services.cli.check.settling import settle
from services.cli.market.company import close_job, create_job, fill, open_company, pay_and_publish, progress_of
from services.cli.market.labels import IMAGE, choice_schema
from services.cli.market.people import bring_in
from services.cli.progress import Teller
from services.cli.shift.digits import LABELS, Digit, digits
from services.cli.shift.exam import IMAGE_CHOICE, Worker, certified, data_json, fill_exam_pool
from services.cli.shift.graduates import GRADUATES
from services.cli.shift.report import accuracy_of, show_job, show_work, work_of
from services.cli.shift.work import Shift
from services.sdk import Client

EXAM_POOL_SIZE = 60
GOLD_SHARE = 0.05
GOLD_OVERLAP = 8
OVERLAP_MIN, OVERLAP_MAX = 1, 3
PRICE_KRW = 50
EXPECTED_SECONDS = 4


@dataclass(frozen=True)
class Plan:
    """What the shift works on.

    Attributes:
        exam: pictures for the exam.
        job: pictures for the job.
        gold: which of those the job knows the answer of, by key.
        seed: makes graduates answer the same way again.
    """

    exam: list[Digit]
    job: list[Digit]
    gold: set[str]
    seed: int


def plan_of(everything: list[Digit], item_count: int, seed: int) -> Plan:
    """The first pictures are the exam's; the job gets others, a share of them with known answers."""
    rng = random.Random(seed)  # noqa: S311  (a repeatable shift, not a secret)
    exam, rest = everything[:EXAM_POOL_SIZE], everything[EXAM_POOL_SIZE:]
    job = rest if item_count >= len(rest) else rng.sample(rest, item_count)
    gold = rng.sample(job, max(1, round(GOLD_SHARE * len(job))))
    return Plan(exam, job, {digit.key for digit in gold}, seed)


def job_spec() -> pb.JobSpec:
    """A paid job with dynamic overlap, judged by gold and the agreement of others."""
    spec = pb.JobSpec(
        title="Which digit is it?",
        annotation_type=IMAGE_CHOICE,
        label_schema_json=choice_schema(LABELS, IMAGE),
        policy=events_pb.POLICY_CONSENSUS,
        price_krw=PRICE_KRW,
        overlap_min=OVERLAP_MIN,
        overlap_max=OVERLAP_MAX,
        gold_overlap=GOLD_OVERLAP,
        claim_mode=pb.CLAIM_MODE_QUEUE,
        appeal_seconds=0,
        expected_seconds=EXPECTED_SECONDS,
    )
    spec.instructions.ko = "사진에 쓰인 숫자를 고르세요."
    spec.instructions.en = "Choose the digit that is written in the picture."
    return spec


async def shift(operator: Client, item_count: int, seed: int, console: Console, teller: Teller) -> Checked:
    """Work a shift and show what came of it.

    Args:
        operator: signed in as an operator.
        item_count: how many pictures; fewer where there are not so many.
        seed: makes graduates answer the same way again.
        console: for the tables.
        teller: is told the steps.
    """
    teller.step("drawing pictures")
    plan = plan_of(digits(), item_count, seed)
    by_picture = {digit.image_url: digit.label for digit in plan.exam + plan.job}
    workers = await _graduates(operator, plan, by_picture, teller)
    job_id = await _job(operator, plan, teller)
    teller.step(f"{len(workers)} graduates at work", total=len(plan.job))
    await Shift(operator, job_id, workers, by_picture, teller).work(seed)
    teller.step("closing, judging the rest, paying")
    await close_job(operator, job_id)
    await settle(operator)
    teller.step("checking")
    checked = await check(operator)
    works = await asyncio.gather(*(work_of(worker, job_id) for worker in workers))
    show_work(works, console)
    right = await accuracy_of(operator, job_id, {digit.key: digit.label for digit in plan.job})
    show_job(await progress_of(operator, job_id), works, right, checked, console)
    if not checked.clean:
        show_check(checked, console)
    return checked


async def _graduates(operator: Client, plan: Plan, by_picture: dict[str, str], teller: Teller) -> list[Worker]:
    teller.step(f"{len(GRADUATES)} graduates sign in and take the exam")
    await fill_exam_pool(operator, plan.exam)
    people = await bring_in(
        operator, [graduate.name for graduate in GRADUATES], f"shift-{secrets.token_hex(4)}.ilgam.localhost"
    )
    return await asyncio.gather(
        *(
            certified(operator, graduate, person, by_picture, random.Random(f"{plan.seed}/exam/{graduate.name}"))  # noqa: S311  (a repeatable shift, not a secret)
            for graduate, person in zip(GRADUATES, people, strict=True)
        )
    )


async def _job(operator: Client, plan: Plan, teller: Teller) -> str:
    teller.step(f"a company publishes a job of {len(plan.job):,} pictures, {len(plan.gold):,} of them gold")
    company = await open_company(operator, "Digits, a shift")
    job_id = await create_job(operator, company, job_spec())
    rows = (
        pb.ItemRow(key=digit.key, data_json=data_json(digit), gold_label=digit.label if digit.key in plan.gold else "")
        for digit in plan.job
    )
    await fill(operator, job_id, rows)
    budget = await pay_and_publish(operator, company, job_id)
    teller.say(f"published: {budget:,} won reserved")
    return job_id
