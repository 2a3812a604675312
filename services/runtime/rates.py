"""Rates that a law or the platform sets: each holds from a date, and none is a literal in the code."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True)
class Rates:
    """Values by name, each a list of (from, value), oldest first."""

    table: dict[str, tuple[tuple[date, int], ...]]

    def value(self, name: str, on: date) -> int:
        """The value of `name` that holds on a date.

        Raises:
            LookupError: no value of that name holds yet.
        """
        held = [value for since, value in self.table.get(name, ()) if since <= on]
        if not held:
            raise LookupError(f"no rate {name!r} holds on {on.isoformat()}")
        return held[-1]


def load_rates(path: Path) -> Rates:
    """Reads a rates file: [name] tables of `YYYY-MM-DD = value` lines."""
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    return Rates(
        {
            name: tuple(sorted((date.fromisoformat(since), int(value)) for since, value in values.items()))
            for name, values in document.items()
        }
    )
