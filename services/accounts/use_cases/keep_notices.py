"""Keeping what people are to be told, and putting the e-mails of it into the queue, in one step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.accounts import events
from services.accounts.credentials.stop_tokens import StopTokens
from services.accounts.domain.notices import KEPT_FOR, Notice, Reader
from services.accounts.store.queries import notices as store
from services.accounts.wording.notices import NoticeWords
from services.core.ids import new_id
from services.runtime.database import Database, Transaction
from services.runtime.logs import logger

_PURGE_ROWS_MAX = 10_000

log = logger()


@dataclass(frozen=True)
class NoticeHouse:
    """What notices are written and linked with.

    Attributes:
        words: the words of each language.
        stop_tokens: makes and reads the tokens that switch e-mails off.
        public_url: where people reach the pages, without a slash at the end.
    """

    words: Mapping[str, NoticeWords]
    stop_tokens: StopTokens = field(repr=False)
    public_url: str


async def known_accounts(tx: Transaction, account_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the accounts that exist."""
    return set(await store.readers_among(tx.connection, account_ids))


async def keep_notices(tx: Transaction, house: NoticeHouse, notices: Sequence[Notice], now: datetime) -> None:
    """Keeps notices of known accounts, each once, and queues e-mails for those who want them so.

    Closed accounts are told nothing any more.
    """
    readers = await store.readers_among(tx.connection, sorted({one.account_id for one in notices}), locked=True)
    told = [one for one in notices if one.account_id in readers and not readers[one.account_id].closed]
    if not told:
        return
    added = await store.add_notices(tx.connection, told)
    fresh = [one for one in told if one.notice_id in added]
    mails = [
        _mail(house, one, readers[one.account_id]) for one in fresh if readers[one.account_id].gets_by_email(one.group)
    ]
    if mails:
        await store.add_mails(tx.connection, mails, now)
    if fresh:
        tx.emit(events.notice_kept(sorted({one.account_id for one in fresh})))


async def remove_old_notices(database: Database, now: datetime) -> None:
    """Deletes notices of long ago, a bounded piece at a time."""
    async with database.transaction() as tx:
        await store.purge_notices(tx.connection, now - KEPT_FOR, _PURGE_ROWS_MAX)


def _mail(house: NoticeHouse, notice: Notice, reader: Reader) -> store.NoticeMail:
    words = house.words[reader.language]
    written = words.write(notice.template, notice.parameters)
    if written.missing:
        log.warning("notice_lacks_parameters", template=notice.template, missing=written.missing)
    stop_link = f"{house.public_url}/stop-emails/{house.stop_tokens.make(notice.account_id, notice.group)}"
    more_link = f"{house.public_url}{notice.path}" if notice.path else ""
    return store.NoticeMail(
        mail_id=new_id(),
        account_id=notice.account_id,
        subject=words.subject(written),
        body=words.email(written, more_link, stop_link),
        stop_link=stop_link,
    )
