"""Consultations under test: companies that open slots, certified graduates, and the clock of the rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ilgam.accounts.v1 import accounts_events_pb2
from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import consultations_service_pb2 as pb
from ilgam.workers.v1 import consultations_service_pb2_grpc as pb_grpc
from ilgam.workers.v1 import workers_events_pb2 as events

from services.core.ids import new_id
from services.runtime.wire import to_timestamp
from tests.service.workers.school import School, granting, request_id
from tests.support.identity import TestCaller, company, worker

if TYPE_CHECKING:
    from ilgam.workers.v1.consultations_service_pb2_grpc import ConsultationsServiceAsyncStub as Stub

PLACE = pb.Venue(kind=pb.VENUE_KIND_PLACE, place=common_pb2.LocalText(ko="광주 동구 금남로 1", en="1 Geumnam-ro"))
ONLINE = pb.Venue(kind=pb.VENUE_KIND_ONLINE, link="https://meet.example/room-7")


def hours_on(hours: float) -> datetime:
    """A full minute so many hours from now."""
    return (datetime.now(UTC) + timedelta(hours=hours)).replace(second=0, microsecond=0)


class Fair:
    """A company and graduates on a running workers service."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.company_id = str(new_id())
        self.member = company(UUID(self.company_id))
        self.company = self.as_caller(self.member)

    def as_caller(self, caller: TestCaller) -> Stub:
        """The stub as somebody."""
        stub: Callable[[Any], Stub] = pb_grpc.ConsultationsServiceStub
        return self.school.service.stub(stub, caller)

    async def graduates(self, count: int) -> list[TestCaller]:
        """Holders of a certificate."""
        people = [worker() for _ in range(count)]
        await self.school.operator.GrantCertificate(granting([str(one.account_id) for one in people]))
        return people

    async def graduate(self) -> tuple[Stub, str]:
        """A holder of a certificate: the stub and the id."""
        (person,) = await self.graduates(1)
        return self.as_caller(person), str(person.account_id)

    async def open(
        self, *hours: float, venue: pb.Venue = PLACE, parallel: bool = False, minutes: int = 30
    ) -> Sequence[pb.Slot]:
        """Slots of the company, so many hours from now."""
        request = pb.OpenSlotsRequest(
            request_id=request_id(),
            organisation_id=self.company_id,
            start_times=[stamp for one in hours if (stamp := to_timestamp(hours_on(one)))],
            duration_minutes=minutes,
            venue=venue,
            note="이력서는 없어도 돼요.",
            parallel=parallel,
        )
        return (await self.company.OpenSlots(request)).slots

    async def begin(self, consultation_id: str) -> None:
        """Lets a consultation have begun a minute ago."""
        for table, key in (("consultation", "consultation_id = :id"), ("consultation_slot", _SLOT_OF)):
            await self.school.run(
                f"UPDATE {table} SET start_time = now() - interval '1 minute' WHERE {key}",
                id=UUID(consultation_id),
            )

    async def consulted(self, outcome: int = events.CONSULTATION_STATE_ADMITTED, **more: Any) -> tuple[Stub, str]:
        """A graduate whose consultation with the company had an outcome."""
        graduate, worker_id = await self.graduate()
        (slot,) = await self.open(30, parallel=True)
        booked = await graduate.BookConsultation(booking(slot))
        await self.begin(booked.consultation.consultation_id)
        await self.company.RecordConsultationOutcome(recording(booked.consultation, outcome, **more))
        return graduate, worker_id

    async def act_for_company(self) -> str:
        """Lets accounts tell that somebody acts for the company; gives their account's id."""
        account_id = str(new_id())
        granted = accounts_events_pb2.RoleGranted(
            account_id=account_id, role="company", organisation_id=self.company_id, revision=1
        )
        await self.school.service.deliver(granted)
        return account_id


_SLOT_OF = "slot_id = (SELECT slot_id FROM consultation WHERE consultation_id = :id)"


def booking(slot: pb.Slot, message: str = "안녕하세요 🙂") -> pb.BookConsultationRequest:
    """A booking of a slot."""
    return pb.BookConsultationRequest(request_id=request_id(), slot_id=slot.slot_id, message=message)


def moving(consultation: pb.Consultation, slot: pb.Slot) -> pb.MoveConsultationRequest:
    """A move to another slot."""
    return pb.MoveConsultationRequest(
        request_id=request_id(), consultation_id=consultation.consultation_id, slot_id=slot.slot_id
    )


def cancelling(consultation: pb.Consultation, reason: str = "") -> pb.CancelConsultationRequest:
    """A cancellation."""
    return pb.CancelConsultationRequest(
        request_id=request_id(), consultation_id=consultation.consultation_id, reason=reason
    )


def recording(
    consultation: pb.Consultation, outcome: int = events.CONSULTATION_STATE_ADMITTED, **more: Any
) -> pb.RecordConsultationOutcomeRequest:
    """What came of a consultation."""
    return pb.RecordConsultationOutcomeRequest(
        request_id=request_id(),
        consultation_id=consultation.consultation_id,
        outcome=events.ConsultationState.ValueType(outcome),
        **more,
    )
