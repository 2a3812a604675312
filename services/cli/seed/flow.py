"""The whole demo: people, jobs, a burst of work, tables, and then a trickle."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from ilgam.tasks.v1 import tasks_events_pb2 as events_pb
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from rich.console import Console

from services.cli.check.checking import Checked, check
from services.cli.check.command import show as show_check
from services.cli.progress import Teller
from services.cli.seed import demo_worker
from services.cli.seed.burst import Burst
from services.cli.seed.catalogue import Fate, JobPlan, companies, job_plans
from services.cli.seed.consultations import consult, open_coming_slots
from services.cli.seed.people import People, find_people
from services.cli.seed.posting import Posting, jobs_of, post
from services.cli.seed.report import show_jobs, show_work
from services.cli.seed.school import School, teach
from services.sdk import Client

OPEN = events_pb.JOB_STATE_OPEN


@dataclass(frozen=True)
class Demo:
    """The demo as it stands.

    Attributes:
        operator: signed in as an operator.
        people: who plays.
        postings: the jobs, in the catalogue's order.
        school: the programme that runs, and who has just learned in it.
        is_fresh: nobody has worked through what is to be done yet.
    """

    operator: Client
    people: People
    postings: list[Posting]
    school: School
    is_fresh: bool

    def first(self, fate: Fate, kind: str = "text") -> Posting:
        """The first job of that fate and kind."""
        return next(one for one in self.postings if (one.plan.fate, one.plan.kind) == (fate, kind))


async def prepare(operator: Client, seed: int, teller: Teller) -> Demo:
    """Find or make people and jobs.

    Args:
        operator: signed in as an operator.
        seed: makes graduates answer the same way again.
        teller: is told the steps.
    """
    teller.step("finding people and companies")
    people = await find_people(operator, seed)
    found = {name: await jobs_of(company) for name, company in people.companies.items()}
    is_new = any(plan.title not in found[plan.company] for plan in job_plans())
    teller.step("posting jobs, making programmes and a course" if is_new else "finding jobs and programmes")
    by_company = [[plan for plan in job_plans() if plan.company == name] for name in companies()]
    posted, school = await asyncio.gather(
        asyncio.gather(*(_post_all(operator, people, plans, found) for plans in by_company)),
        teach(operator, people, people.companies[companies()[0]].organisation_id, teller),
    )
    by_name = {posting.plan.name: posting for postings in posted for posting in postings}
    postings = [by_name[plan.name] for plan in job_plans()]
    await consult(people, postings, teller)
    await open_coming_slots(people, school.certified)
    to_do = any(one.plan.fate is Fate.CLOSED and one.job.state == OPEN for one in postings)
    return Demo(operator, people, postings, school, is_new or to_do)


async def _post_all(
    operator: Client, people: People, plans: Sequence[JobPlan], found: dict[str, dict[str, pb.Job]]
) -> list[Posting]:
    """One after the other: what the last one misses depends on what the others took."""
    return [
        await post(operator, plan, people.companies[plan.company], found[plan.company].get(plan.title))
        for plan in plans
    ]


async def work(demo: Demo, seconds: float, teller: Teller) -> None:
    """Let everybody work for so many seconds, the demo's worker first."""
    teller.step(f"{len(demo.people.workers)} graduates at work")
    operator, visitor = demo.operator, demo.people.demo_worker
    done, nearly = demo.first(Fate.CLOSED), demo.first(Fate.NEARLY)
    if done.job.state == OPEN and not await demo_worker.has_worked(visitor):
        await demo_worker.work(operator, visitor, done, nearly)
    await Burst(operator, demo.postings, demo.people.workers, seconds, teller).work()


async def welcome(demo: Demo) -> None:
    """See to it that a visitor has work in hand, and the company a problem to look at."""
    in_hand, *others = [one for one in demo.postings if one.plan.fate is Fate.OPEN and one.plan.kind == "text"]
    await demo_worker.take_in_hand(demo.operator, demo.people.demo_worker, in_hand)
    await demo_worker.report_problem(demo.operator, demo.people.workers[0], others[0])


async def report(demo: Demo, console: Console, teller: Teller) -> Checked:
    """Wait until everything is settled, compare all services, and show what there is."""
    teller.step("judging, paying, checking")
    checked = await check(demo.operator)
    await show_work(demo.people, console)
    await show_jobs(demo.people, demo.postings, console)
    if checked.clean:
        counts = checked.counts
        console.print(f"check: clean; {counts['accepted']:,} answers accepted = paid, {counts['paid_krw']:,} won")
    else:
        show_check(checked, console)
    return checked
