"""Statements that change what is stored of answers, each for many rows at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.quality.domain.judging import Given
from services.runtime.statement import Statement

_UPDATE_ANSWERS = Statement("""
    UPDATE answer
    SET score = new.score,
        memory = new.memory,
        state = coalesce(new.state, answer.state),
        reason = coalesce(new.reason, answer.reason),
        revision = coalesce(new.revision, answer.revision)
    FROM unnest(
            CAST(:answer_ids AS uuid[]), CAST(:scores AS double precision[]), CAST(:memories AS bytea[]),
            CAST(:states AS text[]), CAST(:reasons AS text[]), CAST(:revisions AS bigint[]))
        AS new (answer_id, score, memory, state, reason, revision)
    WHERE answer.answer_id = new.answer_id
""")

_UPDATE_VERDICTS = Statement("""
    UPDATE answer
    SET score = new.score,
        state = new.state,
        reason = new.reason,
        revision = new.revision
    FROM unnest(
            CAST(:answer_ids AS uuid[]), CAST(:scores AS double precision[]), CAST(:states AS text[]),
            CAST(:reasons AS text[]), CAST(:revisions AS bigint[]))
        AS new (answer_id, score, state, reason, revision)
    WHERE answer.answer_id = new.answer_id
""")


@dataclass(frozen=True)
class AnswerChange:
    """A stored answer after its item was settled again; ``given`` is None where its verdict stays."""

    answer_id: UUID
    score: float
    memory: bytes
    given: Given | None


async def update_answers(connection: AsyncConnection, rows: Sequence[AnswerChange]) -> None:
    """Keeps what a new settlement says of stored answers."""
    await _UPDATE_ANSWERS.execute(
        connection,
        {
            "answer_ids": [row.answer_id for row in rows],
            "scores": [row.score for row in rows],
            "memories": [row.memory for row in rows],
            "states": [None if row.given is None else row.given.verdict.state.value for row in rows],
            "reasons": [None if row.given is None else row.given.verdict.reason.value for row in rows],
            "revisions": [None if row.given is None else row.given.revision for row in rows],
        },
    )


async def update_verdicts(connection: AsyncConnection, rows: Sequence[Given]) -> None:
    """Keeps decisions on stored answers whose items were not settled again."""
    await _UPDATE_VERDICTS.execute(
        connection,
        {
            "answer_ids": [row.answer_id for row in rows],
            "scores": [row.verdict.score for row in rows],
            "states": [row.verdict.state.value for row in rows],
            "reasons": [row.verdict.reason.value for row in rows],
            "revisions": [row.revision for row in rows],
        },
    )
