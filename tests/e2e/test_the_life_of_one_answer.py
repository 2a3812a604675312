"""What becomes of an answer, from the job that asks for it to the won that it brings: through the public API only."""

import json
from collections.abc import AsyncIterator, Awaitable

import pytest
from ilgam.accounts.v1 import accounts_service_pb2 as accounts_pb
from ilgam.payments.v1 import payments_service_pb2 as payments_pb
from ilgam.quality.v1 import quality_service_pb2 as quality_pb
from ilgam.tasks.v1 import tasks_events_pb2
from ilgam.tasks.v1 import tasks_service_pb2 as tasks_pb
from ilgam.workers.v1 import workers_events_pb2
from ilgam.workers.v1 import workers_service_pb2 as workers_pb

from deploy.local.stack import Stack
from services.cli.market.labels import choice_answer
from services.sdk import IlgamError, Password, SignInCode, claim_items, new_request_id
from tests.e2e.cast import (
    FEE_KRW,
    PRICE_KRW,
    RIGHT,
    TEXTS,
    Cast,
    all_paid,
    assemble,
    balance,
    certify,
    deposit,
    draft,
    is_over,
    member_elsewhere,
    offer,
    publish,
    results,
    save_draft,
    submit,
)
from tests.support.service import eventually


@pytest.fixture
async def cast(system: Stack) -> AsyncIterator[Cast]:
    cast = await assemble(system)
    yield cast
    await cast.operator.close()


async def test_the_life_of_one_answer(cast: Cast) -> None:
    job_id, budget = await a_job_waits_for_its_funds_and_opens(cast)
    await without_a_certificate_it_is_shown_and_not_claimed(cast, job_id)
    answer_ids = await a_graduate_claims_keeps_a_draft_and_hands_in_once(cast, job_id)
    await each_answer_is_judged_and_paid_once(cast, job_id, answer_ids)
    await the_job_closes_by_itself_and_the_rest_goes_back(cast, job_id, budget)


async def a_job_waits_for_its_funds_and_opens(cast: Cast) -> tuple[str, int]:
    # Without funds it says how much is missing, and stays a draft.
    job_id = await draft(cast)
    refused = await publish(cast, job_id)
    budget = (await cast.company.tasks.EstimateJob(tasks_pb.EstimateJobRequest(job_id=job_id))).budget_krw
    assert (refused.state, refused.missing_krw) == (tasks_events_pb2.JOB_STATE_DRAFT, budget)

    # With the money in, its budget is reserved and the job opens.
    await deposit(cast, budget + 1000)
    assert (await publish(cast, job_id)).state == tasks_events_pb2.JOB_STATE_OPEN
    assert await balance(cast) == (1000, budget)
    return job_id, budget


async def without_a_certificate_it_is_shown_and_not_claimed(cast: Cast, job_id: str) -> None:
    offered = await offer(cast, job_id)
    assert list(offered.missing) == [tasks_pb.MISSING_KIND_CERTIFICATE]
    with pytest.raises(IlgamError) as refusal:
        await cast.graduate.tasks.ClaimItems(
            tasks_pb.ClaimItemsRequest(request_id=new_request_id(), job_id=job_id, count=1)
        )
    assert refusal.value.reason == "CERTIFICATE_MISSING"


async def a_graduate_claims_keeps_a_draft_and_hands_in_once(cast: Cast, job_id: str) -> list[str]:
    await certify(cast)
    claim = tasks_pb.ClaimItemsRequest(request_id=new_request_id(), job_id=job_id, count=10)
    held = (await claim_items(cast.graduate, claim)).assignments
    assert len(held) == 3
    again = (await cast.graduate.tasks.ClaimItems(claim)).assignments
    assert {one.assignment_id for one in again} == {one.assignment_id for one in held}
    await save_draft(cast, held[0])
    labels = {text: RIGHT[key] for key, text in TEXTS.items()}
    answers = [
        tasks_pb.Answer(
            assignment_id=one.assignment_id, answer_json=choice_answer(labels[json.loads(one.data_json)["text"]])
        )
        for one in held
    ]
    first = await cast.graduate.tasks.SubmitAnswers(tasks_pb.SubmitAnswersRequest(answers=answers))
    assert [(one.taken, one.repeated_submit) for one in first.verdicts] == [(True, False)] * 3
    second = await cast.graduate.tasks.SubmitAnswers(tasks_pb.SubmitAnswersRequest(answers=answers))
    assert [(one.taken, one.repeated_submit) for one in second.verdicts] == [(True, True)] * 3
    return [one.assignment_id for one in held]


async def each_answer_is_judged_and_paid_once(cast: Cast, job_id: str, answer_ids: list[str]) -> None:
    # Quality judges, payments pays, tasks shows it.
    await eventually(lambda: all_paid(cast, job_id))
    earned = await cast.graduate.payments.GetBalance(payments_pb.GetBalanceRequest())
    assert (earned.available_krw, earned.today_krw) == (3 * PRICE_KRW, 3 * PRICE_KRW)
    lines = (await cast.graduate.payments.ListStatementLines(payments_pb.ListStatementLinesRequest())).lines
    assert sorted(line.answer_id for line in lines) == sorted(answer_ids)
    mine = (await cast.graduate.tasks.ListAssignments(tasks_pb.ListAssignmentsRequest(job_id=job_id))).assignments
    assert {(one.verdict_state, one.verdict_reason, one.paid_krw) for one in mine} == {
        (tasks_pb.VERDICT_STATE_ACCEPTED, "ALL", PRICE_KRW)
    }


async def the_job_closes_by_itself_and_the_rest_goes_back(cast: Cast, job_id: str, budget: int) -> None:
    # All items are resolved.
    await eventually(lambda: is_over(cast, job_id))
    cost = 3 * (PRICE_KRW + FEE_KRW)
    assert await balance(cast) == (1000 + budget - cost, 0)
    funds = await cast.company.payments.GetJobFunds(payments_pb.GetJobFundsRequest(job_id=job_id))
    assert (funds.paid_krw, funds.fee_krw, funds.escrow_left_krw) == (3 * PRICE_KRW, 3 * FEE_KRW, 0)
    assert await results(cast, job_id) == RIGHT
    ledger = await cast.operator.payments.CheckLedger(payments_pb.CheckLedgerRequest())
    assert ledger.clean, list(ledger.differences)


async def test_a_restriction_for_fraud_ends_leases_and_a_revoked_certificate_does_not(cast: Cast) -> None:
    job_id = await draft(cast)
    await deposit(cast, 10_000)
    await publish(cast, job_id)
    await certify(cast)
    held = (
        await claim_items(
            cast.graduate, tasks_pb.ClaimItemsRequest(request_id=new_request_id(), job_id=job_id, count=2)
        )
    ).assignments
    certificate_id = (
        (await cast.graduate.workers.GetWorkerProfile(workers_pb.GetWorkerProfileRequest()))
        .certificates[0]
        .certificate_id
    )
    await cast.operator.workers.RevokeCertificate(
        workers_pb.RevokeCertificateRequest(request_id=new_request_id(), certificate_id=certificate_id, reason="검토")
    )

    async def nothing_new() -> bool:
        try:
            await cast.graduate.tasks.ClaimItems(
                tasks_pb.ClaimItemsRequest(request_id=new_request_id(), job_id=job_id, count=1)
            )
        except IlgamError as error:
            return error.reason == "CERTIFICATE_MISSING"
        return False

    await eventually(nothing_new)
    in_hand = await submit(cast, held[0], "good")
    assert in_hand.taken

    await cast.operator.workers.RestrictWorker(
        workers_pb.RestrictWorkerRequest(
            request_id=new_request_id(),
            worker_id=cast.graduate.account_id,
            kind=workers_events_pb2.RESTRICTION_KIND_FRAUD,
            reason="여러 계정",
        )
    )

    async def lease_ended() -> bool:
        mine = (await cast.graduate.tasks.ListAssignments(tasks_pb.ListAssignmentsRequest(job_id=job_id))).assignments
        return any(one.state == tasks_pb.ASSIGNMENT_STATE_ENDED for one in mine)

    await eventually(lease_ended)
    refused = await submit(cast, held[1], "good")
    assert (refused.taken, refused.reason) == (False, "ASSIGNMENT_STATE")


async def test_another_company_sees_nothing_of_a_job(cast: Cast) -> None:
    job_id = await draft(cast)
    stranger = await cast.operator.sibling(Password(*await member_elsewhere(cast)))
    calls: list[Awaitable[object]] = [
        stranger.tasks.GetJob(tasks_pb.GetJobRequest(job_id=job_id)),
        stranger.tasks.GetJobProgress(tasks_pb.GetJobProgressRequest(job_id=job_id)),
        stranger.tasks.PublishJob(tasks_pb.PublishJobRequest(request_id=new_request_id(), job_id=job_id)),
        stranger.tasks.CloseJob(tasks_pb.CloseJobRequest(request_id=new_request_id(), job_id=job_id)),
        stranger.quality.GetJobQuality(quality_pb.GetJobQualityRequest(job_id=job_id)),
        stranger.payments.GetBalance(payments_pb.GetBalanceRequest(organisation_id=cast.organisation_id)),
    ]
    for call in calls:
        with pytest.raises(IlgamError) as refusal:
            await call
        assert refusal.value.reason in {"NOT_FOUND", "AUDIENCE_DENIED"}


async def test_a_person_imported_by_the_city_signs_in_with_a_code_once(cast: Cast) -> None:
    email = f"{new_request_id()}@example.org"
    imported = await cast.operator.accounts.ImportAccounts(
        accounts_pb.ImportAccountsRequest(
            request_id=new_request_id(),
            rows=[accounts_pb.ImportAccountRow(email=email, display_name="박", roles=[accounts_pb.ROLE_WORKER])],
        )
    )
    code = imported.verdicts[0].sign_in_code
    person = await cast.operator.sibling(SignInCode(email, code))
    assert person.account_id == imported.verdicts[0].account_id
    with pytest.raises(IlgamError) as refusal:
        await cast.operator.sibling(SignInCode(email, code))
    assert refusal.value.reason == "CREDENTIALS_WRONG"
