"""What the choice model remembers of a job and its workers, and what one batch brings.

All counts are whole multiples of ``GRAIN``, so adding a contribution and taking it away again is exact in binary
floating point: the memory depends on which contributions it holds, never on the order in which they came.
"""

import zlib
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

AUDIT_SHARE = 0.1
GRAIN = 1.0 / 1024.0
NO_GOLD = -1
CALIBRATION_SIZE = 3  # gold items judged blind, the confidence claimed on them, how many were right
DISCOUNTS = (0.2, 0.35, 0.5, 0.65, 0.8, 1.0)  # how much of each answer's evidence may be new


def audited(item_id: bytes) -> bool:
    """Whether an item belongs to the small share that is asked up to its max overlap whatever it seems to be.

    Where asking stops as soon as people agree, agreement proves little; these items show how far it can be trusted.
    The same id always gives the same answer.
    """
    return zlib.crc32(item_id) < AUDIT_SHARE * 2**32


def item_memory_size(label_count: int) -> int:
    """Length of one item's memory: class counts, then its shares of the calibration table and of foresight."""
    return label_count + CALIBRATION_SIZE + len(DISCOUNTS)


def job_memory_size(label_count: int) -> int:
    """Length of a job's packed memory."""
    return item_memory_size(label_count) + 2 * label_count * label_count


def to_grain(values: Floats) -> Floats:
    """Rounds to whole multiples of ``GRAIN``."""
    rounded: Floats = np.rint(values / GRAIN) * GRAIN
    return rounded


@dataclass(frozen=True, eq=False)
class WorkerTable:
    """What is known of W workers in one job with K labels; the caller chooses the order of workers.

    Attributes:
        gold_counts: [W, K, K], true label x said label, from gold items (exact).
        peer_counts: [W, K, K], true label x said label, from other items (soft, judged by other people's answers).
        prior_mean: [W], mean of the worker's skill for the annotation type, in 0..1.
        prior_strength: [W], alpha + beta of that Beta; 2 for an unknown worker, Beta(1, 1).
    """

    gold_counts: Floats
    peer_counts: Floats
    prior_mean: Floats
    prior_strength: Floats

    @classmethod
    def unknown(cls, worker_count: int, label_count: int, prior: tuple[float, float] = (0.5, 2.0)) -> Self:
        """A table of workers never seen in this job; ``prior`` is (mean, strength) for all of them."""
        shape = (worker_count, label_count, label_count)
        mean, strength = prior
        return cls(np.zeros(shape), np.zeros(shape), np.full(worker_count, mean), np.full(worker_count, strength))


@dataclass(frozen=True, eq=False)
class JobMemory:
    """What is known of one job with K labels.

    Attributes:
        class_counts: [K], soft counts of settled items per label.
        gold_pool: [K, K], sum of all its workers' ``gold_counts``.
        peer_pool: [K, K], sum of all its workers' ``peer_counts``.
        calibration: [CALIBRATION_SIZE], gold items judged blind: how many, claimed confidence, right ones.
        foresight: [len(DISCOUNTS)], log probability of answers foreseen from the others', per evidence discount.
    """

    class_counts: Floats
    gold_pool: Floats
    peer_pool: Floats
    calibration: Floats
    foresight: Floats

    @classmethod
    def empty(cls, label_count: int) -> Self:
        """The memory of a job nobody has answered yet."""
        return cls.unpacked(np.zeros(job_memory_size(label_count)), label_count)

    def packed(self) -> Floats:
        """[job_memory_size(K)] everything in one vector, to be stored; ``unpacked`` reads it."""
        parts = (self.class_counts, self.calibration, self.foresight, self.gold_pool, self.peer_pool)
        return np.concatenate([part.ravel() for part in parts])

    @classmethod
    def unpacked(cls, vector: Floats, label_count: int) -> Self:
        """The memory that ``packed`` made."""
        sizes = (label_count, CALIBRATION_SIZE, len(DISCOUNTS), label_count * label_count)
        classes, calibration, foresight, gold, peer = np.split(vector, np.cumsum(sizes))
        square = (label_count, label_count)
        return cls(classes, gold.reshape(square), peer.reshape(square), calibration, foresight)


@dataclass(frozen=True, eq=False)
class Batch:
    """All answers (N) of the touched items (I), old answers included; rows may come in any order.

    Attributes:
        item: [N], index into the item arrays.
        worker: [N], index into the worker table.
        label: [N], index of the label said, 0..K-1.
        gold: [I], index of the known label, or ``NO_GOLD``.
        min_overlap: [I], answers an item gets at least.
        max_overlap: [I], answers an item gets at most.
        audit: [I], whether the item is ``audited``.
        answer_memory: [N, K], what each answer contributed before (zeros for a new one).
        item_memory: [I, item_memory_size(K)], what each item contributed before (zeros for a new one).
    """

    item: Ints
    worker: Ints
    label: Ints
    gold: Ints
    min_overlap: Ints
    max_overlap: Ints
    audit: Flags
    answer_memory: Floats
    item_memory: Floats

    @classmethod
    def fresh(
        cls, answers: tuple[Ints, Ints, Ints], gold: Ints, label_count: int, overlap: tuple[int, int] = (1, 10)
    ) -> Self:
        """A batch never settled before: ``answers`` (item, worker, label), ``overlap`` (min, max) for every item."""
        item, worker, label = answers
        items = gold.shape[0]
        return cls(
            item=item,
            worker=worker,
            label=label,
            gold=gold,
            min_overlap=np.full(items, overlap[0], dtype=np.int64),
            max_overlap=np.full(items, overlap[1], dtype=np.int64),
            audit=np.zeros(items, dtype=np.bool_),
            answer_memory=np.zeros((item.shape[0], label_count)),
            item_memory=np.zeros((items, item_memory_size(label_count))),
        )


@dataclass(frozen=True, eq=False)
class Settlement:
    """What a batch decides, in the caller's order of rows, items and workers.

    Attributes:
        posterior: [I, K], probability of each label as the model sees it (gold items: 1 at the known label).
        label: [I], the best label; among equals the lowest index.
        tied: [I], whether another label is as likely as the best (no honest result yet).
        confidence: [I], calibrated probability that ``label`` is right; 1 for gold items.
        want_more: [I], whether the item should get one more answer than it has.
        resolved: [I], whether the item needs no further answer.
        loo: [N], probability that the answer's label is true, given gold and the others' answers (own left out).
        answer_memory: [N, K], store per answer, give back with the item's next batch.
        item_memory: [I, item_memory_size(K)], store per item, likewise.
        workers: the table with this batch in it, in the order given.
        job: the job's memory with this batch in it.
    """

    posterior: Floats
    label: Ints
    tied: Flags
    confidence: Floats
    want_more: Flags
    resolved: Flags
    loo: Floats
    answer_memory: Floats
    item_memory: Floats
    workers: WorkerTable
    job: JobMemory
