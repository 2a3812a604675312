"""A small world in which every page has something to show, and people for whom every page is still empty."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

import asyncpg
from ilgam.accounts.v1.accounts_events_pb2 import OrganisationCreated
from ilgam.tasks.v1 import tasks_events_pb2
from ilgam.tasks.v1 import tasks_service_pb2 as tasks_pb

from services.cli.market.labels import choice_answer
from services.sdk import new_request_id
from tests.support.market import TEXTS, Market, Person, assignments, claim, claimable, in_state, job_of, submit
from tests.support.service import eventually
from tests.support.site import Site

DEPOSIT_KRW = 100_000
MANY_TEXTS = tuple(f"{text} {number}" for number in range(4) for text in TEXTS)
GOLD_TEXTS = tuple(f"물이 새요 {number}" for number in range(12))
_JOBS_MAX = 10


@dataclass(frozen=True)
class World:
    """Who is there and what they have done.

    Attributes:
        worker: has answers accepted and rejected, won, and items in hand with a draft.
        newcomer: has nothing, no certificate either.
        company: has jobs in several states, and money.
        founder: is a member of a company without jobs or money.
        operator: sees everything.
        open_id: an open job of which the worker holds items.
        draft_id: a job that is not published.
        closed_id: a job with all its results.
        dead_letter_id: an event that payments could not handle.
    """

    worker: Person
    newcomer: Person
    company: Person
    founder: Person
    operator: Person
    open_id: str
    draft_id: str
    closed_id: str
    dead_letter_id: str


async def make_world(market: Market, site: Site) -> World:
    """Makes it through the public API."""
    company, worker = await market.company(DEPOSIT_KRW), await market.worker("이하늘")
    closed_id = await market.open_job(company, TEXTS[:2])
    draft_id = await market.draft(company)
    await submit(worker, await claim(worker, closed_id, 2))
    await eventually(lambda: in_state(company, closed_id, tasks_events_pb2.JOB_STATE_CLOSED))
    open_id, held = await _claimed_with_gold(market, company, worker)
    await _work(worker, company, open_id, held)
    return World(
        worker=worker,
        newcomer=await market.person("박새봄"),
        company=company,
        founder=await market.company(),
        operator=await market.operators_member(),
        open_id=open_id,
        draft_id=draft_id,
        closed_id=closed_id,
        dead_letter_id=await bury_event(site),
    )


async def _claimed_with_gold(
    market: Market, company: Person, worker: Person
) -> tuple[str, Sequence[tasks_pb.Assignment]]:
    """A job and a claim from it with gold in it. Whether a claim brings some is for chance to say, so that nobody can tell."""
    for _ in range(_JOBS_MAX):
        job_id = await market.open_job(
            company,
            MANY_TEXTS,
            gold=GOLD_TEXTS,
            gold_overlap=1,
            policy=tasks_events_pb2.POLICY_GOLD,
            newcomer_answers=0,
        )
        await claimable(worker, job_id)
        held = await claim(worker, job_id, len(MANY_TEXTS) + len(GOLD_TEXTS))
        if {text_of(one) for one in held} & set(GOLD_TEXTS):
            return job_id, held
        returned = tasks_pb.ReturnItemsRequest(assignment_ids=[one.assignment_id for one in held])
        await worker.client.tasks.ReturnItems(returned)
    raise AssertionError(f"no gold in {_JOBS_MAX} claims")


async def _work(worker: Person, company: Person, open_id: str, held: Sequence[tasks_pb.Assignment]) -> None:
    gold = next(one for one in held if text_of(one) in GOLD_TEXTS)
    others = [one for one in held if text_of(one) in MANY_TEXTS]
    await submit(worker, [gold, *others[:2]])
    draft = tasks_pb.Draft(assignment_id=others[2].assignment_id, draft_revision=1, draft_json=choice_answer("good"))
    await worker.client.tasks.SaveDrafts(tasks_pb.SaveDraftsRequest(drafts=[draft]))
    await worker.client.tasks.ReturnItems(
        tasks_pb.ReturnItemsRequest(
            assignment_ids=[others[3].assignment_id],
            problem=tasks_pb.PROBLEM_KIND_UNCLEAR,
            reason="무엇인지 모르겠어요",
        )
    )

    async def judged() -> bool:
        states = {one.verdict_state for one in await assignments(worker, open_id)}
        return tasks_pb.VERDICT_STATE_REJECTED in states and tasks_pb.VERDICT_STATE_PENDING not in states

    await eventually(judged)

    async def counted() -> bool:
        counts = (await job_of(company, open_id)).counts
        return counts.accepted_count == 2 and counts.rejected_count == 1 and counts.paid_krw > 0

    await eventually(counted)


def text_of(assignment: tasks_pb.Assignment) -> str:
    """What is to be judged."""
    return str(json.loads(assignment.data_json)["text"])


async def bury_event(site: Site) -> str:
    """An event that payments could not handle and now can: a dead letter to be replayed. Gives its id."""
    event = OrganisationCreated(event_id=new_request_id(), organisation_id=str(uuid4()))
    event.occur_time.GetCurrentTime()
    connection = await asyncpg.connect(site.postgres_url("ilgam_payments", "ilgam_payments_owner"), timeout=10)
    try:
        await connection.execute(
            "INSERT INTO dead_letter (event_id, event_type, payload, error, attempts) VALUES ($1, $2, $3, $4, 5)",
            event.event_id,
            OrganisationCreated.DESCRIPTOR.full_name,
            event.SerializeToString(),
            "the database was restored without <b>this</b> table",
        )
    finally:
        await connection.close()
    return event.event_id
