"""Statements on offers of jobs, and on the secrets of calendar feeds."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.workers.domain.offer import Offer, OfferState

OWN: Final = UUID(int=0)
"""Stands for no company: a person's own calendar."""

_OFFER = """
    SELECT offer_id, organisation_id, worker_id, job_ids, message, state, offer_time, answer_time, revision
    FROM job_offer
"""

_ADD = text("""
    INSERT INTO job_offer (offer_id, organisation_id, worker_id, job_ids, message, state, offer_time, revision)
    VALUES (:offer_id, :organisation_id, :worker_id, :job_ids, :message, :state, :offer_time, 1)
""")

_BY_ID = text(f"{_OFFER} WHERE offer_id = :offer_id FOR UPDATE")

_STORE = text("""
    UPDATE job_offer
    SET state = :state, answer_time = :answer_time, revision = :revision
    WHERE offer_id = :offer_id
""")

_OPEN = text(f"""
    {_OFFER}
    WHERE worker_id = :worker_id AND organisation_id = :organisation_id AND state = 'OPEN'
    ORDER BY offer_id
    FOR UPDATE
""")

_OF_WORKER = text(f"""
    {_OFFER}
    WHERE worker_id = :id AND offer_id < :before
    ORDER BY offer_id DESC
    LIMIT :count
""")

_OF_COMPANY = text(f"""
    {_OFFER}
    WHERE organisation_id = :id AND offer_id < :before
    ORDER BY offer_id DESC
    LIMIT :count
""")

_FEED = text("SELECT token FROM calendar_feed WHERE account_id = :account_id AND organisation_id = :organisation_id")

_PUT_FEED = text("""
    INSERT INTO calendar_feed (account_id, organisation_id, token)
    VALUES (:account_id, :organisation_id, :token)
    ON CONFLICT (account_id, organisation_id) DO UPDATE
    SET token = excluded.token
""")

_FEED_OWNER = text("SELECT account_id, organisation_id FROM calendar_feed WHERE token = :token")

_DROP_FEEDS = text("DELETE FROM calendar_feed WHERE account_id = ANY(CAST(:account_ids AS uuid[]))")

_FORGET = text("UPDATE job_offer SET message = '' WHERE worker_id = ANY(CAST(:worker_ids AS uuid[])) AND message <> ''")


async def add_offer(connection: AsyncConnection, offer: Offer) -> None:
    """Adds an open offer."""
    parameters = {
        "offer_id": offer.offer_id,
        "organisation_id": offer.organisation_id,
        "worker_id": offer.worker_id,
        "job_ids": list(offer.job_ids),
        "message": offer.message,
        "state": offer.state.value,
        "offer_time": offer.offer_time,
    }
    await connection.execute(_ADD, parameters)


async def locked_offer(connection: AsyncConnection, offer_id: UUID) -> Offer | None:
    """The offer with an id, locked until the transaction ends."""
    row = (await connection.execute(_BY_ID, {"offer_id": offer_id})).one_or_none()
    return _offer(row) if row is not None else None


async def store_answer(connection: AsyncConnection, offer: Offer) -> None:
    """Stores how a locked offer stands now."""
    parameters = {
        "offer_id": offer.offer_id,
        "state": offer.state.value,
        "answer_time": offer.answer_time,
        "revision": offer.revision,
    }
    await connection.execute(_STORE, parameters)


async def open_offers(connection: AsyncConnection, organisation_id: UUID, worker_id: UUID) -> list[Offer]:
    """The offers of a company that wait for a person's answer, locked."""
    parameters = {"organisation_id": organisation_id, "worker_id": worker_id}
    return [_offer(row) for row in await connection.execute(_OPEN, parameters)]


async def offers_to(connection: AsyncConnection, worker_id: UUID, before: UUID, count: int) -> list[Offer]:
    """Up to `count` offers to a person made before the offer `before`, newest first."""
    rows = await connection.execute(_OF_WORKER, {"id": worker_id, "before": before, "count": count})
    return [_offer(row) for row in rows]


async def offers_by(connection: AsyncConnection, organisation_id: UUID, before: UUID, count: int) -> list[Offer]:
    """Up to `count` offers of a company made before the offer `before`, newest first."""
    rows = await connection.execute(_OF_COMPANY, {"id": organisation_id, "before": before, "count": count})
    return [_offer(row) for row in rows]


async def feed_token(connection: AsyncConnection, account_id: UUID, organisation_id: UUID) -> str:
    """The secret of a calendar feed; empty where there is none."""
    parameters = {"account_id": account_id, "organisation_id": organisation_id}
    return (await connection.execute(_FEED, parameters)).scalar() or ""


async def put_feed_token(connection: AsyncConnection, account_id: UUID, organisation_id: UUID, token: str) -> None:
    """Gives a calendar feed a secret in place of the one before."""
    parameters = {"account_id": account_id, "organisation_id": organisation_id, "token": token}
    await connection.execute(_PUT_FEED, parameters)


async def feed_owner(connection: AsyncConnection, token: str) -> tuple[UUID, UUID] | None:
    """Whose feed has a secret: (account id, organisation id or OWN); None: nobody's."""
    row = (await connection.execute(_FEED_OWNER, {"token": token})).one_or_none()
    return (row.account_id, row.organisation_id) if row is not None else None


async def forget_words(connection: AsyncConnection, worker_ids: list[UUID]) -> None:
    """Erases what was written to people in offers, and the secrets of their calendars."""
    await connection.execute(_FORGET, {"worker_ids": worker_ids})
    await connection.execute(_DROP_FEEDS, {"account_ids": worker_ids})


def _offer(row: Row[*tuple[object, ...]]) -> Offer:
    return Offer(
        offer_id=row.offer_id,
        organisation_id=row.organisation_id,
        worker_id=row.worker_id,
        job_ids=tuple(row.job_ids),
        message=row.message,
        state=OfferState(row.state),
        offer_time=row.offer_time,
        answer_time=row.answer_time,
        revision=row.revision,
    )
