"""The bench on an example, before a job is saved: what people will be asked, and with which fields."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from ilgam.common.v1 import common_pb2
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from PIL import Image, ImageDraw

from services.gateway.pages.work.annotated import Marks
from services.gateway.pages.work.asked import Question
from services.gateway.pages.work.parts import Part, parts_of
from services.gateway.pages.work.question import island_texts, question_of
from services.gateway.words import Words

WIDTH: Final = 480
HEIGHT: Final = 300
OPTION_SIZE: Final = (200, 150)
_OPTION_PICTURES: Final = 6
# Made by web/examples/make.py, which says what is in them.
_SOUND: Final = common_pb2.MediaFacts(media_id="media:sound.mp3", duration_ms=4000, peaks_id="media:sound.peaks")
_FILM: Final = common_pb2.MediaFacts(
    media_id="media:film.mp4",
    width=320,
    height=200,
    duration_ms=3000,
    fps_numerator=12,
    fps_denominator=1,
    frame_count=36,
)


@dataclass(frozen=True)
class Preview:
    """An example item at the bench, without an answer."""

    question: Question
    parts: tuple[Part, ...]
    marks: Marks = ()
    not_sure: bool = False
    is_open: bool = True
    number: int = 1


def preview_of(words: Words, spec: pb.JobSpec, asset: Callable[[str], str]) -> Preview:
    """How a job looks at the bench; `asset` gives where a file of ours is."""
    question = question_of(
        pb.GetWorkJobResponse(label_schema_json=spec.label_schema_json, instructions=spec.instructions), words.language
    )
    example: dict[str, Any] = {}
    for shown in question.objects:
        for source in shown.sources:
            _put(example, source, _example(words, shown.pair_of or shown.kind))
    pictures = [option.image for control in question.controls for option in control.options if option.image]
    for number, source in enumerate(dict.fromkeys(pictures)):
        _put(example, source, _option_picture(number % _OPTION_PICTURES))
    facts = [common_pb2.MediaFacts(media_id=_picture(), width=WIDTH, height=HEIGHT), _SOUND, _FILM]
    assignment = pb.Assignment(data_json=json.dumps(example), media=facts)
    return Preview(question, parts_of(assignment, question, lambda media_id: asset(media_id.removeprefix("media:"))))


def data_of(words: Words, preview: Preview) -> dict[str, Any]:
    """What the page's script is given; see `item_view`."""
    return {
        "language": words.language,
        "texts": island_texts(words, preview.question.islands),
        "questions": [preview.question.view],
        "parts": [part.view for part in preview.parts],
        "shown": [{"question": 0, "marks": []}],
        "open": True,
    }


def _put(data: dict[str, Any], source: str, value: object) -> None:
    *path, last = source.removeprefix("$.").split(".")
    for name in path:
        data = data.setdefault(name, {})
    data[last] = value


def _example(words: Words, kind: str) -> object:
    if kind == "image":
        return _picture()
    if kind == "table":
        name, place = words("company.example_name"), words("company.example_place")
        return {"columns": [name, place], "rows": [["김민수", "서울"], ["이영희", "2026-13-45"], ["박지훈", "부산"]]}
    if kind in {"audio", "video"}:
        return (_SOUND if kind == "audio" else _FILM).media_id
    text = words("company.example_text")
    return f"<p>{text}</p>" if kind == "html" else text


@cache
def _picture() -> str:
    """A small picture with a thing in it to draw around."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "#dce6f2")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 210, WIDTH, HEIGHT), fill="#b9c9a7")
    draw.ellipse((90, 90, 230, 230), fill="#d98c3f", outline="#7a4a1c", width=4)
    draw.rectangle((300, 120, 400, 230), fill="#6d8fb3", outline="#2f4a68", width=4)
    return _address(image)


@cache
def _option_picture(number: int) -> str:
    """A small picture for an option: a thing with one corner more than the one before."""
    image = Image.new("RGB", OPTION_SIZE, "#dce6f2")
    draw = ImageDraw.Draw(image)
    draw.regular_polygon((OPTION_SIZE[0] / 2, OPTION_SIZE[1] / 2, 60), 3 + number, fill="#6d8fb3", outline="#2f4a68")
    return _address(image)


def _address(image: Image.Image) -> str:
    written = io.BytesIO()
    image.save(written, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(written.getvalue()).decode()}"
