"""A request is done once, however often and however much at once it comes."""

import asyncio
from uuid import uuid4

import pytest
from ilgam.accounts.v1 import accounts_service_pb2 as pb
from sqlalchemy import text

from services.core.errors import AlreadyExistsError, Reason
from services.runtime.auth import Caller, set_caller
from services.runtime.database import Transaction
from services.runtime.requests import run_once
from tests.support.servers import Servers
from tests.support.service import empty_database


async def test_twins_of_a_request_have_one_effect_and_one_response(servers: Servers) -> None:
    async with empty_database("payments", servers) as database:
        caller = Caller(account_id=uuid4())
        request = pb.CreateOrganisationRequest(request_id=str(uuid4()), name="회사")

        async def act(tx: Transaction) -> pb.CreateOrganisationResponse:
            await tx.connection.execute(text("INSERT INTO inbox (event_id) VALUES (gen_random_uuid())"))
            return pb.CreateOrganisationResponse(organisation_id=str(uuid4()))

        async def once() -> pb.CreateOrganisationResponse:
            set_caller(caller)
            return await run_once(database, request, pb.CreateOrganisationResponse, act)

        responses = await asyncio.gather(*(asyncio.create_task(once()) for _ in range(20)))
        assert len({response.organisation_id for response in responses}) == 1
        async with database.transaction() as tx:
            assert (await tx.connection.execute(text("SELECT count(*) FROM inbox"))).scalar_one() == 1

        request.name = "another"
        with pytest.raises(AlreadyExistsError) as refusal:
            await once()
        assert refusal.value.reason is Reason.REQUEST_REUSED


async def test_the_same_id_of_two_callers_is_two_requests(servers: Servers) -> None:
    async with empty_database("payments", servers) as database:
        request = pb.CreateOrganisationRequest(request_id=str(uuid4()), name="회사")
        responses = []
        for _ in range(2):
            set_caller(Caller(account_id=uuid4()))

            async def act(_tx: Transaction) -> pb.CreateOrganisationResponse:
                return pb.CreateOrganisationResponse(organisation_id=str(uuid4()))

            responses.append(await run_once(database, request, pb.CreateOrganisationResponse, act))
        assert responses[0].organisation_id != responses[1].organisation_id


async def test_a_failed_request_leaves_nothing_and_may_come_again(servers: Servers) -> None:
    async with empty_database("payments", servers) as database:
        set_caller(Caller(account_id=uuid4()))
        request = pb.CreateOrganisationRequest(request_id=str(uuid4()), name="회사")

        async def fail(tx: Transaction) -> pb.CreateOrganisationResponse:
            await tx.connection.execute(text("INSERT INTO inbox (event_id) VALUES (gen_random_uuid())"))
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await run_once(database, request, pb.CreateOrganisationResponse, fail)
        async with database.transaction() as tx:
            assert (await tx.connection.execute(text("SELECT count(*) FROM inbox"))).scalar_one() == 0

        async def succeed(_tx: Transaction) -> pb.CreateOrganisationResponse:
            return pb.CreateOrganisationResponse(organisation_id="made")

        assert (await run_once(database, request, pb.CreateOrganisationResponse, succeed)).organisation_id == "made"
