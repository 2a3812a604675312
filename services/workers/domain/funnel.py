"""The funnel: what is asked of it, and which of its counts are so small that they would tell of single people."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from services.workers.domain.journeys import Step

SHOWN_MIN: Final = 5
STEPS: Final = tuple(Step)
SPANS: Final = (*itertools.pairwise(STEPS), (STEPS[0], STEPS[-1]))
"""From which step to which days are counted: between neighbours, and the whole way."""

Key = TypeVar("Key", bound=Hashable)
Counts = Mapping[Step, int]


@dataclass(frozen=True)
class Group:
    """People whose funnel is asked for; None: any. A group that is smaller than a programme is `small`.

    `from_time` (included) and `to_time` (not included) bound a person's first step.
    """

    programme_id: UUID | None = None
    cohort_id: UUID | None = None
    age_band: int | None = None
    from_time: datetime | None = None
    to_time: datetime | None = None

    @property
    def is_whole(self) -> bool:
        """Whether these are all people, or all of a programme."""
        return self.age_band is None and not self.is_narrow

    @property
    def is_narrow(self) -> bool:
        """Whether they are of one cohort or of some days only."""
        return any(one is not None for one in (self.cohort_id, self.from_time, self.to_time))


@dataclass(frozen=True)
class Shown:
    """A count as it may be shown: None where it is hidden."""

    step: Step
    people_count: int | None


@dataclass(frozen=True)
class Quartiles:
    """Quartiles over so many people; None where there are too few to give any."""

    people_count: int
    lower: float
    middle: float
    upper: float

    @property
    def is_shown(self) -> bool:
        """Whether they rest on enough people."""
        return self.people_count >= SHOWN_MIN


def hidden_cells(counts: Mapping[Key, int], lines: Sequence[Sequence[Key]]) -> set[Key]:
    """The cells of a table that are not shown: those under 5, and others through which one could work these out.

    In a line one cell follows from the others and a known sum. So wherever a cell of 1 to 4 people is hidden, hidden
    cells of that line are two at least and hold 5 people at least, as far as the line has them (complementary
    suppression; the smallest cell that does it goes). Zeros are hidden too, but need no such company.

    Args:
        counts: the table.
        lines: for each known sum the cells that it is the sum of; a sum that may be hidden is a cell of its line.
    """
    hidden = {key for key, count in counts.items() if count < SHOWN_MIN}
    changed = True
    while changed:
        changed = False
        for line in lines:
            more = _one_more(counts, line, hidden)
            if more is not None:
                hidden.add(more)
                changed = True
    return hidden


def _one_more(counts: Mapping[Key, int], line: Sequence[Key], hidden: set[Key]) -> Key | None:
    """A further cell to hide in a line; None where there is no need, or nothing left."""
    gone = [key for key in line if key in hidden]
    if not any(counts[key] for key in gone) or (len(gone) > 1 and sum(counts[key] for key in gone) >= SHOWN_MIN):
        return None
    return min((key for key in line if key not in hidden), key=lambda key: counts[key], default=None)


def shown_alone(counts: Counts, *, whole: bool) -> list[Shown]:
    """The steps of one group; in a whole one nothing is hidden."""
    return [_shown(counts, step, hidden=not whole and counts[step] < SHOWN_MIN) for step in STEPS]


def shown_rows(rows: Mapping[Key, Counts], parts: Sequence[Sequence[Key]] = ()) -> dict[Key, list[Shown]]:
    """Rows that add up to a row which is shown, step by step; so do the rows of each of `parts`."""
    cells = {(key, step): counts[step] for key, counts in rows.items() for step in STEPS}
    hidden = hidden_cells(cells, [[(key, step) for key in part] for step in STEPS for part in (*parts, rows)])
    return {key: [_shown(counts, step, hidden=(key, step) in hidden) for step in STEPS] for key, counts in rows.items()}


def shown_grid(grid: Mapping[tuple[Key, int], Counts], all_key: Key) -> dict[tuple[Key, int], list[Shown]]:
    """A table of groups by age band, with the row `all_key` that the others add up to.

    What a row's bands add up to is shown elsewhere; what a band's rows add up to is the band's cell in `all_key`.
    """
    rows, bands = dict.fromkeys(row for row, _ in grid), dict.fromkeys(band for _, band in grid)
    if all_key not in rows:
        raise ValueError("the row of all people is missing")
    cells = {(row, band, step): counts[step] for (row, band), counts in grid.items() for step in STEPS}
    lines = [[(row, band, step) for band in bands] for step in STEPS for row in rows]
    lines += [[(row, band, step) for row in rows] for step in STEPS for band in bands]
    hidden = hidden_cells(cells, lines)
    return {
        (row, band): [_shown(counts, step, hidden=(row, band, step) in hidden) for step in STEPS]
        for (row, band), counts in grid.items()
    }


def _shown(counts: Counts, step: Step, *, hidden: bool) -> Shown:
    return Shown(step, None if hidden else counts[step])
