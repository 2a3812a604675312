"""RPCs on enrolments: applying, what becomes of it, and who sees it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from ilgam.workers.v1 import programmes_service_pb2 as pb

from services.core.clock import utc_now
from services.core.errors import AlreadyExistsError, NotFoundError, Reason, invalid_field
from services.runtime.auth import Caller, current_caller
from services.runtime.database import Database, Transaction
from services.runtime.middleware import Context
from services.runtime.paging import cursor_of, encode_token, page_size
from services.runtime.requests import run_once
from services.runtime.wire import to_timestamp, uuid_of
from services.workers.domain.enrolment import ShownEnrolment
from services.workers.entrypoints import convert_programmes as convert
from services.workers.store.queries import cohorts as cohort_store
from services.workers.store.queries import enrolling
from services.workers.store.queries import enrolments as store
from services.workers.use_cases import change_enrolment, import_enrolments
from services.workers.use_cases.enrol import Applicant, enrol_in_cohort
from services.workers.use_cases.settle_cohorts import settle_if_due

_NUMBER_MAX = 2**63 - 1


class EnrolmentRpcs:
    """Who has a seat."""

    _database: Database

    async def EnrolInCohort(self, request: pb.EnrolInCohortRequest, _context: Context) -> pb.EnrolInCohortResponse:
        """Applies for a seat: whoever comes first has it."""
        cohort_id = uuid_of(request.cohort_id)
        applicant = Applicant(current_caller().worker_id, request.residence_declared, request.age_band)

        async def act(tx: Transaction) -> pb.EnrolInCohortResponse:
            shown = await enrol_in_cohort(tx, cohort_id, applicant)
            return pb.EnrolInCohortResponse(enrolment=convert.enrolment_message(shown))

        try:
            return await run_once(self._database, request, pb.EnrolInCohortResponse, act)
        except AlreadyExistsError as error:
            if error.reason is Reason.ENROLLED_ALREADY and not error.metadata["cohort_id"]:
                # Two of the same person met under the lock: what the other one got can be read only now.
                error.metadata["cohort_id"] = await self._live_cohort(cohort_id, applicant.worker_id)
            raise

    async def AcceptSeat(self, request: pb.AcceptSeatRequest, _context: Context) -> pb.AcceptSeatResponse:
        """Takes an offered seat."""
        worker_id, enrolment_id = current_caller().worker_id, uuid_of(request.enrolment_id)
        await settle_if_due(self._database, enrolment_id)

        async def act(tx: Transaction) -> pb.AcceptSeatResponse:
            await change_enrolment.accept_seat(tx, worker_id, enrolment_id)
            return pb.AcceptSeatResponse(enrolment=await _message(tx, enrolment_id))

        return await run_once(self._database, request, pb.AcceptSeatResponse, act)

    async def CancelEnrolment(
        self, request: pb.CancelEnrolmentRequest, _context: Context
    ) -> pb.CancelEnrolmentResponse:
        """Gives up a seat, an offer or a place on the waiting list."""
        worker_id, enrolment_id = current_caller().worker_id, uuid_of(request.enrolment_id)
        await settle_if_due(self._database, enrolment_id)

        async def act(tx: Transaction) -> pb.CancelEnrolmentResponse:
            await change_enrolment.cancel_enrolment(tx, worker_id, enrolment_id)
            return pb.CancelEnrolmentResponse(enrolment=await _message(tx, enrolment_id))

        return await run_once(self._database, request, pb.CancelEnrolmentResponse, act)

    async def GetEnrolment(self, request: pb.GetEnrolmentRequest, _context: Context) -> pb.GetEnrolmentResponse:
        """Gives one enrolment to whom it concerns."""
        caller = current_caller()
        enrolment_id = uuid_of(request.enrolment_id)
        await settle_if_due(self._database, enrolment_id)
        async with self._database.transaction() as tx:
            shown = await store.shown_enrolment(tx.connection, enrolment_id)
        if shown is None or not _concerns(caller, shown):
            raise NotFoundError("enrolment")
        return pb.GetEnrolmentResponse(enrolment=_as_seen_by(caller, shown), now=to_timestamp(utc_now()))

    async def ListEnrolments(self, request: pb.ListEnrolmentsRequest, _context: Context) -> pb.ListEnrolmentsResponse:
        """Gives the caller's own enrolments, or those of a cohort in the order of arrival."""
        caller, count = current_caller(), page_size(request.page_size)
        cohort_id = uuid_of(request.cohort_id) if request.cohort_id else None
        async with self._database.transaction() as tx:
            if cohort_id is not None and await _sees_cohort(tx, caller, cohort_id) and not request.worker_id:
                found, token = await _page_of_cohort(tx, cohort_id, request, count)
            else:
                worker_id = _worker_asked(caller, request.worker_id)
                found, token = await _page_of_worker(tx, worker_id, cohort_id, request, count)
        return pb.ListEnrolmentsResponse(
            enrolments=[_as_seen_by(caller, one) for one in found],
            next_page_token=token,
            now=to_timestamp(utc_now()),
        )

    async def DecideResidence(
        self, request: pb.DecideResidenceRequest, _context: Context
    ) -> pb.DecideResidenceResponse:
        """Says whether a declared residence was found."""
        enrolment_id, reason = uuid_of(request.enrolment_id), request.reason.strip()
        if not request.confirmed and not reason:
            raise invalid_field("reason", "say why; the person sees it")
        await settle_if_due(self._database, enrolment_id)

        async def act(tx: Transaction) -> pb.DecideResidenceResponse:
            await change_enrolment.decide_residence(tx, enrolment_id, confirmed=request.confirmed, reason=reason)
            return pb.DecideResidenceResponse(enrolment=await _message(tx, enrolment_id))

        return await run_once(self._database, request, pb.DecideResidenceResponse, act)

    async def ImportEnrolments(
        self, request: pb.ImportEnrolmentsRequest, _context: Context
    ) -> pb.ImportEnrolmentsResponse:
        """Brings in enrolments made elsewhere; a verdict per row."""
        rows = [convert.imported_row_of(row, place) for place, row in enumerate(request.rows)]

        async def act(tx: Transaction) -> pb.ImportEnrolmentsResponse:
            verdicts = await import_enrolments.import_enrolments(tx, rows)
            return pb.ImportEnrolmentsResponse(verdicts=[convert.verdict_message(one) for one in verdicts])

        return await run_once(self._database, request, pb.ImportEnrolmentsResponse, act)

    async def _live_cohort(self, cohort_id: UUID, worker_id: UUID) -> str:
        async with self._database.transaction() as tx:
            application = await enrolling.application_of(tx.connection, cohort_id, worker_id)
        return str(application.live_cohort_id or "") if application else ""


async def _message(tx: Transaction, enrolment_id: UUID) -> pb.Enrolment:
    shown = await store.shown_enrolment(tx.connection, enrolment_id)
    if shown is None:
        raise NotFoundError("enrolment")
    return convert.enrolment_message(shown)


def _concerns(caller: Caller, shown: ShownEnrolment) -> bool:
    own = shown.enrolment.worker_id == caller.account_id
    return own or caller.is_operator or shown.organisation_id in caller.trainer_organisation_ids


def _as_seen_by(caller: Caller, shown: ShownEnrolment) -> pb.Enrolment:
    whole = caller.is_operator or shown.enrolment.worker_id == caller.account_id
    return convert.enrolment_message(shown, personal=whole)


async def _sees_cohort(tx: Transaction, caller: Caller, cohort_id: UUID) -> bool:
    """Whether the caller sees all of a cohort, or only what is their own in it."""
    registration = await cohort_store.registration_by_id(tx.connection, cohort_id)
    if registration is None:
        raise NotFoundError("cohort")
    sees = caller.is_operator or registration.organisation_id in caller.trainer_organisation_ids
    if not sees and "worker" not in caller.roles:
        raise NotFoundError("cohort")
    return sees


def _worker_asked(caller: Caller, named: str) -> UUID:
    if named and not caller.is_operator and uuid_of(named) != caller.account_id:
        raise NotFoundError("worker")
    return uuid_of(named) if named else caller.worker_id


async def _page_of_cohort(
    tx: Transaction, cohort_id: UUID, request: pb.ListEnrolmentsRequest, count: int
) -> tuple[list[ShownEnrolment], str]:
    after_no = cursor_of(request.page_token, lambda values: min(int(values["no"]), _NUMBER_MAX)) or 0
    states = convert.states_of(list(request.states))
    found = await store.enrolments_of_cohort(tx.connection, cohort_id, states, max(after_no, 0), count + 1)
    shown = found[:count]
    return shown, encode_token(no=shown[-1].enrolment.enrolment_no) if len(found) > count else ""


async def _page_of_worker(
    tx: Transaction, worker_id: UUID, cohort_id: UUID | None, request: pb.ListEnrolmentsRequest, count: int
) -> tuple[list[ShownEnrolment], str]:
    before = cursor_of(request.page_token, convert.place_of)
    states = convert.states_of(list(request.states))
    found = await store.enrolments_of_worker(
        tx.connection, worker_id, states, count + 1, cohort_id=cohort_id, before=before
    )
    shown = found[:count]
    return shown, _token_after(shown) if len(found) > count else ""


def _token_after(shown: Sequence[ShownEnrolment]) -> str:
    last = shown[-1].enrolment
    return encode_token(time=last.apply_time.isoformat(), id=str(last.enrolment_id))
