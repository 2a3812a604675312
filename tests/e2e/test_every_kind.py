"""A job of each kind of work, from the claim to the won: answers with marks are judged by each other, and become a result."""

import asyncio
import json
from functools import partial
from typing import Any

import pytest
from ilgam.payments.v1 import payments_service_pb2 as payments_pb
from ilgam.quality.v1 import quality_service_pb2 as quality_pb
from ilgam.tasks.v1 import tasks_events_pb2
from ilgam.tasks.v1 import tasks_service_pb2 as pb

from deploy.local.stack import Stack
from services.sdk import Client, Password, claim_items, import_items, new_request_id, put_media
from tests.support.kinds import KINDS, Kind, film, picture, sound
from tests.support.market import PRICE_KRW, Market, Person, in_state
from tests.support.service import eventually

WORKERS = 3
ITEMS = 2
FILES = {"picture": picture, "sound": sound, "film": film}
CLOSED = tasks_events_pb2.JOB_STATE_CLOSED


@pytest.mark.parametrize("name", sorted(KINDS))
async def test_a_job_of_each_kind_is_claimed_answered_scored_and_paid(system: Stack, name: str) -> None:
    kind = KINDS[name]
    market = Market(await Client.connect(system.target, Password(*system.operator)))
    company, *workers = await asyncio.gather(
        market.company(deposit_krw=20_000), *(market.person() for _ in range(WORKERS))
    )
    for worker in workers:
        await market.certify(worker, kind.annotation_type)
    job_id = await posted(market, company, kind)
    counts = [await answer_all(worker, job_id, kind) for worker in workers]

    # Everybody said the same, and what is known of the gold item: all of it is accepted and paid, once.
    for worker, count in zip(workers, counts, strict=True):
        await eventually(partial(earned, worker, count * PRICE_KRW))
    await eventually(lambda: in_state(company, job_id, CLOSED))
    await eventually(partial(shown_as_paid, workers[0], job_id))

    # The company has the marks of the result, from the item and from quality.
    items = (await company.client.tasks.ListItems(pb.ListItemsRequest(job_id=job_id))).items
    ordinary = [item for item in items if not item.gold]
    assert len(ordinary) == ITEMS
    for item in ordinary:
        assert marks(item.result_json) == [bare(kind.mark)]
        found = await company.client.quality.GetItemResult(quality_pb.GetItemResultRequest(item_id=item.item_id))
        assert found.answer_json == item.result_json
        assert found.result.confidence > 0.8
    ledger = await market.operator.payments.CheckLedger(payments_pb.CheckLedgerRequest())
    assert ledger.clean, list(ledger.differences)


async def posted(market: Market, company: Person, kind: Kind) -> str:
    """An open job with two ordinary items and one with a known answer, each of them for all workers."""
    schema = {
        "schema": "ilgam.label-config/1",
        "objects": [{"id": "shown", **kind.shown}],
        "controls": list(kind.controls),
    }
    job_id = await market.draft(
        company,
        (),
        annotation_type=kind.annotation_type,
        label_schema_json=json.dumps(schema),
        policy=tasks_events_pb2.POLICY_CONSENSUS,
        overlap_min=WORKERS,
        overlap_max=WORKERS,
        gold_overlap=WORKERS,
        newcomer_answers=0,
    )
    rows = []
    for number in range(ITEMS + 1):
        data = dict(kind.data) | {"number": number}
        if kind.file:
            data["file"] = (await put_media(company.client, job_id, FILES[kind.file](number))).media_id
        gold = answer_of(kind) if number == ITEMS else ""
        rows.append(pb.ItemRow(key=f"k{number}", data_json=json.dumps(data), gold_answer_json=gold))
    async for _, verdict in import_items(company.client, job_id, rows):
        assert verdict.state == pb.IMPORT_STATE_ACCEPTED, verdict
    await market.publish(company, job_id)
    return job_id


async def answer_all(worker: Person, job_id: str, kind: Kind) -> int:
    """Claims all that there is and hands in an answer to each; how many. Whether gold is among them is chance."""
    request = pb.ClaimItemsRequest(request_id=new_request_id(), job_id=job_id, count=10)
    held = (await claim_items(worker.client, request)).assignments
    assert {json.loads(one.data_json)["number"] for one in held} >= set(range(ITEMS))
    answers = [pb.Answer(assignment_id=one.assignment_id, answer_json=answer_of(kind)) for one in held]
    taken = await worker.client.tasks.SubmitAnswers(pb.SubmitAnswersRequest(answers=answers))
    assert {(one.taken, one.reason) for one in taken.verdicts} == {(True, "")}
    return len(held)


async def earned(worker: Person, won: int) -> bool:
    balance = await worker.client.payments.GetBalance(payments_pb.GetBalanceRequest())
    return int(balance.available_krw) == won


async def shown_as_paid(worker: Person, job_id: str) -> bool:
    mine = (await worker.client.tasks.ListAssignments(pb.ListAssignmentsRequest(job_id=job_id))).assignments
    return {(one.verdict_state, one.paid_krw) for one in mine} == {(pb.VERDICT_STATE_ACCEPTED, PRICE_KRW)}


def answer_of(kind: Kind) -> str:
    return json.dumps({"schema": "ilgam.annotation/1", "results": [kind.mark]}, ensure_ascii=False)


def marks(annotation: str) -> list[dict[str, Any]]:
    return [bare(mark) for mark in json.loads(annotation)["results"]]


def bare(mark: Any) -> dict[str, Any]:
    """A mark without its id: that of a result is another."""
    return {name: value for name, value in mark.items() if name != "id"}
