"""The exam pools, and what their exams ask."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from ilgam.common.v1.common_pb2 import LocalText
from ilgam.workers.v1 import workers_service_pb2 as pb
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.gateway.admission import operator
from services.gateway.forms import Form, empty_form, form_of
from services.gateway.house import house_of
from services.gateway.kinds import kind_of, slug_of
from services.gateway.problems import put_on_form, status_of
from services.gateway.visit import person_of, visit_of
from services.sdk import IlgamError

LIST: Final = "/operator/exams"
ITEMS: Final = (9, 200)
MINUTES: Final = (5, 240)
QUESTION_LENGTH_MAX: Final = 300
INSTRUCTIONS_LENGTH_MAX: Final = 1000
LABEL_LENGTH_MAX: Final = 200
# A pool of so many exams lets people try again with other items.
POOL_EXAMS: Final = 3
_LANGUAGES: Final = ("ko", "en")


@operator
async def pools(request: Request) -> Response:
    """The pools and how their exams went."""
    answer = await person_of(request).client.workers.ListExamPools(pb.ListExamPoolsRequest())
    return house_of(request).pages.page(
        request,
        "operator/exams.html",
        pools=answer.pools,
        kind_of=kind_of,
        pool_exams=POOL_EXAMS,
        saved=request.query_params.get("done") == "saved",
    )


@operator
async def guide(request: Request) -> Response:
    """What the exams of one annotation type ask, to read and to change."""
    pool = await _pool_named(request)
    if request.method == "GET":
        return _guide_page(request, pool, _form_of_guide(pool))
    form = await form_of(request)
    wanted = _guide_of(request, pool, form)
    if wanted is None:
        return _guide_page(request, pool, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    act = pb.SetExamGuideRequest(request_id=form.request_id, annotation_type=pool.annotation_type, guide=wanted)
    try:
        await person_of(request).client.workers.SetExamGuide(act)
    except IlgamError as error:
        fields = {
            "guide.question.ko": "question_ko",
            "guide.question.en": "question_en",
            "guide.item_count": "item_count",
            "guide.time_limit_minutes": "minutes",
        }
        put_on_form(visit_of(request).words, form, error, fields)
        return _guide_page(request, pool, form, status_of(error))
    return RedirectResponse(f"{LIST}?done=saved", HTTPStatus.SEE_OTHER)


def _guide_of(request: Request, pool: pb.ExamPool, form: Form) -> pb.ExamGuide | None:
    """The guide as the form has it; None where something is wrong, which the form then says."""
    words = visit_of(request).words
    item_count, minutes = form.whole_number("item_count", *ITEMS), form.whole_number("minutes", *MINUTES)
    for name, number, (low, high) in (("item_count", item_count, ITEMS), ("minutes", minutes, MINUTES)):
        if number is None:
            form.wrong[name] = words("exams.guide_number_wrong", low=low, high=high)
    lengths = {f"question_{one}": QUESTION_LENGTH_MAX for one in _LANGUAGES}
    lengths |= {f"instructions_{one}": INSTRUCTIONS_LENGTH_MAX for one in _LANGUAGES}
    lengths |= {f"label_{place}_{one}": LABEL_LENGTH_MAX for place in range(len(pool.labels)) for one in _LANGUAGES}
    for name, longest in lengths.items():
        if len(form[name]) > longest:
            form.wrong[name] = words("exams.guide_long", count=longest)
    for name in ("question", "instructions"):
        if form[f"{name}_en"] and not form[f"{name}_ko"]:
            form.wrong[f"{name}_ko"] = words("exams.guide_ko_missing")
    if form.wrong or item_count is None or minutes is None:
        return None
    return pb.ExamGuide(
        question=LocalText(ko=form["question_ko"], en=form["question_en"]),
        instructions=LocalText(ko=form["instructions_ko"], en=form["instructions_en"]),
        label_texts=[
            pb.LabelText(label=label, text=LocalText(ko=form[f"label_{place}_ko"], en=form[f"label_{place}_en"]))
            for place, label in enumerate(pool.labels)
            if form[f"label_{place}_ko"] or form[f"label_{place}_en"]
        ],
        item_count=item_count,
        time_limit_minutes=minutes,
    )


def _form_of_guide(pool: pb.ExamPool) -> Form:
    guide, texts = pool.guide, {one.label: one.text for one in pool.guide.label_texts}
    labels = {
        f"label_{place}_{language}": getattr(texts[label], language)
        for place, label in enumerate(pool.labels)
        if label in texts
        for language in _LANGUAGES
    }
    return empty_form(
        item_count=str(guide.item_count),
        minutes=str(guide.time_limit_minutes),
        question_ko=guide.question.ko,
        question_en=guide.question.en,
        instructions_ko=guide.instructions.ko,
        instructions_en=guide.instructions.en,
        **labels,
    )


def _guide_page(request: Request, pool: pb.ExamPool, form: Form, status: int = 200) -> Response:
    return house_of(request).pages.page(
        request, "operator/exam_guide.html", int(status), pool=pool, kind=kind_of(pool.annotation_type), form=form
    )


async def _pool_named(request: Request) -> pb.ExamPool:
    """The pool of the annotation type in the address.

    Raises:
        HTTPException: 404, it has no items.
    """
    answer = await person_of(request).client.workers.ListExamPools(pb.ListExamPoolsRequest())
    for pool in answer.pools:
        if slug_of(pool.annotation_type) == request.path_params["kind"]:
            return pool
    raise HTTPException(HTTPStatus.NOT_FOUND)
