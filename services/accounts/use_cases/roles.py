"""Granting roles and opening organisations."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.accounts import events
from services.accounts.domain.accounts import RoleGrant, normal_email
from services.accounts.store.queries import accounts as store
from services.accounts.store.queries import organisations as organisation_store
from services.core.errors import NotFoundError
from services.core.ids import new_id
from services.runtime.database import Transaction


async def create_organisation(tx: Transaction, name: str, now: datetime) -> UUID:
    """Opens an organisation; gives its id."""
    organisation_id = new_id()
    await organisation_store.add_organisation(tx.connection, organisation_id, name.strip(), now)
    tx.emit(events.organisation_created(organisation_id))
    return organisation_id


async def grant_role(tx: Transaction, account_id: UUID, grant: RoleGrant, now: datetime) -> None:
    """Gives an account a role; nothing changes when it has it.

    Raises:
        NotFoundError: there is no such account.
    """
    if await store.locked_account(tx.connection, account_id) is None:
        raise NotFoundError("account")
    await _grant(tx, account_id, grant, now)


async def add_member(tx: Transaction, email: str, grant: RoleGrant, now: datetime) -> UUID:
    """Makes an account a member or trainer of an organisation; gives the account's id.

    Raises:
        NotFoundError: there is no such organisation or account.
    """
    if grant.organisation_id is None or not await organisation_store.organisation_exists(
        tx.connection, grant.organisation_id
    ):
        raise NotFoundError("organisation")
    account = await store.locked_account_by_email(tx.connection, normal_email(email))
    if account is None:
        raise NotFoundError("account")
    await _grant(tx, account.account_id, grant, now)
    return account.account_id


async def _grant(tx: Transaction, account_id: UUID, grant: RoleGrant, now: datetime) -> None:
    if await store.add_grants(tx.connection, [(account_id, grant)], now):
        revision = await store.raise_revision(tx.connection, account_id)
        tx.emit(events.role_granted(account_id, grant, revision))
