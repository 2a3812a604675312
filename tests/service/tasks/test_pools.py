"""Jobs for a company's pool: who sees them, who claims, and what others are told."""

from uuid import UUID

import pytest
from ilgam.tasks.v1 import tasks_events_pb2 as events_pb
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from ilgam.workers.v1 import workers_events_pb2 as workers

from services.core.ids import new_id
from tests.service.tasks.shop import Hand, Shop, refused, rows, spec
from tests.support.servers import Servers
from tests.support.service import running


def membership(organisation_id: str, worker_id: UUID, revision: int, *, member: bool) -> workers.PoolMembershipChanged:
    return workers.PoolMembershipChanged(
        organisation_id=organisation_id, worker_id=str(worker_id), revision=revision, member=member
    )


async def listed(hand: Hand) -> list[str]:
    found = await hand.stub.ListAvailableJobs(pb.ListAvailableJobsRequest())
    return [job.job_id for job in found.jobs]


async def missing_of(hand: Hand, job_id: str) -> list[pb.MissingKind.ValueType]:
    return list((await hand.stub.GetWorkJob(pb.GetWorkJobRequest(job_id=job_id))).job.missing)


async def test_only_members_of_the_pool_see_and_claim_a_job_for_it(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job, open_to_all = await shop.open(rows(4), pool_only=True), await shop.open(rows(4))
        inside, outside = await shop.hire(), await shop.hire()
        await service.deliver(
            membership(job.organisation_id, inside.worker_id, 1, member=True),
            membership(str(new_id()), outside.worker_id, 1, member=True),
        )
        assert await listed(inside) == [open_to_all.job_id, job.job_id]
        assert await listed(outside) == [open_to_all.job_id]
        assert await missing_of(inside, job.job_id) == []
        assert await missing_of(outside, job.job_id) == [pb.MISSING_KIND_POOL]
        assert len(await inside.claim(job.job_id, 2)) == 2
        assert (await refused(outside.claim(job.job_id, 2))).reason == "POOL_ONLY"


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1), (3, 3, 2)])
async def test_the_newest_change_of_a_membership_counts_in_whatever_order(servers: Servers, order: list[int]) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.open(rows(2), pool_only=True)
        hand = await shop.hire()
        for revision in order:
            await service.deliver(membership(job.organisation_id, hand.worker_id, revision, member=revision != 3))
        assert await missing_of(hand, job.job_id) == [pb.MISSING_KIND_POOL]
        assert await listed(hand) == []


async def test_what_is_held_may_be_answered_after_leaving_the_pool(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.open(rows(4), pool_only=True)
        hand = await shop.hire()
        await service.deliver(membership(job.organisation_id, hand.worker_id, 1, member=True))
        held = await hand.claim(job.job_id, 2)
        await service.deliver(membership(job.organisation_id, hand.worker_id, 2, member=False))
        assert (await refused(hand.claim(job.job_id, 1))).reason == "POOL_ONLY"
        await hand.submit(held)


async def test_the_terms_say_that_a_job_is_for_the_pool_and_it_stays_so_once_published(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.open(rows(2), pool_only=True, required_skill=0.5)
        [opened] = await service.emitted(events_pb.JobOpened, 1)
        terms = opened.terms
        assert (terms.pool_only, terms.required_skill, terms.price_krw) == (True, 0.5, job.spec.price_krw)
        error = await refused(shop.ask("UpdateJob", job.job_id, revision=job.revision, spec=spec(required_skill=0.5)))
        assert list(error.fields) == ["spec.pool_only"]
