"""Jobs that ask more than one choice: known answers, answers and results lie in the store, and events name them."""

import hashlib
import json
from collections.abc import AsyncIterator
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
from ilgam.common.v1 import common_pb2
from ilgam.quality.v1 import quality_events_pb2 as quality
from ilgam.tasks.v1 import tasks_events_pb2 as events_pb
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from sqlalchemy import text

from services.runtime.bodies import Bodies
from services.runtime.media import open_store
from tests.service.tasks.shop import Hand, Shop, refused
from tests.support.identity import company
from tests.support.servers import Servers
from tests.support.service import ServiceUnderTest, eventually, running

TEXT = "김민수는 서울에 산다."
SPAN = common_pb2.ANNOTATION_TYPE_TEXT_SPAN
CERTIFY = text("""
    INSERT INTO certificate (certificate_id, worker_id, annotation_type, valid_until, state, revision)
    VALUES (gen_random_uuid(), :worker_id, :kind, now() + interval '1 year', 'VALID', 1)
""")


def schema(*labels: str, **more: Any) -> str:
    """Names in a text; `more` are controls beside them."""
    asked = [{"id": "who", "kind": "span", "on": "t", "labels": [{"value": label} for label in labels], **more}]
    return json.dumps(
        {"schema": "ilgam.label-config/1", "objects": [{"id": "t", "kind": "text", "from": "$.text"}]}
        | {"controls": asked, "not_sure": True}
    )


def with_mood(*labels: str, required: bool = False) -> str:
    document = json.loads(schema(*labels))
    options = [{"value": "good"}, {"value": "bad"}]
    document["controls"].append({"id": "mood", "kind": "choice", "on": "t", "options": options, "required": required})
    return json.dumps(document)


def mark(start: int, end: int, label: str = "person", **changed: Any) -> dict[str, Any]:
    value = {"start": start, "end": end, "quote": TEXT[start:end]} | changed
    return {"id": f"m{start}", "control": "who", "type": "span", "label": label, "value": value}


def mood(choice: str) -> dict[str, Any]:
    return {"control": "mood", "type": "choice", "value": {"choices": [choice]}}


def answer(*marks: dict[str, Any]) -> str:
    return json.dumps({"schema": "ilgam.annotation/1", "results": list(marks), "not_sure": False})


def row(key: str, gold: str = "") -> pb.ItemRow:
    return pb.ItemRow(key=key, data_json=json.dumps({"text": TEXT}), gold_answer_json=gold)


@pytest.fixture
async def tasks(servers: Servers) -> AsyncIterator[ServiceUnderTest]:
    async with running("tasks", servers) as service:
        yield service


async def opened(shop: Shop, *rows: pb.ItemRow, schema_json: str = "", **changed: Any) -> pb.Job:
    return await shop.open(
        rows or [row("one")],
        annotation_type=SPAN,
        label_schema_json=schema_json or schema("person", "place"),
        **changed,
    )


async def hire(service: ServiceUnderTest) -> Hand:
    worker_id = uuid4()
    async with service.database.transaction() as tx:
        await tx.connection.execute(CERTIFY, {"worker_id": worker_id, "kind": SPAN})
    return Hand(service, worker_id)


async def hand_in(hand: Hand, assignment_id: str, content: str) -> pb.SubmitVerdict:
    sent = [pb.Answer(assignment_id=assignment_id, answer_json=content)]
    verdict: pb.SubmitVerdict = (await hand.stub.SubmitAnswers(pb.SubmitAnswersRequest(answers=sent))).verdicts[0]
    return verdict


def bodies_of(service: ServiceUnderTest) -> Bodies:
    return Bodies(open_store(service.process.settings.media_url))


async def whole(shop: Shop, job_id: str, item_id: str) -> pb.GetItemResponse:
    shown: pb.GetItemResponse = await shop.stub.GetItem(pb.GetItemRequest(job_id=job_id, item_id=item_id))
    return shown


async def test_a_job_of_marks_tells_its_controls_and_where_known_answers_lie(tasks: ServiceUnderTest) -> None:
    shop = Shop(tasks)
    job = await opened(shop, row("one"), row("gold", answer(mark(0, 3))))
    terms = (await tasks.emitted(events_pb.JobOpened, 1))[0].terms
    assert list(terms.labels) == []
    assert [(one.control_id, one.kind, list(one.labels)) for one in terms.controls] == [
        ("who", "span", ["person", "place"])
    ]
    [gold] = (await tasks.emitted(events_pb.GoldProvided, 1))[0].items
    assert gold.label == ""
    body = json.loads(await bodies_of(tasks).get(UUID(job.job_id), gold.body_sha256))
    assert [one["value"] for one in body["results"]] == [{"start": 0, "end": 3, "quote": TEXT[:3]}]


async def test_an_answer_of_marks_is_kept_in_the_store_and_told_by_its_hash(tasks: ServiceUnderTest) -> None:
    shop = Shop(tasks)
    job = await opened(shop)
    hand = await hire(tasks)
    [held] = await hand.claim(job.job_id, 1)
    verdict = await hand_in(hand, held.assignment_id, answer(mark(0, 3), mark(5, 7, "place")))
    assert verdict.taken, verdict
    [told] = (await tasks.emitted(events_pb.AnswersSubmitted, 1))[0].answers
    assert told.label == ""
    body = await bodies_of(tasks).get(UUID(job.job_id), told.body_sha256)
    assert hashlib.sha256(body.encode()).hexdigest() == told.body_sha256
    assert [one["label"] for one in json.loads(body)["results"]] == ["person", "place"]
    again = await hand_in(hand, held.assignment_id, answer(mark(0, 3), mark(5, 7, "place")))
    assert (again.taken, again.repeated_submit) == (True, True)
    assert (await hand_in(hand, held.assignment_id, answer(mark(0, 3)))).reason == "ANSWER_REUSED"


@pytest.mark.parametrize(
    ("marks", "place", "rule", "mark_no"),
    [
        ([mark(0, 3), mark(5, 7, "pet")], "results[1].label", "choice", 2),
        ([mark(0, 3, quote="김민지")], "results[0].value.quote", "span", 1),
        ([mark(0, 99)], "results[0].value.end", "outside", 1),
        ([mark(0, 3), mark(2, 7) | {"id": "other"}], "results[1].value.start", "overlap", 2),
    ],
)
async def test_a_refusal_names_the_mark_and_the_rule(
    tasks: ServiceUnderTest, marks: list[dict[str, Any]], place: str, rule: str, mark_no: int
) -> None:
    job = await opened(Shop(tasks))
    hand = await hire(tasks)
    [held] = await hand.claim(job.job_id, 1)
    verdict = await hand_in(hand, held.assignment_id, answer(*marks))
    assert (verdict.taken, verdict.reason) == (False, "ANSWER_INVALID")
    assert verdict.detail.startswith(place), verdict.detail
    assert (verdict.rule, verdict.mark_no) == (rule, mark_no)


async def test_the_result_is_read_from_the_store_in_lists_exports_and_the_items_view(tasks: ServiceUnderTest) -> None:
    shop = Shop(tasks)
    job = await opened(shop, row("=key", answer(mark(0, 3))))
    [item] = (await shop.stub.ListItems(pb.ListItemsRequest(job_id=job.job_id))).items
    result = answer(mark(0, 3))
    sha256 = await bodies_of(tasks).put(UUID(job.job_id), result)
    one = quality.ItemResult(item_id=item.item_id, revision=1, confidence=0.97, body_sha256=sha256)
    await tasks.deliver(quality.ItemsResolved(job_id=job.job_id, results=[one]))
    [item] = (await shop.stub.ListItems(pb.ListItemsRequest(job_id=job.job_id))).items
    assert (item.resolved, item.result_json, item.gold) == (True, result, True)
    asked = pb.ExportResultsRequest(job_id=job.job_id, format=pb.EXPORT_FORMAT_JSONL, with_answers=True)
    line = json.loads(b"".join([part.chunk async for part in shop.stub.ExportResults(asked)]))
    assert line["result"] == json.loads(result)["results"]
    assert (line["known_answer"][0]["label"], line["answers"]) == ("person", [])
    asked.format = pb.EXPORT_FORMAT_CSV
    sheet = b"".join([part.chunk async for part in shop.stub.ExportResults(asked)]).decode()
    assert sheet.splitlines()[0].startswith(
        "key,label,confidence,tie,gold,known_label,accepted,rejected,pending,result"
    )
    assert sheet.splitlines()[1].startswith("'=key,")
    shown = await whole(shop, job.job_id, item.item_id)
    assert (shown.item.result_json, json.loads(shown.data_json)) == (result, {"text": TEXT})
    assert json.loads(shown.gold_answer_json)["results"][0]["label"] == "person"
    assert [one.version for one in shown.schemas] == [1]


async def test_an_items_view_has_every_answer_and_nobody_elses_company_sees_it(tasks: ServiceUnderTest) -> None:
    shop = Shop(tasks)
    job = await opened(shop, row("one"), overlap_min=2, overlap_max=2)
    for label in ("person", "place"):
        hand = await hire(tasks)
        [held] = await hand.claim(job.job_id, 1)
        assert (await hand_in(hand, held.assignment_id, answer(mark(0, 3, label)))).taken
    [item] = (await shop.stub.ListItems(pb.ListItemsRequest(job_id=job.job_id))).items
    shown = await whole(shop, job.job_id, item.item_id)
    assert [(one.worker_no, json.loads(one.answer_json)["results"][0]["label"]) for one in shown.answers] == [
        (1, "person"),
        (2, "place"),
    ]
    assert {(one.verdict_state, one.score) for one in shown.answers} == {(pb.VERDICT_STATE_PENDING, 0.0)}
    for revision, state, score in ((2, quality.VERDICT_STATE_ACCEPTED, 0.9), (1, quality.VERDICT_STATE_REJECTED, 0.03)):
        given = quality.Verdict(answer_id=shown.answers[0].answer_id, revision=revision, state=state, score=score)
        await tasks.deliver(quality.VerdictsGiven(job_id=job.job_id, verdicts=[given]))
    seen = (await whole(shop, job.job_id, item.item_id)).answers
    judged, waiting = pb.VERDICT_STATE_ACCEPTED, pb.VERDICT_STATE_PENDING
    assert [(one.verdict_state, one.score) for one in seen] == [(judged, 0.9), (waiting, 0.0)]
    with patch("services.tasks.use_cases.show_item.ANSWERS_MAX", 1):
        first = await whole(shop, job.job_id, item.item_id)
    assert (len(first.answers), first.answer_count) == (1, 2)
    stranger = await refused(whole(Shop(tasks, company(uuid4())), job.job_id, item.item_id))
    assert stranger.reason == "NOT_FOUND"
    other = await opened(shop)
    assert (await refused(whole(shop, other.job_id, item.item_id))).reason == "NOT_FOUND"


async def change(shop: Shop, job: pb.Job, schema_json: str) -> pb.Job:
    spec = pb.JobSpec()
    spec.CopyFrom(job.spec)
    spec.label_schema_json = schema_json
    return await shop.ask("UpdateJob", job.job_id, revision=job.revision, spec=spec)


async def draft(hand: Hand, assignment_id: str, content: str) -> None:
    sent = [pb.Draft(assignment_id=assignment_id, draft_revision=1, draft_json=content)]
    [verdict] = (await hand.stub.SaveDrafts(pb.SaveDraftsRequest(drafts=sent))).verdicts
    assert verdict.saved


async def held_by(hand: Hand) -> dict[str, int]:
    listed = (await hand.stub.ListAssignments(pb.ListAssignmentsRequest())).assignments
    return {one.assignment_id: one.schema_version for one in listed}


async def test_open_drafts_go_over_to_a_new_schema_where_they_fit_and_keep_the_old_one_where_not(
    tasks: ServiceUnderTest,
) -> None:
    shop = Shop(tasks)
    job = await opened(shop, *[row(f"item-{n}") for n in range(4)])
    hand = await hire(tasks)
    untouched, fitting, lost, emptied = [one.assignment_id for one in await hand.claim(job.job_id, 4)]
    await draft(hand, fitting, answer(mark(0, 3, "person")))
    await draft(hand, lost, answer(mark(5, 7, "place")))
    await draft(hand, emptied, answer())
    changed = await change(shop, job, with_mood("person", "city", required=True))
    assert changed.schema_version == 2
    assert await held_by(hand) == {untouched: 2, fitting: 2, lost: 1, emptied: 2}
    terms = (await tasks.emitted(events_pb.JobChanged, 1))[-1].terms
    assert [one.control_id for one in terms.controls] == ["who", "mood"]
    # The answer with the removed label is taken under the version that it was made under.
    assert (await hand_in(hand, lost, answer(mark(5, 7, "place")))).taken
    # Under the new one, the new question has to be answered.
    assert (await hand_in(hand, fitting, answer(mark(0, 3), mood("good")))).taken
    # What was made under the old one in a page that has not heard of the new one is not lost either.
    assert (await hand_in(hand, untouched, answer(mark(5, 7, "place")))).taken
    refusal = await hand_in(hand, emptied, answer(mark(5, 7, "pet")))
    assert (refusal.reason, refusal.rule) == ("ANSWER_INVALID", "choice")

    async def all_told() -> dict[str, int]:
        told = await tasks.emitted(events_pb.AnswersSubmitted, 3)
        assert len(told) == 3
        return {one.answer_id: one.schema_version for event in told for one in event.answers}

    assert await eventually(all_told) == {lost: 1, fitting: 2, untouched: 1}


async def test_of_several_schemas_an_answer_counts_under_the_one_that_it_was_made_under(
    tasks: ServiceUnderTest,
) -> None:
    shop, hand = Shop(tasks), await hire(tasks)
    job = await opened(shop, *[row(f"item-{n}") for n in range(3)])
    held = [one.assignment_id for one in await hand.claim(job.job_id, 3)]
    for newer in (schema("person", "city"), schema("person", "town")):
        job = await change(shop, job, newer)
    for assignment_id, label in zip(held, ("place", "city", "town"), strict=True):
        assert (await hand_in(hand, assignment_id, answer(mark(5, 7, label)))).taken
    told = await tasks.emitted(events_pb.AnswersSubmitted, 3)
    made_under = {one.answer_id: one.schema_version for event in told for one in event.answers}
    assert [made_under[one] for one in held] == [1, 2, 3]


async def test_what_is_claimed_anew_has_the_newest_version_and_no_other(tasks: ServiceUnderTest) -> None:
    shop = Shop(tasks)
    job = await opened(shop)
    hand = await hire(tasks)
    [held] = await hand.claim(job.job_id, 1)
    job = await change(shop, job, schema("person", "city"))
    await hand.stub.ReturnItems(pb.ReturnItemsRequest(assignment_ids=[held.assignment_id]))
    [again] = await hand.claim(job.job_id, 1)
    assert (again.assignment_id, again.schema_version) == (held.assignment_id, 2)
    assert (await hand_in(hand, held.assignment_id, answer(mark(5, 7, "place")))).reason == "ANSWER_INVALID"
    assert (await hand_in(hand, held.assignment_id, answer(mark(5, 7, "city")))).taken


async def test_a_new_schema_must_fit_items_known_answers_and_what_answers_are(tasks: ServiceUnderTest) -> None:
    shop = Shop(tasks)
    job = await opened(shop, row("one"), row("gold", answer(mark(0, 3))))
    for schema_json, words in (
        (schema("place"), 'the known answer of the gold item "gold": results[0].label'),
        (with_mood("person", "place", required=True), 'the known answer of the gold item "gold": results'),
        (schema("person", "place").replace("$.text", "$.other"), "the items in the job have nothing at $.other"),
    ):
        assert words in (await refused(change(shop, job, schema_json))).words
    assert (await change(shop, job, schema("person"))).schema_version == 2
