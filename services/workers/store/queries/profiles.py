"""Statements on what people say of themselves."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.workers.domain.profiles import Profile

_PROFILE = text("SELECT languages, jobs_wanted, wanted_types FROM worker_profile WHERE worker_id = :worker_id")

_PUT = text("""
    INSERT INTO worker_profile (worker_id, languages, jobs_wanted, wanted_types)
    VALUES (:worker_id, CAST(:languages AS text[]), :jobs_wanted, CAST(:wanted_types AS smallint[]))
    ON CONFLICT (worker_id) DO UPDATE
    SET languages = excluded.languages,
        jobs_wanted = excluded.jobs_wanted,
        wanted_types = excluded.wanted_types
""")


async def profile_of(connection: AsyncConnection, worker_id: UUID) -> Profile:
    """What a person says of themselves; the empty profile where nothing was said yet."""
    row = (await connection.execute(_PROFILE, {"worker_id": worker_id})).one_or_none()
    return Profile(tuple(row.languages), row.jobs_wanted, tuple(row.wanted_types)) if row is not None else Profile()


async def put_profile(connection: AsyncConnection, worker_id: UUID, profile: Profile) -> None:
    """Stores what a person says of themselves, in place of what was there."""
    parameters = {
        "worker_id": worker_id,
        "languages": list(profile.languages),
        "jobs_wanted": profile.jobs_wanted,
        "wanted_types": list(profile.wanted_types),
    }
    await connection.execute(_PUT, parameters)
