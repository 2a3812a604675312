"""RPCs on cohorts."""

from __future__ import annotations

from uuid import UUID

from ilgam.workers.v1 import programmes_service_pb2 as pb

from services.core.clock import utc_now
from services.core.errors import NotFoundError
from services.runtime.auth import current_caller
from services.runtime.database import Database, Transaction
from services.runtime.middleware import Context
from services.runtime.paging import cursor_of, encode_token, page_size
from services.runtime.requests import run_once
from services.runtime.wire import to_timestamp, uuid_of
from services.workers.entrypoints.convert_programmes import cohort_message, cohort_terms_of
from services.workers.entrypoints.servicer.programmes.offering import programme_shown
from services.workers.store.queries import cohorts as store
from services.workers.use_cases import manage_programmes, remind

_NUMBER_MAX = 2**31 - 1


class CohortRpcs:
    """When it is taught, and who may still come."""

    _database: Database

    async def CreateCohort(self, request: pb.CreateCohortRequest, _context: Context) -> pb.CreateCohortResponse:
        """Makes a cohort with its own registration window."""
        terms, programme_id = cohort_terms_of(request.terms), uuid_of(request.programme_id)

        async def act(tx: Transaction) -> pb.CreateCohortResponse:
            cohort_id = await manage_programmes.create_cohort(tx, programme_id, terms)
            return pb.CreateCohortResponse(cohort=await _cohort_shown(tx, cohort_id))

        return await run_once(self._database, request, pb.CreateCohortResponse, act)

    async def UpdateCohort(self, request: pb.UpdateCohortRequest, _context: Context) -> pb.UpdateCohortResponse:
        """Replaces what a cohort says of itself."""
        terms, cohort_id = cohort_terms_of(request.terms), uuid_of(request.cohort_id)

        async def act(tx: Transaction) -> pb.UpdateCohortResponse:
            await manage_programmes.update_cohort(tx, cohort_id, terms)
            return pb.UpdateCohortResponse(cohort=await _cohort_shown(tx, cohort_id))

        return await run_once(self._database, request, pb.UpdateCohortResponse, act)

    async def ListCohorts(self, request: pb.ListCohortsRequest, _context: Context) -> pb.ListCohortsResponse:
        """Gives the cohorts of a programme by their number."""
        count, now = page_size(request.page_size), utc_now()
        programme_id = uuid_of(request.programme_id)
        after_no = cursor_of(request.page_token, lambda values: min(int(values["no"]), _NUMBER_MAX)) or 0
        async with self._database.transaction() as tx:
            await programme_shown(tx, programme_id, now)
            found = await store.cohorts_page(tx.connection, programme_id, max(after_no, 0), count + 1)
        shown = found[:count]
        return pb.ListCohortsResponse(
            cohorts=[cohort_message(one, now) for one in shown],
            next_page_token=encode_token(no=shown[-1].terms.cohort_no) if len(found) > count else "",
            now=to_timestamp(now),
        )

    async def GetCohort(self, request: pb.GetCohortRequest, _context: Context) -> pb.GetCohortResponse:
        """Gives one cohort with its programme."""
        now = utc_now()
        async with self._database.transaction() as tx:
            cohort = await _cohort_shown(tx, uuid_of(request.cohort_id))
            programme = await programme_shown(tx, uuid_of(cohort.programme_id), now)
        return pb.GetCohortResponse(cohort=cohort, programme=programme, now=to_timestamp(now))

    async def RemindMe(self, request: pb.RemindMeRequest, _context: Context) -> pb.RemindMeResponse:
        """Keeps that the caller wants to be told an hour before registration opens."""
        worker_id = current_caller().worker_id

        async def act(tx: Transaction) -> pb.RemindMeResponse:
            remind_time = await remind.remind_me(tx, uuid_of(request.cohort_id), worker_id)
            return pb.RemindMeResponse(remind_time=to_timestamp(remind_time))

        return await run_once(self._database, request, pb.RemindMeResponse, act)


async def _cohort_shown(tx: Transaction, cohort_id: UUID) -> pb.Cohort:
    registration = await store.registration_by_id(tx.connection, cohort_id)
    if registration is None:
        raise NotFoundError("cohort")
    return cohort_message(registration.cohort, utc_now())
