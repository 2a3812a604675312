"""Between the messages of exams and their values."""

from __future__ import annotations

from datetime import datetime

from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import workers_service_pb2 as pb

from services.runtime.wire import to_timestamp
from services.workers.domain.exam import retry_time_of, right_needed, seconds_left
from services.workers.domain.exam_guide import ITEM_COUNT, TIME_LIMIT_MINUTES, ExamGuide, Said
from services.workers.domain.exam_standing import ExamState
from services.workers.entrypoints.convert import shown_item_message
from services.workers.events import interval_message
from services.workers.store.queries.exam_pools import ExamPool
from services.workers.use_cases.look_at_exams import ExamForOne, OwnAttempt, ScoredAttempt

_STATES = {
    ExamState.OPEN: pb.EXAM_STATE_OPEN,
    ExamState.RUNNING: pb.EXAM_STATE_RUNNING,
    ExamState.CERTIFIED: pb.EXAM_STATE_CERTIFIED,
    ExamState.TOO_SOON: pb.EXAM_STATE_TOO_SOON,
    ExamState.COURSE_LOCKED: pb.EXAM_STATE_COURSE_LOCKED,
    ExamState.POOL_SMALL: pb.EXAM_STATE_POOL_SMALL,
}


def guide_of(message: pb.ExamGuide) -> ExamGuide:
    """A guide as an operator wrote it."""
    return ExamGuide(
        _said(message.question),
        _said(message.instructions),
        {one.label: _said(one.text) for one in message.label_texts if one.text.ko.strip() or one.text.en.strip()},
        message.item_count or ITEM_COUNT,
        message.time_limit_minutes or TIME_LIMIT_MINUTES,
    )


def guide_message(guide: ExamGuide, *, labels: bool = True) -> pb.ExamGuide:
    """A guide, with or without the words of labels."""
    return pb.ExamGuide(
        question=_text(guide.question),
        instructions=_text(guide.instructions),
        label_texts=[
            pb.LabelText(label=label, text=_text(said)) for label, said in sorted(guide.label_texts.items()) if labels
        ],
        item_count=guide.item_count,
        time_limit_minutes=guide.time_limit_minutes,
    )


def pool_message(pool: ExamPool, guide: ExamGuide) -> pb.ExamPool:
    """A pool as operators see it."""
    return pb.ExamPool(
        annotation_type=common_pb2.AnnotationType.ValueType(pool.annotation_type),
        pool_item_count=pool.size,
        labels=pool.labels,
        guide=guide_message(guide),
        attempt_count=pool.attempt_count,
        passed_count=pool.passed_count,
        right_needed=guide.right_needed,
    )


def exam_message(exam: ExamForOne, now: datetime) -> pb.Exam:
    """An exam as it stands for one person."""
    standing = exam.standing
    state, guide = standing.state_at(now), standing.guide
    message = pb.Exam(
        annotation_type=common_pb2.AnnotationType.ValueType(standing.annotation_type),
        state=_STATES[state],
        item_count=guide.item_count,
        time_limit_minutes=guide.time_limit_minutes,
        right_needed=guide.right_needed,
        guide=guide_message(guide, labels=False),
        last_result=result_message(exam.last) if exam.last else None,
        certificate_id=str(standing.certificate_id or ""),
    )
    if state is ExamState.RUNNING and standing.latest is not None:
        message.attempt_id = str(standing.latest.attempt_id)
        message.end_time.FromDatetime(standing.latest.end_time)
    if state is ExamState.TOO_SOON and standing.retry_time is not None:
        message.retry_time.FromDatetime(standing.retry_time)
    return message


def result_message(scored: ScoredAttempt) -> pb.ExamResult:
    """What a scored attempt showed."""
    attempt = scored.attempt
    return pb.ExamResult(
        attempt_id=str(attempt.attempt_id),
        passed=attempt.passed,
        right_count=attempt.right_count or 0,
        item_count=attempt.item_count,
        answered_count=scored.answered_count,
        score=interval_message(attempt.score),
        finish_time=to_timestamp(attempt.finish_time),
        ran_out=attempt.ran_out,
        retry_time=to_timestamp(retry_time_of(attempt)),
        certificate_id=str(attempt.certificate_id or ""),
    )


def attempt_message(own: OwnAttempt, now: datetime) -> pb.GetExamAttemptResponse:
    """An attempt as its candidate sees it."""
    attempt = own.attempt
    return pb.GetExamAttemptResponse(
        attempt_id=str(attempt.attempt_id),
        annotation_type=common_pb2.AnnotationType.ValueType(attempt.annotation_type),
        guide=guide_message(own.guide),
        right_needed=right_needed(attempt.item_count) or 0,
        end_time=to_timestamp(attempt.end_time),
        seconds_left=0 if own.scored else seconds_left(attempt, now),
        items=[shown_item_message(item) for item in own.items],
        result=result_message(own.scored) if own.scored else None,
    )


def _said(text: common_pb2.LocalText) -> Said:
    return Said(text.ko.strip(), text.en.strip())


def _text(said: Said) -> common_pb2.LocalText:
    return common_pb2.LocalText(ko=said.ko, en=said.en)
