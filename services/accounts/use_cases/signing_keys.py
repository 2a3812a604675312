"""The life of the keys that access tokens are signed with."""

from __future__ import annotations

from datetime import datetime

from services.accounts import events
from services.accounts.credentials.tokens import Signer
from services.accounts.domain.keys import (
    active_time_of_new_key,
    jwks_json,
    key_that_signs,
    retire_time_of_old_keys,
)
from services.accounts.store.queries import keys as store
from services.core.errors import FailedPreconditionError, Reason
from services.runtime.database import Transaction

SIGNING_KEYS_MAX = 8


async def ensure_signing_key(tx: Transaction, signer: Signer, now: datetime) -> None:
    """Makes the first signing key of an installation; does nothing where there is one."""
    await store.lock_signing_keys(tx.connection)
    if key_that_signs(await store.signing_keys(tx.connection), now) is None:
        await _add_key(tx, signer, now)


async def rotate_signing_key(tx: Transaction, signer: Signer, now: datetime) -> str:
    """Makes a new key that signs as soon as the other services know it; the old ones go when their tokens have ended.

    Raises:
        FailedPreconditionError: CONFLICT, too many keys wait for their tokens to end.
    """
    await store.lock_signing_keys(tx.connection)
    keys = await store.signing_keys(tx.connection)
    if len(keys) >= SIGNING_KEYS_MAX:
        raise FailedPreconditionError(
            Reason.CONFLICT, "too many keys were made: wait until old ones have ended", limit=SIGNING_KEYS_MAX
        )
    return await _add_key(tx, signer, active_time_of_new_key(keys, now))


async def delete_retired_keys(tx: Transaction, now: datetime) -> None:
    """Deletes keys whose tokens have ended, and publishes the rest."""
    await store.lock_signing_keys(tx.connection)
    if await store.delete_retired_keys(tx.connection, now):
        await _publish(tx)


async def _add_key(tx: Transaction, signer: Signer, active_time: datetime) -> str:
    key = signer.new_key(active_time)
    await store.add_signing_key(tx.connection, key)
    await store.retire_other_keys(tx.connection, key.key_id, retire_time_of_old_keys(active_time))
    await _publish(tx)
    return key.key_id


async def _publish(tx: Transaction) -> None:
    published = jwks_json(await store.signing_keys(tx.connection))
    revision = await store.publish_keys(tx.connection, published)
    tx.emit(events.signing_keys_changed(revision, published))
