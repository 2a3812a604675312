"""A certificate on A4, in Korean and English, with the holder's name and a QR code that leads to its check."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import typst
from google.protobuf.timestamp_pb2 import Timestamp
from ilgam.common.v1.common_pb2 import Interval

from services.gateway.papers.qr import qr_picture
from services.gateway.words import Words

_HERE: Final = Path(__file__).parent
_TEMPLATE: Final = _HERE / "certificate.typ"
# A word that is longer has places put into it where a line may end.
_WORD_MAX: Final = 24
_BREAK: Final = "\u200b"


@dataclass(frozen=True)
class Paper:
    """What stands on the paper. `kind` is a key of `states`; `state` is VALID, EXPIRED or REVOKED; `score` may be None."""

    name: str
    kind: str
    number: str
    issue_time: Timestamp
    expire_time: Timestamp
    score: Interval | None
    state: str
    address: str


def certificate_pdf(paper: Paper, words: Mapping[str, Words]) -> bytes:
    """The paper as PDF. Takes some tenths of a second of a processor."""
    data = {
        "name": breakable(paper.name),
        "number": paper.number,
        "address": paper.address,
        "state": paper.state,
        "qr": qr_picture(paper.address),
        "languages": [_said(paper, words[language]) for language in ("ko", "en")],
    }
    compiler = typst.Compiler(_TEMPLATE, root=_HERE, font_paths=_fonts(), sys_inputs={"data": json.dumps(data)})
    made = compiler.compile(format="pdf")
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made


def _said(paper: Paper, t: Words) -> dict[str, object]:
    """Everything that is written, in one language."""
    score = paper.score
    rows = [
        (t("exams.paper_kind"), t(f"states.{paper.kind}")),
        (t("exams.paper_number"), paper.number),
        (t("exams.paper_issued"), t.day(paper.issue_time)),
        (t("exams.paper_ends"), t.day(paper.expire_time)),
    ]
    if score is not None:
        rows.append((t("exams.paper_score"), score_words(t, score)))
    return {
        "title": t("exams.paper_title"),
        "named": t("exams.paper_named"),
        "says": t("exams.paper_says", kind=t(f"states.{paper.kind}")),
        "rows": rows,
        "check": t("exams.paper_check"),
        "state": "" if paper.state == "VALID" else t(f"exams.paper_{paper.state}"),
        "issuer": t("exams.paper_issuer"),
    }


def score_words(t: Words, score: Interval) -> str:
    """19 of 20 right; the true share lies between 76 % and 99 %."""
    return t(
        "exams.score_words",
        right=round(score.mean * score.count),
        count=round(score.count),
        lower=t.percent(score.lower),
        upper=t.percent(score.upper),
    )


def breakable(name: str) -> str:
    """A name whose long words may be broken at a line's end."""
    return " ".join(word if len(word) <= _WORD_MAX else _BREAK.join(word) for word in name.split())


@functools.cache
def _fonts() -> typst.Fonts:
    """Our own fonts first; what they lack (emoji, other scripts) comes from the machine's where it has them."""
    return typst.Fonts(include_system_fonts=True, font_paths=[_HERE / "fonts"])
