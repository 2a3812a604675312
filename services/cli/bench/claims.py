"""`ilgam bench claims`: whether a claim costs the same however long the queue and the worker's history are."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice

from ilgam.events.v1 import events_service_pb2 as events_pb

from services.cli.bench.cpu import spent
from services.cli.bench.field import Field, all_paid, claim, open_job, prepared, submit
from services.cli.bench.figures import Claims, growth_ratio, median_ms, percentile_ms
from services.cli.check.settling import settle
from services.cli.market.people import Person
from services.cli.progress import Teller
from services.cli.running import CommandError

ROUNDS = 5
# What a worker may hold of a job at once; a round's claims are answered at its end.
HOLD_MAX = 100
JOBS_AT_ONCE = 4
SENT_SECONDS = 0.1
SETTLED_SECONDS = 600.0
COUNTED = ("postgres", "tasks")


@dataclass(frozen=True)
class Sizes:
    """How big the bench is.

    Attributes:
        claims: in each of the two queues, over all rounds.
        items: in the one big job.
        jobs: small ones.
        job_items: in each small one.
        workers: who claim at once.
        ahead: answers that one worker has given before.
        solo_claims: of the worker who is ahead, and of one who is not, over all rounds.
    """

    claims: int = 20_000
    items: int = 1_000_000
    jobs: int = 1_000
    job_items: int = 1_000
    workers: int = 64
    ahead: int = 20_000
    solo_claims: int = 500

    def check(self) -> None:
        """Raises CommandError when a worker would have to hold more at once than a job allows."""
        most = max(-(-self.claims // (ROUNDS * self.workers)), -(-self.solo_claims // ROUNDS))
        if most > HOLD_MAX:
            raise CommandError(
                f"a worker would hold {most} items in a round; {HOLD_MAX} is the most: take more workers or fewer claims"
            )


@dataclass
class Arm:
    """One way of claiming, and what was measured.

    Attributes:
        overlap: of its items.
        cpu_seconds: of PostgreSQL and tasks per claim, one figure a round.
        latencies: seconds, one a claim.
        seconds: spent claiming.
        given: who got what.
    """

    overlap: int
    cpu_seconds: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    given: Claims = field(default_factory=Claims)


async def bench_claims(sizes: Sizes, teller: Teller) -> dict[str, object]:
    """Measure both queues and both lone workers, round by round in turn.

    Raises:
        CommandError: the sizes do not fit together, or events do not arrive.
    """
    sizes.check()
    async with prepared(sizes.workers + 2, teller) as found:
        people, ahead, fresh = found.people[:-2], found.people[-2], found.people[-1]
        teller.step(f"importing one job of {sizes.items:,} items", total=sizes.items)
        begin = time.monotonic()
        one = await open_job(found, "one", sizes.items, teller)
        load_seconds = time.monotonic() - begin
        many = await _many_jobs(found, sizes, teller)
        long = await _ahead(found, ahead, sizes, teller)
        arms = {"one_job": Arm(1), "many_jobs": Arm(1), "ahead": Arm(3), "fresh": Arm(3)}
        teller.step("claiming", total=ROUNDS * len(arms))
        for round_ in range(ROUNDS):
            count, solo = _share(sizes.claims, round_), _share(sizes.solo_claims, round_)
            await _measure(found, arms["one_job"], _plan(people, [one], count, round_))
            await _measure(found, arms["many_jobs"], _plan(people, many, count, round_))
            await _measure(found, arms["ahead"], {ahead: [long] * solo})
            await _measure(found, arms["fresh"], {fresh: [long] * solo})
            teller.count((round_ + 1) * len(arms))
        return _report(arms, sizes, load_seconds)


def _share(total: int, round_: int) -> int:
    return total // ROUNDS + (round_ < total % ROUNDS)


async def _many_jobs(found: Field, sizes: Sizes, teller: Teller) -> list[str]:
    teller.step(f"importing {sizes.jobs:,} jobs of {sizes.job_items:,} items")
    gate = asyncio.Semaphore(JOBS_AT_ONCE)

    async def one(number: int) -> str:
        async with gate:
            return await open_job(found, f"many{number}", sizes.job_items, Teller(quiet=True))

    return list(await asyncio.gather(*map(one, range(sizes.jobs))))


async def _ahead(found: Field, ahead: Person, sizes: Sizes, teller: Teller) -> str:
    """A job at overlap 3 in which one worker has answered many items that others have not."""
    teller.step(f"one worker answers {sizes.ahead:,} items ahead", total=sizes.ahead)
    job_id = await open_job(found, "long", sizes.ahead + 2 * sizes.solo_claims, teller, overlap=3)
    done = 0
    while done < sizes.ahead:
        held = await claim(ahead, job_id, min(HOLD_MAX, sizes.ahead - done))
        if not held:
            raise CommandError(f"the worker who is to be ahead got nothing after {done} items")
        done += await submit(ahead, [hold.assignment_id for hold in held])
        teller.count(done)
    await all_paid(found, job_id, done)
    return job_id


def _plan(people: Sequence[Person], jobs: list[str], count: int, round_: int) -> dict[Person, list[str]]:
    """Which jobs each worker claims from, one after the other; each worker keeps to an own share of many jobs."""
    plan: dict[Person, list[str]] = {}
    for number, person in enumerate(people):
        own = jobs[number % len(jobs) :: len(people)] or jobs
        claims = count // len(people) + (number < count % len(people))
        plan[person] = list(islice(cycle(own), round_, round_ + claims))
    return plan


async def _measure(found: Field, arm: Arm, plan: dict[Person, list[str]]) -> None:
    """One round of one arm: claims are measured, the answers that make room for the next round are not."""
    held: dict[Person, list[str]] = {person: [] for person in plan}
    count = sum(map(len, plan.values()))
    before, begin = found.meter.read(), time.monotonic()
    await asyncio.gather(*(_claims(person, jobs, arm, held[person]) for person, jobs in plan.items()))
    arm.seconds += time.monotonic() - begin
    await _sent(found)
    used = spent(before, found.meter.read())
    arm.cpu_seconds.append(sum(used[name] for name in COUNTED) / count)
    await asyncio.gather(*(submit(person, assignment_ids) for person, assignment_ids in held.items()))
    await _settled(found)


async def _claims(person: Person, jobs: list[str], arm: Arm, held: list[str]) -> None:
    for job_id in jobs:
        begin = time.monotonic()
        assignments = await claim(person, job_id, 1)
        arm.latencies.append(time.monotonic() - begin)
        for assignment in assignments:
            arm.given.note(assignment.data_json, person.worker_id)
            held.append(assignment.assignment_id)


async def _sent(found: Field) -> None:
    """Wait until tasks has published what the claims gave it to publish: that is part of their cost."""
    stub = found.operator.events["tasks"]
    for _ in range(int(SETTLED_SECONDS / SENT_SECONDS)):
        if not (await stub.GetEventHealth(events_pb.GetEventHealthRequest())).unsent_count:
            return
        await asyncio.sleep(SENT_SECONDS)


async def _settled(found: Field) -> None:
    if waiting := await settle(found.operator, SETTLED_SECONDS):
        raise CommandError(f"events do not arrive: {waiting[0]}")


def _report(arms: dict[str, Arm], sizes: Sizes, load_seconds: float) -> dict[str, object]:
    queues = [arms["one_job"], arms["many_jobs"]]
    latencies = [seconds for arm in queues for seconds in arm.latencies]
    medians = {name: median_ms(arm.cpu_seconds) for name, arm in arms.items()}
    return {
        "claims_per_s": round(len(latencies) / sum(arm.seconds for arm in queues), 1),
        "p50_ms": round(percentile_ms(latencies, 0.50), 2),
        "p99_ms": round(percentile_ms(latencies, 0.99), 2),
        "double_claims": sum(arm.given.doubled() for arm in arms.values()),
        "over_claims": sum(arm.given.over(arm.overlap) for arm in arms.values()),
        "cpu_ms_per_claim": round(medians["one_job"], 3),
        "growth_ratio": round(
            growth_ratio([(medians["one_job"], medians["many_jobs"]), (medians["ahead"], medians["fresh"])]), 3
        ),
        "cpu_ms_per_claim_by_arm": {
            name: [round(seconds * 1000, 3) for seconds in arm.cpu_seconds] for name, arm in arms.items()
        },
        "import_rows_per_s": round(sizes.items / load_seconds),
        "import_seconds": round(load_seconds, 1),
    }
