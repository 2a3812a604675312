"""Pages of slots, consultations, pools and offers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.core.errors import NotFoundError
from services.runtime.auth import Caller
from services.runtime.database import Transaction
from services.runtime.paging import cursor_of, encode_token, page_size
from services.workers.domain.consultation import Consultation, Slot
from services.workers.domain.offer import Offer
from services.workers.store.queries import consultations, offers, pools, slots
from services.workers.store.queries.consultations import Scope
from services.workers.store.queries.pools import PooledWorker
from services.workers.store.queries.slots import After

FEED_DAYS = 90
FEED_CONSULTATIONS_MAX = 500
_LAST_ID = UUID(int=2**128 - 1)
_END = After(datetime(9999, 1, 1, tzinfo=UTC), _LAST_ID)


async def list_open_slots(
    tx: Transaction, company_id: UUID | None, asked_size: int, page_token: str, from_time: datetime
) -> tuple[list[Slot], str]:
    """One page of the open slots from a time on, of one company or of all, and the next page's token."""
    size, after = page_size(asked_size), cursor_of(page_token, _after) or After(from_time)
    found = await slots.open_slots(tx.connection, max(after, After(from_time), key=_order), company_id, size + 1)
    return found[:size], _slot_token(found, size)


async def list_slots_of(
    tx: Transaction, caller: Caller, organisation_id: UUID, asked_size: int, page_token: str, *, from_time: datetime
) -> tuple[list[Slot], str]:
    """One page of a company's slots from a time on, and the next page's token.

    Raises:
        NotFoundError: the caller may not see the company's.
    """
    _refuse_stranger(caller, organisation_id)
    size, after = page_size(asked_size), cursor_of(page_token, _after) or After(from_time)
    found = await slots.slots_of(tx.connection, organisation_id, after, size + 1)
    return found[:size], _slot_token(found, size)


def scope_for(caller: Caller, organisation_id: UUID | None) -> Scope:
    """Whose consultations a caller asks for: a company's, the caller's own, or an operator's all.

    Raises:
        NotFoundError: the caller may not see the company's, or has none.
    """
    if organisation_id is not None:
        _refuse_stranger(caller, organisation_id)
        return Scope.of_company(organisation_id)
    if caller.is_operator:
        return Scope.of_all()
    return Scope.of_worker(caller.worker_id)


async def list_consultations(
    tx: Transaction, scope: Scope, asked_size: int, page_token: str, now: datetime, *, only_coming: bool
) -> tuple[list[Consultation], str]:
    """One page of consultations, and the next page's token: those to come, the soonest first, or all, the latest first."""
    size, at = page_size(asked_size), cursor_of(page_token, _after)
    if only_coming:
        after = at or After(datetime(2000, 1, 1, tzinfo=UTC))
        found = await consultations.coming_consultations(tx.connection, scope, after, now, size + 1)
    else:
        found = await consultations.latest_consultations(tx.connection, scope, at or _END, size + 1)
    last = found[size - 1] if len(found) > size else None
    return found[:size], _token(last.start_time, last.consultation_id) if last else ""


async def list_pool(
    tx: Transaction, caller: Caller, pool: tuple[UUID, UUID | None], asked_size: int, page_token: str
) -> tuple[list[PooledWorker], str, int]:
    """One page of a pool's members, newest first, the next page's token, and how many there are in all.

    `pool` is (organisation id, the one person asked for, None for all).
    """
    organisation_id, only = pool
    _refuse_stranger(caller, organisation_id)
    size, before = page_size(asked_size), cursor_of(page_token, _after) or _END
    found, member_count = await pools.pool_of(tx.connection, organisation_id, before, size + 1, only)
    last = found[size - 1] if len(found) > size else None
    return found[:size], _token(last.admit_time, last.worker_id) if last else "", member_count


async def list_offers(
    tx: Transaction, caller: Caller, organisation_id: UUID | None, asked_size: int, page_token: str
) -> tuple[list[Offer], str]:
    """One page of a company's offers, or of those to the caller, newest first, and the next page's token."""
    size, before = page_size(asked_size), cursor_of(page_token, lambda at: UUID(at["id"])) or _LAST_ID
    if organisation_id is None:
        found = await offers.offers_to(tx.connection, caller.worker_id, before, size + 1)
    else:
        if organisation_id not in caller.organisation_ids:
            raise NotFoundError("organisation")
        found = await offers.offers_by(tx.connection, organisation_id, before, size + 1)
    return found[:size], encode_token(id=str(found[size - 1].offer_id)) if len(found) > size else ""


async def read_feed(tx: Transaction, token: str, now: datetime) -> tuple[list[Consultation], UUID | None]:
    """What a calendar feed shows, and the company whose it is, None for a person's own.

    Raises:
        NotFoundError: nobody's feed has this token.
    """
    owner = await offers.feed_owner(tx.connection, token)
    if owner is None:
        raise NotFoundError("calendar")
    account_id, organisation_id = owner
    company = organisation_id if organisation_id != offers.OWN else None
    scope = Scope.of_company(company) if company else Scope.of_worker(account_id)
    found = await consultations.latest_consultations(tx.connection, scope, _END, FEED_CONSULTATIONS_MAX)
    since = now - timedelta(days=FEED_DAYS)
    return [one for one in found if one.end_time > since], company


def _refuse_stranger(caller: Caller, organisation_id: UUID) -> None:
    if not caller.may_see_organisation(organisation_id):
        raise NotFoundError("organisation")


def _after(at: dict[str, Any]) -> After:
    instant = datetime.fromisoformat(at["time"])
    if instant.tzinfo is None:
        raise ValueError("a time without a zone")
    return After(instant, UUID(at["id"]))


def _order(after: After) -> tuple[datetime, UUID]:
    return after.start_time, after.id


def _slot_token(found: list[Slot], size: int) -> str:
    return _token(found[size - 1].start_time, found[size - 1].slot_id) if len(found) > size else ""


def _token(instant: datetime, id_: UUID) -> str:
    return encode_token(time=instant.isoformat(), id=str(id_))
