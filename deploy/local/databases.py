"""One database and two roles for each service: an owner that runs migrations, and the role the service runs as."""

import asyncio

import asyncpg

from deploy.local.secret_files import owner_role, runtime_role
from deploy.nats.topology import SERVICES

CONNECT_SECONDS = 15


async def create_databases(admin_url: str, passwords: dict[str, str] | None = None) -> None:
    """Create the roles and databases that are missing.

    Args:
        admin_url: libpq address of a role that may create roles and databases.
        passwords: password of each role, set anew each time; None leaves roles without (embedded server).

    Raises:
        OSError, asyncpg.PostgresError: the server cannot be reached or refuses.
    """
    admin = await asyncpg.connect(admin_url, timeout=CONNECT_SECONDS)
    try:
        roles = {row["rolname"] for row in await admin.fetch("SELECT rolname FROM pg_roles")}
        databases = {row["datname"] for row in await admin.fetch("SELECT datname FROM pg_database")}
        for service in SERVICES:
            for role in (owner_role(service), runtime_role(service)):
                await _put_role(admin, role, exists=role in roles, password=passwords[role] if passwords else None)
        missing = [service for service in SERVICES if runtime_role(service) not in databases]
    finally:
        await admin.close()
    await asyncio.gather(*(_create_database(admin_url, service) for service in missing))


async def _put_role(admin: asyncpg.Connection, role: str, *, exists: bool, password: str | None) -> None:
    if not exists:
        await admin.execute(f"CREATE ROLE {role} LOGIN")
    if password is not None:
        # ALTER ROLE takes no parameters; the server quotes the value itself.
        await admin.execute(
            await admin.fetchval("SELECT format('ALTER ROLE %I PASSWORD %L', $1::text, $2::text)", role, password)
        )
    if not exists:
        # The admin of a managed server is no superuser and must be a member to give a database away.
        await admin.execute(f"GRANT {role} TO CURRENT_USER")


async def _create_database(admin_url: str, service: str) -> None:
    """Only the two roles may enter, and only the owner may create anything."""
    admin = await asyncpg.connect(admin_url, timeout=CONNECT_SECONDS)
    database, role, owner = runtime_role(service), runtime_role(service), owner_role(service)
    try:
        await admin.execute(f"CREATE DATABASE {database} OWNER {owner}")
        await admin.execute(f"REVOKE ALL ON DATABASE {database} FROM PUBLIC")
        await admin.execute(f"GRANT CONNECT ON DATABASE {database} TO {role}")
    finally:
        await admin.close()
