"""E-mails to be sent: what they are for, and when one that was not taken is tried again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

TRIES_MAX = 12
# A process that dies while it sends leaves the e-mail to be sent again after so long.
LEASE = timedelta(minutes=5)
_FIRST_WAIT = timedelta(seconds=10)
_WAIT_MAX = timedelta(hours=6)
_WAIT_FACTOR = 3
# Stands in a body where its secret goes when it is sent.
SECRET_PLACE = "{secret}"  # noqa: S105 - a place, no secret


class MailKind(StrEnum):
    """What an e-mail is for."""

    VERIFY = "VERIFY"
    RESET = "RESET"
    ACCOUNT_EXISTS = "ACCOUNT_EXISTS"
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105 - a kind, no secret
    NOTICE = "NOTICE"


@dataclass(frozen=True)
class Letter:
    """An e-mail in words; a secret goes where the body says `{secret}`, and is stored sealed."""

    kind: MailKind
    subject: str = field(repr=False)
    body: str = field(repr=False)
    secret_sealed: bytes | None = field(repr=False, default=None)
    # Only to an address whose owner has proved that it is theirs.
    verified_only: bool = True
    # Switches e-mails like this one off; mail programs show it as a button.
    stop_link: str = field(repr=False, default="")


@dataclass(frozen=True)
class DueMail:
    """An e-mail whose turn it is, and the address it goes to; None: there is nobody to send it to."""

    mail_id: UUID
    letter: Letter = field(repr=False)
    tries: int
    address: str | None = field(repr=False)


def next_try_time(tries: int, now: datetime) -> datetime | None:
    """When an e-mail that failed so often is tried again; None: it is given up, after about two days."""
    if tries >= TRIES_MAX:
        return None
    return now + min(_FIRST_WAIT * int(_WAIT_FACTOR ** (tries - 1)), _WAIT_MAX)
