"""The folder that gets e-mails where no mail server is set, read as their receivers read them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from tests.support.service import eventually


@dataclass(frozen=True)
class Mail:
    """An e-mail that has arrived."""

    to: str
    subject: str
    body: str

    @property
    def code(self) -> str:
        """The six digits in it."""
        return str(re.findall(r"\b\d{6}\b", self.body)[0])

    @property
    def token(self) -> str:
        """The token of the link in it."""
        return str(re.findall(r"\?code=([\w-]+)", self.body)[0])


@dataclass(frozen=True)
class Mailbox:
    """A folder of .eml files."""

    folder: Path

    def to(self, address: str) -> list[Mail]:
        """What has arrived for an address, in the order in which it was written."""
        files = sorted(self.folder.glob("*.eml"))
        mails = [_read(file) for file in files]
        return [mail for mail in mails if mail.to == address]

    async def arrived(self, address: str, count: int = 1) -> list[Mail]:
        """The same, once there are at least so many."""

        async def enough() -> bool:
            return len(self.to(address)) >= count

        await eventually(enough)
        return self.to(address)


def _read(file: Path) -> Mail:
    message = message_from_bytes(file.read_bytes(), policy=default)
    body = message.get_body(("plain",))
    return Mail(str(message["To"]), str(message["Subject"]), body.get_content() if body else "")
