"""Who is poked, and when."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from services.gateway import pokes as module
from services.gateway.pokes import Pokes
from services.gateway.settings import GatewaySettings

SOON = 0.01


@pytest.fixture
def pokes() -> Pokes:
    return Pokes(GatewaySettings(), lambda _: None)


async def first(stream: AsyncIterator[bool]) -> bool:
    return await asyncio.wait_for(anext(stream), 5)


async def test_what_happened_after_the_page_was_read_pokes_as_soon_as_it_listens(pokes: Pokes) -> None:
    read_at = time.time()
    pokes.poke({"worker:a"})
    assert await first(pokes.stream({"worker:a"}, read_at, SOON))


async def test_what_happened_long_before_the_page_was_read_pokes_nobody(
    pokes: Pokes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "QUIET_SECONDS", SOON)
    pokes.poke({"worker:a"})
    assert not await first(pokes.stream({"worker:a"}, time.time() + 60, SOON))


async def test_a_poke_has_an_echo_for_those_who_hear_the_same_event_later(
    pokes: Pokes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "QUIET_SECONDS", 10 * SOON)
    pokes.poke({"job:j"})
    stream = pokes.stream({"job:j"}, time.time(), SOON)
    assert [await first(stream) for _ in range(3)] == [True, True, False]


async def test_the_memory_of_what_happened_is_bounded(pokes: Pokes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REMEMBERED_MAX", 2)
    for name in ("a", "b", "c"):
        pokes.poke({f"worker:{name}"})
    monkeypatch.setattr(module, "QUIET_SECONDS", SOON)
    assert not await first(pokes.stream({"worker:a"}, 1.0, SOON))
    assert await first(pokes.stream({"worker:c"}, 1.0, SOON))


def test_the_streams_of_one_person_are_bounded(pokes: Pokes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STREAMS_OF_A_PERSON_MAX", 2)
    with pokes.counted("a"):
        assert pokes.has_room("a")
        with pokes.counted("a"):
            assert not pokes.has_room("a")
            assert pokes.has_room("b")
        assert pokes.has_room("a")
