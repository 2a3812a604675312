"""Between the contract's messages and the domain, for items as companies see them."""

from __future__ import annotations

from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.runtime.media_facts import facts_message
from services.runtime.wire import to_timestamp
from services.tasks.domain.export import ExportedAnswer
from services.tasks.store.queries.item_lists import ListedItem
from services.tasks.use_cases.show_item import WholeItem


def from_item(item: ListedItem, result_json: str) -> pb.Item:
    """One item as its company sees it."""
    return pb.Item(
        item_id=str(item.item_id),
        key=item.key,
        gold=item.gold_label is not None,
        answers_wanted=item.answers_wanted,
        live_count=item.live,
        pending_count=item.pending,
        accepted_count=item.accepted,
        rejected_count=item.rejected,
        resolved=item.resolved,
        result_label=item.result_label,
        result_confidence=item.result_confidence,
        result_tie=item.result_tie,
        result_json=result_json,
    )


def from_whole_item(whole: WholeItem) -> pb.GetItemResponse:
    """One item with what is shown and every answer."""
    return pb.GetItemResponse(
        item=from_item(whole.item, whole.result_json),
        data_json=whole.data_json,
        media=[facts_message(facts) for facts in whole.media],
        gold_answer_json=whole.gold_answer_json,
        answers=[_from_answer(answer) for answer in whole.answers],
        answer_count=whole.item.pending + whole.item.accepted + whole.item.rejected,
        schemas=[
            pb.SchemaVersion(version=version, label_schema_json=schema_json) for version, schema_json in whole.schemas
        ],
    )


def _from_answer(answer: ExportedAnswer) -> pb.ItemAnswer:
    return pb.ItemAnswer(
        answer_id=str(answer.answer_id),
        worker_no=answer.worker_no,
        answer_json=answer.answer_json,
        schema_version=answer.schema_version,
        verdict_state=pb.VerdictState.Value(f"VERDICT_STATE_{answer.verdict or 'UNSPECIFIED'}"),
        verdict_reason=answer.reason,
        not_sure=answer.not_sure,
        late=answer.late,
        submit_time=to_timestamp(answer.submit_time),
        active_ms=answer.active_ms,
        score=answer.score,
    )
