"""How the five services are: whether they answer, and how their events stand."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from ilgam.events.v1 import events_service_pb2 as pb

from services.gateway.asking import answer_or_none
from services.gateway.pages.operator.asking import ANSWER_SECONDS
from services.gateway.people import Person

UNSENT_SECONDS_MAX: Final = 30
LAG_MAX: Final = 1_000
PARKED_SECONDS_MAX: Final = 15 * 60


@dataclass(frozen=True)
class ServiceHealth:
    """One service.

    Attributes:
        name: accounts, workers, tasks, quality or payments.
        told: what it says of its events; None when it does not answer.
    """

    name: str
    told: pb.GetEventHealthResponse | None

    @property
    def lag_count(self) -> int:
        """Events that it has not handled yet."""
        return sum(one.pending_count + one.unacknowledged_count for one in self.told.consumers) if self.told else 0

    @property
    def wrongs(self) -> list[str]:
        """What an operator should look at: down, unsent, lag, parked, dead; empty when all is well."""
        if self.told is None:
            return ["down"]
        found = {
            "unsent": self.told.oldest_unsent_seconds > UNSENT_SECONDS_MAX,
            "lag": self.lag_count > LAG_MAX,
            "parked": self.told.oldest_parked_seconds > PARKED_SECONDS_MAX,
            "dead": self.told.dead_letter_count > 0,
        }
        return [name for name, wrong in found.items() if wrong]


async def health_of_all(person: Person) -> list[ServiceHealth]:
    """How each service is, asked of all at once."""
    stubs = person.client.events
    answers = await asyncio.gather(
        *(
            answer_or_none(stub.GetEventHealth(pb.GetEventHealthRequest(), timeout=ANSWER_SECONDS))
            for stub in stubs.values()
        )
    )
    return [ServiceHealth(name, told) for name, told in zip(stubs, answers, strict=True)]
