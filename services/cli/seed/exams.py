"""The demo's exams: what is asked, and items with known answers that neither a course nor a job uses."""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import workers_service_pb2 as workers_pb

from services.cli.running import CommandError
from services.cli.seed.digits import EXAM_POOL_SIZE, LABELS, digits
from services.cli.seed.stock import shown_of
from services.sdk import Client, new_request_id

_FOLDER = Path(__file__).parent / "exams"


@dataclass(frozen=True)
class ExamPlan:
    """The exam of an annotation type.

    Attributes:
        annotation_type: the contract's number.
        labels: the values to choose from.
        rows: the pool.
        guide: what is said before and over the items.
    """

    annotation_type: common_pb2.AnnotationType.ValueType
    labels: tuple[str, ...]
    rows: tuple[workers_pb.ExamItemRow, ...]
    guide: workers_pb.ExamGuide

    @property
    def truths(self) -> dict[str, str]:
        """What is shown of an item -> the right label."""
        return {shown_of(row.data_json): row.right_label for row in self.rows}


@cache
def exam_plans() -> tuple[ExamPlan, ...]:
    """One exam for texts and one for pictures."""
    return tuple(_plan(tomllib.loads(file.read_text(encoding="utf-8"))) for file in sorted(_FOLDER.glob("*.toml")))


async def fill_exams(operator: Client) -> None:
    """Put the items into the pools and say what is asked; what is there already stays."""
    pools = (await operator.workers.ListExamPools(workers_pb.ListExamPoolsRequest())).pools
    filled = {pool.annotation_type: pool.pool_item_count for pool in pools}
    for plan in exam_plans():
        if filled.get(plan.annotation_type, 0) >= len(plan.rows):
            continue
        guide = workers_pb.SetExamGuideRequest(
            request_id=new_request_id(), annotation_type=plan.annotation_type, guide=plan.guide
        )
        await operator.workers.SetExamGuide(guide)
        request = workers_pb.ImportExamItemsRequest(
            request_id=new_request_id(), annotation_type=plan.annotation_type, rows=plan.rows
        )
        for verdict in (await operator.workers.ImportExamItems(request)).verdicts:
            if verdict.state == workers_pb.EXAM_IMPORT_STATE_REFUSED:
                raise CommandError(f"an exam item was refused: {verdict.detail}")


def _plan(terms: dict[str, Any]) -> ExamPlan:
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
