"""Answers of an item as examples of the job's guide: chosen on the item's page, taken back there too."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from ilgam.tasks.v1 import tasks_service_pb2 as pb
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.gateway.admission import company
from services.gateway.forms import Form, empty_form, form_of
from services.gateway.house import house_of
from services.gateway.letters import nfc
from services.gateway.pages.company.asking import EDITABLE, job_id_of, job_of
from services.gateway.pages.item_view import ItemView, data_of, read_item
from services.gateway.pages.work.annotated import Said, in_words, marks_in
from services.gateway.pages.work.asked import Question
from services.gateway.pages.work.question import in_language
from services.gateway.problems import put_on_form, status_of
from services.gateway.uploads.showing import held_at, put_at
from services.gateway.visit import person_of, visit_of
from services.labelling.schema import parse_label_schema
from services.sdk import IlgamError

EXAMPLES_MAX: Final = 10
WHY_LENGTH_MAX: Final = 500
ADD, REMOVE = "add", "remove"


@dataclass(frozen=True)
class InWords:
    """An example of a guide in a line."""

    good: bool
    line: str
    why: str


@company
async def examples(request: Request) -> Response:
    """Makes an answer of the item an example of the guide, or takes an example out of it."""
    form, words = await form_of(request), visit_of(request).words
    job = await job_of(request)
    view = await read_item(request, job.job_id, str(request.path_params["item_id"]))
    schema: dict[str, Any] = json.loads(job.spec.label_schema_json)
    held: list[dict[str, Any]] = schema.setdefault("examples", [])
    if form["act"] == REMOVE:
        place = form.whole_number("place", 0, len(held) - 1)
        if place is not None:
            held.pop(place)
    else:
        said = _chosen(form, view)
        if said is None or not may_add(job, view, len(held)):
            form.wrong[""] = words("items.example_not_now")
        elif not form["why_ko"] and not form["why_en"]:
            form.wrong["why_ko"] = words("items.why_missing")
        else:
            held.append(_example(form, job, view, said))
    if form.wrong:
        return await item_page(request, job, view, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    if not held:
        del schema["examples"]
    job.spec.label_schema_json = json.dumps(schema, ensure_ascii=False)
    asked = pb.UpdateJobRequest(request_id=form.request_id, job_id=job.job_id, revision=job.revision, spec=job.spec)
    try:
        await person_of(request).client.tasks.UpdateJob(asked)
    except IlgamError as error:
        put_on_form(words, form, error, {})
        return await item_page(request, await job_of(request), view, form, status_of(error))
    here = f"/company/jobs/{job_id_of(request)}/items/{request.path_params['item_id']}"
    return RedirectResponse(f"{here}#examples", HTTPStatus.SEE_OTHER)


def may_add(job: pb.Job, view: ItemView, held_count: int) -> bool:
    """Whether the job takes an example of this item: nobody who will still answer it is told what others said."""
    return job.state in EDITABLE and view.item.resolved and not view.item.gold and held_count < EXAMPLES_MAX


async def item_page(
    request: Request, job: pb.Job, view: ItemView, form: Form | None = None, status: int = HTTPStatus.OK
) -> Response:
    """The page of an item with the examples that the job's guide has."""
    words = visit_of(request).words
    held = json.loads(job.spec.label_schema_json).get("examples", [])
    return house_of(request).pages.page(
        request,
        "company/item.html",
        int(status),
        job=job,
        view=view,
        form=form or empty_form(),
        can_change=job.state in EDITABLE,
        can_add=may_add(job, view, len(held)),
        examples=[_in_words(one, view.question, words.language) for one in held],
        data=data_of(words, view),
    )


def _in_words(example: dict[str, Any], question: Question, language: str) -> InWords:
    return InWords(
        example["good"], in_words(question, marks_in(example["results"])), in_language(example["why"], language)
    )


def _chosen(form: Form, view: ItemView) -> Said | None:
    place = form.whole_number("said", 0, len(view.shown) - 1)
    said = view.shown[place].said if place is not None else None
    return said if said is not None and said.marks else None


def _example(form: Form, job: pb.Job, view: ItemView, said: Said) -> dict[str, Any]:
    """What is shown of the item and nothing else that its data hold."""
    whole, data = json.loads(view.data_json), dict[str, Any]()
    schema = parse_label_schema(job.spec.label_schema_json, job.spec.annotation_type)
    alts = tuple(shown.alt_path for shown in schema.objects if shown.alt_path)
    for path in (*schema.data_paths, *alts):
        held = held_at(whole, path)
        if held is not None:
            put_at(data, path, held)
    why = {language: nfc(form[f"why_{language}"])[:WHY_LENGTH_MAX] for language in ("ko", "en")}
    return {
        "good": form["good"] == "1",
        "data": data,
        "results": list(said.marks),
        "why": {language: text for language, text in why.items() if text},
    }
