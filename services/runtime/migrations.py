"""The one way migrations run: linear, under an advisory lock, with lock and statement time-outs.

A service's `store/migrations/env.py` is three lines that call `run_env`; its files call `runtime.grants`.
"""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from sqlalchemy import MetaData, pool, text
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine

_SERVICES = Path(__file__).resolve().parents[1]
_LOCK_TIMEOUT_MS = 10_000
_STATEMENT_TIMEOUT_MS = 600_000
_ADVISORY_LOCK = 7_150_001
# Alembic keeps the running migration in module globals: one at a time in a process.
_one_at_a_time = threading.Lock()


def migrate(service: str, owner_url: str, revision: str = "head") -> None:
    """Brings a service's database to a revision, as its owner role.

    Safe to call from several threads and processes at once, and inside a running event loop.
    """
    failure: list[BaseException] = []

    def in_thread() -> None:
        try:
            with _one_at_a_time:
                command.upgrade(alembic_config(service, owner_url), revision)
        except BaseException as error:  # noqa: BLE001 - handed to the caller's thread below
            failure.append(error)

    thread = threading.Thread(target=in_thread, name=f"migrate-{service}")
    thread.start()
    thread.join()
    if failure:
        raise failure[0]


def alembic_config(service: str, owner_url: str) -> Config:
    """Alembic's configuration for one service, without any file."""
    config = Config()
    config.set_main_option("script_location", str(_SERVICES / service / "store" / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["owner_url"] = owner_url
    return config


def run_env(metadata: MetaData) -> None:
    """What every `env.py` does: connect as the owner, lock, migrate."""
    asyncio.run(_migrate_online(metadata, context.config.attributes["owner_url"]))


async def _migrate_online(metadata: MetaData, url: str) -> None:
    engine = create_async_engine(url, poolclass=pool.NullPool)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(lambda sync: _run(sync, metadata))
    finally:
        await engine.dispose()


def _run(connection: Connection, metadata: MetaData) -> None:
    connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
    connection.execute(text(f"SET LOCAL lock_timeout = {_LOCK_TIMEOUT_MS}"))
    connection.execute(text(f"SET LOCAL statement_timeout = {_STATEMENT_TIMEOUT_MS}"))
    context.configure(connection=connection, target_metadata=metadata)
    context.run_migrations()
