"""Under consensus, agreement pays and carelessness does not; gold is not told from other items."""

import random
from uuid import UUID

from ilgam.quality.v1 import quality_events_pb2 as pb
from ilgam.quality.v1 import quality_service_pb2 as service_pb
from ilgam.quality.v1 import quality_service_pb2_grpc as pb_grpc
from ilgam.tasks.v1 import tasks_events_pb2 as tasks_pb

from tests.service.quality.stories import Story
from tests.service.quality.told import held, results, verdicts
from tests.support.identity import TestCaller
from tests.support.servers import Servers
from tests.support.service import running

LABELS = ("cat", "dog", "bird", "fish")


def consensus(**terms: object) -> Story:
    return Story(policy=tasks_pb.POLICY_CONSENSUS, labels=LABELS).with_terms(**terms)


async def test_an_answer_against_everybody_elses_is_rejected_as_unlikely(servers: Servers) -> None:
    story = consensus(overlap=(5, 5), gold_revision=1)
    truth = {item: LABELS[item % 4] for item in range(60)}
    async with running("quality", servers) as service:
        await service.deliver(
            story.opened(),
            story.gold({item: truth[item] for item in range(20, 60)}),
            *(story.submitted(worker, truth) for worker in range(4)),
            story.submitted(4, truth | {0: "dog"}),
        )
        given = await verdicts(service, 300)
        rejected = [verdict for verdict in given.values() if verdict.state == pb.VERDICT_STATE_REJECTED]
        assert [(verdict.answer_id, verdict.reason) for verdict in rejected] == [
            (story.answer(0, 4), pb.VERDICT_REASON_UNLIKELY)
        ]
        assert (await results(service))[story.item(0)].label == "cat"


async def test_a_worker_whose_answers_depend_on_nothing_is_rejected_as_noise(servers: Servers) -> None:
    story = consensus(overlap=(3, 3), gold_revision=1)
    chance = random.Random(3)
    truth = {item: LABELS[item % 4] for item in range(60)}
    async with running("quality", servers) as service:
        await service.deliver(story.opened(), story.gold({item: truth[item] for item in range(20)}))
        for start in range(0, 60, 20):
            part = range(start, start + 20)
            await service.deliver(
                *(story.submitted(worker, {item: truth[item] for item in part}) for worker in range(2)),
                story.submitted(2, {item: chance.choice(LABELS) for item in part}),
            )
        await service.deliver(story.closed(180))
        given = await verdicts(service, 180)
        of_noisy = [verdict for verdict in given.values() if verdict.worker_id == story.worker(2)]
        assert any(verdict.reason == pb.VERDICT_REASON_NOISE for verdict in of_noisy)
        honest = [verdict for verdict in given.values() if verdict.worker_id != story.worker(2)]
        assert all(verdict.state == pb.VERDICT_STATE_ACCEPTED for verdict in honest)


async def test_a_verdict_on_gold_leaves_with_ordinary_ones_and_reads_like_them(servers: Servers) -> None:
    story = consensus(overlap=(3, 3), gold_revision=1)
    async with running("quality", servers) as service:
        await service.deliver(
            story.opened(),
            story.gold({0: "cat"}),
            story.submitted(1, {0: "cat", 1: "dog"}),
            story.submitted(2, {1: "dog"}),
        )
        assert story.answer(0, 1) in await held(service)
        await service.deliver(story.submitted(3, {1: "dog"}))
        given = await verdicts(service, 4)
        assert {verdict.reason for verdict in given.values()} == {pb.VERDICT_REASON_AGREED}
        assert all(0.01 <= verdict.score <= 0.99 for verdict in given.values())
        assert story.item(0) not in await results(service)


async def test_a_gold_item_asks_for_nothing_by_itself(servers: Servers) -> None:
    story = consensus(overlap=(1, 3), gold_revision=1)
    async with running("quality", servers) as service:
        await service.deliver(
            story.opened(), story.gold({0: "cat"}), *(story.submitted(worker, {0: "dog"}) for worker in range(4))
        )
        assert await service.emitted(pb.AnswersWanted) == []
        assert await service.emitted(pb.ItemsResolved) == []


async def test_a_lone_answer_is_not_rejected_for_want_of_others(servers: Servers) -> None:
    story = Story(policy=tasks_pb.POLICY_CONSENSUS, labels=tuple(f"label {n}" for n in range(30)))
    async with running("quality", servers) as service:
        await service.deliver(story.opened(), story.submitted(1, {item: f"label {item}" for item in range(30)}))
        given = await verdicts(service, 30)
        assert {verdict.state for verdict in given.values()} == {pb.VERDICT_STATE_ACCEPTED}


async def test_gold_and_agreement_make_a_skill(servers: Servers) -> None:
    story = Story(policy=tasks_pb.POLICY_GOLD, gold_revision=1)
    async with running("quality", servers) as service:
        await service.deliver(
            story.opened(),
            story.gold(dict.fromkeys(range(12), "cat")),
            story.submitted(1, {item: "cat" if item else "dog" for item in range(12)}),
        )
        (measured,) = await service.emitted(pb.SkillMeasured, count=1)
        assert measured.worker_id == story.worker(1)
        assert 0.5 < measured.interval.lower < measured.interval.mean < measured.interval.upper < 1
        assert measured.interval.count == 12
        worker = TestCaller(account_id=UUID(story.worker(1)), roles=("worker",))
        stub = service.stub(pb_grpc.QualityServiceStub, worker)
        found = await stub.GetWorkerSkills(service_pb.GetWorkerSkillsRequest())
        assert [(skill.gold_right_count, skill.gold_count) for skill in found.skills] == [(11, 12)]
