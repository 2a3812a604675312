"""CreateJob: a draft, with the first version of its texts."""

from __future__ import annotations

from uuid import UUID

from services.core.errors import NotFoundError
from services.core.ids import new_id
from services.labelling.schema import parse_label_schema
from services.runtime.auth import Caller
from services.runtime.database import Transaction
from services.tasks.domain.guide_examples import check_examples
from services.tasks.domain.job import Job, JobState
from services.tasks.domain.spec import Spec, Texts, check_texts, complete_spec
from services.tasks.store.queries import jobs


async def create_job(tx: Transaction, caller: Caller, organisation_id: UUID, asked: Spec, texts: Texts) -> Job:
    """Creates a draft job.

    Raises:
        NotFoundError: the company is not the caller's.
        InvalidArgumentError: a field or the label schema breaks a rule.
    """
    if not caller.may_see_organisation(organisation_id):
        raise NotFoundError("organisation")
    now = await jobs.database_now(tx.connection)
    spec = complete_spec(asked, now)
    check_texts(texts)
    check_examples(parse_label_schema(texts.label_schema_json, spec.annotation_type), {})
    job = Job(
        job_id=new_id(),
        organisation_id=organisation_id,
        create_account_id=caller.account_id,
        state=JobState.DRAFT,
        revision=1,
        spec=spec,
        create_time=now,
    )
    await jobs.insert_job(tx.connection, job)
    await jobs.insert_label_schema(tx.connection, job.job_id, 1, texts.label_schema_json)
    await jobs.insert_instructions(tx.connection, job.job_id, 1, texts)
    await tx.release_parked(f"job:{job.job_id}")
    return job
