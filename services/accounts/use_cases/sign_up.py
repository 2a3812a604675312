"""Signing up: a new account, what its owner agrees to, and a code to the address.

An address that has an account already gets an e-mail and nothing else happens; who asks is not told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.accounts.domain.accounts import Account, normal_email
from services.accounts.domain.consents import Agreement
from services.accounts.domain.limits import COUNTED_WINDOW, MAIL_WINDOW, CountedAct, wait_for_act_seconds
from services.accounts.domain.mail import MailKind
from services.accounts.store.queries import accounts as account_store
from services.accounts.store.queries import consents as consent_store
from services.accounts.store.queries import counted_acts
from services.accounts.store.queries import mail as mail_store
from services.accounts.use_cases.open_accounts import NewAccount, open_accounts
from services.accounts.use_cases.verify_email import write_code
from services.accounts.use_cases.write_letters import Desk
from services.core.errors import Reason, ResourceExhaustedError
from services.core.ids import new_id
from services.runtime.database import Database, Transaction


async def count_at_place(database: Database, act: CountedAct, place: str, now: datetime) -> None:
    """Counts what is done at a place, before it is done.

    Raises:
        ResourceExhaustedError: TOO_MANY, with retry_seconds.
    """
    async with database.transaction() as tx:
        times, oldest = await counted_acts.acts_since(tx.connection, act.value, place, now - COUNTED_WINDOW)
        seconds = wait_for_act_seconds(act, times, oldest, now)
        if seconds:
            raise ResourceExhaustedError(Reason.TOO_MANY, f"wait {seconds} seconds", retry_seconds=seconds)
        await counted_acts.add_act(tx.connection, act.value, place, now)


async def sign_up(tx: Transaction, desk: Desk, new: NewAccount, agreed: Sequence[Agreement], now: datetime) -> UUID:
    """Opens an account and gives its id; of an address that is taken, an id that nobody has."""
    account_id = (await open_accounts(tx, [new], now)).get(normal_email(new.email))
    if account_id is None:
        await _tell_owner(tx, desk, await account_store.account_by_email(tx.connection, normal_email(new.email)), now)
        return new_id()
    await consent_store.add_consents(tx.connection, account_id, agreed, now)
    opened = await account_store.account_by_id(tx.connection, account_id)
    if opened is not None:
        await write_code(tx, desk, opened, now)
    return account_id


async def _tell_owner(tx: Transaction, desk: Desk, owner: Account | None, now: datetime) -> None:
    """Once an hour at most, so that nobody's mailbox is filled."""
    if owner is None:
        return
    told, _ = await mail_store.mails_since(tx.connection, owner.account_id, MailKind.ACCOUNT_EXISTS, now - MAIL_WINDOW)
    if not told:
        await mail_store.add_mail(tx.connection, owner.account_id, desk.words.account_exists(owner.language), now)
