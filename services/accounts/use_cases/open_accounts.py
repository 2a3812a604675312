"""Opening accounts: what every way of opening ends with, and many at once by an operator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from uuid import UUID

from services.accounts import events
from services.accounts.credentials import secrets
from services.accounts.domain.accounts import Account, Role, RoleGrant, normal_email, normal_name
from services.accounts.domain.imports import JudgedRow
from services.accounts.domain.sessions import SIGN_IN_CODE_LIFETIME
from services.accounts.store.queries import accounts as store
from services.accounts.store.queries import sessions as session_store
from services.core.ids import new_id
from services.runtime.database import Transaction


@dataclass(frozen=True)
class NewAccount:
    """A person to open an account for.

    `language` "": not chosen yet. `password_hash` None: a code for the first sign-in is given.
    """

    email: str = field(repr=False)
    display_name: str = field(repr=False)
    language: str
    password_hash: str | None = field(repr=False)
    roles: tuple[Role, ...]
    # An operator vouches for the address.
    vouched: bool = False


class ImportState(Enum):
    """What became of a row."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True)
class ImportVerdict:
    """The verdict on one row; the code is good once."""

    state: ImportState
    account_id: UUID | None = None
    detail: str = ""
    sign_in_code: str = field(repr=False, default="")


def account_key(account_id: UUID) -> str:
    """What events wait under that concern an account which is not known yet."""
    return f"account:{account_id}"


async def open_accounts(tx: Transaction, people: Sequence[NewAccount], now: datetime) -> dict[str, UUID]:
    """Opens an account for each person whose address is free, with roles and events; gives address -> id of those."""
    drafts = [(_draft(person, now), person.roles) for person in people]
    added = await store.add_accounts(tx.connection, [account for account, _ in drafts], now)
    fresh = [(account, roles) for account, roles in drafts if account.account_id in added]
    grants = [(account.account_id, RoleGrant(role)) for account, roles in fresh for role in dict.fromkeys(roles)]
    if grants:
        await store.add_grants(tx.connection, grants, now)
    for account, roles in fresh:
        await tx.release_parked(account_key(account.account_id))
        tx.emit(events.account_registered(account.account_id))
        for revision, role in enumerate(dict.fromkeys(roles), start=2):
            tx.emit(events.role_granted(account.account_id, RoleGrant(role), revision))
    return {account.email: account.account_id for account, _ in fresh}


async def import_accounts(
    tx: Transaction, judged: Sequence[JudgedRow], password_hashes: Sequence[str | None], now: datetime
) -> list[ImportVerdict]:
    """Opens an account for each good row; gives a verdict for every row, in their order.

    Args:
        tx: the open transaction.
        judged: the rows.
        password_hashes: for each row the hash of its password, None where it has none.
        now: the present instant.
    """
    people = [
        _person(row, password_hash)
        for row, password_hash in zip(judged, password_hashes, strict=True)
        if not row.problem and not row.repeated
    ]
    opened = await open_accounts(tx, people, now) if people else {}
    codes = {person.email: secrets.new_sign_in_code() for person in people if not person.password_hash}
    codes = {email: code for email, code in codes.items() if email in opened}
    await _store_codes(tx, [(code, opened[email]) for email, code in codes.items()], now)
    emails = [normal_email(row.row.email) for row in judged if not row.problem]
    known = await store.account_ids_by_email(tx.connection, emails) if emails else {}
    return [_verdict(row, opened, known, codes) for row in judged]


async def _store_codes(tx: Transaction, codes: Sequence[tuple[str, UUID]], now: datetime) -> None:
    digests = [(secrets.digest(secrets.normal_code(code)), account_id) for code, account_id in codes]
    if digests:
        await session_store.add_sign_in_codes(tx.connection, digests, now + SIGN_IN_CODE_LIFETIME)


def _person(judged: JudgedRow, password_hash: str | None) -> NewAccount:
    row = judged.row
    roles = tuple(role for role in row.roles if role)
    return NewAccount(normal_email(row.email), row.display_name, "", password_hash, roles, vouched=True)


def _draft(person: NewAccount, now: datetime) -> Account:
    return Account(
        account_id=new_id(),
        email=normal_email(person.email),
        display_name=normal_name(person.display_name),
        language=person.language,
        password_hash=person.password_hash,
        revision=1 + len(set(person.roles)),
        create_time=now,
        email_verify_time=now if person.vouched else None,
    )


def _verdict(
    judged: JudgedRow, opened: dict[str, UUID], known: dict[str, UUID], codes: dict[str, str]
) -> ImportVerdict:
    if judged.problem:
        return ImportVerdict(ImportState.REFUSED, detail=judged.problem)
    email = normal_email(judged.row.email)
    if email in opened and not judged.repeated:
        return ImportVerdict(ImportState.ACCEPTED, opened[email], sign_in_code=codes.get(email, ""))
    return ImportVerdict(ImportState.DUPLICATE, known.get(email))
