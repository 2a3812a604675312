"""Makes a JetStream server match the topology: creates what is missing, updates what differs, drops what is left over."""

import asyncio
from dataclasses import dataclass

import nats
from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DeliverPolicy,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.errors import NotFoundError

from deploy.nats.permissions import inbox_prefix
from deploy.nats.topology import SERVICES, Durable, durables, stream_subjects
from services.runtime.bus import durable_of, stream_of

DAY_SECONDS = 24 * 3600
STREAM_AGE_SECONDS = 14 * DAY_SECONDS
DUPLICATE_WINDOW_SECONDS = 120
STREAM_BYTES_DEFAULT = 8 * 1024**3
ACK_WAIT_SECONDS = 15
ACK_PENDING_MAX = 1000
CONNECT_SECONDS = 10
REQUEST_SECONDS = 20


@dataclass(frozen=True)
class BusAdmin:
    """Where the bus is, and who may change it.

    Attributes:
        url: `nats://host:port`, several separated by commas for a cluster.
        user: a user that may publish and subscribe to everything.
        password: its password.
    """

    url: str
    user: str
    password: str


async def prepare(
    admin: BusAdmin, *, replicas: int = 1, stream_max_bytes: int = STREAM_BYTES_DEFAULT, namespace: str = ""
) -> None:
    """Create or update all streams and durables; running it again changes nothing.

    Args:
        admin: the server and its administrator.
        replicas: copies of each stream: 1 on one server, 3 on a cluster.
        stream_max_bytes: how much one stream may hold; a full stream refuses (the outbox keeps the events).
        namespace: put before all streams and subjects, for several systems on one server.

    Raises:
        nats.errors.Error: the server cannot be reached or refuses.
    """
    connection = await nats.connect(
        admin.url.split(","),
        user=admin.user,
        password=admin.password,
        name="prepare",
        inbox_prefix=inbox_prefix(admin.user).encode(),
        connect_timeout=CONNECT_SECONDS,
        allow_reconnect=False,
    )
    try:
        js = connection.jetstream(timeout=REQUEST_SECONDS)
        streams = [stream_config(producer, replicas, stream_max_bytes, namespace) for producer in SERVICES]
        await asyncio.gather(*(_put_stream(js, config) for config in streams))
        await asyncio.gather(*(_put_durable(js, durable, namespace) for durable in durables()))
        await asyncio.gather(*(_drop_left_over(js, producer, namespace) for producer in SERVICES))
    finally:
        await connection.close()


def stream_config(producer: str, replicas: int, max_bytes: int, namespace: str = "") -> StreamConfig:
    """The stream of one producer: fourteen days of its events, refusing new ones when full."""
    return StreamConfig(
        name=stream_of(producer, namespace),
        subjects=[_scoped(stream_subjects(producer), namespace)],
        retention=RetentionPolicy.LIMITS,
        discard=DiscardPolicy.NEW,
        storage=StorageType.FILE,
        max_age=STREAM_AGE_SECONDS,
        max_bytes=max_bytes,
        duplicate_window=DUPLICATE_WINDOW_SECONDS,
        num_replicas=replicas,
    )


def durable_config(durable: Durable, namespace: str = "") -> ConsumerConfig:
    """The pull consumer of one pair; it redelivers for ever, giving up is the inbox's decision."""
    return ConsumerConfig(
        durable_name=durable.name,
        deliver_policy=DeliverPolicy.ALL,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=ACK_WAIT_SECONDS,
        max_deliver=-1,
        max_ack_pending=ACK_PENDING_MAX,
        filter_subjects=[_scoped(subject, namespace) for subject in durable.subjects],
    )


async def _put_stream(js: JetStreamContext, config: StreamConfig) -> None:
    try:
        await js.stream_info(config.name or "")
    except NotFoundError:
        await js.add_stream(config)
    else:
        await js.update_stream(config)


async def _put_durable(js: JetStreamContext, durable: Durable, namespace: str) -> None:
    await js.add_consumer(stream_of(durable.producer, namespace), durable_config(durable, namespace))


async def _drop_left_over(js: JetStreamContext, producer: str, namespace: str) -> None:
    """Drop the durables of pairs that no longer exist: nobody reads them, so their backlog would only grow."""
    stream = stream_of(producer, namespace)
    wanted = {durable.name for durable in durables() if durable.producer == producer}
    pairs = {durable_of(consumer, producer) for consumer in SERVICES}
    for info in await js.consumers_info(stream):
        if info.name in pairs - wanted:
            await js.delete_consumer(stream, info.name)


def _scoped(subject: str, namespace: str) -> str:
    return f"{namespace}.{subject}" if namespace else subject
