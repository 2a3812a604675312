"""Answers come in; verdicts, results and wants go out."""

from collections import Counter

from ilgam.quality.v1 import quality_events_pb2 as pb
from ilgam.quality.v1 import quality_service_pb2 as service_pb
from ilgam.quality.v1 import quality_service_pb2_grpc as pb_grpc
from ilgam.tasks.v1 import tasks_events_pb2 as tasks_pb

from tests.service.quality.stories import Story
from tests.service.quality.told import held, results, verdicts
from tests.support.identity import company, operator
from tests.support.servers import Servers
from tests.support.service import running


async def test_under_policy_all_every_answer_is_accepted_at_once_and_its_item_gets_a_result(servers: Servers) -> None:
    story = Story()
    async with running("quality", servers) as service:
        await service.deliver(story.opened(), story.submitted(1, {1: "cat", 2: "dog"}))
        given = await verdicts(service, 2)
        assert {verdict.state for verdict in given.values()} == {pb.VERDICT_STATE_ACCEPTED}
        assert {verdict.reason for verdict in given.values()} == {pb.VERDICT_REASON_ALL}
        assert {verdict.revision for verdict in given.values()} == {1}
        found = await results(service)
        assert found[story.item(1)].label == "cat"
        assert found[story.item(2)].label == "dog"
        assert 0.5 < found[story.item(1)].confidence < 1


async def test_results_are_told_before_verdicts(servers: Servers) -> None:
    story = Story()
    async with running("quality", servers) as service:
        await service.deliver(story.opened(), story.submitted(1, {1: "cat"}))
        await verdicts(service, 1)
        async with service.database.transaction() as tx:
            from sqlalchemy import text

            rows = await tx.connection.execute(text("SELECT event_type FROM outbox ORDER BY seq"))
            assert [row[0].rsplit(".", 1)[1] for row in rows] == ["ItemsResolved", "VerdictsGiven"]


async def test_answers_wait_for_their_job_and_for_its_gold(servers: Servers) -> None:
    story = Story(policy=tasks_pb.POLICY_GOLD, gold_revision=2)
    async with running("quality", servers) as service:
        await service.deliver(story.submitted(1, {1: "cat", 2: "dog"}), story.opened(), story.gold({1: "cat"}, 1))
        assert await service.emitted(pb.VerdictsGiven) == []
        await service.deliver(story.gold({2: "cat"}, 2))
        given = await verdicts(service, 2)
        assert given[story.answer(1, 1)].state == pb.VERDICT_STATE_ACCEPTED
        assert given[story.answer(2, 1)].state == pb.VERDICT_STATE_REJECTED
        assert given[story.answer(2, 1)].reason == pb.VERDICT_REASON_GOLD


async def test_an_answer_that_comes_twice_is_judged_once(servers: Servers) -> None:
    story = Story()
    async with running("quality", servers) as service:
        await service.deliver(story.opened(), story.submitted(1, {1: "cat"}), story.submitted(1, {1: "cat", 2: "cat"}))
        await verdicts(service, 2)
        told = await service.emitted(pb.VerdictsGiven)
        assert Counter(verdict.answer_id for event in told for verdict in event.verdicts) == {
            story.answer(1, 1): 1,
            story.answer(2, 1): 1,
        }


async def test_people_who_disagree_make_an_item_want_another_answer_up_to_its_most(servers: Servers) -> None:
    story = Story(policy=tasks_pb.POLICY_ALL, overlap=(2, 3))
    async with running("quality", servers) as service:
        await service.deliver(story.opened(), story.submitted(1, {1: "cat"}), story.submitted(2, {1: "dog"}))
        (wanted,) = await service.emitted(pb.AnswersWanted, count=1)
        assert [(want.item_id, want.answers_wanted) for want in wanted.wants] == [(story.item(1), 3)]
        assert await results(service) == {}
        await service.deliver(story.submitted(3, {1: "dog"}))
        await verdicts(service, 3)
        found = await results(service)
        assert found[story.item(1)].label == "dog"
        assert found[story.item(1)].answer_count == 3
        assert len(await service.emitted(pb.AnswersWanted)) == 1


async def test_a_newcomers_answers_wait_until_enough_are_scored(servers: Servers) -> None:
    story = Story(policy=tasks_pb.POLICY_GOLD, newcomer_answers=3)
    async with running("quality", servers) as service:
        await service.deliver(story.opened(), story.submitted(1, {1: "cat", 2: "cat"}))
        assert await held(service) == {story.answer(1, 1), story.answer(2, 1)}
        assert not any(event.verdicts for event in await service.emitted(pb.VerdictsGiven))
        await service.deliver(story.submitted(1, {3: "cat"}))
        given = await verdicts(service, 3)
        assert {verdict.state for verdict in given.values()} == {pb.VERDICT_STATE_ACCEPTED}


async def test_when_a_job_closes_nothing_stays_pending_and_every_item_has_its_result(servers: Servers) -> None:
    story = Story(policy=tasks_pb.POLICY_CONSENSUS, overlap=(2, 3), newcomer_answers=10)
    async with running("quality", servers) as service:
        await service.deliver(
            story.opened(),
            story.closed(5),
            *(story.submitted(worker, {1: "cat", 2: "dog"}) for worker in (1, 2)),
        )
        assert not any(event.verdicts for event in await service.emitted(pb.VerdictsGiven))
        await service.deliver(story.submitted(3, {1: "cat"}))
        given = await verdicts(service, 5)
        assert {verdict.state for verdict in given.values()} == {pb.VERDICT_STATE_ACCEPTED}
        found = await results(service)
        assert (found[story.item(1)].label, found[story.item(2)].label) == ("cat", "dog")
        stub = service.stub(pb_grpc.QualityServiceStub, operator())
        numbers = await stub.GetJobQuality(service_pb.GetJobQualityRequest(job_id=story.job_id))
        assert (numbers.answer_count, numbers.resolved_count) == (5, 2)


async def test_the_end_of_a_reservation_is_not_the_end_of_the_job(servers: Servers) -> None:
    story = Story(policy=tasks_pb.POLICY_GOLD, newcomer_answers=10)
    async with running("quality", servers) as service:
        over = tasks_pb.JobClosed(job_id=story.job_id, revision=3, publish_no=2)
        await service.deliver(story.opened(), story.submitted(1, {1: "cat"}), over)
        assert not any(event.verdicts for event in await service.emitted(pb.VerdictsGiven))


async def test_a_company_sees_its_jobs_numbers(servers: Servers) -> None:
    story = Story()
    async with running("quality", servers) as service:
        await service.deliver(story.opened(), story.submitted(1, {1: "cat", 2: "dog"}))
        stub = service.stub(pb_grpc.QualityServiceStub, company(story.organisation_id))
        numbers = await stub.GetJobQuality(service_pb.GetJobQualityRequest(job_id=story.job_id))
        assert numbers.answer_count == 2
        assert [(one.state, one.reason, one.count) for one in numbers.reasons] == [
            (pb.VERDICT_STATE_ACCEPTED, pb.VERDICT_REASON_ALL, 2)
        ]
