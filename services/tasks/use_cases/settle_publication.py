"""What becomes of a request for money: the job opens or takes what was staged, or hears how much is missing."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from services.runtime.database import Transaction
from services.tasks import events
from services.tasks.domain.job import Job, JobState
from services.tasks.domain.publishing import Publication
from services.tasks.store.queries import items, jobs
from services.tasks.use_cases.find_job import changed_job, schema_of


async def take_reserved(tx: Transaction, job_id: UUID, publish_no: int) -> bool:
    """Opens the job, or applies what was staged. Money that nobody waits for goes back. False: no such job is known."""
    job = await jobs.job_by_id(tx.connection, job_id, lock=True)
    if job is None:
        return False
    publication = await jobs.publication_of_job(tx.connection, job_id, publish_no)
    if publication is not None and publication.state == "RESERVED":
        return True
    if publication is None or job.requested_publish_no != publish_no:
        tx.emit(events.reservation_given_back(job, publish_no))
        return True
    await _apply(tx, job, publication)
    return True


async def take_refused(tx: Transaction, job_id: UUID, publish_no: int, missing_krw: int) -> bool:
    """Brings the job back to where it was, with the missing won. False: no such job is known."""
    job = await jobs.job_by_id(tx.connection, job_id, lock=True)
    if job is None:
        return False
    if job.requested_publish_no == publish_no:
        await jobs.decide_publication(tx.connection, job_id, publish_no, "REFUSED")
        await jobs.update_job(
            tx.connection,
            job_id,
            state=JobState.DRAFT if job.state == JobState.PUBLISHING else job.state,
            requested_publish_no=None,
            missing_krw=missing_krw,
        )
    return True


async def _apply(tx: Transaction, job: Job, publication: Publication) -> None:
    connection, opening = tx.connection, job.state == JobState.PUBLISHING
    from_seq = await jobs.paid_seq_end(connection, job.job_id)
    activated = 0 if opening else await _activate(tx, job, publication)
    gold = await items.spread_gold(connection, job.job_id, from_seq, publication.seq_end)
    known = [events.gold_item(one.item_id, one.label, one.body_sha256) for one in gold]
    provided = list(events.gold_provided(job.job_id, job.gold_revision + 1, known))
    await jobs.decide_publication(connection, job.job_id, publication.publish_no, "RESERVED")
    changes: dict[str, object] = {
        "spec": replace(job.spec, price_krw=publication.price_krw, overlap_max=publication.overlap_max),
        "fee_krw": publication.fee_krw,
        "fee_vat_krw": publication.fee_vat_krw,
        "publish_no": publication.publish_no,
        "requested_publish_no": None,
        "missing_krw": 0,
        "reserved_krw": job.reserved_krw + publication.budget_krw,
        "staged_price_krw": None,
        "staged_overlap_max": None,
        "staged_count": job.staged_count - activated,
        "staged_gold_count": 0 if opening else job.staged_gold_count - len(gold),
        "gold_revision": job.gold_revision + len(provided),
    }
    if opening:
        changes |= {"state": JobState.OPEN, "open_time": await jobs.database_now(connection)}
    await jobs.update_job(connection, job.job_id, **changes)
    changed = await changed_job(connection, job.job_id)
    for event in provided:
        tx.emit(event)
    schema = await schema_of(connection, changed)
    tx.emit(events.job_opened(changed, schema) if opening else events.job_changed(changed, schema))


async def _activate(tx: Transaction, job: Job, publication: Publication) -> int:
    spec = job.spec
    if publication.overlap_max > spec.overlap_max:
        await items.raise_overlap_max(tx.connection, job.job_id, publication.overlap_max)
    wants = items.Wants(spec.overlap_min, publication.overlap_max, spec.gold_overlap, spec.gold_overlap)
    return await items.activate_staged(tx.connection, job.job_id, publication.seq_end, wants)
