"""The ports of one stack: a range of 25 from a base, so that one number places everything."""

import random
import socket
from dataclasses import dataclass

from deploy.local.errors import StackError
from deploy.nats.topology import SERVICES

HOST = "127.0.0.1"
RANGE = 25
# Below the range from which Linux gives out ports of its own accord, so that a free one stays free.
FREE_FROM, FREE_TO = 10_000, 32_000
FREE_TRIES = 200

_METRICS_OFFSET = 10
_RESERVATION_OFFSET = 20
_NATS_MONITOR_OFFSET = 21
_NATS_OFFSET = 22


@dataclass(frozen=True)
class Ports:
    """Who listens where, all on 127.0.0.1.

    Attributes:
        base: first port of the range, that of the gateway's pages; the services follow in the order of `SERVICES`.
    """

    base: int

    @property
    def gateway(self) -> int:
        """Port of the pages."""
        return self.base

    @property
    def nats(self) -> int:
        """Port of the NATS clients."""
        return self.base + _NATS_OFFSET

    @property
    def nats_monitor(self) -> int:
        """Port of NATS' HTTP monitor (health, lag of consumers)."""
        return self.base + _NATS_MONITOR_OFFSET

    @property
    def reservation(self) -> int:
        """Held by the stack itself for its life: whoever holds it owns the range."""
        return self.base + _RESERVATION_OFFSET

    def service(self, name: str) -> int:
        """Port of a service's gRPC API."""
        return self.base + 1 + SERVICES.index(name)

    def metrics(self, name: str) -> int:
        """Port of a service's Prometheus page."""
        return self.service(name) + _METRICS_OFFSET

    def needs(self, services: tuple[str, ...], *, embedded: bool = True, gateway: bool = False) -> dict[int, str]:
        """All ports a stack is going to take, each with who needs it."""
        needs = {self.reservation: "the stack itself"}
        for name in services:
            needs |= {self.service(name): name, self.metrics(name): f"{name} (metrics)"}
        if gateway:
            needs[self.gateway] = "the gateway"
        if embedded:
            needs |= {self.nats: "nats", self.nats_monitor: "nats (monitor)"}
        return needs


def check_free(needs: dict[int, str]) -> None:
    """Refuse a range of which a port is taken.

    Raises:
        StackError: naming the port, who needs it and the setting to change.
    """
    for port, owner in sorted(needs.items()):
        if not is_free(port):
            raise StackError(
                f"Port {port} on {HOST} is taken, and {owner} needs it: choose another range with --port or ILGAM_PORT."
            )


def reserve(ports: Ports) -> socket.socket:
    """Hold the range: while the socket is open, no other stack takes it.

    Raises:
        StackError: another stack holds it.
    """
    holder = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        _bind(holder, ports.reservation)
        holder.listen(1)
    except OSError as error:
        holder.close()
        raise StackError(
            f"Port {ports.reservation} on {HOST} is taken, and the stack itself needs it: choose another range with --port or ILGAM_PORT."
        ) from error
    return holder


def reserve_free(services: tuple[str, ...], *, gateway: bool = False) -> tuple[Ports, socket.socket]:
    """Find a range that is free as a whole, and hold it.

    Raises:
        StackError: none was free in `FREE_TRIES` random ranges.
    """
    for _ in range(FREE_TRIES):
        # Not a secret: only spreads the stacks of one machine over the ranges.
        ports = Ports(random.randrange(FREE_FROM, FREE_TO - RANGE, RANGE))  # noqa: S311
        if all(is_free(port) for port in ports.needs(services, gateway=gateway)):
            try:
                return ports, reserve(ports)
            except StackError:
                continue
    raise StackError(f"No {RANGE} free ports in a row between {FREE_FROM} and {FREE_TO} on {HOST}.")


def is_free(port: int) -> bool:
    """Whether nobody listens on a port; connections that are only fading away do not count."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            _bind(probe, port)
        except OSError:
            return False
    return True


def _bind(one: socket.socket, port: int) -> None:
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.bind((HOST, port))
