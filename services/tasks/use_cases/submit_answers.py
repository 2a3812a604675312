"""SubmitAnswers: takes finished answers, each with its own verdict; sending the same again gives the same."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from uuid import UUID

from services.core.errors import Reason
from services.labelling.annotation import AnswerInvalidError, CheckedAnswer, check_answer
from services.labelling.schema import LabelSchema, parse_label_schema
from services.runtime.database import Transaction
from services.tasks import answer_events
from services.tasks.answer_events import Submitted
from services.tasks.domain.lease import AssignmentState, Refusal, Repeated, Taken, decide_submit, refuse_size
from services.tasks.domain.measure import active_share_ms
from services.tasks.store.queries import assignments
from services.tasks.store.queries.assignments import Locked, LockedHold, TakenAnswer

SCHEMAS_KEPT = 256


@dataclass(frozen=True)
class Answer:
    """A finished answer as it was handed in."""

    assignment_id: UUID
    answer_json: str


@dataclass(frozen=True)
class Verdict:
    """What became of one answer: taken, repeated, or refused and why."""

    assignment_id: UUID
    refusal: Refusal | None = None
    repeated: bool = False


@dataclass(frozen=True)
class _Accepted:
    """An answer that is to be stored."""

    locked: LockedHold
    answer: Answer
    answer_hash: bytes
    checked: CheckedAnswer
    taken: Taken


Schemas = dict[tuple[UUID, int], LabelSchema]
_NOT_FOUND = Refusal(Reason.NOT_FOUND, "no such assignment")


async def submit_answers(tx: Transaction, worker_id: UUID, answers: Sequence[Answer]) -> list[Verdict]:
    """Decides and stores answers, possibly of several jobs; gives a verdict each, in their order."""
    sized = [answer for answer in answers if refuse_size(answer.answer_json, "answer_json") is None]
    ids = sorted({answer.assignment_id for answer in sized})
    places = await assignments.lock_worker(tx.connection, worker_id, ids) if ids else {}
    holds = await assignments.lock_holds(tx.connection, worker_id, ids) if places else {}
    schemas = await _schemas_of(tx, holds)
    verdicts, accepted = decide(answers, holds, schemas, places)
    if accepted:
        await _store(tx, worker_id, accepted, places)
    return verdicts


def decide(
    answers: Sequence[Answer],
    holds: dict[UUID, LockedHold],
    schemas: Schemas,
    places: dict[UUID, Locked],
) -> tuple[list[Verdict], list[_Accepted]]:
    """The verdict on each answer, and what is to be stored. An answer that came twice in one request repeats itself."""
    verdicts: list[Verdict] = []
    accepted: list[_Accepted] = []
    known = dict(holds)
    for answer in answers:
        locked = known.get(answer.assignment_id)
        outcome = _decide_one(answer, locked, schemas, places)
        if isinstance(outcome, _Accepted):
            accepted.append(outcome)
            hold = replace(outcome.locked.hold, state=AssignmentState.SUBMITTED, answer_hash=outcome.answer_hash)
            known[answer.assignment_id] = replace(outcome.locked, hold=hold)
        refusal = outcome if isinstance(outcome, Refusal) else None
        verdicts.append(Verdict(answer.assignment_id, refusal, repeated=isinstance(outcome, Repeated)))
    return verdicts, accepted


def _decide_one(
    answer: Answer, locked: LockedHold | None, schemas: Schemas, places: dict[UUID, Locked]
) -> _Accepted | Repeated | Refusal:
    too_large = refuse_size(answer.answer_json, "answer_json")
    if too_large is not None:
        return too_large
    if locked is None:
        return _NOT_FOUND
    answer_hash = hashlib.sha256(answer.answer_json.encode()).digest()
    taken = decide_submit(locked.hold, answer_hash, places[locked.job_id].now)
    if not isinstance(taken, Taken):
        return taken
    try:
        checked = check_answer(schemas[locked.job_id, locked.schema_version], answer.answer_json)
    except AnswerInvalidError as error:
        return Refusal(Reason.ANSWER_INVALID, str(error))
    return _Accepted(locked, answer, answer_hash, checked, taken)


async def _store(tx: Transaction, worker_id: UUID, accepted: Sequence[_Accepted], places: dict[UUID, Locked]) -> None:
    by_job: dict[UUID, list[_Accepted]] = {}
    for entry in accepted:
        by_job.setdefault(entry.locked.job_id, []).append(entry)
    rows = []
    for job_id, entries in by_job.items():
        share_ms = active_share_ms(places[job_id].last_act_time, places[job_id].now, len(entries))
        rows += [_row(entry, share_ms) for entry in entries]
    active_ms = await assignments.take_answers(tx.connection, rows)
    for job_id, entries in by_job.items():
        first = entries[0].locked
        submitted = [_submitted(entry, active_ms[entry.answer.assignment_id]) for entry in entries]
        tx.emit(answer_events.answers_submitted(job_id, worker_id, first.job_revision, first.gold_revision, submitted))


def _row(entry: _Accepted, share_ms: int) -> TakenAnswer:
    return TakenAnswer(
        assignment_id=entry.answer.assignment_id,
        answer_json=entry.answer.answer_json,
        answer_hash=entry.answer_hash,
        label=entry.checked.label,
        late=entry.taken.late,
        not_sure=entry.checked.not_sure,
        frees=entry.taken.frees_lease,
        active_ms=share_ms,
    )


def _submitted(entry: _Accepted, active_ms: int) -> Submitted:
    return Submitted(
        answer_id=entry.answer.assignment_id,
        item_id=entry.locked.item_id,
        label=entry.checked.label,
        schema_version=entry.locked.schema_version,
        publish_no=entry.locked.publish_no,
        active_ms=active_ms,
        late=entry.taken.late,
        not_sure=entry.checked.not_sure,
    )


_schemas: dict[tuple[UUID, int], LabelSchema] = {}


async def _schemas_of(tx: Transaction, holds: dict[UUID, LockedHold]) -> Schemas:
    """The parsed schemas of these assignments. A version never changes, so they are kept, the newest 256."""
    wanted = {(locked.job_id, locked.schema_version) for locked in holds.values()}
    unknown = wanted - _schemas.keys()
    if unknown:
        found = await assignments.label_schemas(tx.connection, unknown)
        for key, (schema_json, annotation_type) in found.items():
            _schemas[key] = _parse(schema_json, annotation_type)
    known = {key: _schemas[key] for key in wanted}
    while len(_schemas) > SCHEMAS_KEPT:
        _schemas.pop(next(iter(_schemas)))
    return known


@lru_cache(maxsize=SCHEMAS_KEPT)
def _parse(schema_json: str, annotation_type: int) -> LabelSchema:
    return parse_label_schema(schema_json, annotation_type)
