"""Between quality's messages and its values."""

from uuid import UUID

from ilgam.tasks.v1 import tasks_events_pb2 as tasks_pb
from ilgam.workers.v1 import workers_events_pb2 as workers_pb

from services.labelling.annotation import RESULTS_MAX
from services.labelling.kinds import ControlKind
from services.labelling.values import Control, Label
from services.quality.domain.case import Submission
from services.quality.domain.job import Terms
from services.quality.domain.verdicts import Policy
from services.quality.store.queries.skills import Shown
from services.quality.use_cases.judge_answers import Arrival
from services.runtime.inbox import PermanentEventError

_POLICIES = {
    tasks_pb.POLICY_ALL: Policy.ALL,
    tasks_pb.POLICY_GOLD: Policy.GOLD,
    tasks_pb.POLICY_CONSENSUS: Policy.CONSENSUS,
}
_LABELS_MIN = 2
_KINDS = frozenset(kind.value for kind in ControlKind)


def terms_of(terms: tasks_pb.JobTerms) -> Terms:
    """A job's terms.

    Raises:
        PermanentEventError: a policy or a control that is unknown here, or nothing to answer.
    """
    if terms.policy not in _POLICIES:
        raise PermanentEventError(f"job {terms.job_id}: no such policy: {terms.policy}")
    controls = tuple(_control_of(terms.job_id, one) for one in terms.controls)
    if len(set(terms.labels)) != len(terms.labels) or (not controls and len(terms.labels) < _LABELS_MIN):
        raise PermanentEventError(f"job {terms.job_id}: a job needs two or more different labels")
    return Terms(
        job_id=UUID(terms.job_id),
        organisation_id=UUID(terms.organisation_id),
        annotation_type=terms.annotation_type,
        policy=_POLICIES[terms.policy],
        overlap_min=terms.overlap_min,
        overlap_max=terms.overlap_max,
        confidence_target=terms.confidence_target,
        reject_below=terms.reject_below,
        newcomer_answers=terms.newcomer_answers,
        clock_seconds=terms.clock_seconds,
        labels=tuple(terms.labels),
        schema_version=terms.schema_version,
        controls=controls,
    )


def _control_of(job_id: str, terms: tasks_pb.ControlTerms) -> Control:
    if terms.kind not in _KINDS:
        raise PermanentEventError(f"job {job_id}: no such kind of control: {terms.kind}")
    scaled = terms.low < terms.high
    return Control(
        terms.control_id,
        ControlKind(terms.kind),
        labels=tuple(Label(value) for value in terms.labels),
        low=terms.low if scaled else None,
        high=terms.high if scaled else None,
        exclusive_with=tuple(terms.exclusive_with),
        required=terms.required,
        least=terms.min,
        most=terms.max or RESULTS_MAX,
    )


def arrival_of(event: tasks_pb.AnswersSubmitted) -> Arrival:
    """The answers of one event."""
    worker_id = UUID(event.worker_id)
    return Arrival(
        job_id=UUID(event.job_id),
        gold_revision=event.gold_revision,
        submissions=[
            Submission(
                answer_id=UUID(answer.answer_id),
                item_id=UUID(answer.item_id),
                worker_id=worker_id,
                label=answer.label,
                publish_no=answer.publish_no,
                schema_version=answer.schema_version,
                active_ms=answer.active_ms,
                late=answer.late,
                not_sure=answer.not_sure,
                body_sha256=answer.body_sha256,
            )
            for answer in event.answers
        ],
    )


def exam_of(event: workers_pb.ExamFinished) -> Shown:
    """What an exam attempt shows."""
    right = float(event.right_count)
    wrong = float(event.item_count - event.right_count)
    return Shown(
        UUID(event.worker_id), event.annotation_type, event.revision, UUID(event.attempt_id), right, max(0.0, wrong)
    )


def certificate_of(event: workers_pb.CertificateIssued) -> Shown:
    """What a certificate's score shows: the mean of a Beta that began at (1, 1) and saw ``count`` answers."""
    right = event.score.mean * (event.score.count + 2.0) - 1.0
    right = min(max(0.0, right), event.score.count)
    wrong = event.score.count - right
    return Shown(UUID(event.worker_id), event.annotation_type, event.revision, UUID(event.certificate_id), right, wrong)
