"""Statements that mark answers and items with what quality decided. Lower revisions change nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.runtime.statement import Statement
from services.tasks.domain.lease import VerdictState
from services.tasks.store.queries.planning import PLAN_BY_INDEX
from services.tasks.store.queries.tally import MARKS_SHARD, minute_of, tally_of

# A state's number tells which count an answer is in: 1 pending, 2 accepted, 3 rejected.
_MARK_VERDICTS = Statement(f"""
    WITH given AS MATERIALIZED (
        SELECT * FROM unnest(CAST(:answer_ids AS uuid[]), CAST(:revisions AS bigint[]), CAST(:states AS smallint[]),
            CAST(:reasons AS text[]), CAST(:scores AS double precision[]), CAST(:first_revisions AS bigint[]),
            CAST(:first_accepteds AS boolean[]))
            AS g(answer_id, revision, state, reason, score, first_revision, first_accepted)
    ),
    marked AS (
        UPDATE assignment AS a
        SET judged = true,
            verdict_state = CASE WHEN g.revision > a.verdict_revision THEN g.state ELSE a.verdict_state END,
            verdict_reason = CASE WHEN g.revision > a.verdict_revision THEN g.reason ELSE a.verdict_reason END,
            verdict_score = CASE WHEN g.revision > a.verdict_revision THEN g.score ELSE a.verdict_score END,
            verdict_time = CASE WHEN g.revision > a.verdict_revision THEN now() ELSE a.verdict_time END,
            verdict_revision = greatest(g.revision, a.verdict_revision),
            first_accepted = CASE WHEN g.first_revision < coalesce(a.first_revision, 9223372036854775807)
                THEN g.first_accepted ELSE a.first_accepted END,
            first_revision = least(g.first_revision, a.first_revision)
        FROM given AS g
        WHERE a.assignment_id = g.answer_id
          AND (NOT a.judged OR g.revision > a.verdict_revision
               OR g.first_revision < coalesce(a.first_revision, 9223372036854775807))
        RETURNING a.job_id, a.item_id, a.worker_id, a.price_krw, a.active_ms, old.verdict_revision AS old_revision,
            CAST(a.submit_time AT TIME ZONE 'Asia/Seoul' AS date) AS day,
            new.verdict_revision AS new_revision,
            CAST(NOT old.judged AS integer) AS judged,
            CAST(new.verdict_state = 1 AS integer) - CAST(old.verdict_state = 1 AS integer) AS pending,
            CAST(new.verdict_state = 2 AS integer) - CAST(old.verdict_state = 2 AS integer) AS accepted,
            CAST(new.verdict_state = 3 AS integer) - CAST(old.verdict_state = 3 AS integer) AS rejected
    ),
    placed AS (
        UPDATE item AS i
        SET pending = i.pending + d.pending, accepted = i.accepted + d.accepted, rejected = i.rejected + d.rejected,
            pos = CASE WHEN i.gold_label IS NULL AND i.live + i.pending + i.accepted >= i.answers_wanted
                    AND i.live + i.pending + i.accepted + d.pending + d.accepted < i.answers_wanted
                THEN nextval('item_pos_seq') ELSE i.pos END,
            wanting_time = CASE WHEN i.live + i.pending + i.accepted >= i.answers_wanted
                    AND i.live + i.pending + i.accepted + d.pending + d.accepted < i.answers_wanted
                THEN now() ELSE i.wanting_time END
        FROM (
            SELECT item_id, sum(pending) AS pending, sum(accepted) AS accepted, sum(rejected) AS rejected
            FROM marked
            WHERE pending <> 0 OR accepted <> 0 OR rejected <> 0
            GROUP BY item_id
        ) AS d
        WHERE i.item_id = d.item_id
    ),
    measured AS (
        INSERT INTO worker_day AS w (job_id, worker_id, day, active_ms, accepted_krw, answers, accepted_count,
            rejected_count, judged_krw)
        SELECT job_id, worker_id, day,
            sum(CASE WHEN old_revision = 0 THEN active_ms ELSE 0 END),
            sum(accepted * price_krw),
            count(*) FILTER (WHERE old_revision = 0),
            sum(accepted),
            sum(rejected),
            sum((accepted + rejected) * price_krw)
        FROM marked
        WHERE new_revision > old_revision
        GROUP BY job_id, worker_id, day
        ORDER BY job_id, worker_id, day
        ON CONFLICT (job_id, worker_id, day) DO UPDATE SET
            active_ms = w.active_ms + excluded.active_ms,
            accepted_krw = w.accepted_krw + excluded.accepted_krw,
            answers = w.answers + excluded.answers,
            accepted_count = w.accepted_count + excluded.accepted_count,
            rejected_count = w.rejected_count + excluded.rejected_count,
            judged_krw = w.judged_krw + excluded.judged_krw
        RETURNING 1
    ),
    counted AS MATERIALIZED (
        SELECT job_id, sum(judged) AS judged, sum(accepted) AS accepted, sum(rejected) AS rejected,
            sum(greatest(accepted, 0)) AS newly_accepted, sum(greatest(rejected, 0)) AS newly_rejected
        FROM marked
        WHERE (SELECT count(*) FROM measured) >= 0
        GROUP BY job_id
    ),
    {tally_of("counted", "judged", "accepted", "rejected")},
    {minute_of("counted", accepted="newly_accepted", rejected="newly_rejected")}
    SELECT count(*) FROM marked
""")  # noqa: S608 - built of constants

_LOCK_ANSWERED = Statement(f"""
    SELECT a.assignment_id, {PLAN_BY_INDEX}
    FROM assignment AS a
    JOIN item AS i ON i.item_id = a.item_id
    WHERE a.assignment_id = ANY(CAST(:answer_ids AS uuid[])) AND a.state = 2
    ORDER BY i.item_id
    FOR UPDATE OF i
""")  # noqa: S608 - built of constants

_LOCK_ITEMS = Statement("""
    SELECT i.item_id
    FROM item AS i
    WHERE i.item_id = ANY(CAST(:item_ids AS uuid[]))
    ORDER BY i.item_id
    FOR UPDATE
""")

_MARK_RESULTS = Statement(f"""
    WITH given AS MATERIALIZED (
        SELECT * FROM unnest(CAST(:item_ids AS uuid[]), CAST(:revisions AS bigint[]), CAST(:labels AS text[]),
            CAST(:bodies AS text[]), CAST(:confidences AS double precision[]), CAST(:ties AS boolean[]))
            AS g(item_id, revision, label, body_sha256, confidence, tie)
    ),
    marked AS (
        UPDATE item AS i
        SET resolved = true, result_revision = g.revision, result_label = g.label, result_sha256 = g.body_sha256,
            result_confidence = g.confidence, result_tie = g.tie
        FROM given AS g
        WHERE i.item_id = g.item_id AND g.revision > i.result_revision
        RETURNING i.job_id, CAST(NOT old.resolved AS integer) AS resolved,
            CAST(NOT old.resolved AND i.gold_label IS NOT NULL AS integer) AS resolved_gold,
            CAST(round(new.result_confidence * 1000000) AS bigint)
                - CAST(round(old.result_confidence * 1000000) AS bigint) AS confidence_micro
    ),
    counted AS MATERIALIZED (
        SELECT job_id, sum(resolved) AS resolved, sum(resolved_gold) AS resolved_gold,
            sum(confidence_micro) AS confidence_micro
        FROM marked
        GROUP BY job_id
    ),
    {tally_of("counted", "resolved", "resolved_gold", "confidence_micro")}
    SELECT count(*) FROM marked
""")  # noqa: S608 - built of constants

_RAISE_WANTS = Statement("""
    UPDATE item AS i
    SET answers_wanted = least(g.answers_wanted, i.overlap_max),
        pos = CASE WHEN i.gold_label IS NULL AND i.live + i.pending + i.accepted >= i.answers_wanted
            THEN nextval('item_pos_seq') ELSE i.pos END,
        wanting_time = CASE WHEN i.live + i.pending + i.accepted >= i.answers_wanted THEN now()
            ELSE i.wanting_time END
    FROM unnest(CAST(:item_ids AS uuid[]), CAST(:wants AS smallint[])) AS g(item_id, answers_wanted)
    WHERE i.item_id = g.item_id AND least(g.answers_wanted, i.overlap_max) > i.answers_wanted
""")


@dataclass(frozen=True)
class VerdictMark:
    """What is known of one answer's verdict.

    The latest revision counts; what the lowest one said is kept for the check of overlaps. Revision 0: it was looked
    at and is held for now.
    """

    answer_id: UUID
    revision: int = 0
    state: VerdictState = VerdictState.PENDING
    reason: str = ""
    score: float = 0.0
    first_revision: int | None = None
    first_accepted: bool | None = None


@dataclass(frozen=True)
class ResultMark:
    """One item's result: a label, or where its body lies."""

    item_id: UUID
    revision: int
    label: str
    confidence: float
    tie: bool
    body_sha256: str = ""


async def lock_answered(connection: AsyncConnection, answer_ids: Sequence[UUID]) -> set[UUID]:
    """Which of the answers there are, with their items locked."""
    rows = await _LOCK_ANSWERED.execute(connection, {"answer_ids": list(answer_ids)})
    return set(rows.scalars())


async def lock_items(connection: AsyncConnection, item_ids: Sequence[UUID]) -> set[UUID]:
    """Which of the items there are, locked."""
    return set((await _LOCK_ITEMS.execute(connection, {"item_ids": list(item_ids)})).scalars())


async def mark_verdicts(connection: AsyncConnection, marks: Sequence[VerdictMark]) -> None:
    """Marks answers, one entry each, and moves all counts; call with their items locked."""
    values = {
        "answer_ids": [m.answer_id for m in marks],
        "revisions": [m.revision for m in marks],
        "states": [m.state.value for m in marks],
        "reasons": [m.reason for m in marks],
        "scores": [m.score for m in marks],
        "first_revisions": [m.first_revision for m in marks],
        "first_accepteds": [m.first_accepted for m in marks],
        "shard": MARKS_SHARD,
    }
    await _MARK_VERDICTS.execute(connection, values)


async def mark_results(connection: AsyncConnection, marks: Sequence[ResultMark]) -> None:
    """Marks items with their results, one entry each; call with the items locked."""
    values = {
        "item_ids": [m.item_id for m in marks],
        "revisions": [m.revision for m in marks],
        "labels": [m.label for m in marks],
        "bodies": [m.body_sha256 for m in marks],
        "confidences": [m.confidence for m in marks],
        "ties": [m.tie for m in marks],
        "shard": MARKS_SHARD,
    }
    await _MARK_RESULTS.execute(connection, values)


async def raise_wants(connection: AsyncConnection, wants: dict[UUID, int]) -> None:
    """Raises how many answers items want, each to its max overlap at most; call with the items locked."""
    ordered = sorted(wants)
    await _RAISE_WANTS.execute(connection, {"item_ids": ordered, "wants": [wants[item_id] for item_id in ordered]})
