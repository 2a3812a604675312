"""Settles one batch: what its items are, what its answers are worth, and what is learnt from them."""

from dataclasses import dataclass

import numpy as np

from services.quality.domain import calibration, confusion
from services.quality.domain.evidence import (
    CALIBRATION_SHAPE,
    NO_GOLD,
    Batch,
    Floats,
    Ints,
    JobMemory,
    Settlement,
    WorkerTable,
    to_grain,
)

CONFIDENCE_TARGET = 0.95
PASSES = 2
TIE_MARGIN = 1e-9


@dataclass(frozen=True, eq=False)
class _Judgement:
    posterior: Floats
    blind: Floats
    loo: Floats
    weight: Floats


@dataclass(frozen=True, eq=False)
class _Learnt:
    answers: Floats
    items: Floats
    workers: WorkerTable
    job: JobMemory


def settle(
    batch: Batch,
    workers: WorkerTable,
    job: JobMemory,
    confidence_target: float = CONFIDENCE_TARGET,
    passes: int = PASSES,
) -> Settlement:
    """Judges the batch's items and answers and returns the new memory.

    Deterministic, and independent of the order of rows: they are sorted by (item, worker) first. Whatever the batch's
    items contributed before is taken out first, so settling an item again replaces its contribution.

    Raises:
        ValueError: an index is out of range, or a worker answered an item twice.
    """
    check(batch, workers, job)
    order = np.lexsort((batch.worker, batch.item))
    rows = sorted_rows(batch, order)
    workers, job = without(rows, workers, job)
    base_workers, base_job = workers, job
    for _ in range(passes):
        memory = _contributions(rows, _judge(rows, workers, job))
        workers, job = with_added(rows, memory, base_workers, base_job)
    learnt = _Learnt(*memory, workers, job)
    return _settlement(rows, _judge(rows, workers, job), learnt, np.argsort(order, kind="stable"), confidence_target)


def sorted_rows(batch: Batch, order: Ints) -> Batch:
    """The same batch with its answers in ``order``."""
    return Batch(
        item=batch.item[order],
        worker=batch.worker[order],
        label=batch.label[order],
        gold=batch.gold,
        min_overlap=batch.min_overlap,
        max_overlap=batch.max_overlap,
        answer_memory=batch.answer_memory[order],
        item_memory=batch.item_memory,
    )


def check(batch: Batch, workers: WorkerTable, job: JobMemory) -> None:
    """Refuses a batch that does not fit its table."""
    label_count = job.class_counts.shape[0]
    bounds = (
        (batch.item, batch.gold.shape[0], "item"),
        (batch.worker, workers.prior_mean.shape[0], "worker"),
        (batch.label, label_count, "label"),
    )
    for index, bound, name in bounds:
        if index.size and (index.min() < 0 or index.max() >= bound):
            raise ValueError(f"{name} index out of range")
    pairs = batch.item * max(1, workers.prior_mean.shape[0]) + batch.worker
    if np.unique(pairs).size != pairs.size:
        raise ValueError("a worker answered an item twice")


def without(batch: Batch, workers: WorkerTable, job: JobMemory) -> tuple[WorkerTable, JobMemory]:
    """The memory without what the batch's answers and items contributed before."""
    return with_added(batch, (-batch.answer_memory, -batch.item_memory), workers, job)


def with_added(
    batch: Batch, memory: tuple[Floats, Floats], workers: WorkerTable, job: JobMemory
) -> tuple[WorkerTable, JobMemory]:
    """The memory with the contributions of the batch's answers [N, K] and items added."""
    answers, items = memory
    on_gold = batch.gold[batch.item] != NO_GOLD
    label_count = job.class_counts.shape[0]
    worker_count = workers.prior_mean.shape[0]
    cell = batch.worker * label_count + batch.label
    gold = _tables(cell[on_gold], answers[on_gold], worker_count)
    peer = _tables(cell[~on_gold], answers[~on_gold], worker_count)
    total = items.sum(axis=0)
    return (
        WorkerTable(workers.gold_counts + gold, workers.peer_counts + peer, workers.prior_mean, workers.prior_strength),
        JobMemory(
            job.class_counts + total[:label_count],
            job.gold_pool + gold.sum(axis=0),
            job.peer_pool + peer.sum(axis=0),
            job.calibration + total[label_count:].reshape(CALIBRATION_SHAPE),
        ),
    )


def _tables(cell: Ints, rows: Floats, worker_count: int) -> Floats:
    label_count = rows.shape[1]
    by_said = confusion.summed(cell, rows, worker_count * label_count)
    return by_said.reshape(worker_count, label_count, label_count).transpose(0, 2, 1)


def _judge(batch: Batch, workers: WorkerTable, job: JobMemory) -> _Judgement:
    item_count = batch.gold.shape[0]
    label_count = job.class_counts.shape[0]
    prior = confusion.class_prior(job)
    likelihood = confusion.log_likelihoods(batch.worker, batch.label, confusion.confusions(workers, job))
    blind = confusion.posteriors(batch.item, likelihood, prior, item_count)
    loo = confusion.leave_one_out(batch.item, likelihood, prior, item_count)
    is_gold = batch.gold != NO_GOLD
    known = np.eye(label_count)[np.maximum(batch.gold, 0)]
    posterior = np.where(is_gold[:, None], known, blind)
    loo = np.where(is_gold[batch.item][:, None], known[batch.item], loo)
    return _Judgement(posterior, blind, loo, _information(loo, label_count))


def _information(shares: Floats, label_count: int) -> Floats:
    entropy = -(shares * np.log(np.maximum(shares, confusion.FLOOR))).sum(axis=-1)
    gained: Floats = np.clip(1.0 - entropy / np.log(label_count), 0.0, 1.0)
    return gained


def _contributions(batch: Batch, judgement: _Judgement) -> tuple[Floats, Floats]:
    answers = to_grain(judgement.weight[:, None] * judgement.posterior[batch.item])
    is_gold = batch.gold != NO_GOLD
    classes = np.where(is_gold[:, None], 0.0, judgement.posterior)
    tally = calibration.tally(judgement.blind, batch.gold)
    answered = np.bincount(batch.item, minlength=batch.gold.shape[0]) > 0
    items = np.concatenate([classes, tally], axis=1) * answered[:, None]
    return answers, to_grain(items)


def _settlement(
    rows: Batch, judgement: _Judgement, learnt: _Learnt, back: Ints, confidence_target: float
) -> Settlement:
    best = judgement.posterior.max(axis=1)
    tied = (judgement.posterior >= best[:, None] - TIE_MARGIN).sum(axis=1) > 1
    is_gold = rows.gold != NO_GOLD
    answered = np.bincount(rows.item, minlength=rows.gold.shape[0])
    certain = ~is_gold & ~tied & (best >= confidence_target)
    enough = answered >= rows.min_overlap
    full = answered >= rows.max_overlap
    loo = judgement.loo[np.arange(rows.label.shape[0]), rows.label]
    return Settlement(
        posterior=judgement.posterior,
        label=judgement.posterior.argmax(axis=1),
        tied=tied,
        confidence=np.where(is_gold, 1.0, calibration.calibrated(best, learnt.job)),
        want_more=enough & ~certain & ~full,
        resolved=enough & (certain | full),
        loo=loo[back],
        answer_memory=learnt.answers[back],
        item_memory=learnt.items,
        workers=learnt.workers,
        job=learnt.job,
    )
