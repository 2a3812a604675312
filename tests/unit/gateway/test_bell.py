"""The bell's count: asked seldom, never waited for long, and new as soon as there is something new."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import cast

import grpc
import pytest
from ilgam.accounts.v1 import notices_service_pb2 as pb

from services.gateway import bell as bell_module
from services.gateway.bell import Bell
from services.gateway.people import Person
from services.sdk import IlgamError


class Accounts:
    """Gives a count, or what goes wrong."""

    def __init__(self) -> None:
        self.calls = 0
        self.answer: Callable[[], int] = lambda: 3
        self.seconds = 0.0

    async def GetUnreadCount(  # noqa: N802 - the contract's name
        self, _request: pb.GetUnreadCountRequest
    ) -> pb.GetUnreadCountResponse:
        self.calls += 1
        await asyncio.sleep(self.seconds)
        return pb.GetUnreadCountResponse(unread_count=self.answer())


class Events:
    """Says whether something came."""

    came = False

    def poked_since(self, topic: str, since: float) -> bool:
        assert topic == "account:a1"
        assert since > 0
        return self.came


@pytest.fixture
def accounts() -> Accounts:
    return Accounts()


@pytest.fixture
def person(accounts: Accounts) -> Person:
    return cast("Person", SimpleNamespace(account_id="a1", client=SimpleNamespace(notices=accounts)))


async def test_many_pages_ask_once_until_an_event_or_a_minute_has_come(
    accounts: Accounts, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = Events()
    bell = Bell(events)
    assert [await bell.unread(person) for _ in range(5)] == [3] * 5
    assert accounts.calls == 1
    events.came, accounts.answer = True, lambda: 4
    assert await bell.unread(person) == 4
    events.came = False
    monkeypatch.setattr(bell_module, "KNOWN_SECONDS", -1.0)
    await bell.unread(person)
    assert accounts.calls == 3


async def test_who_has_read_is_asked_for_anew(accounts: Accounts, person: Person) -> None:
    bell = Bell(Events())
    await bell.unread(person)
    accounts.answer = lambda: 0
    bell.forget(person)
    assert bell.known(person) == 0
    assert await bell.unread(person) == 0


async def test_a_page_does_not_wait_for_accounts_and_asks_no_second_time_at_once(
    accounts: Accounts, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bell_module, "WAIT_SECONDS", 0.01)
    accounts.seconds = 10
    bell = Bell(Events())
    assert [await bell.unread(person) for _ in range(3)] == [0, 0, 0]
    assert accounts.calls == 1


async def test_a_refusal_leaves_what_was_known(accounts: Accounts, person: Person) -> None:
    events = Events()
    bell = Bell(events)
    await bell.unread(person)
    events.came = True

    def refuse() -> int:
        raise IlgamError(grpc.StatusCode.UNAVAILABLE, "", "away")

    accounts.answer = refuse
    assert await bell.unread(person) == 3
