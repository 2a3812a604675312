"""What changes while a job runs: its labels, its gold; what does not fit; jobs too large for one refit."""

from itertools import count
from uuid import UUID

import pytest
from ilgam.quality.v1 import quality_events_pb2 as pb
from ilgam.quality.v1 import quality_service_pb2 as service_pb
from ilgam.quality.v1 import quality_service_pb2_grpc as pb_grpc
from ilgam.tasks.v1 import tasks_events_pb2 as tasks_pb

from services.core.ids import new_id
from services.quality.use_cases import finish_job
from services.quality.use_cases.keep_time import run_clock
from services.runtime.inbox import PermanentEventError
from tests.service.quality.stories import Story, stored
from tests.service.quality.told import held, results, verdicts
from tests.support.identity import company
from tests.support.servers import Servers
from tests.support.service import running


async def test_answers_with_a_new_label_wait_for_the_new_schema_and_old_ones_keep_their_weight(
    servers: Servers,
) -> None:
    story = Story(overlap=(2, 2))
    grown = story.with_terms(labels=("bird", "cat", "dog"), schema_version=2)
    async with running("quality", servers) as service:
        await service.deliver(story.opened(), *(story.submitted(n, dict.fromkeys(range(6), "cat")) for n in (1, 2)))
        await service.deliver(grown.submitted(3, {7: "bird"}, schema_version=2))
        assert len(await verdicts(service, 12)) == 12
        await service.deliver(grown.changed(2))
        assert story.answer(7, 3) in await verdicts(service, 13)
        stub = service.stub(pb_grpc.QualityServiceStub, company(story.organisation_id))
        found = await stub.GetItemResult(service_pb.GetItemResultRequest(item_id=story.item(1)))
        assert [one.label for one in found.labels] == ["bird", "cat", "dog"]
        assert found.result.label == "cat"
        assert max(found.labels, key=lambda one: one.probability).label == "cat"


async def test_a_label_that_no_schema_has_is_refused_for_good(servers: Servers) -> None:
    story = Story()
    async with running("quality", servers) as service:
        await service.deliver(story.opened())
        with pytest.raises(PermanentEventError, match="label"):
            await service.process.inbox.apply([stored(story.submitted(1, {1: "cow"}))])


async def test_a_second_answer_of_a_worker_to_an_item_is_refused_for_good(servers: Servers) -> None:
    story = Story(overlap=(2, 2))
    async with running("quality", servers) as service:
        await service.deliver(story.opened(), story.submitted(1, {1: "cat"}))
        again = story.submitted(1, {1: "dog"})
        again.answers[0].answer_id = str(new_id())
        with pytest.raises(PermanentEventError, match="already"):
            await service.process.inbox.apply([stored(again)])


async def test_gold_that_comes_late_decides_what_still_waits_and_no_verdict_given_before(servers: Servers) -> None:
    waiting = Story(policy=tasks_pb.POLICY_CONSENSUS, overlap=(3, 3))
    given = Story(policy=tasks_pb.POLICY_GOLD)
    async with running("quality", servers) as service:
        await service.deliver(
            *(event for story in (waiting, given) for event in (story.opened(), story.submitted(1, {1: "dog"})))
        )
        assert set(await verdicts(service, 1)) == {given.answer(1, 1)}
        await service.deliver(waiting.gold({1: "cat"}), given.gold({1: "cat"}))
        await service.deliver(waiting.closed(1))
        told = await verdicts(service, 2)
        assert told[waiting.answer(1, 1)].state == pb.VERDICT_STATE_REJECTED
        assert told[given.answer(1, 1)].state == pb.VERDICT_STATE_ACCEPTED
        assert (await results(service))[waiting.item(1)].label == "cat"


async def test_the_clock_lets_a_verdict_on_gold_leave_that_only_waited_for_company(servers: Servers) -> None:
    story = Story(policy=tasks_pb.POLICY_CONSENSUS, overlap=(3, 3), gold_revision=1, clock_seconds=0)
    async with running("quality", servers) as service:
        await service.deliver(story.opened(), story.gold({1: "cat"}), story.submitted(1, {1: "dog", 2: "dog"}))
        assert await held(service) == {story.answer(1, 1), story.answer(2, 1)}
        await run_clock(service.database)
        told = await verdicts(service, 2)
        assert told[story.answer(1, 1)].state == pb.VERDICT_STATE_REJECTED
        assert told[story.answer(2, 1)].reason == pb.VERDICT_REASON_CLOCK


async def test_a_job_too_large_for_one_refit_is_finished_page_by_page(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finish_job, "REFIT_ANSWERS_MAX", 10)
    monkeypatch.setattr(finish_job, "PAGE_ITEMS", 7)
    story = Story(policy=tasks_pb.POLICY_CONSENSUS, overlap=(3, 3), newcomer_answers=50)
    async with running("quality", servers) as service:
        await service.deliver(
            story.opened(), *(story.submitted(n, dict.fromkeys(range(20), "cat")) for n in (1, 2)), story.closed(40)
        )
        told = await verdicts(service, 40)
        assert {one.state for one in told.values()} == {pb.VERDICT_STATE_ACCEPTED}
        assert len(await results(service)) == 20


async def test_a_batch_of_many_jobs_is_judged_in_one_go(servers: Servers) -> None:
    stories = [Story(labels=tuple(f"label {n}" for n in range(2 + size % 3))) for size in range(12)]
    async with running("quality", servers) as service:
        await service.process.inbox.apply([stored(story.opened()) for story in stories])
        numbers = count()
        await service.process.inbox.apply(
            [stored(story.submitted(next(numbers) % 3, {1: "label 0", 2: "label 1"})) for story in stories]
        )
        told = await verdicts(service, 24)
        assert {UUID(event.job_id) for event in await service.emitted(pb.VerdictsGiven)} == {
            UUID(story.job_id) for story in stories
        }
        assert {one.revision for one in told.values()} == {1}
