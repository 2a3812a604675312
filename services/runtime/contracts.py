"""What the contracts say about each RPC, read once from the descriptors."""

from __future__ import annotations

from dataclasses import dataclass

from google.protobuf.descriptor import Descriptor, MethodDescriptor, ServiceDescriptor
from ilgam.options.v1 import options_pb2

DEADLINE_SECONDS = 30
REQUEST_BYTES_MAX = 4 * 1024 * 1024
RECEIVE_BYTES_MAX = 16 * 1024 * 1024

_ROLE_OF = {
    options_pb2.AUDIENCE_WORKER: "worker",
    options_pb2.AUDIENCE_COMPANY: "company",
    options_pb2.AUDIENCE_TRAINER: "trainer",
    options_pb2.AUDIENCE_OPERATOR: "operator",
}


@dataclass(frozen=True)
class Contract:
    """One RPC: who may call, how fresh their sign-in must be, how long it may take, how large a request may be.

    `edge`: the web's edge may, whoever it speaks for.
    """

    method: str
    public: bool
    signed_in: bool
    roles: frozenset[str]
    fresh: bool
    deadline_seconds: float
    request_bytes_max: int
    edge: bool = False

    @property
    def declared(self) -> bool:
        """Whether the contract names an audience; without one nobody may call."""
        return self.public or self.signed_in or self.edge or bool(self.roles)


def contracts_of(service: ServiceDescriptor) -> dict[str, Contract]:
    """The contracts of a service by full method name, `/ilgam.tasks.v1.TasksService/ClaimItems`."""
    return {f"/{service.full_name}/{method.name}": _contract_of(service, method) for method in service.methods}


def _contract_of(service: ServiceDescriptor, method: MethodDescriptor) -> Contract:
    options = method.GetOptions()
    audience = set(options.Extensions[options_pb2.audience])
    return Contract(
        method=f"/{service.full_name}/{method.name}",
        public=options_pb2.AUDIENCE_PUBLIC in audience,
        signed_in=options_pb2.AUDIENCE_SIGNED_IN in audience,
        roles=frozenset(role for value, role in _ROLE_OF.items() if value in audience),
        fresh=options.Extensions[options_pb2.fresh],
        deadline_seconds=float(options.Extensions[options_pb2.deadline_seconds] or DEADLINE_SECONDS),
        request_bytes_max=_request_bytes_max(method.input_type),
        edge=options_pb2.AUDIENCE_EDGE in audience,
    )


def _request_bytes_max(message: Descriptor) -> int:
    """A request whose fields may be large on purpose gets a field's error, so it may be read whole."""
    return RECEIVE_BYTES_MAX if _longest_field(message, frozenset()) > REQUEST_BYTES_MAX else REQUEST_BYTES_MAX


def _longest_field(message: Descriptor, seen: frozenset[str]) -> int:
    if message.full_name in seen:
        return 0
    longest = 0
    for field in message.fields:
        longest = max(longest, field.GetOptions().Extensions[options_pb2.rules].max_length)
        if field.message_type is not None:
            longest = max(longest, _longest_field(field.message_type, seen | {message.full_name}))
    return longest
