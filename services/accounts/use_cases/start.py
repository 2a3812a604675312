"""What accounts does when it starts, and from time to time."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from services.accounts.credentials.passwords import Passwords
from services.accounts.credentials.tokens import Signer
from services.accounts.domain.accounts import Role, normal_email
from services.accounts.domain.limits import COUNTED_WINDOW, FAILURE_WINDOW
from services.accounts.store.queries import accounts as account_store
from services.accounts.store.queries import attempts, counted_acts
from services.accounts.store.queries import mail as mail_store
from services.accounts.store.queries import recovery as recovery_store
from services.accounts.store.queries import sessions as session_store
from services.accounts.use_cases.keep_notices import remove_old_notices
from services.accounts.use_cases.open_accounts import NewAccount, open_accounts
from services.accounts.use_cases.signing_keys import delete_retired_keys, ensure_signing_key
from services.core.clock import utc_now
from services.runtime.database import Database

OPERATOR_FILE = "operator.json"
_OPERATOR_NAME = "운영자"
# Ended things stay this long for people who ask what happened.
_KEPT_AFTER_EXPIRY = timedelta(days=30)
_PURGE_ROWS_MAX = 10_000


async def open_house(database: Database, signer: Signer, passwords: Passwords, secrets_dir: Path) -> None:
    """Makes the first signing key, and the first operator if the installation names one."""
    async with database.transaction() as tx:
        await ensure_signing_key(tx, signer, utc_now())
    operator_file = secrets_dir / OPERATOR_FILE
    if operator_file.exists():
        named = json.loads(operator_file.read_text(encoding="utf-8"))
        await _ensure_operator(database, passwords, normal_email(named["email"]), named["password"])


async def keep_house(database: Database) -> None:
    """Deletes retired signing keys, old failures and what expired long ago; a bounded piece at a time."""
    now = utc_now()
    async with database.transaction() as tx:
        await delete_retired_keys(tx, now)
    async with database.transaction() as tx:
        await attempts.purge_failures(tx.connection, now - FAILURE_WINDOW, _PURGE_ROWS_MAX)
        await session_store.purge_expired(tx.connection, now - _KEPT_AFTER_EXPIRY, _PURGE_ROWS_MAX)
        await counted_acts.purge_acts(tx.connection, now - COUNTED_WINDOW, _PURGE_ROWS_MAX)
        await recovery_store.purge_resets(tx.connection, now - _KEPT_AFTER_EXPIRY, _PURGE_ROWS_MAX)
        await mail_store.purge_mail(tx.connection, now - _KEPT_AFTER_EXPIRY, _PURGE_ROWS_MAX)
    await remove_old_notices(database, now)


async def _ensure_operator(database: Database, passwords: Passwords, email: str, password: str) -> None:
    async with database.transaction() as tx:
        if await account_store.account_by_email(tx.connection, email) is not None:
            return
    password_hash = await passwords.hash(password)
    operator = NewAccount(email, _OPERATOR_NAME, "", password_hash, (Role.OPERATOR,), vouched=True)
    async with database.transaction() as tx:
        await open_accounts(tx, [operator], utc_now())
