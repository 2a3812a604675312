"""A small job of each kind of labelling, with a mark that fits its items, for tests of what all kinds have in common."""

from __future__ import annotations

import io
import json
import math
import struct
import wave
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import av
import numpy as np
from ilgam.common.v1 import common_pb2
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from PIL import Image, ImageDraw

from services.sdk import import_items, put_media
from tests.support.market import Market, Person
from tests.support.pictures import encoded

ITEMS: Final = 4
SENTENCE: Final = "김하늘 씨는 3월 2일 부산광역시 해운대구에서 열린 회의에 갔다."
HOST: Final = {"value": "host", "ko": "사람", "en": "Person", "color": "#0b50d0"}
PLACE: Final = {"value": "place", "ko": "장소", "en": "Place", "color": "#8a3800", "pattern": "dashed"}
LABELS: Final = [HOST, PLACE]
_RATE: Final = 8000


@dataclass(frozen=True)
class Kind:
    """One kind of labelling: what is shown and asked, and a mark as somebody could make it on every item."""

    annotation_type: common_pb2.AnnotationType.ValueType
    shown: Mapping[str, Any]
    controls: tuple[Mapping[str, Any], ...]
    data: Mapping[str, Any]
    mark: Mapping[str, Any]
    file: str = ""


def _control(kind: str, **more: Any) -> dict[str, Any]:
    return {"id": "asked", "kind": kind, "on": "shown", "title": {"ko": "표시하기", "en": "Mark it"}, **more}


def _mark(type_: str, value: Mapping[str, Any], label: str = "") -> dict[str, Any]:
    return (
        {"id": "m1", "control": "asked", "type": type_, "label": label, "value": value}
        if label
        else {
            "control": "asked",
            "type": type_,
            "value": value,
        }
    )


_TABLE: Final = {"columns": ["이름", "나이"], "rows": [["김하늘", "31"], ["이바다", "서른"], ["박가온", "27"]]}
_BOXES: Final = {"keyframes": [{"frame": 0, "box": [10, 20, 60, 50], "visible": True, "occluded": False}]}

KINDS: Final[Mapping[str, Kind]] = {
    "shapes": Kind(
        common_pb2.ANNOTATION_TYPE_IMAGE_SHAPE,
        {"kind": "image", "from": "$.file", "alt": "$.alt"},
        (_control("shape", labels=LABELS, tools=["rect", "polygon", "point"], required=True),),
        {"alt": "색 상자가 있는 그림"},
        _mark("rect", {"x": 30.0, "y": 40.0, "w": 80.0, "h": 60.0}, "host"),
        "picture",
    ),
    "spans": Kind(
        common_pb2.ANNOTATION_TYPE_TEXT_SPAN,
        {"kind": "text", "from": "$.text"},
        (_control("span", labels=LABELS, required=True),),
        {"text": SENTENCE},
        _mark("span", {"start": 0, "end": 3, "quote": "김하늘"}, "host"),
    ),
    "segments": Kind(
        common_pb2.ANNOTATION_TYPE_AUDIO_SEGMENT,
        {"kind": "audio", "from": "$.file"},
        (_control("segment", labels=LABELS, transcript=True, required=True),),
        {},
        _mark("segment", {"start_ms": 200, "end_ms": 900, "text": "삐"}, "host"),
        "sound",
    ),
    "tracks": Kind(
        common_pb2.ANNOTATION_TYPE_VIDEO_TRACK,
        {"kind": "video", "from": "$.file"},
        (_control("track", labels=LABELS, required=True),),
        {},
        _mark("track", _BOXES, "host"),
        "film",
    ),
    "cells": Kind(
        common_pb2.ANNOTATION_TYPE_TABLE_CELL,
        {"kind": "table", "from": "$.table"},
        (_control("cell", labels=LABELS, required=True),),
        {"table": _TABLE},
        _mark("cell", {"row": 1, "column": 1}, "host"),
    ),
    "pair": Kind(
        common_pb2.ANNOTATION_TYPE_PAIR_CHOICE,
        {"kind": "pair", "from": ["$.a", "$.b"], "of": "text"},
        (_control("pairwise", tie=True, required=True),),
        {"a": "문 좀 닫아.", "b": "문을 닫아 주시겠어요?"},
        _mark("pairwise", {"choice": "second"}),
    ),
    "writing": Kind(
        common_pb2.ANNOTATION_TYPE_TEXT_WRITING,
        {"kind": "html", "from": "$.page"},
        (
            _control("text", required=True, max_length=300),
            {
                "id": "ease",
                "kind": "rating",
                "on": "shown",
                "title": {"ko": "쉬운 정도", "en": "Ease"},
                "ends": {"low": {"ko": "어려워요"}, "high": {"ko": "쉬워요"}},
            },
            {
                "id": "count",
                "kind": "number",
                "on": "shown",
                "title": {"ko": "문장 수", "en": "Sentences"},
                "low": 0,
                "high": 50,
                "step": 1,
            },
            {
                "id": "tone",
                "kind": "choice",
                "on": "shown",
                "multiple": True,
                "title": {"ko": "말투", "en": "Tone"},
                "options": [{"value": "polite", "ko": "정중해요"}, {"value": "plain", "ko": "평범해요"}],
            },
        ),
        {"page": "<h2>알림</h2><p>물이 <b>내일</b> 아침에 끊겨요.</p><ul><li>오전 9시</li><li>두 시간</li></ul>"},
        _mark("text", {"text": "내일 아침 두 시간 동안 물이 끊긴다."}),
    ),
}


def picture(number: int = 0) -> bytes:
    """A photo-like picture of 400 x 300 pixels with a coloured box at (30, 40)."""
    image = Image.new("RGB", (400, 300), (200, 210, 190 - number))
    draw = ImageDraw.Draw(image)
    draw.rectangle((30, 40, 110, 100), fill=(180, 40, 60))
    draw.ellipse((220, 120, 340, 240), fill=(40, 90, 160))
    return encoded(image, "PNG")


def sound(number: int = 0, seconds: float = 2.0) -> bytes:
    """A tone from 0.2 to 0.9 s in silence, 16 bits, mono."""
    written = io.BytesIO()
    with wave.open(written, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(_RATE)
        tone = range(round(0.2 * _RATE), round(0.9 * _RATE))
        heights = (
            round(9000 * math.sin(at * 0.3 + number)) if at in tone else 0 for at in range(round(seconds * _RATE))
        )
        out.writeframes(b"".join(struct.pack("<h", height) for height in heights))
    return written.getvalue()


def film(number: int = 0, frames: int = 30) -> bytes:
    """A square that moves to the right, 160 x 120 pixels, 10 frames a second."""
    written = io.BytesIO()
    with av.open(written, "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        for at in range(frames):
            image = np.full((120, 160, 3), 90 + number, np.uint8)
            image[20:70, 10 + at : 70 + at] = (200, 60, 60)
            for packet in stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")):
                out.mux(packet)
        for packet in stream.encode():
            out.mux(packet)
    return written.getvalue()


_FILES: Final = {"picture": picture, "sound": sound, "film": film}


async def open_job_of(market: Market, company: Person, name: str, items: int = ITEMS) -> str:
    """An open job of a kind with so many items; the company must have the money."""
    kind = KINDS[name]
    schema = {
        "schema": "ilgam.label-config/1",
        "objects": [{"id": "shown", **kind.shown}],
        "controls": list(kind.controls),
        "not_sure": True,
    }
    job_id = await market.draft(
        company, (), annotation_type=kind.annotation_type, label_schema_json=json.dumps(schema, ensure_ascii=False)
    )
    rows = []
    for number in range(items):
        data = dict(kind.data) | {"number": number}
        if kind.file:
            data["file"] = (await put_media(company.client, job_id, _FILES[kind.file](number))).media_id
        rows.append(pb.ItemRow(key=f"k{number}", data_json=json.dumps(data, ensure_ascii=False)))
    async for _, verdict in import_items(company.client, job_id, rows):
        assert verdict.state == pb.IMPORT_STATE_ACCEPTED, verdict
    await market.publish(company, job_id)
    return job_id
