"""The bench: one item after the other, as a form that works without script; with it, the next item is there at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from google.protobuf.timestamp_pb2 import Timestamp
from ilgam.payments.v1 import payments_service_pb2 as payments_pb
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from services.gateway.admission import worker
from services.gateway.forms import Form, empty_form
from services.gateway.house import house_of
from services.gateway.pages.guide import Example, examples_of
from services.gateway.pages.work.asked import Question
from services.gateway.pages.work.batch import ITEMS_MAX, Batch, Item, Versions, item_of, members_of
from services.gateway.pages.work.question import island_texts, question_of
from services.gateway.pages.work.shown import number_in
from services.gateway.people import ENDED_REASONS, Person
from services.gateway.problems import wants_json
from services.gateway.visit import person_of, visit_of
from services.gateway.words import Words
from services.runtime.logs import logger
from services.sdk import Client, IlgamError

PROBLEMS: Final = ("BROKEN", "UNCLEAR", "NO_LABEL", "PERSONAL_DATA", "OTHER")
OPENED: Final = frozenset({"guide", "report", "rest"})
_MILLISECONDS: Final = 1000
log = logger()


@dataclass(frozen=True)
class Bench:
    """What the bench shows.

    Attributes:
        job_id: the job.
        title: what it is called; empty where nothing of it is in hand.
        batch: its items.
        today_krw: earned today; None while nobody can say.
        has_worked: the person has held items of the job.
        examples: of the guide, by versions.
    """

    job_id: str
    title: str
    batch: Batch
    today_krw: int | None
    has_worked: bool
    examples: Mapping[Versions, tuple[Example, ...]] = field(default_factory=dict)

    @property
    def lease_end_time(self) -> Timestamp | None:
        """When the first of the open items is given to others."""
        ends = [item.assignment.lease_end_time for item in self.batch.open_items]
        return min(ends, key=lambda end: (end.seconds, end.nanos), default=None)

    @property
    def lease_seconds(self) -> float:
        """How long the first of the open items is still held."""
        end = self.lease_end_time
        return max(0.0, end.ToMilliseconds() / _MILLISECONDS - time.time()) if end else 0.0


@worker
async def bench(request: Request) -> Response:
    """The first open item, or the one that is asked for; where nothing is in hand, what was done instead."""
    found = await read_bench(request)
    if wants_json(request):
        return JSONResponse(data_of(request, found))
    if not found.batch.open_items:
        to = f"/work/jobs/{found.job_id}{'/recap' if found.has_worked else ''}"
        return RedirectResponse(to, HTTPStatus.SEE_OTHER)
    return bench_page(request, found, found.batch.item_at(number_in(request.query_params.get("n", ""))))


def bench_page(
    request: Request, found: Bench, item: Item | None, form: Form | None = None, status: int = HTTPStatus.OK
) -> Response:
    """The bench at an item, with what is wrong with what was sent."""
    item = item or found.batch.item_at(None)
    if item is None:
        return RedirectResponse(f"/work/jobs/{found.job_id}/recap", HTTPStatus.SEE_OTHER)
    others = [one for one in found.batch.open_items if one.number != item.number]
    opened = request.query_params.get("show", "") or (form["show"] if form else "")
    return house_of(request).pages.page(
        request,
        "worker/bench.html",
        int(status),
        bench=found,
        batch=found.batch,
        item=item,
        question=found.batch.questions[item.versions],
        examples=found.examples.get(item.versions, ()),
        earlier=max((one.number for one in others if one.number < item.number), default=None),
        later=min((one.number for one in others if one.number > item.number), default=None),
        form=form or empty_form(),
        opened=opened if opened in OPENED else "",
        problems=PROBLEMS,
        data=data_of(request, found)
        | {"at": item.number, "examples": [one.view for one in found.examples.get(item.versions, ())]},
    )


async def read_bench(request: Request) -> Bench:
    """Reads what the person holds of the job, what they answered of it, what is asked, and today's won."""
    person, job_id = person_of(request), str(request.path_params["job_id"])
    tasks = person.client.tasks
    live, newest, today_krw = await asyncio.gather(
        tasks.ListAssignments(
            pb.ListAssignmentsRequest(job_id=job_id, state=pb.ASSIGNMENT_STATE_LIVE, page_size=ITEMS_MAX)
        ),
        tasks.ListAssignments(pb.ListAssignmentsRequest(job_id=job_id, page_size=ITEMS_MAX)),
        read_today(person.client),
    )
    members = members_of(live.assignments, newest.assignments)
    works = await _works(person.client, job_id, {(one.schema_version, one.instructions_version) for one in members})
    language, link_of = visit_of(request).words.language, _link_of(request, person, job_id)
    questions = {versions: question_of(work, language) for versions, work in works.items()}
    examples = {versions: examples_of(work, questions[versions], language, link_of) for versions, work in works.items()}
    title = next((work.job.title for work in works.values()), "")
    batch = _batch(request, person, job_id, members, questions)
    return Bench(job_id, title, batch, today_krw, has_worked=bool(newest.assignments), examples=examples)


async def read_item(request: Request, assignment_id: str) -> tuple[Item, Question]:
    """One item that the person holds or held, open or not, and what was asked of it.

    Raises:
        HTTPException: 404, there is none of that id for the person.
    """
    person, job_id = person_of(request), str(request.path_params["job_id"])
    asked = pb.ListAssignmentsRequest(job_id=job_id, assignment_ids=[assignment_id], page_size=1)
    found = (await person.client.tasks.ListAssignments(asked)).assignments
    if not assignment_id or not found:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    versions = found[0].schema_version, found[0].instructions_version
    works = await _works(person.client, job_id, {versions})
    question = question_of(works[versions], visit_of(request).words.language)
    return item_of(found[0], 1, question, _link_of(request, person, job_id)), question


def _link_of(request: Request, person: Person, job_id: str) -> Callable[[str], str]:
    pictures = house_of(request).pictures

    def link_of(media_id: str) -> str:
        return pictures.link(person.session_id, job_id, media_id)

    return link_of


def _batch(
    request: Request,
    person: Person,
    job_id: str,
    members: list[pb.Assignment],
    questions: dict[Versions, Question],
) -> Batch:
    link_of = _link_of(request, person, job_id)
    items = [
        item_of(one, number, questions[one.schema_version, one.instructions_version], link_of)
        for number, one in enumerate(members, 1)
    ]
    return Batch(tuple(items), questions)


async def _works(client: Client, job_id: str, wanted: set[Versions]) -> dict[Versions, pb.GetWorkJobResponse]:
    """The job by the versions of schema and instructions; one, unless the company changed them between claims."""
    asked = sorted(wanted)
    works = await asyncio.gather(
        *(
            client.tasks.GetWorkJob(
                pb.GetWorkJobRequest(job_id=job_id, schema_version=schema, instructions_version=instructions)
            )
            for schema, instructions in asked
        )
    )
    return dict(zip(asked, works, strict=True))


async def read_today(client: Client) -> int | None:
    """Won earned today; None when it cannot be said: nobody stops labelling because of that."""
    try:
        balance = await client.payments.GetBalance(payments_pb.GetBalanceRequest())
    except IlgamError as error:
        if error.reason in ENDED_REASONS:
            raise
        log.warning("balance_unknown", reason=error.reason)
        return None
    today_krw: int = balance.today_krw
    return today_krw


def data_of(request: Request, found: Bench) -> dict[str, Any]:
    """What the bench's script is given."""
    words, names = visit_of(request).words, list(found.batch.questions)
    islands = {name for one in found.batch.questions.values() for name in one.islands}
    page = page_data(request, found.job_id)
    return page | {
        "texts": page["texts"] | island_texts(words, islands),
        "now": int(time.time() * _MILLISECONDS),
        "today": found.today_krw,
        "questions": [one.view for one in found.batch.questions.values()],
        "items": [_item(words, one, names.index(one.versions)) for one in found.batch.items],
    }


def page_data(request: Request, job_id: str) -> dict[str, Any]:
    """Whose page it is, and what its script needs to speak and to send."""
    visit = visit_of(request)
    return {
        "account": person_of(request).account_id,
        "mark": visit.form_mark,
        "job": job_id,
        "language": visit.words.language,
        "texts": visit.words.under("bench.js"),
    }


def _item(words: Words, item: Item, question: int) -> dict[str, Any]:
    one = item.assignment
    return {
        **item.view,
        "id": one.assignment_id,
        "question": question,
        "state": item.state,
        "stateWords": words(f"states.{item.state}"),
        "revision": one.draft_revision,
        "price": one.price_krw,
        "leaseEnd": one.lease_end_time.ToMilliseconds(),
        "holdEnd": one.hold_end_time.ToMilliseconds(),
    }
