"""Recomputes everything that the ledger keeps from what it is made of. Each rule is one statement, so one snapshot."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

DIFFERENCES_MAX = 1000

_COUNTS = text("SELECT (SELECT count(*) FROM journal), (SELECT count(*) FROM posting)")

_UNBALANCED_JOURNALS = text("""
    SELECT journal_id, sum(amount_krw), 0
    FROM posting
    GROUP BY journal_id
    HAVING sum(amount_krw) <> 0
    ORDER BY journal_id
    LIMIT :count
""")

_WRONG_TOTALS = text("""
    SELECT account_id, coalesce(balance_krw, 0), coalesce(posted.krw, 0)
    FROM account
    LEFT JOIN account_total USING (account_id)
    LEFT JOIN (SELECT account_id, sum(amount_krw) AS krw FROM posting GROUP BY account_id) AS posted USING (account_id)
    WHERE kind IN ('company_available', 'job_escrow', 'worker_earned')
        AND coalesce(balance_krw, 0) <> coalesce(posted.krw, 0)
    ORDER BY account_id
    LIMIT :count
""")

_BROKEN_FLOORS = text("""
    SELECT account_id, sum(amount_krw), 0
    FROM posting
    JOIN account USING (account_id)
    WHERE kind IN ('company_available', 'job_escrow', 'worker_earned')
    GROUP BY account_id
    HAVING sum(amount_krw) < 0
    ORDER BY account_id
    LIMIT :count
""")

# Three ways to say what an answer brought must agree: its row, its unit's price, its statement lines.
_WRONG_ANSWERS = text("""
    SELECT answer_id, coalesce(lines.krw, 0), coalesce(net_krw, 0)
    FROM paid_answer
    FULL JOIN (SELECT answer_id, sum(amount_krw) AS krw FROM paid_line GROUP BY answer_id) AS lines USING (answer_id)
    LEFT JOIN reservation USING (job_id, publish_no)
    WHERE coalesce(lines.krw, 0) <> coalesce(net_krw, 0)
        OR net_krw <> CASE WHEN is_paid THEN price_krw ELSE 0 END
    ORDER BY answer_id
    LIMIT :count
""")

_WRONG_PAY_JOURNALS = text("""
    SELECT journal_id, coalesce(posted.krw, 0), coalesce(lines.krw, 0)
    FROM (
        SELECT journal_id, sum(amount_krw) AS krw
        FROM posting
        JOIN journal USING (journal_id)
        JOIN account USING (account_id)
        WHERE journal.kind = 'PAY' AND account.kind = 'worker_earned'
        GROUP BY journal_id) AS posted
    FULL JOIN (SELECT journal_id, sum(amount_krw) AS krw FROM paid_line GROUP BY journal_id) AS lines
        USING (journal_id)
    WHERE coalesce(posted.krw, 0) <> coalesce(lines.krw, 0)
    ORDER BY journal_id
    LIMIT :count
""")

_WRONG_ESCROWS = text("""
    WITH reserved AS (
        SELECT job_id, sum(budget_krw) AS krw FROM reservation WHERE state <> 'REFUSED' GROUP BY job_id),
    paid AS (
        SELECT job_id, sum(price_krw + fee_krw + fee_vat_krw) AS krw
        FROM paid_answer
        JOIN reservation USING (job_id, publish_no)
        WHERE is_paid
        GROUP BY job_id),
    expected AS (
        SELECT escrow_account_id AS account_id, job_id,
            coalesce(reserved.krw, 0) + covered_krw + appeals_krw - coalesce(paid.krw, 0) - released_krw AS krw
        FROM job
        LEFT JOIN reserved USING (job_id)
        LEFT JOIN paid USING (job_id))
    SELECT job_id, balance_krw, expected.krw
    FROM expected
    JOIN account_total USING (account_id)
    WHERE balance_krw <> expected.krw
    ORDER BY job_id
    LIMIT :count
""")

_WRONG_RELEASES = text("""
    WITH posted AS (
        SELECT journal.job_id, account.kind AS account_kind, journal.kind, sum(amount_krw) AS krw
        FROM posting
        JOIN journal USING (journal_id)
        JOIN account USING (account_id)
        WHERE journal.kind IN ('PAY', 'RELEASE') AND account.kind IN ('company_available', 'appeals')
        GROUP BY journal.job_id, account.kind, journal.kind),
    found AS (
        SELECT job_id,
            coalesce(sum(krw) FILTER (WHERE kind = 'RELEASE' AND account_kind = 'company_available'), 0) AS released,
            coalesce(-sum(krw) FILTER (WHERE kind = 'PAY' AND account_kind = 'company_available'), 0) AS covered,
            coalesce(-sum(krw) FILTER (WHERE account_kind = 'appeals'), 0) AS appeals
        FROM posted
        GROUP BY job_id)
    SELECT job_id, coalesce(released, 0) - coalesce(covered, 0) - coalesce(appeals, 0),
        released_krw - covered_krw - appeals_krw
    FROM job
    LEFT JOIN found USING (job_id)
    WHERE (coalesce(released, 0), coalesce(covered, 0), coalesce(appeals, 0))
        <> (released_krw, covered_krw, appeals_krw)
    ORDER BY job_id
    LIMIT :count
""")

# Counts of a reservation are what decides a release, so they are recounted too; the difference is given in won.
_WRONG_COUNTS = text("""
    WITH counted AS (
        SELECT job_id, publish_no,
            count(*) FILTER (WHERE state <> 'PENDING') AS final_count,
            count(*) FILTER (WHERE state = 'REJECTED') AS rejected_count,
            count(*) FILTER (WHERE is_paid) AS paid_count
        FROM paid_answer
        GROUP BY job_id, publish_no)
    SELECT job_id, reservation.paid_count * price_krw, coalesce(counted.paid_count, 0) * price_krw
    FROM reservation
    LEFT JOIN counted USING (job_id, publish_no)
    WHERE (reservation.final_count, reservation.rejected_count, reservation.paid_count)
        <> (coalesce(counted.final_count, 0), coalesce(counted.rejected_count, 0), coalesce(counted.paid_count, 0))
    ORDER BY job_id, publish_no
    LIMIT :count
""")

_RULES = (
    ("unbalanced_journal", _UNBALANCED_JOURNALS),
    ("total", _WRONG_TOTALS),
    ("floor", _BROKEN_FLOORS),
    ("paid_answer", _WRONG_ANSWERS),
    ("paid_answer", _WRONG_PAY_JOURNALS),
    ("paid_answer", _WRONG_COUNTS),
    ("escrow", _WRONG_ESCROWS),
    ("escrow", _WRONG_RELEASES),
)


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not what it should be: the rule, the id of what it is about, and both sides in won."""

    rule: str
    id: str
    found_krw: int
    expected_krw: int


async def ledger_counts(connection: AsyncConnection) -> tuple[int, int]:
    """How many journals and postings there are."""
    journals, postings = (await connection.execute(_COUNTS)).one()
    return int(journals), int(postings)


async def ledger_differences(connection: AsyncConnection) -> list[Difference]:
    """The first differences, at most `DIFFERENCES_MAX`; empty when the ledger is clean."""
    found: list[Difference] = []
    for rule, statement in _RULES:
        rows = await connection.execute(statement, {"count": DIFFERENCES_MAX - len(found)})
        found += [Difference(rule, str(row[0]), int(row[1]), int(row[2])) for row in rows]
    return found
