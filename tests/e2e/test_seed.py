"""The demo as `ilgam seed` makes it, on a whole system."""

import asyncio
import random
from collections import Counter

import pytest
from ilgam.accounts.v1 import accounts_service_pb2 as accounts_pb
from ilgam.payments.v1 import payments_service_pb2 as payments_pb
from ilgam.tasks.v1 import tasks_events_pb2 as events_pb
from ilgam.tasks.v1 import tasks_service_pb2 as pb

from deploy.local.stack import Stack
from services.cli.check.checking import check
from services.cli.market.company import items_of
from services.cli.progress import Teller
from services.cli.seed.flow import Demo, prepare, welcome, work
from services.cli.seed.graduates import Graduate
from services.cli.seed.people import Worker
from services.cli.seed.trickle import Trickle
from services.sdk import Client, Password
from services.sdk.demo import COMPANY, DOMAIN, OPERATOR, SIGN_INS, WORKER
from tests.e2e.test_replay import ilgam
from tests.support.service import eventually

ROLES = {"worker": accounts_pb.ROLE_WORKER, "company": accounts_pb.ROLE_COMPANY, "operator": accounts_pb.ROLE_OPERATOR}

QUIET = Teller(quiet=True)


async def seeded(system: Stack, seconds: str) -> None:
    code, out, err = await ilgam(
        "seed", "--seconds", seconds, "--target", system.target, "--data", str(system.data_dir)
    )
    assert code == 0, out + err
    assert "check: clean" in out
    for sign_in in SIGN_INS:
        assert sign_in.email in out


async def what_is_there(operator: Client) -> dict[str, object]:
    """All that a second run must not add to."""
    accounts = await operator.accounts.ListAccounts(accounts_pb.ListAccountsRequest(query=DOMAIN, page_size=200))
    found = await operator.accounts.ListOrganisations(accounts_pb.ListOrganisationsRequest())
    names = {one.organisation_id: one.name for one in found.organisations if one.name in {"빛고을데이터", "무등랩"}}
    jobs = [
        job
        for job in (await operator.tasks.ListJobs(pb.ListJobsRequest(page_size=200))).jobs
        if job.organisation_id in names
    ]
    deposits = 0
    for organisation_id in names:
        request = payments_pb.ListStatementLinesRequest(organisation_id=organisation_id, page_size=1000)
        lines = (await operator.payments.ListStatementLines(request)).lines
        deposits += sum(line.kind == payments_pb.JOURNAL_KIND_DEPOSIT for line in lines)
    return {
        "accounts": len(accounts.accounts),
        "companies": sorted(names.values()),
        "deposits": deposits,
        "jobs": sorted((job.spec.title, job.item_count, job.gold_count, job.publish_no) for job in jobs),
        "states": Counter(events_pb.JobState.Name(job.state).removeprefix("JOB_STATE_") for job in jobs),
    }


async def test_the_demo_seeded_twice_is_there_once(system: Stack) -> None:
    await seeded(system, "2")
    operator = await Client.connect(system.target, Password(*system.operator))
    first = await what_is_there(operator)
    assert first["accounts"] == 14 + 2 + 2
    assert first["companies"] == ["무등랩", "빛고을데이터"]
    assert first["deposits"] == 9
    assert first["states"] == {"OPEN": 7, "PAUSED": 1, "CLOSED": 1, "DRAFT": 1}
    demo = await prepare(operator, 1, QUIET)
    assert not demo.is_fresh
    await work(demo, 1, QUIET)
    await welcome(demo)
    assert await what_is_there(operator) == first
    assert (await check(operator)).clean
    await the_sign_ins_hold_their_roles(operator)
    await the_worker_has_pay_a_rejection_and_work_in_hand(operator)
    await the_company_has_results_a_problem_and_a_job_without_funds(operator)
    await a_trickle_brings_answers(demo)
    await operator.close()


async def the_sign_ins_hold_their_roles(operator: Client) -> None:
    for sign_in in SIGN_INS:
        client = await operator.sibling(Password(sign_in.email, sign_in.password))
        account = await client.accounts.GetAccount(accounts_pb.GetAccountRequest())
        assert account.display_name == sign_in.name
        assert {grant.role for grant in account.roles} == {ROLES[sign_in.role]}


async def the_worker_has_pay_a_rejection_and_work_in_hand(operator: Client) -> None:
    worker = await operator.sibling(Password(WORKER.email, WORKER.password))
    mine = (await worker.tasks.ListAssignments(pb.ListAssignmentsRequest(page_size=200))).assignments
    assert any(one.state == pb.ASSIGNMENT_STATE_LIVE and one.draft_json for one in mine)
    rejected = [one for one in mine if one.verdict_state == pb.VERDICT_STATE_REJECTED]
    assert rejected, [
        (one.job_id, one.state, one.verdict_state, one.verdict_reason, one.data_json, one.answer_json) for one in mine
    ]
    assert all(one.verdict_reason and not one.paid_krw for one in rejected)
    paid = sum(one.paid_krw for one in mine)
    earned = await worker.payments.GetBalance(payments_pb.GetBalanceRequest())
    assert 0 < paid == earned.available_krw
    offers = (await worker.tasks.ListAvailableJobs(pb.ListAvailableJobsRequest())).jobs
    assert len({offer.annotation_type for offer in offers if not offer.missing}) == 2
    assert any(offer.required_skill for offer in offers)


async def the_company_has_results_a_problem_and_a_job_without_funds(operator: Client) -> None:
    company = await operator.sibling(Password(COMPANY.email, COMPANY.password))
    jobs = (await company.tasks.ListJobs(pb.ListJobsRequest(page_size=200))).jobs
    problems = [
        problem.words
        for job in jobs
        for problem in (await company.tasks.ListProblems(pb.ListProblemsRequest(job_id=job.job_id))).problems
    ]
    assert len(problems) == 1
    assert all(problems)
    overseer = await operator.sibling(Password(OPERATOR.email, OPERATOR.password))
    everything = (await overseer.tasks.ListJobs(pb.ListJobsRequest(page_size=200))).jobs
    done = next(job for job in everything if job.spec.title == "존댓말과 반말 가리기")
    items = [item async for item in items_of(overseer, done.job_id) if not item.gold]
    assert items
    assert all(item.resolved and item.result_label for item in items)
    assert done.counts.paid_krw == done.counts.accepted_count * done.spec.price_krw
    assert any(job.missing_krw > 0 for job in everything if job.state == events_pb.JOB_STATE_DRAFT)


async def a_trickle_brings_answers(demo: Demo) -> None:
    posting = next(one for one in demo.postings if one.plan.pictures == "digits")
    quick = Worker(Graduate("빠른이", 1.0, pace=0.02), demo.people.workers[0].client, random.Random(1))

    async def answered() -> int:
        job = (await demo.operator.tasks.GetJob(pb.GetJobRequest(job_id=posting.job_id))).job
        return job.counts.submitted_count

    before = await answered()

    async def more() -> bool:
        return await answered() > before

    others = demo.people.workers[1:3]
    trickle = asyncio.create_task(Trickle(demo.operator, [posting], [quick, *others], QUIET).work())
    await eventually(more)
    trickle.cancel()
    with pytest.raises(asyncio.CancelledError):
        await trickle


async def test_the_demo_with_its_known_passwords_is_made_on_this_machine_only() -> None:
    code, out, err = await ilgam("seed", "--target", "192.0.2.1:7500")
    assert (code, out) == (2, "")
    assert "only for an Ilgam on this machine" in err
