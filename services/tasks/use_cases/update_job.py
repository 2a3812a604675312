"""UpdateJob: a draft takes a whole new spec; a published job new texts at once, more price or overlap once paid for."""

from __future__ import annotations

from dataclasses import asdict, replace
from uuid import UUID

from services.core.errors import FieldViolation, InvalidArgumentError, invalid_field
from services.labelling.schema import FIELD, LabelSchema, parse_label_schema
from services.runtime.auth import Caller
from services.runtime.database import Transaction
from services.tasks import events
from services.tasks.domain.guide_examples import check_examples
from services.tasks.domain.job import WORKING, Job, JobState, check_revision, refuse_state
from services.tasks.domain.schema_change import check_same_data, check_same_way, gold_problem
from services.tasks.domain.spec import Spec, Texts, check_texts, complete_spec
from services.tasks.store.queries import item_lists, items, jobs
from services.tasks.use_cases.find_job import changed_job, visible_job
from services.tasks.use_cases.find_media import facts_of_media, sizes_of
from services.tasks.use_cases.move_drafts import move_drafts, move_instructions

_ALWAYS_CHANGEABLE = frozenset({"title", "deadline_time", "expected_seconds"})
_STAGED = frozenset({"price_krw", "overlap_max"})
PAGE_GOLD = 200


async def update_job(tx: Transaction, caller: Caller, job_id: UUID, *, revision: int, asked: Spec, texts: Texts) -> Job:
    """Changes a job and gives it as it is then.

    Raises:
        NotFoundError: the job is not the caller's.
        FailedPreconditionError: JOB_STATE, while money is being reserved or after the end.
        AbortedError: CONFLICT, the job has another revision by now.
        InvalidArgumentError: a field breaks a rule, or cannot change any more.
    """
    job = await visible_job(tx.connection, caller, job_id, lock=True)
    if job.state not in (JobState.DRAFT, *WORKING) or job.requested_publish_no is not None:
        raise refuse_state(job, "it cannot be changed now")
    check_revision(job, revision)
    spec = complete_spec(asked, await jobs.database_now(tx.connection))
    check_texts(texts)
    schema = parse_label_schema(texts.label_schema_json, spec.annotation_type)
    changes: dict[str, object] = {"spec": spec} if job.state == JobState.DRAFT else staged_changes(job, spec)
    changes |= await _new_texts(tx, job, texts, schema)
    await jobs.update_job(tx.connection, job_id, **changes)
    changed = await changed_job(tx.connection, job_id)
    if job.state == JobState.DRAFT:
        await _fit_items(tx, job, changed)
    else:
        await _move_work(tx, job, changed, schema)
        tx.emit(events.job_changed(changed, schema))
    return changed


def staged_changes(job: Job, spec: Spec) -> dict[str, object]:
    """What a new spec changes on a published job: some at once, price and overlap with the next publication.

    Raises:
        InvalidArgumentError: naming each field that cannot change any more.
    """
    before, after = asdict(job.spec), asdict(spec)
    fixed = sorted(
        name for name in before if before[name] != after[name] and name not in (_ALWAYS_CHANGEABLE | _STAGED)
    )
    violations = [FieldViolation(f"spec.{name}", "cannot change once the job is published") for name in fixed]
    violations += [
        FieldViolation(f"spec.{name}", "can only be raised once the job is published")
        for name in sorted(_STAGED)
        if after[name] < before[name]
    ]
    if violations:
        words = "; ".join(f"{v.field}: {v.description}" for v in violations)
        raise InvalidArgumentError(words, violations=tuple(violations))
    return {
        "spec": replace(
            job.spec, title=spec.title, deadline_time=spec.deadline_time, expected_seconds=spec.expected_seconds
        ),
        "staged_price_krw": spec.price_krw if spec.price_krw > job.spec.price_krw else None,
        "staged_overlap_max": spec.overlap_max if spec.overlap_max > job.spec.overlap_max else None,
    }


async def _new_texts(tx: Transaction, job: Job, texts: Texts, schema: LabelSchema) -> dict[str, object]:
    """Adds versions of changed texts. Gives the job's new version numbers."""
    before = await jobs.texts_of_job(tx.connection, job.job_id)
    versions: dict[str, object] = {}
    if texts.label_schema_json != before.label_schema_json:
        check_examples(schema, sizes_of(await facts_of_media(tx.connection, job.job_id, [texts.label_schema_json])))
        if job.item_count:
            await _check_fits_items(tx, job, schema, before)
        versions["schema_version"] = job.schema_version + 1
        await jobs.insert_label_schema(tx.connection, job.job_id, job.schema_version + 1, texts.label_schema_json)
    if (texts.instructions_ko, texts.instructions_en) != (before.instructions_ko, before.instructions_en):
        versions["instructions_version"] = job.instructions_version + 1
        await jobs.insert_instructions(tx.connection, job.job_id, job.instructions_version + 1, texts)
    return versions


async def _check_fits_items(tx: Transaction, job: Job, schema: LabelSchema, before: Texts) -> None:
    """The items that are there, and their known answers, must fit the new schema too."""
    known = parse_label_schema(before.label_schema_json, job.spec.annotation_type)
    check_same_data(known, schema)
    check_same_way(known, schema, published=job.state != JobState.DRAFT, gold_count=job.gold_count)
    if schema.plain is None:
        await _check_known_answers(tx, job, schema)
        return
    lost = await items.gold_label_outside(tx.connection, job.job_id, schema.labels)
    if lost is not None:
        raise invalid_field(FIELD, f'controls[0].options: "{lost}" is the known answer of a gold item')


async def _check_known_answers(tx: Transaction, job: Job, schema: LabelSchema) -> None:
    after = 0
    while page := await item_lists.known_answers_after(tx.connection, job.job_id, after, PAGE_GOLD):
        sizes = sizes_of(await facts_of_media(tx.connection, job.job_id, [data_json for _, _, data_json, _ in page]))
        for _, key, data_json, answer_json in page:
            problem = gold_problem(schema, data_json, answer_json, sizes)
            if problem:
                raise invalid_field(FIELD, f'the known answer of the gold item "{key[:100]}": {problem}')
        after = page[-1][0]


async def _move_work(tx: Transaction, before: Job, after: Job, schema: LabelSchema) -> None:
    if after.schema_version != before.schema_version:
        await move_drafts(tx, after.job_id, after.schema_version, schema)
    if after.instructions_version != before.instructions_version:
        await move_instructions(tx, after.job_id, after.instructions_version)


async def _fit_items(tx: Transaction, before: Job, after: Job) -> None:
    overlaps = ("overlap_min", "overlap_max", "gold_overlap")
    if before.item_count and any(getattr(before.spec, name) != getattr(after.spec, name) for name in overlaps):
        spec = after.spec
        wants = items.Wants(spec.overlap_min, spec.overlap_max, spec.gold_overlap, spec.gold_overlap)
        await items.set_draft_wants(tx.connection, after.job_id, wants)
