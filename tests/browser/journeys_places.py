"""A town for the pages of the way: somebody on it, somebody at its end, and enough people for a funnel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

from ilgam.accounts.v1 import accounts_service_pb2 as accounts_pb
from ilgam.common.v1 import common_pb2
from ilgam.tasks.v1 import tasks_events_pb2
from ilgam.workers.v1 import journeys_service_pb2 as pb
from ilgam.workers.v1 import programmes_service_pb2 as programmes_pb
from ilgam.workers.v1 import workers_events_pb2 as events
from ilgam.workers.v1 import workers_service_pb2 as workers_pb

from services.runtime.wire import to_timestamp
from services.sdk import Client, new_request_id
from tests.browser.places import NOBODY
from tests.support.market import TEXTS, Market, Person, claim, claimable, in_state, submit
from tests.support.programmes import at, cohort_terms, new_cohort, new_programme
from tests.support.service import eventually

SEATS = 40
PEOPLE = 30
FINISHED = 16
CERTIFIED = 9
BANDS = tuple(events.AgeBand.values())


@dataclass(frozen=True)
class Town:
    """Who is there.

    Attributes:
        operator: sees all of it.
        newcomer: has not applied for anything.
        learner: has a seat.
        graduate: has walked the whole way.
        programme_id: a programme with people all along the way.
        cohort_id: its cohort.
    """

    operator: Person
    newcomer: Person
    learner: Person
    graduate: Person
    programme_id: str
    cohort_id: str


def all_places() -> list[str]:
    """Every page of the way, by some address."""
    nobody = Person("", "", cast("Client", SimpleNamespace(account_id=NOBODY)), NOBODY)
    town = Town(nobody, nobody, nobody, nobody, NOBODY, NOBODY)
    return [*person_places(town), *operator_places(town)]


def person_places(town: Town) -> list[str]:
    """Pages of somebody on the way."""
    del town
    return ["/learn", "/work"]


def operator_places(town: Town) -> list[str]:
    """Pages of an operator: of all, of a programme, of a cohort, of an age, of nobody."""
    board = "/operator/journeys"
    of_programme = f"{board}?programme={town.programme_id}"
    return [
        board, of_programme, f"{of_programme}&cohort={town.cohort_id}", f"{of_programme}&age=1",
        f"{board}?programme={town.cohort_id}", f"{board}/idle/TEXT_CHOICE",
        f"{board}/idle/IMAGE_CHOICE", f"/operator/people/{town.graduate.account_id}",
        f"/operator/people/{town.newcomer.account_id}",
    ]  # fmt: skip


async def make_town(market: Market) -> Town:
    """Makes it through the public API."""
    learner, graduate = await market.person("나배움"), await market.person("다해냄")
    programme_id = await new_programme(market.operator)
    cohort_id = await begun_cohort(market, programme_id)
    others = await many_people(market, PEOPLE)
    await enrol_all(market, cohort_id, [graduate.account_id, *others[: FINISHED - 1]], finished=True)
    await enrol_all(market, cohort_id, [learner.account_id, *others[FINISHED - 1 :]], finished=False)
    certified = [graduate.account_id, *others[: CERTIFIED - 1]]
    await market.operator.workers.GrantCertificate(
        workers_pb.GrantCertificateRequest(
            request_id=new_request_id(),
            worker_ids=certified,
            annotation_type=common_pb2.ANNOTATION_TYPE_TEXT_CHOICE,
            reason="AI 데이터 라벨링 교육 수료",
        )
    )
    await first_job(market, graduate)
    return Town(
        operator=await market.operators_member(),
        newcomer=await market.person("가처음"),
        learner=learner,
        graduate=graduate,
        programme_id=programme_id,
        cohort_id=cohort_id,
    )


async def begun_cohort(market: Market, programme_id: str, cohort_no: int = 1) -> str:
    """A cohort that began two weeks ago; gives its id."""
    since = {"open_time": -30, "close_time": -20, "start_time": -14, "end_time": 56}
    terms = cohort_terms(cohort_no, SEATS, **{name: at(days=days) for name, days in since.items()})
    return await new_cohort(market.operator, programme_id, terms)


async def many_people(market: Market, count: int) -> list[str]:
    """Accounts of people who never come to the site; gives their ids."""
    rows = [
        accounts_pb.ImportAccountRow(
            email=f"{new_request_id()}@example.org", display_name=f"수강생 {number}", roles=[accounts_pb.ROLE_WORKER]
        )
        for number in range(count)
    ]
    imported = await market.operator.accounts.ImportAccounts(
        accounts_pb.ImportAccountsRequest(request_id=new_request_id(), rows=rows)
    )
    return [verdict.account_id for verdict in imported.verdicts]


async def enrol_all(market: Market, cohort_id: str, worker_ids: list[str], *, finished: bool) -> None:
    """Brings in people of a cohort once workers knows them."""
    begun = datetime.now(UTC) - timedelta(days=25)
    rows = [
        programmes_pb.EnrolmentRow(
            worker_id=worker_id,
            cohort_id=cohort_id,
            state=events.ENROLMENT_STATE_COMPLETED if finished else events.ENROLMENT_STATE_ENROLLED,
            apply_time=to_timestamp(begun + timedelta(hours=number)),
            complete_time=to_timestamp(begun + timedelta(days=15, hours=7 * number)) if finished else None,
            age_band=BANDS[number % 3],
        )
        for number, worker_id in enumerate(worker_ids)
    ]

    async def imported() -> bool:
        request = programmes_pb.ImportEnrolmentsRequest(request_id=new_request_id(), rows=rows)
        verdicts = (await market.operator.programmes.ImportEnrolments(request)).verdicts
        done = {programmes_pb.ENROLMENT_IMPORT_STATE_ACCEPTED, programmes_pb.ENROLMENT_IMPORT_STATE_DUPLICATE}
        return {verdict.state for verdict in verdicts} <= done

    await eventually(imported)


async def first_job(market: Market, person: Person) -> None:
    """Somebody does a small job to its end and is paid, and workers has heard of it."""
    company = await market.company(100_000)
    job_id = await market.open_job(company, TEXTS[:2])
    await claimable(person, job_id)
    await submit(person, await claim(person, job_id, 2))
    await eventually(lambda: in_state(company, job_id, tasks_events_pb2.JOB_STATE_CLOSED))
    await eventually(lambda: has_reached(person, pb.JOURNEY_STEP_PAID))


async def has_reached(person: Person, step: pb.JourneyStep.ValueType) -> bool:
    """Whether workers knows that somebody reached a step."""
    journey = await person.client.journeys.GetJourney(pb.GetJourneyRequest())
    return step in {one.step for one in journey.steps}
