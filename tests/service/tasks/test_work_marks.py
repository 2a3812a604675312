"""What other services tell of answers, items and workers, in whatever order it comes."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from ilgam.common.v1 import common_pb2
from ilgam.quality.v1 import quality_events_pb2 as quality
from ilgam.tasks.v1 import tasks_events_pb2 as events
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from ilgam.tasks.v1 import tasks_service_pb2_grpc as pb_grpc
from ilgam.workers.v1 import workers_events_pb2 as workers
from sqlalchemy import text

from services.core.errors import PermissionDeniedError, Reason
from services.runtime.wire import to_timestamp
from services.tasks.use_cases.claim_items import claim_items
from services.tasks.use_cases.submit_answers import Answer, submit_answers
from tests.service.tasks.seed import JobSeed, answer_json, assert_counts_hold, certify, open_job
from tests.support.identity import worker
from tests.support.servers import Servers
from tests.support.service import ServiceUnderTest, running
from tests.support.storm import storm

TEXT = common_pb2.ANNOTATION_TYPE_TEXT_CHOICE
ACCEPTED, REJECTED = quality.VERDICT_STATE_ACCEPTED, quality.VERDICT_STATE_REJECTED


async def answered(service: ServiceUnderTest, job: JobSeed, worker_id: UUID, count: int) -> list[str]:
    async with service.database.transaction() as tx:
        claim = await claim_items(tx, job.job_id, worker_id, count)
        ids = [held.assignment_id for held in claim.assignments]
    await submit_answers(service.database, None, worker_id, [Answer(one, answer_json()) for one in ids])
    return [str(one) for one in ids]


def verdict(answer_id: str, revision: int, state: quality.VerdictState.ValueType) -> quality.Verdict:
    return quality.Verdict(
        answer_id=answer_id, revision=revision, state=state, reason=quality.VERDICT_REASON_AGREED, publish_no=1
    )


async def numbers(service: ServiceUnderTest, sql: str) -> tuple[object, ...]:
    async with service.database.transaction() as tx:
        return tuple((await tx.connection.execute(text(sql))).one())


async def test_verdicts_move_counts_once_and_a_rejection_frees_the_place(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        job = await open_job(service.database, JobSeed(items=3))
        me, other = uuid4(), uuid4()
        await certify(service.database, me, other)
        one, two, three = await answered(service, job, me, 3)
        first = quality.VerdictsGiven(
            job_id=str(job.job_id),
            verdicts=[verdict(one, 1, ACCEPTED), verdict(two, 1, REJECTED)],
            held_answer_ids=[three],
        )
        await service.deliver(
            first, quality.VerdictsGiven(job_id=str(job.job_id), verdicts=[verdict(one, 1, REJECTED)])
        )
        await assert_counts_hold(service.database)
        sums = "SELECT sum(judged), sum(accepted), sum(rejected) FROM job_tally"
        assert await numbers(service, sums) == (3, 1, 1)
        assert await numbers(service, "SELECT sum(accepted_krw), sum(answers) FROM worker_day") == (100, 2)
        assert len(await answered(service, job, other, 5)) == 1
        appeal = quality.VerdictsGiven(job_id=str(job.job_id), verdicts=[verdict(two, 2, ACCEPTED)])
        await service.deliver(appeal)
        assert await numbers(service, sums) == (3, 2, 0)
        await assert_counts_hold(service.database, overlap=False)
        stub = service.stub(pb_grpc.TasksServiceStub, worker(me))
        mine = {
            held.assignment_id: held for held in (await stub.ListAssignments(pb.ListAssignmentsRequest())).assignments
        }
        assert mine[two].verdict_state == pb.VERDICT_STATE_ACCEPTED
        assert mine[two].verdict_reason == "AGREED"
        assert mine[three].verdict_state == pb.VERDICT_STATE_PENDING


async def test_results_end_claims_and_wants_raise_them_up_to_max_overlap(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        job = await open_job(service.database, JobSeed(items=2, overlap=1, overlap_max=2))
        people = [uuid4() for _ in range(4)]
        await certify(service.database, *people)
        await answered(service, job, people[0], 2)
        assert await answered(service, job, people[1], 2) == []
        want = quality.ItemWant(item_id=str(job.ids[0]), answers_wanted=9)
        await service.deliver(quality.AnswersWanted(job_id=str(job.job_id), wants=[want]))
        assert len(await answered(service, job, people[1], 2)) == 1
        assert await answered(service, job, people[2], 2) == []
        result = quality.ItemResult(item_id=str(job.ids[1]), label="cat", confidence=0.75, revision=1)
        want = quality.ItemWant(item_id=str(job.ids[1]), answers_wanted=2)
        await service.deliver(
            quality.ItemsResolved(job_id=str(job.job_id), results=[result]),
            quality.AnswersWanted(job_id=str(job.job_id), wants=[want]),
        )
        assert await answered(service, job, people[3], 2) == []
        assert await numbers(service, "SELECT sum(resolved), sum(confidence_micro) FROM job_tally") == (1, 750_000)


async def test_a_restriction_for_fraud_ends_leases_and_another_one_does_not(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        job = await open_job(service.database, JobSeed(items=5))
        paused, fraud = uuid4(), uuid4()
        await certify(service.database, paused, fraud)
        for one in (paused, fraud):
            async with service.database.transaction() as tx:
                await claim_items(tx, job.job_id, one, 2)
        await service.deliver(
            workers.WorkerRestricted(worker_id=str(paused), kind=workers.RESTRICTION_KIND_PAUSED, revision=1),
            workers.WorkerRestricted(worker_id=str(fraud), kind=workers.RESTRICTION_KIND_FRAUD, revision=1),
        )
        ended = await service.emitted(events.AssignmentsEnded, 1)
        assert [(one.worker_id, one.cause, len(one.answer_ids)) for one in ended] == [
            (str(fraud), events.END_CAUSE_FRAUD, 2)
        ]
        await assert_counts_hold(service.database)
        for one in (paused, fraud):
            assert await refusal(service, job, one) == Reason.WORKER_RESTRICTED
        await service.deliver(workers.WorkerRestored(worker_id=str(paused), revision=2))
        assert await refusal(service, job, paused) is None


async def test_a_revoked_certificate_stops_claims_but_not_what_is_held(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        job = await open_job(service.database, JobSeed(items=5))
        me, certificate = uuid4(), str(uuid4())
        issued = workers.CertificateIssued(
            certificate_id=certificate, worker_id=str(me), annotation_type=TEXT, revision=1, expire_time=next_year()
        )
        await service.deliver(issued)
        async with service.database.transaction() as tx:
            held = (await claim_items(tx, job.job_id, me, 1)).assignments[0].assignment_id
        await service.deliver(workers.CertificateRevoked(certificate_id=certificate, worker_id=str(me), revision=2))
        assert await refusal(service, job, me) == Reason.CERTIFICATE_MISSING
        assert (await submit_answers(service.database, None, me, [Answer(held, answer_json())]))[0].refusal is None


async def refusal(service: ServiceUnderTest, job: JobSeed, worker_id: UUID) -> Reason | None:
    try:
        async with service.database.transaction() as tx:
            await claim_items(tx, job.job_id, worker_id, 1)
    except PermissionDeniedError as error:
        return error.reason
    return None


def next_year() -> Timestamp | None:
    return to_timestamp(datetime.now(UTC) + timedelta(days=365))


ANSWERED = text("""
    INSERT INTO assignment (assignment_id, job_id, item_id, worker_id, claim_id, state, claim_time, lease_end_time,
        hold_end_time, schema_version, instructions_version, publish_no, price_krw, label, submit_time, last_act_time,
        active_ms, verdict_state)
    SELECT g.assignment_id, :job_id, g.item_id, :me, :job_id, 2, '2026-01-01', '2026-01-01', '2026-01-01', 1, 1, 1, 100,
        'cat', '2026-01-01', '2026-01-01', 5000, 1
    FROM unnest(CAST(:ids AS uuid[]), CAST(:item_ids AS uuid[])) AS g(assignment_id, item_id)
""")


async def test_three_times_shuffled_gives_the_tables_of_once_in_order(servers: Servers) -> None:
    job, me = JobSeed(items=6, overlap=1, overlap_max=3), uuid4()
    answers = [uuid4() for _ in range(6)]

    async def prepare(service: ServiceUnderTest) -> None:
        await open_job(service.database, job)
        async with service.database.transaction() as tx:
            names = {"job_id": job.job_id, "me": me, "ids": answers, "item_ids": list(job.ids)}
            await tx.connection.execute(ANSWERED, names)
            await tx.connection.execute(text("UPDATE item SET pending = 1, answers_total = 1"))

    told = [*told_of_answers(job, answers), *told_of_a_worker(me, str(uuid4()))]
    times = frozenset({"pos", "wanting_time", "verdict_time", "create_time", "open_time", "organisation_id"})
    await storm(
        "tasks", servers, told, ignore_columns=times, ignore_tables=frozenset({"throughput_minute"}), prepare=prepare
    )


def told_of_answers(job: JobSeed, answers: Sequence[UUID]) -> list[Message]:
    """Wants, results and verdicts, some of them twice and anew."""

    def given(number: int, revision: int, state: quality.VerdictState.ValueType) -> quality.VerdictsGiven:
        return quality.VerdictsGiven(job_id=str(job.job_id), verdicts=[verdict(str(answers[number]), revision, state)])

    def resolved(number: int, revision: int, label: str) -> quality.ItemsResolved:
        result = quality.ItemResult(
            item_id=str(job.ids[number]), label=label, confidence=0.5 + revision / 10, revision=revision
        )
        return quality.ItemsResolved(job_id=str(job.job_id), results=[result])

    return [
        quality.AnswersWanted(
            job_id=str(job.job_id), wants=[quality.ItemWant(item_id=str(job.ids[0]), answers_wanted=2)]
        ),
        quality.AnswersWanted(
            job_id=str(job.job_id), wants=[quality.ItemWant(item_id=str(job.ids[0]), answers_wanted=3)]
        ),
        resolved(0, 1, "cat"),
        resolved(0, 2, "dog"),
        resolved(1, 1, "cat"),
        given(0, 1, ACCEPTED),
        given(1, 1, REJECTED),
        given(1, 2, ACCEPTED),
        given(2, 1, ACCEPTED),
        given(2, 2, REJECTED),
        given(2, 3, ACCEPTED),
        quality.VerdictsGiven(job_id=str(job.job_id), held_answer_ids=[str(answers[3]), str(answers[0])]),
        given(3, 1, REJECTED),
        quality.VerdictsGiven(job_id=str(job.job_id), held_answer_ids=[str(answers[4])]),
    ]


def told_of_a_worker(me: UUID, certificate: str) -> list[Message]:
    """A certificate and its end, skills, restrictions."""

    def skill(revision: int) -> quality.SkillMeasured:
        interval = common_pb2.Interval(lower=revision / 10, mean=0.5, upper=0.9, count=revision)
        return quality.SkillMeasured(worker_id=str(me), annotation_type=TEXT, revision=revision, interval=interval)

    return [
        workers.CertificateIssued(
            certificate_id=certificate, worker_id=str(me), annotation_type=TEXT, revision=1, expire_time=next_year()
        ),
        skill(1),
        skill(2),
        workers.WorkerRestricted(worker_id=str(me), kind=workers.RESTRICTION_KIND_PAUSED, revision=1),
        workers.WorkerRestored(worker_id=str(me), revision=2),
        workers.WorkerRestricted(worker_id=str(me), kind=workers.RESTRICTION_KIND_FRAUD, revision=3),
        workers.CertificateRevoked(certificate_id=certificate, worker_id=str(me), revision=2),
    ]
