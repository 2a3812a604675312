"""Who plays in the end-to-end tests, and what they do through the public API."""

import csv
import io
import json
from dataclasses import dataclass

from ilgam.accounts.v1 import accounts_service_pb2 as accounts_pb
from ilgam.common.v1 import common_pb2
from ilgam.payments.v1 import payments_service_pb2 as payments_pb
from ilgam.tasks.v1 import tasks_events_pb2
from ilgam.tasks.v1 import tasks_service_pb2 as tasks_pb
from ilgam.workers.v1 import workers_service_pb2 as workers_pb

from deploy.local.stack import Stack
from services.cli.market.labels import choice_answer, choice_schema
from services.sdk import Client, IlgamError, Password, import_items, new_request_id
from tests.support.service import eventually

PASSWORD = "a long enough password"
PRICE_KRW = 70
FEE_KRW = 7
TEXTS = {"t1": "배송이 빨라요", "t2": "다시는 안 사요", "t3": "색이 사진과 같아요"}
RIGHT = {"t1": "good", "t2": "bad", "t3": "good"}


@dataclass
class Cast:
    """Who plays."""

    operator: Client
    company: Client
    graduate: Client
    organisation_id: str


async def assemble(system: Stack) -> Cast:
    """A new company with a member, and a graduate without a certificate."""
    operator = await Client.connect(system.target, Password(*system.operator))
    organisation_id = (
        await operator.accounts.CreateOrganisation(
            accounts_pb.CreateOrganisationRequest(request_id=new_request_id(), name="데이터 회사")
        )
    ).organisation_id
    company = await newcomer(operator)
    await operator.accounts.AddMember(
        accounts_pb.AddMemberRequest(
            request_id=new_request_id(),
            organisation_id=organisation_id,
            email=company[0],
            role=accounts_pb.ROLE_COMPANY,
        )
    )
    graduate = await newcomer(operator)
    people = [await operator.sibling(Password(email, PASSWORD)) for email, _ in (company, graduate)]
    return Cast(operator, people[0], people[1], organisation_id)


async def newcomer(operator: Client) -> tuple[str, str]:
    """An account that somebody opened themselves: e-mail and id."""
    email = f"{new_request_id()}@example.org"
    nobody = await operator.sibling(None)
    request = accounts_pb.RegisterAccountRequest(
        request_id=new_request_id(), email=email, password=PASSWORD, display_name="김하늘", language="ko"
    )
    return email, (await nobody.accounts.RegisterAccount(request)).account_id


async def draft(cast: Cast, **changed: object) -> str:
    """A job with three texts."""
    spec = tasks_pb.JobSpec(
        title="상품평 분류",
        annotation_type=common_pb2.ANNOTATION_TYPE_TEXT_CHOICE,
        label_schema_json=choice_schema(["good", "bad"]),
        instructions=common_pb2.LocalText(ko="글을 읽고 고르세요", en="Read and choose"),
        policy=tasks_events_pb2.POLICY_ALL,
        price_krw=PRICE_KRW,
        overlap_min=1,
        appeal_seconds=0,
    )
    for name, value in changed.items():
        setattr(spec, name, value)
    request = tasks_pb.CreateJobRequest(request_id=new_request_id(), organisation_id=cast.organisation_id, spec=spec)
    job_id = (await cast.company.tasks.CreateJob(request)).job.job_id
    rows = [tasks_pb.ItemRow(key=key, data_json=json.dumps({"text": text})) for key, text in TEXTS.items()]
    async for _, verdict in import_items(cast.company, job_id, rows):
        assert verdict.state == tasks_pb.IMPORT_STATE_ACCEPTED
    return job_id


async def publish(cast: Cast, job_id: str) -> tasks_pb.Job:
    await cast.company.tasks.PublishJob(tasks_pb.PublishJobRequest(request_id=new_request_id(), job_id=job_id))

    async def decided() -> tasks_pb.Job | None:
        job = (await cast.company.tasks.GetJob(tasks_pb.GetJobRequest(job_id=job_id))).job
        return None if job.state == tasks_events_pb2.JOB_STATE_PUBLISHING else job

    async def wait() -> bool:
        return await decided() is not None

    await eventually(wait)
    found = await decided()
    assert found is not None
    return found


async def deposit(cast: Cast, amount_krw: int) -> None:
    request = payments_pb.RecordDepositRequest(
        request_id=new_request_id(),
        organisation_id=cast.organisation_id,
        amount_krw=amount_krw,
        bank_reference="2026-11-22/17",
    )

    async def recorded() -> bool:
        try:
            await cast.operator.payments.RecordDeposit(request)
        except IlgamError as error:
            if error.reason != "NOT_FOUND":
                raise
            return False
        return True

    await eventually(recorded)


async def certify(cast: Cast) -> None:
    await cast.operator.workers.GrantCertificate(
        workers_pb.GrantCertificateRequest(
            request_id=new_request_id(),
            worker_ids=[cast.graduate.account_id],
            annotation_type=common_pb2.ANNOTATION_TYPE_TEXT_CHOICE,
            reason="수료",
        )
    )


async def member_elsewhere(cast: Cast) -> tuple[str, str]:
    email, _ = await newcomer(cast.operator)
    elsewhere = await cast.operator.accounts.CreateOrganisation(
        accounts_pb.CreateOrganisationRequest(request_id=new_request_id(), name="다른 회사")
    )
    await cast.operator.accounts.AddMember(
        accounts_pb.AddMemberRequest(
            request_id=new_request_id(),
            organisation_id=elsewhere.organisation_id,
            email=email,
            role=accounts_pb.ROLE_COMPANY,
        )
    )
    return email, PASSWORD


async def offer(cast: Cast, job_id: str) -> tasks_pb.AvailableJob:
    jobs = (await cast.graduate.tasks.ListAvailableJobs(tasks_pb.ListAvailableJobsRequest())).jobs
    return next(job for job in jobs if job.job_id == job_id)


async def save_draft(cast: Cast, held: tasks_pb.Assignment) -> None:
    draft_json = choice_answer("good")
    saved = await cast.graduate.tasks.SaveDrafts(
        tasks_pb.SaveDraftsRequest(
            drafts=[tasks_pb.Draft(assignment_id=held.assignment_id, draft_revision=1, draft_json=draft_json)]
        )
    )
    assert saved.verdicts[0].saved
    assert saved.verdicts[0].lease_end_time.ToDatetime() > held.lease_end_time.ToDatetime()
    kept = (await cast.graduate.tasks.ListAssignments(tasks_pb.ListAssignmentsRequest())).assignments
    assert next(one.draft_json for one in kept if one.assignment_id == held.assignment_id) == draft_json


async def submit(cast: Cast, held: tasks_pb.Assignment, label: str) -> tasks_pb.SubmitVerdict:
    answer = tasks_pb.Answer(assignment_id=held.assignment_id, answer_json=choice_answer(label))
    return (await cast.graduate.tasks.SubmitAnswers(tasks_pb.SubmitAnswersRequest(answers=[answer]))).verdicts[0]


async def balance(cast: Cast) -> tuple[int, int]:
    found = await cast.company.payments.GetBalance(payments_pb.GetBalanceRequest(organisation_id=cast.organisation_id))
    return found.available_krw, found.reserved_krw


async def all_paid(cast: Cast, job_id: str) -> bool:
    progress = await cast.company.tasks.GetJobProgress(tasks_pb.GetJobProgressRequest(job_id=job_id))
    return progress.submitted_count == progress.accepted_count == progress.paid_count == 3


async def is_over(cast: Cast, job_id: str) -> bool:
    job = (await cast.company.tasks.GetJob(tasks_pb.GetJobRequest(job_id=job_id))).job
    return job.state == tasks_events_pb2.JOB_STATE_CLOSED and (await balance(cast))[1] == 0


async def results(cast: Cast, job_id: str) -> dict[str, str]:
    request = tasks_pb.ExportResultsRequest(job_id=job_id, format=tasks_pb.EXPORT_FORMAT_CSV)
    text = b"".join([part.chunk async for part in cast.company.tasks.ExportResults(request)]).decode()
    return {row["key"]: row["label"] for row in csv.DictReader(io.StringIO(text))}
