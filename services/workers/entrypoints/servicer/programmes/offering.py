"""RPCs on programmes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from ilgam.workers.v1 import programmes_service_pb2 as pb

from services.core.clock import utc_now
from services.core.errors import NotFoundError
from services.runtime.database import Database, Transaction
from services.runtime.middleware import Context
from services.runtime.paging import cursor_of, encode_token, page_size
from services.runtime.requests import run_once
from services.runtime.wire import to_timestamp, uuid_of
from services.workers.domain.programmes import Programme
from services.workers.entrypoints import convert_programmes as convert
from services.workers.store.queries import cohorts as cohort_store
from services.workers.store.queries import programmes as store
from services.workers.use_cases import manage_programmes


class ProgrammeRpcs:
    """What is taught."""

    _database: Database

    async def CreateProgramme(
        self, request: pb.CreateProgrammeRequest, _context: Context
    ) -> pb.CreateProgrammeResponse:
        """Makes a programme, without cohorts yet."""
        terms = convert.programme_terms_of(request.terms)

        async def act(tx: Transaction) -> pb.CreateProgrammeResponse:
            programme_id = await manage_programmes.create_programme(tx, terms)
            return pb.CreateProgrammeResponse(programme=await programme_shown(tx, programme_id, utc_now()))

        return await run_once(self._database, request, pb.CreateProgrammeResponse, act)

    async def UpdateProgramme(
        self, request: pb.UpdateProgrammeRequest, _context: Context
    ) -> pb.UpdateProgrammeResponse:
        """Replaces what a programme says of itself."""
        terms, programme_id = convert.programme_terms_of(request.terms), uuid_of(request.programme_id)

        async def act(tx: Transaction) -> pb.UpdateProgrammeResponse:
            await manage_programmes.update_programme(tx, programme_id, terms)
            return pb.UpdateProgrammeResponse(programme=await programme_shown(tx, programme_id, utc_now()))

        return await run_once(self._database, request, pb.UpdateProgrammeResponse, act)

    async def ListProgrammes(self, request: pb.ListProgrammesRequest, _context: Context) -> pb.ListProgrammesResponse:
        """Gives programmes, the newest first."""
        count, now = page_size(request.page_size), utc_now()
        before = cursor_of(request.page_token, convert.place_of)
        async with self._database.transaction() as tx:
            found = await store.programmes_page(tx.connection, before, count + 1)
            following = await cohort_store.next_cohorts(tx.connection, [one.programme_id for one in found])
        shown = found[:count]
        return pb.ListProgrammesResponse(
            programmes=[convert.programme_message(one, following.get(one.programme_id), now) for one in shown],
            next_page_token=_token_after(shown) if len(found) > count else "",
            now=to_timestamp(now),
        )

    async def GetProgramme(self, request: pb.GetProgrammeRequest, _context: Context) -> pb.GetProgrammeResponse:
        """Gives one programme."""
        now = utc_now()
        async with self._database.transaction() as tx:
            programme = await programme_shown(tx, uuid_of(request.programme_id), now)
        return pb.GetProgrammeResponse(programme=programme, now=to_timestamp(now))


async def programme_shown(tx: Transaction, programme_id: UUID, now: datetime) -> pb.Programme:
    """A programme with its counts and the cohort to apply to next.

    Raises:
        NotFoundError: there is no such programme.
    """
    programme = await store.programme_by_id(tx.connection, programme_id)
    if programme is None:
        raise NotFoundError("programme")
    following = await cohort_store.next_cohorts(tx.connection, [programme_id])
    return convert.programme_message(programme, following.get(programme_id), now)


def _token_after(shown: Sequence[Programme]) -> str:
    last = shown[-1]
    return encode_token(time=last.create_time.isoformat(), id=str(last.programme_id))
