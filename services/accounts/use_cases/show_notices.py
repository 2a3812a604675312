"""Showing people what they were told, and letting them choose what goes out by e-mail."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.accounts.domain.notices import Notice, NoticeGroup, by_email
from services.accounts.store.queries import notices as store
from services.accounts.use_cases.keep_notices import NoticeHouse
from services.accounts.wording.notices import Written
from services.core.errors import NotFoundError
from services.runtime.database import Transaction
from services.runtime.logs import logger

_LAST = UUID(int=2**128 - 1)

log = logger()


@dataclass(frozen=True)
class ShownNotice:
    """A notice and its words."""

    notice: Notice
    written: Written


@dataclass(frozen=True)
class Choices:
    """What somebody gets by e-mail, and whether e-mails reach them at all."""

    by_email: Mapping[NoticeGroup, bool]
    verified: bool
    consented: bool


@dataclass(frozen=True)
class NoticePage:
    """Up to `count` notices with ids under `before`."""

    before: UUID
    count: int


async def notices_shown(
    tx: Transaction, house: NoticeHouse, account_id: UUID, page: NoticePage, language: str
) -> list[ShownNotice]:
    """A page of notices, newest first, in a language; "" for the account's.

    Raises:
        NotFoundError: there is no such account.
    """
    if not language:
        language = (await _reader(tx, account_id)).language
    found = await store.notices_before(tx.connection, account_id, page.before, page.count)
    return [_shown(house, notice, language) for notice in found]


async def mark_read(
    tx: Transaction, account_id: UUID, notice_ids: Collection[UUID], up_to: UUID | None, now: datetime
) -> int:
    """Marks some of somebody's notices as read; without ids all, or all up to one. Gives how many were unread.

    Raises:
        NotFoundError: one of them is not theirs.
    """
    named = set(notice_ids) | ({up_to} if up_to else set())
    if named and await store.own_count(tx.connection, account_id, named) < len(named):
        raise NotFoundError("notice")
    if notice_ids:
        return await store.mark_read(tx.connection, account_id, notice_ids, now)
    return await store.mark_all_read(tx.connection, account_id, up_to or _LAST, now)


async def choices_of(tx: Transaction, account_id: UUID) -> Choices:
    """What somebody gets by e-mail.

    Raises:
        NotFoundError: there is no such account.
    """
    reader = await _reader(tx, account_id)
    return Choices({group: by_email(group, reader.choices) for group in NoticeGroup}, reader.verified, reader.consented)


async def choose(tx: Transaction, account_id: UUID, chosen: Mapping[NoticeGroup, bool]) -> Choices:
    """Stores what somebody wants by e-mail; gives how it stands then.

    Raises:
        NotFoundError: there is no such account.
    """
    await _reader(tx, account_id)
    await store.set_choices(tx.connection, account_id, chosen)
    return await choices_of(tx, account_id)


def stopped_by(house: NoticeHouse, token: str) -> tuple[UUID, NoticeGroup]:
    """Whose e-mails a link switches off, and of which group.

    Raises:
        NotFoundError: it is no link of ours.
    """
    read = house.stop_tokens.read(token)
    if read is None or read[1] not in {group.value for group in NoticeGroup}:
        raise NotFoundError("link")
    return read[0], NoticeGroup(read[1])


async def _reader(tx: Transaction, account_id: UUID) -> store.KnownReader:
    reader = (await store.readers_among(tx.connection, [account_id])).get(account_id)
    if reader is None or reader.closed:
        raise NotFoundError("account")
    return reader


def _shown(house: NoticeHouse, notice: Notice, language: str) -> ShownNotice:
    written = house.words[language].write(notice.template, notice.parameters)
    if written.missing:
        log.warning("notice_lacks_parameters", template=notice.template, missing=written.missing)
    return ShownNotice(notice, written)
