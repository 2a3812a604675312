"""From the log of one service to the tables of another, over the real broker."""

from unittest.mock import patch
from uuid import UUID

import nats.errors
import pytest
from ilgam.accounts.v1.accounts_events_pb2 import OrganisationCreated
from ilgam.events.v1 import events_service_pb2 as pb
from ilgam.events.v1 import events_service_pb2_grpc as pb_grpc
from ilgam.payments.v1.payments_events_pb2 import DepositRecorded
from sqlalchemy import text

from services.core.ids import new_id
from services.runtime import outbox_store
from services.runtime.inbox import PermanentEventError
from services.runtime.relay import Relay
from tests.support.identity import operator
from tests.support.servers import Servers
from tests.support.service import ServiceUnderTest, empty_database, eventually, running


def created() -> OrganisationCreated:
    return OrganisationCreated(organisation_id=str(new_id()), revision=1)


def arrived() -> DepositRecorded:
    return DepositRecorded(organisation_id=str(new_id()), journal_id=str(new_id()), amount_krw=1)


async def emit_and_fail(service: ServiceUnderTest, event: DepositRecorded) -> None:
    async with service.database.transaction() as tx:
        tx.emit(event)
        raise ZeroDivisionError


async def health(service: ServiceUnderTest) -> pb.GetEventHealthResponse:
    return await service.stub(pb_grpc.EventsServiceStub, operator()).GetEventHealth(pb.GetEventHealthRequest())


async def test_what_a_transaction_emits_is_sent_and_what_it_rolls_back_is_not(servers: Servers) -> None:
    async with running("payments", servers) as service:
        sent_before = (await health(service)).unsent_count
        assert sent_before == 0
        kept, lost = arrived(), arrived()
        async with service.database.transaction() as tx:
            tx.emit(kept)
        with pytest.raises(ZeroDivisionError):
            await emit_and_fail(service, lost)
        assert [event.event_id for event in await service.emitted(DepositRecorded, 1)] == [kept.event_id]

        async def all_sent() -> bool:
            return (await health(service)).unsent_count == 0

        await eventually(all_sent)
        async with service.database.transaction() as tx:
            headers = (await tx.connection.execute(text("SELECT event_id, sent_time FROM outbox"))).all()
        assert [(row[0], row[1] is not None) for row in headers] == [(UUID(kept.event_id), True)]


async def test_without_a_broker_calls_are_served_and_events_wait(servers: Servers) -> None:
    async with running("payments", servers, broker=False) as service:
        async with service.database.transaction() as tx:
            tx.emit(arrived())
        async with service.database.transaction() as tx:
            assert (await outbox_store.unsent(tx.connection))[0] == 1


async def test_events_that_a_dead_relay_had_leased_are_sent_by_another(servers: Servers) -> None:
    async with empty_database("payments", servers) as database:
        async with database.transaction() as tx:
            tx.emit(arrived())
            tx.emit(arrived())
        async with database.transaction() as tx:
            assert len(await outbox_store.mark_and_lease(tx.connection, [], 10, 60)) == 2
        async with database.transaction() as tx:
            assert await outbox_store.mark_and_lease(tx.connection, [], 10, 60) == []
            await tx.connection.execute(text("UPDATE outbox SET lease_time = now() - interval '1 second'"))
        async with database.transaction() as tx:
            assert len(await outbox_store.mark_and_lease(tx.connection, [], 10, 60)) == 2


async def test_events_that_the_broker_refuses_stay_unsent(servers: Servers) -> None:
    async with running("payments", servers) as service:
        # A stream that does not exist stands for a broker that refuses.
        relay = Relay(service.database, service._jetstream, "nowhere")
        async with empty_database("payments", servers) as database:
            relay._database = database
            async with database.transaction() as tx:
                tx.emit(arrived())
            with pytest.raises(nats.errors.Error):
                await relay.send_all()
            async with database.transaction() as tx:
                assert (await outbox_store.unsent(tx.connection))[0] == 1
                assert len(await outbox_store.mark_and_lease(tx.connection, [], 10, 60)) == 1


async def test_a_bad_event_becomes_a_dead_letter_while_others_pass_it(servers: Servers) -> None:
    async with running("payments", servers) as service:
        bad = created()
        bad.event_id = str(new_id())
        handle = service.process._wiring.subscribers._handlers[OrganisationCreated.DESCRIPTOR.full_name]

        async def refuse_bad(tx: object, events: list[OrganisationCreated]) -> object:
            if any(event.event_id == bad.event_id for event in events):
                raise PermanentEventError("broken on purpose")
            return await handle(tx, events)  # type: ignore[arg-type]  # the handler's own types

        handlers = service.process._wiring.subscribers._handlers
        with patch.dict(handlers, {OrganisationCreated.DESCRIPTOR.full_name: refuse_bad}):
            with patch("services.runtime.consumer._RETRY_DELAY_SECONDS", 0.05):
                good = [created() for _ in range(5)]
                await service.deliver(*good[:2], bad, *good[2:])
            stub = service.stub(pb_grpc.EventsServiceStub, operator())
            letters = (await stub.ListDeadLetters(pb.ListDeadLettersRequest())).dead_letters
            assert [(letter.event_id, letter.attempts) for letter in letters] == [(bad.event_id, 5)]
            again = await stub.ReplayDeadLetter(pb.ReplayDeadLetterRequest(event_id=bad.event_id))
            assert not again.handled
        again = await stub.ReplayDeadLetter(pb.ReplayDeadLetterRequest(event_id=bad.event_id))
        assert again.handled
        assert (await health(service)).dead_letter_count == 0


async def test_republished_events_are_known_already(servers: Servers) -> None:
    async with running("payments", servers) as service:
        async with service.database.transaction() as tx:
            tx.emit(arrived())
        stub = service.stub(pb_grpc.EventsServiceStub, operator())

        async def sent() -> bool:
            return (await health(service)).unsent_count == 0

        await eventually(sent)
        count = (await stub.RepublishEvents(pb.RepublishEventsRequest())).event_count
        assert count == 1
        await eventually(sent)
