"""How the hot statements are planned: once per connection and by index, whatever the statistics say.

A plan made while a table was small, or before a job of a million items
was analysed, must not read whole tables: each of them touches some rows by id, or the next few of an index.
"""

from __future__ import annotations

_BY_INDEX = {
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_bitmapscan": "off",
}
_IN_ORDER = _BY_INDEX | {"enable_sort": "off"}


def _settings(values: dict[str, str]) -> str:
    calls = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in values.items())
    return f"(SELECT concat({calls}))"


PLAN_BY_INDEX = _settings(_BY_INDEX)
"""An SQL expression that a transaction's first statement gives: the later ones are planned so."""

PLAN_IN_ORDER = _settings(_IN_ORDER)
"""The same, and an index's order is used rather than collecting rows and sorting them."""
