"""Every RPC in the contracts, whoever calls it with whatever: one table, made from the descriptors."""

import asyncio
import base64
import os
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import grpc
import pytest
from google.protobuf.descriptor import MethodDescriptor
from google.rpc import error_details_pb2, status_pb2
from grpc import aio
from joserfc.jwk import OKPKey

from services.runtime.auth import TOKEN_ALGORITHM
from services.runtime.contracts import Contract, contracts_of
from tests.contract.test_conventions import SERVICES, all_services
from tests.support.identity import TestCaller, company, edge, operator, trainer, worker
from tests.support.messages import hostile, plausible
from tests.support.servers import Servers
from tests.support.service import running

NEVER = {grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN, grpc.StatusCode.UNIMPLEMENTED}
HIDDEN = {grpc.StatusCode.NOT_FOUND, grpc.StatusCode.PERMISSION_DENIED}
HOSTILE_COUNT = 25
EDGE_KEY = "the key of the web's edge"
EDGE = edge(EDGE_KEY)
CALLERS = {
    "worker": worker(),
    "company": company(uuid4()),
    "trainer": trainer(uuid4()),
    "operator": operator(),
}


@dataclass(frozen=True)
class Rpc:
    """One RPC of one process."""

    service: str
    method: MethodDescriptor
    contract: Contract

    @property
    def allowed(self) -> list[TestCaller]:
        signed_in = [c for role, c in CALLERS.items() if self.contract.signed_in or role in self.contract.roles]
        return [*signed_in, EDGE] if self.contract.edge else signed_in

    @property
    def only_edge(self) -> bool:
        return self.contract.edge and not self.contract.signed_in and not self.contract.roles

    @property
    def refused(self) -> list[TestCaller]:
        return [] if self.contract.public else [c for c in CALLERS.values() if c not in self.allowed]

    @property
    def somebody(self) -> TestCaller | None:
        return None if self.contract.public else self.allowed[-1]


@dataclass(frozen=True)
class Outcome:
    """What came back."""

    code: grpc.StatusCode
    reason: str = ""
    fields: tuple[str, ...] = ()


def rpcs_of(service: str) -> list[Rpc]:
    found = []
    for descriptor in all_services():
        package = descriptor.full_name.split(".")[1]
        if package in {service, "events"}:
            contracts = contracts_of(descriptor)
            found += [Rpc(service, one, contracts[f"/{descriptor.full_name}/{one.name}"]) for one in descriptor.methods]
    return found


Metadata = tuple[tuple[str, str], ...]


def metadata_of(caller: TestCaller | None) -> Metadata:
    return caller.metadata if caller else ()


def bearer(token: str) -> Metadata:
    return (("authorization", f"Bearer {token}"),)


async def call(channel: aio.Channel, rpc: Rpc, body: bytes, metadata: Metadata) -> Outcome:
    """One call with raw bytes."""
    kind = ("stream" if rpc.method.client_streaming else "unary") + (
        "_stream" if rpc.method.server_streaming else "_unary"
    )
    multi = getattr(channel, kind)(rpc.contract.method, request_serializer=None, response_deserializer=None)
    request = _one(body) if rpc.method.client_streaming else body
    try:
        if rpc.method.server_streaming:
            async for _ in multi(request, metadata=metadata, timeout=20):
                pass
        else:
            await multi(request, metadata=metadata, timeout=20)
    except aio.AioRpcError as error:
        return _outcome(error)
    return Outcome(grpc.StatusCode.OK)


async def _one(body: bytes) -> AsyncIterator[bytes]:
    yield body


def _outcome(error: aio.AioRpcError) -> Outcome:
    reason, fields = "", []
    for key, value in error.trailing_metadata() or ():
        if key != "grpc-status-details-bin":
            continue
        for detail in status_pb2.Status.FromString(value).details:
            info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
            if detail.Unpack(info):
                reason = info.reason
            elif detail.Unpack(bad):
                fields += [violation.field for violation in bad.field_violations]
    return Outcome(error.code(), reason, tuple(fields))


@pytest.fixture(params=SERVICES)
async def served(
    request: pytest.FixtureRequest, servers: Servers, tmp_path: Path
) -> AsyncIterator[tuple[str, aio.Channel]]:
    """A running service and a bare channel to it."""
    (tmp_path / "secret.key").write_bytes(base64.b64encode(os.urandom(32)))
    options = [("grpc.max_send_message_length", -1)]
    async with (
        running(request.param, servers, secrets_dir=tmp_path, edge_key=EDGE_KEY, log_level="error") as service,
        aio.insecure_channel(service.address, options=options) as channel,
    ):
        yield request.param, channel


async def test_only_the_audience_may_call(served: tuple[str, aio.Channel]) -> None:
    name, channel = served
    foreign = OKPKey.generate_key("Ed25519", {"kid": "tests", "alg": TOKEN_ALGORITHM})
    for rpc in rpcs_of(name):
        if rpc.contract.public or rpc.only_edge:
            continue
        caller = rpc.allowed[0]
        shown: dict[str, tuple[Metadata, str]] = {
            "nobody": ((), "TOKEN_MISSING"),
            "ended": (bearer(replace(caller, life_seconds=-5).token()), "TOKEN_EXPIRED"),
            "forged": (bearer(caller.token(foreign)), "TOKEN_INVALID"),
            "other audience": (bearer(caller.token(aud="elsewhere")), "TOKEN_INVALID"),
            "no token": (bearer("x.y.z"), "TOKEN_INVALID"),
        }
        for who, (metadata, reason) in shown.items():
            outcome = await call(channel, rpc, b"", metadata)
            assert (outcome.code, outcome.reason) == (grpc.StatusCode.UNAUTHENTICATED, reason), (
                rpc.contract.method,
                who,
            )
        for other in rpc.refused:
            await _denied(channel, rpc, other.metadata)
        if rpc.contract.fresh:
            outcome = await call(channel, rpc, b"", replace(caller, auth_age_seconds=301).metadata)
            assert outcome.reason == "SIGN_IN_NOT_FRESH", rpc.contract.method


async def test_what_is_the_edges_is_refused_to_everybody_else(served: tuple[str, aio.Channel]) -> None:
    name, channel = served
    for rpc in rpcs_of(name):
        if not rpc.only_edge:
            # The edge's key alone opens nothing that asks for a person.
            if not rpc.contract.public and not rpc.contract.edge:
                assert (await call(channel, rpc, b"", EDGE.metadata)).reason == "TOKEN_MISSING", rpc.contract.method
            continue
        for metadata in ((), edge("guessed").metadata, *(caller.metadata for caller in CALLERS.values())):
            await _denied(channel, rpc, metadata)
        body = plausible(rpc.method.input_type, random.Random(5)).SerializeToString()
        outcome = await call(channel, rpc, body, EDGE.metadata)
        assert outcome.reason not in {"AUDIENCE_DENIED", "TOKEN_MISSING"}, rpc.contract.method
        assert outcome.code not in NEVER, (rpc.contract.method, outcome)


async def _denied(channel: aio.Channel, rpc: Rpc, metadata: Metadata) -> None:
    outcome = await call(channel, rpc, b"", metadata)
    assert (outcome.code, outcome.reason) == (grpc.StatusCode.PERMISSION_DENIED, "AUDIENCE_DENIED"), (
        rpc.contract.method,
        metadata,
    )


async def test_garbage_is_told_apart_from_a_request(served: tuple[str, aio.Channel]) -> None:
    name, channel = served
    chance = random.Random(7)
    for rpc in rpcs_of(name):
        metadata = metadata_of(rpc.somebody)
        for body in (b"\xff", b"\x0a\xff\xff\xff\xff\x0f", chance.randbytes(200) + b"\xff"):
            outcome = await call(channel, rpc, body, metadata)
            assert outcome.code == grpc.StatusCode.INVALID_ARGUMENT, (rpc.contract.method, outcome)
            assert outcome.reason in {"MESSAGE_MALFORMED", "FIELD_INVALID"}, (rpc.contract.method, outcome)


async def test_whatever_the_fields_hold_the_answer_is_clear(served: tuple[str, aio.Channel]) -> None:
    name, channel = served
    chance = random.Random(11)
    calls = []
    for rpc in rpcs_of(name):
        callers: list[TestCaller | None] = [None] if rpc.contract.public else list(rpc.allowed)
        for place in range(HOSTILE_COUNT):
            caller = callers[place % len(callers)]
            body = hostile(rpc.method.input_type, chance).SerializeToString()
            calls.append((rpc, body, metadata_of(caller)))
    slots = asyncio.Semaphore(8)

    async def limited(rpc: Rpc, body: bytes, metadata: Metadata) -> Outcome:
        async with slots:
            return await call(channel, rpc, body, metadata)

    outcomes = await asyncio.gather(*(limited(*one) for one in calls))
    for (rpc, body, _), outcome in zip(calls, outcomes, strict=True):
        assert outcome.code not in NEVER, (rpc.contract.method, body, outcome)
        if outcome.code == grpc.StatusCode.INVALID_ARGUMENT and outcome.reason == "FIELD_INVALID":
            assert outcome.fields, rpc.contract.method


async def test_what_belongs_to_others_is_hidden(served: tuple[str, aio.Channel]) -> None:
    """A request that obeys every rule and names something that is not the caller's: NOT_FOUND or PERMISSION_DENIED."""
    name, channel = served
    chance = random.Random(3)
    for rpc in rpcs_of(name):
        ids = [
            field.name
            for field in rpc.method.input_type.fields
            if field.name.endswith("_id") and field.name not in {"request_id", "worker_id"}
        ]
        if not ids:
            continue
        for caller in rpc.allowed:
            if rpc.contract.signed_in and caller is not rpc.allowed[0]:
                continue
            body = plausible(rpc.method.input_type, chance).SerializeToString()
            outcome = await call(channel, rpc, body, caller.metadata)
            assert outcome.code not in NEVER, (rpc.contract.method, outcome)
            if caller.roles != ("operator",) and caller is not EDGE:
                hidden = outcome.code in HIDDEN or rpc.method.name in EMPTY_FOR_OTHERS
                assert hidden, (rpc.contract.method, caller.roles, outcome)


# What these list is the caller's own in any case, whatever they name.
EMPTY_FOR_OTHERS = {"ListAssignments", "ListVerdicts"}


async def test_a_page_token_of_another_making_is_refused(served: tuple[str, aio.Channel]) -> None:
    name, channel = served
    for rpc in rpcs_of(name):
        if "page_token" not in rpc.method.input_type.fields_by_name:
            continue
        for token in ("x", base64.urlsafe_b64encode(b'{"a": 1}').decode(), base64.urlsafe_b64encode(b"[1]").decode()):
            for caller in rpc.allowed:
                request = plausible(rpc.method.input_type, random.Random(1))
                for field in ("organisation_id", "worker_id", "job_id"):
                    if field in rpc.method.input_type.fields_by_name:
                        request.ClearField(field)
                request.page_token = token  # type: ignore[attr-defined]  # every such request has it
                outcome = await call(channel, rpc, request.SerializeToString(), caller.metadata)
                assert outcome.code in HIDDEN | {grpc.StatusCode.INVALID_ARGUMENT}, (
                    rpc.contract.method,
                    token,
                    outcome,
                )
