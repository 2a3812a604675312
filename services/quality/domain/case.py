"""What is gathered to judge some of a job's answers: whole items with all their answers and workers, in columns."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np

from services.quality.domain.evidence import (
    NO_GOLD,
    Batch,
    Flags,
    Floats,
    Ints,
    WorkerTable,
    audited,
    item_memory_size,
)
from services.quality.domain.job import Job
from services.quality.domain.verdicts import Reason, VerdictState

GOLD_OVERLAP = 2**31 - 1


@dataclass(frozen=True)
class Submission:
    """One answer as it was submitted."""

    answer_id: UUID
    item_id: UUID
    worker_id: UUID
    label: str
    publish_no: int
    schema_version: int
    active_ms: int
    late: bool
    not_sure: bool
    body_sha256: str = ""


@dataclass(frozen=True)
class Result:
    """An item's result as it was last told; revision 0: never told."""

    label: str = ""
    confidence: float = 0.0
    tie: bool = False
    answer_count: int = 0
    revision: int = 0
    resolved: bool = False
    answers_wanted: int = 0
    body_sha256: str = ""


@dataclass(frozen=True)
class StoredItem:
    """An item as stored: its known label or body ('' for none), its result, its memory (empty for a new one)."""

    item_id: UUID
    gold: str
    result: Result
    memory: bytes
    gold_sha256: str = ""


@dataclass(frozen=True)
class StoredAnswer:
    """An answer as stored, with its latest verdict; revision 0 while it is pending."""

    answer_id: UUID
    item_id: UUID
    worker_id: UUID
    label: str
    publish_no: int
    state: VerdictState
    reason: Reason
    revision: int
    memory: bytes
    body_sha256: str = ""


@dataclass(frozen=True)
class SkillSums:
    """Right and wrong answers, from gold and from peers."""

    gold_right: float = 0.0
    gold_wrong: float = 0.0
    peer_right: float = 0.0
    peer_wrong: float = 0.0

    def minus(self, other: "SkillSums") -> "SkillSums":
        """The difference; exact, because all are multiples of the grain."""
        return SkillSums(
            self.gold_right - other.gold_right,
            self.gold_wrong - other.gold_wrong,
            self.peer_right - other.peer_right,
            self.peer_wrong - other.peer_wrong,
        )


@dataclass(frozen=True)
class StoredWorker:
    """A worker in a job: counts [2, K, K] gold then peers as bytes, what went into the skill, and the skill's prior."""

    worker_id: UUID
    answer_count: int
    counted: SkillSums
    counts: bytes
    prior_mean: float
    prior_strength: float


@dataclass(frozen=True, eq=False)
class Case:
    """One job's touched items (I), all their answers (N, old ones first) and those answers' workers (W).

    Items and workers are sorted by id, so that the same set always gives the same numbers.
    """

    job: Job
    items: Sequence[StoredItem]
    workers: Sequence[StoredWorker]
    old: Sequence[StoredAnswer]
    new: Sequence[Submission]
    item: Ints = field(repr=False)
    worker: Ints = field(repr=False)
    label: Ints = field(repr=False)

    @property
    def answers(self) -> list[StoredAnswer | Submission]:
        """The answers in the order of the columns."""
        return [*self.old, *self.new]

    @property
    def gold(self) -> Ints:
        """[I] index of the known label, or NO_GOLD; 0 for a known answer that is more than a label."""
        if self.job.terms.structured:
            return np.array([0 if item.gold_sha256 else NO_GOLD for item in self.items], dtype=np.int64)
        place = {label: n for n, label in enumerate(self.job.terms.labels)}
        return np.array([place.get(item.gold, NO_GOLD) for item in self.items], dtype=np.int64)

    @property
    def scored_counts(self) -> Ints:
        """[W] answers of each worker in the job, the new ones included."""
        counts = np.array([worker.answer_count for worker in self.workers], dtype=np.int64)
        fresh = self.worker[len(self.old) :]
        return counts + np.bincount(fresh, minlength=len(self.workers))

    def batch(self) -> Batch:
        """The model's view of the case."""
        terms = self.job.terms
        labels = terms.outcomes
        gold = self.gold
        return Batch(
            item=self.item,
            worker=self.worker,
            label=self.label,
            gold=gold,
            min_overlap=np.full(gold.shape[0], terms.overlap_min, dtype=np.int64),
            max_overlap=np.where(gold == NO_GOLD, terms.overlap_max, GOLD_OVERLAP),
            audit=self._audited(),
            answer_memory=_stacked([*(answer.memory for answer in self.old), *(b"" for _ in self.new)], labels),
            item_memory=_stacked([item.memory for item in self.items], item_memory_size(labels)),
        )

    def table(self) -> WorkerTable:
        """The model's view of the workers."""
        labels = self.job.terms.outcomes
        counts = _stacked([worker.counts for worker in self.workers], 2 * labels * labels)
        squares = counts.reshape(len(self.workers), 2, labels, labels)
        return WorkerTable(
            gold_counts=squares[:, 0],
            peer_counts=squares[:, 1],
            prior_mean=np.array([worker.prior_mean for worker in self.workers]),
            prior_strength=np.array([worker.prior_strength for worker in self.workers]),
        )

    def _audited(self) -> Flags:
        return np.array([audited(item.item_id.bytes) for item in self.items], dtype=np.bool_)


def case_of(
    job: Job,
    items: Sequence[StoredItem],
    workers: Sequence[StoredWorker],
    old: Sequence[StoredAnswer],
    new: Sequence[Submission],
) -> Case:
    """The case of what was gathered, in the order that makes it the same for the same set."""
    items = sorted(items, key=lambda item: item.item_id)
    workers = sorted(workers, key=lambda worker: worker.worker_id)
    old = sorted(old, key=lambda answer: (answer.item_id, answer.worker_id))
    new = sorted(new, key=lambda answer: (answer.item_id, answer.worker_id))
    item_place = {item.item_id: n for n, item in enumerate(items)}
    worker_place = {worker.worker_id: n for n, worker in enumerate(workers)}
    label_place = {label: n for n, label in enumerate(job.terms.labels)}
    answers: list[StoredAnswer | Submission] = [*old, *new]
    return Case(
        job=job,
        items=items,
        workers=workers,
        old=old,
        new=new,
        item=np.array([item_place[answer.item_id] for answer in answers], dtype=np.int64),
        worker=np.array([worker_place[answer.worker_id] for answer in answers], dtype=np.int64),
        label=np.array(
            [0 if job.terms.structured else label_place[answer.label] for answer in answers], dtype=np.int64
        ),
    )


def _stacked(vectors: Sequence[bytes], size: int) -> Floats:
    """[N, size] stored vectors; an empty one, or one made for another number of labels, reads as zeros."""
    empty = bytes(8 * size)
    joined = b"".join(vector if len(vector) == len(empty) else empty for vector in vectors)
    return np.frombuffer(joined, dtype="<f8").reshape(len(vectors), size).astype(np.float64)
