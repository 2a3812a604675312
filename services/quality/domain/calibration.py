"""Makes claimed confidence honest: gold items judged blind show how often a claim of that size is right."""

import numpy as np

from services.quality.domain.evidence import (
    CALIBRATION_BINS,
    CALIBRATION_EDGES,
    NO_GOLD,
    Floats,
    Ints,
    JobMemory,
)

TRUST_PRIOR_ITEMS = 10.0
TRUST_PRIOR = 0.95


def tally(blind: Floats, gold: Ints) -> Floats:
    """[I, CALIBRATION_BINS * 3] each gold item's entry: one item, its claim, whether it was right; zeros elsewhere.

    ``blind`` [I, K] are the posteriors made without the known label.
    """
    items = blind.shape[0]
    best = blind.max(axis=1)
    right = (blind.argmax(axis=1) == gold).astype(np.float64)
    out = np.zeros((items, CALIBRATION_BINS, 3))
    entry = np.stack([np.ones(items), best, right], axis=1)
    out[np.arange(items), np.searchsorted(CALIBRATION_EDGES, best, side="right")] = entry
    out[gold == NO_GOLD] = 0.0
    return out.reshape(items, CALIBRATION_BINS * 3)


def calibrated(best: Floats, job: JobMemory) -> Floats:
    """[I] probability that the best label is right, from the model's own ``best`` [I] and what gold says of it.

    Claims are shrunk towards chance by the ratio of what gold confirmed to what was claimed on gold.
    """
    chance = 1.0 / job.class_counts.shape[0]
    seen, claimed, right = job.calibration.sum(axis=0)
    gained = max(claimed - seen * chance, 0.0) + TRUST_PRIOR_ITEMS * (1.0 - chance)
    confirmed = max(right - seen * chance, 0.0) + TRUST_PRIOR_ITEMS * TRUST_PRIOR * (1.0 - chance)
    ratio = min(1.0, confirmed / gained)
    honest: Floats = chance + ratio * (best - chance)
    return honest


def confirmed_trust(job: JobMemory) -> float:
    """0..1, how far gold has confirmed what peers say: 0 without gold, near 1 when blind results proved right.

    The ratio of confirmed to claimed skill on gold items judged blind, counting from nothing confirmed.
    """
    chance = 1.0 / job.class_counts.shape[0]
    seen, claimed, right = job.calibration.sum(axis=0)
    gained = max(claimed - seen * chance, 0.0) + TRUST_PRIOR_ITEMS * (1.0 - chance)
    return float(np.clip((right - seen * chance) / gained, 0.0, 1.0))
