"""ImportItems: rows become items, each with its own verdict. Sending rows again is safe: their keys are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from services.core.errors import AbortedError, Reason
from services.runtime.auth import Caller
from services.runtime.bodies import Bodies
from services.runtime.database import Database, Transaction
from services.tasks.domain.import_row import (
    ImportRow,
    ImportRules,
    ReadyRow,
    RowRefusal,
    check_row,
    key_hash,
    media_named,
    settle_row,
)
from services.tasks.domain.job import Job, JobState, check_importing
from services.tasks.domain.spec import ClaimMode
from services.tasks.store.queries import items, media
from services.tasks.store.queries.items import NewItem
from services.tasks.use_cases.find_job import schema_of, visible_job
from services.tasks.use_cases.find_media import sizes_of
from services.tasks.use_cases.keep_bodies import put_bodies

TRIES_MAX = 3


class ImportOutcome(Enum):
    """What became of a row."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True)
class RowVerdict:
    """The verdict on one row: the item's id, or why it is refused."""

    outcome: ImportOutcome
    item_id: UUID | None = None
    refusal: RowRefusal | None = None


@dataclass(frozen=True)
class _Checked:
    """Rows as far as they can be judged without locking the job: each as an item, or why it is refused."""

    schema_version: int
    rows: list[ReadyRow | RowRefusal]


async def import_items(
    database: Database, bodies: Bodies | None, caller: Caller, job_id: UUID, rows: Sequence[ImportRow]
) -> list[RowVerdict]:
    """Adds rows to a job, one verdict each, in their order. Ordinary items of an open job wait to be paid for.

    Raises:
        NotFoundError: the job is not the caller's.
        FailedPreconditionError: JOB_STATE, while money is being reserved or after the end.
        AbortedError: CONFLICT, the label schema changed again and again meanwhile.
        UnavailableError: known answers cannot be stored just now.
    """
    for _ in range(TRIES_MAX):
        checked = await _check(database, caller, job_id, rows)
        known = [row.gold_answer_json for row in checked.rows if isinstance(row, ReadyRow) and row.gold_answer_json]
        names = dict(zip(known, await put_bodies(bodies, job_id, known), strict=True))
        async with database.transaction() as tx:
            job = await visible_job(tx.connection, caller, job_id, lock=True)
            check_importing(job)
            if job.schema_version == checked.schema_version:
                return await _add(tx, job, checked.rows, names)
    raise AbortedError(Reason.CONFLICT, "the label schema was changed while rows came; send them again")


async def _check(database: Database, caller: Caller, job_id: UUID, rows: Sequence[ImportRow]) -> _Checked:
    async with database.transaction() as tx:
        job = await visible_job(tx.connection, caller, job_id)
        check_importing(job)
        gold_allowed = job.spec.claim_mode == ClaimMode.QUEUE or caller.is_operator
        rules = ImportRules(await schema_of(tx.connection, job), gold_allowed)
        checked = [check_row(row, rules) for row in rows]
        named = media_named(checked)
        sizes = sizes_of(await media.media_facts(tx.connection, job_id, named)) if named else {}
    return _Checked(job.schema_version, [settle_row(row, rules.schema, sizes) for row in checked])


async def _add(
    tx: Transaction, job: Job, rows: Sequence[ReadyRow | RowRefusal], names: Mapping[str, str]
) -> list[RowVerdict]:
    hashes = [None if isinstance(row, RowRefusal) else key_hash(row.key) for row in rows]
    first = _first_places(hashes)
    fresh = [
        NewItem(known, row, names.get(row.gold_answer_json, ""))
        for known, row in ((known, rows[place]) for known, place in first.items())
        if isinstance(row, ReadyRow)
    ]
    job_id = job.job_id
    added = await items.insert_items(tx.connection, job_id, fresh, job.next_seq, wants_of_new(job)) if fresh else {}
    if added:
        gold = sum(is_gold for _, is_gold in added.values())
        await items.count_imported(tx.connection, job_id, len(added), gold, job.next_seq + len(fresh) - 1)
    missing = [known for known in first if known not in added]
    present = await items.items_by_key_hash(tx.connection, job_id, missing) if missing else {}
    ids = {known: item_id for known, (item_id, _) in added.items()} | present
    return [
        RowVerdict(ImportOutcome.REFUSED, refusal=row)
        if isinstance(row, RowRefusal)
        else RowVerdict(
            ImportOutcome.ACCEPTED
            if (known := key_hash(row.key)) in added and first[known] == place
            else ImportOutcome.DUPLICATE,
            ids[known],
        )
        for place, row in enumerate(rows)
    ]


def wants_of_new(job: Job) -> items.Wants:
    """What new items of a job want: nothing yet where they wait to be paid for."""
    spec = job.spec
    if job.state == JobState.DRAFT:
        return items.Wants(spec.overlap_min, spec.overlap_max, spec.gold_overlap, spec.gold_overlap)
    return items.Wants(0, spec.overlap_max, 0, spec.gold_overlap)


def _first_places(hashes: Sequence[UUID | None]) -> dict[UUID, int]:
    """Where each key comes first, in that order."""
    first: dict[UUID, int] = {}
    for place, known in enumerate(hashes):
        if known is not None:
            first.setdefault(known, place)
    return first
