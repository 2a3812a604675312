"""The demo's consultations: the simulated graduates have had theirs, with what came of it; others can be booked."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp
from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import consultations_service_pb2 as pb
from ilgam.workers.v1 import workers_events_pb2 as events_pb

from services.cli.market.company import once_known
from services.cli.progress import Teller
from services.cli.seed.graduates import Manner
from services.cli.seed.people import Company, People, Worker
from services.cli.seed.posting import Posting
from services.cli.seed.programmes import SEOUL, instant
from services.sdk import IlgamError, new_request_id

PAGE_SIZE = 200
TALK_MINUTES, COMING_MINUTES = 5, 30
# Talks are opened for a moment from now, booked at once, and their outcome recorded when they have begun. A machine that
# is too busy to book them in time tries again with more of it.
LEADS_SECONDS: Final = (3.0, 12.0, 40.0)
_TOO_LATE: Final = frozenset({"CONSULTATION_STATE", "FIELD_INVALID"})
COMING_DAYS = 4
SATURDAY = 5
COMING_TIMES: Final = (clock_time(10), clock_time(10, 30), clock_time(14), clock_time(14, 30), clock_time(16))
# Of all, the last ones talk with the company that asks for no pool.
WITH_OTHER_COUNT = 4
# Of those who were offered jobs, every so many have not answered yet.
UNANSWERED_EVERY = 4
ADMITTED: Final = events_pb.CONSULTATION_STATE_ADMITTED
NOT_ADMITTED: Final = events_pb.CONSULTATION_STATE_NOT_ADMITTED
BOOKED: Final = events_pb.CONSULTATION_STATE_BOOKED
VENUE: Final = pb.Venue(
    kind=pb.VENUE_KIND_PHONE,
    phone="회사가 등록된 시간에 전화해요",
    place=common_pb2.LocalText(ko="전화", en="By phone"),
)
MESSAGE = "글과 사진 분류를 배웠어요. 오전에 꾸준히 할 수 있어요."
NOTE = "편하게 이야기해요. 궁금한 것을 적어 오시면 좋아요."
ADMITTED_WORDS = "설명을 꼼꼼히 읽는 분이에요. 함께 일해요."
NOT_ADMITTED_WORDS = "연습을 조금 더 해 보고 다시 이야기하기로 했어요."
OFFER_WORDS = "재질 알아보기 일부터 천천히 시작해 보세요."


@dataclass(frozen=True)
class Talk:
    """One talk to be had: who with, and which jobs are offered to somebody who is admitted."""

    worker: Worker
    company: Company
    job_ids: Sequence[str]
    answers_offer: bool

    @property
    def outcome(self) -> events_pb.ConsultationState.ValueType:
        """Careful people are admitted."""
        return ADMITTED if self.worker.graduate.manner is Manner.CAREFUL else NOT_ADMITTED


Booked = tuple[Talk, pb.Consultation]


async def consult(people: People, postings: Sequence[Posting], teller: Teller) -> None:
    """Let everybody who has not yet done so talk with a company: most with the one whose pool a job asks for."""
    for lead_seconds in LEADS_SECONDS:
        talks, booked = await _to_come(_talks(people, postings))
        if not talks and not booked:
            return
        teller.step("consultations")
        try:
            await _have(people, talks, booked, lead_seconds)
        except IlgamError as error:
            if error.reason not in _TOO_LATE or lead_seconds == LEADS_SECONDS[-1]:
                raise
        else:
            return


async def _have(people: People, talks: Sequence[Talk], booked: Sequence[Booked], lead_seconds: float) -> None:
    """Books the talks that are not booked yet for so many seconds from now, waits for them all, and ends them."""
    begin = datetime.now(UTC) + timedelta(seconds=lead_seconds)
    all_booked = list(booked)
    for company in people.companies.values():
        mine = [talk for talk in talks if talk.company is company]
        if mine:
            slots = await _open(company, [begin] * len(mine), TALK_MINUTES, parallel=True)
            all_booked += [(talk, await _book(talk.worker, slot)) for talk, slot in zip(mine, slots, strict=True)]
    for talk, found in all_booked:
        await asyncio.sleep(max(0.0, (found.start_time.ToDatetime(UTC) - datetime.now(UTC)).total_seconds()))
        await _end(talk, found.consultation_id)


async def open_coming_slots(people: People, certified: Sequence[Worker]) -> None:
    """See to it that both companies have had times to book in the coming days; one of the certified takes one."""
    today = datetime.now(SEOUL).date()
    days = [day for day in (today + timedelta(number) for number in range(1, 8)) if day.weekday() < SATURDAY]
    for place, company in enumerate(people.companies.values()):
        starts = [instant(day, at).ToDatetime(UTC) for day in days[place:][:COMING_DAYS] for at in COMING_TIMES]
        request = pb.ListSlotsRequest(
            organisation_id=company.organisation_id, page_size=PAGE_SIZE, from_time=_stamp(datetime.now(UTC))
        )
        if (await company.client.consultations.ListSlots(request)).slots:
            continue
        slots = await _open(company, starts, COMING_MINUTES, parallel=False)
        if place == 0 and certified:
            await _book(certified[0], slots[0])


def _talks(people: People, postings: Sequence[Posting]) -> list[Talk]:
    asking = next(posting for posting in postings if posting.plan.pool_only)
    other = next(company for company in people.companies.values() if company is not asking.company)
    everybody = [people.demo_worker, *people.workers]
    return [
        Talk(worker, asking.company, [asking.job_id], answers_offer=place % UNANSWERED_EVERY > 0)
        for place, worker in enumerate(everybody[:-WITH_OTHER_COUNT])
    ] + [Talk(worker, other, [], answers_offer=False) for worker in everybody[-WITH_OTHER_COUNT:]]


async def _to_come(talks: Sequence[Talk]) -> tuple[list[Talk], list[Booked]]:
    """Those that have not taken place: to be booked, and booked for about now by a start that was cut short."""
    have: set[str] = set()
    booked: dict[str, pb.Consultation] = {}
    soon = datetime.now(UTC) + timedelta(seconds=LEADS_SECONDS[-1])
    for company in {talk.company.name: talk.company for talk in talks}.values():
        request = pb.ListConsultationsRequest(organisation_id=company.organisation_id, page_size=PAGE_SIZE)
        found = (await company.client.consultations.ListConsultations(request)).consultations
        have |= {one.worker_id for one in found if one.state in (ADMITTED, NOT_ADMITTED)}
        booked |= {one.worker_id: one for one in found if one.state == BOOKED}
    left = [
        (talk, booked.get(talk.worker.client.account_id)) for talk in talks if talk.worker.client.account_id not in have
    ]
    return (
        [talk for talk, found in left if found is None],
        [(talk, found) for talk, found in left if found is not None and found.start_time.ToDatetime(UTC) <= soon],
    )


async def _open(company: Company, starts: Sequence[datetime], minutes: int, *, parallel: bool) -> list[pb.Slot]:
    request = pb.OpenSlotsRequest(
        request_id=new_request_id(),
        organisation_id=company.organisation_id,
        start_times=[_stamp(start) for start in starts],
        duration_minutes=minutes,
        venue=VENUE,
        note=NOTE,
        parallel=parallel,
    )
    return list((await once_known(lambda: company.client.consultations.OpenSlots(request))).slots)


async def _book(worker: Worker, slot: pb.Slot) -> pb.Consultation:
    request = pb.BookConsultationRequest(request_id=new_request_id(), slot_id=slot.slot_id, message=MESSAGE)
    return (await worker.client.consultations.BookConsultation(request)).consultation


async def _end(talk: Talk, consultation_id: str) -> None:
    """Record what came of it; most of those who are offered jobs accept at once."""
    admitted = talk.outcome == ADMITTED
    record = pb.RecordConsultationOutcomeRequest(
        request_id=new_request_id(),
        consultation_id=consultation_id,
        outcome=talk.outcome,
        note=ADMITTED_WORDS if admitted else NOT_ADMITTED_WORDS,
        job_ids=talk.job_ids if admitted else [],
        offer_message=OFFER_WORDS if admitted and talk.job_ids else "",
    )
    offer_id = (await talk.company.client.consultations.RecordConsultationOutcome(record)).offer_id
    if offer_id and talk.answers_offer:
        answer = pb.AnswerOfferRequest(request_id=new_request_id(), offer_id=offer_id, accept=True)
        await talk.worker.client.consultations.AnswerOffer(answer)


def _stamp(at: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(at)
    return stamp
