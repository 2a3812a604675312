"""Pausing, freezing and ending jobs: work in hand is always finished."""

import asyncio
import random

import grpc
import pytest
from google.protobuf import timestamp_pb2
from ilgam.payments.v1 import payments_events_pb2 as payments_pb
from ilgam.quality.v1 import quality_events_pb2 as quality_pb
from ilgam.tasks.v1 import tasks_events_pb2 as events_pb
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from sqlalchemy import text

from services.tasks.store.queries import tally
from services.tasks.use_cases.close_job import end_finished_jobs
from tests.service.tasks.shop import Hand, Refused, Shop, refused, rows
from tests.support.servers import Servers
from tests.support.service import ServiceUnderTest, running
from tests.support.storm import storm

OPEN, PAUSED, FROZEN = events_pb.JOB_STATE_OPEN, events_pb.JOB_STATE_PAUSED, events_pb.JOB_STATE_FROZEN


def resolved(job_id: str, *item_ids: str) -> quality_pb.ItemsResolved:
    results = [quality_pb.ItemResult(item_id=one, label="cat", confidence=0.9, revision=1) for one in item_ids]
    return quality_pb.ItemsResolved(job_id=job_id, results=results)


async def item_ids(shop: Shop, job_id: str, *, gold: bool = False) -> list[str]:
    listed = await shop.stub.ListItems(pb.ListItemsRequest(job_id=job_id))
    return [item.item_id for item in listed.items if item.gold == gold]


async def test_a_paused_job_gives_no_items_and_takes_answers(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.open(rows(2))
        hand = await shop.hire()
        held = await hand.claim(job.job_id, 1)
        assert (await shop.ask("PauseJob", job.job_id)).state == PAUSED
        assert (await refused(hand.claim(job.job_id, 1))).reason == "JOB_STATE"
        await hand.submit(held)
        assert (await shop.ask("ResumeJob", job.job_id)).state == OPEN
        assert len(await hand.claim(job.job_id, 1)) == 1
        states = [event.terms.state for event in await service.emitted(events_pb.JobChanged, 2)]
        assert states == [PAUSED, OPEN]


async def test_a_draft_is_cancelled_and_a_job_at_rest_closed_at_once(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        draft = await shop.create()
        assert (await shop.ask("CloseJob", draft.job_id)).state == events_pb.JOB_STATE_CANCELLED
        job = await shop.open(rows(2))
        closed = await shop.ask("CloseJob", job.job_id)
        assert closed.state == events_pb.JOB_STATE_CLOSED
        assert closed.close_time.seconds > 0
        assert (await shop.ask("CloseJob", job.job_id)).state == events_pb.JOB_STATE_CLOSED
        [told] = await service.emitted(events_pb.JobClosed, 1)
        assert (told.job_id, told.publish_no, told.answers_submitted) == (job.job_id, 0, 0)


async def test_a_closing_job_waits_for_the_last_lease_and_counts_the_answers(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.open(rows(3))
        hand = await shop.hire()
        held = await hand.claim(job.job_id, 2)
        assert (await shop.ask("CloseJob", job.job_id)).state == events_pb.JOB_STATE_CLOSING
        assert (await refused(hand.claim(job.job_id, 1))).reason == "JOB_STATE"
        await hand.submit(held[:1])
        assert (await shop.get(job.job_id)).state == events_pb.JOB_STATE_CLOSING
        await hand.submit(held[1:])
        await shop.ended(job.job_id)
        [told] = await service.emitted(events_pb.JobClosed, 1)
        assert told.answers_submitted == 2


async def test_a_job_ends_by_itself_when_every_ordinary_item_has_its_result(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.open(rows(2, gold=1))
        first, second = await item_ids(shop, job.job_id)
        [gold] = await item_ids(shop, job.job_id, gold=True)
        await service.deliver(resolved(job.job_id, first, gold))
        progress = await shop.progress(job.job_id)
        assert (progress.resolved_count, progress.wanting_count) == (2, 1)
        assert progress.mean_confidence == pytest.approx(0.9)
        await end_finished_jobs(service.database)
        assert (await shop.get(job.job_id)).state == OPEN
        await service.deliver(resolved(job.job_id, second))
        await shop.ended(job.job_id)


async def test_a_job_closes_at_its_deadline(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.open(rows(1), deadline_time=timestamp_pb2.Timestamp(seconds=4_000_000_000))
        async with service.database.transaction() as tx:
            await tx.connection.execute(text("UPDATE job SET deadline_time = now()"))
        await shop.ended(job.job_id)


async def test_a_frozen_job_waits_for_quality_and_goes_back_to_where_it_was(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.open(rows(1))
        await shop.ask("PauseJob", job.job_id)
        await service.deliver(quality_pb.JobFrozen(job_id=job.job_id, revision=1))
        assert (await shop.get(job.job_id)).state == FROZEN
        assert (await refused(shop.ask("ResumeJob", job.job_id))).metadata["state"] == "FROZEN"
        await service.deliver(quality_pb.JobUnfrozen(job_id=job.job_id, revision=2))
        assert (await shop.get(job.job_id)).state == PAUSED
        await service.deliver(quality_pb.JobFrozen(job_id=job.job_id, revision=1))
        assert (await shop.get(job.job_id)).state == PAUSED


async def test_the_closing_of_a_job_never_misses_an_answer(servers: Servers) -> None:
    """Workers claim and submit while the company closes: what is counted as submitted is all there ever is."""
    async with running("tasks", servers) as service:
        shop = Shop(service)
        jobs = [await shop.open(rows(30)) for _ in range(3)]
        hands = [await shop.hire() for _ in range(6)]
        chance = random.Random(5)

        async def work(hand: Hand, job_id: str) -> None:
            for _ in range(6):
                if await _claim_and_submit(hand, job_id):
                    return

        for job in jobs:
            working = [asyncio.create_task(work(hand, job.job_id)) for hand in hands]
            await asyncio.sleep(chance.random() * 0.1)
            await shop.ask("CloseJob", job.job_id)
            await asyncio.gather(*working)
            await shop.ended(job.job_id)
        told = {event.job_id: event.answers_submitted for event in await service.emitted(events_pb.JobClosed, 3)}
        for job in jobs:
            progress = await shop.progress(job.job_id)
            assert (progress.live_count, progress.submitted_count) == (0, told[job.job_id])


async def _claim_and_submit(hand: Hand, job_id: str) -> bool:
    """One item's work; True when the job takes none any more."""
    try:
        held = await hand.claim(job_id, 1)
    except grpc.aio.AioRpcError as error:
        if Refused(error).reason != "JOB_STATE":
            raise
        return True
    if held:
        await hand.submit(held)
    return False


async def test_payments_mark_answers_by_revision_and_releases_add_up(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.open(rows(3))
        hand = await shop.hire()
        held = await hand.claim(job.job_id, 2)
        await hand.submit(held)
        one, two = (assignment.assignment_id for assignment in held)
        await service.deliver(paid(job.job_id, (one, 1, 100), (two, 1, 100)))
        progress = await shop.progress(job.job_id)
        assert (progress.paid_count, progress.paid_krw) == (2, 200)
        await service.deliver(paid(job.job_id, (one, 2, 0)), paid(job.job_id, (one, 1, 100)))
        progress = await shop.progress(job.job_id)
        assert (progress.paid_count, progress.paid_krw) == (1, 100)
        await service.deliver(
            payments_pb.EscrowReleased(job_id=job.job_id, amount_krw=30, revision=2),
            payments_pb.EscrowReleased(job_id=job.job_id, amount_krw=12, revision=1),
        )
        assert (await shop.progress(job.job_id)).released_krw == 42
        throughput = await shop.operator.GetThroughput(pb.GetThroughputRequest())
        assert sum(minute.paid_krw for minute in throughput.minutes) == 100
        assert sum(minute.submitted_count for minute in throughput.minutes) == 2
        assert (throughput.open_job_count, throughput.wanting_count, throughput.live_count) == (1, 1, 0)
        assert throughput.active_worker_count == 1
        assert throughput.oldest_wanting_time.seconds > 0
        listed = (await hand.stub.ListAssignments(pb.ListAssignmentsRequest())).assignments
        assert sorted(assignment.paid_krw for assignment in listed) == [0, 100]


def paid(job_id: str, *payments: tuple[str, int, int]) -> payments_pb.AnswersPaid:
    return payments_pb.AnswersPaid(
        job_id=job_id,
        payments=[
            payments_pb.AnswerPayment(answer_id=answer, revision=revision, net_krw=krw)
            for answer, revision, krw in payments
        ],
    )


async def test_the_audit_tells_answers_items_and_jobs_sorted(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.open(rows(3), overlap_min=2)
        hand = await shop.hire()
        held = await hand.claim(job.job_id, 2)
        await hand.submit(held[:1])
        await service.deliver(paid(job.job_id, (held[0].assignment_id, 1, 100)))
        facts = [fact async for answer in shop.operator.StreamAudit(pb.StreamAuditRequest()) for fact in answer.facts]
        assert [fact.kind for fact in facts] == [1, 2, 2, 7]
        assert facts == sorted(facts, key=lambda fact: (fact.kind, fact.id))
        answer, *items, job_fact = facts
        assert (answer.id, answer.worker_id, answer.amount_krw, answer.state) == (
            held[0].assignment_id,
            str(hand.worker_id),
            100,
            "PENDING",
        )
        assert [(item.count, item.limit) for item in items] == [(1, 2), (1, 2)]
        assert (job_fact.state, job_fact.count, job_fact.amount_krw) == ("OPEN", 1, 100)


async def test_events_in_any_order_and_number_give_the_same_jobs(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The storm of everything that moves jobs; the jobs themselves are made by the same calls each time."""

    monkeypatch.setattr(tally, "SHARDS", 1)

    async def prepare(service: ServiceUnderTest) -> None:
        """Jobs and answers whose ids are made the same each time."""
        shop = Shop(service)
        made = [await shop.create(title=f"Job {n}") for n in range(3)]
        for job in made:
            await shop.bring(job.job_id, rows(3))
            await shop.ask("PublishJob", job.job_id)
        hand = await shop.hire()
        await shop.reserve(made[2].job_id, 1)
        held = await hand.claim(made[2].job_id, 3)
        await hand.submit(held)
        ids = {
            **{job.job_id: _id(1, n) for n, job in enumerate(made)},
            **{one.assignment_id: _id(2, n) for n, one in enumerate(held)},
        }
        await _rename(service, ids)

    jobs, answers = [_id(1, n) for n in range(3)], [_id(2, n) for n in range(3)]
    events = [
        payments_pb.FundsReserved(job_id=jobs[0], publish_no=1, budget_krw=333),
        payments_pb.FundsRefused(job_id=jobs[1], publish_no=1, missing_krw=9),
        quality_pb.JobFrozen(job_id=jobs[2], revision=1),
        quality_pb.JobUnfrozen(job_id=jobs[2], revision=2),
        quality_pb.JobFrozen(job_id=jobs[2], revision=3),
        paid(jobs[2], (answers[0], 1, 100), (answers[1], 1, 100)),
        paid(jobs[2], (answers[0], 2, 0), (answers[2], 1, 100)),
        paid(jobs[2], (answers[0], 3, 100)),
        payments_pb.EscrowReleased(job_id=jobs[2], amount_krw=30, revision=1),
        payments_pb.EscrowReleased(job_id=jobs[2], amount_krw=5, revision=2),
    ]
    await storm("tasks", servers, events, ignore_columns=_TIMES_AND_PLACES, prepare=prepare)


_TIMES_AND_PLACES = frozenset(
    {
        "throughput_minute",
        *("organisation_id", "create_account_id", "worker_id", "certificate_id", "claim_id", "item_id", "shard", "pos"),
        *("create_time", "open_time", "close_time", "decide_time", "claim_time", "lease_end_time", "hold_end_time"),
        *("submit_time", "last_act_time", "minute_time", "wanting_time", "valid_until", "active_ms", "revision", "day"),
        *("cursor_pos", "key_hash", "answer_hash", "frozen_from"),
    }
)


def _id(kind: int, number: int) -> str:
    return f"00000000-0000-7000-8000-{kind:04d}{number:08d}"


async def _rename(service: ServiceUnderTest, ids: dict[str, str]) -> None:
    """Gives rows the ids that the storm's events name."""
    columns = {
        "job_id": ("job", "label_schema", "instructions", "publication", "item", "job_tally", "assignment"),
        "assignment_id": ("assignment",),
    }
    async with service.database.transaction() as tx:
        for column, tables in columns.items():
            for table in (*tables, *(("worker_job", "worker_day") if column == "job_id" else ())):
                for old, new in ids.items():
                    await tx.connection.execute(
                        text(f"UPDATE {table} SET {column} = CAST(:new AS uuid) WHERE {column} = CAST(:old AS uuid)"),
                        {"old": old, "new": new},
                    )


async def test_an_unknown_jobs_events_wait_for_it(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        await service.deliver(payments_pb.FundsReserved(job_id=_id(9, 9), publish_no=1, budget_krw=1))
        async with service.database.transaction() as tx:
            keys = await tx.connection.execute(text("SELECT park_key FROM parked_event"))
            assert keys.scalars().all() == [f"job:{_id(9, 9)}"]
