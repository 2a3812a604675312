"""E-mails leave once they are due, over a real mail server that may refuse them, or into a folder."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from services.accounts.domain.mail import TRIES_MAX, Letter, MailKind, next_try_time
from services.accounts.post.couriers import SmtpCourier, courier_of
from services.accounts.store.queries import mail as store
from services.accounts.use_cases.send_mail import Mailer
from services.core.clock import utc_now
from services.core.ids import new_id
from services.runtime.vault import Vault
from tests.service.accounts.house import House

TEXTS = Path(__file__).parents[3] / "services" / "accounts" / "i18n"


class Postman:
    """A mail server's rules: refuses as often as it is told to, and keeps what it takes."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.taken: list[Envelope] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's
        answer = self.answers.pop(0) if self.answers else "250 taken"
        if answer.startswith("250"):
            self.taken.append(envelope)
        return answer


@pytest.fixture
async def postman() -> AsyncIterator[tuple[Postman, str]]:
    rules = Postman()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(rules, hostname="post"), "127.0.0.1", 0)
    yield rules, f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


def mailer(url: str) -> Mailer:
    return Mailer(SmtpCourier(url), Vault(b"k" * 32), "Ilgam <no-reply@example.kr>")


async def queued(house: House, *, verified: bool = True) -> str:
    """A notice to somebody new, not due until a year from now: the running service leaves it to the test."""
    account_id = await house.register(f"{new_id()}@example.kr")
    if verified:
        await house.run("UPDATE account SET email_verify_time = now() WHERE account_id = :id", id=account_id)
    async with house.service.database.transaction() as tx:
        letter = Letter(MailKind.NOTICE, "자리가 났어요", "본문이에요")
        await store.add_mail(tx.connection, UUID(account_id), letter, utc_now() + timedelta(days=365))
    return account_id


async def states(house: House, account_id: str) -> list[Any]:
    found = await house.run("SELECT state, tries FROM mail WHERE account_id = :id AND kind = 'NOTICE'", id=account_id)
    return [tuple(row) for row in found]


async def test_an_e_mail_that_was_refused_is_sent_later(house: House, postman: tuple[Postman, str]) -> None:
    rules, url = postman
    account_id = await queued(house)
    rules.answers = ["451 not now"]
    then = utc_now() + timedelta(days=366)
    await mailer(url).send_some(house.service.database, then)
    assert await states(house, account_id) == [("WAITING", 1)]
    assert await mailer(url).send_some(house.service.database, then) == 0  # not at once again
    await mailer(url).send_some(house.service.database, then + timedelta(minutes=1))
    assert await states(house, account_id) == [("SENT", 2)]
    (envelope,) = rules.taken
    assert b"Subject: =?utf-8?" in (envelope.original_content or b"")
    assert "no-reply@example.kr" in str(envelope.mail_from)


async def test_an_e_mail_that_will_never_be_taken_is_given_up(house: House, postman: tuple[Postman, str]) -> None:
    rules, url = postman
    account_id = await queued(house)
    rules.answers = ["554 never"]
    await mailer(url).send_some(house.service.database, utc_now() + timedelta(days=366))
    assert await states(house, account_id) == [("GIVEN_UP", 1)]


async def test_without_a_server_it_waits(house: House) -> None:
    account_id = await queued(house)
    await mailer("smtp://127.0.0.1:1").send_some(house.service.database, utc_now() + timedelta(days=366))
    assert await states(house, account_id) == [("WAITING", 1)]


async def test_notices_go_to_proved_addresses_only(house: House, postman: tuple[Postman, str]) -> None:
    rules, url = postman
    account_id = await queued(house, verified=False)
    await mailer(url).send_some(house.service.database, utc_now() + timedelta(days=366))
    assert await states(house, account_id) == [("DROPPED", 1)]
    assert rules.taken == []


def test_tries_come_further_and_further_apart_and_end() -> None:
    now = utc_now()
    waits = [next_try_time(tries, now) for tries in range(1, TRIES_MAX + 1)]
    assert waits[-1] is None
    given = [wait for wait in waits if wait is not None]
    assert given == sorted(given)
    assert given[0] - now == timedelta(seconds=10)


def test_the_folder_is_for_machines_without_a_mail_server(tmp_path: Path) -> None:
    assert isinstance(courier_of("smtp://mail.example.kr:25", tmp_path), SmtpCourier)
    assert not isinstance(courier_of("", tmp_path), SmtpCourier)
    with pytest.raises(ValueError, match="ILGAM_SMTP_URL"):
        courier_of("http://mail.example.kr", tmp_path)


def test_e_mails_are_written_in_both_languages() -> None:
    korean, english = (json.loads((TEXTS / f"mail.{one}.json").read_text("utf-8")) for one in ("ko", "en"))
    assert list(korean) == list(english)
    for key, text in korean.items():
        assert {part.split("}")[0] for part in text.split("{")[1:]} == {
            part.split("}")[0] for part in english[key].split("{")[1:]
        }, key
