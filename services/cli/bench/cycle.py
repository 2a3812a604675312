"""`ilgam bench cycle`: claim -> submit -> scored -> paid, one by one and in batches."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from services.cli.bench.cpu import spent
from services.cli.bench.field import Field, all_paid, claim, open_job, prepared, submit
from services.cli.bench.figures import percentile_ms
from services.cli.bench.payday import Paydays, heard
from services.cli.check.settling import settle
from services.cli.market.people import Person
from services.cli.progress import Teller

LOAD_SHARE = 0.5
HEAR_SECONDS = 30.0
HEAR_AGAIN_SECONDS = 0.1


@dataclass(frozen=True)
class Sizes:
    """How big the bench is.

    Attributes:
        answers: of the closed loop in singles; in batches it is four times as many.
        batch: answers in a batch.
        workers: who work at once.
        open_seconds: how long the open loop lasts.
    """

    answers: int = 5_000
    batch: int = 20
    workers: int = 32
    open_seconds: float = 30.0


@dataclass
class Run:
    """One loop's measurement.

    Attributes:
        submitted: answer -> when its submit came back.
        seconds: from the first claim to the last answer paid.
        cpu: seconds by process, over the same time.
    """

    submitted: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    cpu: dict[str, float] = field(default_factory=dict)

    def latencies(self, paydays: Paydays) -> list[float]:
        """From commit to paid, for the answers whose payment was heard."""
        return [paydays.paid[answer] - sent for answer, sent in self.submitted.items() if answer in paydays.paid]


async def bench_cycle(sizes: Sizes, teller: Teller) -> dict[str, object]:
    """Measure singles and batches."""
    async with prepared(sizes.workers, teller) as found, heard(found.stack) as paydays:
        singles = await _both(found, paydays, sizes, 1, teller)
        return singles | {f"batch{sizes.batch}": await _both(found, paydays, sizes, sizes.batch, teller)}


async def _both(found: Field, paydays: Paydays, sizes: Sizes, batch: int, teller: Teller) -> dict[str, object]:
    """A closed loop to find the capacity and the cost, an open loop at half of that for the latency."""
    total = sizes.answers * (4 if batch > 1 else 1)
    warm = sizes.workers * batch
    teller.step(f"as fast as it goes, {batch} at a time", total=total)
    job_id = await open_job(found, f"closed{batch}", total + warm, Teller(quiet=True))
    await _closed(found, job_id, warm, batch, done=0)
    closed = await _closed(found, job_id, total, batch, done=warm)
    rate = LOAD_SHARE * total / closed.seconds
    teller.step(f"at {rate:,.0f} answers a second, {batch} at a time")
    job_id = await open_job(found, f"open{batch}", int(rate * sizes.open_seconds) + warm, Teller(quiet=True))
    opened = await _open(found, job_id, rate / batch, batch, sizes.open_seconds)
    await _all_heard(paydays, opened)
    latencies = opened.latencies(paydays)
    return {
        "answers_per_s": round(total / closed.seconds, 1),
        "commit_to_paid_p50_ms": round(percentile_ms(latencies, 0.50), 1),
        "commit_to_paid_p99_ms": round(percentile_ms(latencies, 0.99), 1),
        "cpu_ms_per_answer": round(sum(closed.cpu.values()) * 1000 / total, 3),
        "cpu_ms_by_process": {name: round(seconds * 1000 / total, 3) for name, seconds in closed.cpu.items()},
        "open_loop": {
            "answers_per_s": round(rate, 1),
            "answers": len(opened.submitted),
            "heard": len(latencies),
            "cpu_ms_per_answer": round(sum(opened.cpu.values()) * 1000 / max(1, len(opened.submitted)), 3),
        },
    }


async def _closed(found: Field, job_id: str, count: int, batch: int, *, done: int) -> Run:
    """Everybody works without a pause until so many answers are in; ends when all of them are paid."""
    run = Run()
    left = count

    async def work(person: Person) -> None:
        nonlocal left
        while left > 0:
            want = min(batch, left)
            left -= want
            await _once(person, job_id, want, run)

    before, begin = found.meter.read(), time.monotonic()
    await asyncio.gather(*map(work, found.people))
    await all_paid(found, job_id, done + count)
    run.seconds = time.monotonic() - begin
    run.cpu = spent(before, found.meter.read())
    await settle(found.operator)
    return run


async def _open(found: Field, job_id: str, starts_per_s: float, batch: int, seconds: float) -> Run:
    """Work arrives at a fixed rate whether or not earlier work is done; whoever is free takes it."""
    run = Run()
    free: asyncio.Queue[Person] = asyncio.Queue()
    for person in found.people:
        free.put_nowait(person)

    async def work(person: Person) -> None:
        await _once(person, job_id, batch, run)
        free.put_nowait(person)

    before, begin = found.meter.read(), time.monotonic()
    async with asyncio.TaskGroup() as group:
        for number in range(int(starts_per_s * seconds)):
            await asyncio.sleep(max(0.0, begin + number / starts_per_s - time.monotonic()))
            group.create_task(work(await free.get()))
    await all_paid(found, job_id, len(run.submitted))
    run.seconds = time.monotonic() - begin
    run.cpu = spent(before, found.meter.read())
    return run


async def _once(person: Person, job_id: str, count: int, run: Run) -> None:
    """Claim and answer."""
    held: Sequence[str] = [hold.assignment_id for hold in await claim(person, job_id, count)]
    await submit(person, held)
    now = time.monotonic()
    run.submitted.update(dict.fromkeys(held, now))


async def _all_heard(paydays: Paydays, run: Run) -> None:
    """Wait for the events of the last payments."""
    for _ in range(int(HEAR_SECONDS / HEAR_AGAIN_SECONDS)):
        if run.submitted.keys() <= paydays.paid.keys():
            return
        await asyncio.sleep(HEAR_AGAIN_SECONDS)
