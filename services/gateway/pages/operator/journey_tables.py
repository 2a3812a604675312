"""The funnel's figures as bars and as tables, on a page and in a spreadsheet. No calls are made here."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ilgam.tasks.v1 import tasks_service_pb2 as tasks_pb
from ilgam.workers.v1 import journeys_service_pb2 as pb

from services.gateway.pages.learn.steps import STEPS, step_name
from services.gateway.pages.operator.names import type_name
from services.gateway.words import Words

Cell = str | int | float
Line = Sequence[Cell]
HIDDEN: Final = "<5"
"""What a spreadsheet shows for a hidden cell."""


@dataclass(frozen=True)
class Bar:
    """One step: how many people reached it, and which shares these are; None where it is hidden or there is none."""

    name: str
    people_count: int | None
    of_first: float | None
    of_before: float | None


@dataclass(frozen=True)
class IdleLine:
    """Of one annotation type: people who could work and do not, beside the work that is open (None: not known now)."""

    kind: str
    certified_count: int
    idle_count: int
    never_count: int
    wanting_count: int | None


def bars(steps: Iterable[pb.StepCount]) -> list[Bar]:
    """The steps as bars; a share of a step before that is hidden or nobody's is none."""
    found: list[Bar] = []
    for step in steps:
        count = None if step.hidden else step.people_count
        first = found[0].people_count if found else count
        before = found[-1].people_count if found else None
        found.append(Bar(step_name(step.step), count, _share(count, first), _share(count, before)))
    return found


def _share(count: int | None, whole: int | None) -> float | None:
    return count / whole if count is not None and whole else None


def idle_lines(counts: Iterable[pb.IdleCount], open_work: tasks_pb.GetOpenWorkResponse | None) -> list[IdleLine]:
    """Idle people beside open work, also of types for which nobody is certified."""
    wanting = {type_name(work): work.wanting_count for work in open_work.works} if open_work else {}
    known = {type_name(one): one for one in counts}
    lines = []
    for kind in dict.fromkeys([*known, *wanting]):
        one = known.get(kind, pb.IdleCount())
        open_count = wanting.get(kind, 0) if open_work else None
        lines.append(IdleLine(kind, one.certified_count, one.idle_count, one.never_count, open_count))
    return lines


def cohort_name(words: Words, cohort: pb.CohortFunnel, titles: Mapping[str, str]) -> str:
    """What a cohort is called in a table."""
    if not cohort.cohort_id:
        return words("journeys.without_cohort")
    return words("journeys.cohort_name", title=titles.get(cohort.programme_id, ""), no=cohort.cohort_no).strip()


def steps_csv(funnel: pb.GetFunnelResponse) -> bytes:
    """People by step."""
    lines = [
        (bar.name, _shown(bar.people_count), _part(bar.of_first), _part(bar.of_before)) for bar in bars(funnel.steps)
    ]
    return as_csv(("step", "people", "of_applicants", "of_step_before"), lines)


def cohorts_csv(funnel: pb.GetFunnelResponse, name_of: Callable[[pb.CohortFunnel], str]) -> bytes:
    """A line for each cohort."""
    lines = [(cohort.cohort_id, name_of(cohort), *_cells(cohort.steps)) for cohort in funnel.cohorts]
    return as_csv(("cohort_id", "cohort", *map(step_name, STEPS)), lines)


def ages_csv(funnel: pb.GetFunnelResponse, words: Words) -> bytes:
    """A line for each age band."""
    lines = [(words(f"journeys.age_{band.age_band}"), *_cells(band.steps)) for band in funnel.age_bands]
    return as_csv(("age_band", *map(step_name, STEPS)), lines)


def days_csv(funnel: pb.GetFunnelResponse) -> bytes:
    """Days between steps, in quarters."""
    lines = [(step_name(span.from_step), step_name(span.to_step), *_quarters(span.days, 2)) for span in funnel.spans]
    return as_csv(
        ("from_step", "to_step", "people", "lower_quartile_days", "median_days", "upper_quartile_days"), lines
    )


def hourly_csv(funnel: pb.GetFunnelResponse) -> bytes:
    """Won by the hour, in quarters."""
    head = ("people", "lower_quartile_krw", "median_krw", "upper_quartile_krw")
    return as_csv(head, [_quarters(funnel.hourly_krw, 0)])


def target_csv(funnel: pb.GetFunnelResponse) -> bytes:
    """The target and how far it is."""
    lines = [(funnel.target.target_count, funnel.target.graduate_count)] if funnel.HasField("target") else []
    return as_csv(("target", "finished"), lines)


def idle_csv(lines: Iterable[IdleLine]) -> bytes:
    """A line for each annotation type."""
    rows = [
        (
            line.kind,
            line.certified_count,
            line.idle_count,
            line.never_count,
            "" if line.wanting_count is None else line.wanting_count,
        )
        for line in lines
    ]
    return as_csv(("annotation_type", "certified", "idle", "never_claimed", "open_items"), rows)


def as_csv(head: Sequence[str], lines: Iterable[Line]) -> bytes:
    """Lines for a spreadsheet; it begins with a mark by which Excel knows UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([_plain(cell) for cell in line] for line in lines)
    return text.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> Cell:
    """A text that a spreadsheet does not take for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t"} else cell


def _cells(steps: Iterable[pb.StepCount]) -> list[Cell]:
    return [HIDDEN if step.hidden else step.people_count for step in steps]


def _shown(count: int | None) -> Cell:
    return HIDDEN if count is None else count


def _part(share: float | None) -> Cell:
    return "" if share is None else round(share, 4)


def _quarters(quartiles: pb.Quartiles, decimals: int) -> Line:
    if quartiles.hidden:
        return (HIDDEN, "", "", "")
    figures = (quartiles.lower, quartiles.middle, quartiles.upper)
    return (quartiles.people_count or "", *(round(figure, decimals) for figure in figures))
