"""What one does at the bench: hand in answers, keep drafts, give items back with what is wrong with them."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Any, Final

from ilgam.tasks.v1 import tasks_service_pb2 as pb
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from services.gateway.admission import worker
from services.gateway.forms import Form, form_of
from services.gateway.pages.work.annotated import Marks, answer_json, choice_mark, draft_json, marks_in
from services.gateway.pages.work.answer_form import lack_words, said_of
from services.gateway.pages.work.bench import PROBLEMS, bench_page, read_bench, read_item
from services.gateway.pages.work.broken import broken_field, broken_words
from services.gateway.problems import reason_words, wants_json
from services.gateway.visit import person_of, visit_of
from services.gateway.words import Words

SENT_MAX: Final = 100
REASON_LENGTH_MAX: Final = 500
_REVISION_MAX: Final = 2**53
_HALVES: Final = re.compile("[\ud800-\udfff]")


@worker
async def answers(request: Request) -> Response:
    """Takes one answer from a form, or several from the page's script. The same answer again is the same answer."""
    if _is_json(request):
        handed_in = await _sent(request, "answers")
        return JSONResponse({"verdicts": await _submit(request, [_answer(one) for one in handed_in])})
    form = await form_of(request)
    item, question = await read_item(request, form["assignment_id"])
    # Of an item whose time ended, what was drafted is handed in as it is.
    said = item.said if form["late"] else said_of(form, question, item.parts, item.marks)
    control, words = lack_words(visit_of(request).words, question, said)
    if control:
        form.wrong[f"answer.{control}"] = words
        return await _again(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    sent = answer_json(said.marks, not_sure=said.not_sure)
    [verdict] = await _submit(request, [pb.Answer(assignment_id=form["assignment_id"], answer_json=sent)])
    if not verdict["taken"]:
        form.wrong[broken_field(said, verdict["mark"])] = verdict["words"]
        return await _again(request, form, HTTPStatus.CONFLICT)
    return _to_bench(request)


async def _submit(request: Request, sent: list[pb.Answer]) -> list[dict[str, Any]]:
    words = visit_of(request).words
    taken = await person_of(request).client.tasks.SubmitAnswers(pb.SubmitAnswersRequest(answers=sent))
    return [
        {
            "id": one.assignment_id,
            "taken": one.taken,
            "reason": one.reason,
            "words": broken_words(words, one.rule, one.mark_no) or _why(words, one.reason),
            "mark": one.mark_no,
        }
        for one in taken.verdicts
    ]


def _why(words: Words, reason: str) -> str:
    """A refusal in words; some sound different at the bench, where a single answer is refused and not a page."""
    if not reason:
        return ""
    key = f"bench.refused.{reason}"
    return words(key) if words.has(key) else reason_words(words, reason)


@worker
async def drafts(request: Request) -> Response:
    """Keeps what was chosen and not handed in yet, and holds the items of its claim longer."""
    words = visit_of(request).words
    sent = [_draft(one) for one in await _sent(request, "drafts")]
    kept = await person_of(request).client.tasks.SaveDrafts(pb.SaveDraftsRequest(drafts=sent))
    return JSONResponse(
        {
            "verdicts": [
                {
                    "id": one.assignment_id,
                    "saved": one.saved,
                    "reason": one.reason,
                    "words": _why(words, one.reason),
                    "revision": one.stored_revision,
                    "leaseEnd": one.lease_end_time.ToMilliseconds(),
                }
                for one in kept.verdicts
            ]
        }
    )


@worker
async def returns(request: Request) -> Response:
    """Gives items back: one with its problem, or what is left of a batch."""
    form = await form_of(request)
    problem = pb.PROBLEM_KIND_UNSPECIFIED
    if form["act"] == "report":
        if form["problem"] not in PROBLEMS:
            form.wrong["problem"] = visit_of(request).words("bench.problem_missing")
            form.values["show"] = "report"
            return await _again(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        problem = pb.ProblemKind.Value(f"PROBLEM_KIND_{form['problem']}")
    ids = [one for one in form["assignment_ids"].split(",") if one][:SENT_MAX]
    returned = await person_of(request).client.tasks.ReturnItems(
        pb.ReturnItemsRequest(assignment_ids=ids, problem=problem, reason=form["reason"][:REASON_LENGTH_MAX])
    )
    if wants_json(request):
        return JSONResponse({"returned": list(returned.returned_assignment_ids)})
    return _to_bench(request)


async def _again(request: Request, form: Form, status: int) -> Response:
    """The bench as it was left, with what is wrong in words."""
    if wants_json(request):
        return JSONResponse({"reason": "FIELD_INVALID", "words": " ".join(form.wrong.values())}, status)
    found = await read_bench(request)
    item = found.batch.item_of(form["assignment_id"] or form["assignment_ids"])
    if item is not None and item.is_open and form["assignment_id"]:
        item = item.saying(said_of(form, found.batch.questions[item.versions], item.parts, item.marks))
    return bench_page(request, found, item if item and item.is_open else None, form, status)


def _to_bench(request: Request) -> Response:
    return RedirectResponse(f"/work/jobs/{request.path_params['job_id']}/bench", HTTPStatus.SEE_OTHER)


def _is_json(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("application/json")


async def _sent(request: Request, name: str) -> list[dict[str, Any]]:
    """The list of that name in a script's JSON.

    Raises:
        HTTPException: 400, it is not what our script sends.
    """
    try:
        body = await request.json()
    except (ValueError, RecursionError):
        raise HTTPException(HTTPStatus.BAD_REQUEST) from None
    sent = body.get(name) if isinstance(body, dict) else None
    if (
        not isinstance(sent, list)
        or not 0 < len(sent) <= SENT_MAX
        or not all(isinstance(one, dict) and "id" in one for one in sent)
    ):
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    return sent


def _answer(sent: dict[str, Any]) -> pb.Answer:
    return pb.Answer(assignment_id=_text(sent["id"]), answer_json=answer_json(_marks(sent), not_sure=_not_sure(sent)))


def _draft(sent: dict[str, Any]) -> pb.Draft:
    revision = sent.get("revision")
    if type(revision) is not int or not 0 < revision <= _REVISION_MAX:
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    said = draft_json(_marks(sent), revision, not_sure=_not_sure(sent))
    return pb.Draft(assignment_id=_text(sent["id"]), draft_revision=revision, draft_json=said)


def _not_sure(sent: dict[str, Any]) -> bool:
    return sent.get("notSure") is True


def _marks(sent: dict[str, Any]) -> Marks:
    """The marks of an answer; a page of the time when an answer was one choice still sends its choice."""
    if "marks" not in sent and "choice" in sent:
        choice = _text(sent["choice"])
        return (choice_mark(_text(sent.get("control")), choice),) if choice else ()
    if not isinstance(sent.get("marks"), list):
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    _text(json.dumps(sent["marks"], ensure_ascii=False))
    return marks_in(sent["marks"])


def _text(found: object) -> str:
    # JSON may name halves of a pair of letters, which nobody can store.
    if not isinstance(found, str) or _HALVES.search(found):
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    return found
