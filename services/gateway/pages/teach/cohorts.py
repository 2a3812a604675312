"""The cohorts of the companies that somebody teaches for, and the courses that they learn."""

from __future__ import annotations

import asyncio

from ilgam.workers.v1 import courses_service_pb2 as pb
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.admission import trainer
from services.gateway.house import house_of
from services.gateway.pages.learn.course_shown import title_of
from services.gateway.visit import person_of


@trainer
async def cohorts(request: Request) -> Response:
    """Cohorts, the latest start first, and courses."""
    courses = person_of(request).client.courses
    token = request.query_params.get("page", "")
    found, taught = await asyncio.gather(
        courses.ListTaughtCohorts(pb.ListTaughtCohortsRequest(page_token=token)),
        courses.ListCourses(pb.ListCoursesRequest()),
    )
    return house_of(request).pages.page(
        request,
        "teach/cohorts.html",
        cohorts=found.cohorts,
        courses=[course for course in taught.courses if course.taught],
        title_of=title_of,
        turned=bool(token),
        next_page=found.next_page_token,
    )
