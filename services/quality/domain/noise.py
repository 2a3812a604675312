"""Who answers without looking: a Bayes factor between an honest table and one label habit for every item.

Accuracy alone misses constant answerers where one class dominates; independence of the said label from the true one
does not. Evidence from peers takes nobody's money unless gold has confirmed the peers of this job.
"""

import numpy as np

from services.quality.domain import calibration, confusion
from services.quality.domain.evidence import Floats, JobMemory, WorkerTable

CARELESS_SHARE = 0.05
HONEST_STRENGTH = 6.0
HABIT_STRENGTH = 2.0
_SHIFT = 8


def worker_noise(table: WorkerTable, job: JobMemory) -> Floats:
    """[W] probability that a worker's answers do not depend on the truth.

    Honest: each row of the worker's table is Dirichlet around the pool's. Careless: all rows are one habit. Gold counts
    in full, peers' counts times what gold confirms of the peers (0 without gold), the worker's exam as prior odds.
    """
    trust = calibration.confirmed_trust(job)
    counts = table.gold_counts + trust * table.peer_counts
    honest = _dirichlet_evidence(counts, HONEST_STRENGTH * confusion.pool_table(job)).sum(axis=1)
    label_count = counts.shape[-1]
    habit = np.full(label_count, HABIT_STRENGTH / label_count)
    careless = _dirichlet_evidence(counts.sum(axis=1), habit)
    logit = careless - honest + np.log(CARELESS_SHARE / (1.0 - CARELESS_SHARE))
    noise: Floats = 1.0 / (1.0 + np.exp(-np.clip(logit, -500.0, 500.0)))
    return noise


def log_gamma(x: Floats) -> Floats:
    """Logarithm of Gamma for positive x: Stirling's series (DLMF 5.11.1) after shifting x up by 8, exact to about 1e-12."""
    shifted = x + _SHIFT
    product = np.ones_like(x)
    for step in range(_SHIFT):
        product = product * (x + step)
    inverse = 1.0 / shifted
    square = inverse * inverse
    series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)))
    out: Floats = (shifted - 0.5) * np.log(shifted) - shifted + 0.5 * np.log(2 * np.pi) + series - np.log(product)
    return out


def _dirichlet_evidence(counts: Floats, prior: Floats) -> Floats:
    total = prior.sum(axis=-1)
    inside = (log_gamma(counts + prior) - log_gamma(prior)).sum(axis=-1)
    out: Floats = inside + log_gamma(total) - log_gamma(counts.sum(axis=-1) + total)
    return out
