"""SaveDrafts: keeps unfinished work; a changed draft renews the leases of its claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.core.errors import Reason
from services.labelling.document import DocumentError, read_object
from services.runtime.database import Transaction
from services.tasks.domain.lease import AssignmentState, Refusal, decide_draft, refuse_size
from services.tasks.domain.measure import active_share_ms
from services.tasks.store.queries import assignments, drafts
from services.tasks.store.queries.assignments import Locked
from services.tasks.store.queries.drafts import KeptDraft, StoredDraft


@dataclass(frozen=True)
class Draft:
    """A draft as it was sent. `draft_revision` counts up with each change on the device."""

    assignment_id: UUID
    draft_revision: int
    draft_json: str


@dataclass(frozen=True)
class DraftVerdict:
    """What became of a draft; `stored_revision` and `lease_end_time` are what holds afterwards."""

    assignment_id: UUID
    refusal: Refusal | None
    stored_revision: int = 0
    lease_end_time: datetime | None = None


_NOT_FOUND = Refusal(Reason.NOT_FOUND, "no such assignment")


async def save_drafts(tx: Transaction, worker_id: UUID, sent: Sequence[Draft]) -> list[DraftVerdict]:
    """Decides and stores drafts; gives a verdict each, in their order. The last of several for one assignment counts.

    A draft is any JSON object: which marks it holds is looked at when it is handed in.
    """
    ids = sorted({draft.assignment_id for draft in sent})
    places = await assignments.lock_worker(tx.connection, worker_id, ids)
    stored = await drafts.stored_drafts(tx.connection, worker_id, ids) if places else {}
    decisions = [_decide(draft, stored.get(draft.assignment_id)) for draft in sent]
    latest = {
        draft.assignment_id: draft
        for draft, decision in sorted(zip(sent, decisions, strict=True), key=lambda pair: pair[0].draft_revision)
        if decision is True
    }
    if latest:
        await drafts.store_drafts(tx.connection, _kept(latest, stored, places))
    renewed = await _renew(tx, latest, stored)
    return [
        _verdict(draft, decision, stored.get(draft.assignment_id), latest.get(draft.assignment_id), renewed)
        for draft, decision in zip(sent, decisions, strict=True)
    ]


def _decide(draft: Draft, known: StoredDraft | None) -> Refusal | bool:
    too_large = refuse_size(draft.draft_json, "draft_json")
    if too_large is not None:
        return too_large
    if known is None:
        return _NOT_FOUND
    decision = decide_draft(known.state, known.draft_revision, known.draft_json, draft.draft_revision, draft.draft_json)
    return _unreadable(draft) or decision if decision is True else decision


def _unreadable(draft: Draft) -> Refusal | None:
    """The refusal of what nobody could go on with, and no page show."""
    try:
        read_object(draft.draft_json)
    except DocumentError as error:
        return Refusal(Reason.ANSWER_INVALID, f"draft_json: {error}", "form")
    return None


def _kept(latest: dict[UUID, Draft], stored: dict[UUID, StoredDraft], places: dict[UUID, Locked]) -> list[KeptDraft]:
    by_job: dict[UUID, list[Draft]] = {}
    for draft in latest.values():
        by_job.setdefault(stored[draft.assignment_id].job_id, []).append(draft)
    rows = []
    for job_id, changed in by_job.items():
        share_ms = active_share_ms(places[job_id].last_act_time, places[job_id].now, len(changed))
        rows += [KeptDraft(d.assignment_id, d.draft_revision, d.draft_json, share_ms) for d in changed]
    return rows


async def _renew(tx: Transaction, latest: dict[UUID, Draft], stored: dict[UUID, StoredDraft]) -> dict[UUID, datetime]:
    live = [stored[key] for key in latest if stored[key].state is AssignmentState.LIVE]
    return await drafts.renew_claims(tx.connection, {draft.claim_id for draft in live}) if live else {}


def _verdict(
    draft: Draft,
    decision: Refusal | bool,
    known: StoredDraft | None,
    latest: Draft | None,
    renewed: dict[UUID, datetime],
) -> DraftVerdict:
    refusal = decision if isinstance(decision, Refusal) else None
    if known is None:
        return DraftVerdict(draft.assignment_id, refusal)
    revision = latest.draft_revision if latest else known.draft_revision
    lease_end_time = renewed.get(draft.assignment_id, known.lease_end_time)
    return DraftVerdict(draft.assignment_id, refusal, revision, lease_end_time)
