"""What stands around every call: an audience, a deadline, and no word of what broke inside."""

import asyncio
import base64
import os
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import grpc
import pytest
from ilgam.accounts.v1 import accounts_service_pb2 as accounts_pb
from ilgam.accounts.v1 import accounts_service_pb2_grpc as accounts_grpc
from ilgam.payments.v1 import payments_service_pb2 as pb
from ilgam.payments.v1 import payments_service_pb2_grpc as pb_grpc
from ilgam.tasks.v1 import tasks_service_pb2 as tasks_pb
from ilgam.tasks.v1 import tasks_service_pb2_grpc as tasks_grpc

from services.core.errors import PermissionDeniedError, Reason, UnauthenticatedError
from services.payments.entrypoints import servicer
from services.runtime import incoming
from services.runtime.auth import Caller
from services.runtime.contracts import Contract
from services.runtime.middleware import _address_of, _check_audience
from tests.support.identity import edge, operator
from tests.support.refusals import refusal
from tests.support.servers import Servers
from tests.support.service import running


def test_an_rpc_whose_contract_names_no_audience_is_refused_to_everybody() -> None:
    silent = Contract(
        "/x/Y", public=False, signed_in=False, roles=frozenset(), fresh=False, deadline_seconds=1, request_bytes_max=1
    )
    for contract in (silent, None):
        with pytest.raises(PermissionDeniedError) as refusal:
            _check_audience(contract, Caller(account_id=uuid4(), roles=frozenset({"operator"})))
        assert refusal.value.reason is Reason.AUDIENCE_DENIED


def test_the_edge_is_admitted_to_nothing_that_does_not_name_it() -> None:
    signed_in = Contract(
        "/x/Y", public=False, signed_in=True, roles=frozenset(), fresh=False, deadline_seconds=1, request_bytes_max=1
    )
    with pytest.raises(UnauthenticatedError):
        _check_audience(signed_in, Caller(), by_edge=True)
    edges = replace(signed_in, signed_in=False, edge=True)
    _check_audience(edges, Caller(), by_edge=True)
    for caller in (Caller(), Caller(account_id=uuid4(), roles=frozenset({"operator"}))):
        with pytest.raises(PermissionDeniedError):
            _check_audience(edges, caller)


def test_addresses_are_read_as_grpc_writes_them() -> None:
    written = {
        "ipv4:192.0.2.1:4711": "192.0.2.1",
        "ipv6:%5B2001:db8::1%5D:4711": "2001:db8::1",
        "ipv6:[::1]:4711": "::1",
        "unix:/run/x": "unix",
    }
    assert {peer: _address_of(peer) for peer in written} == written


async def test_a_process_without_an_edge_key_has_no_edge(servers: Servers, tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_bytes(base64.b64encode(os.urandom(32)))
    request = accounts_pb.ContinueSessionRequest(session_id=str(uuid4()))
    async with running("accounts", servers, secrets_dir=tmp_path, log_level="error") as service:
        for key in ("", "guessed"):
            stub = service.stub(accounts_grpc.AccountsServiceStub, edge(key))
            assert (await refusal(stub.ContinueSession(request))).reason == "AUDIENCE_DENIED"


async def test_what_breaks_inside_leaves_as_a_bare_error(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(_self: object, _request: object, _context: object) -> pb.CheckLedgerResponse:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(servicer.PaymentsServicer, "CheckLedger", act)
    async with running("payments", servers) as service:
        with pytest.raises(grpc.RpcError) as failure:
            await service.stub(pb_grpc.PaymentsServiceStub, operator()).CheckLedger(pb.CheckLedgerRequest())
    error: Any = failure.value
    assert error.code() == grpc.StatusCode.INTERNAL
    assert "secret" not in error.details()
    assert "Zero" not in error.details()


async def test_a_call_that_outlives_its_deadline_is_ended(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = asyncio.Event()

    async def act(_self: object, _request: object, _context: object) -> pb.CheckLedgerResponse:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            ended.set()
            raise
        return pb.CheckLedgerResponse()

    monkeypatch.setattr(servicer.PaymentsServicer, "CheckLedger", act)
    async with running("payments", servers) as service:
        stub = service.stub(pb_grpc.PaymentsServiceStub, operator())
        with pytest.raises(grpc.RpcError) as failure:
            await stub.CheckLedger(pb.CheckLedgerRequest(), timeout=0.3)
        error: Any = failure.value
        assert error.code() == grpc.StatusCode.DEADLINE_EXCEEDED
        await asyncio.wait_for(ended.wait(), 5)


async def test_a_refused_stream_ends_after_its_first_message(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "_FIRST_MESSAGE_SECONDS", 30.0)
    async with running("tasks", servers) as service:
        call: Any = service.stub(tasks_grpc.TasksServiceStub).ImportItems()
        await call.wait_for_connection()
        await asyncio.sleep(0.3)
        await call.write(tasks_pb.ImportItemsRequest(job_id=str(uuid4())))
        assert (await refusal(call.read())).reason == "TOKEN_MISSING"


async def test_a_refused_stream_that_stays_silent_ends_too(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "_FIRST_MESSAGE_SECONDS", 0.05)
    async with running("tasks", servers) as service:
        call: Any = service.stub(tasks_grpc.TasksServiceStub).ImportItems(timeout=20)
        assert (await refusal(call.read())).reason == "TOKEN_MISSING"
