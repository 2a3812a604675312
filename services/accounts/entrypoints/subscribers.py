"""What accounts learns from the other services' events: whom to tell what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from uuid import UUID

from ilgam.workers.v1 import workers_events_pb2

from services.accounts.domain.notices import Notice
from services.accounts.entrypoints.convert_notices import notice_of
from services.accounts.use_cases.keep_notices import NoticeHouse, keep_notices, known_accounts
from services.accounts.use_cases.open_accounts import account_key
from services.core.clock import utc_now
from services.runtime.database import Transaction
from services.runtime.inbox import Park, PermanentEventError, Subscribers


def subscribers(house: NoticeHouse) -> Subscribers:
    """The handlers of this service."""

    async def on_notice_due(tx: Transaction, events: Sequence[workers_events_pb2.NoticeDue]) -> Sequence[Park]:
        """Keeps notices for the people who are to be told; what is for somebody unknown waits."""
        named = {_id_of(notice.account_id) for event in events for notice in event.notices}
        known = await known_accounts(tx, sorted(named)) if named else set()
        notices = [notice for event in events for notice in _notices_for(event, known)]
        if notices:
            await keep_notices(tx, house, notices, utc_now())
        return [park for event in events for park in _rest(event, known)]

    handlers = Subscribers()
    handlers.on(workers_events_pb2.NoticeDue, on_notice_due)
    return handlers


def _notices_for(event: workers_events_pb2.NoticeDue, known: set[UUID]) -> list[Notice]:
    occur_time = event.occur_time.ToDatetime(tzinfo=UTC)
    return [
        notice_of(notice, UUID(notice.account_id), occur_time)
        for notice in event.notices
        if UUID(notice.account_id) in known
    ]


def _rest(event: workers_events_pb2.NoticeDue, known: set[UUID]) -> list[Park]:
    """What of an event is for accounts that are not known yet, to be parked under the first of them."""
    waiting = [notice for notice in event.notices if UUID(notice.account_id) not in known]
    if not waiting:
        return []
    rest = workers_events_pb2.NoticeDue(event_id=event.event_id, occur_time=event.occur_time, notices=waiting)
    return [Park(rest, account_key(UUID(waiting[0].account_id)))]


def _id_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise PermanentEventError("a notice for no account") from None
