"""A whole replay: people and job in, rounds, closing, measuring."""

import secrets
import time
from dataclasses import dataclass

from ilgam.common.v1 import common_pb2
from ilgam.payments.v1 import payments_service_pb2 as payments_pb
from ilgam.tasks.v1 import tasks_service_pb2 as tasks_pb

from services.cli.check.checking import Checked, check
from services.cli.check.settling import settle
from services.cli.market.company import (
    close_job,
    create_job,
    fill,
    items_of,
    open_company,
    pay_and_publish,
    progress_of,
)
from services.cli.market.judged import unfreeze
from services.cli.market.people import Person, bring_in, certify
from services.cli.progress import Teller
from services.cli.replay.measures import Measures, Result, measure
from services.cli.replay.plan import Options, gold_tasks, item_row, job_spec
from services.cli.replay.recorded import Recording
from services.cli.replay.rounds import Supply
from services.cli.replay.work import Shift
from services.sdk import Client


@dataclass(frozen=True)
class Report:
    """What a replay gives; `as_dict` names everything."""

    recording: Recording
    answers_used: int
    progress: tasks_pb.GetJobProgressResponse
    funds: payments_pb.GetJobFundsResponse
    measures: Measures
    checked: Checked
    ledger_clean: bool
    seconds: float
    job_id: str
    results: dict[str, Result]

    def as_dict(self) -> dict[str, int | float | bool]:
        """For programs; every name is part of the command's contract."""
        return {
            "answers_recorded": len(self.recording.answers) + self.recording.duplicate_count,
            "answers_duplicate": self.recording.duplicate_count,
            "answers_used": self.answers_used,
            "answers_accepted": self.progress.accepted_count,
            "answers_rejected": self.progress.rejected_count,
            "answers_paid": self.funds.paid_answer_count,
            "paid_krw": self.funds.paid_krw,
            "escrow_left_krw": self.funds.escrow_left_krw,
            "items": self.progress.item_count,
            "items_measured": self.measures.items_measured,
            "accuracy": round(self.measures.accuracy, 6),
            "majority_accuracy": round(self.measures.majority_accuracy, 6),
            "mean_claimed_confidence": round(self.measures.mean_claimed_confidence, 6),
            "ledger_clean": self.ledger_clean,
            "check_clean": self.checked.clean,
            "seconds": round(self.seconds, 3),
        }


async def replay(operator: Client, recording: Recording, options: Options, teller: Teller) -> Report:
    """Run recorded answers as a paid job.

    Args:
        operator: signed in as an operator.
        recording: the answers and the known labels.
        options: what job to make of them.
        teller: is told the steps.
    """
    begin = time.monotonic()
    gold = gold_tasks(recording, options)
    run = secrets.token_hex(4)
    people = await _people(operator, recording, run, teller)
    rows = [item_row(task, recording.gold[task] if task in gold else "") for task in recording.tasks]
    teller.step(f"importing and publishing {len(rows):,} items")
    job_id, item_ids = await _job(operator, job_spec(recording, options, gold), rows, run)
    shift = Shift(operator, people, job_id, item_ids, Supply(recording.queues()), teller)
    teller.step("claiming and answering", total=len(recording.answers))
    await shift.work()
    teller.step("closing and paying")
    await _close(operator, job_id)
    teller.step("measuring and checking")
    return await _report(operator, recording, shift, gold, begin)


async def _people(operator: Client, recording: Recording, run: str, teller: Teller) -> dict[str, Person]:
    names = recording.workers
    teller.step(f"signing in {len(names):,} recorded workers")
    people = await bring_in(operator, [name[:80] for name in names], f"replay-{run}.ilgam.localhost")
    await certify(operator, people, common_pb2.ANNOTATION_TYPE_TEXT_CHOICE, "recorded worker of a replay")
    return dict(zip(names, people, strict=True))


async def _job(
    operator: Client, spec: tasks_pb.JobSpec, rows: list[tasks_pb.ItemRow], run: str
) -> tuple[str, dict[str, str]]:
    """The open job and its items by task."""
    company = await open_company(operator, f"Replay {run}")
    job_id = await create_job(operator, company, spec)
    await fill(operator, job_id, rows)
    await pay_and_publish(operator, company, job_id)
    return job_id, {item.key: item.item_id async for item in items_of(operator, job_id)}


async def _close(operator: Client, job_id: str) -> None:
    await close_job(operator, job_id)
    await settle(operator)
    if (await progress_of(operator, job_id)).pending_count and await unfreeze(operator, job_id):
        await settle(operator)


async def _report(operator: Client, recording: Recording, shift: Shift, gold: set[str], begin: float) -> Report:
    results = {
        item.key: Result(item.result_label, item.result_confidence, item.result_tie)
        async for item in items_of(operator, shift.job_id)
    }
    ledger = await operator.payments.CheckLedger(payments_pb.CheckLedgerRequest())
    checked = await check(operator)
    return Report(
        recording=recording,
        answers_used=shift.used,
        progress=await progress_of(operator, shift.job_id),
        funds=await operator.payments.GetJobFunds(payments_pb.GetJobFundsRequest(job_id=shift.job_id)),
        measures=measure(recording.answers, recording.gold, gold, results),
        checked=checked,
        ledger_clean=ledger.clean,
        seconds=time.monotonic() - begin,
        job_id=shift.job_id,
        results=results,
    )
