"""`ilgam bench rush`: far more applicants than seats, all at once."""

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import asyncpg
from google.protobuf.timestamp_pb2 import Timestamp
from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import programmes_service_pb2 as pb
from ilgam.workers.v1 import workers_events_pb2 as events_pb

from deploy.local.stack import Stack
from services.cli.bench.cpu import Meter, spent
from services.cli.bench.figures import percentile_ms
from services.cli.market.people import Person, bring_in
from services.cli.progress import Teller
from services.sdk import Client, IlgamError, Password, new_request_id
from services.sdk.retries import Patience

# Whoever waits for long is not turned away by their own program: this is what a person would wait for a page.
PATIENCE = Patience(overall_seconds=180.0, attempt_seconds=30.0, wait_seconds_max=6.0)

_ROWS = """
    SELECT enrolment_no, state, arrive_time
    FROM enrolment
    WHERE cohort_id = CAST($1 AS uuid)
    ORDER BY enrolment_no
"""


@dataclass(frozen=True)
class Sizes:
    """How big the bench is.

    Attributes:
        applicants: who apply, all at once.
        seats: of the one cohort.
        waiting: how many may wait.
    """

    applicants: int = 5_000
    seats: int = 40
    waiting: int = 1_000


class Row(NamedTuple):
    """One enrolment as the database has it."""

    enrolment_no: int
    state: str
    arrive_time: datetime


@dataclass
class Rush:
    """What the applicants were told."""

    told: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    @property
    def errors(self) -> int:
        """How many were told neither a place nor that all is full."""
        return sum(count for what, count in self.told.items() if what not in {"ENROLLED", "WAITING", "COHORT_FULL"})


async def bench_rush(sizes: Sizes, teller: Teller) -> dict[str, object]:
    """Measure one rush: everybody applies at the same moment; only applying is timed."""
    teller.step("starting an Ilgam of its own")
    with tempfile.TemporaryDirectory(prefix="ilgam-") as folder:
        async with (
            Stack(Path(folder), services=("accounts", "workers")) as stack,
            await Client.connect(stack.target, Password(*stack.operator), patience=PATIENCE) as operator,
        ):
            teller.step(f"bringing {sizes.applicants} applicants in")
            names = [f"applicant {number}" for number in range(sizes.applicants)]
            people = await bring_in(operator, names, "rush.ilgam.localhost")
            cohort_id = await _open_cohort(operator, sizes)
            await _all_known(stack, sizes.applicants)
            teller.step(f"{sizes.applicants} apply for {sizes.seats} seats", total=sizes.applicants)
            meter = Meter(stack.pids)
            before, begin = meter.read(), time.monotonic()
            rush = await _apply(people, cohort_id, teller)
            seconds = time.monotonic() - begin
            cpu = spent(before, meter.read())
            rows = await _rows(stack, cohort_id)
    return figures_of(sizes, rush, rows, seconds) | {
        "cpu_ms_per_applicant": {name: round(spent_ * 1000 / sizes.applicants, 3) for name, spent_ in cpu.items()}
    }


def figures_of(sizes: Sizes, rush: Rush, rows: Sequence[Row], seconds: float) -> dict[str, object]:
    """What is reported: what people were told, held against what the database holds."""
    enrolled = sum(row.state == "ENROLLED" for row in rows)
    waiting = sum(row.state == "WAITING" for row in rows)
    late = [
        (before.arrive_time - after.arrive_time).total_seconds()
        for before, after in pairwise(rows)
        if after.arrive_time < before.arrive_time
    ]
    seats_first = [row.state for row in rows] == ["ENROLLED"] * enrolled + ["WAITING"] * waiting
    told_true = (rush.told["ENROLLED"], rush.told["WAITING"]) == (enrolled, waiting)
    return {
        "applicants": sizes.applicants,
        "seats": sizes.seats,
        "applicants_per_s": round(sizes.applicants / seconds, 1),
        "p50_ms": round(percentile_ms(rush.seconds, 0.50), 1),
        "p99_ms": round(percentile_ms(rush.seconds, 0.99), 1),
        "enrolled": enrolled,
        "waiting": waiting,
        "turned_away": rush.told["COHORT_FULL"],
        "told": dict(rush.told),
        "oversold": max(0, enrolled - sizes.seats),
        "errors": rush.errors + (not told_true),
        "order_kept": seats_first and not late,
        "overtaken": len(late),
        "overtaken_by_ms_max": round(max(late, default=0.0) * 1000, 3),
    }


async def _open_cohort(operator: Client, sizes: Sizes) -> str:
    terms = pb.ProgrammeTerms(title=common_pb2.LocalText(ko="신청 시험"), weeks=10, waiting_max=sizes.waiting)
    created = await operator.programmes.CreateProgramme(
        pb.CreateProgrammeRequest(request_id=new_request_id(), terms=terms)
    )
    cohort = pb.CohortTerms(
        cohort_no=1,
        seat_count=sizes.seats,
        online=True,
        open_time=_ahead(days=-1),
        close_time=_ahead(days=1),
        start_time=_ahead(days=2),
        end_time=_ahead(days=72),
    )
    asked = pb.CreateCohortRequest(
        request_id=new_request_id(), programme_id=created.programme.programme_id, terms=cohort
    )
    return (await operator.programmes.CreateCohort(asked)).cohort.cohort_id


async def _apply(people: Sequence[Person], cohort_id: str, teller: Teller) -> Rush:
    rush = Rush()

    async def apply(person: Person) -> None:
        request = pb.EnrolInCohortRequest(request_id=new_request_id(), cohort_id=cohort_id)
        begin = time.monotonic()
        try:
            answer = await person.client.programmes.EnrolInCohort(request)
            rush.told[events_pb.EnrolmentState.Name(answer.enrolment.state).removeprefix("ENROLMENT_STATE_")] += 1
        except IlgamError as error:
            rush.told[error.reason or error.code.name] += 1
        rush.seconds.append(time.monotonic() - begin)
        teller.count(len(rush.seconds))

    await asyncio.gather(*map(apply, people))
    return rush


async def _rows(stack: Stack, cohort_id: str) -> list[Row]:
    connection = await _connected(stack)
    try:
        return [Row(*row) for row in await connection.fetch(_ROWS, cohort_id)]
    finally:
        await connection.close()


async def _all_known(stack: Stack, count: int) -> None:
    """Waits until workers has heard of everybody, and has nothing else to do."""
    connection = await _connected(stack)
    try:
        while await connection.fetchval("SELECT count(*) FROM worker") < count:  # noqa: ASYNC110 - another process counts
            await asyncio.sleep(0.2)
    finally:
        await connection.close()


async def _connected(stack: Stack) -> asyncpg.Connection:
    url = stack.postgres_url("ilgam_workers", "ilgam_workers_owner")
    return await asyncpg.connect(url.replace("+asyncpg", ""))


def _ahead(**span: float) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(datetime.now(UTC) + timedelta(**span))
    return stamp
