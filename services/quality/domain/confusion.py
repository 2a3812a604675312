"""How workers err: confusion tables and what answers say under them (Dawid & Skene 1979, with anchors).

A worker's table is the pool's table moved to the worker's own accuracy, then mended by the worker's own counts: gold
counts in full, peers' counts only up to a limit. The tables cannot swap labels: an answer never speaks against the
label it names.
"""

import numpy as np

from services.quality.domain.evidence import Floats, Ints, JobMemory, WorkerTable

POOL_ACCURACY = 0.65
POOL_STRENGTH = 30.0
POOL_TABLE_STRENGTH = 40.0
PRIOR_STRENGTH_MAX = 2.0
ACCURACY_STRENGTH = 8.0
TABLE_STRENGTH = 5.0
PEER_CAP = 200.0
ACCURACY_MARGIN = 0.02
ACCURACY_MAX = 0.99
CLASS_EVEN_SHARE = 0.3
CLASS_GOLD_ANSWERS = 100.0
CLASS_STRENGTH = 20.0
FLOOR = 1e-9


def one_coin(accuracy: Floats, label_count: int) -> Floats:
    """[..., K, K] tables that are right with ``accuracy`` [...] and spread their errors evenly."""
    error = (1.0 - accuracy) / (label_count - 1)
    eye = np.eye(label_count)
    table: Floats = error[..., None, None] * (1.0 - eye) + accuracy[..., None, None] * eye
    return table


def class_prior(job: JobMemory) -> Floats:
    """[K] probability of each label before any answer: the job's own counts, held near even until gold anchors them."""
    counts = job.class_counts
    label_count = counts.shape[0]
    share = (counts + CLASS_STRENGTH / label_count) / (counts.sum() + CLASS_STRENGTH)
    even = CLASS_EVEN_SHARE * CLASS_GOLD_ANSWERS / (CLASS_GOLD_ANSWERS + job.gold_pool.sum())
    prior: Floats = (1.0 - even) * share + even / label_count
    return prior


def pool_accuracy(job: JobMemory) -> float:
    """The pool's share of right answers in this job, above chance, from gold in full and from peers up to a limit."""
    label_count = job.class_counts.shape[0]
    peers = job.peer_pool * _peer_scale(job.peer_pool.sum())
    right = POOL_ACCURACY * POOL_STRENGTH + np.trace(job.gold_pool) + np.trace(peers)
    total = POOL_STRENGTH + job.gold_pool.sum() + peers.sum()
    return float(np.clip(right / total, 1.0 / label_count + ACCURACY_MARGIN, ACCURACY_MAX))


def pool_table(job: JobMemory) -> Floats:
    """[K, K] the pool's table: one coin, mended by the pooled counts."""
    return _pool_table(job, pool_accuracy(job))


def _pool_table(job: JobMemory, accuracy: float) -> Floats:
    base = one_coin(np.array(accuracy), job.class_counts.shape[0])
    counts = job.gold_pool + job.peer_pool * _peer_scale(job.peer_pool.sum())
    return never_against_itself(_normalised(counts + POOL_TABLE_STRENGTH * base))


def worker_accuracy(table: WorkerTable, job: JobMemory) -> Floats:
    """[W] each worker's share of right answers, pulled to the pool's and to the worker's skill, above chance."""
    return _worker_accuracy(table, _counts(table), pool_accuracy(job))


def _worker_accuracy(table: WorkerTable, counts: Floats, pool: float) -> Floats:
    label_count = counts.shape[-1]
    known = np.clip(table.prior_strength - 2.0, 0.0, None)
    known_right = np.clip(table.prior_mean * table.prior_strength - 1.0, 0.0, known)
    scale = np.minimum(1.0, PRIOR_STRENGTH_MAX / np.maximum(known, FLOOR))
    right = known_right * scale + ACCURACY_STRENGTH * pool + np.trace(counts, axis1=1, axis2=2)
    total = known * scale + ACCURACY_STRENGTH + counts.sum(axis=(1, 2))
    clipped: Floats = np.clip(right / total, 1.0 / label_count + ACCURACY_MARGIN, ACCURACY_MAX)
    return clipped


def confusions(table: WorkerTable, job: JobMemory) -> Floats:
    """[W, K, K] each worker's table of said label given true label; rows sum to 1."""
    counts = _counts(table)
    pool = pool_accuracy(job)
    base = _moved_to(_pool_table(job, pool), _worker_accuracy(table, counts, pool), pool)
    return never_against_itself(_normalised(counts + TABLE_STRENGTH * base))


def never_against_itself(tables: Floats) -> Floats:
    """[..., K, K] no label may be said more often for another true label than for itself.

    The excess goes to the row's own diagonal, so rows still sum to 1 and one pass is enough: diagonals only rise.
    """
    label_count = tables.shape[-1]
    diagonal = np.diagonal(tables, axis1=-2, axis2=-1)
    capped = np.minimum(tables, diagonal[..., None, :])
    excess = 1.0 - capped.sum(axis=-1)
    safe: Floats = capped + excess[..., None] * np.eye(label_count)
    return safe


def log_likelihoods(worker: Ints, label: Ints, tables: Floats) -> Floats:
    """[N, K] log probability of each answer under each true label."""
    rows: Floats = np.log(np.maximum(tables[worker, :, label], FLOOR))
    return rows


def posteriors(item: Ints, likelihood: Floats, prior: Floats, item_count: int) -> Floats:
    """[I, K] probability of each label given the answers; ``likelihood`` [N, K] as logs, ``prior`` [K]."""
    return softmax(summed(item, likelihood, item_count) + np.log(prior))


def summed(item: Ints, rows: Floats, item_count: int) -> Floats:
    """[I, K] sums of rows [N, K] per item."""
    out = np.zeros((item_count, rows.shape[1]))
    np.add.at(out, item, rows)
    return out


def softmax(logits: Floats) -> Floats:
    """Probabilities along the last axis."""
    weight = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: Floats = weight / weight.sum(axis=-1, keepdims=True)
    return shares


def _counts(table: WorkerTable) -> Floats:
    peers = table.peer_counts * _peer_scale(table.peer_counts.sum(axis=(1, 2)))[:, None, None]
    counts: Floats = table.gold_counts + peers
    return counts


def _peer_scale(total: Floats) -> Floats:
    scale: Floats = PEER_CAP / (PEER_CAP + total)
    return scale


def _normalised(counts: Floats) -> Floats:
    shares: Floats = counts / counts.sum(axis=-1, keepdims=True)
    return shares


def _moved_to(table: Floats, accuracy: Floats, pool: float) -> Floats:
    label_count = table.shape[-1]
    shift = _logit(accuracy) - _logit(np.array(pool))
    diagonal = np.clip(np.diagonal(table), FLOOR, ACCURACY_MAX)
    moved = 1.0 / (1.0 + np.exp(-(_logit(diagonal)[None, :] + shift[:, None])))
    errors = table * (1.0 - np.eye(label_count)) + FLOOR
    spread = errors / errors.sum(axis=-1, keepdims=True)
    out: Floats = spread[None] * (1.0 - moved)[:, :, None]
    rows = np.arange(label_count)
    out[:, rows, rows] += moved
    return _normalised(out)


def _logit(share: Floats) -> Floats:
    odds: Floats = np.log(share / (1.0 - share))
    return odds
