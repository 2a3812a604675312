"""The recap of a batch: what was handed in, what it earns, what was not taken, and more of the same."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from ilgam.tasks.v1 import tasks_events_pb2 as events_pb
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.gateway.admission import worker
from services.gateway.house import house_of
from services.gateway.pages.work.annotated import in_words
from services.gateway.pages.work.batch import Item, item_of
from services.gateway.pages.work.bench import page_data, read_today
from services.gateway.pages.work.question import question_of
from services.gateway.visit import person_of, visit_of

SHOWN_MAX: Final = 100
TAKE_USUAL: Final = 10


@dataclass(frozen=True)
class Recap:
    """A job's newest batch and the last answers of the job.

    Attributes:
        items: the last assignments of the job, newest first.
    """

    items: tuple[Item, ...]

    @property
    def batch(self) -> tuple[Item, ...]:
        """What was claimed last, and what was in hand together with it."""
        begin = max((_claim_ns(item) for item in self.items), default=0)
        # Newest first: an older claim belongs to it when something of it was handed in after the newer one began.
        for item in self.items:
            if item.assignment.submit_time.ToNanoseconds() >= begin > _claim_ns(item):
                begin = _claim_ns(item)
        return tuple(item for item in self.items if _claim_ns(item) >= begin)

    @property
    def answers(self) -> tuple[Item, ...]:
        """Answers of the job, the last handed in first."""
        found = [item for item in self.items if item.state in {"PENDING", "ACCEPTED", "REJECTED"}]
        return tuple(sorted(found, key=lambda item: item.assignment.submit_time.ToNanoseconds(), reverse=True))

    @property
    def late(self) -> tuple[Item, ...]:
        """Items whose time ended with an answer on them: they can still be handed in where a place is left."""
        return tuple(item for item in self.batch if item.state == "EXPIRED" and item.marks)

    def count(self, *states: str) -> int:
        """How many of the newest batch are in these states."""
        return sum(item.state in states for item in self.batch)

    def won(self, state: str) -> int:
        """The won of the newest batch's answers in that state."""
        return sum(item.assignment.price_krw for item in self.batch if item.state == state)


def _claim_ns(item: Item) -> int:
    claimed: int = item.assignment.claim_time.ToNanoseconds()
    return claimed


@worker
async def recap(request: Request) -> Response:
    """What the newest batch gave, live, and a way to take more."""
    client, job_id = person_of(request).client, str(request.path_params["job_id"])
    listed, work, today_krw = await asyncio.gather(
        client.tasks.ListAssignments(pb.ListAssignmentsRequest(job_id=job_id, page_size=SHOWN_MAX)),
        client.tasks.GetWorkJob(pb.GetWorkJobRequest(job_id=job_id)),
        read_today(client),
    )
    if not listed.assignments:
        return RedirectResponse(f"/work/jobs/{job_id}", HTTPStatus.SEE_OTHER)
    question = question_of(work, visit_of(request).words.language)
    found = Recap(tuple(item_of(one, 0, question, _no_link) for one in listed.assignments))
    return house_of(request).pages.page(
        request,
        "worker/bench_recap.html",
        work=work,
        recap=found,
        today_krw=today_krw,
        shows_text=all(shown.kind == "text" for shown in question.objects),
        label_of=lambda item: in_words(question, item.marks),
        take=_take(work, len(found.batch)),
        data=page_data(request, job_id),
    )


def _no_link(_media_id: str) -> str:
    return ""


def _take(work: pb.GetWorkJobResponse, usual: int) -> int:
    """How many more to offer: as many as last time, as far as the job and the person's hold allow; 0 for none."""
    if work.state != events_pb.JOB_STATE_OPEN or work.job.missing or work.job.claim_mode == pb.CLAIM_MODE_PICK:
        return 0
    free = work.hold_limit - work.live_count
    return max(0, min(usual or TAKE_USUAL, free, work.job.wanting_count))
