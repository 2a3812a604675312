"""ImportItems: rows become items, each with its own verdict. Sending rows again is safe: their keys are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from services.runtime.auth import Caller
from services.runtime.database import Transaction
from services.tasks.domain.import_row import ImportRow, ImportRules, check_row, key_hash, media_named, refusal
from services.tasks.domain.job import Job, JobState, check_importing
from services.tasks.domain.spec import ClaimMode
from services.tasks.store.queries import items, media
from services.tasks.use_cases.find_job import schema_of, visible_job


class ImportOutcome(Enum):
    """What became of a row."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True)
class RowVerdict:
    """The verdict on one row: the item's id unless refused, and then why."""

    outcome: ImportOutcome
    item_id: UUID | None = None
    detail: str = ""


async def import_items(tx: Transaction, caller: Caller, job_id: UUID, rows: Sequence[ImportRow]) -> list[RowVerdict]:
    """Adds rows to a job, one verdict each, in their order. Ordinary items of an open job wait to be paid for.

    Raises:
        NotFoundError: the job is not the caller's.
        FailedPreconditionError: JOB_STATE, while money is being reserved or after the end.
    """
    job = await visible_job(tx.connection, caller, job_id, lock=True)
    check_importing(job)
    gold_allowed = job.spec.claim_mode == ClaimMode.QUEUE or caller.is_operator
    rules = ImportRules(await schema_of(tx.connection, job), gold_allowed)
    checked = [check_row(row, rules) for row in rows]
    named = media_named(checked)
    known_media = await media.media_of_job(tx.connection, job_id, named) if named else frozenset()
    refusals = [refusal(row, known_media) for row in checked]
    hashes = [None if why else key_hash(row.key) for row, why in zip(rows, refusals, strict=True)]
    first = _first_places(hashes)
    fresh = [(known, rows[place]) for known, place in first.items()]
    added = await items.insert_items(tx.connection, job_id, fresh, job.next_seq, wants_of_new(job)) if fresh else {}
    if added:
        gold = sum(is_gold for _, is_gold in added.values())
        await items.count_imported(tx.connection, job_id, len(added), gold, job.next_seq + len(fresh) - 1)
    missing = [known for known in first if known not in added]
    present = await items.items_by_key_hash(tx.connection, job_id, missing) if missing else {}
    ids = {known: item_id for known, (item_id, _) in added.items()} | present
    return [
        RowVerdict(ImportOutcome.REFUSED, detail=why)
        if known is None
        else RowVerdict(
            ImportOutcome.ACCEPTED if known in added and first[known] == place else ImportOutcome.DUPLICATE,
            ids[known],
        )
        for place, (known, why) in enumerate(zip(hashes, refusals, strict=True))
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
