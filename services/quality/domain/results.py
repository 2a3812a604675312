"""What an item's settlement changes in what the others were told: its result, and how many answers it wants."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np

from services.quality.domain.case import Case, Result
from services.quality.domain.evidence import NO_GOLD, Settlement

TOLD_AGAIN_FROM = 0.01
_FINAL_DIGITS = 9


@dataclass(frozen=True)
class ItemNews:
    """An item after a settlement: its result, whether that is to be told, and whether it wants more answers."""

    item_id: UUID
    result: Result
    told: bool
    wants: bool


def item_news(
    case: Case, settled: Settlement, *, final: bool, dropped: Sequence[int], bodies: Sequence[str] = ()
) -> list[ItemNews]:
    """[I] what is new about each item; ``dropped`` [I] counts answers that were rejected and hold no place.

    ``bodies`` [I] are the hashes of results that are more than a label.

    A gold item has no result worth telling before the job ends, and asks for nothing.
    """
    counts = np.bincount(case.item, minlength=len(case.items))
    gold = case.gold
    out = []
    for n, item in enumerate(case.items):
        ordinary = int(gold[n]) == NO_GOLD
        resolved = final or (ordinary and bool(settled.resolved[n]))
        result = Result(
            label="" if bodies else case.job.terms.labels[int(settled.label[n])],
            confidence=round(min(1.0, max(0.0, float(settled.confidence[n]))), _FINAL_DIGITS),
            tie=bool(settled.tied[n]),
            answer_count=int(counts[n]),
            revision=item.result.revision,
            resolved=resolved,
            answers_wanted=item.result.answers_wanted,
            body_sha256=bodies[n] if bodies else "",
        )
        wants = ordinary and not final and bool(settled.want_more[n])
        out.append(_news(item.item_id, item.result, result, final, int(counts[n]) - dropped[n] + 1 if wants else 0))
    return out


def _news(item_id: UUID, before: Result, after: Result, final: bool, wanted: int) -> ItemNews:
    told = after.resolved and (before.revision == 0 or _differs(before, after, final))
    if not told and before.revision:
        # What is stored stays what was told; only the memory is new.
        after = replace(before, resolved=after.resolved)
    wants = wanted > before.answers_wanted
    after = replace(
        after,
        revision=before.revision + told,
        answers_wanted=wanted if wants else before.answers_wanted,
    )
    return ItemNews(item_id, after, told, wants)


def _differs(before: Result, after: Result, final: bool) -> bool:
    said, said_now = (before.label, before.body_sha256), (after.label, after.body_sha256)
    if said != said_now or (before.tie, before.answer_count) != (after.tie, after.answer_count):
        return True
    change = abs(before.confidence - after.confidence)
    return change > 0.0 if final else change >= TOLD_AGAIN_FROM
