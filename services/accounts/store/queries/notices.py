"""Statements on notices, on who reads them, and on which go out by e-mail."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts.domain.accounts import DEFAULT_LANGUAGE
from services.accounts.domain.notices import Notice, NoticeGroup, Reader

_READERS = """
    SELECT
        a.account_id,
        a.language,
        a.close_time IS NOT NULL AS closed,
        a.email_verify_time IS NOT NULL AS verified,
        EXISTS (
            SELECT 1
            FROM consent AS c
            WHERE c.account_id = a.account_id AND c.document = 'EMAIL_NOTICES' AND c.withdraw_time IS NULL
        ) AS consented,
        coalesce(
            (SELECT jsonb_object_agg(n.notice_group, n.by_email)
             FROM notice_choice AS n
             WHERE n.account_id = a.account_id),
            '{}'::jsonb
        ) AS choices
    FROM account AS a
    WHERE a.account_id = ANY(CAST(:account_ids AS uuid[]))
    ORDER BY a.account_id
"""
_READERS_NOW = text(_READERS)
# Whoever closes an account waits for the notices, or they for it: none is kept after the erasure.
_READERS_TO_BE_TOLD = text(f"{_READERS} FOR SHARE OF a")

_ADD_NOTICES = text("""
    INSERT INTO notice (notice_id, account_id, template, notice_group, parameters, path, once_key, create_time)
    SELECT notice_id, account_id, template, notice_group, CAST(parameters AS jsonb), path, once_key, create_time
    FROM unnest(
        CAST(:notice_ids AS uuid[]), CAST(:account_ids AS uuid[]), CAST(:templates AS text[]),
        CAST(:notice_groups AS smallint[]), CAST(:parameters AS text[]), CAST(:paths AS text[]),
        CAST(:once_keys AS text[]), CAST(:create_times AS timestamptz[]))
        AS new (notice_id, account_id, template, notice_group, parameters, path, once_key, create_time)
    ORDER BY account_id, once_key, notice_id
    ON CONFLICT (account_id, once_key) WHERE once_key IS NOT NULL DO NOTHING
    RETURNING notice_id
""")

_NOTICES_BEFORE = text("""
    SELECT notice_id, account_id, template, parameters, path, once_key, create_time, read_time
    FROM notice
    WHERE account_id = :account_id AND notice_id < :before
    ORDER BY notice_id DESC
    LIMIT :count
""")

_UNREAD_COUNT = text("""
    SELECT count(*)
    FROM (SELECT FROM notice WHERE account_id = :account_id AND read_time IS NULL LIMIT :most) AS unread
""")

_OWN_COUNT = text("""
    SELECT count(*)
    FROM notice
    WHERE account_id = :account_id AND notice_id = ANY(CAST(:notice_ids AS uuid[]))
""")

_MARK_READ = text("""
    UPDATE notice
    SET read_time = :now
    WHERE account_id = :account_id AND notice_id = ANY(CAST(:notice_ids AS uuid[])) AND read_time IS NULL
""")

_MARK_ALL_READ = text("""
    UPDATE notice
    SET read_time = :now
    WHERE account_id = :account_id AND notice_id <= :up_to AND read_time IS NULL
""")

_SET_CHOICES = text("""
    INSERT INTO notice_choice (account_id, notice_group, by_email)
    SELECT :account_id, notice_group, by_email
    FROM unnest(CAST(:notice_groups AS smallint[]), CAST(:by_emails AS boolean[])) AS new (notice_group, by_email)
    ORDER BY notice_group
    ON CONFLICT (account_id, notice_group) DO UPDATE
    SET by_email = excluded.by_email
""")

_PURGE = text("""
    DELETE FROM notice
    WHERE notice_id IN (SELECT notice_id FROM notice WHERE create_time < :before ORDER BY create_time LIMIT :count)
""")

_ADD_MAILS = text("""
    INSERT INTO mail (
        mail_id, account_id, kind, subject, body, stop_link, verified_only, state, tries, create_time, next_try_time)
    SELECT mail_id, account_id, 'NOTICE', subject, body, stop_link, true, 'WAITING', 0, :now, :now
    FROM unnest(
        CAST(:mail_ids AS uuid[]), CAST(:account_ids AS uuid[]), CAST(:subjects AS text[]), CAST(:bodies AS text[]),
        CAST(:stop_links AS text[]))
        AS new (mail_id, account_id, subject, body, stop_link)
""")


@dataclass(frozen=True)
class KnownReader(Reader):
    """A reader with what the choices page says of their address. Nothing is kept for closed accounts any more."""

    closed: bool = False
    verified: bool = False
    consented: bool = False


@dataclass(frozen=True)
class NoticeMail:
    """The e-mail for a notice; `stop_link` switches e-mails like it off."""

    mail_id: UUID
    account_id: UUID
    subject: str
    body: str = field(repr=False)
    stop_link: str = field(repr=False)


async def readers_among(
    connection: AsyncConnection, account_ids: Sequence[UUID], *, locked: bool = False
) -> dict[UUID, KnownReader]:
    """Those of the accounts that exist, closed ones among them; `locked`: nobody closes until the transaction ends."""
    found = {}
    statement = _READERS_TO_BE_TOLD if locked else _READERS_NOW
    for row in await connection.execute(statement, {"account_ids": list(account_ids)}):
        found[row.account_id] = KnownReader(
            account_id=row.account_id,
            language=row.language or DEFAULT_LANGUAGE,
            email_reaches=row.verified and row.consented,
            choices=_choices(row.choices),
            closed=row.closed,
            verified=row.verified,
            consented=row.consented,
        )
    return found


async def add_notices(connection: AsyncConnection, notices: Sequence[Notice]) -> set[UUID]:
    """Adds notices whose once_key the person was not told before; gives the ids of those added."""
    parameters = {
        "notice_ids": [one.notice_id for one in notices],
        "account_ids": [one.account_id for one in notices],
        "templates": [one.template for one in notices],
        "notice_groups": [one.group.value for one in notices],
        "parameters": [json.dumps(dict(one.parameters), ensure_ascii=False) for one in notices],
        "paths": [one.path for one in notices],
        "once_keys": [one.once_key for one in notices],
        "create_times": [one.create_time for one in notices],
    }
    return set((await connection.execute(_ADD_NOTICES, parameters)).scalars())


async def notices_before(connection: AsyncConnection, account_id: UUID, before: UUID, count: int) -> list[Notice]:
    """Up to `count` notices of an account with ids under `before`, newest first."""
    rows = await connection.execute(_NOTICES_BEFORE, {"account_id": account_id, "before": before, "count": count})
    return [Notice(*row) for row in rows]


async def unread_count(connection: AsyncConnection, account_id: UUID, most: int) -> int:
    """How many notices of an account are unread, counted up to `most`."""
    found = await connection.execute(_UNREAD_COUNT, {"account_id": account_id, "most": most})
    return int(found.scalar_one())


async def own_count(connection: AsyncConnection, account_id: UUID, notice_ids: Collection[UUID]) -> int:
    """How many of these notices are an account's."""
    parameters = {"account_id": account_id, "notice_ids": list(notice_ids)}
    return int((await connection.execute(_OWN_COUNT, parameters)).scalar_one())


async def mark_read(connection: AsyncConnection, account_id: UUID, notice_ids: Collection[UUID], now: datetime) -> int:
    """Marks some of an account's notices as read; gives how many were not yet."""
    parameters = {"account_id": account_id, "notice_ids": list(notice_ids), "now": now}
    return int((await connection.execute(_MARK_READ, parameters)).rowcount)


async def mark_all_read(connection: AsyncConnection, account_id: UUID, up_to: UUID, now: datetime) -> int:
    """Marks an account's notices up to an id as read; gives how many were not yet."""
    parameters = {"account_id": account_id, "up_to": up_to, "now": now}
    return int((await connection.execute(_MARK_ALL_READ, parameters)).rowcount)


async def set_choices(connection: AsyncConnection, account_id: UUID, choices: Mapping[NoticeGroup, bool]) -> None:
    """Stores which groups go out by e-mail; others stay as they are."""
    parameters = {
        "account_id": account_id,
        "notice_groups": [group.value for group in choices],
        "by_emails": list(choices.values()),
    }
    await connection.execute(_SET_CHOICES, parameters)


async def add_mails(connection: AsyncConnection, mails: Sequence[NoticeMail], now: datetime) -> None:
    """Puts e-mails into the queue; they go to addresses that are verified when they are sent."""
    parameters = {
        "mail_ids": [one.mail_id for one in mails],
        "account_ids": [one.account_id for one in mails],
        "subjects": [one.subject for one in mails],
        "bodies": [one.body for one in mails],
        "stop_links": [one.stop_link for one in mails],
        "now": now,
    }
    await connection.execute(_ADD_MAILS, parameters)


async def purge_notices(connection: AsyncConnection, before: datetime, count: int) -> int:
    """Deletes up to `count` notices from before an instant, the oldest first; gives how many."""
    return int((await connection.execute(_PURGE, {"before": before, "count": count})).rowcount)


def _choices(stored: Mapping[str, bool]) -> dict[NoticeGroup, bool]:
    known = {group.value for group in NoticeGroup}
    return {NoticeGroup(int(number)): chosen for number, chosen in stored.items() if int(number) in known}
