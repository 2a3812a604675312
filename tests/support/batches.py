"""Batches of answers for tests: simulated workers of known reliability."""

import numpy as np

from services.quality.domain.evidence import NO_GOLD, Batch, Floats, Ints
from tests.support.crowd import Crowd


def one_coin_crowd(
    seed: int, items: int, accuracies: list[float], classes: list[float], per_item: int | None = None
) -> Crowd:
    """Workers who are right with their accuracy and else say any other label; ``per_item`` of them answer each item."""
    rng = np.random.default_rng(seed)
    label_count = len(classes)
    truth = rng.choice(label_count, items, p=classes)
    asked = per_item or len(accuracies)
    workers = np.concatenate([rng.permutation(len(accuracies))[:asked] for _ in range(items)])
    index = np.repeat(np.arange(items), asked)
    wrong = (truth[index] + rng.integers(1, label_count, index.size)) % label_count
    said = np.where(rng.random(index.size) < np.array(accuracies)[workers], truth[index], wrong)
    return Crowd(index, workers, said, truth, label_count)


def batch_of(crowd: Crowd, gold: Ints | None = None, overlap: tuple[int, int] = (1, 10)) -> Batch:
    """All answers of a crowd as one batch of items never settled before."""
    known = np.full(crowd.truth.size, NO_GOLD, dtype=np.int64) if gold is None else gold
    return Batch.fresh((crowd.item, crowd.worker, crowd.label), known, crowd.label_count, overlap)


def unknown_prior(crowd: Crowd) -> tuple[Floats, Floats]:
    """Prior means and strengths of workers nobody knows."""
    return np.full(crowd.worker_count, 0.5), np.full(crowd.worker_count, 2.0)
