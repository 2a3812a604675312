"""What a batch is, and what its question and items become for the page."""

import json
from collections.abc import Sequence

from google.protobuf.timestamp_pb2 import Timestamp
from ilgam.common.v1.common_pb2 import LocalText
from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.gateway.pages.work.annotated import answer_json, choice_mark, draft_json
from services.gateway.pages.work.batch import Batch, Item, item_of, members_of
from services.gateway.pages.work.question import question_of
from services.gateway.pages.work.recap import Recap

V = choice_mark("label", "v가")
LIVE, SUBMITTED = pb.ASSIGNMENT_STATE_LIVE, pb.ASSIGNMENT_STATE_SUBMITTED


def held(
    name: str,
    claimed: int,
    state: pb.AssignmentState.ValueType = LIVE,
    *,
    verdict: pb.VerdictState.ValueType = pb.VERDICT_STATE_UNSPECIFIED,
    submitted: int = 0,
    data: object = None,
    draft: str = "",
) -> pb.Assignment:
    return pb.Assignment(
        assignment_id=name,
        state=state,
        claim_time=Timestamp(seconds=claimed),
        submit_time=Timestamp(seconds=submitted) if submitted else None,
        data_json=json.dumps({"text": "좋아요"} if data is None else data),
        verdict_state=verdict,
        price_krw=40,
        draft_json=draft,
    )


def work(options: Sequence[object], *, kind: str = "text", guide: str = "") -> pb.GetWorkJobResponse:
    schema = {
        "schema": "ilgam.label-config/1",
        "objects": [{"id": "object", "kind": kind, "from": "$.text", "alt": "$.alt"}],
        "controls": [{"id": "label", "kind": "choice", "on": "object", "options": options}],
        "not_sure": True,
    }
    return pb.GetWorkJobResponse(label_schema_json=json.dumps(schema), instructions=LocalText(ko=guide))


def options(*labels: str, keys: Sequence[str] = ()) -> list[dict[str, str]]:
    found: list[dict[str, str]] = [{"value": f"v{label}", "ko": label} for label in labels]
    for option, key in zip(found, keys, strict=False):
        option["key"] = key
    return found


def shown(assignment: pb.Assignment, number: int = 1, kind: str = "text") -> Item:
    question = question_of(work(options("가", "나"), kind=kind), "ko")
    return item_of(assignment, number, question, lambda media_id: f"/media/{media_id}")


def names(members: Sequence[pb.Assignment]) -> list[str]:
    return [one.assignment_id for one in members]


def test_a_batch_is_what_was_claimed_since_the_oldest_item_in_hand() -> None:
    newest = [held("c", 30), held("b", 20, SUBMITTED), held("a", 20), held("before", 10, SUBMITTED)]
    assert names(members_of([newest[0], newest[2]], newest)) == ["a", "b", "c"]


def test_an_item_in_hand_belongs_to_the_batch_however_long_ago_it_was_claimed() -> None:
    assert names(members_of([held("old", 1), held("new", 90)], [held("new", 90)])) == ["old", "new"]


def test_there_is_no_batch_where_nothing_is_in_hand() -> None:
    assert members_of([], [held("a", 1, SUBMITTED)]) == []


def test_what_waits_and_what_is_earned_are_told_apart() -> None:
    items = [
        shown(held("a", 1, SUBMITTED, verdict=pb.VERDICT_STATE_ACCEPTED)),
        shown(held("b", 1, SUBMITTED)),
        shown(held("c", 1, SUBMITTED, verdict=pb.VERDICT_STATE_REJECTED)),
        shown(held("d", 1), 4),
    ]
    batch = Batch(tuple(items), {})
    assert (batch.earned_krw, batch.pending_krw, batch.answered_count) == (40, 40, 3)
    first = batch.item_at(None)
    assert first is not None
    assert first.number == 4


def test_labels_that_are_digits_are_chosen_by_themselves() -> None:
    question = question_of(work(options("0", "1", "9", keys=["1", "2", "3"])), "ko")
    assert [option.key for option in question.controls[0].options] == ["0", "1", "9"]


def test_choices_without_keys_are_counted_and_the_eleventh_has_shift() -> None:
    question = question_of(work(options(*(f"보기 {n}" for n in range(11)))), "ko")
    assert [option.key for option in question.controls[0].options] == [*"1234567890", "Shift+1"]


def test_a_schemas_letters_give_way_to_digits_for_the_letters_have_other_uses() -> None:
    question = question_of(work(options("좋음", "나쁨", keys=["g", "s"])), "ko")
    assert [option.key for option in question.controls[0].options] == ["1", "2"]


def test_a_guide_in_korean_alone_is_shown_as_korean_on_an_english_page() -> None:
    question = question_of(work(options("가", "나"), guide="읽고 고르세요"), "en")
    assert (question.guide, question.guide_language) == ("읽고 고르세요", "ko")


def test_a_draft_that_names_no_label_of_the_job_chooses_nothing() -> None:
    assert shown(held("a", 1, draft=draft_json([V], 3, not_sure=True))).marks == (V,)
    assert shown(held("a", 1, draft=draft_json([choice_mark("label", "other")], 3, not_sure=False))).marks == ()
    assert shown(held("a", 1, draft="not json")).marks == ()


def test_a_stored_picture_becomes_a_link_and_a_small_one_stays_where_it_is() -> None:
    stored = shown(held("a", 1, data={"text": "media:x", "alt": "고양이"}), kind="image")
    inline = shown(held("a", 1, data={"text": "data:image/png;base64,AA"}), kind="image")
    assert (stored.parts[0].text, stored.parts[0].alt) == ("/media/media:x", "고양이")
    assert inline.parts[0].text == "data:image/png;base64,AA"


def test_a_picture_without_an_address_is_missing_and_the_page_is_not() -> None:
    def refuse(_media_id: str) -> str:
        raise ValueError

    question = question_of(work(options("가", "나"), kind="image"), "ko")
    assert item_of(held("a", 1, data={"text": "media:x"}), 1, question, refuse).parts[0].text == ""


def test_the_same_answer_is_the_same_bytes_and_a_kept_draft_never_is() -> None:
    assert answer_json([V], not_sure=False) == answer_json([dict(reversed(V.items()))], not_sure=False)
    assert draft_json([V], 1, not_sure=False) != draft_json([V], 2, not_sure=False)


def test_a_recap_tells_of_the_newest_claim_and_of_what_was_in_hand_with_it() -> None:
    alone = Recap((shown(held("new", 50, SUBMITTED, submitted=55)), shown(held("old", 10, SUBMITTED, submitted=20))))
    assert names([item.assignment for item in alone.batch]) == ["new"]
    both = Recap((shown(held("new", 50, SUBMITTED, submitted=55)), shown(held("old", 10, SUBMITTED, submitted=52))))
    assert names([item.assignment for item in both.batch]) == ["new", "old"]


def test_a_recap_offers_to_hand_in_what_was_chosen_before_the_time_ended() -> None:
    chosen = held("a", 1, pb.ASSIGNMENT_STATE_EXPIRED, draft=draft_json([V], 1, not_sure=False))
    recap = Recap((shown(chosen), shown(held("b", 1, pb.ASSIGNMENT_STATE_EXPIRED))))
    assert names([item.assignment for item in recap.late]) == ["a"]
