"""What pages show a worker: one job, their work in numbers, titles, lists by verdict."""

from datetime import timedelta
from unittest.mock import patch
from uuid import UUID, uuid4

import grpc
from ilgam.quality.v1 import quality_events_pb2 as quality
from ilgam.tasks.v1 import tasks_events_pb2 as events_pb
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from ilgam.tasks.v1 import tasks_service_pb2_grpc as pb_grpc
from sqlalchemy import text

from services.core.ids import new_id
from tests.service.tasks.seed import JobSeed, assert_counts_hold, certify, open_job
from tests.service.tasks.shop import Hand, Shop, refused, rows, spec
from tests.support.identity import company, worker
from tests.support.servers import Servers
from tests.support.service import ServiceUnderTest, running

ACCEPTED, REJECTED = quality.VERDICT_STATE_ACCEPTED, quality.VERDICT_STATE_REJECTED


async def run(service: ServiceUnderTest, statement: str) -> None:
    async with service.database.transaction() as tx:
        await tx.connection.execute(text(statement))


async def judge(service: ServiceUnderTest, job_id: str, revision: int, **states: object) -> None:
    """Quality gives verdicts: `a_<id>=state`."""
    verdicts = [
        quality.Verdict(answer_id=answer_id, revision=revision, state=state, publish_no=1)  # type: ignore[arg-type]  # states
        for answer_id, state in states.items()
    ]
    await service.deliver(quality.VerdictsGiven(job_id=job_id, verdicts=verdicts))


async def shown(hand: Hand, job_id: str, **versions: int) -> pb.GetWorkJobResponse:
    found: pb.GetWorkJobResponse = await hand.stub.GetWorkJob(pb.GetWorkJobRequest(job_id=job_id, **versions))
    return found


async def summed(hand: Hand) -> pb.GetWorkSummaryResponse:
    found: pb.GetWorkSummaryResponse = await hand.stub.GetWorkSummary(pb.GetWorkSummaryRequest())
    return found


async def mine(hand: Hand, **asked: object) -> list[pb.Assignment]:
    request = pb.ListAssignmentsRequest(**asked)  # type: ignore[arg-type]  # the tests' own fields
    return list((await hand.stub.ListAssignments(request)).assignments)


async def test_an_open_job_is_shown_as_in_the_list_with_its_texts(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.open(rows(4), hold_limit=7, required_skill=0.5)
        hand = await shop.hire()
        found = await shown(hand, job.job_id)
        [listed] = (await hand.stub.ListAvailableJobs(pb.ListAvailableJobsRequest())).jobs
        assert found.job == listed
        assert list(found.job.missing) == [pb.MISSING_KIND_SKILL]
        assert (found.state, found.live_count, found.hold_limit) == (events_pb.JOB_STATE_OPEN, 0, 7)
        assert found.label_schema_json == job.spec.label_schema_json
        stranger = Hand(service, uuid4())
        assert list((await shown(stranger, job.job_id)).job.missing) == [
            pb.MISSING_KIND_CERTIFICATE,
            pb.MISSING_KIND_SKILL,
        ]


async def test_a_job_that_is_not_open_is_there_for_those_who_worked_on_it(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.open(rows(4))
        hand, other = await shop.hire(), await shop.hire()
        held = await hand.claim(job.job_id, 3)
        await hand.submit(held[:1])
        await shop.ask("PauseJob", job.job_id)
        found = await shown(hand, job.job_id)
        assert (found.state, found.live_count, found.job.wanting_count) == (events_pb.JOB_STATE_PAUSED, 2, 0)
        assert (await refused(shown(other, job.job_id))).code == grpc.StatusCode.NOT_FOUND
        draft = await shop.create()
        hidden = await refused(shown(hand, draft.job_id))
        assert (hidden.code, hidden.metadata) == (grpc.StatusCode.NOT_FOUND, {"resource": "job"})
        assert (await refused(shown(hand, str(new_id())))).metadata == {"resource": "job"}


async def test_each_version_of_schema_and_instructions_can_be_read_and_others_are_not_there(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.open(rows(2), instructions={"ko": "고르세요", "en": "Choose"})
        newer = job.spec.label_schema_json.replace('"bird"', '"bird"}, {"value": "fish"')
        changed = spec(instructions={"ko": "잘 고르세요", "en": ""}, label_schema_json=newer)
        await shop.ask("UpdateJob", job.job_id, revision=job.revision, spec=changed)
        hand = await shop.hire()
        newest, first = await shown(hand, job.job_id), await shown(hand, job.job_id, schema_version=1)
        assert (newest.label_schema_json, newest.instructions.ko) == (newer, "잘 고르세요")
        assert (first.label_schema_json, first.instructions.ko) == (job.spec.label_schema_json, "잘 고르세요")
        assert (await shown(hand, job.job_id, instructions_version=1)).instructions.en == "Choose"
        assert await shown(hand, job.job_id, schema_version=2, instructions_version=2) == newest
        for unknown in ("schema_version", "instructions_version"):
            assert (await refused(shown(hand, job.job_id, **{unknown: 3}))).metadata == {"resource": unknown}


async def test_a_workers_numbers_follow_their_work_through_every_change_of_mind(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        first, second = [await open_job(service.database, JobSeed(price_krw=price)) for price in (100, 30)]
        hand = Hand(service, uuid4())
        await certify(service.database, hand.worker_id)
        assert await summed(hand) == pb.GetWorkSummaryResponse()
        held = await hand.claim(str(first.job_id), 4)
        more = await hand.claim(str(second.job_id), 2)
        await run(
            service, f"UPDATE assignment SET lease_end_time = now() + interval '1 min' WHERE job_id = '{second.job_id}'"
        )
        await hand.submit(held[:3])
        await hand.submit(more[:1])
        a, b, c = (one.assignment_id for one in held[:3])
        found = await summed(hand)
        assert [(one.job_id, one.live_count) for one in found.live] == [(str(second.job_id), 1), (str(first.job_id), 1)]
        assert found.live[0].title == "Animals"
        assert found.live[1].lease_end_time == held[3].lease_end_time
        assert (found.pending_count, found.pending_krw, found.today_submitted_count) == (4, 330, 4)
        await judge(service, str(first.job_id), 1, **{a: ACCEPTED, b: REJECTED})
        await judge(service, str(first.job_id), 2, **{b: ACCEPTED})
        await judge(service, str(first.job_id), 1, **{b: REJECTED, c: REJECTED})
        found = await summed(hand)
        assert (found.pending_count, found.pending_krw) == (1, 30)
        assert (found.accepted_count, found.rejected_count, found.today_submitted_count) == (2, 1, 4)
        assert (await summed(Hand(service, uuid4()))) == pb.GetWorkSummaryResponse()
        await assert_counts_hold(service.database, overlap=False)


async def test_a_lease_that_is_over_counts_as_held_until_it_is_ended(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        job = await open_job(service.database, JobSeed())
        hand = Hand(service, uuid4())
        await certify(service.database, hand.worker_id)
        await hand.claim(str(job.job_id), 1)
        # What holds the place is locked, so that the service passes it over.
        async with service.database.transaction() as tx:
            await tx.connection.execute(text("SELECT FROM worker_job FOR UPDATE"))
            await run(service, "UPDATE assignment SET lease_end_time = now() - interval '1 min'")
            assert [one.live_count for one in (await summed(hand)).live] == [1]


async def test_yesterdays_answers_are_not_todays(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        job = await open_job(service.database, JobSeed())
        hand = Hand(service, uuid4())
        await certify(service.database, hand.worker_id)
        held = await hand.claim(str(job.job_id), 3)
        await hand.submit(held[:2])
        await run(service, "UPDATE worker_job SET submit_day = submit_day - 1")
        assert (await summed(hand)).today_submitted_count == 0
        await hand.submit(held[2:])
        assert (await summed(hand)).today_submitted_count == 1


async def test_titles_are_told_of_jobs_that_have_been_open_and_of_own_drafts(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        opened, draft = await shop.open(rows(1), title="열림"), await shop.create(title="초안")
        ids = [opened.job_id, draft.job_id, str(new_id())]

        async def titles(stub: "pb_grpc.TasksServiceAsyncStub") -> set[str]:
            return {one.title for one in (await stub.ListJobTitles(pb.ListJobTitlesRequest(job_ids=ids))).titles}

        for stranger in (worker(), company(uuid4())):
            assert await titles(service.stub(pb_grpc.TasksServiceStub, stranger)) == {"열림"}
        assert await titles(shop.stub) == await titles(shop.operator) == {"열림", "초안"}
        many = pb.ListJobTitlesRequest(job_ids=[str(new_id()) for _ in range(201)])
        assert set((await refused(shop.stub.ListJobTitles(many))).fields) == {"job_ids"}


async def test_assignments_are_listed_by_verdict_and_by_name(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        job = await open_job(service.database, JobSeed())
        hand, other = Hand(service, uuid4()), Hand(service, uuid4())
        await certify(service.database, hand.worker_id, other.worker_id)
        a, b, c, d = held = await hand.claim(str(job.job_id), 4)
        await hand.submit([a, b, c])
        await judge(service, str(job.job_id), 1, **{a.assignment_id: ACCEPTED, b.assignment_id: REJECTED})

        async def found(**asked: object) -> set[str]:
            return {one.assignment_id for one in await mine(hand, **asked)}

        assert await found(verdict_state=pb.VERDICT_STATE_ACCEPTED) == {a.assignment_id}
        assert await found(verdict_state=pb.VERDICT_STATE_REJECTED) == {b.assignment_id}
        assert await found(verdict_state=pb.VERDICT_STATE_PENDING) == {c.assignment_id}
        assert await found(state=pb.ASSIGNMENT_STATE_LIVE) == {d.assignment_id}
        assert await found(state=pb.ASSIGNMENT_STATE_LIVE, verdict_state=pb.VERDICT_STATE_PENDING) == set()
        assert await found() == {one.assignment_id for one in held}
        named = [a.assignment_id, c.assignment_id, str(new_id())]
        assert await found(assignment_ids=named) == set(named[:2])
        assert await found(assignment_ids=named, verdict_state=pb.VERDICT_STATE_PENDING) == {c.assignment_id}
        assert await found(assignment_ids=named, job_id=str(new_id())) == set()
        assert await mine(other, assignment_ids=named) == []


async def test_the_time_of_a_verdict_is_seen_with_the_verdict_and_goes_with_it(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        job = await open_job(service.database, JobSeed())
        hand = Hand(service, uuid4())
        await certify(service.database, hand.worker_id)
        [held] = await hand.claim(str(job.job_id), 1)
        await hand.submit([held])
        await service.deliver(quality.VerdictsGiven(job_id=str(job.job_id), held_answer_ids=[held.assignment_id]))
        [waiting] = await mine(hand)
        assert not waiting.HasField("verdict_time")
        await judge(service, str(job.job_id), 1, **{held.assignment_id: ACCEPTED})
        [judged] = await mine(hand)
        assert judged.verdict_time.ToDatetime() - judged.submit_time.ToDatetime() > timedelta(0)


async def test_jobs_carry_their_counts_in_lists_too(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        first, second = await shop.open(rows(3)), await shop.open(rows(2))
        hand = await shop.hire()
        a, b = (one.assignment_id for one in await hand.claim(first.job_id, 2))
        await hand.submit(await mine(hand, assignment_ids=[a, b]))
        await judge(service, first.job_id, 1, **{a: ACCEPTED, b: REJECTED})
        [item, *_] = (await shop.stub.ListItems(pb.ListItemsRequest(job_id=first.job_id))).items
        resolved = quality.ItemResult(item_id=item.item_id, revision=1, label="cat", confidence=0.75)
        await service.deliver(quality.ItemsResolved(job_id=first.job_id, results=[resolved]))
        jobs = {job.job_id: job for job in (await shop.stub.ListJobs(pb.ListJobsRequest())).jobs}
        counts = jobs[first.job_id].counts
        assert (counts.submitted_count, counts.accepted_count, counts.rejected_count) == (2, 1, 1)
        assert (counts.resolved_count, counts.mean_confidence) == (1, 0.75)
        assert jobs[second.job_id].counts == pb.JobCounts()
        for job_id, job in jobs.items():
            assert await shop.get(job_id) == job


async def test_the_throughput_counts_who_is_at_work_and_leaves_empty_minutes_out(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job, over = await shop.open(rows(3)), await shop.open(rows(1))
        hand, gone = await shop.hire(), await shop.hire()
        await hand.submit((await hand.claim(job.job_id, 2))[:1])
        await gone.submit(await gone.claim(over.job_id, 1))
        await shop.ask("CloseJob", over.job_id)
        await shop.ended(over.job_id)

        async def seen(minutes: int = 0) -> pb.GetThroughputResponse:
            found: pb.GetThroughputResponse = await shop.operator.GetThroughput(
                pb.GetThroughputRequest(minutes=minutes)
            )
            return found

        found = await seen()
        assert (found.open_job_count, found.wanting_count, found.live_count, found.active_worker_count) == (1, 1, 1, 2)
        assert sum(one.claimed_count for one in found.minutes) == 3
        assert sum(one.submitted_count for one in found.minutes) == 2
        await run(service, "UPDATE throughput_minute SET minute_time = minute_time - interval '30 min'")
        await run(service, "UPDATE worker_job SET last_act_time = last_act_time - interval '30 min'")
        assert len((await seen(20)).minutes) == 0
        assert 1 <= len((await seen()).minutes) <= 2
        assert (await seen(20)).active_worker_count == 1


async def test_nothing_that_a_worker_reads_tells_gold_apart(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        job = await open_job(service.database, JobSeed(items=6, gold=6, gold_overlap=30))
        hand = Hand(service, uuid4())
        await certify(service.database, hand.worker_id)
        held = await hand.claim(str(job.job_id), 10)
        await hand.submit(held[:8])
        answers = " ".join(
            str(one) for one in (await mine(hand), await shown(hand, str(job.job_id)), await summed(hand))
        )
        assert "gold" not in answers.lower()
        items = {UUID(one.item_id) for one in held if one.item_id}
        assert items == set()
        assert all(str(item_id) not in answers for item_id in job.ids)


async def test_what_no_single_message_holds_comes_page_by_page(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.open(rows(5))
        hand = await shop.hire()
        with patch("services.tasks.domain.claim.HELD_BYTES_MAX", 60):
            told = await hand.claim(job.job_id, 5)
            assert len(told) == 2
            seen: list[str] = []
            token = ""
            while len(seen) < 5:
                asked = pb.ListAssignmentsRequest(page_size=10, page_token=token)
                page = await hand.stub.ListAssignments(asked)
                seen += [one.assignment_id for one in page.assignments]
                token = page.next_page_token
                assert len(page.assignments) == (1 if len(seen) == 5 else 2)
        assert token == ""
        assert seen == [one.assignment_id for one in await mine(hand)]
