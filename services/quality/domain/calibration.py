"""Makes claimed confidence honest: gold items judged blind show how often a claim of that size is right."""

import numpy as np

from services.quality.domain import confusion
from services.quality.domain.evidence import (
    DISCOUNTS,
    NO_GOLD,
    Floats,
    Ints,
    JobMemory,
)

TRUST_PRIOR_ITEMS = 10.0
FORESIGHT_SHARE = 0.5  # answers of one item are not independent witnesses


def tally(blind: Floats, gold: Ints) -> Floats:
    """[I, CALIBRATION_SIZE] each gold item's entry: one item, its claim, whether it was right; zeros elsewhere.

    ``blind`` [I, K] are the posteriors made without the known label.
    """
    entry = np.stack([np.ones(gold.shape[0]), blind.max(axis=1), blind.argmax(axis=1) == gold], axis=1)
    known: Floats = entry * (gold != NO_GOLD)[:, None]
    return known


def foreseen(item: Ints, others: Floats, likelihood: Floats, prior: Floats, item_count: int) -> Floats:
    """[I, len(DISCOUNTS)] log probability of each item's answers, each foreseen from the others'.

    Where people err together, or items differ in difficulty, discounted evidence foresees better than full evidence.

    Args:
        item: [N] index of each answer's item.
        others: [N, K] summed log likelihood of the other answers of the item.
        likelihood: [N, K] log likelihood of the answer itself.
        prior: [K] class prior.
        item_count: I.
    """
    said = np.exp(likelihood)
    log_prior = np.log(prior)
    columns = [np.log((confusion.softmax(others * each + log_prior) * said).sum(axis=1)) for each in DISCOUNTS]
    return confusion.summed(item, np.stack(columns, axis=1), item_count)


def discount(job: JobMemory) -> float:
    """The share of each answer's evidence that is new, by what foresees this job's answers best; 0.58 at the start."""
    logs = job.foresight * FORESIGHT_SHARE
    weight = np.exp(logs - logs.max())
    return float(weight @ np.array(DISCOUNTS) / weight.sum())


def calibrated(best: Floats, job: JobMemory) -> Floats:
    """[I] probability that the best label is right, from the model's own ``best`` [I].

    Claims are shrunk towards chance by the ratio of what gold confirmed to what was claimed on gold. Before there is
    gold the ratio is taken as the root of the evidence discount, which was near the truth on recorded crowds.
    """
    chance = 1.0 / job.class_counts.shape[0]
    seen, claimed, right = job.calibration
    weight = TRUST_PRIOR_ITEMS * (1.0 - chance)
    gained = max(claimed - seen * chance, 0.0) + weight
    confirmed = max(right - seen * chance, 0.0) + weight * np.sqrt(discount(job))
    honest: Floats = chance + min(1.0, confirmed / gained) * (best - chance)
    return honest


def confirmed_trust(job: JobMemory) -> float:
    """0..1, how far gold has confirmed what peers say: 0 without gold, near 1 when blind results proved right.

    The ratio of confirmed to claimed skill on gold items judged blind, counting from nothing confirmed.
    """
    chance = 1.0 / job.class_counts.shape[0]
    seen, claimed, right = job.calibration
    gained = max(claimed - seen * chance, 0.0) + TRUST_PRIOR_ITEMS * (1.0 - chance)
    return float(np.clip((right - seen * chance) / gained, 0.0, 1.0))
