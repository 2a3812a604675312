"""Relations between spans: the F1 of relations whose ends are matched; the result is what most joined."""

from __future__ import annotations

from services.labelling.likeness.answers import ROUNDING, Ballot, Fused, Kind, Marks, level
from services.labelling.likeness.matching import same_label, soft_f1
from services.labelling.likeness.span import span_scores
from services.labelling.values import Control, Mark

_ENDS = ("from", "to")


def _similarity(_: Control, first: Marks, second: Marks) -> float:
    one, other = _joined(first), _joined(second)
    scores = span_scores([pair[0] for pair in one], [pair[0] for pair in other])
    scores = scores * span_scores([pair[1] for pair in one], [pair[1] for pair in other])
    return soft_f1(scores * same_label(first.own, second.own))


def _fuse(control: Control, ballot: Ballot) -> list[Fused]:
    members: dict[tuple[str, str, str], dict[int, Mark]] = {}
    for place, mark in ballot.marks:
        ends = [ballot.fused_ids.get((place, str(mark.value[end]))) for end in _ENDS]
        if ends[0] and ends[1] and ends[0] != ends[1]:
            members.setdefault((ends[0], ends[1], mark.label), {})[place] = mark
    out = []
    for (start, end, label), marks in sorted(members.items()):
        weight = ballot.weight_of(list(marks.items()))
        if weight >= ballot.quorum - ROUNDING:
            mark = Mark("", control.control_id, "relation", label, {"from": start, "to": end})
            out.append(Fused(mark, list(marks.items()), weight))
    return out


def _joined(marks: Marks) -> list[tuple[Mark, Mark, str]]:
    """The spans that are joined, and how; relations of spans that are not there count as joining nothing."""
    nothing = Mark("", "", "span", "", {"start": 0, "end": 0, "quote": ""})
    every = marks.every
    return [
        (every.get(str(mark.value["from"]), nothing), every.get(str(mark.value["to"]), nothing), mark.label)
        for mark in marks.own
    ]


RELATION = Kind(_similarity, _fuse, level(0.0), gold_likeness=0.5)
