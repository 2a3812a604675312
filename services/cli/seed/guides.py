"""Examples for the guides of the demo's jobs: an item that is in no job, marked as it should be and as it should not."""

import asyncio
import json
import random

from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.cli.seed.catalogue import JobPlan
from services.cli.seed.graduates import Graduate
from services.cli.seed.kinds.hands import answered
from services.cli.seed.kinds.made import Made
from services.cli.seed.kinds.registry import made
from services.sdk import Client, new_request_id, put_media

# Far behind those that jobs, practice and exams have.
NUMBER = 900
_CARELESS = Graduate("careless", 0.0)


async def add_examples(client: Client, plan: JobPlan, job_id: str) -> None:
    """Give a draft's guide its good and its bad example, where the plan says what they show."""
    if "example" not in plan.terms:
        return
    [item] = await asyncio.to_thread(made, plan.maker, NUMBER, 1)
    for content in item.media.values():
        await put_media(client, job_id, content)
    job = (await client.tasks.GetJob(pb.GetJobRequest(job_id=job_id))).job
    job.spec.label_schema_json = schema_with_examples(plan, item)
    await client.tasks.UpdateJob(
        pb.UpdateJobRequest(request_id=new_request_id(), job_id=job_id, revision=job.revision, spec=job.spec)
    )


def schema_with_examples(plan: JobPlan, item: Made) -> str:
    """A plan's label schema with the two examples."""
    wrong = answered(_CARELESS, item, random.Random(NUMBER))  # noqa: S311  (a repeatable demo, not a secret)
    examples = [
        {"good": good, "data": item.data, "results": results, "why": plan.terms["example"]["good" if good else "bad"]}
        for good, results in ((True, list(item.truth)), (False, wrong))
    ]
    return json.dumps(json.loads(plan.label_schema_json) | {"examples": examples}, ensure_ascii=False)
