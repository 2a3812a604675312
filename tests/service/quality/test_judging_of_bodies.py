"""Answers that are more than a label: they are named by hash, read from the store, judged, and become a result there."""

import asyncio
import random
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
from google.protobuf.message import Message
from ilgam.common.v1 import common_pb2
from ilgam.quality.v1 import quality_events_pb2 as pb
from ilgam.quality.v1 import quality_service_pb2 as service_pb
from ilgam.quality.v1 import quality_service_pb2_grpc as pb_grpc
from ilgam.tasks.v1 import tasks_events_pb2 as tasks_pb
from sqlalchemy import text

from services.labelling.annotation import annotation_json, read_annotation
from services.labelling.kinds import ControlKind
from services.labelling.likeness import similarity
from services.labelling.values import Mark
from services.runtime.bodies import Bodies, sha256_of
from services.runtime.database import is_transient
from services.runtime.media import open_store
from tests.service.quality.stories import MOMENTS, Story, stored
from tests.service.quality.told import held, results, verdicts
from tests.support.identity import company
from tests.support.labellers import TRADES, Answer
from tests.support.refusals import refusal
from tests.support.servers import Servers
from tests.support.service import ServiceUnderTest, running
from tests.support.storm import table_contents

CONTROL = "shape"


class Drawn:
    """A job that asks for boxes; its answers lie in a store."""

    def __init__(self, folder: Path, story: Story) -> None:
        self.story = story
        self.job_id = UUID(story.job_id)
        self.url = folder.as_uri()
        self.bodies = Bodies(open_store(self.url))

    def terms(self, *labels: str) -> tasks_pb.JobTerms:
        terms = self.story.terms()
        terms.annotation_type = common_pb2.ANNOTATION_TYPE_IMAGE_SHAPE
        del terms.labels[:]
        terms.controls.add(control_id=CONTROL, kind=ControlKind.SHAPE.value, labels=labels or ("cup",))
        return terms

    def opened(self) -> tasks_pb.JobOpened:
        return tasks_pb.JobOpened(job_id=self.story.job_id, revision=1, terms=self.terms())

    async def submitted(self, worker: int, drawn: dict[int, Answer], *, put: bool = True) -> tasks_pb.AnswersSubmitted:
        event = self.story.submitted(worker, dict.fromkeys(drawn, ""))
        for answer, marks in zip(event.answers, drawn.values(), strict=True):
            body = annotation_json(marks)
            answer.body_sha256 = await self.bodies.put(self.job_id, body) if put else sha256_of(body)
        return event

    async def gold(self, known: dict[int, Answer], revision: int = 1) -> tasks_pb.GoldProvided:
        event = self.story.gold(dict.fromkeys(known, ""), revision)
        for item, marks in zip(event.items, known.values(), strict=True):
            item.body_sha256 = await self.bodies.put(self.job_id, annotation_json(marks))
        return event

    async def result(self, told: pb.ItemResult) -> Answer:
        return read_annotation(await self.bodies.get(self.job_id, told.body_sha256)).marks


def box(x: float, y: float = 20.0, label: str = "cup") -> Answer:
    return (Mark("m1", CONTROL, "rect", label, {"x": x, "y": y, "w": 100.0, "h": 80.0}),)


def running_with(drawn: Drawn, servers: Servers) -> AbstractAsyncContextManager[ServiceUnderTest]:
    return running("quality", servers, media_url=drawn.url)


async def test_three_who_drew_the_same_are_accepted_and_their_boxes_become_one(
    servers: Servers, tmp_path: Path
) -> None:
    drawn = Drawn(tmp_path, Story(policy=tasks_pb.POLICY_CONSENSUS, overlap=(3, 3)))
    async with running_with(drawn, servers) as service:
        await service.deliver(
            drawn.opened(), *[await drawn.submitted(worker, {1: box(50.0 + worker)}) for worker in range(3)]
        )
        given = await verdicts(service, 3)
        assert {verdict.state for verdict in given.values()} == {pb.VERDICT_STATE_ACCEPTED}
        told = (await results(service))[drawn.story.item(1)]
        assert (told.label, told.answer_count, told.tie) == ("", 3, False)
        assert told.confidence > 0.8
        assert (await drawn.result(told))[0].value == {"x": 51.0, "y": 20.0, "w": 100.0, "h": 80.0}
        stub = service.stub(pb_grpc.QualityServiceStub, company(drawn.story.organisation_id))
        shown = await stub.GetItemResult(service_pb.GetItemResultRequest(item_id=drawn.story.item(1)))
        assert read_annotation(shown.answer_json).marks == await drawn.result(told)
        assert shown.result.body_sha256 == told.body_sha256
        assert list(shown.labels) == []


async def test_gold_is_compared_with_its_known_answer(servers: Servers, tmp_path: Path) -> None:
    drawn = Drawn(tmp_path, Story(policy=tasks_pb.POLICY_GOLD, gold_revision=1))
    async with running_with(drawn, servers) as service:
        await service.deliver(
            drawn.opened(),
            await drawn.submitted(1, {1: box(55.0), 2: box(300.0)}),
            await drawn.gold({1: box(50.0), 2: box(50.0)}),
        )
        given = await verdicts(service, 2)
        assert given[drawn.story.answer(1, 1)].state == pb.VERDICT_STATE_ACCEPTED
        assert given[drawn.story.answer(2, 1)].state == pb.VERDICT_STATE_REJECTED
        assert given[drawn.story.answer(2, 1)].reason == pb.VERDICT_REASON_GOLD


async def test_two_who_saw_different_things_make_an_item_want_a_third(servers: Servers, tmp_path: Path) -> None:
    drawn = Drawn(tmp_path, Story(policy=tasks_pb.POLICY_CONSENSUS, overlap=(2, 4)))
    async with running_with(drawn, servers) as service:
        await service.deliver(drawn.opened(), await drawn.submitted(1, {1: box(10.0)}))
        await service.deliver(await drawn.submitted(2, {1: box(400.0)}))
        (wanted,) = await service.emitted(pb.AnswersWanted, count=1)
        assert [(want.item_id, want.answers_wanted) for want in wanted.wants] == [(drawn.story.item(1), 3)]
        assert await results(service) == {}
        assert len(await held(service)) == 2


async def test_a_body_that_is_not_there_yet_makes_its_event_come_again(servers: Servers, tmp_path: Path) -> None:
    drawn = Drawn(tmp_path, Story())
    async with running_with(drawn, servers) as service:
        await service.process.inbox.apply([stored(drawn.opened())])
        event = await drawn.submitted(1, {1: box(50.0)}, put=False)
        with pytest.raises(Exception, match="not in the store") as failed:
            await service.process.inbox.apply([stored(event)])
        assert is_transient(failed.value)
        await drawn.bodies.put(drawn.job_id, annotation_json(box(50.0)))
        await service.process.inbox.apply([stored(event)])
        assert len(await verdicts(service, 1)) == 1


async def test_an_event_whose_body_is_missing_holds_up_no_other(servers: Servers, tmp_path: Path) -> None:
    drawn = Drawn(tmp_path, Story())
    with patch("services.runtime.consumer._RETRY_DELAY_SECONDS", 0.05):
        async with running_with(drawn, servers) as service:
            await service.deliver(drawn.opened())
            lost = await drawn.submitted(1, {1: box(55.0)}, put=False)
            waiting = asyncio.create_task(
                service.deliver(lost, *[await drawn.submitted(worker, {1: box(50.0)}) for worker in (2, 3)])
            )
            assert set(await verdicts(service, 2)) == {drawn.story.answer(1, worker) for worker in (2, 3)}
            await drawn.bodies.put(drawn.job_id, annotation_json(box(55.0)))
            await waiting
            assert len(await verdicts(service, 3)) == 3


async def test_events_in_any_order_leave_the_same_behind(servers: Servers, tmp_path: Path) -> None:
    chance, trade = random.Random(4), TRADES["boxes"]
    drawn = Drawn(tmp_path, Story(policy=tasks_pb.POLICY_CONSENSUS, overlap=(4, 4), gold_revision=1))
    truth = {item: trade.truth(chance) for item in range(8)}
    events: list[Message] = [await drawn.gold({item: truth[item] for item in (0, 1)}), drawn.opened()]
    for worker in range(4):
        said = {item: trade.said(truth[item], chance, 1.0 + worker) for item in truth}
        halves = [{item: said[item] for item in range(start, start + 4)} for start in (0, 4)]
        events += [await drawn.submitted(worker, half) for half in halves]
    events.append(drawn.story.closed(32))
    ends = []
    for _ in range(2):
        async with running_with(drawn, servers) as service:
            for start in range(0, len(events), 4):
                await service.process.inbox.apply([stored(event) for event in events[start : start + 4]])
            ends.append(await table_contents(service, MOMENTS | {"answers_wanted"}))
            likeness = await _likeness(service, drawn, truth)
            assert likeness > 0.85
        chance.shuffle(events)
    assert ends[0] == ends[1]


async def test_new_controls_compare_all_answers_anew(servers: Servers, tmp_path: Path) -> None:
    drawn = Drawn(tmp_path, Story(overlap=(2, 2)))
    async with running_with(drawn, servers) as service:
        await service.deliver(
            drawn.opened(), *[await drawn.submitted(worker, {1: box(10.0 + 380.0 * worker)}) for worker in range(2)]
        )
        before = (await results(service))[drawn.story.item(1)]
        terms = drawn.terms()
        terms.controls[0].control_id = "other"
        await service.deliver(tasks_pb.JobChanged(job_id=drawn.story.job_id, revision=2, terms=terms))
        after = (await results(service))[drawn.story.item(1)]
        assert (before.revision, after.revision) == (1, 2)
        assert len(await drawn.result(before)) == 2
        assert await drawn.result(after) == ()


async def test_an_answer_without_a_body_is_refused_for_good(servers: Servers, tmp_path: Path) -> None:
    drawn = Drawn(tmp_path, Story())
    async with running_with(drawn, servers) as service:
        await service.process.inbox.apply([stored(drawn.opened())])
        with pytest.raises(Exception, match="more than a label") as failed:
            await service.process.inbox.apply([stored(drawn.story.submitted(1, {1: "cup"}))])
        assert not is_transient(failed.value)


async def test_another_company_does_not_see_a_result(servers: Servers, tmp_path: Path) -> None:
    drawn = Drawn(tmp_path, Story())
    async with running_with(drawn, servers) as service:
        await service.deliver(drawn.opened(), await drawn.submitted(1, {1: box(50.0)}))
        stub = service.stub(pb_grpc.QualityServiceStub, company(uuid4()))
        call = stub.GetItemResult(service_pb.GetItemResultRequest(item_id=drawn.story.item(1)))
        assert (await refusal(call)).reason == "NOT_FOUND"


async def _likeness(service: ServiceUnderTest, drawn: Drawn, truth: dict[int, Answer]) -> float:
    async with service.database.transaction() as tx:
        rows = (await tx.connection.execute(text("SELECT item_id, body_sha256 FROM item"))).all()
    known = {drawn.story.item(number): marks for number, marks in truth.items()}
    found = []
    for item_id, sha256 in rows:
        fused = read_annotation(await drawn.bodies.get(drawn.job_id, sha256)).marks
        found.append(similarity(TRADES["boxes"].controls, fused, known[str(item_id)]))
    return sum(found) / len(found)
