"""Closing an account for good: what is personal is erased, the id stays for the facts of other services."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.accounts import events
from services.accounts.credentials import secrets
from services.accounts.domain.accounts import Role
from services.accounts.store.queries import accounts as store
from services.accounts.store.queries import attempts
from services.accounts.store.queries import closing as closing_store
from services.accounts.store.queries import consents as consent_store
from services.accounts.store.queries import mail as mail_store
from services.accounts.store.queries import recovery as recovery_store
from services.accounts.store.queries import sessions as session_store
from services.accounts.use_cases.api_keys import revoke_all_api_keys
from services.core.errors import FailedPreconditionError, NotFoundError, Reason
from services.runtime.database import Transaction


async def close_account(tx: Transaction, account_id: UUID, now: datetime) -> None:
    """Closes an account; its address may be used for a new one.

    Raises:
        NotFoundError: there is no such account, or it is closed.
        FailedPreconditionError: CONFLICT, it is the last operator's.
    """
    account = await store.locked_account(tx.connection, account_id)
    if account is None:
        raise NotFoundError("account")
    grants = await store.grants_of(tx.connection, account_id)
    is_operator = any(grant.role is Role.OPERATOR for grant in grants)
    if is_operator and not await store.other_operator_count(tx.connection, account_id):
        raise FailedPreconditionError(Reason.CONFLICT, "the last operator cannot close the account", operators=1)
    for ended in await session_store.end_other_sessions(tx.connection, account_id, None, now):
        tx.emit(events.session_revoked(*ended))
    await revoke_all_api_keys(tx, account_id, now)
    await consent_store.erase_consents(tx.connection, account_id)
    await mail_store.erase_mail(tx.connection, account_id)
    await recovery_store.erase_resets(tx.connection, account_id)
    await recovery_store.delete_code(tx.connection, account_id)
    await attempts.erase_failures(tx.connection, secrets.digest(account.email))
    await closing_store.erase_codes_and_notices(tx.connection, account_id)
    revision = await store.close_account(tx.connection, account_id, now)
    tx.emit(events.account_closed(account_id, revision))
