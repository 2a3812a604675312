"""The best estimate from all answers of a job at once: a few rounds of expectation and maximisation, anchored."""

import numpy as np

from services.quality.domain import settlement
from services.quality.domain.evidence import Batch, Floats, JobMemory, Settlement, WorkerTable, item_memory_size

ANSWERS_MAX = 400_000
ROUNDS = 10


def refit(
    batch: Batch,
    prior_mean: Floats,
    prior_strength: Floats,
    label_count: int,
    confidence_target: float = settlement.CONFIDENCE_TARGET,
) -> Settlement:
    """Settles all answers of a job from nothing but gold and the workers' priors; its memory replaces the job's.

    Args:
        batch: every answer of the job; its memory arrays are not read.
        prior_mean: [W] as in ``WorkerTable``.
        prior_strength: [W] as in ``WorkerTable``.
        label_count: K.
        confidence_target: as in ``settle``.

    Raises:
        ValueError: more than ``ANSWERS_MAX`` answers, or a batch that ``settle`` refuses.
    """
    if batch.item.shape[0] > ANSWERS_MAX:
        raise ValueError(f"a refit takes at most {ANSWERS_MAX} answers")
    fresh = Batch(
        batch.item,
        batch.worker,
        batch.label,
        batch.gold,
        batch.min_overlap,
        batch.max_overlap,
        np.zeros((batch.item.shape[0], label_count)),
        np.zeros((batch.gold.shape[0], item_memory_size(label_count))),
    )
    unknown = WorkerTable.unknown(prior_mean.shape[0], label_count)
    workers = WorkerTable(unknown.gold_counts, unknown.peer_counts, prior_mean, prior_strength)
    return settlement.settle(fresh, workers, JobMemory.empty(label_count), confidence_target, passes=ROUNDS)
