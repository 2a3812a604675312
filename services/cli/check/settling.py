"""Waits until no event is on its way any more."""

import asyncio
import time

from ilgam.events.v1 import events_service_pb2 as pb

from services.sdk import Client

SETTLE_SECONDS = 60.0
ASK_SECONDS = 0.2
# Services are asked one after the other: an event may move behind the question's back, but not several times in a row.
QUIET_ROUNDS = 3


async def settle(client: Client, seconds: float = SETTLE_SECONDS) -> list[str]:
    """Wait until outboxes, streams and consumers are empty.

    Returns:
        What is still on its way after that time, a line each; empty when all is settled.
    """
    end = time.monotonic() + seconds
    quiet = 0
    while True:
        waiting = [line for health in await event_health(client) for line in on_the_way(health)]
        quiet = 0 if waiting else quiet + 1
        if quiet == QUIET_ROUNDS or (waiting and time.monotonic() >= end):
            return waiting
        await asyncio.sleep(ASK_SECONDS)


async def event_health(client: Client) -> list[pb.GetEventHealthResponse]:
    """How the events of each service stand."""
    return list(
        await asyncio.gather(*(stub.GetEventHealth(pb.GetEventHealthRequest()) for stub in client.events.values()))
    )


def on_the_way(health: pb.GetEventHealthResponse) -> list[str]:
    """What of a service's events has not arrived, in words."""
    lines = []
    if health.unsent_count:
        lines.append(f"{health.service}: {health.unsent_count} unsent, the oldest for {health.oldest_unsent_seconds} s")
    if health.parked_count:
        lines.append(f"{health.service}: {health.parked_count} parked, the oldest for {health.oldest_parked_seconds} s")
    lines.extend(
        f"{health.service}: {behind} events of {consumer.producer} not handled yet"
        for consumer in health.consumers
        if (behind := consumer.pending_count + consumer.unacknowledged_count)
    )
    return lines
