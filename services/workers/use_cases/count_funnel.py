"""Counting how many people reached each step, with what would tell of single people hidden."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.core.errors import invalid_field
from services.runtime.database import Transaction
from services.workers.domain.funnel import STEPS, Group, Quartiles, Shown, shown_alone, shown_grid, shown_rows
from services.workers.domain.journeys import Step
from services.workers.store.queries import funnel as store
from services.workers.store.queries.funnel import CohortCounts

COHORTS_MAX = 500
_NOBODY = dict.fromkeys(STEPS, 0)
_ALL = "all"


@dataclass(frozen=True)
class ShownCohort:
    """The steps of one cohort's people; without ids: of people without a cohort."""

    programme_id: UUID | None
    cohort_id: UUID | None
    cohort_no: int
    steps: list[Shown]


@dataclass(frozen=True)
class Funnel:
    """What is shown of a group. `age_bands` by the contract's number; `target`: graduates wanted, and there."""

    steps: list[Shown]
    spans: list[Quartiles]
    hourly_krw: Quartiles
    cohorts: list[ShownCohort]
    age_bands: dict[int, list[Shown]]
    target: tuple[int, int] | None


async def count_funnel(tx: Transaction, group: Group, age_bands: Sequence[int]) -> Funnel:
    """Counts a group.

    Args:
        tx: where it is counted.
        group: whose steps.
        age_bands: all bands there are, "not said" among them.

    Raises:
        InvalidArgumentError: an age band within a cohort or some days: single people could be worked out.
    """
    if group.age_band is not None and group.is_narrow:
        raise invalid_field("age_band", "age bands are counted over whole programmes only")
    # A cohort alone is shown as in the table that it stands in: what is hidden there is hidden here.
    table = replace(group, cohort_id=None)
    whole, counted = await store.counts_by_cohort(tx.connection, table, COHORTS_MAX)
    cohorts = _shown_cohorts(counted)
    bands = {} if group.is_narrow else await _age_bands(tx, group.programme_id, age_bands)
    if group.age_band is not None:
        # As in the table of bands: what is hidden there is hidden here.
        steps = bands.get(group.age_band, [Shown(step, None) for step in STEPS])
    elif group.cohort_id is not None:
        cohorts = [one for one in cohorts if one.cohort_id == group.cohort_id]
        steps = cohorts[0].steps if cohorts else shown_alone(_NOBODY, whole=False)
    else:
        steps = shown_alone(whole, whole=group.is_whole)
    return Funnel(
        steps=steps,
        spans=await store.spans_of(tx.connection, group),
        hourly_krw=await store.hourly_krw_of(tx.connection, group),
        cohorts=cohorts if group.age_band is None else [],
        age_bands=bands if group.is_whole else {},
        target=await store.target_of(tx.connection, group.programme_id) if group.is_whole else None,
    )


def _shown_cohorts(cohorts: Sequence[CohortCounts]) -> list[ShownCohort]:
    # What the cohorts of a programme add up to is shown as well.
    programmes: dict[UUID | None, list[UUID | None]] = defaultdict(list)
    for cohort in cohorts:
        programmes[cohort.programme_id].append(cohort.cohort_id)
    parts = [part for programme_id, part in programmes.items() if programme_id is not None]
    shown = shown_rows({cohort.cohort_id: cohort.counts for cohort in cohorts}, parts)
    return [
        ShownCohort(cohort.programme_id, cohort.cohort_id, cohort.cohort_no, shown[cohort.cohort_id])
        for cohort in cohorts
    ]


async def _age_bands(tx: Transaction, programme_id: UUID | None, age_bands: Sequence[int]) -> dict[int, list[Shown]]:
    """The bands of a programme, or of all people; all programmes are counted, so that none follows from the others."""
    of_all = await store.counts_by_age_band(tx.connection)
    of_programmes = await store.counts_by_programme_and_age_band(tx.connection)
    rows = dict.fromkeys([programme_id, *(programme for programme, _ in of_programmes)])
    grid: dict[tuple[UUID | str, int], dict[Step, int]] = {
        (_ALL, band): of_all.get(band, _NOBODY) for band in age_bands
    }
    for row in rows:
        if row is not None:
            grid |= {(row, band): of_programmes.get((row, band), _NOBODY) for band in age_bands}
    shown = shown_grid(grid, _ALL)
    return {band: shown[programme_id or _ALL, band] for band in age_bands}
