"""Home: what to do next, today's won, and what is new."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp
from ilgam.accounts.v1 import notices_service_pb2 as notices_pb
from ilgam.payments.v1 import payments_service_pb2 as payments_pb
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from ilgam.workers.v1 import journeys_service_pb2 as journeys_pb
from ilgam.workers.v1 import workers_service_pb2 as workers_pb
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.admission import worker
from services.gateway.certificates import ends_soon
from services.gateway.house import house_of
from services.gateway.kinds import kind_of
from services.gateway.pages.learn.steps import way_next
from services.gateway.pages.work.next_step import best_jobs, next_step, verdict_news
from services.gateway.pages.work.shown import shown_job, titles_of
from services.gateway.people import Person
from services.gateway.visit import person_of, visit_of
from services.sdk import IlgamError

JOBS_READ: Final = 100
NEWS_READ: Final = 60
NOTICES_SHOWN: Final = 3
OTHER_JOBS_MAX: Final = 3


@worker
async def home(request: Request) -> Response:
    """The worker's home."""
    person = person_of(request)
    client = person.client
    (summary, balance, profile, available, newest, journey), told = await asyncio.gather(
        asyncio.gather(
            client.tasks.GetWorkSummary(pb.GetWorkSummaryRequest()),
            client.payments.GetBalance(payments_pb.GetBalanceRequest()),
            client.workers.GetWorkerProfile(workers_pb.GetWorkerProfileRequest()),
            client.tasks.ListAvailableJobs(pb.ListAvailableJobsRequest(page_size=JOBS_READ)),
            client.tasks.ListAssignments(
                pb.ListAssignmentsRequest(state=pb.ASSIGNMENT_STATE_SUBMITTED, page_size=NEWS_READ)
            ),
            client.journeys.GetJourney(journeys_pb.GetJourneyRequest()),
        ),
        _told(person, visit_of(request).look.language),
    )
    restriction = profile.restriction if profile.HasField("restriction") else None
    step = next_step(summary.live, available.jobs, restriction, way_next(journey.next))
    news = verdict_news(newest.assignments)
    best = [job for job in best_jobs(available.jobs) if step.job is None or job.job_id != step.job.job_id]
    return house_of(request).pages.page(
        request,
        "worker/home.html",
        step=step,
        step_job=shown_job(step.job) if step.job else None,
        lease_left_seconds=seconds_until(step.live.lease_end_time) if step.live else 0,
        summary=summary,
        balance=balance,
        restriction=restriction,
        news=news,
        told=told,
        titles=await titles_of(client, (one.job_id for one in news)),
        jobs=[shown_job(job) for job in best[:OTHER_JOBS_MAX]],
        ending=[(kind_of(one.annotation_type), one.expire_time) for one in _ending(profile)],
    )


async def _told(person: Person, language: str) -> list[notices_pb.WrittenNotice]:
    """The newest notices; none while accounts is away, for the page is about work."""
    asked = notices_pb.ListNoticesRequest(language=language, page_size=NOTICES_SHOWN)
    try:
        return list((await person.client.notices.ListNotices(asked)).notices)
    except IlgamError:
        return []


def _ending(profile: workers_pb.GetWorkerProfileResponse) -> list[workers_pb.Certificate]:
    """Certificates that end soon."""
    valid = [one for one in profile.certificates if one.state == workers_pb.CERTIFICATE_STATE_VALID]
    return [one for one in valid if ends_soon(one)]


def seconds_until(moment: Timestamp) -> float:
    """How long until a moment; below 0 when it has passed."""
    return moment.ToMilliseconds() / 1000 - time.time()
