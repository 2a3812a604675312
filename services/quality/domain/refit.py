"""The best estimate from all answers of a job at once: a few rounds of expectation and maximisation, anchored."""

from dataclasses import replace

from services.quality.domain import settlement
from services.quality.domain.evidence import Batch, Floats, Settlement, WorkerTable

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
        batch: every answer of the job; of its memory only the blind results on gold are read.
        prior_mean: [W] as in ``WorkerTable``.
        prior_strength: [W] as in ``WorkerTable``.
        label_count: K.
        confidence_target: as in ``settle``.

    Raises:
        ValueError: more than ``ANSWERS_MAX`` answers, or a batch that ``settle`` refuses.
    """
    if batch.item.shape[0] > ANSWERS_MAX:
        raise ValueError(f"a refit takes at most {ANSWERS_MAX} answers")
    unknown = WorkerTable.unknown(prior_mean.shape[0], label_count)
    workers = replace(unknown, prior_mean=prior_mean, prior_strength=prior_strength)
    return settlement.resettle(batch, workers, ROUNDS, confidence_target)
