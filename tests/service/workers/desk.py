"""The programmes of workers under test: operators who make cohorts, people who apply."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias
from uuid import UUID, uuid4

from ilgam.accounts.v1 import accounts_events_pb2
from ilgam.workers.v1 import programmes_service_pb2 as pb
from ilgam.workers.v1 import programmes_service_pb2_grpc as pb_grpc
from ilgam.workers.v1 import workers_events_pb2 as events
from sqlalchemy import text

from services.core.ids import new_id
from tests.support.identity import TestCaller, operator, worker
from tests.support.programmes import cohort_terms, programme_terms
from tests.support.service import ServiceUnderTest

Stub: TypeAlias = "pb_grpc.ProgrammesServiceAsyncStub"

ENROLLED, WAITING, OFFERED = (
    events.ENROLMENT_STATE_ENROLLED,
    events.ENROLMENT_STATE_WAITING,
    events.ENROLMENT_STATE_OFFERED,
)
CANCELLED, LAPSED, REFUSED, COMPLETED = (
    events.ENROLMENT_STATE_CANCELLED,
    events.ENROLMENT_STATE_LAPSED,
    events.ENROLMENT_STATE_REFUSED,
    events.ENROLMENT_STATE_COMPLETED,
)


def request_id() -> str:
    """The id of a new request."""
    return str(new_id())


class Desk:
    """A running workers service and who comes to it."""

    def __init__(self, service: ServiceUnderTest) -> None:
        self.service = service
        self.open: Stub = service.stub(pb_grpc.ProgrammesServiceStub)
        self.operator = self.as_caller(operator())

    def as_caller(self, caller: TestCaller) -> Stub:
        """The stub as somebody."""
        stub: Callable[[Any], Stub] = pb_grpc.ProgrammesServiceStub
        return self.service.stub(stub, caller)

    async def people(self, count: int) -> list[Stub]:
        """So many people who are known here, in the form of their stubs."""
        return [self.as_caller(one) for one in await self.callers(count)]

    async def callers(self, count: int) -> list[TestCaller]:
        """So many people who are known here."""
        callers = [worker() for _ in range(count)]
        granted = [accounts_events_pb2.RoleGranted(account_id=str(one.account_id), role="worker") for one in callers]
        await self.service.deliver(*granted)
        return callers

    async def programme(self, **changed: Any) -> str:
        """A programme; gives its id."""
        request = pb.CreateProgrammeRequest(request_id=request_id(), terms=programme_terms(**changed))
        return (await self.operator.CreateProgramme(request)).programme.programme_id

    async def cohort(self, programme_id: str = "", terms: pb.CohortTerms | None = None, **changed: Any) -> str:
        """A cohort, of a new programme unless one is named; gives its id."""
        request = pb.CreateCohortRequest(
            request_id=request_id(),
            programme_id=programme_id or await self.programme(),
            terms=terms or cohort_terms(**changed),
        )
        return (await self.operator.CreateCohort(request)).cohort.cohort_id

    async def shown(self, cohort_id: str) -> pb.Cohort:
        """A cohort as anybody sees it."""
        return (await self.open.GetCohort(pb.GetCohortRequest(cohort_id=cohort_id))).cohort

    async def states(self, cohort_id: str) -> list[events.EnrolmentState.ValueType]:
        """The states of a cohort's enrolments in the order of arrival."""
        request = pb.ListEnrolmentsRequest(cohort_id=cohort_id, page_size=200)
        return [one.state for one in (await self.operator.ListEnrolments(request)).enrolments]

    async def run(self, statement: str, **parameters: object) -> list[Any]:
        """Rows of a statement on the service's own database."""
        async with self.service.database.transaction() as tx:
            result = await tx.connection.execute(text(statement), parameters)
            return list(result.all()) if result.returns_rows else []

    async def end_offers(self, cohort_id: str) -> None:
        """Lets the time of a cohort's offers pass."""
        await self.run(
            "UPDATE enrolment SET accept_time = now() - interval '1 second' "
            "WHERE cohort_id = :cohort_id AND state = 'OFFERED'",
            cohort_id=UUID(cohort_id),
        )


async def enrol(person: Stub, cohort_id: str, **fields: Any) -> pb.Enrolment:
    """An application."""
    request = pb.EnrolInCohortRequest(request_id=request_id(), cohort_id=cohort_id, **fields)
    return (await person.EnrolInCohort(request)).enrolment


async def cancel(person: Stub, enrolment_id: str) -> pb.Enrolment:
    """A place given up."""
    request = pb.CancelEnrolmentRequest(request_id=request_id(), enrolment_id=enrolment_id)
    return (await person.CancelEnrolment(request)).enrolment


async def accept(person: Stub, enrolment_id: str) -> pb.Enrolment:
    """An offered seat taken."""
    request = pb.AcceptSeatRequest(request_id=request_id(), enrolment_id=enrolment_id)
    return (await person.AcceptSeat(request)).enrolment


async def read(person: Stub, enrolment_id: str) -> pb.Enrolment:
    """An enrolment as its person sees it."""
    return (await person.GetEnrolment(pb.GetEnrolmentRequest(enrolment_id=enrolment_id))).enrolment


def other_id() -> str:
    """The id of nothing."""
    return str(uuid4())
