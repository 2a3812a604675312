"""Calls of the client against a server that fails on purpose, over a real connection."""
# ruff: noqa: N802, ARG002 - the contract's names and arguments

import asyncio
import io
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from ilgam.accounts.v1 import accounts_service_pb2 as accounts_pb
from ilgam.accounts.v1 import accounts_service_pb2_grpc as accounts_grpc
from ilgam.common.v1 import common_pb2
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from ilgam.tasks.v1 import tasks_service_pb2_grpc as pb_grpc

from services.core.errors import (
    FailedPreconditionError,
    NotFoundError,
    PermissionDeniedError,
    Reason,
    ServiceError,
    UnauthenticatedError,
    UnavailableError,
)
from services.runtime.wire_errors import code_of, trailers_of
from services.sdk import Channels, Client, IlgamError, Password, Patience, import_items, put_media
from services.sdk.calls import contract_seconds

QUICK = Patience(overall_seconds=2.0, attempt_seconds=1.0, first_wait_seconds=0.01, wait_seconds_max=0.05)


class House(accounts_grpc.AccountsServiceServicer, pb_grpc.TasksServiceServicer):  # type: ignore[misc]  # both have StreamAudit
    """Accounts and tasks in one: fails as told, then answers; counts what it was asked."""

    def __init__(self) -> None:
        self.fails: list[ServiceError] = []
        self.asked: list[str] = []
        self.tokens = 0
        self.rows: list[str] = []
        self.break_after = 0
        self.session_ended = False
        self.pictures: list[bytes] = []

    def session(self) -> accounts_pb.Session:
        self.tokens += 1
        expire = Timestamp(seconds=int(time.time()) + 300)
        return accounts_pb.Session(
            account_id="me", access_token=f"t{self.tokens}", access_expire_time=expire, refresh_token=f"r{self.tokens}"
        )

    async def SignIn(self, request: accounts_pb.SignInRequest, context: object) -> accounts_pb.SignInResponse:
        self.asked.append(f"sign in {request.email}")
        return accounts_pb.SignInResponse(session=self.session())

    async def RefreshSession(
        self, request: accounts_pb.RefreshSessionRequest, context: object
    ) -> accounts_pb.RefreshSessionResponse:
        self.asked.append(f"refresh {request.refresh_token}")
        return accounts_pb.RefreshSessionResponse(session=self.session())

    async def Reauthenticate(
        self,
        request: accounts_pb.ReauthenticateRequest,
        context: grpc.aio.ServicerContext[object, object],
    ) -> accounts_pb.ReauthenticateResponse:
        self.asked.append(f"prove {request.password}")
        if self.session_ended:
            error = UnauthenticatedError(Reason.SESSION_ENDED, "the session has ended: sign in again")
            await context.abort(code_of(error), error.message, trailers_of(error))
        return accounts_pb.ReauthenticateResponse(session=self.session())

    async def GetJob(
        self, request: pb.GetJobRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> pb.GetJobResponse:
        metadata = dict(context.invocation_metadata() or ())
        self.asked.append(str(metadata.get("authorization", "nobody")))
        assert len(str(metadata["traceparent"])) == 55
        if self.fails:
            error = self.fails.pop(0)
            await context.abort(code_of(error), error.message, trailers_of(error))
        return pb.GetJobResponse(job=pb.Job(job_id=request.job_id))

    async def PutMedia(
        self, request_iterator: AsyncIterator[pb.PutMediaRequest], context: grpc.aio.ServicerContext[object, object]
    ) -> AsyncIterator[pb.PutMediaResponse]:
        content = b""
        yield pb.PutMediaResponse()
        async for request in request_iterator:
            content += request.chunk
            if content and self.fails:
                error = self.fails.pop(0)
                await context.abort(code_of(error), error.message, trailers_of(error))
        self.pictures.append(content)
        yield pb.PutMediaResponse(progress=0.5)
        yield pb.PutMediaResponse(progress=1, media=common_pb2.MediaFacts(size_bytes=len(content)))

    async def ImportItems(
        self, request_iterator: AsyncIterator[pb.ImportItemsRequest], context: grpc.aio.ServicerContext[object, object]
    ) -> AsyncIterator[pb.ImportItemsResponse]:
        async for request in request_iterator:
            if request.job_id == "closed":
                error = FailedPreconditionError(Reason.JOB_STATE, "closed", state="CLOSED")
                await context.abort(code_of(error), error.message, trailers_of(error))
            verdicts = []
            for row in request.rows:
                known = row.key in self.rows
                verdicts.append(pb.ItemVerdict(state=pb.IMPORT_STATE_DUPLICATE if known else pb.IMPORT_STATE_ACCEPTED))
                if not known:
                    self.rows.append(row.key)
            if self.break_after and len(self.rows) >= self.break_after:
                self.break_after = 0
                await context.abort(grpc.StatusCode.UNAVAILABLE, "gone")
            yield pb.ImportItemsResponse(verdicts=verdicts)


@asynccontextmanager
async def house() -> AsyncIterator[tuple[House, Client]]:
    served, server = House(), grpc.aio.server()  # type: ignore[abstract]  # the other RPCs answer UNIMPLEMENTED
    accounts_grpc.add_AccountsServiceServicer_to_server(served, server)
    pb_grpc.add_TasksServiceServicer_to_server(served, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    channels = Channels("127.0.0.1:1")
    one = grpc.aio.insecure_channel(f"127.0.0.1:{port}")
    channels._channels = dict.fromkeys(channels._channels, one)
    try:
        yield served, Client(channels, Password("me@example.org", "secret"), QUICK)
    finally:
        await one.close()
        await server.stop(None)


JOB = pb.GetJobRequest(job_id="j")


async def test_the_first_call_signs_in_and_later_ones_keep_the_token() -> None:
    async with house() as (served, client):
        await asyncio.gather(*(client.tasks.GetJob(JOB) for _ in range(3)))
        assert served.asked == ["sign in me@example.org", "Bearer t1", "Bearer t1", "Bearer t1"]
        assert client.account_id == "me"


async def test_a_passing_failure_is_tried_again() -> None:
    async with house() as (served, client):
        served.fails = [UnavailableError("down"), UnavailableError("no key", Reason.KEY_UNKNOWN)]
        assert (await client.tasks.GetJob(JOB)).job.job_id == "j"
        assert served.asked[1:] == ["Bearer t1"] * 3


async def test_a_failure_that_stays_is_told_when_patience_ends() -> None:
    async with house() as (served, client):
        served.fails = [UnavailableError("down")] * 1000
        with pytest.raises(IlgamError, match="down"):
            await client.tasks.GetJob(JOB, timeout=0.2)
        assert 3 < len(served.asked) < 100


async def test_an_ended_token_is_renewed_once_for_all_calls() -> None:
    async with house() as (served, client):
        await client.sign_in()
        served.fails = [UnauthenticatedError(Reason.TOKEN_EXPIRED, "ended")] * 2
        await asyncio.gather(client.tasks.GetJob(JOB), client.tasks.GetJob(JOB))
        assert served.asked.count("refresh r1") == 1
        assert served.asked.count("Bearer t2") == 2


async def test_a_call_that_wants_a_fresh_sign_in_gets_one() -> None:
    async with house() as (served, client):
        served.fails = [PermissionDeniedError(Reason.SIGN_IN_NOT_FRESH, "prove it")]
        await client.tasks.GetJob(JOB)
        assert served.asked[1:] == ["Bearer t1", "prove secret", "Bearer t2"]


async def test_a_fresh_sign_in_is_begun_anew_where_the_session_has_ended() -> None:
    async with house() as (served, client):
        await client.tasks.GetJob(JOB)
        served.fails = [PermissionDeniedError(Reason.SIGN_IN_NOT_FRESH, "prove it")]
        served.session_ended = True
        await client.tasks.GetJob(JOB)
        assert served.asked[2:] == ["Bearer t1", "prove secret", "sign in me@example.org", "Bearer t2"]


async def test_a_refusal_is_told_at_once_with_its_reason() -> None:
    async with house() as (served, client):
        served.fails = [NotFoundError("job")]
        with pytest.raises(IlgamError) as refused:
            await client.tasks.GetJob(JOB)
        assert (refused.value.code, refused.value.reason) == (grpc.StatusCode.NOT_FOUND, "NOT_FOUND")
        assert served.asked[1:] == ["Bearer t1"]


async def test_a_broken_import_goes_on_where_it_broke_and_every_row_gets_one_verdict() -> None:
    async with house() as (served, client):
        served.break_after = 3000
        rows = [pb.ItemRow(key=str(number), data_json="{}") for number in range(9000)]
        given = [(row.key, verdict.state) async for row, verdict in import_items(client, "j", rows)]
        assert [key for key, _ in given] == [row.key for row in rows]
        assert sorted(served.rows, key=int) == [row.key for row in rows]
        assert pb.IMPORT_STATE_DUPLICATE in {state for _, state in given}


async def test_an_import_into_a_job_that_takes_none_says_why() -> None:
    async with house() as (_, client):
        rows = [pb.ItemRow(key=str(number)) for number in range(9000)]
        with pytest.raises(IlgamError) as refused:
            [row async for row in import_items(client, "closed", rows)]
        assert (refused.value.reason, refused.value.metadata) == ("JOB_STATE", {"state": "CLOSED"})


async def test_a_file_is_sent_again_whole_until_it_is_stored(tmp_path: Path) -> None:
    async with house() as (served, client):
        content = bytes(range(256)) * 10_000
        path = tmp_path / "a file"
        path.write_bytes(content)
        for file in (content, path, io.BytesIO(content)):
            served.fails, told = [UnavailableError()], list[float]()
            stored = await put_media(client, "j", file, told.append)
            assert (stored.size_bytes, served.pictures.pop()) == (len(content), content)
            assert (told, served.pictures) == ([0.5, 1.0], [])


def test_a_long_call_has_the_time_its_contract_gives_it() -> None:
    assert contract_seconds("/ilgam.payments.v1.PaymentsService/CheckLedger") == 600
    assert contract_seconds("/ilgam.tasks.v1.TasksService/ClaimItems") == 0


def test_a_target_without_a_port_is_refused() -> None:
    with pytest.raises(ValueError, match="host:port"):
        Channels("localhost")
