"""Statements on sessions, refresh tokens and codes for the first sign-in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts.domain.sessions import RefreshToken, Session
from services.accounts.store.tables import RefreshTokenRow, SessionRow

_SESSION = select(
    SessionRow.session_id,
    SessionRow.account_id,
    SessionRow.create_time,
    SessionRow.last_use_time,
    SessionRow.auth_time,
    SessionRow.expire_time,
    SessionRow.end_time,
)

_ADD_SESSION = text("""
    INSERT INTO session (
        session_id, account_id, create_time, last_use_time, auth_time, expire_time, end_time, revision)
    VALUES (:session_id, :account_id, :create_time, :last_use_time, :auth_time, :expire_time, NULL, 1)
""")

_ADD_REFRESH_TOKEN = text("""
    INSERT INTO refresh_token (token_digest, session_id, expire_time, use_time)
    VALUES (:token_digest, :session_id, :expire_time, NULL)
""")

_USE_REFRESH_TOKENS = text("""
    UPDATE refresh_token
    SET use_time = :now
    WHERE session_id = :session_id AND use_time IS NULL
""")

_TOUCH_SESSION = text("""
    UPDATE session
    SET last_use_time = :now, auth_time = :auth_time
    WHERE session_id = :session_id
""")

_NOTE_USE = text("""
    UPDATE session
    SET last_use_time = :now
    WHERE session_id = :session_id AND end_time IS NULL AND last_use_time < :now
""")

_SESSION_EXISTS = text("SELECT 1 FROM session WHERE session_id = :session_id AND account_id = :account_id")

_END_SESSION = text("""
    UPDATE session
    SET end_time = :now, revision = revision + 1
    WHERE session_id = :session_id AND end_time IS NULL
    RETURNING session_id, account_id, revision
""")

_END_OTHER_SESSIONS = text("""
    UPDATE session
    SET end_time = :now, revision = revision + 1
    WHERE account_id = :account_id AND end_time IS NULL AND session_id IS DISTINCT FROM CAST(:kept_id AS uuid)
    RETURNING session_id, account_id, revision
""")

_END_SURPLUS_SESSIONS = text("""
    UPDATE session
    SET end_time = :now, revision = revision + 1
    WHERE session_id IN (
        SELECT session_id
        FROM session
        WHERE account_id = :account_id AND end_time IS NULL
        ORDER BY last_use_time DESC, session_id DESC
        OFFSET :kept_count)
    RETURNING session_id, account_id, revision
""")

_ADD_CODES = text("""
    INSERT INTO sign_in_code (code_digest, account_id, expire_time)
    SELECT code_digest, account_id, :expire_time
    FROM unnest(CAST(:code_digests AS bytea[]), CAST(:account_ids AS uuid[])) AS new (code_digest, account_id)
""")

_USE_CODE = text("""
    UPDATE sign_in_code
    SET use_time = :now
    WHERE code_digest = :code_digest AND account_id = :account_id AND use_time IS NULL AND expire_time > :now
    RETURNING account_id
""")

_VOID_CODES = text("UPDATE sign_in_code SET use_time = :now WHERE account_id = :account_id AND use_time IS NULL")

_PURGE_REFRESH_TOKENS = text("""
    DELETE FROM refresh_token
    WHERE token_digest IN (SELECT token_digest FROM refresh_token WHERE expire_time < :before LIMIT :count)
""")

_PURGE_CODES = text("""
    DELETE FROM sign_in_code
    WHERE code_digest IN (SELECT code_digest FROM sign_in_code WHERE expire_time < :before LIMIT :count)
""")

_PURGE_SESSIONS = text("""
    DELETE FROM session
    WHERE session_id IN (SELECT session_id FROM session WHERE expire_time < :before LIMIT :count)
""")


async def add_session(connection: AsyncConnection, session: Session) -> None:
    """Adds a session."""
    parameters = {
        "session_id": session.session_id,
        "account_id": session.account_id,
        "create_time": session.create_time,
        "last_use_time": session.last_use_time,
        "auth_time": session.auth_time,
        "expire_time": session.expire_time,
    }
    await connection.execute(_ADD_SESSION, parameters)


async def add_refresh_token(
    connection: AsyncConnection, session_id: UUID, token_digest: bytes, expire_time: datetime
) -> None:
    """Adds a refresh token that is good once."""
    parameters = {"token_digest": token_digest, "session_id": session_id, "expire_time": expire_time}
    await connection.execute(_ADD_REFRESH_TOKEN, parameters)


async def locked_refresh_token(connection: AsyncConnection, token_digest: bytes) -> RefreshToken | None:
    """A refresh token and its session, both locked until the transaction ends."""
    found = (
        _SESSION.add_columns(RefreshTokenRow.expire_time, RefreshTokenRow.use_time)
        .join(RefreshTokenRow, RefreshTokenRow.session_id == SessionRow.session_id)
        .where(RefreshTokenRow.token_digest == token_digest)
        .with_for_update()
    )
    row = (await connection.execute(found)).one_or_none()
    return RefreshToken(Session(*row[:-2]), row[-2], row[-1]) if row is not None else None


async def use_refresh_tokens(connection: AsyncConnection, session_id: UUID, now: datetime) -> None:
    """Marks the unused refresh tokens of a session as used."""
    await connection.execute(_USE_REFRESH_TOKENS, {"session_id": session_id, "now": now})


async def touch_session(connection: AsyncConnection, session: Session) -> None:
    """Stores when a session was last used and when its person last proved who they are."""
    parameters = {"session_id": session.session_id, "now": session.last_use_time, "auth_time": session.auth_time}
    await connection.execute(_TOUCH_SESSION, parameters)


async def note_use(connection: AsyncConnection, session_id: UUID, now: datetime) -> None:
    """Stores that a session was used; never turns its last use back."""
    await connection.execute(_NOTE_USE, {"session_id": session_id, "now": now})


async def session_by_id(connection: AsyncConnection, session_id: UUID) -> Session | None:
    """The session with an id, live or not."""
    row = (await connection.execute(_SESSION.where(SessionRow.session_id == session_id))).one_or_none()
    return Session(*row) if row is not None else None


async def locked_live_session(
    connection: AsyncConnection, account_id: UUID, session_id: UUID, now: datetime
) -> Session | None:
    """A live session of an account, locked until the transaction ends."""
    found = _live(account_id, now).where(SessionRow.session_id == session_id).with_for_update()
    row = (await connection.execute(found)).one_or_none()
    return Session(*row) if row is not None else None


async def session_exists(connection: AsyncConnection, account_id: UUID, session_id: UUID) -> bool:
    """Whether a session, live or not, is an account's."""
    parameters = {"session_id": session_id, "account_id": account_id}
    return (await connection.execute(_SESSION_EXISTS, parameters)).one_or_none() is not None


async def end_session(connection: AsyncConnection, session_id: UUID, now: datetime) -> list[tuple[UUID, UUID, int]]:
    """Ends a session; gives (session id, account id, revision) if it was live."""
    rows = await connection.execute(_END_SESSION, {"session_id": session_id, "now": now})
    return [(row.session_id, row.account_id, row.revision) for row in rows]


async def end_other_sessions(
    connection: AsyncConnection, account_id: UUID, kept_id: UUID | None, now: datetime
) -> list[tuple[UUID, UUID, int]]:
    """Ends an account's sessions but one; gives (session id, account id, revision) of each ended."""
    rows = await connection.execute(_END_OTHER_SESSIONS, {"account_id": account_id, "kept_id": kept_id, "now": now})
    return [(row.session_id, row.account_id, row.revision) for row in rows]


async def end_surplus_sessions(
    connection: AsyncConnection, account_id: UUID, kept_count: int, now: datetime
) -> list[tuple[UUID, UUID, int]]:
    """Ends those of an account's sessions that were unused longest, beyond a count; gives (session id, account id, revision) of each ended."""
    parameters = {"account_id": account_id, "kept_count": kept_count, "now": now}
    rows = await connection.execute(_END_SURPLUS_SESSIONS, parameters)
    return [(row.session_id, row.account_id, row.revision) for row in rows]


async def live_sessions_before(
    connection: AsyncConnection, account_id: UUID, before: UUID, count: int, now: datetime
) -> list[Session]:
    """Up to `count` live sessions of an account with ids under `before`, newest first."""
    found = (
        _live(account_id, now).where(SessionRow.session_id < before).order_by(SessionRow.session_id.desc()).limit(count)
    )
    return [Session(*row) for row in await connection.execute(found)]


async def add_sign_in_codes(
    connection: AsyncConnection, codes: Sequence[tuple[bytes, UUID]], expire_time: datetime
) -> None:
    """Adds (digest, account id) pairs of codes that are good once."""
    parameters = {
        "code_digests": [code_digest for code_digest, _ in codes],
        "account_ids": [account_id for _, account_id in codes],
        "expire_time": expire_time,
    }
    await connection.execute(_ADD_CODES, parameters)


async def use_sign_in_code(
    connection: AsyncConnection, account_id: UUID | None, code_digest: bytes, now: datetime
) -> bool:
    """Uses up a code; False when it is not this account's, was used or has expired."""
    parameters = {"code_digest": code_digest, "account_id": account_id, "now": now}
    return (await connection.execute(_USE_CODE, parameters)).one_or_none() is not None


async def void_sign_in_codes(connection: AsyncConnection, account_id: UUID, now: datetime) -> None:
    """Makes the unused codes for the first sign-in of an account void."""
    await connection.execute(_VOID_CODES, {"account_id": account_id, "now": now})


async def purge_expired(connection: AsyncConnection, before: datetime, count: int) -> None:
    """Deletes up to `count` rows each of tokens, codes and sessions that expired before an instant."""
    for statement in (_PURGE_REFRESH_TOKENS, _PURGE_CODES, _PURGE_SESSIONS):
        await connection.execute(statement, {"before": before, "count": count})


def _live(
    account_id: UUID, now: datetime
) -> Select[UUID, UUID, datetime, datetime, datetime, datetime, datetime | None]:
    return _SESSION.where(
        SessionRow.account_id == account_id, SessionRow.end_time.is_(None), SessionRow.expire_time > now
    )
