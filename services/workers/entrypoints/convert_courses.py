"""Between the messages of courses and their values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import courses_service_pb2 as pb
from ilgam.workers.v1 import workers_events_pb2

from services.labelling.facts import media_named
from services.runtime.media_facts import MediaFacts, facts_message
from services.runtime.wire import to_timestamp
from services.workers.domain.course import Module, ModuleState, next_module_of
from services.workers.domain.practice import Feedback
from services.workers.domain.programmes import LocalText
from services.workers.domain.quiz import QuizResult
from services.workers.events import interval_message
from services.workers.store.queries.cohorts_taught import Learner, TaughtCohort
from services.workers.use_cases.check_practice import Practised
from services.workers.use_cases.find_course import Seen

_STATES = {
    ModuleState.LOCKED: pb.MODULE_STATE_LOCKED,
    ModuleState.OPEN: pb.MODULE_STATE_OPEN,
    ModuleState.FINISHED: pb.MODULE_STATE_FINISHED,
}
_STANDINGS = {
    "RUNNING": pb.EXAM_STANDING_RUNNING,
    "FAILED": pb.EXAM_STANDING_FAILED,
    "PASSED": pb.EXAM_STANDING_PASSED,
}


FIRST_PAGE: Final = (datetime.max.replace(tzinfo=UTC), UUID(int=(1 << 128) - 1))
"""Where a list begins that goes back in time."""


def local_message(text: LocalText | None) -> common_pb2.LocalText | None:
    """A text in both languages; None stays None, which leaves a field unset."""
    return common_pb2.LocalText(ko=text.ko, en=text.en) if text is not None else None


def course_message(seen: Seen) -> pb.Course:
    """A course in short, with where the caller stands."""
    states = seen.states
    return pb.Course(
        programme_id=str(seen.stored.programme_id),
        programme_title=local_message(seen.stored.title),
        version=seen.stored.version,
        put_time=to_timestamp(seen.stored.put_time),
        modules=[_module(seen, module, state) for module, state in zip(seen.course.modules, states, strict=True)],
        finished_count=states.count(ModuleState.FINISHED),
        next_module_id=next_module_of(seen.course.modules, states),
        taught=not seen.learns,
    )


def _module(seen: Seen, module: Module, state: ModuleState) -> pb.CourseModule:
    progress = seen.progress_in(module)
    return pb.CourseModule(
        module_id=module.module_id,
        title=local_message(module.title),
        minutes=module.minutes,
        annotation_type=common_pb2.AnnotationType.ValueType(module.annotation_type),
        state=_STATES[state],
        question_count=len(module.quiz.questions) if module.quiz else 0,
        quiz_passed=progress.quiz_passed,
        practice_count=len(module.practice.items) if module.practice else 0,
        practice_done_count=progress.practice_done_count,
    )


def module_json(module: Module, *, learns: bool) -> str:
    """What is shown of a module: its object in the document, for learners without what is right and why."""
    shown: dict[str, Any] = dict(module.shown)
    if learns and isinstance(shown.get("quiz"), Mapping):
        questions = [_asked(question) for question in shown["quiz"]["questions"]]
        shown["quiz"] = {**shown["quiz"], "questions": questions}
    return _json(shown)


def _asked(question: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in question.items() if name not in {"right", "why"}}


def quiz_message(result: QuizResult, *, passed: bool) -> pb.QuizResult:
    """How a quiz was answered; `passed` this time or before."""
    return pb.QuizResult(
        questions=[
            pb.QuestionResult(question_id=one.question_id, value=one.value, right=one.right, why=local_message(one.why))
            for one in result.questions
        ],
        right_count=result.right_count,
        passed=passed,
        pass_share=result.pass_share,
    )


def practice_message(practised: Practised, known: Mapping[str, MediaFacts]) -> pb.GetPracticeItemsResponse:
    """A module's practice as the learner sees it; `known` are the files of its items."""
    practice = practised.practice
    return pb.GetPracticeItemsResponse(
        annotation_type=common_pb2.AnnotationType.ValueType(practice.annotation_type),
        label_schema_json=practice.schema_json,
        instructions=local_message(practice.instructions),
        items=[
            pb.PracticeItem(
                key=item.key,
                data_json=_json(item.data),
                feedback=feedback_message(practised.feedback_on(item)),
                media=[
                    facts_message(known[name])
                    for name in sorted(media_named(practice.schema, item.data))
                    if name in known
                ],
            )
            for item in practice.items
        ],
        module_title=local_message(practised.module.title),
        share=interval_message(practised.share),
    )


def feedback_message(feedback: Feedback | None) -> pb.PracticeFeedback | None:
    """What a learner is told about an answer; None stays None."""
    if feedback is None:
        return None
    answer = feedback.answer
    return pb.PracticeFeedback(
        answer_json=answer.answer_json,
        right=answer.right,
        try_count=answer.try_count,
        first_right=answer.first_right,
        hint=local_message(feedback.hint),
        why=local_message(feedback.why),
        right_answer_json=feedback.right_answer_json,
        done=answer.done,
    )


def cohort_message(cohort: TaughtCohort) -> pb.TaughtCohort:
    """A cohort as those who teach it see it."""
    return pb.TaughtCohort(
        cohort_id=str(cohort.cohort_id),
        cohort_no=cohort.cohort_no,
        programme_id=str(cohort.programme_id),
        programme_title=local_message(cohort.title),
        start_time=to_timestamp(cohort.start_time),
        end_time=to_timestamp(cohort.end_time),
        seat_count=cohort.seat_count,
        learner_count=cohort.learner_count,
        completed_count=cohort.completed_count,
        finished_count=cohort.finished_count,
        module_count=len(cohort.module_ids),
    )


def learner_message(learner: Learner) -> pb.LearnerProgress:
    """How far a person of a cohort is."""
    return pb.LearnerProgress(
        enrolment_id=str(learner.enrolment_id),
        worker_id=str(learner.worker_id),
        enrolment_no=learner.enrolment_no,
        state=workers_events_pb2.EnrolmentState.Value(f"ENROLMENT_STATE_{learner.state.value}"),
        finished_count=learner.finished_count,
        practice_share=interval_message(learner.practice_share),
        exams=[
            pb.LearnerExam(
                annotation_type=common_pb2.AnnotationType.ValueType(annotation_type), standing=_STANDINGS[standing]
            )
            for annotation_type, standing in learner.exams
        ],
        last_step=learner.last_step,
    )


def before_of(values: dict[str, Any]) -> tuple[datetime, UUID]:
    """Where a page that goes back in time begins."""
    instant = datetime.fromisoformat(values["before"])
    if instant.tzinfo is None:
        raise ValueError("an instant has a time zone")
    return instant, UUID(values["id"])


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
