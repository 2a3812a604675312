"""SubmitAnswers: takes finished answers, each with its own verdict; sending the same again gives the same."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.core.errors import AbortedError, Reason
from services.labelling.annotation import AnswerInvalidError, CheckedAnswer, check_answer
from services.labelling.broken_rule import broken_rule
from services.runtime.bodies import Bodies
from services.runtime.database import Database, Transaction
from services.tasks import answer_events
from services.tasks.answer_events import Submitted
from services.tasks.domain.lease import AssignmentState, Refusal, Repeated, Taken, decide_submit, refuse_size
from services.tasks.domain.measure import active_share_ms
from services.tasks.domain.schema_change import versions_in_hand
from services.tasks.store.queries import assignments
from services.tasks.store.queries.assignments import Locked, LockedHold, TakenAnswer
from services.tasks.use_cases.check_bodies import Body, Checked, check_bodies
from services.tasks.use_cases.schema_versions import Schemas, schemas_of

TRIES_MAX = 3


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
    """An answer that is to be stored: a label, or a body, made under a version of the schema."""

    locked: LockedHold
    answer: Answer
    answer_hash: bytes
    checked: CheckedAnswer
    taken: Taken
    schema_version: int
    body: Body | None = None


@dataclass(frozen=True)
class _Unchecked:
    """An answer that is more than a label: it has to be checked, and stored, before it can be taken."""


_NOT_FOUND = Refusal(Reason.NOT_FOUND, "no such assignment")


async def submit_answers(
    database: Database, bodies: Bodies | None, worker_id: UUID, answers: Sequence[Answer]
) -> list[Verdict]:
    """Decides and stores answers, possibly of several jobs; gives a verdict each, in their order.

    Plain choices are taken at once. Where others are among them, those are checked and their bodies stored first, with
    nothing locked.

    Raises:
        AbortedError: CONFLICT, the schema changed again and again meanwhile.
        UnavailableError: the bodies cannot be stored just now.
    """
    bodied: Checked = {}
    for _ in range(TRIES_MAX):
        async with database.transaction() as tx:
            verdicts, unchecked = await _decide_and_store(tx, worker_id, answers, bodied)
        if not unchecked:
            return verdicts
        bodied = await check_bodies(database, bodies, worker_id, unchecked)
    raise AbortedError(Reason.CONFLICT, "the label schema was changed while the answers came; send them again")


async def _decide_and_store(
    tx: Transaction, worker_id: UUID, answers: Sequence[Answer], bodied: Checked
) -> tuple[list[Verdict], dict[UUID, str]]:
    """The verdicts; or, with nothing stored, the answers that have to be checked first."""
    sized = [answer for answer in answers if refuse_size(answer.answer_json, "answer_json") is None]
    ids = sorted({answer.assignment_id for answer in sized})
    places = await assignments.lock_worker(tx.connection, worker_id, ids) if ids else {}
    holds = await assignments.lock_holds(tx.connection, worker_id, ids) if places else {}
    wanted = {
        (locked.job_id, version)
        for locked in holds.values()
        for version in versions_in_hand(locked.schema_version, locked.moved_from_version)
    }
    schemas = await schemas_of(tx.connection, wanted)
    verdicts, accepted, unchecked = decide(answers, holds, schemas, places, bodied)
    if accepted and not unchecked:
        await _store(tx, worker_id, accepted, places)
    return verdicts, unchecked


def decide(
    answers: Sequence[Answer],
    holds: dict[UUID, LockedHold],
    schemas: Schemas,
    places: dict[UUID, Locked],
    bodied: Checked,
) -> tuple[list[Verdict], list[_Accepted], dict[UUID, str]]:
    """The verdict on each answer, what is to be stored, and what has to be checked before.

    An answer that came twice in one request repeats itself.
    """
    verdicts: list[Verdict] = []
    accepted: list[_Accepted] = []
    unchecked: dict[UUID, str] = {}
    known = dict(holds)
    for answer in answers:
        locked = known.get(answer.assignment_id)
        outcome = _decide_one(answer, locked, schemas, places, bodied)
        if isinstance(outcome, _Unchecked):
            unchecked.setdefault(answer.assignment_id, answer.answer_json)
        if isinstance(outcome, _Accepted):
            accepted.append(outcome)
            hold = replace(outcome.locked.hold, state=AssignmentState.SUBMITTED, answer_hash=outcome.answer_hash)
            known[answer.assignment_id] = replace(outcome.locked, hold=hold)
        refusal = outcome if isinstance(outcome, Refusal) else None
        verdicts.append(Verdict(answer.assignment_id, refusal, repeated=isinstance(outcome, Repeated)))
    return verdicts, accepted, unchecked


def _decide_one(
    answer: Answer, locked: LockedHold | None, schemas: Schemas, places: dict[UUID, Locked], bodied: Checked
) -> _Accepted | _Unchecked | Repeated | Refusal:
    too_large = refuse_size(answer.answer_json, "answer_json")
    if too_large is not None:
        return too_large
    if locked is None:
        return _NOT_FOUND
    answer_hash = hashlib.sha256(answer.answer_json.encode()).digest()
    taken = decide_submit(locked.hold, answer_hash, places[locked.job_id].now)
    if not isinstance(taken, Taken):
        return taken
    if schemas[locked.job_id, locked.schema_version].plain is None:
        return _decide_body(answer, locked, answer_hash, taken, bodied.get(answer.assignment_id))
    return _decide_plain(answer, locked, answer_hash, taken, schemas)


def _decide_plain(
    answer: Answer, locked: LockedHold, answer_hash: bytes, taken: Taken, schemas: Schemas
) -> _Accepted | Refusal:
    problems = []
    for version in versions_in_hand(locked.schema_version, locked.moved_from_version):
        try:
            checked = check_answer(schemas[locked.job_id, version], answer.answer_json)
        except AnswerInvalidError as error:
            problems.append(error)
        else:
            return _Accepted(locked, answer, answer_hash, checked, taken, version)
    return _invalid(problems[0])


def _decide_body(
    answer: Answer, locked: LockedHold, answer_hash: bytes, taken: Taken, body: Body | AnswerInvalidError | None
) -> _Accepted | _Unchecked | Refusal:
    if isinstance(body, AnswerInvalidError):
        return _invalid(body)
    if body is None or body.schema_version not in versions_in_hand(locked.schema_version, locked.moved_from_version):
        return _Unchecked()
    return _Accepted(locked, answer, answer_hash, body.checked, taken, body.schema_version, body)


def _invalid(error: AnswerInvalidError) -> Refusal:
    broken = broken_rule(error.mark, error.rule)
    return Refusal(Reason.ANSWER_INVALID, str(error), broken.code, broken.mark_no)


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
        answer_json=entry.body.annotation if entry.body else entry.answer.answer_json,
        answer_hash=entry.answer_hash,
        label=entry.checked.label,
        late=entry.taken.late,
        not_sure=entry.checked.not_sure,
        frees=entry.taken.frees_lease,
        active_ms=share_ms,
        schema_version=entry.schema_version,
    )


def _submitted(entry: _Accepted, active_ms: int) -> Submitted:
    return Submitted(
        answer_id=entry.answer.assignment_id,
        item_id=entry.locked.item_id,
        label=entry.checked.label,
        schema_version=entry.schema_version,
        publish_no=entry.locked.publish_no,
        active_ms=active_ms,
        late=entry.taken.late,
        not_sure=entry.checked.not_sure,
        body_sha256=entry.body.sha256 if entry.body else "",
    )
