"""What people agree to, and take back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.accounts.domain.consents import NEEDED, Agreement, Document
from services.accounts.store.queries import accounts as account_store
from services.accounts.store.queries import consents as store
from services.core.errors import FailedPreconditionError, NotFoundError, Reason
from services.runtime.database import Transaction


async def give_consents(tx: Transaction, account_id: UUID, agreed: Sequence[Agreement], now: datetime) -> None:
    """Stores agreements.

    Raises:
        NotFoundError: there is no such account.
    """
    if await account_store.locked_account(tx.connection, account_id) is None:
        raise NotFoundError("account")
    await store.add_consents(tx.connection, account_id, agreed, now)


async def withdraw_consent(tx: Transaction, account_id: UUID, document: Document, now: datetime) -> None:
    """Takes back what was agreed to; nothing changes when nothing was.

    Raises:
        NotFoundError: there is no such account.
        FailedPreconditionError: CONSENT_MISSING, an account is not possible without it.
    """
    if document in NEEDED:
        message = "an account is not possible without it: close the account to take it back"
        raise FailedPreconditionError(Reason.CONSENT_MISSING, message, document=document.value)
    if await account_store.locked_account(tx.connection, account_id) is None:
        raise NotFoundError("account")
    await store.withdraw_consent(tx.connection, account_id, document, now)
