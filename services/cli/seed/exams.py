"""The demo's exams: what is asked, and items with known answers that neither a course nor a job uses."""

import asyncio
import json
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import workers_service_pb2 as workers_pb

from services.cli.market.labels import marks_answer
from services.cli.running import CommandError
from services.cli.seed.catalogue import JobPlan, plan_like
from services.cli.seed.digits import EXAM_POOL_SIZE, LABELS, digits
from services.cli.seed.kinds.hands import answered
from services.cli.seed.kinds.made import Made
from services.cli.seed.kinds.registry import made
from services.cli.seed.people import Worker
from services.cli.seed.stock import shown_of
from services.sdk import Client, new_request_id, put_course_media

_FOLDER = Path(__file__).parent / "exams"


@dataclass(frozen=True)
class ExamPlan:
    """The exam of an annotation type.

    Attributes:
        annotation_type: the contract's number.
        labels: the values to choose from, where a single choice is asked.
        rows: the pool, where a single choice is asked.
        guide: what is said before and over the items.
        job: the plan of the job that asks the same; None where a single choice is asked.
        begin: the number of the first item that its maker makes for the exam.
        count: how many it makes.
    """

    annotation_type: common_pb2.AnnotationType.ValueType
    labels: tuple[str, ...]
    rows: tuple[workers_pb.ExamItemRow, ...]
    guide: workers_pb.ExamGuide
    job: JobPlan | None = None
    begin: int = 0
    count: int = 0

    @property
    def truths(self) -> dict[str, str]:
        """What is shown of an item -> the right label."""
        return {shown_of(row.data_json): row.right_label for row in self.rows}

    @property
    def pool_item_count(self) -> int:
        """How many items the pool has."""
        return len(self.rows) or self.count

    @property
    def items(self) -> tuple[Made, ...]:
        """The pool where more than a choice is asked: made once, which takes up to some seconds."""
        return made(self.job.maker, self.begin, self.count) if self.job else ()

    def answer(self, worker: Worker, item: workers_pb.ExamItem) -> workers_pb.ExamAnswer:
        """What somebody answers to an item of the pool."""
        shown = shown_of(item.data_json)
        if not self.job:
            label = worker.graduate.answer(self.truths[shown], self.labels, worker.rng)
            return workers_pb.ExamAnswer(exam_item_id=item.exam_item_id, label=label)
        known = {shown_of(json.dumps(one.data)): one for one in self.items}
        marks = marks_answer(answered(worker.graduate, known[shown], worker.rng))
        return workers_pb.ExamAnswer(exam_item_id=item.exam_item_id, answer_json=marks)


@cache
def exam_plans() -> tuple[ExamPlan, ...]:
    """One exam for each annotation type."""
    return tuple(_plan(tomllib.loads(file.read_text(encoding="utf-8"))) for file in sorted(_FOLDER.glob("*.toml")))


async def fill_exams(operator: Client, programme_id: str) -> None:
    """Put the items into the pools and say what is asked; what is there already stays.

    Args:
        operator: owns the pools.
        programme_id: whose course keeps the exams' files.
    """
    pools = (await operator.workers.ListExamPools(workers_pb.ListExamPoolsRequest())).pools
    filled = {pool.annotation_type: pool.pool_item_count for pool in pools}
    for plan in exam_plans():
        if filled.get(plan.annotation_type, 0) >= plan.pool_item_count:
            continue
        guide = workers_pb.SetExamGuideRequest(
            request_id=new_request_id(), annotation_type=plan.annotation_type, guide=plan.guide
        )
        await operator.workers.SetExamGuide(guide)
        request = workers_pb.ImportExamItemsRequest(
            request_id=new_request_id(),
            annotation_type=plan.annotation_type,
            rows=await _rows(operator, plan, programme_id),
        )
        for verdict in (await operator.workers.ImportExamItems(request)).verdicts:
            if verdict.state == workers_pb.EXAM_IMPORT_STATE_REFUSED:
                raise CommandError(f"an exam item was refused: {verdict.detail}")


async def _rows(operator: Client, plan: ExamPlan, programme_id: str) -> Sequence[workers_pb.ExamItemRow]:
    """The pool's rows, after storing the files that they name."""
    if not plan.job:
        return plan.rows
    schema, items = plan.job.label_schema_json, await asyncio.to_thread(lambda: plan.items)
    for name, content in ((name, content) for item in items for name, content in item.media.items()):
        answer = await put_course_media(operator, programme_id, content)
        if answer.media_id != name:
            raise CommandError(f"the file {name} came back as {answer.media_id}")
    return [
        workers_pb.ExamItemRow(
            key=item.key,
            data_json=json.dumps(item.data, ensure_ascii=False),
            label_schema_json=schema,
            right_answer_json=marks_answer(item.truth),
            programme_id=programme_id if item.media else "",
        )
        for item in items
    ]


def _plan(terms: dict[str, Any]) -> ExamPlan:
    if "job" in terms:
        return _made_plan(terms, plan_like(terms))
    labels = tuple(option["value"] for option in terms["options"]) if "options" in terms else LABELS
    rows = tuple(_digit_rows() if terms.get("pictures") == "digits" else _text_rows(terms["sentences"], labels))
    guide = workers_pb.ExamGuide(
        question=_local(terms["question"]),
        instructions=_local(terms["instructions"]),
        label_texts=[
            workers_pb.LabelText(label=option["value"], text=_local(option)) for option in terms.get("options", ())
        ],
    )
    name = f"ANNOTATION_TYPE_{terms['annotation_type']}"
    return ExamPlan(common_pb2.AnnotationType.Value(name), labels, rows, guide)


def _made_plan(terms: dict[str, Any], job: JobPlan) -> ExamPlan:
    guide = workers_pb.ExamGuide(
        question=_local(terms["question"]), instructions=_local(terms["instructions"]), item_count=terms["item_count"]
    )
    return ExamPlan(job.annotation_type, (), (), guide, job, terms["begin"], terms["count"])


def _text_rows(sentences: dict[str, list[str]], labels: tuple[str, ...]) -> Iterator[workers_pb.ExamItemRow]:
    for label, texts in sentences.items():
        for place, text in enumerate(texts):
            data = json.dumps({"text": text}, ensure_ascii=False)
            yield workers_pb.ExamItemRow(
                key=f"{label}-{place + 1:02}", data_json=data, labels=labels, right_label=label
            )


def _digit_rows() -> Iterator[workers_pb.ExamItemRow]:
    for digit in digits(0, EXAM_POOL_SIZE):
        data = json.dumps({"image_url": digit.image_url})
        yield workers_pb.ExamItemRow(key=digit.key, data_json=data, labels=LABELS, right_label=digit.label)


def _local(texts: dict[str, str]) -> common_pb2.LocalText:
    return common_pb2.LocalText(ko=texts["ko"].strip(), en=texts["en"].strip())
