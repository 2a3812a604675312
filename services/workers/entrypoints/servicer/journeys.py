"""JourneysService: the way from application to pay, for one and for all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from ilgam.workers.v1 import journeys_service_pb2 as pb
from ilgam.workers.v1 import journeys_service_pb2_grpc as pb_grpc

from services.core.clock import korean_date, utc_now
from services.core.errors import NotFoundError
from services.runtime.auth import current_caller
from services.runtime.database import Database
from services.runtime.middleware import Context
from services.runtime.paging import cursor_of, encode_token, page_size
from services.runtime.wire import uuid_of
from services.workers.entrypoints import convert_journeys as convert
from services.workers.store.queries import idle
from services.workers.store.queries import workers as worker_store
from services.workers.use_cases.count_funnel import count_funnel
from services.workers.use_cases.show_journey import show_journey

IDLE_DAYS_DEFAULT = 14
_FIRST = idle.IdlePlace(datetime.min.replace(tzinfo=UTC), UUID(int=0))


class JourneysServicer(pb_grpc.JourneysServiceServicer):
    """How far people have come, and where they fall off."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def GetJourney(self, request: pb.GetJourneyRequest, _context: Context) -> pb.GetJourneyResponse:
        """Gives a person's way; a worker sees their own."""
        caller = current_caller()
        worker_id = uuid_of(request.worker_id) if request.worker_id else caller.worker_id
        own = worker_id == caller.account_id and "worker" in caller.roles
        if not own and not caller.is_operator:
            raise NotFoundError("worker")
        async with self._database.transaction() as tx:
            # The own way begins while the news of the account is still on its way.
            if not own and await worker_store.worker_by_id(tx.connection, worker_id) is None:
                raise NotFoundError("worker")
            return convert.journey_message(await show_journey(tx, worker_id, utc_now()))

    async def GetFunnel(self, request: pb.GetFunnelRequest, _context: Context) -> pb.GetFunnelResponse:
        """Counts people by step."""
        group = convert.group_of(request)
        async with self._database.transaction() as tx:
            funnel = await count_funnel(tx, group, convert.AGE_BANDS)
        return convert.funnel_message(funnel, group)

    async def GetIdleCounts(self, request: pb.GetIdleCountsRequest, _context: Context) -> pb.GetIdleCountsResponse:
        """Counts who could work and does not."""
        now = utc_now()
        async with self._database.transaction() as tx:
            counts = await idle.idle_counts(tx.connection, _since(request.idle_days, now), now)
        return pb.GetIdleCountsResponse(counts=[convert.idle_count_message(count) for count in counts])

    async def ListIdle(self, request: pb.ListIdleRequest, _context: Context) -> pb.ListIdleResponse:
        """Lists who could work and does not."""
        now, size = utc_now(), page_size(request.page_size)
        after = cursor_of(request.page_token, _place) or _FIRST
        async with self._database.transaction() as tx:
            wanted = idle.IdleWanted(request.annotation_type, _since(request.idle_days, now), now)
            found = await idle.idle_workers(tx.connection, wanted, after, size + 1)
        shown = found[:size]
        more = len(found) > size
        return pb.ListIdleResponse(
            workers=[convert.idle_worker_message(worker) for worker in shown],
            next_page_token=encode_token(time=shown[-1].certify_time.isoformat(), worker=str(shown[-1].worker_id))
            if more
            else "",
        )


def _since(idle_days: int, now: datetime) -> date:
    """The first day, in Seoul, on which a claim would make somebody not idle."""
    return korean_date(now) - timedelta(days=idle_days or IDLE_DAYS_DEFAULT)


def _place(values: dict[str, Any]) -> idle.IdlePlace:
    moment = datetime.fromisoformat(str(values["time"]))
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return idle.IdlePlace(moment, UUID(str(values["worker"])))
