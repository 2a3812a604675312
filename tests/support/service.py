"""One service under test: its own database and streams on the run's servers, called through its generated stub."""

import asyncio
import base64
import importlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar, cast
from uuid import UUID, uuid4

import asyncpg
import grpc
import nats
from google.protobuf.message import Message
from grpc import aio
from joserfc.jwk import KeySet
from sqlalchemy import text

from deploy.nats.prepare import durable_config, stream_config
from deploy.nats.topology import Durable
from services.core.ids import new_id
from services.runtime.bus import durable_of, event_class, producer_of, stream_of, subject_of
from services.runtime.database import Database
from services.runtime.migrations import migrate
from services.runtime.server import Process
from services.runtime.settings import Settings
from services.runtime.vault import KEY_FILE
from tests.support.identity import KEY, TestCaller
from tests.support.servers import Servers
from tests.support.signing import signing

_STREAM_BYTES = 64 * 1024 * 1024
_WAIT_SECONDS = 15.0
_POLL_SECONDS = 0.02

E = TypeVar("E", bound=Message)
S = TypeVar("S")


class ServiceUnderTest:
    """A running service and the means to look at it from all sides."""

    def __init__(self, name: str, process: Process, jetstream: Any, namespace: str) -> None:
        self.name = name
        self.process = process
        self.database: Database = process.database
        self._jetstream = jetstream
        self._namespace = namespace
        self._channels: list[aio.Channel] = []

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.process.port}"

    def stub(self, stub_class: Callable[[aio.Channel], S], caller: TestCaller | None = None) -> S:
        """The generated stub, as somebody or as nobody."""
        interceptors: list[Any] = signing(caller) if caller else []
        channel = aio.insecure_channel(
            self.address,
            interceptors=interceptors,
            options=[("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)],
        )
        self._channels.append(channel)
        return stub_class(channel)

    async def deliver(self, *events: Message) -> None:
        """Publishes events as their producers would, and waits until they are applied, parked or dead."""
        for event in events:
            stamped = cast(Any, event)
            stamped.event_id = stamped.event_id or str(new_id())
            if not stamped.occur_time.seconds:
                stamped.occur_time.GetCurrentTime()
            await self._jetstream.publish(
                subject_of(event.DESCRIPTOR, self._namespace),
                event.SerializeToString(),
                headers={"Nats-Msg-Id": stamped.event_id},
            )
        ids = [UUID(cast(Any, event).event_id) for event in events]
        await eventually(lambda: self._have_arrived(ids))

    async def emitted(self, event_type: type[E], count: int = 0) -> list[E]:
        """All events of a type that the service has logged, in order; waits until there are at least `count`."""

        async def enough() -> bool:
            return len(await self._logged(event_type)) >= count

        await eventually(enough)
        return await self._logged(event_type)

    async def _logged(self, event_type: type[E]) -> list[E]:
        async with self.database.transaction() as tx:
            rows = await tx.connection.execute(
                text("SELECT payload FROM outbox WHERE event_type = :type ORDER BY seq"),
                {"type": event_type.DESCRIPTOR.full_name},
            )
            return [event_type.FromString(row[0]) for row in rows]

    async def _have_arrived(self, ids: list[UUID]) -> bool:
        async with self.database.transaction() as tx:
            rows = await tx.connection.execute(
                text(
                    "SELECT count(DISTINCT event_id) FROM ("
                    "SELECT event_id FROM inbox UNION SELECT event_id FROM dead_letter) AS known "
                    "WHERE event_id = ANY(CAST(:ids AS uuid[]))"
                ),
                {"ids": ids},
            )
            return int(rows.scalar_one()) == len(set(ids))

    async def close(self) -> None:
        for channel in self._channels:
            await channel.close()


@asynccontextmanager
async def running(
    name: str, servers: Servers, *, secrets_dir: Path | None = None, broker: bool = True, **settings: Any
) -> AsyncIterator[ServiceUnderTest]:
    """A service with an empty database and streams of its own, serving; everything of it goes away afterwards."""
    build = importlib.import_module(f"services.{name}.__main__").build
    database = f"t_{uuid4().hex[:16]}"
    namespace = f"t{uuid4().hex[:12]}"
    await _create_database(name, servers, database)
    client = await nats.connect(
        servers.nats_url, user=servers.nats_user, password=servers.nats_password, inbox_prefix=b"_INBOX_admin"
    )
    jetstream = client.jetstream(timeout=10)
    process = Process(
        Settings(
            service=name,
            listen="127.0.0.1:0",
            database_url=servers.postgres_url(database, f"ilgam_{name}"),
            database_pool_size=settings.pop("database_pool_size", 6),
            nats_url=servers.nats_url if broker else "nats://127.0.0.1:1",
            nats_user=servers.nats_user,
            nats_password=servers.nats_password,
            bus_namespace=namespace,
            secrets_dir=secrets_dir or _own_secrets(servers, namespace),
            media_url=settings.pop("media_url", (Path(servers.folder) / "media" / namespace).as_uri()),
            mail_dir=settings.pop("mail_dir", Path(servers.folder) / "mail" / namespace),
            drain_seconds=0.5,
            **settings,
        ),
        build,
    )
    _trust_test_key(process)
    streams = await _create_streams(name, process, jetstream, namespace)
    service = ServiceUnderTest(name, process, jetstream, namespace)
    await process.start()
    try:
        await _wait_until_serving(service)
        yield service
    finally:
        await service.close()
        await process.stop()
        for stream in streams:
            await jetstream.delete_stream(stream)
        await client.close()
        await _drop_database(servers, database)


@asynccontextmanager
async def empty_database(name: str, servers: Servers) -> AsyncIterator[Database]:
    """A service's database without the service."""
    database_name = f"t_{uuid4().hex[:16]}"
    await _create_database(name, servers, database_name)
    database = Database(servers.postgres_url(database_name, f"ilgam_{name}"), pool_size=8)
    try:
        yield database
    finally:
        await database.close()
        await _drop_database(servers, database_name)


async def eventually(check: Callable[[], Any | Awaitable[Any]], seconds: float = _WAIT_SECONDS) -> Any:
    """Waits until `check` gives something true, or stops raising AssertionError; gives it. Fails after the time."""
    end = asyncio.get_running_loop().time() + seconds
    while True:
        failure: AssertionError | None = None
        try:
            found = check()
            if isinstance(found, Awaitable):
                found = await found
            if found or found is None:
                return found
        except AssertionError as error:
            failure = error
        if asyncio.get_running_loop().time() > end:
            raise failure or AssertionError(f"not within {seconds} s")
        await asyncio.sleep(_POLL_SECONDS)


def _trust_test_key(process: Process) -> None:
    """The process checks tokens with the tests' key beside its own."""
    authenticator = process._authenticator
    load = authenticator.load_keys

    async def load_with_test_key() -> int:
        revision = await load()
        own = [key for key in authenticator._keys.keys if key.kid != KEY.kid]
        authenticator._keys = KeySet([*own, KEY])
        return max(revision, 1)

    authenticator.load_keys = load_with_test_key  # type: ignore[method-assign]


async def migrated_template(name: str, servers: Servers) -> str:
    """The address, for its owner, of the migrated and otherwise empty database that tests copy."""
    owner = f"ilgam_{name}_owner"
    await asyncio.to_thread(_migrate_template, name, servers, owner)
    return servers.postgres_url(f"ilgam_{name}", owner)


async def _create_database(name: str, servers: Servers, database: str) -> None:
    owner = f"ilgam_{name}_owner"
    await migrated_template(name, servers)
    await as_admin(servers, f"CREATE DATABASE {database} TEMPLATE ilgam_{name} OWNER {owner}")


def _migrate_template(name: str, servers: Servers, owner: str) -> None:
    done = Path(servers.folder) / f"migrated-{name}"
    if done.exists():
        return
    with servers.locked(f"migrate-{name}"):
        if not done.exists():
            migrate(name, servers.postgres_url(f"ilgam_{name}", owner))
            done.touch()


def _own_secrets(servers: Servers, namespace: str) -> Path:
    folder = Path(servers.folder) / "secrets" / namespace
    folder.mkdir(parents=True)
    (folder / KEY_FILE).write_bytes(base64.b64encode(os.urandom(32)))
    return folder


async def _drop_database(servers: Servers, database: str) -> None:
    await as_admin(servers, f"DROP DATABASE {database} WITH (FORCE)")


async def as_admin(servers: Servers, statement: str) -> None:
    """Runs one statement outside every database of ours."""
    url = servers.postgres_url("postgres", "postgres").replace("+asyncpg", "")
    for attempt in range(50):
        connection = await asyncpg.connect(url, timeout=20)
        try:
            await connection.execute(statement)
        except asyncpg.ObjectInUseError:
            # Another test copies the same template at this moment.
            if attempt == 49:
                raise
            await asyncio.sleep(0.1)
        else:
            return
        finally:
            await connection.close()


async def _create_streams(name: str, process: Process, jetstream: Any, namespace: str) -> list[str]:
    types = process._wiring.subscribers.event_types
    producers = sorted({producer_of(one) for one in types} | {name})
    for producer in producers:
        config = stream_config(producer, 1, _STREAM_BYTES)
        stream = stream_of(producer, namespace)
        await jetstream.add_stream(replace(config, name=stream, subjects=[f"{namespace}.ilgam.{producer}.>"]))
        mine = [one for one in types if producer_of(one) == producer]
        if mine:
            durable = durable_config(Durable(name, producer, ("Any",)))
            subjects = [subject_of(event_class(one).DESCRIPTOR, namespace) for one in mine]
            assert durable.durable_name == durable_of(name, producer)
            await jetstream.add_consumer(stream, replace(durable, filter_subject=None, filter_subjects=subjects))
    return [stream_of(producer, namespace) for producer in producers]


async def _wait_until_serving(service: ServiceUnderTest) -> None:
    from grpc_health.v1 import health_pb2, health_pb2_grpc

    stub = service.stub(health_pb2_grpc.HealthStub)

    async def serving() -> bool:
        try:
            answer = await stub.Check(health_pb2.HealthCheckRequest())
        except grpc.RpcError:
            return False
        return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)

    await eventually(serving)
