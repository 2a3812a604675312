"""The pages of programmes: a small world of cohorts in every state, and the addresses that show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import programmes_service_pb2 as pb

from services.sdk import Client, new_request_id
from tests.browser.places import NOBODY
from tests.support.market import Market, Person
from tests.support.programmes import at, cohort_terms, enrol, new_cohort, new_programme


@dataclass(frozen=True)
class Academy:
    """A programme with cohorts in every state.

    Attributes:
        programme_id: for residents, with texts in both languages.
        bare_id: without cohorts or texts.
        open_id: a cohort with free seats.
        full_id: one whose seats are taken and whose waiting list is open.
        ahead_id: one that opens tomorrow.
        over_id: one whose registration is over.
        learner: has a seat, has been offered another programme's seat, and has cancelled one.
        waiting: waits for a seat.
        newcomer: has not applied to anything.
        seat_id: the learner's seat.
        offer_id: the learner's offer.
        cancelled_id: what the learner gave up.
        place_id: the place of who waits.
    """

    programme_id: str
    bare_id: str
    open_id: str
    full_id: str
    ahead_id: str
    over_id: str
    learner: Person
    waiting: Person
    newcomer: Person
    seat_id: str
    offer_id: str
    cancelled_id: str
    place_id: str


def open_places(academy: Academy) -> list[str]:
    """Pages of programmes for anybody."""
    return ["/programmes", f"/programmes/{academy.programme_id}", f"/programmes/{academy.bare_id}"]


def newcomer_places(academy: Academy) -> list[str]:
    """Pages for somebody who has not applied yet."""
    base = f"/programmes/{academy.programme_id}"
    cohorts = (academy.open_id, academy.full_id, academy.ahead_id, academy.over_id)
    return [
        base,
        f"{base}?reminded={academy.ahead_id}",
        *(f"{base}/cohorts/{cohort_id}" for cohort_id in cohorts),
        "/learn/enrolments",
    ]


def learner_places(academy: Academy) -> list[str]:
    """Pages for somebody who has applied."""
    base = f"/programmes/{academy.programme_id}"
    mine = (academy.seat_id, academy.offer_id, academy.cancelled_id)
    return [
        base,
        f"{base}/cohorts/{academy.open_id}",
        "/learn/enrolments",
        *(f"/learn/enrolments/{enrolment_id}" for enrolment_id in mine),
        f"/learn/enrolments/{academy.seat_id}/cancel",
    ]


def operator_places(academy: Academy) -> list[str]:
    """Pages for operators."""
    base = f"/operator/programmes/{academy.programme_id}"
    return [
        "/operator/programmes",
        "/operator/programmes/new",
        base,
        f"{base}/edit",
        f"{base}/cohorts/new",
        f"/operator/programmes/{academy.bare_id}",
        f"/operator/cohorts/{academy.full_id}",
        f"/operator/cohorts/{academy.ahead_id}",
        f"/operator/cohorts/{academy.open_id}/edit",
        f"/operator/enrolments/{academy.place_id}/residence",
        f"/operator/enrolments/{academy.cancelled_id}/residence",
    ]


def all_addresses() -> list[str]:
    """One address for every page of these, for the test that none is forgotten."""
    somebody = Person("", "", cast("Client", None))
    academy = Academy(
        NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, somebody, somebody, somebody, NOBODY, NOBODY, NOBODY, NOBODY
    )
    return [
        *open_places(academy),
        *newcomer_places(academy),
        *learner_places(academy),
        *operator_places(academy),
    ]


async def make_academy(market: Market) -> Academy:
    """Makes it through the public API."""
    operator = market.operator
    learner, waiting, newcomer = [await market.person(name) for name in ("정다은", "한별", "박서준")]
    programme_id = await programme(operator)
    bare_id = await programme(operator, bare=True)
    open_id = await cohort(operator, programme_id, 3)
    full_id = await cohort(operator, programme_id, 2, seats=1)
    ahead_id = await cohort(operator, programme_id, 4, opens=1)
    over_id = await cohort(operator, programme_id, 1, opens=-9)
    seat_id = (await enrol(learner, full_id)).enrolment_id
    place_id = (await enrol(waiting, full_id)).enrolment_id
    other_id = await programme(operator)
    small_id = await cohort(operator, other_id, 1, seats=1)
    first = await enrol(waiting, small_id)
    offer_id = (await enrol(learner, small_id)).enrolment_id
    await cancel(waiting, first.enrolment_id)
    third_id = await programme(operator)
    cancelled_id = (await enrol(learner, await cohort(operator, third_id, 1))).enrolment_id
    await cancel(learner, cancelled_id)
    return Academy(
        programme_id, bare_id, open_id, full_id, ahead_id, over_id, learner, waiting, newcomer,
        seat_id, offer_id, cancelled_id, place_id,
    )  # fmt: skip


async def programme(operator: Client, *, bare: bool = False, waiting_max: int = 20) -> str:
    """A programme; gives its id."""
    if bare:
        return await new_programme(operator, waiting_max=waiting_max, target_graduates=0)
    return await new_programme(
        operator,
        waiting_max=waiting_max,
        residents_only=True,
        aims=common_pb2.LocalText(ko="데이터 일을 배워 일감까지", en="From learning to paid work"),
        description=common_pb2.LocalText(ko="글과 그림에 이름표를 붙이는 일을 배워요."),
    )


async def cohort(operator: Client, programme_id: str, no: int, *, seats: int = 40, opens: float = -1) -> str:
    """A cohort whose registration opens so many days from now and lasts a week; gives its id."""
    ahead = {"open_time": opens, "close_time": opens + 7, "start_time": opens + 10, "end_time": opens + 80}
    terms = cohort_terms(no, seats, **{name: at(days=days) for name, days in ahead.items()})
    return await new_cohort(operator, programme_id, terms)


async def cancel(person: Person, enrolment_id: str) -> None:
    """A place given up."""
    await person.client.programmes.CancelEnrolment(
        pb.CancelEnrolmentRequest(request_id=new_request_id(), enrolment_id=enrolment_id)
    )
