"""Active time and effective hourly pay (the exact rules: "Measures").

Active time is the sum of the gaps between a worker's acts on their assignments of a job, as the server saw them: claim,
draft, submit. A gap counts for at most 120 s, since whoever is silent longer is not at work. A worker who holds twenty
items and answers one after the other works one second per second: so a gap reaches back to the last act on any of
them, and is shared by the assignments of one act.
"""

from __future__ import annotations

from datetime import datetime

from services.core.money import hourly

GAP_SECONDS_MAX = 120
MEASURED_ANSWERS_MIN = 20
MEASURED_DAYS = 7
_MS = 1000


def active_share_ms(last_act_time: datetime, act_time: datetime, count: int) -> int:
    """The active milliseconds that one act adds to each of its `count` assignments (at least 1)."""
    gap_seconds = (act_time - last_act_time).total_seconds()
    return int(min(max(gap_seconds, 0.0), GAP_SECONDS_MAX) * _MS) // count


def estimated_hourly_krw(price_krw: int, expected_seconds: int) -> int:
    """Won per hour by the company's own figure; 0 when it gave none."""
    return hourly(price_krw, expected_seconds)
