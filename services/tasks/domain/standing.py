"""What tasks knows of a worker, and what of it keeps them from claiming."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from uuid import UUID


class Missing(IntEnum):
    """What keeps a worker from claiming; the numbers of the contract's MissingKind."""

    CERTIFICATE = 1
    SKILL = 2
    POOL = 3
    RESTRICTED = 4


@dataclass(frozen=True)
class Standing:
    """What was known of a worker for one annotation type at one moment.

    `certificate_id` is None without a valid certificate. `restricted_until` may be None for a restriction without end.
    `skill_lower` is the lower bound of the measured accuracy, 0 for a worker who was never measured. `outside_pool`:
    the job is for the company's pool, and the worker is not in it.
    """

    certificate_id: UUID | None
    restricted: bool
    restricted_until: datetime | None
    skill_lower: float
    outside_pool: bool = False


def missing(standing: Standing, required_skill: float) -> tuple[Missing, ...]:
    """What keeps the worker from claiming, the gravest first; empty when nothing does."""
    found = []
    if standing.restricted:
        found.append(Missing.RESTRICTED)
    if standing.certificate_id is None:
        found.append(Missing.CERTIFICATE)
    if standing.outside_pool:
        found.append(Missing.POOL)
    if standing.skill_lower < required_skill:
        found.append(Missing.SKILL)
    return tuple(found)
