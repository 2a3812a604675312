"""Statements on API keys and signing keys."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts.domain.keys import SigningKey

_ADD_API_KEY = text("""
    INSERT INTO api_key (api_key_id, account_id, name, secret_digest, create_time)
    VALUES (:api_key_id, :account_id, :name, :secret_digest, :create_time)
""")

_LIVE_API_KEY_COUNT = text("SELECT count(*) FROM api_key WHERE account_id = :account_id AND revoke_time IS NULL")

_LIVE_API_KEYS = text("""
    SELECT api_key_id, account_id, name, create_time, last_use_time
    FROM api_key
    WHERE account_id = :account_id AND revoke_time IS NULL AND api_key_id < :before
    ORDER BY api_key_id DESC
    LIMIT :count
""")

_USE_API_KEY = text("""
    UPDATE api_key
    SET last_use_time = :now
    WHERE secret_digest = :secret_digest AND revoke_time IS NULL
    RETURNING api_key_id, account_id, name, create_time, last_use_time
""")

_API_KEY_EXISTS = text("SELECT 1 FROM api_key WHERE api_key_id = :api_key_id AND account_id = :account_id")

_REVOKE_API_KEY = text("""
    UPDATE api_key
    SET revoke_time = :now
    WHERE api_key_id = :api_key_id AND account_id = :account_id AND revoke_time IS NULL
    RETURNING api_key_id
""")

_REVOKE_ALL_API_KEYS = text("""
    UPDATE api_key
    SET revoke_time = :now
    WHERE account_id = :account_id AND revoke_time IS NULL
    RETURNING api_key_id
""")

_ERASE_KEY_NAMES = text("UPDATE api_key SET name = '' WHERE account_id = :account_id")

_LOCK_SIGNING_KEYS = text("SELECT pg_advisory_xact_lock(7150011)")

_SIGNING_KEYS = text("""
    SELECT key_id, public_jwk, private_sealed, active_time, retire_time
    FROM signing_key
    ORDER BY active_time, key_id
""")

_ADD_SIGNING_KEY = text("""
    INSERT INTO signing_key (key_id, public_jwk, private_sealed, active_time, retire_time)
    VALUES (:key_id, CAST(:public_jwk AS jsonb), :private_sealed, :active_time, NULL)
""")

_RETIRE_OTHER_KEYS = text("""
    UPDATE signing_key
    SET retire_time = :retire_time
    WHERE key_id <> :kept_key_id AND retire_time IS NULL
""")

_DELETE_RETIRED_KEYS = text("DELETE FROM signing_key WHERE retire_time < :now RETURNING key_id")

_PUBLISH_KEYS = text("""
    INSERT INTO signing_key_set (singleton, revision, jwks_json)
    VALUES (1, 1, :jwks_json)
    ON CONFLICT (singleton) DO UPDATE
    SET revision = signing_key_set.revision + 1, jwks_json = excluded.jwks_json
    RETURNING revision
""")

_PUBLISHED_KEYS = text("SELECT jwks_json, revision FROM signing_key_set WHERE singleton = 1")


@dataclass(frozen=True)
class ApiKey:
    """A key for a program, without its secret."""

    api_key_id: UUID
    account_id: UUID
    name: str
    create_time: datetime
    last_use_time: datetime | None


async def add_api_key(connection: AsyncConnection, key: ApiKey, secret_digest: bytes) -> None:
    """Adds an API key."""
    parameters = {
        "api_key_id": key.api_key_id,
        "account_id": key.account_id,
        "name": key.name,
        "secret_digest": secret_digest,
        "create_time": key.create_time,
    }
    await connection.execute(_ADD_API_KEY, parameters)


async def live_api_key_count(connection: AsyncConnection, account_id: UUID) -> int:
    """How many live API keys an account has."""
    return int((await connection.execute(_LIVE_API_KEY_COUNT, {"account_id": account_id})).scalar_one())


async def live_api_keys_before(connection: AsyncConnection, account_id: UUID, before: UUID, count: int) -> list[ApiKey]:
    """Up to `count` live API keys of an account with ids under `before`, newest first."""
    parameters = {"account_id": account_id, "before": before, "count": count}
    return [ApiKey(*row) for row in await connection.execute(_LIVE_API_KEYS, parameters)]


async def use_api_key(connection: AsyncConnection, secret_digest: bytes, now: datetime) -> ApiKey | None:
    """The live API key with a secret; notes when it was used."""
    row = (await connection.execute(_USE_API_KEY, {"secret_digest": secret_digest, "now": now})).one_or_none()
    return ApiKey(*row) if row is not None else None


async def api_key_exists(connection: AsyncConnection, account_id: UUID, api_key_id: UUID) -> bool:
    """Whether an API key, live or not, is an account's."""
    parameters = {"account_id": account_id, "api_key_id": api_key_id}
    return (await connection.execute(_API_KEY_EXISTS, parameters)).one_or_none() is not None


async def revoke_api_key(connection: AsyncConnection, account_id: UUID, api_key_id: UUID, now: datetime) -> bool:
    """Makes an account's API key void; False when it was not live."""
    parameters = {"account_id": account_id, "api_key_id": api_key_id, "now": now}
    return (await connection.execute(_REVOKE_API_KEY, parameters)).one_or_none() is not None


async def revoke_all_api_keys(connection: AsyncConnection, account_id: UUID, now: datetime) -> list[UUID]:
    """Makes all keys of an account void and forgets their names; gives those that were live."""
    revoked = await connection.execute(_REVOKE_ALL_API_KEYS, {"account_id": account_id, "now": now})
    ids = list(revoked.scalars())
    await connection.execute(_ERASE_KEY_NAMES, {"account_id": account_id})
    return ids


async def lock_signing_keys(connection: AsyncConnection) -> None:
    """Makes changes of the signing keys take turns, until the transaction ends."""
    await connection.execute(_LOCK_SIGNING_KEYS)


async def signing_keys(connection: AsyncConnection) -> list[SigningKey]:
    """All key pairs, oldest first."""
    return [SigningKey(*row) for row in await connection.execute(_SIGNING_KEYS)]


async def add_signing_key(connection: AsyncConnection, key: SigningKey) -> None:
    """Adds a key pair."""
    parameters = {
        "key_id": key.key_id,
        "public_jwk": json.dumps(key.public_jwk),
        "private_sealed": key.private_sealed,
        "active_time": key.active_time,
    }
    await connection.execute(_ADD_SIGNING_KEY, parameters)


async def retire_other_keys(connection: AsyncConnection, kept_key_id: str, retire_time: datetime) -> None:
    """Sets when all keys but one may go."""
    await connection.execute(_RETIRE_OTHER_KEYS, {"kept_key_id": kept_key_id, "retire_time": retire_time})


async def delete_retired_keys(connection: AsyncConnection, now: datetime) -> Sequence[str]:
    """Deletes key pairs that are no longer needed; gives their ids."""
    return list((await connection.execute(_DELETE_RETIRED_KEYS, {"now": now})).scalars())


async def publish_keys(connection: AsyncConnection, jwks_json: str) -> int:
    """Replaces the published set of public keys; gives its revision."""
    return int((await connection.execute(_PUBLISH_KEYS, {"jwks_json": jwks_json})).scalar_one())


async def published_keys(connection: AsyncConnection) -> tuple[str, int] | None:
    """The published set of public keys as JSON, and its revision."""
    row = (await connection.execute(_PUBLISHED_KEYS)).one_or_none()
    return (row.jwks_json, row.revision) if row is not None else None
