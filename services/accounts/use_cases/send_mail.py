"""E-mails: written in the transaction that gives the reason for them, sent afterwards, at least once.

The address is looked up when an e-mail is sent, so that none is stored a second time; a secret is sealed until then.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from cryptography.exceptions import InvalidTag

from services.accounts.domain.mail import LEASE, SECRET_PLACE, DueMail, next_try_time
from services.accounts.post.couriers import Courier, NotTakenError, UndeliverableError
from services.accounts.store.queries import mail as store
from services.core.clock import utc_now
from services.runtime.database import Database
from services.runtime.logs import logger
from services.runtime.vault import Vault

# What secrets of e-mails are sealed under.
SEAL_ID = "mail"
_SENT_AT_ONCE = 10
_ROUND_SECONDS_MAX = 20.0

log = logger()


@dataclass(frozen=True)
class Mailer:
    """Sends what is due."""

    courier: Courier
    vault: Vault
    from_address: str

    async def send_due(self, database: Database) -> None:
        """Sends e-mail after e-mail until none is due, or the round has lasted long enough."""
        end = time.monotonic() + _ROUND_SECONDS_MAX
        while await self.send_some(database, utc_now()) == _SENT_AT_ONCE and time.monotonic() < end:
            pass

    async def send_some(self, database: Database, now: datetime) -> int:
        """Sends a few e-mails that are due at an instant; gives how many were tried."""
        async with database.transaction() as tx:
            due = await store.lease_due_mail(tx.connection, now, now + LEASE, _SENT_AT_ONCE)
        await asyncio.gather(*(self._send(database, mail, now) for mail in due))
        return len(due)

    async def _send(self, database: Database, mail: DueMail, now: datetime) -> None:
        state = "SENT"
        try:
            if mail.address is None:
                state = "DROPPED"
            else:
                await self.courier.take(self._message(mail, mail.address, now), str(mail.mail_id))
        except (UndeliverableError, MessageError, ValueError, InvalidTag) as error:
            log.warning("mail_undeliverable", mail_id=str(mail.mail_id), kind=mail.letter.kind, error=_told(error))
            state = "GIVEN_UP"
        except NotTakenError as error:
            log.warning("mail_not_taken", mail_id=str(mail.mail_id), tries=mail.tries, error=_told(error))
            again = next_try_time(mail.tries, now)
            if again is not None:
                async with database.transaction() as tx:
                    await store.try_later(tx.connection, mail.mail_id, again)
                return
            state = "GIVEN_UP"
        async with database.transaction() as tx:
            await store.end_mail(tx.connection, mail.mail_id, state)

    def _message(self, mail: DueMail, address: str, now: datetime) -> EmailMessage:
        """The e-mail as it is sent; its id is the same each time it is tried."""
        body = mail.letter.body
        if mail.letter.secret_sealed is not None:
            body = body.replace(SECRET_PLACE, self.vault.unseal(SEAL_ID, mail.letter.secret_sealed).decode())
        message = EmailMessage(SMTP if address.isascii() else SMTPUTF8)
        message["From"] = self.from_address
        message["To"] = address
        message["Subject"] = mail.letter.subject
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{mail.mail_id}@{self.from_address.rpartition('@')[2].rstrip('>')}>"
        # Nobody answers to it (RFC 3834): holiday notes stay away.
        message["Auto-Submitted"] = "auto-generated"
        if mail.letter.stop_link:
            # One press in the mail program, without opening anything (RFC 8058).
            message["List-Unsubscribe"] = f"<{mail.letter.stop_link}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(body)
        return message


def _told(error: Exception) -> str:
    """What a log may know: a courier's errors name no address, others may."""
    return str(error) if isinstance(error, UndeliverableError | NotTakenError) else type(error).__name__
