"""What people are told by this service. accounts has the words and knows how to reach them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True)
class Notice:
    """One notice for one person; nothing in it is personal.

    Attributes:
        account_id: who is told.
        template: the contract's name, such as SEAT_WON.
        parameters: as the template says (`ilgam.common.v1.Notice`).
        path: where the pages show more; empty: nowhere.
        once_key: the same key for the same person is told once; empty: always.
    """

    account_id: UUID
    template: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    path: str = ""
    once_key: str = ""
