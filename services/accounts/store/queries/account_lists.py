"""Statements behind the list of accounts that an operator searches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts.domain.accounts import Role, RoleGrant
from services.accounts.store.tables import AccountRow, RoleGrantRow

_GRANTS_AMONG = text("""
    SELECT account_id, role, organisation_id
    FROM role_grant
    WHERE account_id = ANY(CAST(:account_ids AS uuid[]))
    ORDER BY role_grant_id
""")

_NAMES_AMONG = text("""
    SELECT account_id AS id, display_name
    FROM account
    WHERE account_id = ANY(CAST(:ids AS uuid[])) AND close_time IS NULL
    UNION ALL
    SELECT organisation_id, name
    FROM organisation
    WHERE organisation_id = ANY(CAST(:ids AS uuid[]))
""")


@dataclass(frozen=True)
class AccountFilter:
    """Which accounts are looked for; what is empty does not narrow."""

    words: str = field(repr=False, default="")
    role: Role | None = None
    account_ids: Sequence[UUID] = ()


@dataclass(frozen=True)
class ListedAccount:
    """An account as an operator sees it in a list."""

    account_id: UUID
    email: str = field(repr=False)
    display_name: str = field(repr=False)
    create_time: datetime


async def accounts_before(
    connection: AsyncConnection, wanted: AccountFilter, before: UUID, count: int
) -> list[ListedAccount]:
    """Up to `count` accounts that the filter wants with ids under `before`, newest first."""
    found = (
        select(AccountRow.account_id, AccountRow.email, AccountRow.display_name, AccountRow.create_time)
        .where(AccountRow.account_id < before, AccountRow.close_time.is_(None), *_conditions(wanted))
        .order_by(AccountRow.account_id.desc())
        .limit(count)
    )
    return [ListedAccount(*row) for row in await connection.execute(found)]


async def grants_among(connection: AsyncConnection, account_ids: Sequence[UUID]) -> dict[UUID, list[RoleGrant]]:
    """The roles of several accounts, each in the order they were granted."""
    grants: dict[UUID, list[RoleGrant]] = {}
    for row in await connection.execute(_GRANTS_AMONG, {"account_ids": list(account_ids)}):
        grants.setdefault(row.account_id, []).append(RoleGrant(Role(row.role), row.organisation_id))
    return grants


async def names_among(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, str]:
    """What the accounts and organisations among ids are called."""
    return {row.id: row.display_name for row in await connection.execute(_NAMES_AMONG, {"ids": list(ids)})}


def _conditions(wanted: AccountFilter) -> list[ColumnElement[bool]]:
    """A statement of its own for each shape of filter, so that each is planned for itself."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.words:
        # Whatever is typed is looked for as it stands: % and _ are no wildcards.
        conditions.append(
            or_(
                AccountRow.email.icontains(wanted.words, autoescape=True),
                AccountRow.display_name.icontains(wanted.words, autoescape=True),
            )
        )
    if wanted.role is not None:
        held = select(RoleGrantRow.role_grant_id).where(
            RoleGrantRow.account_id == AccountRow.account_id, RoleGrantRow.role == wanted.role.value
        )
        conditions.append(held.exists())
    if wanted.account_ids:
        conditions.append(AccountRow.account_id.in_(list(wanted.account_ids)))
    return conditions
