"""Events that concern who people are: pools they belong to, accounts that are closed."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from ilgam.accounts.v1 import accounts_events_pb2 as accounts
from ilgam.workers.v1 import workers_events_pb2 as workers

from services.runtime.database import Transaction
from services.runtime.inbox import Park, Subscribers
from services.tasks.store.queries.standing import Membership
from services.tasks.use_cases.close_workers import close_workers
from services.tasks.use_cases.record_standing import record_members


def subscribe_people(subscribers: Subscribers) -> None:
    """Registers the handlers of this module."""
    subscribers.on(workers.PoolMembershipChanged, _on_pool_membership)
    subscribers.on(accounts.AccountClosed, _on_account_closed)


async def _on_pool_membership(tx: Transaction, events: Sequence[workers.PoolMembershipChanged]) -> Sequence[Park]:
    """Keeps who belongs to which company's pool; the newest change of each worker in each pool counts."""
    memberships = [
        Membership(UUID(event.organisation_id), UUID(event.worker_id), event.member, event.revision) for event in events
    ]
    await record_members(tx, memberships)
    return []


async def _on_account_closed(tx: Transaction, events: Sequence[accounts.AccountClosed]) -> Sequence[Park]:
    """Erases what is personal and ends what is held."""
    await close_workers(tx, sorted({UUID(event.account_id) for event in events}))
    return []
