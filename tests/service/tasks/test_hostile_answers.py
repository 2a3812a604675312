"""Answers, drafts and rows that no honest program sends: each is refused by name, or kept as it is, and nothing breaks."""

import json

from ilgam.tasks.v1 import tasks_service_pb2 as pb

from tests.service.tasks.shop import Hand, Shop
from tests.service.tasks.test_bodies import SPAN, TEXT, answer, hand_in, hire, mark, opened, schema, tasks
from tests.support.service import ServiceUnderTest

__all__ = ["tasks"]

RIGHT = json.dumps(json.loads(answer(mark(0, 3))), ensure_ascii=False)
DEEP = 100_000


def within(value: str) -> str:
    """An answer with such a value in it, as it is written in JSON."""
    return RIGHT.replace('"start": 0', f'"start": {value}')


def beside(more: str) -> str:
    """An answer that holds more than its form says."""
    return f'{{"more": {more}, {RIGHT[1:]}'


REFUSED: dict[str, str] = {
    "nothing": " ",
    "no object": "[]",
    "cut off": RIGHT[:-2],
    "mark of byte order": "\ufeff" + RIGHT,
    "deep lists": beside("[" * DEEP + "]" * DEEP),
    "deep objects": beside('{"a":' * DEEP + "1" + "}" * DEEP),
    "deep enough to be read": within("[" * 900 + "]" * 900),
    "not a number": within("NaN"),
    "without an end": within("-Infinity"),
    "too large": within("1e999"),
    "larger than a machine counts": within("9" * 4_000),
    "more digits than are read": within("9" * 5_000),
    "named twice": beside('{"a": 1, "a": 2}'),
    "half a character": beside('"\\ud800"'),
    "half a character in a name": beside('{"\\udfff": 1}'),
    "half a character in the quote": RIGHT.replace(TEXT[:3], "\\ud800ab"),
    "a control that is none": RIGHT.replace('"who"', '["who"]'),
    "a label that is none": RIGHT.replace('"person"', '{"a": 1}'),
    "an id that is none": RIGHT.replace('"m0"', "[[]]"),
    "a NUL in an id": RIGHT.replace('"m0"', '"a\\u0000"'),
    "a NUL in the quote": RIGHT.replace(TEXT[:3], "a\\u0000b"),
    "a value that is none": RIGHT.replace('"value": {', '"value": 1, "x": {'),
    "results that are none": '{"results": {"0": 1}}',
    "too many marks": f'{{"results": [{", ".join(["1"] * 4_001)}]}}',
    "another form": RIGHT.replace("annotation/1", "annotation/2"),
}


TOO_LARGE = frozenset(["deep objects"])
READABLE = frozenset(["deep enough to be read", "larger than a machine counts"])
UNREADABLE = frozenset(list(REFUSED)[: list(REFUSED).index("a control that is none")]) - READABLE
"""What is no JSON object that everybody reads alike; the rest is, and breaks a rule of its form."""


async def test_an_answer_that_breaks_a_rule_of_its_form_is_refused_with_its_place(tasks: ServiceUnderTest) -> None:
    hand, held = await held_item(tasks)
    for name, sent in REFUSED.items():
        verdict = await hand_in(hand, held, sent)
        where = "answer_json" if name in TOO_LARGE else "$" if name in UNREADABLE else ("results", "schema")
        assert not verdict.taken, name
        assert verdict.reason == ("ANSWER_TOO_LARGE" if name in TOO_LARGE else "ANSWER_INVALID"), name
        assert verdict.detail.startswith(where), name
    assert (await hand_in(hand, held, RIGHT)).taken


async def test_a_draft_that_no_page_can_show_is_refused_and_any_other_is_kept(tasks: ServiceUnderTest) -> None:
    hand, held = await held_item(tasks)
    for revision, (name, sent) in enumerate(REFUSED.items(), 1):
        draft = pb.Draft(assignment_id=held, draft_revision=revision, draft_json=sent)
        [verdict] = (await hand.stub.SaveDrafts(pb.SaveDraftsRequest(drafts=[draft]))).verdicts
        assert verdict.saved == (name not in UNREADABLE), name
        assert verdict.saved or verdict.detail.startswith("draft_json: "), name
    [kept] = (await hand.stub.ListAssignments(pb.ListAssignmentsRequest())).assignments
    assert kept.draft_json == sent


async def test_rows_that_nobody_can_read_are_refused_by_field(tasks: ServiceUnderTest) -> None:
    shop = Shop(tasks)
    job = await shop.create(annotation_type=SPAN, label_schema_json=schema("person"))
    text = json.dumps({"text": TEXT})
    for name, sent in REFUSED.items():
        shown = sent.replace("{", f'{{"text": "{TEXT}", ', 1)
        rows = [
            pb.ItemRow(key=name, data_json=text, gold_answer_json=sent),
            pb.ItemRow(key=f"{name}, shown", data_json=shown),
        ]
        known, data = await shop.bring(job.job_id, rows)
        assert known.state == pb.IMPORT_STATE_REFUSED, name
        assert known.detail.startswith("gold_answer_json: "), name
        assert (data.state == pb.IMPORT_STATE_REFUSED) == (name in UNREADABLE), name
        assert data.detail.startswith("data_json: ") == (name in UNREADABLE), name


async def held_item(service: ServiceUnderTest) -> tuple[Hand, str]:
    shop = Shop(service)
    job = await opened(shop)
    hand = await hire(service)
    [held] = await hand.claim(job.job_id, 1)
    return hand, held.assignment_id
