"""The items of each job: what is shown, and what is true of it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from services.cli.seed.catalogue import JobPlan, gold_keys
from services.cli.seed.digits import EXAM_POOL_SIZE, digits
from services.cli.seed.kinds.made import Made
from services.cli.seed.kinds.registry import made
from services.cli.seed.pictures import pictures
from services.labelling.html_text import text_of_html


@dataclass(frozen=True)
class Piece:
    """One item.

    Attributes:
        key: the company's name of it.
        shown: the text, the data URL, or the media id that its data holds.
        label: the right answer where a single choice is asked; otherwise empty.
        content: the picture to store first; empty where nothing is stored.
        gold: whether the job knows the answer.
        made: the item where more than a choice is asked.
    """

    key: str
    shown: str
    label: str
    content: bytes = b""
    gold: bool = False
    made: Made | None = None

    @property
    def media(self) -> Mapping[str, bytes]:
        """What is to be stored first, by the names that it has then."""
        if self.made is not None:
            return self.made.media
        return {self.shown: self.content} if self.content else {}


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
    """All items of a job, the same each time; takes up to some seconds for pictures, recordings and clips."""
    if plan.maker:
        return _stock([_made_piece(one) for one in made(plan.maker, 0, plan.count)], plan)
    rows = _texts(plan) if plan.sentences else _pictures(plan)
    return _stock([Piece(*row) for row in rows], plan)


def data_json(plan: JobPlan, piece: Piece) -> str:
    """What an item's data holds."""
    if piece.made is not None:
        return json.dumps(piece.made.data, ensure_ascii=False)
    return json.dumps({"text" if plan.kind == "text" else "image_url": piece.shown}, ensure_ascii=False)


def shown_of(data: str) -> str:
    """What is shown of an item's data: what a person knows it by."""
    found = json.loads(data)
    if notice := found.get("notice"):
        # Where lines end is the server's to say.
        return " ".join(text_of_html(notice).split())
    known_by = found.get("text") or found.get("image_url") or found.get("name")
    return str(known_by or json.dumps(found, ensure_ascii=False, sort_keys=True))


def _stock(pieces: list[Piece], plan: JobPlan) -> Stock:
    gold = gold_keys(plan.name, [piece.key for piece in pieces])
    marked = tuple(replace(piece, gold=piece.key in gold) for piece in pieces)
    return Stock(marked, {piece.shown: piece for piece in marked})


def _made_piece(one: Made) -> Piece:
    return Piece(one.key, shown_of(json.dumps(one.data)), "", made=one)


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
