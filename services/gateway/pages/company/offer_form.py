"""The part of forms that offers jobs: the company's jobs that have begun, to be ticked."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from ilgam.tasks.v1 import tasks_events_pb2 as events_pb
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from starlette.requests import Request

from services.gateway.asking import answer_or_none
from services.gateway.forms import Form
from services.gateway.visit import person_of
from services.gateway.words import Words

OFFERED_MAX: Final = 20
_LISTED_MAX: Final = 100
_PREFIX: Final = "job_"
_OFFERED: Final = frozenset({events_pb.JOB_STATE_PUBLISHING, events_pb.JOB_STATE_OPEN, events_pb.JOB_STATE_PAUSED})


async def offered_jobs(request: Request, organisation_id: str) -> list[pb.Job]:
    """Jobs of a company that graduates can be offered, newest first; none while that cannot be told."""
    asked = pb.ListJobsRequest(organisation_id=organisation_id, page_size=_LISTED_MAX)
    found = await answer_or_none(person_of(request).client.tasks.ListJobs(asked))
    return [job for job in found.jobs if job.state in _OFFERED][:_LISTED_MAX] if found else []


def chosen_jobs(words: Words, form: Form) -> list[str]:
    """The ids of the jobs that were ticked."""
    found = []
    for name, value in form.values.items():
        if name.startswith(_PREFIX) and value == "on":
            try:
                found.append(str(UUID(name.removeprefix(_PREFIX))))
            except ValueError:
                form.wrong["jobs"] = words("consult.wrong_choose")
    if len(found) > OFFERED_MAX:
        form.wrong["jobs"] = words("consult.wrong_jobs", count=OFFERED_MAX)
    return found
