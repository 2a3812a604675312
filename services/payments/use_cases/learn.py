"""Notes what other services say about companies and workers."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from services.payments.domain.holder import Company
from services.payments.store.queries.accounts import add_accounts
from services.payments.store.queries.organisations import Restriction, put_organisations, put_restrictions
from services.runtime.database import Transaction


async def learn_organisations(tx: Transaction, revisions: Iterable[tuple[UUID, int]]) -> None:
    """Notes organisations and opens their accounts."""
    highest: dict[UUID, int] = {}
    for organisation_id, revision in revisions:
        highest[organisation_id] = max(revision, highest.get(organisation_id, revision))
    await put_organisations(tx.connection, highest)
    await add_accounts(tx.connection, [Company(organisation_id).account for organisation_id in highest])


async def learn_restrictions(tx: Transaction, restrictions: Iterable[Restriction]) -> None:
    """Notes the latest restriction of each worker."""
    latest: dict[UUID, Restriction] = {}
    for restriction in restrictions:
        known = latest.setdefault(restriction.worker_id, restriction)
        if restriction.revision > known.revision:
            latest[restriction.worker_id] = restriction
    await put_restrictions(tx.connection, list(latest.values()))
