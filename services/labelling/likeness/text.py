"""Texts: 1 less the character error rate; the result is the text that is most like the others."""

from __future__ import annotations

import unicodedata

import numpy as np
from rapidfuzz.distance import Levenshtein

from services.labelling.likeness.answers import ROUNDING, Ballot, Fused, Kind, Marks, level
from services.labelling.likeness.matching import medoid
from services.labelling.values import Control, Mark


def text_similarity(first: str, second: str) -> float:
    """1 less the edits from one to the other over the longer one's length; spaces count once, Hangul composed."""
    return float(Levenshtein.normalized_similarity(_plain(first), _plain(second)))


def medoid_text(texts: list[str], weights: list[float]) -> str:
    """The text that is most like the others, weighted; among equals the first."""
    scores = np.array([[text_similarity(one, other) for other in texts] for one in texts])
    return texts[medoid(scores, weights)]


def _similarity(_: Control, first: Marks, second: Marks) -> float:
    return text_similarity(_text(first), _text(second)) if first.own and second.own else 0.0


def _fuse(control: Control, ballot: Ballot) -> list[Fused]:
    written = [(answer, weight) for answer, weight in zip(ballot.answers, ballot.weights, strict=True) if answer.own]
    if sum(weight for _, weight in written) < ballot.quorum - ROUNDING or not written:
        return []
    best = medoid_text([_text(answer) for answer, _ in written], [weight for _, weight in written])
    return [Fused(Mark("", control.control_id, "text", "", {"text": best}), ballot.marks)]


def _text(marks: Marks) -> str:
    return str(marks.own[0].value["text"])


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


TEXT = Kind(_similarity, _fuse, level(0.25), gold_likeness=0.5)
