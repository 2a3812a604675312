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
        async with admin.transaction():
            for role in (name(service) for service in SERVICES for name in (owner_role, runtime_role)):
                await _put_role(admin, role, exists=role in roles, password=passwords[role] if passwords else None)
        missing = [service for service in SERVICES if runtime_role(service) not in databases]
        await asyncio.gather(*(_create_database(admin_url, service) for service in missing))
        async with admin.transaction():
            for service in SERVICES:
                await _close_database(admin, service)
    finally:
        await admin.close()


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
    """Create one database, on a connection of its own: the server allows no other statement beside it."""
    admin = await asyncpg.connect(admin_url, timeout=CONNECT_SECONDS)
    try:
        await admin.execute(f"CREATE DATABASE {runtime_role(service)} OWNER {owner_role(service)}")
    finally:
        await admin.close()


async def _close_database(admin: asyncpg.Connection, service: str) -> None:
    """Let only the two roles in, and only the owner create anything."""
    database, role = runtime_role(service), runtime_role(service)
    await admin.execute(f"REVOKE ALL ON DATABASE {database} FROM PUBLIC")
    await admin.execute(f"GRANT CONNECT ON DATABASE {database} TO {role}")
