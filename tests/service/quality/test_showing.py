"""Who may see which verdicts, results and skills."""

from collections.abc import Awaitable
from uuid import UUID, uuid4

import grpc
import pytest
from ilgam.common.v1 import common_pb2
from ilgam.quality.v1 import quality_events_pb2 as pb
from ilgam.quality.v1 import quality_service_pb2 as service_pb
from ilgam.quality.v1 import quality_service_pb2_grpc as pb_grpc
from ilgam.tasks.v1 import tasks_events_pb2 as tasks_pb

from tests.service.quality.stories import Story
from tests.service.quality.told import verdicts
from tests.support.identity import TestCaller, company, operator
from tests.support.servers import Servers
from tests.support.service import ServiceUnderTest, running


def as_worker(story: Story, number: int) -> TestCaller:
    return TestCaller(account_id=UUID(story.worker(number)), roles=("worker",))


async def judged_job(service: ServiceUnderTest) -> Story:
    """Two workers' answers, all accepted."""
    story = Story(overlap=(2, 2))
    await service.deliver(
        story.opened(), *(story.submitted(worker, dict.fromkeys(range(4), "cat")) for worker in (1, 2))
    )
    await verdicts(service, 8)
    return story


async def test_a_worker_sees_their_own_verdicts_without_items(servers: Servers) -> None:
    async with running("quality", servers) as service:
        story = await judged_job(service)
        stub = service.stub(pb_grpc.QualityServiceStub, as_worker(story, 1))
        for job_id in ("", story.job_id):
            found = await stub.ListVerdicts(service_pb.ListVerdictsRequest(job_id=job_id))
            assert {one.verdict.worker_id for one in found.verdicts} == {story.worker(1)}
            assert {one.verdict.item_id for one in found.verdicts} == {""}
            assert len(found.verdicts) == 4
        nobody = service.stub(pb_grpc.QualityServiceStub, as_worker(story, 7))
        assert not (await nobody.ListVerdicts(service_pb.ListVerdictsRequest(job_id=story.job_id))).verdicts


async def test_a_company_sees_its_jobs_verdicts_without_workers_page_by_page(servers: Servers) -> None:
    async with running("quality", servers) as service:
        story = await judged_job(service)
        stub = service.stub(pb_grpc.QualityServiceStub, company(story.organisation_id))
        seen: list[service_pb.VerdictEntry] = []
        token = ""
        while True:
            page = await stub.ListVerdicts(
                service_pb.ListVerdictsRequest(job_id=story.job_id, page_size=3, page_token=token)
            )
            assert len(page.verdicts) <= 3
            seen += page.verdicts
            token = page.next_page_token
            if not token:
                break
        assert len({one.verdict.answer_id for one in seen}) == len(seen) == 8
        assert {one.verdict.worker_id for one in seen} == {""}
        assert {one.verdict.item_id for one in seen} == {story.item(item) for item in range(4)}


async def test_a_company_must_name_a_job_and_sees_no_other_companys(servers: Servers) -> None:
    async with running("quality", servers) as service:
        story = await judged_job(service)
        own = service.stub(pb_grpc.QualityServiceStub, company(story.organisation_id))
        other = service.stub(pb_grpc.QualityServiceStub, company(uuid4()))
        calls: list[tuple[Awaitable[object], grpc.StatusCode]] = [
            (own.ListVerdicts(service_pb.ListVerdictsRequest()), grpc.StatusCode.INVALID_ARGUMENT),
            (own.ListVerdicts(service_pb.ListVerdictsRequest(job_id=str(uuid4()))), grpc.StatusCode.NOT_FOUND),
            (other.ListVerdicts(service_pb.ListVerdictsRequest(job_id=story.job_id)), grpc.StatusCode.NOT_FOUND),
            (other.GetJobQuality(service_pb.GetJobQualityRequest(job_id=story.job_id)), grpc.StatusCode.NOT_FOUND),
            (other.GetItemResult(service_pb.GetItemResultRequest(item_id=story.item(1))), grpc.StatusCode.NOT_FOUND),
            (own.GetItemResult(service_pb.GetItemResultRequest(item_id=story.item(9))), grpc.StatusCode.NOT_FOUND),
            (
                own.ListVerdicts(service_pb.ListVerdictsRequest(job_id=story.job_id, page_token="mine")),
                grpc.StatusCode.INVALID_ARGUMENT,
            ),
        ]
        for call, status in calls:
            with pytest.raises(grpc.RpcError) as refused:
                await call
            assert refused.value.code() is status


async def test_a_page_token_of_the_wrong_shape_is_refused(servers: Servers) -> None:
    from services.runtime.paging import encode_token

    async with running("quality", servers) as service:
        stub = service.stub(pb_grpc.QualityServiceStub, operator())
        for values in ({"before": "x"}, {"before": 1.5}, {"before": 2**70}):
            with pytest.raises(grpc.RpcError) as refused:
                await stub.ListVerdicts(service_pb.ListVerdictsRequest(page_token=encode_token(**values)))
            assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_an_items_result_comes_with_the_probability_of_each_label(servers: Servers) -> None:
    async with running("quality", servers) as service:
        story = await judged_job(service)
        stub = service.stub(pb_grpc.QualityServiceStub, company(story.organisation_id))
        found = await stub.GetItemResult(service_pb.GetItemResultRequest(item_id=story.item(1)))
        assert found.resolved
        assert (found.result.label, found.result.answer_count, found.result.revision) == ("cat", 2, 1)
        assert [one.label for one in found.labels] == ["cat", "dog"]
        assert sum(one.probability for one in found.labels) == pytest.approx(1.0)


async def test_a_worker_sees_no_other_workers_skills(servers: Servers) -> None:
    async with running("quality", servers) as service:
        stub = service.stub(pb_grpc.QualityServiceStub, TestCaller(roles=("worker",)))
        with pytest.raises(grpc.RpcError) as refused:
            await stub.GetWorkerSkills(service_pb.GetWorkerSkillsRequest(worker_id=str(uuid4())))
        assert refused.value.code() is grpc.StatusCode.NOT_FOUND


async def test_the_check_gets_a_fact_for_each_answer_in_the_order_of_ids(servers: Servers) -> None:
    story = Story(policy=tasks_pb.POLICY_GOLD, gold_revision=1)
    async with running("quality", servers) as service:
        await service.deliver(story.opened(), story.gold({0: "cat"}))
        await service.deliver(story.submitted(1, dict.fromkeys(range(1500), "dog")))
        await verdicts(service, 1500)
        stub = service.stub(pb_grpc.QualityServiceStub, operator())
        facts = [fact async for part in stub.StreamAudit(service_pb.StreamAuditRequest()) for fact in part.facts]
        assert [fact.id for fact in facts] == sorted(fact.id for fact in facts)
        assert len(facts) == 1500
        assert {fact.kind for fact in facts} == {common_pb2.AUDIT_KIND_ANSWER}
        assert [fact.id for fact in facts if not fact.accepted] == [story.answer(0, 1)]
        told = await service.emitted(pb.VerdictsGiven)
        assert max(len(event.verdicts) for event in told) <= 500
