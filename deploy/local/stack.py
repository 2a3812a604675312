"""A whole Ilgam on one machine, as one object: start it, use it, stop it. Any number of them run side by side."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.local.folder import DataFolder
from deploy.local.gateway import gateway_spec
from deploy.local.leftovers import end_leftovers
from deploy.local.migrating import load_ahead, migrate
from deploy.local.ports import HOST, Ports, check_free, reserve, reserve_free
from deploy.local.process import Child
from deploy.local.secret_files import Secrets, load_or_create, owner_role, runtime_role
from deploy.local.servers import EmbeddedServers, ExternalServers, Servers
from deploy.local.services import Site, service_command, service_spec
from deploy.local.settings import LocalSettings
from deploy.local.supervisor import FIRST_STARTS_MAX, Supervisor
from deploy.nats.permissions import GATEWAY
from deploy.nats.prepare import BusAdmin
from deploy.nats.topology import SERVICES

READY_SECONDS = 60.0


class Stack:
    """PostgreSQL, NATS and services over one data folder.

    Use it as `with Stack(folder) as stack:` or `async with`, or call `start` and `stop` (outside an event loop).

    Attributes:
        ports: who listens where; set by `start`.
    """

    ports: Ports

    def __init__(
        self,
        data_dir: Path,
        base_port: int | None = None,
        services: tuple[str, ...] = SERVICES,
        *,
        gateway: bool = False,
        external: bool = False,
        settings: LocalSettings | None = None,
        command: Callable[[str], tuple[str, ...]] = service_command,
        migrate: Callable[[str, str], None] = migrate,
    ) -> None:
        """Describe a stack; nothing happens before `start`.

        Args:
            data_dir: the data folder; made if missing.
            base_port: first port of its range; None takes any range that is free.
            services: which services to run; none gives PostgreSQL and NATS alone.
            gateway: also run the gateway, on the base port.
            external: use the servers that settings name instead of own ones.
            settings: where those are, and sizes; from the environment by default.
            command: gives the command line of a service, or of "gateway".
            migrate: brings one service's database up to date: (service, address for the owner).
        """
        self._folder = DataFolder(data_dir)
        self._base_port = base_port
        self._services = services
        self._gateway = gateway
        self._external = external
        self._settings = settings or LocalSettings()
        self._command = command
        self._migrate = migrate
        self._held = ExitStack()
        self._started = False

    @property
    def is_started(self) -> bool:
        """Whether there is something to stop."""
        return self._started

    def start(self, report: Callable[[str], None] = lambda _: None) -> None:
        """Start everything and return when all of it serves.

        Args:
            report: is told each step in a few words.

        Raises:
            StackError: it cannot; nothing is left running then.
        """
        with ExitStack() as held:
            self._folder.create()
            held.enter_context(self._folder.lock())
            end_leftovers(self._folder.run)
            self._folder.rotate_logs()
            self._take_ports(held)
            self._secrets: Secrets = load_or_create(self._folder.secrets)
            self._servers = self._make_servers()
            held.callback(self._servers.close)
            self._supervisor = Supervisor()
            held.callback(self._supervisor.stop)
            report("starting the database and the bus")
            if self._services:
                load_ahead()
            self._servers.start(self._supervisor)
            self._start_services(report)
            self._held = held.pop_all()
            self._started = True

    def stop(self) -> None:
        """Stop everything in order: services drain, then NATS, then PostgreSQL. Twice does no harm."""
        self._started = False
        self._held.close()

    def kill(self, name: str) -> None:
        """End one process by SIGKILL; it is started again by itself (see `wait_ready`)."""
        self._supervisor.children[name].kill()

    def wait_ready(self, *names: str, seconds: float = READY_SECONDS) -> None:
        """Wait until the named processes serve, or all of them.

        Raises:
            StackError: one does not in time.
        """
        self._supervisor.wait_ready(list(names) or None, seconds=seconds)

    @property
    def children(self) -> dict[str, Child]:
        """All processes by name."""
        return self._supervisor.children

    @property
    def pids(self) -> dict[str, int]:
        """Process ids by name ("postgres" and "nats" included), without those that are down at the moment."""
        return {name: pid for name, child in self.children.items() if (pid := child.pid) is not None}

    @property
    def target(self) -> str:
        """Where the stack is, for clients: `host:base port`."""
        return f"{HOST}:{self.ports.base}"

    @property
    def data_dir(self) -> Path:
        """The data folder."""
        return self._folder.root

    @property
    def operator(self) -> tuple[str, str]:
        """Email and password of the first operator."""
        return self._secrets.operator

    @property
    def web_url(self) -> str:
        """Address of the pages, without a slash at its end."""
        return f"http://{HOST}:{self.ports.gateway}"

    @property
    def edge_key(self) -> str:
        """The key with which the web's edge proves itself to accounts."""
        return self._secrets.edge_key

    @property
    def media_url(self) -> str:
        """Where pictures are."""
        return self._settings.media_url or self._folder.media.as_uri()

    @property
    def nats_url(self) -> str:
        """Address of NATS."""
        return self._servers.bus.url

    @property
    def nats_admin(self) -> BusAdmin:
        """NATS with the user who may do everything."""
        return self._servers.bus

    def nats_password(self, user: str) -> str:
        """Password of a NATS user: a service, "gateway" or "admin"."""
        return self._secrets.nats[user]

    def postgres_url(self, database: str, role: str) -> str:
        """SQLAlchemy's address of a database for a role, such as ("ilgam_tasks", "ilgam_tasks_owner")."""
        return self._servers.postgres_url(database, role)

    def _take_ports(self, held: ExitStack) -> None:
        if self._base_port is None:
            self.ports, holder = reserve_free(self._services, gateway=self._gateway)
        else:
            self.ports = Ports(self._base_port)
            check_free(self.ports.needs(self._services, embedded=not self._external, gateway=self._gateway))
            holder = reserve(self.ports)
        held.callback(holder.close)

    def _make_servers(self) -> Servers:
        if self._external:
            return ExternalServers(self._secrets, self._settings)
        return EmbeddedServers(self._folder, self.ports, self._secrets, self._settings)

    def _start_services(self, report: Callable[[str], None]) -> None:
        """Each service starts as soon as its own database is ready; Alembic migrates one at a time in a process."""
        site = Site(self._folder, self.ports, self._servers, self._secrets, self.media_url)
        for service in self._services:
            report(f"migrating and starting {service}")
            self._migrate(service, self.postgres_url(runtime_role(service), owner_role(service)))
            self._supervisor.add(service_spec(service, self._command(service), site))
        if self._gateway:
            self._supervisor.add(gateway_spec(self._command(GATEWAY), site))
        for name in (*self._services, *([GATEWAY] if self._gateway else [])):
            report(f"waiting for {name}")
            self._supervisor.wait_ready([name], seconds=READY_SECONDS, starts_max=FIRST_STARTS_MAX)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self.start)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.stop)
