"""Who learns in the demo's programmes: 400 graduates of 2020, and the people of the running cohorts, each as far as they came.

Pure, but for the two functions that open their accounts and enrol them.
"""

import asyncio
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from ilgam.accounts.v1 import accounts_service_pb2 as accounts_pb
from ilgam.workers.v1 import programmes_service_pb2 as pb
from ilgam.workers.v1 import workers_events_pb2 as events_pb
from ilgam.workers.v1 import workers_service_pb2 as workers_pb

from services.cli.market.company import once_known
from services.cli.running import CommandError
from services.cli.seed.programmes import COHORT_COUNT, EARLY_COHORTS, SEAT_COUNT, Programme
from services.sdk import Client, new_request_id
from services.sdk.demo import DOMAIN, PASSWORD

ENROLLED: Final = events_pb.ENROLMENT_STATE_ENROLLED
WAITING: Final = events_pb.ENROLMENT_STATE_WAITING
COMPLETED: Final = events_pb.ENROLMENT_STATE_COMPLETED
# In the last full cohort so many wait; in the open one so many seats are taken.
WAITING_COUNT, OPEN_TAKEN_COUNT = 6, 24
# Of the first cohort's others, so many each: certified, failed, finished, begun. Of the second's, so many begun.
CERTIFIED_COUNT, FAILED_COUNT, FINISHED_COUNT, BEGUN_COUNT, ALSO_BEGUN_COUNT = 5, 3, 4, 6, 6
MODULES_BEGUN_MAX = 3
SURE, UNSURE = 0.995, 0.6
SECONDS_BETWEEN = 47
KNOWN_TRIES, KNOWN_SECONDS = 100, 0.2
AGE_BANDS: Final = (
    events_pb.AGE_BAND_UNDER_30,
    events_pb.AGE_BAND_60_AND_OVER,
    events_pb.AGE_BAND_50_TO_59,
    events_pb.AGE_BAND_30_TO_39,
    events_pb.AGE_BAND_40_TO_49,
    events_pb.AGE_BAND_60_AND_OVER,
    events_pb.AGE_BAND_UNDER_30,
    events_pb.AGE_BAND_50_TO_59,
)
SURNAMES: Final = "김이박최정강조윤장임한오서신권황안송류홍전고문손양배백허남심"
# Given names of two syllables each, one after the other.
GIVEN: Final = (
    "가온경숙경희광수금순나래다온도현동수명자미숙민서병철보람복순상훈새롬서준선영성호소영수진순옥슬기승우아름영자영철예린옥자용식우진유진윤아은정은주인호재민"
    "정숙정호종수준혁지안지훈진수채원철호춘자태윤하준현숙현정혜진호영희수"
)


@dataclass(frozen=True)
class Learner:
    """Somebody who learns, and how far they came.

    Attributes:
        email: of their account.
        name: made up.
        cohort_no: where they applied.
        age_band: as they said it.
        state: of their enrolment.
        module_count: how many modules they finished; None: all.
        exams: whether they sat the exams.
        accuracy: how often they are right.
        signs_in: with the demo's password, so that they can go on later.
    """

    email: str
    name: str
    cohort_no: int
    age_band: events_pb.AgeBand.ValueType
    state: events_pb.EnrolmentState.ValueType = ENROLLED
    module_count: int | None = 0
    exams: bool = False
    accuracy: float = 0.9
    signs_in: bool = False

    @property
    def acts(self) -> bool:
        """Whether they did anything after they had their seat."""
        return self.module_count != 0


def graduates_of_2020() -> list[Learner]:
    """All 400, cohort by cohort."""
    chance = random.Random("2020")  # noqa: S311  (the same people each time, not a secret)
    return [
        Learner(f"h{place + 1:03}@{DOMAIN}", made_up_name(chance), place // SEAT_COUNT + 1, _band(place), COMPLETED)
        for place in range(COHORT_COUNT * SEAT_COUNT)
    ]


def others(graduate_count: int) -> list[Learner]:
    """The people of the running cohorts beside so many simulated graduates, in the order in which they came."""
    return list(_others(graduate_count))


def made_up_name(chance: random.Random) -> str:
    """A Korean name that belongs to nobody in particular."""
    begin = 2 * chance.randrange(len(GIVEN) // 2)
    return chance.choice(SURNAMES) + GIVEN[begin : begin + 2]


def _others(graduate_count: int) -> Iterator[Learner]:
    chance = random.Random("running")  # noqa: S311  (as above)
    rows = [(1, SEAT_COUNT - graduate_count, ENROLLED)]
    rows += [(number, SEAT_COUNT, ENROLLED) for number in range(2, EARLY_COHORTS + 1)]
    rows += [(EARLY_COHORTS, WAITING_COUNT, WAITING), (EARLY_COHORTS + 1, OPEN_TAKEN_COUNT, ENROLLED)]
    place = 0
    for cohort_no, count, state in rows:
        for within in range(count):
            place += 1
            email, name = f"l{place:03}@{DOMAIN}", made_up_name(chance)
            far = _how_far(cohort_no, within, chance) if state == ENROLLED else _Far()
            yield Learner(
                email, name, cohort_no, _band(place), state, far.module_count, far.exams, far.accuracy, far.signs_in
            )


@dataclass(frozen=True)
class _Far:
    module_count: int | None = 0
    exams: bool = False
    accuracy: float = 0.9
    signs_in: bool = False


def _how_far(cohort_no: int, within: int, chance: random.Random) -> _Far:
    begun = chance.randint(1, MODULES_BEGUN_MAX)
    if cohort_no == 2:  # noqa: PLR2004  (the one whose first day is today)
        return _Far(begun, signs_in=True) if within < ALSO_BEGUN_COUNT else _Far()
    if cohort_no != 1:
        return _Far()
    kinds = [_Far(None, exams=True, accuracy=SURE)] * CERTIFIED_COUNT
    kinds += [_Far(None, exams=True, accuracy=UNSURE)] * FAILED_COUNT
    kinds += [_Far(None)] * FINISHED_COUNT + [_Far(begun)] * BEGUN_COUNT
    return kinds[within] if within < len(kinds) else _Far()


def _band(place: int) -> events_pb.AgeBand.ValueType:
    return AGE_BANDS[place % len(AGE_BANDS)]


@dataclass(frozen=True)
class Account:
    """An account, with its code for the first sign-in when it was opened just now."""

    account_id: str
    code: str


async def open_accounts(operator: Client, learners: Sequence[Learner]) -> dict[str, Account]:
    """Accounts by e-mail; those that are there stay as they are."""
    rows = [
        accounts_pb.ImportAccountRow(
            email=learner.email,
            display_name=learner.name,
            roles=[accounts_pb.ROLE_WORKER],
            password=PASSWORD if learner.signs_in else "",
        )
        for learner in learners
    ]
    request = accounts_pb.ImportAccountsRequest(request_id=new_request_id(), rows=rows)
    found = {}
    for verdict, row in zip((await operator.accounts.ImportAccounts(request)).verdicts, rows, strict=True):
        if verdict.state == accounts_pb.IMPORT_STATE_REFUSED:
            raise CommandError(f"an account of the demo was refused: {verdict.detail}")
        found[row.email] = Account(verdict.account_id, verdict.sign_in_code)
    return found


async def import_enrolments(operator: Client, programme: Programme, people: Sequence[tuple[str, Learner]]) -> None:
    """Enrol (worker id, learner) in the programme's cohorts as if they had applied in this order.

    Raises:
        CommandError: a row was refused.
    """
    last = workers_pb.GetWorkerProfileRequest(worker_id=people[-1][0])
    await once_known(lambda: operator.workers.GetWorkerProfile(last))
    rows = [_row(programme, worker_id, learner, place) for place, (worker_id, learner) in enumerate(people)]
    for _ in range(KNOWN_TRIES):
        request = pb.ImportEnrolmentsRequest(request_id=new_request_id(), rows=rows)
        verdicts = (await operator.programmes.ImportEnrolments(request)).verdicts
        refused = [
            (row, verdict.detail)
            for row, verdict in zip(rows, verdicts, strict=True)
            if verdict.state == pb.ENROLMENT_IMPORT_STATE_REFUSED
        ]
        # Of an account that was opened a moment ago, workers may not have heard.
        if any(not detail.startswith("worker_id") for _, detail in refused):
            raise CommandError(f"an enrolment was refused: {refused[0][1]}")
        if not refused:
            return
        rows = [row for row, _ in refused]
        await asyncio.sleep(KNOWN_SECONDS)
    raise CommandError("workers does not hear of new accounts")


def _row(programme: Programme, worker_id: str, learner: Learner, place: int) -> pb.EnrolmentRow:
    terms = programme.cohorts[learner.cohort_no - 1].terms
    row = pb.EnrolmentRow(
        worker_id=worker_id,
        cohort_id=programme.cohorts[learner.cohort_no - 1].cohort_id,
        state=learner.state,
        age_band=learner.age_band,
    )
    applied = terms.open_time.ToDatetime() + timedelta(seconds=SECONDS_BETWEEN * (place + 1))
    row.apply_time.FromDatetime(applied)
    if learner.state == COMPLETED:
        row.complete_time.CopyFrom(terms.end_time)
    return row
