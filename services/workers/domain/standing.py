"""Restrictions: why and until when a worker may not claim."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from uuid import UUID


class RestrictionKind(Enum):
    """How far a restriction goes."""

    # No new claims; work in hand is finished and paid.
    PAUSED = "PAUSED"
    # Leases end and pay is held.
    FRAUD = "FRAUD"


@dataclass(frozen=True)
class Restriction:
    """A restriction, with the reason that the worker sees. Without `until_time` it holds until it is lifted."""

    kind: RestrictionKind
    reason: str = field(repr=False)
    until_time: datetime | None

    def holds_at(self, now: datetime) -> bool:
        """Whether it holds at an instant."""
        return self.until_time is None or now < self.until_time


@dataclass(frozen=True)
class Worker:
    """A person who labels. `standing_revision` counts restrictions and restorations."""

    worker_id: UUID
    restriction: Restriction | None
    standing_revision: int
