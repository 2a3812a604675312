"""A worker's way through the public API: claim, draft, submit, return."""

from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from ilgam.tasks.v1 import tasks_events_pb2 as events
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from ilgam.tasks.v1 import tasks_service_pb2_grpc as pb_grpc
from sqlalchemy import text

from services.tasks.use_cases.expire_leases import expire_leases
from tests.service.tasks.seed import JobSeed, answer_json, assert_counts_hold, certify, open_job
from tests.support.identity import TestCaller, worker
from tests.support.refusals import refusal
from tests.support.servers import Servers
from tests.support.service import ServiceUnderTest, running

if TYPE_CHECKING:
    Stub = pb_grpc.TasksServiceAsyncStub
else:
    Stub = pb_grpc.TasksServiceStub


@pytest.fixture
async def tasks(servers: Servers) -> AsyncIterator[ServiceUnderTest]:
    async with running("tasks", servers) as service:
        yield service


def signed_in(tasks: ServiceUnderTest, caller: TestCaller) -> Stub:
    """The generated stub, in its asynchronous type."""
    return tasks.stub(pb_grpc.TasksServiceStub, caller)


async def somebody(tasks: ServiceUnderTest, worker_id: UUID | None = None) -> Stub:
    """A certified worker's stub."""
    worker_id = worker_id or uuid4()
    await certify(tasks.database, worker_id)
    return signed_in(tasks, worker(worker_id))


async def claim(
    stub: Stub, job: JobSeed, count: int = 1, *, request_id: str = "", item_ids: Sequence[str] = ()
) -> pb.ClaimItemsResponse:
    return await stub.ClaimItems(
        pb.ClaimItemsRequest(
            request_id=request_id or str(uuid4()), job_id=str(job.job_id), count=count, item_ids=item_ids
        )
    )


async def submit(stub: Stub, *answers: tuple[str, str]) -> list[pb.SubmitVerdict]:
    sent = [pb.Answer(assignment_id=assignment_id, answer_json=content) for assignment_id, content in answers]
    return list((await stub.SubmitAnswers(pb.SubmitAnswersRequest(answers=sent))).verdicts)


async def end_leases(tasks: ServiceUnderTest) -> None:
    """Lets the time of all leases be over, and the service notice."""
    async with tasks.database.transaction() as tx:
        await tx.connection.execute(text("UPDATE assignment SET lease_end_time = now() - interval '1 second'"))
    await expire_leases(tasks.database)


async def test_a_claim_gives_what_is_needed_to_work_and_nothing_that_tells_items_apart(tasks: ServiceUnderTest) -> None:
    job = await open_job(tasks.database, JobSeed(items=5, gold=2))
    stub = await somebody(tasks)
    given = await claim(stub, job, 3)
    assert len(given.assignments) == 3
    assert "ilgam.label-config/1" in given.label_schema_json
    assert given.instructions.ko == "고르세요"
    for one in given.assignments:
        assert one.state == pb.ASSIGNMENT_STATE_LIVE
        assert one.item_id == ""
        assert one.price_krw == 100
        assert one.lease_end_time.seconds - one.claim_time.seconds == 1800
        assert one.hold_end_time.seconds - one.claim_time.seconds == 4 * 1800
    claimed = await tasks.emitted(events.ItemsClaimed, 1)
    assert set(claimed[0].answer_ids) == {one.assignment_id for one in given.assignments}
    await assert_counts_hold(tasks.database)


async def test_a_repeated_claim_request_gives_the_same_assignments(tasks: ServiceUnderTest) -> None:
    job = await open_job(tasks.database, JobSeed())
    stub = await somebody(tasks)
    request_id = str(uuid4())
    first = await claim(stub, job, 2, request_id=request_id)
    again = await claim(stub, job, 2, request_id=request_id)
    assert again == first
    assert (await refusal(claim(stub, job, 3, request_id=request_id))).reason == "REQUEST_REUSED"


async def test_answers_are_taken_and_told_with_what_is_needed_to_judge_them(tasks: ServiceUnderTest) -> None:
    job = await open_job(tasks.database, JobSeed())
    stub = await somebody(tasks)
    given = (await claim(stub, job, 2)).assignments
    verdicts = await submit(stub, *[(one.assignment_id, answer_json("dog")) for one in given])
    assert [verdict.taken for verdict in verdicts] == [True, True]
    told = (await tasks.emitted(events.AnswersSubmitted, 1))[0]
    assert {one.answer_id for one in told.answers} == {one.assignment_id for one in given}
    assert {one.item_id for one in told.answers} <= {str(item_id) for item_id in job.ids}
    assert {(one.label, one.publish_no, one.schema_version, one.late) for one in told.answers} == {("dog", 1, 1, False)}
    assert (told.job_revision, told.gold_revision) == (1, 0)
    listed = (await stub.ListAssignments(pb.ListAssignmentsRequest())).assignments
    assert {one.verdict_state for one in listed} == {pb.VERDICT_STATE_PENDING}
    await assert_counts_hold(tasks.database)


async def test_the_same_answer_again_is_the_same_and_another_one_is_refused(tasks: ServiceUnderTest) -> None:
    job = await open_job(tasks.database, JobSeed())
    stub = await somebody(tasks)
    held = (await claim(stub, job)).assignments[0].assignment_id
    first, twin, other = await submit(
        stub, (held, answer_json("cat")), (held, answer_json("cat")), (held, answer_json("dog"))
    )
    assert (first.taken, first.repeated_submit) == (True, False)
    assert (twin.taken, twin.repeated_submit) == (True, True)
    assert (other.taken, other.reason) == (False, "ANSWER_REUSED")
    again, other = await submit(stub, (held, answer_json("cat")), (held, answer_json("dog")))
    assert (again.taken, again.repeated_submit, other.reason) == (True, True, "ANSWER_REUSED")
    assert len(await tasks.emitted(events.AnswersSubmitted, 1)) == 1


async def test_each_bad_answer_gets_its_own_verdict_and_the_good_one_is_taken(tasks: ServiceUnderTest) -> None:
    job = await open_job(tasks.database, JobSeed())
    stub = await somebody(tasks)
    other = await somebody(tasks)
    mine = [one.assignment_id for one in (await claim(stub, job, 4)).assignments]
    foreign = (await claim(other, job)).assignments[0].assignment_id
    verdicts = await submit(
        stub,
        (mine[0], answer_json("cat")),
        (mine[1], answer_json("horse")),
        (mine[2], "{not json"),
        (mine[3], "x" * 10_000_000),
        (foreign, answer_json("cat")),
        (str(uuid4()), answer_json("cat")),
    )
    assert [verdict.reason for verdict in verdicts] == [
        "",
        "ANSWER_INVALID",
        "ANSWER_INVALID",
        "ANSWER_TOO_LARGE",
        "NOT_FOUND",
        "NOT_FOUND",
    ]
    assert "results[0].value.choices[0]" in verdicts[1].detail
    assert "262144" in verdicts[3].detail
    await assert_counts_hold(tasks.database)


async def test_only_a_certified_worker_with_the_skill_claims(tasks: ServiceUnderTest) -> None:
    job = await open_job(tasks.database, JobSeed(required_skill=0.8))
    worker_id = uuid4()
    stub = signed_in(tasks, worker(worker_id))
    assert (await refusal(claim(stub, job))).reason == "CERTIFICATE_MISSING"
    await certify(tasks.database, worker_id)
    assert (await refusal(claim(stub, job))).reason == "SKILL_TOO_LOW"
    missing = (await stub.ListAvailableJobs(pb.ListAvailableJobsRequest())).jobs[0].missing
    assert list(missing) == [pb.MISSING_KIND_SKILL]
    async with tasks.database.transaction() as tx:
        await tx.connection.execute(
            text("INSERT INTO worker_skill VALUES (:worker_id, 1, 1, 0.85, 0.9, 0.95, 40)"), {"worker_id": worker_id}
        )
    assert len((await claim(stub, job)).assignments) == 1


async def test_claims_are_refused_by_state_mode_and_hold_limit(tasks: ServiceUnderTest) -> None:
    stub = await somebody(tasks)
    paused = await open_job(tasks.database, JobSeed(state="PAUSED"))
    assert (await refusal(claim(stub, paused))).reason == "JOB_STATE"
    draft = await open_job(tasks.database, JobSeed(state="DRAFT"))
    assert (await refusal(claim(stub, draft))).reason == "NOT_FOUND"
    queue = await open_job(tasks.database, JobSeed(hold_limit=2))
    assert (await refusal(claim(stub, queue, 0, item_ids=[str(queue.ids[0])]))).reason == "CLAIM_MODE"
    assert (await refusal(claim(stub, queue, 0))).reason == "FIELD_INVALID"
    assert len((await claim(stub, queue, 5)).assignments) == 2
    assert (await refusal(claim(stub, queue, 1))).reason == "HOLD_LIMIT"


async def test_named_items_are_claimed_where_workers_pick(tasks: ServiceUnderTest) -> None:
    job = await open_job(tasks.database, JobSeed(claim_mode=2))
    stub = await somebody(tasks)
    wanted = [str(job.ids[3]), str(job.ids[1])]
    assert (await refusal(claim(stub, job, 2))).reason == "CLAIM_MODE"
    given = await claim(stub, job, 0, item_ids=wanted)
    assert {one.item_id for one in given.assignments} == set(wanted)
    assert len((await claim(stub, job, 0, item_ids=wanted)).assignments) == 0
    other = await somebody(tasks)
    assert len((await claim(other, job, 0, item_ids=[*wanted, str(job.ids[0])])).assignments) == 1
    await assert_counts_hold(tasks.database)


async def test_a_returned_item_goes_to_somebody_else_and_its_draft_stays(tasks: ServiceUnderTest) -> None:
    job = await open_job(tasks.database, JobSeed(items=1))
    stub = await somebody(tasks)
    held = (await claim(stub, job)).assignments[0].assignment_id
    draft = pb.Draft(assignment_id=held, draft_revision=1, draft_json='{"half": "done"}')
    assert (await stub.SaveDrafts(pb.SaveDraftsRequest(drafts=[draft]))).verdicts[0].saved
    returned = await stub.ReturnItems(pb.ReturnItemsRequest(assignment_ids=[held, str(uuid4())]))
    assert list(returned.returned_assignment_ids) == [held]
    assert (await submit(stub, (held, answer_json())))[0].reason == "ASSIGNMENT_STATE"
    other = await somebody(tasks)
    assert len((await claim(other, job)).assignments) == 1
    listed = (await stub.ListAssignments(pb.ListAssignmentsRequest())).assignments[0]
    assert (listed.state, listed.draft_json) == (pb.ASSIGNMENT_STATE_RETURNED, '{"half": "done"}')
    ended = (await tasks.emitted(events.AssignmentsEnded, 1))[0]
    assert (ended.cause, list(ended.answer_ids)) == (events.END_CAUSE_RETURNED, [held])
    await assert_counts_hold(tasks.database)


async def test_drafts_are_kept_by_revision_and_renew_the_leases_of_their_claim(tasks: ServiceUnderTest) -> None:
    job = await open_job(tasks.database, JobSeed())
    stub = await somebody(tasks)
    one, two = (await claim(stub, job, 2)).assignments
    async with tasks.database.transaction() as tx:
        await tx.connection.execute(text("UPDATE assignment SET lease_end_time = lease_end_time - interval '10 min'"))

    async def save(revision: int, content: str, held: str = one.assignment_id) -> pb.DraftVerdict:
        draft = pb.Draft(assignment_id=held, draft_revision=revision, draft_json=content)
        return (await stub.SaveDrafts(pb.SaveDraftsRequest(drafts=[draft]))).verdicts[0]

    verdict = await save(2, "{}")
    assert (verdict.saved, verdict.stored_revision) == (True, 2)
    assert verdict.lease_end_time.seconds >= one.lease_end_time.seconds
    renewed = (await stub.ListAssignments(pb.ListAssignmentsRequest())).assignments
    assert all(held.lease_end_time.seconds >= two.lease_end_time.seconds for held in renewed)
    assert (await save(1, "[]")).reason == "DRAFT_STALE"
    assert (await save(2, "[]")).reason == "DRAFT_STALE"
    assert (await save(2, "{}")).saved
    assert (await save(3, "x" * 300_000)).reason == "ANSWER_TOO_LARGE"
    assert (await save(1, "{}", str(uuid4()))).reason == "NOT_FOUND"


async def test_a_late_answer_is_taken_while_the_item_needs_one(tasks: ServiceUnderTest) -> None:
    job = await open_job(tasks.database, JobSeed(items=1))
    slow, quick = await somebody(tasks), await somebody(tasks)
    held = (await claim(slow, job)).assignments[0].assignment_id
    draft = pb.Draft(assignment_id=held, draft_revision=1, draft_json='{"kept": 1}')
    await slow.SaveDrafts(pb.SaveDraftsRequest(drafts=[draft]))
    await end_leases(tasks)
    resumed = (await claim(slow, job)).assignments[0]
    assert (resumed.assignment_id, resumed.draft_json) == (held, '{"kept": 1}')
    await end_leases(tasks)
    assert (await submit(slow, (held, answer_json())))[0].taken
    assert (await tasks.emitted(events.AnswersSubmitted, 1))[0].answers[0].late
    assert len((await claim(quick, job)).assignments) == 0
    await assert_counts_hold(tasks.database)


async def test_a_late_answer_to_a_full_item_is_refused_and_its_draft_stays(tasks: ServiceUnderTest) -> None:
    job = await open_job(tasks.database, JobSeed(items=1))
    slow, quick = await somebody(tasks), await somebody(tasks)
    held = (await claim(slow, job)).assignments[0].assignment_id
    draft = pb.Draft(assignment_id=held, draft_revision=1, draft_json='{"kept": 1}')
    await slow.SaveDrafts(pb.SaveDraftsRequest(drafts=[draft]))
    await end_leases(tasks)
    taken = (await claim(quick, job)).assignments[0].assignment_id
    assert (await submit(slow, (held, answer_json())))[0].reason == "ITEM_FULL"
    assert (await submit(quick, (taken, answer_json())))[0].taken
    assert (await submit(slow, (held, answer_json())))[0].reason == "ITEM_FULL"
    listed = (await slow.ListAssignments(pb.ListAssignmentsRequest())).assignments[0]
    assert (listed.state, listed.draft_json) == (pb.ASSIGNMENT_STATE_EXPIRED, '{"kept": 1}')
    await assert_counts_hold(tasks.database)


async def test_work_in_hand_of_a_paused_job_is_still_taken(tasks: ServiceUnderTest) -> None:
    job = await open_job(tasks.database, JobSeed())
    stub = await somebody(tasks)
    held = (await claim(stub, job)).assignments[0].assignment_id
    async with tasks.database.transaction() as tx:
        await tx.connection.execute(text("UPDATE job SET state = 'PAUSED'"))
    assert (await submit(stub, (held, answer_json())))[0].taken


async def test_lists_go_page_by_page(tasks: ServiceUnderTest) -> None:
    job = await open_job(tasks.database, JobSeed())
    await open_job(tasks.database, JobSeed())
    stub = await somebody(tasks)
    await claim(stub, job, 5)
    seen, token = [], ""
    for _ in range(3):
        page = await stub.ListAssignments(pb.ListAssignmentsRequest(page_size=2, page_token=token))
        seen += [one.assignment_id for one in page.assignments]
        token = page.next_page_token
    assert token == ""
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) == 5
    first = await stub.ListAvailableJobs(pb.ListAvailableJobsRequest(page_size=1))
    second = await stub.ListAvailableJobs(pb.ListAvailableJobsRequest(page_size=1, page_token=first.next_page_token))
    assert first.jobs[0].job_id > second.jobs[0].job_id == str(job.job_id)
    assert second.jobs[0].wanting_count == 5
    assert second.jobs[0].hourly_pay_estimated
    assert second.jobs[0].hourly_pay_krw == 100 * 3600 // 30
    assert second.next_page_token == ""
    bad = stub.ListAssignments(pb.ListAssignmentsRequest(page_token="x"))
    assert (await refusal(bad)).reason == "PAGE_TOKEN_INVALID"
