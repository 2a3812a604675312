"""A job that rejects too much stops until an operator or the clock decides; the clock accepts what nobody judged."""

from uuid import uuid4

import grpc
import pytest
from ilgam.quality.v1 import quality_events_pb2 as pb
from ilgam.quality.v1 import quality_service_pb2 as service_pb
from ilgam.quality.v1 import quality_service_pb2_grpc as pb_grpc
from ilgam.tasks.v1 import tasks_events_pb2 as tasks_pb

from services.quality.use_cases.keep_time import run_clock
from tests.service.quality.stories import Story
from tests.service.quality.told import held, verdicts
from tests.support.identity import operator
from tests.support.servers import Servers
from tests.support.service import ServiceUnderTest, running

BAD = 30


async def frozen_job(service: ServiceUnderTest, **terms: object) -> Story:
    """A job on gold in which thirty people fail; each answers one item, so nobody is noise."""
    story = Story(policy=tasks_pb.POLICY_GOLD, overlap=(BAD, BAD), gold_revision=1).with_terms(**terms)
    await service.deliver(story.opened(), story.gold({0: "cat"}))
    await service.deliver(*(story.submitted(worker, {0: "dog"}) for worker in range(BAD)))
    (frozen,) = await service.emitted(pb.JobFrozen, count=1)
    assert (frozen.revision, frozen.reason) == (1, pb.FREEZE_REASON_REJECTED_HALF)
    return story


async def test_rejecting_more_than_half_freezes_the_job_and_its_answers_wait(servers: Servers) -> None:
    async with running("quality", servers) as service:
        story = await frozen_job(service)
        await service.deliver(story.submitted(99, {0: "cat"}))
        assert story.answer(0, 99) in await held(service)
        stub = service.stub(pb_grpc.QualityServiceStub, operator())
        numbers = await stub.GetJobQuality(service_pb.GetJobQualityRequest(job_id=story.job_id))
        assert numbers.frozen
        assert numbers.freeze_reason == pb.FREEZE_REASON_REJECTED_HALF


async def test_an_operator_may_accept_what_is_pending(servers: Servers) -> None:
    async with running("quality", servers) as service:
        story = await frozen_job(service)
        before = len(await held(service))
        stub = service.stub(pb_grpc.QualityServiceStub, operator())
        request = service_pb.DecideFreezeRequest(
            request_id=str(uuid4()), job_id=story.job_id, decision=service_pb.FREEZE_DECISION_ACCEPT_PENDING
        )
        await stub.DecideFreeze(request)
        await stub.DecideFreeze(request)
        (unfrozen,) = await service.emitted(pb.JobUnfrozen, count=1)
        assert unfrozen.revision == 2
        given = await verdicts(service, BAD)
        reviewed = [one for one in given.values() if one.reason == pb.VERDICT_REASON_REVIEW]
        assert len(reviewed) == before > 0
        assert {one.state for one in reviewed} == {pb.VERDICT_STATE_ACCEPTED}


async def test_an_operator_may_let_the_rejections_stand_and_the_job_does_not_freeze_again_for_them(
    servers: Servers,
) -> None:
    async with running("quality", servers) as service:
        story = await frozen_job(service)
        stub = service.stub(pb_grpc.QualityServiceStub, operator())
        await stub.DecideFreeze(
            service_pb.DecideFreezeRequest(
                request_id=str(uuid4()), job_id=story.job_id, decision=service_pb.FREEZE_DECISION_RESUME
            )
        )
        given = await verdicts(service, BAD)
        assert {one.state for one in given.values()} == {pb.VERDICT_STATE_REJECTED}
        await service.deliver(story.submitted(99, {0: "dog"}))
        await verdicts(service, BAD + 1)
        assert len(await service.emitted(pb.JobFrozen)) == 1


async def test_a_job_that_is_not_frozen_has_nothing_to_decide(servers: Servers) -> None:
    story = Story()
    async with running("quality", servers) as service:
        await service.deliver(story.opened())
        stub = service.stub(pb_grpc.QualityServiceStub, operator())
        for job_id, status in (
            (story.job_id, grpc.StatusCode.FAILED_PRECONDITION),
            (str(uuid4()), grpc.StatusCode.NOT_FOUND),
        ):
            with pytest.raises(grpc.RpcError) as refused:
                await stub.DecideFreeze(
                    service_pb.DecideFreezeRequest(
                        request_id=str(uuid4()), job_id=job_id, decision=service_pb.FREEZE_DECISION_RESUME
                    )
                )
            assert refused.value.code() is status


async def test_a_frozen_job_that_closes_goes_on_waiting_for_the_operator(servers: Servers) -> None:
    async with running("quality", servers) as service:
        story = await frozen_job(service)
        waiting = len(await held(service))
        await service.deliver(story.closed(BAD))
        numbers_of = service.stub(pb_grpc.QualityServiceStub, operator()).GetJobQuality
        numbers = await numbers_of(service_pb.GetJobQualityRequest(job_id=story.job_id))
        assert sum(one.count for one in numbers.reasons if one.state == pb.VERDICT_STATE_PENDING) == waiting
        assert numbers.resolved_count == 1


async def test_the_clock_accepts_and_unfreezes(servers: Servers) -> None:
    async with running("quality", servers) as service:
        await frozen_job(service, clock_seconds=0)
        await run_clock(service.database)
        assert len(await service.emitted(pb.JobUnfrozen, count=1)) == 1
        given = await verdicts(service, BAD)
        assert pb.VERDICT_REASON_CLOCK in {one.reason for one in given.values()}
        await run_clock(service.database)
        assert len(await verdicts(service, BAD)) == BAD


async def test_the_clock_accepts_what_nobody_judged_in_time_and_nothing_before(servers: Servers) -> None:
    soon = Story(policy=tasks_pb.POLICY_CONSENSUS, overlap=(3, 3), clock_seconds=0)
    later = Story(policy=tasks_pb.POLICY_CONSENSUS, overlap=(3, 3), clock_seconds=3600)
    async with running("quality", servers) as service:
        await service.deliver(
            *(part for story in (soon, later) for part in (story.opened(), story.submitted(1, {1: "cat"})))
        )
        await run_clock(service.database)
        given = await verdicts(service, 1)
        assert {answer: (one.state, one.reason) for answer, one in given.items()} == {
            soon.answer(1, 1): (pb.VERDICT_STATE_ACCEPTED, pb.VERDICT_REASON_CLOCK)
        }
