"""Which event leads to which use case."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from ilgam.tasks.v1 import tasks_events_pb2 as tasks_pb
from ilgam.workers.v1 import workers_events_pb2 as workers_pb

from services.quality.entrypoints.convert import arrival_of, certificate_of, exam_of, terms_of
from services.quality.store.queries.gold import Known
from services.quality.use_cases.finish_job import close_job
from services.quality.use_cases.judge_answers import judge_answers
from services.quality.use_cases.learn_job import knows_job, learn_gold, learn_terms, park_key
from services.quality.use_cases.tell_skills import learn_certificates, learn_exams
from services.runtime.bodies import Bodies
from services.runtime.database import Transaction
from services.runtime.inbox import Park, Subscribers


def subscribers(bodies: Bodies | None) -> Subscribers:
    """All events that quality learns from; `bodies` is where answers lie that are more than a label."""
    found = Subscribers()
    found.on(tasks_pb.JobOpened, partial(on_job_told, bodies))
    found.on(tasks_pb.JobChanged, partial(on_job_told, bodies))
    found.on(tasks_pb.JobClosed, partial(on_job_closed, bodies))
    found.on(tasks_pb.GoldProvided, partial(on_gold_provided, bodies))
    found.on(tasks_pb.AnswersSubmitted, partial(on_answers_submitted, bodies))
    found.on(workers_pb.ExamFinished, on_exam_finished)
    found.on(workers_pb.CertificateIssued, on_certificate_issued)
    return found


async def on_job_told(
    bodies: Bodies | None, tx: Transaction, events: Sequence[tasks_pb.JobOpened | tasks_pb.JobChanged]
) -> Sequence[Park]:
    """Terms are whole in both events, so either makes a job known."""
    for event in sorted(events, key=lambda event: (event.job_id, event.revision)):
        await learn_terms(tx, bodies, terms_of(event.terms), event.revision)
    return []


async def on_job_closed(bodies: Bodies | None, tx: Transaction, events: Sequence[tasks_pb.JobClosed]) -> Sequence[Park]:
    """The end of one reservation is no end of the job."""
    parked = []
    for event in sorted(events, key=lambda event: event.job_id):
        if event.publish_no:
            continue
        if await knows_job(tx, UUID(event.job_id)):
            await close_job(tx, bodies, UUID(event.job_id), event.answers_submitted)
        else:
            parked.append(_park(event))
    return parked


async def on_gold_provided(
    bodies: Bodies | None, tx: Transaction, events: Sequence[tasks_pb.GoldProvided]
) -> Sequence[Park]:
    """Gold is kept whether its job is known or not."""
    for event in sorted(events, key=lambda event: (event.job_id, event.gold_revision)):
        known = [Known(UUID(item.item_id), item.label, item.body_sha256) for item in event.items]
        await learn_gold(tx, bodies, UUID(event.job_id), event.gold_revision, known)
    return []


async def on_answers_submitted(
    bodies: Bodies | None, tx: Transaction, events: Sequence[tasks_pb.AnswersSubmitted]
) -> Sequence[Park]:
    """Answers wait until their job and its gold are known."""
    waiting = await judge_answers(tx, bodies, [arrival_of(event) for event in events])
    return [_park(events[n]) for n in waiting]


async def on_exam_finished(tx: Transaction, events: Sequence[workers_pb.ExamFinished]) -> Sequence[Park]:
    """An exam is the prior of a skill."""
    await learn_exams(tx, [exam_of(event) for event in events])
    return []


async def on_certificate_issued(tx: Transaction, events: Sequence[workers_pb.CertificateIssued]) -> Sequence[Park]:
    """A certificate without a score, granted by an operator, shows nothing."""
    scored = [certificate_of(event) for event in events if event.HasField("score") and event.score.count > 0]
    if scored:
        await learn_certificates(tx, scored)
    return []


def _park(event: tasks_pb.JobClosed | tasks_pb.AnswersSubmitted) -> Park:
    return Park(event, park_key(UUID(event.job_id)))
