"""The same events in any order, any number of times, give the same tables."""

import random
from uuid import UUID, uuid5

from google.protobuf.message import Message
from ilgam.common.v1 import common_pb2
from ilgam.quality.v1 import quality_events_pb2 as pb
from ilgam.tasks.v1 import tasks_events_pb2 as tasks_pb
from ilgam.workers.v1 import workers_events_pb2 as workers_pb

from tests.service.quality.stories import MOMENTS, Story, stored
from tests.support.servers import Servers
from tests.support.service import ServiceUnderTest, running
from tests.support.storm import storm, table_contents


def exam(worker: str, attempt: int, right: int) -> workers_pb.ExamFinished:
    return workers_pb.ExamFinished(
        attempt_id=str(uuid5(UUID(worker), f"attempt {attempt}")),
        worker_id=worker,
        annotation_type=common_pb2.ANNOTATION_TYPE_TEXT_CHOICE,
        right_count=right,
        item_count=20,
        passed=right > 15,
        revision=attempt,
    )


def certificate(worker: str, revision: int, mean: float) -> workers_pb.CertificateIssued:
    return workers_pb.CertificateIssued(
        certificate_id=str(uuid5(UUID(worker), f"certificate {revision}")),
        worker_id=worker,
        annotation_type=common_pb2.ANNOTATION_TYPE_TEXT_CHOICE,
        score=common_pb2.Interval(lower=mean - 0.1, mean=mean, upper=mean + 0.1, count=18),
        revision=revision,
    )


def life_of(story: Story, gold: dict[int, str]) -> list[Message]:
    """Four workers answer twelve items; one of them is often wrong."""
    chance = random.Random(4)
    truth = {item: story.labels[item % len(story.labels)] for item in range(12)}
    events: list[Message] = []
    half = len(gold) // 2
    events.append(story.gold(dict(list(gold.items())[:half]), 1))
    events.append(story.gold(dict(list(gold.items())[half:]), 2))
    events += [story.opened(), story.changed(2), story.with_terms(clock_seconds=99_999).changed(3)]
    for worker in range(4):
        labels = {item: truth[item] if chance.random() < 0.97 - 0.1 * worker else "dog" for item in truth}
        for start in range(0, 12, 4):
            events.append(story.submitted(worker, {item: labels[item] for item in range(start, start + 4)}))
    events.append(story.closed(48))
    return events


async def examined(service: ServiceUnderTest) -> None:
    """Exams come before work, so they are there."""
    await apply(service, [exam(Story().worker(worker), 1, 16 + worker) for worker in range(4)])


async def test_exams_and_certificates(servers: Servers) -> None:
    events: list[Message] = []
    for worker in range(4):
        events += [exam(Story().worker(worker), attempt, 12 + attempt) for attempt in (1, 2, 3)]
    for worker in range(3, 6):
        events += [certificate(Story().worker(worker), revision, 0.6 + 0.1 * revision) for revision in (1, 2)]
    await storm("quality", servers, events)


async def test_under_policy_all(servers: Servers) -> None:
    story = Story(overlap=(4, 4), gold_revision=2)
    await storm("quality", servers, life_of(story, {0: "cat", 5: "dog"}), ignore_columns=MOMENTS, prepare=examined)


async def test_under_policy_gold(servers: Servers) -> None:
    story = Story(policy=tasks_pb.POLICY_GOLD, overlap=(4, 4), gold_revision=2, newcomer_answers=5)
    await storm(
        "quality",
        servers,
        life_of(story, {0: "cat", 1: "dog", 2: "cat", 3: "dog"}),
        ignore_columns=MOMENTS,
        prepare=examined,
    )


async def test_under_policy_consensus_delivered_at_once_whatever_the_order(servers: Servers) -> None:
    story = Story(policy=tasks_pb.POLICY_CONSENSUS, overlap=(4, 4), gold_revision=2)
    events = life_of(story, {0: "cat", 5: "dog"})
    chance = random.Random(9)
    states = []
    for _ in range(3):
        async with running("quality", servers) as service:
            await examined(service)
            await apply(service, events)
            states.append(await table_contents(service, MOMENTS))
        chance.shuffle(events)
    assert states[0] == states[1] == states[2]


async def apply(service: ServiceUnderTest, events: list[Message]) -> None:
    await service.process.inbox.apply([stored(event) for event in events])


async def test_a_lower_revision_of_the_terms_is_passed_over(servers: Servers) -> None:
    story = Story(overlap=(1, 1))
    async with running("quality", servers) as service:
        await service.deliver(
            story.with_terms(policy=tasks_pb.POLICY_GOLD).changed(5), story.changed(4), story.opened()
        )
        await service.deliver(story.with_terms(gold_revision=0).submitted(1, {1: "cat"}))
        (told,) = await service.emitted(pb.VerdictsGiven, count=1)
        async with service.database.transaction() as tx:
            from sqlalchemy import text

            assert (await tx.connection.execute(text("SELECT policy, revision FROM job"))).one() == ("gold", 5)
        assert told.verdicts[0].state == pb.VERDICT_STATE_ACCEPTED
