"""The items of each job: what is shown, and what is true of it."""

import hashlib
import json
from dataclasses import dataclass

from services.cli.seed.catalogue import JobPlan, gold_keys
from services.cli.seed.digits import EXAM_POOL_SIZE, digits
from services.cli.seed.pictures import pictures


@dataclass(frozen=True)
class Piece:
    """One item.

    Attributes:
        key: the company's name of it.
        shown: the text, the data URL, or the media id that its data holds.
        label: the right answer.
        content: the picture to store first; empty where nothing is stored.
        gold: whether the job knows the answer.
    """

    key: str
    shown: str
    label: str
    content: bytes = b""
    gold: bool = False


@dataclass(frozen=True)
class Stock:
    """A job's items.

    Attributes:
        pieces: in the order of import.
        by_shown: the same, by what is shown: what a person sees.
    """

    pieces: tuple[Piece, ...]
    by_shown: dict[str, Piece]


def stock_of(plan: JobPlan) -> Stock:
    """All items of a job, the same each time; takes up to a second for pictures."""
    rows = _texts(plan) if plan.sentences else _pictures(plan)
    gold = gold_keys(plan.name, [key for key, *_ in rows])
    pieces = tuple(Piece(key, shown, label, content, key in gold) for key, shown, label, content in rows)
    return Stock(pieces, {piece.shown: piece for piece in pieces})


def data_json(plan: JobPlan, shown: str) -> str:
    """What an item's data holds."""
    return json.dumps({"text" if plan.kind == "text" else "image_url": shown}, ensure_ascii=False)


def shown_of(data: str) -> str:
    """What is shown of an item's data."""
    found = json.loads(data)
    return str(found.get("text") or found.get("image_url"))


def _texts(plan: JobPlan) -> list[tuple[str, str, str, bytes]]:
    """Labels by turns, so that no stretch of the queue is all alike."""
    rows = [
        (place, f"{label}-{place + 1:02}", text, label)
        for label, texts in plan.sentences.items()
        for place, text in enumerate(texts)
    ]
    return [(key, text, label, b"") for _, key, text, label in sorted(rows, key=lambda row: row[0])]


def _pictures(plan: JobPlan) -> list[tuple[str, str, str, bytes]]:
    if plan.pictures == "digits":
        # The first ones are the exam's.
        found = digits(EXAM_POOL_SIZE, EXAM_POOL_SIZE + plan.picture_count)
        return [(digit.key, digit.image_url, digit.label, b"") for digit in found]
    return [
        (one.key, f"media:{hashlib.sha256(one.content).hexdigest()}.jpg", one.label, one.content)
        for one in pictures(plan.pictures, plan.picture_count)
    ]
