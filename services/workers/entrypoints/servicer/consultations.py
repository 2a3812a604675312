"""ConsultationsService: slots, bookings, pools, offers."""

from __future__ import annotations

import secrets
from uuid import UUID

from ilgam.workers.v1 import consultations_service_pb2 as pb
from ilgam.workers.v1 import consultations_service_pb2_grpc as pb_grpc

from services.core.clock import utc_now
from services.core.errors import NotFoundError
from services.runtime.auth import Caller, current_caller
from services.runtime.database import Database, Transaction
from services.runtime.middleware import Context
from services.runtime.requests import run_once
from services.runtime.wire import from_timestamp, uuid_of
from services.workers.entrypoints import convert
from services.workers.entrypoints import convert_consultations as to
from services.workers.store.queries import certificates as certificate_store
from services.workers.store.queries import consultations as store
from services.workers.store.queries import offers as offer_store
from services.workers.store.queries import pools as pool_store
from services.workers.store.queries import slots as slot_store
from services.workers.store.queries import workers as worker_store
from services.workers.use_cases import book_consultation, list_consultations, offer_jobs, open_slots, record_outcome

CERTIFICATES_SHOWN_MAX = 200
FEED_TOKEN_BYTES = 32


class ConsultationsServicer(pb_grpc.ConsultationsServiceServicer):
    """Talks between graduates and companies, and what comes of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def OpenSlots(self, request: pb.OpenSlotsRequest, _context: Context) -> pb.OpenSlotsResponse:
        """Opens times for consultations."""
        caller = current_caller()
        if uuid_of(request.organisation_id) not in caller.organisation_ids:
            raise NotFoundError("organisation")
        opening = to.opening_of(request)

        async def act(tx: Transaction) -> pb.OpenSlotsResponse:
            opened = await open_slots.open_slots(tx, opening, utc_now())
            return pb.OpenSlotsResponse(slots=[to.slot_message(slot, whole=True) for slot in opened])

        return await run_once(self._database, request, pb.OpenSlotsResponse, act)

    async def ListSlots(self, request: pb.ListSlotsRequest, _context: Context) -> pb.ListSlotsResponse:
        """Lists open slots of all, or all slots of the caller's company."""
        caller, now = current_caller(), utc_now()
        size, token, asked = request.page_size, request.page_token, from_timestamp(request.from_time)
        async with self._database.transaction() as tx:
            if request.organisation_id:
                found, next_token = await list_consultations.list_slots_of(
                    tx, caller, uuid_of(request.organisation_id), size, token, from_time=asked or now
                )
            else:
                company_id = uuid_of(request.company_id) if request.company_id else None
                found, next_token = await list_consultations.list_open_slots(
                    tx, company_id, size, token, max(asked or now, now)
                )
        whole = bool(request.organisation_id)
        return pb.ListSlotsResponse(
            slots=[to.slot_message(slot, whole=whole) for slot in found], next_page_token=next_token
        )

    async def GetSlot(self, request: pb.GetSlotRequest, _context: Context) -> pb.GetSlotResponse:
        """Gives one slot."""
        async with self._database.transaction() as tx:
            slot = await slot_store.slot_by_id(tx.connection, uuid_of(request.slot_id))
        if slot is None:
            raise NotFoundError("slot")
        whole = slot.organisation_id in current_caller().organisation_ids
        return pb.GetSlotResponse(slot=to.slot_message(slot, whole=whole))

    async def WithdrawSlot(self, request: pb.WithdrawSlotRequest, _context: Context) -> pb.WithdrawSlotResponse:
        """Takes an open slot back."""
        caller = current_caller()

        async def act(tx: Transaction) -> pb.WithdrawSlotResponse:
            await open_slots.withdraw_slot(tx, caller, uuid_of(request.slot_id))
            return pb.WithdrawSlotResponse()

        return await run_once(self._database, request, pb.WithdrawSlotResponse, act)

    async def BookConsultation(
        self, request: pb.BookConsultationRequest, _context: Context
    ) -> pb.BookConsultationResponse:
        """Books an open slot."""
        worker_id, slot_id, message = current_caller().worker_id, uuid_of(request.slot_id), request.message.strip()

        async def act(tx: Transaction) -> pb.BookConsultationResponse:
            booked = await book_consultation.book_consultation(tx, worker_id, slot_id, message, utc_now())
            return pb.BookConsultationResponse(consultation=to.consultation_message(booked, for_company=False))

        return await run_once(self._database, request, pb.BookConsultationResponse, act)

    async def MoveConsultation(
        self, request: pb.MoveConsultationRequest, _context: Context
    ) -> pb.MoveConsultationResponse:
        """Moves a booked consultation to another slot of the company."""
        worker_id, asked, slot_id = (
            current_caller().worker_id,
            uuid_of(request.consultation_id),
            uuid_of(request.slot_id),
        )

        async def act(tx: Transaction) -> pb.MoveConsultationResponse:
            moved = await book_consultation.move_consultation(tx, worker_id, asked, slot_id, utc_now())
            return pb.MoveConsultationResponse(consultation=to.consultation_message(moved, for_company=False))

        return await run_once(self._database, request, pb.MoveConsultationResponse, act)

    async def CancelConsultation(
        self, request: pb.CancelConsultationRequest, _context: Context
    ) -> pb.CancelConsultationResponse:
        """Cancels a booked consultation for either side."""
        caller, reason = current_caller(), request.reason.strip()

        async def act(tx: Transaction) -> pb.CancelConsultationResponse:
            cancelled = await book_consultation.cancel_consultation(
                tx, caller, uuid_of(request.consultation_id), reason, utc_now()
            )
            for_company = cancelled.organisation_id in caller.organisation_ids
            return pb.CancelConsultationResponse(
                consultation=to.consultation_message(cancelled, for_company=for_company)
            )

        return await run_once(self._database, request, pb.CancelConsultationResponse, act)

    async def GetConsultation(
        self, request: pb.GetConsultationRequest, _context: Context
    ) -> pb.GetConsultationResponse:
        """Gives one consultation, with what the graduate can do now."""
        caller, now = current_caller(), utc_now()
        async with self._database.transaction() as tx:
            found = await store.consultation_by_id(tx.connection, uuid_of(request.consultation_id))
            if found is None or not _may_see(caller, found.worker_id, found.organisation_id):
                raise NotFoundError("consultation")
            certificates = await certificate_store.certificates_of(
                tx.connection, found.worker_id, CERTIFICATES_SHOWN_MAX
            )
            skills = await worker_store.skills_of(tx.connection, found.worker_id)
            membership = await pool_store.membership_of(tx.connection, found.organisation_id, found.worker_id)
        return pb.GetConsultationResponse(
            consultation=to.consultation_message(
                found,
                for_company=found.organisation_id in caller.organisation_ids,
                for_sides=not caller.is_operator,
            ),
            certificates=[convert.certificate_message(one, now) for one in certificates],
            skills=[convert.skill_message(kind, interval) for kind, interval in skills],
            in_pool=membership is not None and membership.member,
        )

    async def ListConsultations(
        self, request: pb.ListConsultationsRequest, _context: Context
    ) -> pb.ListConsultationsResponse:
        """Lists the consultations of a company, the caller's own, or an operator's all."""
        caller = current_caller()
        organisation_id = uuid_of(request.organisation_id) if request.organisation_id else None
        scope = list_consultations.scope_for(caller, organisation_id)
        async with self._database.transaction() as tx:
            found, token = await list_consultations.list_consultations(
                tx, scope, request.page_size, request.page_token, utc_now(), only_coming=request.only_coming
            )
        for_company = organisation_id is not None and organisation_id in caller.organisation_ids
        for_sides = for_company or not caller.is_operator
        return pb.ListConsultationsResponse(
            consultations=[to.consultation_message(one, for_company=for_company, for_sides=for_sides) for one in found],
            next_page_token=token,
        )

    async def RecordConsultationOutcome(
        self, request: pb.RecordConsultationOutcomeRequest, _context: Context
    ) -> pb.RecordConsultationOutcomeResponse:
        """Says what came of a consultation."""
        caller, outcome = current_caller(), to.outcome_of(request)

        async def act(tx: Transaction) -> pb.RecordConsultationOutcomeResponse:
            recorded, offer = await record_outcome.record_outcome(
                tx, caller, uuid_of(request.consultation_id), outcome, utc_now()
            )
            return pb.RecordConsultationOutcomeResponse(
                consultation=to.consultation_message(recorded, for_company=True),
                offer_id=str(offer.offer_id) if offer else "",
            )

        return await run_once(self._database, request, pb.RecordConsultationOutcomeResponse, act)

    async def ListPool(self, request: pb.ListPoolRequest, _context: Context) -> pb.ListPoolResponse:
        """Lists the people in a company's pool."""
        pool = (uuid_of(request.organisation_id), uuid_of(request.worker_id) if request.worker_id else None)
        async with self._database.transaction() as tx:
            found, token, count = await list_consultations.list_pool(
                tx, current_caller(), pool, request.page_size, request.page_token
            )
        return pb.ListPoolResponse(
            members=[to.member_message(one) for one in found], next_page_token=token, member_count=count
        )

    async def RemoveFromPool(self, request: pb.RemoveFromPoolRequest, _context: Context) -> pb.RemoveFromPoolResponse:
        """Takes somebody out of the company's pool."""
        caller, reason = current_caller(), request.reason.strip()
        organisation_id, worker_id = uuid_of(request.organisation_id), uuid_of(request.worker_id)

        async def act(tx: Transaction) -> pb.RemoveFromPoolResponse:
            await offer_jobs.remove_from_pool(tx, caller, organisation_id, worker_id, reason, now=utc_now())
            return pb.RemoveFromPoolResponse()

        return await run_once(self._database, request, pb.RemoveFromPoolResponse, act)

    async def OfferJobs(self, request: pb.OfferJobsRequest, _context: Context) -> pb.OfferJobsResponse:
        """Offers jobs to somebody in the pool."""
        caller, job_ids = current_caller(), [uuid_of(job_id) for job_id in request.job_ids]
        membership = (uuid_of(request.organisation_id), uuid_of(request.worker_id))

        async def act(tx: Transaction) -> pb.OfferJobsResponse:
            message = request.message.strip()
            offer = await offer_jobs.offer_jobs(tx, caller, membership, job_ids, message, now=utc_now())
            return pb.OfferJobsResponse(offer=to.offer_message(offer))

        return await run_once(self._database, request, pb.OfferJobsResponse, act)

    async def AnswerOffer(self, request: pb.AnswerOfferRequest, _context: Context) -> pb.AnswerOfferResponse:
        """Takes an offer or declines it."""
        worker_id, offer_id = current_caller().worker_id, uuid_of(request.offer_id)

        async def act(tx: Transaction) -> pb.AnswerOfferResponse:
            offer = await offer_jobs.answer_offer(tx, worker_id, offer_id, utc_now(), accept=request.accept)
            return pb.AnswerOfferResponse(offer=to.offer_message(offer))

        return await run_once(self._database, request, pb.AnswerOfferResponse, act)

    async def ListOffers(self, request: pb.ListOffersRequest, _context: Context) -> pb.ListOffersResponse:
        """Lists a company's offers, or those to the caller."""
        organisation_id = uuid_of(request.organisation_id) if request.organisation_id else None
        async with self._database.transaction() as tx:
            found, token = await list_consultations.list_offers(
                tx, current_caller(), organisation_id, request.page_size, request.page_token
            )
        return pb.ListOffersResponse(offers=[to.offer_message(one) for one in found], next_page_token=token)

    async def GetCalendarFeed(
        self, request: pb.GetCalendarFeedRequest, _context: Context
    ) -> pb.GetCalendarFeedResponse:
        """Gives the token of the caller's feed."""
        account_id, organisation_id = _feed_of(current_caller(), request.organisation_id)
        async with self._database.transaction() as tx:
            token = await offer_store.feed_token(tx.connection, account_id, organisation_id)
        return pb.GetCalendarFeedResponse(token=token)

    async def RenewCalendarFeed(
        self, request: pb.RenewCalendarFeedRequest, _context: Context
    ) -> pb.RenewCalendarFeedResponse:
        """Makes a new token for the caller's feed."""
        account_id, organisation_id = _feed_of(current_caller(), request.organisation_id)

        async def act(tx: Transaction) -> pb.RenewCalendarFeedResponse:
            token = secrets.token_urlsafe(FEED_TOKEN_BYTES)
            await offer_store.put_feed_token(tx.connection, account_id, organisation_id, token)
            return pb.RenewCalendarFeedResponse(token=token)

        # The token is a secret that holds until the next one: it is not kept a second time.
        return await run_once(
            self._database,
            request,
            pb.RenewCalendarFeedResponse,
            act,
            stored=lambda _response: pb.RenewCalendarFeedResponse(),
        )

    async def GetCalendarContent(
        self, request: pb.GetCalendarContentRequest, _context: Context
    ) -> pb.GetCalendarContentResponse:
        """Gives what a calendar feed shows."""
        async with self._database.transaction() as tx:
            found, company = await list_consultations.read_feed(tx, request.token, utc_now())
        return pb.GetCalendarContentResponse(
            consultations=[to.consultation_message(one, for_company=company is not None) for one in found],
            organisation_id=str(company or ""),
        )


def _may_see(caller: Caller, worker_id: UUID, organisation_id: UUID) -> bool:
    return worker_id == caller.account_id or caller.may_see_organisation(organisation_id)


def _feed_of(caller: Caller, asked: str) -> tuple[UUID, UUID]:
    """Whose feed is meant: (account id, organisation id or OWN)."""
    organisation_id = uuid_of(asked) if asked else offer_store.OWN
    if asked and organisation_id not in caller.organisation_ids:
        raise NotFoundError("organisation")
    return caller.worker_id, organisation_id
