"""The ledger's check finds what somebody with the owner's rights has bent."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from ilgam.payments.v1 import payments_service_pb2 as pb
from ilgam.payments.v1 import payments_service_pb2_grpc as pb_grpc

from services.core.ids import new_id
from tests.support.identity import operator
from tests.support.money import Order, assert_clean, fund, ids
from tests.support.servers import Servers
from tests.support.service import ServiceUnderTest

BENT_POSTING = (
    "ALTER TABLE posting DISABLE TRIGGER USER; "
    "UPDATE posting SET amount_krw = amount_krw + {} WHERE amount_krw IN (400, 401); "
    "ALTER TABLE posting ENABLE TRIGGER USER"
)


@pytest.fixture
async def owner(service: ServiceUnderTest, servers: Servers) -> AsyncIterator[asyncpg.Connection]:
    database = service.database.engine.url.database
    assert database is not None
    url = servers.postgres_url(database, "ilgam_payments_owner").replace("+asyncpg", "")
    connection = await asyncpg.connect(url, timeout=20)
    yield connection
    await connection.close()


async def test_every_kept_number_is_recomputed(service: ServiceUnderTest, owner: asyncpg.Connection) -> None:
    order, answers = Order(), ids(4)
    await fund(service, order, 10_000)
    await service.deliver(order.publish(answers=10))
    await service.deliver(order.verdicts(new_id(), answers), order.verdicts(new_id(), ids(1)))
    checked = await assert_clean(service)
    assert (checked.journal_count, checked.posting_count) == (4, 2 + 2 + 4 + 4)
    stub: Any = service.stub(pb_grpc.PaymentsServiceStub, operator())
    for statement, rules in (
        ("UPDATE account_total SET balance_krw = balance_krw + {} WHERE balance_krw IN (400, 401)", {"total"}),
        ("UPDATE paid_answer SET net_krw = net_krw + {}", {"paid_answer"}),
        ("UPDATE reservation SET paid_count = paid_count + {}", {"paid_answer"}),
        ("UPDATE reservation SET rejected_count = rejected_count + {}", {"paid_answer"}),
        ("UPDATE reservation SET budget_krw = budget_krw + {}", {"escrow"}),
        ("UPDATE job SET released_krw = released_krw + {}", {"escrow"}),
        ("UPDATE job SET covered_krw = covered_krw + {0}, released_krw = released_krw + {0}", {"escrow"}),
        (BENT_POSTING, {"unbalanced_journal", "total", "paid_answer"}),
    ):
        await owner.execute(statement.format(1))
        found = await stub.CheckLedger(pb.CheckLedgerRequest())
        assert not found.clean, statement
        assert {difference.rule for difference in found.differences} == rules, statement
        await owner.execute(statement.format(-1))
    await assert_clean(service)


async def test_an_unbalanced_journal_is_in_the_audit(service: ServiceUnderTest, owner: asyncpg.Connection) -> None:
    await fund(service, Order(), 10_000)
    await owner.execute("ALTER TABLE posting DISABLE TRIGGER USER")
    await owner.execute("UPDATE posting SET amount_krw = amount_krw + 7 WHERE amount_krw > 0")
    stub: Any = service.stub(pb_grpc.PaymentsServiceStub, operator())
    facts = [fact async for message in stub.StreamAudit(pb.StreamAuditRequest()) for fact in message.facts]
    assert [(fact.kind, fact.amount_krw, fact.recomputed_krw) for fact in facts] == [(3, 10_000, 10_007), (4, 7, 0)]
