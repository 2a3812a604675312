"""The database and the bus under the services: our own, or those that settings name."""

import asyncio
from typing import Protocol
from urllib.parse import quote, urlsplit, urlunsplit

from deploy.local.databases import create_databases
from deploy.local.errors import StackError
from deploy.local.folder import DataFolder
from deploy.local.nats import nats_spec, stream_bytes, write_config
from deploy.local.ports import HOST, Ports
from deploy.local.postgres import SUPERUSER, Postgres
from deploy.local.secret_files import Secrets
from deploy.local.settings import LocalSettings
from deploy.local.supervisor import FIRST_STARTS_MAX, Supervisor
from deploy.nats.permissions import ADMIN
from deploy.nats.prepare import BusAdmin, prepare

START_SECONDS = 60.0


class Servers(Protocol):
    """A PostgreSQL and a NATS server for one stack.

    Attributes:
        bus: where NATS is, and its administrator.
    """

    bus: BusAdmin

    def start(self, supervisor: Supervisor) -> None:
        """Bring both to where services can use them: databases, roles, streams and durables exist."""

    def postgres_url(self, database: str, role: str) -> str:
        """SQLAlchemy's address of a database for a role."""

    def close(self) -> None:
        """Tidy up after the processes are gone."""


class EmbeddedServers:
    """PostgreSQL and nats-server as our own processes, in the data folder."""

    def __init__(self, folder: DataFolder, ports: Ports, secrets: Secrets, settings: LocalSettings) -> None:
        self._folder = folder
        self._ports = ports
        self._secrets = secrets
        self._stream_bytes = stream_bytes(folder, settings.nats_stream_max_bytes)
        self._postgres = Postgres(folder)
        self.bus = BusAdmin(f"nats://{HOST}:{ports.nats}", ADMIN, secrets.nats[ADMIN])

    def start(self, supervisor: Supervisor) -> None:
        """Start both and prepare what the services expect.

        Raises:
            StackError: one of them does not come up.
        """
        config = write_config(self._folder, self._ports, self._secrets.nats, self._stream_bytes)
        supervisor.add(nats_spec(self._folder, self._ports, config))
        self._postgres.create()
        supervisor.add(self._postgres.spec())
        supervisor.wait_ready(["nats", "postgres"], seconds=START_SECONDS, starts_max=FIRST_STARTS_MAX)
        asyncio.run(self._prepare())

    def postgres_url(self, database: str, role: str) -> str:
        """SQLAlchemy's address of a database for a role; the socket's folder is the key to it."""
        return self._postgres.url(database, role)

    def close(self) -> None:
        """Remove the socket's folder, which may lie in the temporary folder."""
        self._postgres.remove_socket_folder()

    async def _prepare(self) -> None:
        admin_url = f"postgresql://{SUPERUSER}@/postgres?host={self._postgres.socket_folder}"
        await asyncio.gather(create_databases(admin_url), prepare(self.bus, stream_max_bytes=self._stream_bytes))


class ExternalServers:
    """Servers that settings name; we only create what the services need on them.

    The NATS server must know the users of deploy/nats/permissions.py with the passwords of secrets/nats.json
    (`python -m deploy.nats.server_users` prints them for its configuration).
    """

    def __init__(self, secrets: Secrets, settings: LocalSettings) -> None:
        needed = ("postgres_admin_url", "nats_url", "nats_admin_user", "nats_admin_password")
        if missing := [f"ILGAM_{name.upper()}" for name in needed if not getattr(settings, name)]:
            raise StackError(f"--external needs {', '.join(missing)}.")
        self._secrets = secrets
        self._settings = settings
        self.bus = BusAdmin(settings.nats_url, settings.nats_admin_user, settings.nats_admin_password)

    def start(self, supervisor: Supervisor) -> None:  # noqa: ARG002  there is nothing of ours to supervise
        """Create databases, roles with passwords, streams and durables.

        Raises:
            StackError: a server cannot be reached or refuses; naming which.
        """
        settings = self._settings
        try:
            asyncio.run(create_databases(settings.postgres_admin_url, self._secrets.postgres))
        except Exception as error:
            raise StackError(f"PostgreSQL at ILGAM_POSTGRES_ADMIN_URL: {error or type(error).__name__}") from error
        try:
            asyncio.run(
                prepare(self.bus, replicas=settings.nats_replicas, stream_max_bytes=settings.nats_stream_max_bytes)
            )
        except Exception as error:
            raise StackError(f"NATS at ILGAM_NATS_URL: {error or type(error).__name__}") from error

    def postgres_url(self, database: str, role: str) -> str:
        """SQLAlchemy's address of a database for a role, with the role's password."""
        admin = urlsplit(self._settings.postgres_admin_url)
        server = admin.netloc.rpartition("@")[2]
        login = f"{role}:{quote(self._secrets.postgres[role], safe='')}"
        return urlunsplit(("postgresql+asyncpg", f"{login}@{server}", f"/{database}", admin.query, ""))

    def close(self) -> None:
        """Nothing: the servers are not ours."""
