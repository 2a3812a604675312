"""Random histories: the service and the plain model must have the same balances, and the books must be clean."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.core.clock import utc_now
from services.core.ids import new_id
from services.payments.domain.ledger import AccountKind, account_of
from services.payments.entrypoints.rounds import sweep_all_fees
from services.payments.use_cases.close_jobs import release_ended
from services.payments.use_cases.record_deposit import Deposit, record_deposit
from tests.support.ledger_model import LedgerModel
from tests.support.money import ACCEPTED, FEE, PENDING, REJECTED, VAT, Order, assert_clean, stored
from tests.support.service import ServiceUnderTest

WEEK = 7 * 24 * 3600
STATES = {"ACCEPTED": ACCEPTED, "REJECTED": REJECTED, "PENDING": PENDING}
JOBS, COMPANIES, WORKERS, ANSWERS = 3, 2, 3, 6

_job = st.integers(0, JOBS - 1)
_publish_no = st.integers(1, 3)
# An answer's worker follows from its number; its reservation is mostly the first, which is mostly there.
_verdict = st.tuples(
    st.integers(0, ANSWERS - 1), st.sampled_from([1, 1, 1, 2]), st.sampled_from(sorted(STATES)), st.integers(1, 5)
)
_act = st.one_of(
    st.tuples(st.just("deposit"), st.integers(0, COMPANIES - 1), st.integers(1, 900)),
    st.tuples(st.just("publish"), _job, _publish_no, st.integers(0, 6), st.sampled_from([50, 100]), st.booleans()),
    st.tuples(st.just("verdicts"), _job, st.lists(_verdict, min_size=1, max_size=4)),
    st.tuples(st.just("verdicts"), _job, st.lists(_verdict, min_size=1, max_size=4)),
    st.tuples(st.just("close"), _job, st.integers(1, 3), st.integers(0, 4)),
    st.tuples(st.just("cancel"), _job, _publish_no),
    st.tuples(st.just("sweep")),
    st.tuples(st.just("end_appeals")),
)


@dataclass
class History:
    """One random history in both worlds. A job's company follows from its number."""

    service: ServiceUnderTest
    model: LedgerModel = field(default_factory=LedgerModel)
    companies: list[Any] = field(default_factory=lambda: [new_id() for _ in range(COMPANIES)])
    workers: list[Any] = field(default_factory=lambda: [new_id() for _ in range(WORKERS)])

    def __post_init__(self) -> None:
        self.orders = [Order(organisation_id=self.companies[number % COMPANIES]) for number in range(JOBS)]
        self.answers = [[new_id() for _ in range(ANSWERS)] for _ in range(JOBS)]

    async def begin(self) -> None:
        await self._apply(*(order.organisation_created() for order in self.orders))

    async def act(self, act: tuple[Any, ...]) -> None:
        await getattr(self, act[0])(*act[1:])

    async def deposit(self, company: int, krw: int) -> None:
        self.model.deposit(company, krw)
        async with self.service.database.transaction() as tx:
            await record_deposit(tx, Deposit(self.companies[company], new_id(), krw, "test"))

    async def publish(self, job: int, publish_no: int, answers: int, price: int, keeps: bool) -> None:
        unit = (price, price + FEE + VAT)
        self.model.publish(job, job % COMPANIES, publish_no, answers, unit, keeps=keeps)
        await self._apply(self.orders[job].publish(answers, publish_no, price, WEEK if keeps else 0))

    async def verdicts(self, job: int, verdicts: list[tuple[int, int, str, int]]) -> None:
        event = self.orders[job].verdicts(new_id(), [])
        plain: list[tuple[int, int, int, str, int]] = []
        for number, publish_no, state, revision in verdicts:
            worker = number % WORKERS
            # A verdict's revision says all: two of the same revision never differ.
            if any(known[0] == number for known in plain):
                continue
            plain.append((number, worker, publish_no, state, revision))
            one = self.orders[job].verdicts(
                self.workers[worker], [self.answers[job][number]], STATES[state], revision, publish_no
            )
            event.verdicts.extend(one.verdicts)
        self.model.verdicts(job, [plain])
        await self._apply(event)

    async def close(self, job: int, revision: int, submitted: int) -> None:
        self.model.close(job, revision, submitted)
        await self._apply(self.orders[job].closed(submitted, revision))

    async def cancel(self, job: int, publish_no: int) -> None:
        self.model.cancel(job, publish_no)
        await self._apply(self.orders[job].cancelled(publish_no))

    async def sweep(self) -> None:
        await sweep_all_fees(self.service.database)

    async def end_appeals(self) -> None:
        self.model.end_appeals()
        async with self.service.database.transaction() as tx:
            await release_ended(tx, utc_now() + timedelta(seconds=WEEK + 60))

    async def compare(self, appeals_before: int) -> None:
        """Every balance is the model's, and no won came or went."""
        model = self.model
        expected = {
            **{(AccountKind.COMPANY_AVAILABLE, c): model.available[n] for n, c in enumerate(self.companies)},
            **{(AccountKind.JOB_ESCROW, self.orders[n].job_id): job.escrow for n, job in model.jobs.items()},
            **{(AccountKind.WORKER_EARNED, w): model.earned[n] for n, w in enumerate(self.workers)},
        }
        totals = await self._totals()
        assert {key: totals.get(account_of(*key).account_id, 0) for key in expected} == expected
        assert await _appeals(self.service) - appeals_before == model.appeals
        assert model.total() == model.deposited

    async def _totals(self) -> dict[Any, int]:
        async with self.service.database.transaction() as tx:
            rows = await tx.connection.execute(text("SELECT account_id, balance_krw FROM account_total"))
            return {row[0]: row[1] for row in rows}

    async def _apply(self, *events: Any) -> None:
        await self.service.process.inbox.apply([stored(event) for event in events])


async def _appeals(service: ServiceUnderTest) -> int:
    async with service.database.transaction() as tx:
        rows = await tx.connection.execute(
            text("SELECT coalesce(sum(amount_krw), 0) FROM posting WHERE account_id = :id"),
            {"id": account_of(AccountKind.APPEALS).account_id},
        )
        return int(rows.scalar_one())


async def _live(service: ServiceUnderTest, acts: list[tuple[Any, ...]]) -> None:
    history = History(service)
    appeals_before = await _appeals(service)
    await history.begin()
    # A beginning that most histories need: money, and a job that has some of it.
    for act in (("deposit", 0, 2000), ("publish", 0, 1, 4, 100, True), *acts):
        await history.act(act)
    await history.compare(appeals_before)
    await assert_clean(service)


# The histories share one service: each has its own companies, jobs and workers.
_SHARED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=30, deadline=None, database=None, suppress_health_check=_SHARED)
@given(acts=st.lists(_act, min_size=5, max_size=20))
async def test_a_random_history_ends_with_the_models_balances(
    service: ServiceUnderTest, acts: list[tuple[Any, ...]]
) -> None:
    await _live(service, acts)


@pytest.mark.long
@settings(max_examples=150, deadline=None, database=None, suppress_health_check=_SHARED)
@given(acts=st.lists(_act, min_size=20, max_size=60))
async def test_many_long_random_histories_end_with_the_models_balances(
    service: ServiceUnderTest, acts: list[tuple[Any, ...]]
) -> None:
    await _live(service, acts)
