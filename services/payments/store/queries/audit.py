"""Facts for the check that compares all services, page by page in the order of their ids."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_BEFORE_ALL = UUID(int=0)

_ANSWERS = text("""
    SELECT answer_id, job_id, worker_id, state, revision, is_paid, net_krw
    FROM paid_answer
    WHERE answer_id > :after
    ORDER BY answer_id
    LIMIT :count
""")

_ACCOUNTS = text("""
    SELECT account_id, kind, balance_krw,
        (SELECT coalesce(sum(amount_krw), 0) FROM posting WHERE posting.account_id = account.account_id)
    FROM account_total
    JOIN account USING (account_id)
    WHERE account_id > :after
    ORDER BY account_id
    LIMIT :count
""")

_UNBALANCED = text("""
    SELECT journal_id, sum(amount_krw)
    FROM posting
    WHERE journal_id > :after
    GROUP BY journal_id
    HAVING sum(amount_krw) <> 0
    ORDER BY journal_id
    LIMIT :count
""")


@dataclass(frozen=True, slots=True)
class AnswerFact:
    """What payments knows of one answer."""

    answer_id: UUID
    job_id: UUID
    worker_id: UUID
    state: str
    revision: int
    is_paid: bool
    net_krw: int


@dataclass(frozen=True, slots=True)
class AccountFact:
    """A kept total, and the same from postings."""

    account_id: UUID
    kind: str
    balance_krw: int
    recomputed_krw: int


@dataclass(frozen=True, slots=True)
class JournalFact:
    """A journal that is off by so many won."""

    journal_id: UUID
    off_krw: int


async def answer_facts(connection: AsyncConnection, count: int, after: UUID = _BEFORE_ALL) -> list[AnswerFact]:
    """The next answers by id."""
    rows = await connection.execute(_ANSWERS, {"after": after, "count": count})
    return [AnswerFact(*row) for row in rows]


async def account_facts(connection: AsyncConnection, count: int, after: UUID = _BEFORE_ALL) -> list[AccountFact]:
    """The next accounts with a kept total, by id."""
    rows = await connection.execute(_ACCOUNTS, {"after": after, "count": count})
    return [AccountFact(row[0], row[1], int(row[2]), int(row[3])) for row in rows]


async def unbalanced_journals(connection: AsyncConnection, count: int, after: UUID = _BEFORE_ALL) -> list[JournalFact]:
    """The next journals that do not add up to 0, by id; there should be none."""
    rows = await connection.execute(_UNBALANCED, {"after": after, "count": count})
    return [JournalFact(row[0], int(row[1])) for row in rows]
