"""The event log's own service, the same in every process."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import grpc
import nats.errors
from ilgam.events.v1 import events_service_pb2 as pb
from ilgam.events.v1 import events_service_pb2_grpc as pb_grpc

from services.core.errors import NotFoundError, UnavailableError
from services.runtime import inbox_store, outbox_store, paging
from services.runtime.consumer import Consumer
from services.runtime.database import Database, is_transient
from services.runtime.inbox import Inbox
from services.runtime.wire import from_timestamp, to_timestamp, uuid_of

_ERROR_LENGTH_MAX = 300
_LAST_ID = UUID(int=2**128 - 1)


class EventsServicer(pb_grpc.EventsServiceServicer):
    """Answers from the process's own outbox, inbox and consumers."""

    def __init__(self, service: str, database: Database, inbox: Inbox, consumers: list[Consumer]) -> None:
        self._service = service
        self._database = database
        self._inbox = inbox
        self._consumers = consumers

    async def GetEventHealth(
        self,
        request: pb.GetEventHealthRequest,  # noqa: ARG002 - an empty request
        context: grpc.aio.ServicerContext[pb.GetEventHealthRequest, pb.GetEventHealthResponse],  # noqa: ARG002 - gRPC's signature
    ) -> pb.GetEventHealthResponse:
        """Counts what is unsent, parked and dead, and asks the broker how far each consumer is."""
        lags = [await _lag(consumer) for consumer in self._consumers]
        async with self._database.transaction() as tx:
            unsent, unsent_age = await outbox_store.unsent(tx.connection)
            parked, parked_age, dead = await inbox_store.standing(tx.connection)
        return pb.GetEventHealthResponse(
            service=self._service,
            unsent_count=unsent,
            oldest_unsent_seconds=unsent_age,
            parked_count=parked,
            oldest_parked_seconds=parked_age,
            dead_letter_count=dead,
            consumers=lags,
        )

    async def ListDeadLetters(
        self,
        request: pb.ListDeadLettersRequest,
        context: grpc.aio.ServicerContext[pb.ListDeadLettersRequest, pb.ListDeadLettersResponse],  # noqa: ARG002 - gRPC's signature
    ) -> pb.ListDeadLettersResponse:
        """Newest first."""
        size = paging.page_size(request.page_size)
        cursor = paging.cursor_of(request.page_token, lambda at: (datetime.fromisoformat(at["time"]), UUID(at["id"])))
        before, before_id = cursor or (None, _LAST_ID)
        async with self._database.transaction() as tx:
            letters = await inbox_store.dead_letters(tx.connection, size + 1, before, before_id)
        response = pb.ListDeadLettersResponse(
            dead_letters=[
                pb.DeadLetter(
                    event_id=str(letter.event_id),
                    event_type=letter.event_type,
                    dead_time=to_timestamp(letter.dead_time),
                    error=letter.error[:_ERROR_LENGTH_MAX],
                    attempts=letter.attempts,
                )
                for letter in letters[:size]
            ]
        )
        if len(letters) > size:
            last = letters[size - 1]
            response.next_page_token = paging.encode_token(time=last.dead_time.isoformat(), id=str(last.event_id))
        return response

    async def ReplayDeadLetter(
        self,
        request: pb.ReplayDeadLetterRequest,
        context: grpc.aio.ServicerContext[pb.ReplayDeadLetterRequest, pb.ReplayDeadLetterResponse],  # noqa: ARG002 - gRPC's signature
    ) -> pb.ReplayDeadLetterResponse:
        """Applies it once more; why it failed again is told, because only operators ask."""
        try:
            found = await self._inbox.replay(uuid_of(request.event_id))
        except Exception as error:
            if is_transient(error):
                raise
            return pb.ReplayDeadLetterResponse(handled=False, error=repr(error)[:_ERROR_LENGTH_MAX])
        if not found:
            raise NotFoundError("dead letter")
        return pb.ReplayDeadLetterResponse(handled=True)

    async def RepublishEvents(
        self,
        request: pb.RepublishEventsRequest,
        context: grpc.aio.ServicerContext[pb.RepublishEventsRequest, pb.RepublishEventsResponse],  # noqa: ARG002 - gRPC's signature
    ) -> pb.RepublishEventsResponse:
        """Marks the log as unsent; the relay does the rest, and inboxes pass over what they know."""
        async with self._database.transaction() as tx:
            count = await outbox_store.unsend(tx.connection, from_timestamp(request.since_time))
        self._database.outbox_filled.set()
        return pb.RepublishEventsResponse(event_count=count)


async def _lag(consumer: Consumer) -> pb.ConsumerLag:
    try:
        pending, unacknowledged = await consumer.lag()
    except (nats.errors.Error, OSError) as error:
        raise UnavailableError("the event broker is not reachable just now, try again") from error
    return pb.ConsumerLag(producer=consumer.producer, pending_count=pending, unacknowledged_count=unacknowledged)
