"""What the person answered: each answer with what was chosen, its verdict with the reason, and its won."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ilgam.tasks.v1 import tasks_service_pb2 as pb
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.admission import worker
from services.gateway.house import House, house_of
from services.gateway.pages.work.annotated import in_words, said_in
from services.gateway.pages.work.asked import Question
from services.gateway.pages.work.parts import Part, parts_of
from services.gateway.pages.work.question import question_of
from services.gateway.pages.work.shown import titles_of
from services.gateway.people import Person
from services.gateway.pictures import PATH
from services.gateway.visit import person_of, visit_of
from services.labelling.html_text import text_of_html
from services.sdk import IlgamError

ANSWERS_PER_PAGE: Final = 20
SCHEMAS_HELD_MAX: Final = 500
TEXT_SHOWN_MAX: Final = 240
VERDICTS: Final = {
    "pending": pb.VERDICT_STATE_PENDING,
    "accepted": pb.VERDICT_STATE_ACCEPTED,
    "rejected": pb.VERDICT_STATE_REJECTED,
}
UNSENT: Final = "unsent"
RECORDED: Final = frozenset({"audio", "video"})
# Versions never change, so a copy is good for ever: (job, version, language).
_questions: OrderedDict[tuple[str, int, str], Question] = OrderedDict()


@dataclass(frozen=True)
class ShownAnswer:
    """One answer as a list shows it.

    Attributes:
        answer: as tasks gave it.
        chosen: what was chosen, in words; empty for nothing.
        not_sure: the person was not sure.
        text: the item's text, cut.
        picture: where a picture of the item is, of a film its first frame; empty for none.
        verdict: PENDING, ACCEPTED or REJECTED; empty where nothing was handed in.
        medium: audio or video, where the item is one; empty otherwise.
    """

    answer: pb.Assignment
    chosen: str
    not_sure: bool
    text: str
    picture: str
    verdict: str
    medium: str = ""


@worker
async def answers(request: Request) -> Response:
    """The person's answers, newest first."""
    person, asked = person_of(request), request.query_params
    shown = asked.get("show", "")
    shown = shown if shown in VERDICTS or shown == UNSENT else ""
    job_id, answer_id = _uuid_in(asked.get("job", "")), _uuid_in(asked.get("answer", ""))
    listed = await person.client.tasks.ListAssignments(
        pb.ListAssignmentsRequest(
            job_id=job_id,
            state=pb.ASSIGNMENT_STATE_EXPIRED if shown == UNSENT else pb.ASSIGNMENT_STATE_SUBMITTED,
            verdict_state=VERDICTS.get(shown, pb.VERDICT_STATE_UNSPECIFIED),
            page_size=ANSWERS_PER_PAGE,
            page_token=asked.get("after", ""),
            assignment_ids=[answer_id] if answer_id else [],
        )
    )
    language = visit_of(request).words.language
    titles, schemas = await asyncio.gather(
        titles_of(person.client, [job_id, *(one.job_id for one in listed.assignments)]),
        _schemas_of(person, listed.assignments, language),
    )
    return house_of(request).pages.page(
        request,
        "worker/answers.html",
        answers=[_shown(house_of(request), person, one, schemas) for one in listed.assignments],
        titles=titles,
        show=shown,
        job_id=job_id if job_id in titles else "",
        one_answer=bool(answer_id),
        first="after" not in asked,
        next_token=listed.next_page_token,
    )


def _uuid_in(text: str) -> str:
    try:
        return str(UUID(text)) if text else ""
    except ValueError:
        return ""


async def _schemas_of(
    person: Person, listed: Sequence[pb.Assignment], language: str
) -> dict[tuple[str, int], Question]:
    """The label schemas that these answers were made under, as far as they can be read."""
    wanted = list(dict.fromkeys((one.job_id, one.schema_version) for one in listed))
    unknown = [key for key in wanted if (*key, language) not in _questions]
    await asyncio.gather(*(_ask_schema(person, *key, language) for key in unknown))
    return {key: _questions[*key, language] for key in wanted if (*key, language) in _questions}


async def _ask_schema(person: Person, job_id: str, version: int, language: str) -> None:
    try:
        work = await person.client.tasks.GetWorkJob(pb.GetWorkJobRequest(job_id=job_id, schema_version=version))
    except IlgamError as error:
        if error.reason != "NOT_FOUND":
            raise
        return
    _questions[job_id, version, language] = question_of(work, language)
    if len(_questions) > SCHEMAS_HELD_MAX:
        _questions.popitem(last=False)


def _shown(
    house: House, person: Person, answer: pb.Assignment, questions: dict[tuple[str, int], Question]
) -> ShownAnswer:
    question = questions.get((answer.job_id, answer.schema_version))
    said = said_in(answer.answer_json or answer.draft_json)

    def link_of(media_id: str) -> str:
        return house.pictures.link(person.session_id, answer.job_id, media_id)

    parts = parts_of(answer, question, link_of) if question else ()
    return ShownAnswer(
        answer=answer,
        chosen=in_words(question, said.marks) if question else said.choice,
        not_sure=said.not_sure,
        text=_cut(" / ".join(_words_of(part) for part in parts if part.kind != "image")),
        picture=picture_of(parts),
        medium=next((part.kind for part in parts if part.kind in RECORDED), ""),
        verdict=pb.VerdictState.Name(answer.verdict_state).removeprefix("VERDICT_STATE_").replace("UNSPECIFIED", ""),
    )


def _cut(text: str) -> str:
    return text if len(text) <= TEXT_SHOWN_MAX else f"{text[:TEXT_SHOWN_MAX]}…"


def _words_of(part: Part) -> str:
    """What a part says in a list: its text, the names of a table's columns, or a description."""
    if part.kind == "html":
        return " ".join(text_of_html(part.text).split())
    return part.text if part.kind == "text" else " · ".join(part.columns) or part.alt


def picture_of(parts: Sequence[Part]) -> str:
    """Where a picture of an item is, a small one where there is one; empty for none.

    It has an address of our own: pages load none from outside.
    """
    found = (part.small_url or (part.text if part.kind == "image" else "") for part in parts)
    return next((address for address in found if address.startswith(("data:image/", PATH))), "")
