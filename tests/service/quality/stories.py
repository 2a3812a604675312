"""Events of the others, as quality hears them: one job and what happens in it."""

from dataclasses import dataclass, field, replace
from typing import Any, cast
from uuid import UUID, uuid4, uuid5

from google.protobuf.message import Message
from ilgam.common.v1 import common_pb2
from ilgam.tasks.v1 import tasks_events_pb2 as tasks_pb

from services.core.ids import new_id
from services.runtime.inbox_store import StoredEvent

# Columns of quality that tell when something was applied, told or given, and how sure the model was at that moment.
MOMENTS = frozenset(
    {
        "apply_no",
        "due_time",
        "finish_time",
        "verdict_no",
        "verdict_time",
        "given_score",
        "result_revision",
        "told_revision",
        "told_strength",
    }
)


def _id() -> str:
    return str(new_id())


@dataclass(frozen=True)
class Story:
    """A job's terms; its methods build the events of its life. Items and workers are named by numbers."""

    policy: tasks_pb.Policy.ValueType = tasks_pb.POLICY_ALL
    job_id: str = field(default_factory=_id)
    organisation_id: UUID = field(default_factory=uuid4)
    labels: tuple[str, ...] = ("cat", "dog")
    overlap: tuple[int, int] = (1, 1)
    newcomer_answers: int = 0
    clock_seconds: int = 7 * 24 * 3600
    gold_revision: int = 0
    schema_version: int = 1
    confidence_target: float = 0.95

    def item(self, number: int) -> str:
        return str(uuid5(UUID(self.job_id), f"item {number}"))

    def worker(self, number: int) -> str:
        return str(uuid5(UUID(int=1), f"worker {number}"))

    def answer(self, item: int, worker: int) -> str:
        return str(uuid5(UUID(self.job_id), f"answer {item} {worker}"))

    def with_terms(self, **changed: object) -> "Story":
        return replace(self, **changed)  # type: ignore[arg-type]  # the fields' own types hold

    def terms(self) -> tasks_pb.JobTerms:
        return tasks_pb.JobTerms(
            job_id=self.job_id,
            organisation_id=str(self.organisation_id),
            annotation_type=common_pb2.ANNOTATION_TYPE_TEXT_CHOICE,
            policy=self.policy,
            overlap_min=self.overlap[0],
            overlap_max=self.overlap[1],
            confidence_target=self.confidence_target,
            reject_below=0.05,
            newcomer_answers=self.newcomer_answers,
            clock_seconds=self.clock_seconds,
            schema_version=self.schema_version,
            labels=self.labels,
            gold_revision=self.gold_revision,
            state=tasks_pb.JOB_STATE_OPEN,
            publish_no=1,
        )

    def opened(self, revision: int = 1) -> tasks_pb.JobOpened:
        return tasks_pb.JobOpened(job_id=self.job_id, revision=revision, terms=self.terms())

    def changed(self, revision: int) -> tasks_pb.JobChanged:
        return tasks_pb.JobChanged(job_id=self.job_id, revision=revision, terms=self.terms())

    def closed(self, answers: int, revision: int = 9) -> tasks_pb.JobClosed:
        return tasks_pb.JobClosed(job_id=self.job_id, revision=revision, answers_submitted=answers)

    def gold(self, labels: dict[int, str], revision: int = 1) -> tasks_pb.GoldProvided:
        items = [tasks_pb.GoldItem(item_id=self.item(item), label=label) for item, label in labels.items()]
        return tasks_pb.GoldProvided(job_id=self.job_id, gold_revision=revision, items=items)

    def submitted(self, worker: int, labels: dict[int, str], schema_version: int = 1) -> tasks_pb.AnswersSubmitted:
        """One worker's answers: label by item."""
        return tasks_pb.AnswersSubmitted(
            job_id=self.job_id,
            worker_id=self.worker(worker),
            job_revision=1,
            gold_revision=self.gold_revision,
            answers=[
                tasks_pb.SubmittedAnswer(
                    answer_id=self.answer(item, worker),
                    item_id=self.item(item),
                    label=label,
                    schema_version=schema_version,
                    publish_no=1,
                    active_ms=1500,
                )
                for item, label in labels.items()
            ],
        )


def stored(event: Message) -> StoredEvent:
    """An event as the inbox takes it."""
    stamped = cast(Any, event)
    stamped.event_id = stamped.event_id or str(new_id())
    return StoredEvent(UUID(stamped.event_id), event.DESCRIPTOR.full_name, event.SerializeToString())
