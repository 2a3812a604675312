"""Couriers take one e-mail each: a mail server over SMTP, or a folder of .eml files."""

from __future__ import annotations

import asyncio
import os
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib

_TIMEOUT_SECONDS = 15.0
_PERMANENT = 500
_PRIVATE = 0o600
_TLS_SCHEME = "smtps"


class UndeliverableError(Exception):
    """This e-mail will never be taken, however often it is tried. Its text names no address."""


class NotTakenError(Exception):
    """The e-mail was not taken now; later it may be. Its text names no address."""


class Courier(Protocol):
    """Takes e-mails."""

    async def take(self, message: EmailMessage, name: str) -> None:
        """Takes one; `name` is the same when the same is brought again.

        Raises:
            UndeliverableError: it will never be taken.
            NotTakenError: it may be taken later.
        """


class SmtpCourier:
    """A mail server: smtp://[user:password@]host[:port] (with STARTTLS where the server offers it), or smtps://..."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", _TLS_SCHEME} or not parts.hostname:
            raise ValueError("ILGAM_SMTP_URL must be smtp://[user:password@]host[:port] or smtps://...")
        self._host = parts.hostname
        self._port = parts.port
        self._tls = parts.scheme == _TLS_SCHEME
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None

    async def take(self, message: EmailMessage, name: str) -> None:  # noqa: ARG002 - the message's own id tells repeats
        """Hands the e-mail to the server."""
        try:
            await aiosmtplib.send(
                message,
                hostname=self._host,
                port=self._port,
                username=self._user,
                password=self._password,
                use_tls=self._tls,
                timeout=_TIMEOUT_SECONDS,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = [refused.code for refused in error.recipients]
            kind = UndeliverableError if min(codes, default=0) >= _PERMANENT else NotTakenError
            raise kind(f"recipient refused: {codes}") from None
        except aiosmtplib.SMTPDataError as error:
            kind = UndeliverableError if error.code >= _PERMANENT else NotTakenError
            raise kind(f"message refused: {error.code}") from None
        except aiosmtplib.SMTPNotSupported:
            raise UndeliverableError("the server does not take such an address") from None
        except (aiosmtplib.SMTPException, OSError) as error:
            # What the server said may repeat the address: its kind is enough.
            raise NotTakenError(type(error).__name__) from None


class FolderCourier:
    """A folder that gets one .eml file for each e-mail, for machines without a mail server."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def take(self, message: EmailMessage, name: str) -> None:
        """Writes the e-mail into the folder, all of it or nothing; the same again replaces it."""
        try:
            await asyncio.to_thread(self._write, bytes(message), name)
        except OSError as error:
            raise NotTakenError(type(error).__name__) from None

    def _write(self, content: bytes, name: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = self._folder / f"{name}.part"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE), "wb") as file:
            file.write(content)
        part.rename(self._folder / f"{name}.eml")


def courier_of(smtp_url: str, mail_dir: Path) -> Courier:
    """The courier that the settings name."""
    return SmtpCourier(smtp_url) if smtp_url else FolderCourier(mail_dir)
