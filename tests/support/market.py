"""People, companies and jobs for tests of the pages, made through the public API; each test has its own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from ilgam.accounts.v1 import accounts_service_pb2 as accounts_pb
from ilgam.common.v1 import common_pb2
from ilgam.payments.v1 import payments_service_pb2 as payments_pb
from ilgam.tasks.v1 import tasks_events_pb2
from ilgam.tasks.v1 import tasks_service_pb2 as tasks_pb
from ilgam.workers.v1 import workers_service_pb2 as workers_pb

from services.cli.market.labels import Option, choice_answer, choice_schema
from services.sdk import Client, IlgamError, Password, claim_items, import_items, new_request_id
from tests.support.service import eventually
from tests.support.site import Site

PASSWORD = "a long enough password"
PRICE_KRW = 70
GOOD, BAD = Option("good", "좋아요", "Good", "1"), Option("bad", "나빠요", "Bad", "2")
TEXTS = (
    "배송이 빨라요",
    "다시는 안 사요",
    "색이 사진과 같아요",
    "포장이 찢어졌어요",
    "선물하기 좋아요",
    "소리가 안 나요",
)


@dataclass(frozen=True)
class Person:
    """Somebody with an account.

    Attributes:
        organisation_id: the company they are a member of; empty for others.
    """

    email: str
    name: str
    client: Client
    organisation_id: str = ""

    @property
    def account_id(self) -> str:
        """Whose account it is."""
        return self.client.account_id


class Market:
    """Makes what a test plays with."""

    def __init__(self, operator: Client) -> None:
        """Use an operator's client."""
        self.operator = operator
        self._opened: list[tuple[Person, str]] = []

    @classmethod
    async def open(cls, site: Site) -> Self:
        """A market on a site."""
        return cls(await Client.connect(site.target, Password(*site.operator)))

    async def clear(self) -> None:
        """Closes the jobs that it opened, so that they are in nobody's way."""
        for company, job_id in self._opened:
            await _quietly(company, job_id)

    async def close(self) -> None:
        """Closes its jobs and connections."""
        await self.clear()
        await self.operator.close()

    async def person(self, name: str = "김하늘") -> Person:
        """Somebody who has just opened an account: a worker without a certificate."""
        email = f"{new_request_id()}@example.org"
        # Imported, so that the address counts as proved and no place has opened too many accounts.
        row = accounts_pb.ImportAccountRow(
            email=email, display_name=name, roles=[accounts_pb.ROLE_WORKER], password=PASSWORD
        )
        await self.operator.accounts.ImportAccounts(
            accounts_pb.ImportAccountsRequest(request_id=new_request_id(), rows=[row])
        )
        return Person(email, name, await self.operator.sibling(Password(email, PASSWORD)))

    async def worker(self, name: str = "김하늘") -> Person:
        """Somebody who may label texts."""
        person = await self.person(name)
        await self.certify(person)
        return person

    async def certify(
        self,
        person: Person,
        annotation_type: common_pb2.AnnotationType.ValueType = common_pb2.ANNOTATION_TYPE_TEXT_CHOICE,
    ) -> None:
        """Lets somebody label texts, or another kind of data."""
        await self.operator.workers.GrantCertificate(
            workers_pb.GrantCertificateRequest(
                request_id=new_request_id(),
                worker_ids=[person.account_id],
                annotation_type=annotation_type,
                reason="AI 데이터 라벨링 교육 수료",
            )
        )

    async def company(self, deposit_krw: int = 0) -> Person:
        """A member of a new company, with money where wanted."""
        organisation = await self.operator.accounts.CreateOrganisation(
            accounts_pb.CreateOrganisationRequest(request_id=new_request_id(), name="무등데이터")
        )
        member = await self.person("박가온")
        await self._grant(member, accounts_pb.ROLE_COMPANY, organisation.organisation_id)
        found = Person(
            member.email,
            member.name,
            await self.operator.sibling(Password(member.email, PASSWORD)),
            organisation.organisation_id,
        )
        if deposit_krw:
            await self.deposit(found, deposit_krw)
        return found

    async def operators_member(self) -> Person:
        """A new operator."""
        person = await self.person("오세움")
        request = accounts_pb.GrantRoleRequest(
            request_id=new_request_id(), account_id=person.account_id, role=accounts_pb.ROLE_OPERATOR
        )
        await self.operator.accounts.GrantRole(request)
        return Person(person.email, person.name, await self.operator.sibling(Password(person.email, PASSWORD)))

    async def deposit(self, company: Person, amount_krw: int) -> None:
        """Records money that a company has paid in."""
        request = payments_pb.RecordDepositRequest(
            request_id=new_request_id(),
            organisation_id=company.organisation_id,
            amount_krw=amount_krw,
            bank_reference=f"2026-11-22/{new_request_id()[:8]}",
        )

        async def recorded() -> bool:
            try:
                await self.operator.payments.RecordDeposit(request)
            except IlgamError as error:
                if error.reason != "NOT_FOUND":
                    raise
                return False
            return True

        await eventually(recorded)

    async def draft(
        self, company: Person, texts: Sequence[str] = TEXTS, *, gold: Sequence[str] = (), **changed: object
    ) -> str:
        """A job that is not published yet; items are keyed t0, t1, ..., and `gold` texts are known to be bad."""
        spec = tasks_pb.JobSpec(
            title=f"상품평 분류 {new_request_id()[:8]}",
            annotation_type=common_pb2.ANNOTATION_TYPE_TEXT_CHOICE,
            label_schema_json=choice_schema([GOOD, BAD], not_sure=True),
            instructions=common_pb2.LocalText(ko="글을 읽고 고르세요.", en="Read and choose."),
            policy=tasks_events_pb2.POLICY_ALL,
            price_krw=PRICE_KRW,
            overlap_min=1,
            expected_seconds=15,
            appeal_seconds=0,
        )
        for name, value in changed.items():
            setattr(spec, name, value)
        request = tasks_pb.CreateJobRequest(
            request_id=new_request_id(), organisation_id=company.organisation_id, spec=spec
        )
        job_id = (await company.client.tasks.CreateJob(request)).job.job_id
        rows = [
            tasks_pb.ItemRow(key=f"t{number}", data_json=json.dumps({"text": text}))
            for number, text in enumerate(texts)
        ]
        rows += [
            tasks_pb.ItemRow(key=f"g{number}", data_json=json.dumps({"text": text}), gold_label=BAD.value)
            for number, text in enumerate(gold)
        ]
        if rows:
            async for _, verdict in import_items(company.client, job_id, rows):
                assert verdict.state == tasks_pb.IMPORT_STATE_ACCEPTED
        return job_id

    async def open_job(
        self, company: Person, texts: Sequence[str] = TEXTS, *, gold: Sequence[str] = (), **changed: object
    ) -> str:
        """A job that workers may claim from; the company must have the money."""
        job_id = await self.draft(company, texts, gold=gold, **changed)
        await self.publish(company, job_id)
        return job_id

    async def publish(self, company: Person, job_id: str) -> None:
        """Opens a draft; the company must have the money."""
        await company.client.tasks.PublishJob(tasks_pb.PublishJobRequest(request_id=new_request_id(), job_id=job_id))
        await eventually(lambda: in_state(company, job_id, tasks_events_pb2.JOB_STATE_OPEN))
        self._opened.append((company, job_id))

    async def _grant(self, person: Person, role: accounts_pb.Role.ValueType, organisation_id: str) -> None:
        await self.operator.accounts.AddMember(
            accounts_pb.AddMemberRequest(
                request_id=new_request_id(), organisation_id=organisation_id, email=person.email, role=role
            )
        )


async def in_state(company: Person, job_id: str, state: tasks_events_pb2.JobState.ValueType) -> bool:
    """Whether a job has come to a state."""
    return (await job_of(company, job_id)).state == state


async def job_of(company: Person, job_id: str) -> tasks_pb.Job:
    """A job as its company sees it."""
    return (await company.client.tasks.GetJob(tasks_pb.GetJobRequest(job_id=job_id))).job


async def claim(worker: Person, job_id: str, count: int) -> Sequence[tasks_pb.Assignment]:
    """Takes items of a job; waits for a certificate that was just issued."""
    request = tasks_pb.ClaimItemsRequest(request_id=new_request_id(), job_id=job_id, count=count)
    return (await claim_items(worker.client, request)).assignments


async def claimable(worker: Person, job_id: str) -> None:
    """Waits until nothing is missing for a worker to claim from a job."""
    request = tasks_pb.GetWorkJobRequest(job_id=job_id)

    async def ready() -> bool:
        return not (await worker.client.tasks.GetWorkJob(request)).job.missing

    await eventually(ready)


async def submit(worker: Person, held: Sequence[tasks_pb.Assignment], label: str = "good") -> None:
    """Answers items, all with the same label."""
    answers = [tasks_pb.Answer(assignment_id=one.assignment_id, answer_json=choice_answer(label)) for one in held]
    done = await worker.client.tasks.SubmitAnswers(tasks_pb.SubmitAnswersRequest(answers=answers))
    assert all(verdict.taken for verdict in done.verdicts)


async def assignments(worker: Person, job_id: str) -> list[tasks_pb.Assignment]:
    """All that a worker holds or has held of a job, newest first."""
    request = tasks_pb.ListAssignmentsRequest(job_id=job_id, page_size=200)
    return list((await worker.client.tasks.ListAssignments(request)).assignments)


async def answers(worker: Person, job_id: str) -> dict[str, str]:
    """What a worker has handed in, by the text it was about."""
    found = {}
    for one in await assignments(worker, job_id):
        if one.state == tasks_pb.ASSIGNMENT_STATE_SUBMITTED:
            found[json.loads(one.data_json)["text"]] = label_of(json.loads(one.answer_json))
    return found


def label_of(answer: Mapping[str, object]) -> str:
    """The label that an answer chooses."""
    results = answer["results"]
    assert isinstance(results, list)
    return str(results[0]["value"]["choices"][0])


async def earned_krw(worker: Person) -> int:
    """What a worker has earned so far."""
    return int((await worker.client.payments.GetBalance(payments_pb.GetBalanceRequest())).available_krw)


async def has_earned(worker: Person, amount_krw: int) -> bool:
    """Whether a worker has earned just that much."""
    return await earned_krw(worker) == amount_krw


async def _quietly(company: Person, job_id: str) -> None:
    try:
        await company.client.tasks.CloseJob(tasks_pb.CloseJobRequest(request_id=new_request_id(), job_id=job_id))
    except IlgamError as error:
        if error.reason != "JOB_STATE":
            raise
