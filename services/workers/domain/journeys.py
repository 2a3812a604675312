"""The steps from the application to the first pay."""

from __future__ import annotations

from enum import Enum


class Step(Enum):
    """A step that a person reaches once; in this order."""

    APPLIED = "APPLIED"
    ENROLLED = "ENROLLED"
    STARTED = "STARTED"
    FINISHED = "FINISHED"
    PASSED = "PASSED"
    CERTIFIED = "CERTIFIED"
    CONSULTED = "CONSULTED"
    CLAIMED = "CLAIMED"
    PAID = "PAID"
