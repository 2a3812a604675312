"""The pages of consultations, pools and offers by their address: filled, empty and gone wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from google.protobuf.timestamp_pb2 import Timestamp
from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import consultations_service_pb2 as pb
from ilgam.workers.v1 import workers_events_pb2 as events_pb

from services.sdk import new_request_id
from tests.browser.places import NOBODY
from tests.support.market import TEXTS, Market, Person
from tests.support.service import eventually

PLACE = pb.Venue(
    kind=pb.VENUE_KIND_PLACE, place=common_pb2.LocalText(ko="광주 동구 금남로 1, 3층", en="3F, 1 Geumnam-ro, Gwangju")
)
ONLINE = pb.Venue(
    kind=pb.VENUE_KIND_ONLINE, link="https://meet.example/a-room-with-a-long-name-that-must-not-run-out-of-the-page"
)


@dataclass(frozen=True)
class Talks:
    """Who is there and what has been talked about.

    Attributes:
        graduate: has a booked talk, one that has begun, and an offer that waits.
        freshman: has a certificate and nothing else.
        company: has open times, a pool, and a talk without an outcome.
        founder: is a member of a company without any of it.
        open_slot_id: can be booked.
        taken_slot_id: cannot.
        booked_id: a talk to come.
        begun_id: a talk that has begun.
        member_id: somebody in the pool.
    """

    graduate: Person
    freshman: Person
    company: Person
    founder: Person
    open_slot_id: str
    taken_slot_id: str
    booked_id: str
    begun_id: str
    member_id: str


NO_TALKS = Talks(*([None] * 4), *([NOBODY] * 5))  # type: ignore[arg-type] # only the addresses are asked


async def open_times(company: Person, starts: Sequence[datetime], venue: pb.Venue = PLACE) -> Sequence[pb.Slot]:
    """Slots of a company."""
    stamps = []
    for start in starts:
        stamp = Timestamp()
        stamp.FromDatetime(start)
        stamps.append(stamp)
    request = pb.OpenSlotsRequest(
        request_id=new_request_id(),
        organisation_id=company.organisation_id,
        start_times=stamps,
        duration_minutes=30,
        venue=venue,
        note="이력서는 없어도 돼요. 1층에서 전화해 주세요.",
        parallel=True,
    )
    return (await company.client.consultations.OpenSlots(request)).slots


async def book(graduate: Person, slot: pb.Slot) -> pb.Consultation:
    """A graduate books a slot."""
    request = pb.BookConsultationRequest(
        request_id=new_request_id(), slot_id=slot.slot_id, message="글 분류를 가장 좋아해요 🙂"
    )
    return (await graduate.client.consultations.BookConsultation(request)).consultation


async def begun(graduate: Person, company: Person) -> pb.Consultation:
    """A talk that has just begun."""
    (slot,) = await open_times(company, [datetime.now(UTC) + timedelta(seconds=3)])
    booked = await book(graduate, slot)

    async def has_begun() -> bool:
        return slot.start_time.ToDatetime(tzinfo=UTC) < datetime.now(UTC)

    await eventually(has_begun)
    return booked


async def admit(company: Person, talk: pb.Consultation, job_ids: Sequence[str]) -> None:
    """A talk leads to admission, with an offer."""
    request = pb.RecordConsultationOutcomeRequest(
        request_id=new_request_id(),
        consultation_id=talk.consultation_id,
        outcome=events_pb.CONSULTATION_STATE_ADMITTED,
        note="꼼꼼하고 차분해요",
        job_ids=job_ids,
        offer_message="함께 일하고 싶어요.",
    )
    await company.client.consultations.RecordConsultationOutcome(request)


async def make_talks(market: Market) -> Talks:
    """Makes it through the public API."""
    company, graduate = await market.company(50_000), await market.worker("한가을")
    job_id = await market.open_job(company, TEXTS[:2], pool_only=True)
    admitted = await begun(graduate, company)
    await admit(company, admitted, [job_id])
    other = await market.worker("최여름")
    begun_talk = await begun(other, company)
    tomorrow = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    slots = await open_times(company, [tomorrow + timedelta(hours=number * 7) for number in range(4)], ONLINE)
    await open_times(company, [tomorrow + timedelta(days=2, hours=number) for number in range(2)])
    booked = await book(graduate, slots[0])
    return Talks(
        graduate=graduate,
        freshman=await market.worker("박새봄"),
        company=company,
        founder=await market.company(),
        open_slot_id=slots[1].slot_id,
        taken_slot_id=slots[0].slot_id,
        booked_id=booked.consultation_id,
        begun_id=begun_talk.consultation_id,
        member_id=graduate.account_id,
    )


def graduate_places(talks: Talks) -> list[str]:
    """Pages of a graduate who talks with companies."""
    own = f"/learn/consultations/{talks.booked_id}"
    return [
        "/learn/consultations", "/learn/consultations?done=booked", f"/learn/consultations/book/{talks.open_slot_id}",
        f"/learn/consultations/book/{talks.taken_slot_id}", f"{own}/move", f"{own}/cancel", "/learn/offers",
    ]  # fmt: skip


def freshman_places(_talks: Talks) -> list[str]:
    """Pages of somebody who has talked with nobody yet."""
    return ["/learn/consultations", "/learn/offers"]


def company_places(talks: Talks) -> list[str]:
    """Pages of a company that talks with graduates."""
    booked, member = f"/company/consultations/{talks.booked_id}", f"/company/pool/{talks.member_id}"
    return [
        "/company/consultations", "/company/consultations/open", booked, f"{booked}/cancel",
        f"/company/consultations/{talks.begun_id}", "/company/pool", f"{member}/offer", f"{member}/remove",
    ]  # fmt: skip


def founder_places(_talks: Talks) -> list[str]:
    """Pages of a company that has talked with nobody yet."""
    return ["/company/consultations", "/company/pool"]


def all_places(talks: Talks = NO_TALKS) -> list[str]:
    """Every address, whoever's."""
    return [*graduate_places(talks), *company_places(talks)]
