"""One process: a gRPC server, a relay, consumers and periodic work around one database.

`run` is all that a service's `__main__` calls. Processes start in any order: a missing broker or database is waited
for, the health check says when calls can be served, and a stop lets calls in hand finish.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import nats.errors
import uvloop
from google.protobuf.descriptor import ServiceDescriptor
from grpc import aio
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health import aio as health_aio
from grpc_reflection.v1alpha import reflection
from ilgam.accounts.v1 import accounts_events_pb2
from ilgam.events.v1 import events_service_pb2, events_service_pb2_grpc
from nats.aio.client import Client
from prometheus_client import start_http_server
from sqlalchemy import MetaData

from services.runtime import telemetry
from services.runtime.auth import Authenticator, on_signing_keys_changed
from services.runtime.broker import connect
from services.runtime.consumer import Consumer
from services.runtime.contracts import RECEIVE_BYTES_MAX, contracts_of
from services.runtime.database import Database
from services.runtime.ending import end
from services.runtime.events_servicer import EventsServicer
from services.runtime.inbox import Inbox, Subscribers
from services.runtime.logs import configure_logs, logger
from services.runtime.middleware import Middleware
from services.runtime.periodic import Periodic, housekeeping, run_periodic
from services.runtime.rates import Rates, load_rates
from services.runtime.relay import Relay
from services.runtime.settings import Settings

_READY_POLL_SECONDS = 0.2
_KEYS_OWNER = "accounts"

log = logger()


@dataclass(frozen=True)
class Runtime:
    """What wiring is given."""

    settings: Settings
    database: Database
    rates: Rates


@dataclass(frozen=True)
class Served:
    """One gRPC service of a process."""

    descriptor: ServiceDescriptor
    add_to_server: Callable[[Any, aio.Server], None]
    servicer: object


@dataclass(frozen=True)
class Wiring:
    """What a service is made of."""

    served: Sequence[Served]
    metadata: MetaData
    subscribers: Subscribers = field(default_factory=Subscribers)
    periodic: Sequence[Periodic] = ()
    # Done before the process says that it serves; tried again until it succeeds.
    on_start: Sequence[Callable[[Database], Awaitable[None]]] = ()


Build = Callable[[Runtime], Wiring]


class Process:
    """A running service. `start` returns once it listens; it serves when its health check says so."""

    def __init__(self, settings: Settings, build: Build) -> None:
        self.settings = settings
        self.database = Database(settings.database_url, settings.database_pool_size)
        self._wiring = build(Runtime(settings, self.database, load_rates(settings.rates_file)))
        self._authenticator = Authenticator(self.database)
        if settings.service != _KEYS_OWNER:
            self._wiring.subscribers.on(accounts_events_pb2.SigningKeysChanged, on_signing_keys_changed)
        self.inbox = Inbox(self.database, self._wiring.subscribers)
        self._consumers = [self._consumer(producer) for producer in self._wiring.subscribers.producers]
        self._health = health_aio.HealthServicer()
        self._broker: Client | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._server: aio.Server | None = None
        self.port = 0

    async def start(self) -> None:
        """Listens, and starts everything that goes on beside the calls.

        Raises:
            OSError: the address is taken.
        """
        self._server = self._make_server()
        try:
            self.port = self._server.add_insecure_port(self.settings.listen)
        except RuntimeError as error:
            raise OSError(f"{self.settings.listen} is taken; set ILGAM_LISTEN to another address") from error
        await self._set_health(serving=False)
        await self._server.start()
        self._tasks = [
            asyncio.create_task(self._become_ready(), name="ready"),
            asyncio.create_task(self._run_events(), name="events"),
            *(
                asyncio.create_task(run_periodic(work, self.database), name=work.name)
                for work in (*self._wiring.periodic, housekeeping())
            ),
        ]
        log.info("process_started", listen=self.settings.listen, port=self.port)

    async def stop(self) -> None:
        """Takes no new calls, lets those in hand finish, then ends the rest."""
        await self._set_health(serving=False)
        if self._server is not None:
            await self._server.stop(self.settings.drain_seconds)
        await end(self._tasks)
        if self._broker is not None:
            with contextlib.suppress(nats.errors.Error, OSError, TimeoutError):
                await self._broker.close()
        await self.database.close()
        log.info("process_stopped")

    def _make_server(self) -> aio.Server:
        events = EventsServicer(self.settings.service, self.database, self.inbox, self._consumers)
        served = (
            *self._wiring.served,
            Served(
                events_service_pb2.DESCRIPTOR.services_by_name["EventsService"],
                events_service_pb2_grpc.add_EventsServiceServicer_to_server,
                events,
            ),
        )
        contracts = {method: c for one in served for method, c in contracts_of(one.descriptor).items()}
        server = aio.server(
            interceptors=[Middleware(contracts, self._authenticator, self.settings.edge_key)],
            maximum_concurrent_rpcs=self.settings.concurrent_calls,
            options=[
                ("grpc.max_receive_message_length", RECEIVE_BYTES_MAX),
                ("grpc.max_send_message_length", RECEIVE_BYTES_MAX),
                ("grpc.so_reuseport", 0),
            ],
        )
        for one in served:
            one.add_to_server(one.servicer, server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, server)
        if self.settings.reflection:
            names = [*(one.descriptor.full_name for one in served), reflection.SERVICE_NAME]
            reflection.enable_server_reflection(names, server)
        return server

    def _consumer(self, producer: str) -> Consumer:
        types = [name for name in self._wiring.subscribers.event_types if name.split(".")[1] == producer]
        return Consumer(self.settings.service, producer, types, self.inbox, self.settings.bus_namespace)

    async def _become_ready(self) -> None:
        """Serves once the start work is done and there are keys to check tokens with."""
        while True:
            try:
                for work in self._wiring.on_start:
                    await work(self.database)
                if await self._authenticator.load_keys():
                    break
            except Exception as error:  # noqa: BLE001 - whatever it is, it is told and tried again
                log.warning("process_not_ready", error=repr(error)[:300])
            await asyncio.sleep(_READY_POLL_SECONDS)
        gc.freeze()
        await self._set_health(serving=True)
        log.info("process_ready")

    async def _run_events(self) -> None:
        settings = self.settings
        self._broker = await connect(settings.nats_url, settings.nats_user, settings.nats_password, settings.service)
        jetstream = self._broker.jetstream(timeout=10)
        relay = Relay(self.database, jetstream, self.settings.bus_namespace)
        await asyncio.gather(relay.run(), *(consumer.run(jetstream) for consumer in self._consumers))

    async def _set_health(self, *, serving: bool) -> None:
        statuses = health_pb2.HealthCheckResponse
        state = statuses.SERVING if serving else statuses.NOT_SERVING
        for name in ("", *(one.descriptor.full_name for one in self._wiring.served)):
            await self._health.set(name, state)


async def _serve(settings: Settings, build: Build) -> None:
    process = Process(settings, build)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    if settings.metrics_port:
        start_http_server(settings.metrics_port, addr="127.0.0.1")
    await process.start()
    await stopping.wait()
    await process.stop()


def run(service: str, build: Build) -> None:
    """Runs a service until SIGTERM or SIGINT."""
    settings = Settings(service=service)
    configure_logs(settings)
    telemetry.configure_traces(settings)
    # Messages and rows are made and dropped by the thousand: a larger youngest generation collects less often.
    gc.set_threshold(20_000, 20, 20)
    uvloop.run(_serve(settings, build))


__all__ = ["Periodic", "Process", "Runtime", "Served", "Wiring", "run"]
