"""The demo's course: its modules are files in `course/`, its pictures are drawn, its film is made."""

import hashlib
import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from services.cli.market.labels import IMAGE, TEXT, Option, choice_schema, marks_answer
from services.cli.seed.catalogue import plan_like
from services.cli.seed.digits import LABELS, digits
from services.cli.seed.drawings import drawing
from services.cli.seed.film import captions, film
from services.cli.seed.kinds.registry import made

_FOLDER = Path(__file__).parent / "course"
LANGUAGES = ("ko", "en")
# Jobs and exams use the digits before these.
PRACTICE_BEGIN, PRACTICE_END = 1400, 1460
_EXTENSIONS = (
    (b"\x89PNG", "png"),
    (b"\xff\xd8", "jpg"),
    (b"\x1aE\xdf\xa3", "webm"),
    (b"WEBVTT", "vtt"),
    (b"RIFF", "wav"),
)


@dataclass
class _Media:
    """What a course shows, by the names that it is stored under."""

    by_id: dict[str, bytes] = field(default_factory=dict)

    def add(self, content: bytes) -> str:
        extension = next(name for head, name in _EXTENSIONS if content.startswith(head))
        media_id = f"media:{hashlib.sha256(content).hexdigest()}.{extension}"
        self.by_id[media_id] = content
        return media_id


@dataclass(frozen=True)
class Lessons:
    """The course.

    Attributes:
        document: of the form ilgam.course/1.
        media: media id -> content.
    """

    document: dict[str, Any]
    media: dict[str, bytes]

    @property
    def document_json(self) -> str:
        """The document as it is put."""
        return json.dumps(self.document, ensure_ascii=False)


@cache
def lessons() -> Lessons:
    """The whole course, the same each time; takes about two seconds, most of them for the film.

    Raises:
        CommandError: the pictures or the means to make the film are not installed.
    """
    media = _Media()
    modules = [
        _module(tomllib.loads(file.read_text(encoding="utf-8")), media) for file in sorted(_FOLDER.glob("*.toml"))
    ]
    return Lessons({"schema": "ilgam.course/1", "modules": modules}, media.by_id)


def _module(terms: dict[str, Any], media: _Media) -> dict[str, Any]:
    annotation_type = terms.get("annotation_type")
    module = {
        "id": terms["id"],
        "title": terms["title"],
        "minutes": terms["minutes"],
        "annotation_type": annotation_type,
        "parts": [_PARTS[part["kind"]](part, media) for part in terms["parts"]],
        "quiz": terms["quiz"],
    }
    if practice := terms.get("practice"):
        module["practice"] = _made_practice(practice, media) if "job" in practice else _practice(terms["id"], practice)
    return module


def _text(part: dict[str, Any], _media: _Media) -> dict[str, Any]:
    return {"kind": "text", "body": _stripped(part["body"])}


def _video(part: dict[str, Any], media: _Media) -> dict[str, Any]:
    return {
        "kind": "video",
        "src": media.add(film()),
        "captions": {language: media.add(captions(language)) for language in LANGUAGES},
        "transcript": _stripped(part["transcript"]),
    }


def _examples(part: dict[str, Any], media: _Media) -> dict[str, Any]:
    return {"kind": "examples"} | {
        side: [_example(example, media) for example in part.get(side, ())] for side in ("good", "bad")
    }


def _example(example: dict[str, Any], media: _Media) -> dict[str, Any]:
    name = example.get("src")
    return example | {"src": media.add(drawing(name))} if name else example


_PARTS: dict[str, Callable[[dict[str, Any], _Media], dict[str, Any]]] = {
    "text": _text,
    "video": _video,
    "examples": _examples,
}


def _practice(module_id: str, terms: dict[str, Any]) -> dict[str, Any]:
    if terms.get("pictures") == "digits":
        options = [Option(label, label, label, label) for label in LABELS]
        schema, found = choice_schema(options, IMAGE), digits(PRACTICE_BEGIN, PRACTICE_END)
        shown = [{"image_url": found[item["digit"] - PRACTICE_BEGIN].image_url} for item in terms["items"]]
    else:
        options = [Option(key=str(place + 1), **one) for place, one in enumerate(terms["options"])]
        schema = choice_schema(options, TEXT)
        shown = [{"text": item["text"]} for item in terms["items"]]
    return {
        "label_schema": json.loads(schema),
        "instructions": _stripped(terms["instructions"]),
        "items": [
            {
                "key": f"{module_id}-{place + 1:02}",
                "data": data,
                "right": {"label": item["right"]},
                "hint": item["hint"],
                "why": item["why"],
            }
            for place, (item, data) in enumerate(zip(terms["items"], shown, strict=True))
        ],
    }


def _made_practice(terms: dict[str, Any], media: _Media) -> dict[str, Any]:
    """Items as a job's maker makes them, which neither the job nor an exam has."""
    job = plan_like(terms)
    items = made(job.maker, terms["begin"], terms["count"])
    for content in (content for item in items for content in item.media.values()):
        media.add(content)
    return {
        "label_schema": json.loads(job.label_schema_json),
        "instructions": _stripped(terms["instructions"]),
        "items": [
            {
                "key": item.key,
                "data": item.data,
                "right": json.loads(marks_answer(item.truth)),
                "hint": terms["hint"],
                "why": terms["why"],
            }
            for item in items
        ],
    }


def _stripped(texts: dict[str, str]) -> dict[str, str]:
    return {language: texts[language].strip() for language in LANGUAGES}
