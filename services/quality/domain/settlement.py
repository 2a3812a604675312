"""Settles one batch: what its items are, what its answers are worth, and what is learnt from them."""

from dataclasses import dataclass, replace

import numpy as np

from services.quality.domain import calibration, confusion
from services.quality.domain.evidence import (
    CALIBRATION_SIZE,
    DISCOUNTS,
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
STOP_DISCOUNT = (0.4, 0.6)
WITHOUT_ONE_MIN = 0.7
UNKNOWN_POOL_LOSS = 0.5
UNKNOWN_POOL_ANSWERS = 200.0
GOLD_ANSWER_WEIGHT = 5.0


@dataclass(frozen=True, eq=False)
class _Judgement:
    evidence: Floats  # [I, K] summed log likelihood of an item's answers
    others: Floats  # [N, K] the same without the answer's own
    likelihood: Floats  # [N, K]
    prior: Floats  # [K]
    blind: Floats  # [I, K] posterior without the known label
    posterior: Floats  # [I, K]
    loo: Floats  # [N, K]


@dataclass(frozen=True, eq=False)
class _Fit:
    judgement: _Judgement
    answers: Floats
    items: Floats
    workers: WorkerTable
    job: JobMemory


def settle(
    batch: Batch, workers: WorkerTable, job: JobMemory, confidence_target: float = CONFIDENCE_TARGET
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
    fitted = fit(rows, workers, job, PASSES)
    return _settlement(rows, fitted, np.argsort(order, kind="stable"), confidence_target)


def resettle(batch: Batch, workers: WorkerTable, passes: int, confidence_target: float) -> Settlement:
    """Judges all answers of a job at once in ``passes`` rounds, from workers of whom nothing in this job is known.

    How blind results did on gold is kept from the batch's memory where it has it, else taken from judging everybody
    alike: tables that have seen all the gold cannot judge it blind any more.
    """
    label_count = batch.answer_memory.shape[1]
    job = JobMemory.empty(label_count)
    check(batch, workers, job)
    order = np.lexsort((batch.worker, batch.item))
    rows = sorted_rows(batch, order)
    fitted = fit(rows, workers, job, passes, kept=True)
    return _settlement(rows, fitted, np.argsort(order, kind="stable"), confidence_target)


def fit(rows: Batch, workers: WorkerTable, job: JobMemory, passes: int, *, kept: bool = False) -> _Fit:
    """Judges and learns in turn, from a memory that holds nothing of these rows.

    Gold items are judged blind by the first round, before they have taught the tables; with ``kept`` what the rows'
    own memory says of it goes before.
    """
    judgement = _judge(rows, workers, job)
    tally = calibration.tally(judgement.blind, rows.gold)
    if kept:
        before = rows.item_memory[:, -CALIBRATION_SIZE - len(DISCOUNTS) : -len(DISCOUNTS)]
        tally = np.where(before[:, :1] != 0.0, before, tally)
    learnt = workers, job
    for _ in range(passes - 1):
        learnt = with_added(rows, _contributions(rows, judgement, tally), workers, job)
        judgement = _judge(rows, *learnt)
    answers, items = _contributions(rows, judgement, tally, foresight=True)
    return _Fit(judgement, answers, items, *with_added(rows, (answers, items), workers, job))


def sorted_rows(batch: Batch, order: Ints) -> Batch:
    """The same batch with its answers in ``order``."""
    return replace(
        batch,
        item=batch.item[order],
        worker=batch.worker[order],
        label=batch.label[order],
        answer_memory=batch.answer_memory[order],
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
    pairs = np.sort(batch.item * max(1, workers.prior_mean.shape[0]) + batch.worker)
    if (pairs[1:] == pairs[:-1]).any():
        raise ValueError("a worker answered an item twice")


def without(batch: Batch, workers: WorkerTable, job: JobMemory) -> tuple[WorkerTable, JobMemory]:
    """The memory without what the batch's answers and items contributed before."""
    return with_added(batch, (-batch.answer_memory, -batch.item_memory), workers, job)


def with_added(
    batch: Batch, memory: tuple[Floats, Floats], workers: WorkerTable, job: JobMemory
) -> tuple[WorkerTable, JobMemory]:
    """The memory with the contributions of the batch's answers and items added."""
    answers, items = memory
    label_count = job.class_counts.shape[0]
    on_gold = items[batch.item, label_count] != 0.0  # what the contribution was, whatever the item is by now
    worker_count = workers.prior_mean.shape[0]
    cell = batch.worker * label_count + batch.label
    gold = _tables(cell[on_gold], answers[on_gold], worker_count)
    peer = _tables(cell[~on_gold], answers[~on_gold], worker_count)
    total = items.sum(axis=0)
    foresight = label_count + CALIBRATION_SIZE
    return (
        WorkerTable(workers.gold_counts + gold, workers.peer_counts + peer, workers.prior_mean, workers.prior_strength),
        JobMemory(
            job.class_counts + total[:label_count],
            job.gold_pool + gold.sum(axis=0),
            job.peer_pool + peer.sum(axis=0),
            job.calibration + total[label_count:foresight],
            job.foresight + total[foresight:],
        ),
    )


def _tables(cell: Ints, rows: Floats, worker_count: int) -> Floats:
    label_count = rows.shape[1]
    by_said = confusion.summed(cell, rows, worker_count * label_count)
    return by_said.reshape(worker_count, label_count, label_count).transpose(0, 2, 1)


def _judge(batch: Batch, workers: WorkerTable, job: JobMemory) -> _Judgement:
    prior = confusion.class_prior(job)
    likelihood = confusion.log_likelihoods(batch.worker, batch.label, confusion.confusions(workers, job))
    evidence = confusion.summed(batch.item, likelihood, batch.gold.shape[0])
    others = evidence[batch.item] - likelihood
    blind = confusion.softmax(evidence + np.log(prior))
    is_gold = (batch.gold != NO_GOLD)[:, None]
    known = np.eye(prior.shape[0])[np.maximum(batch.gold, 0)]
    return _Judgement(
        evidence=evidence,
        others=others,
        likelihood=likelihood,
        prior=prior,
        blind=blind,
        posterior=np.where(is_gold, known, blind),
        loo=np.where(is_gold[batch.item], known[batch.item], confusion.softmax(others + np.log(prior))),
    )


def _information(shares: Floats) -> Floats:
    """[N] 0 where all labels are equally likely, 1 where one is certain."""
    entropy = -(shares * np.log(np.maximum(shares, confusion.FLOOR))).sum(axis=-1)
    gained: Floats = np.clip(1.0 - entropy / np.log(shares.shape[-1]), 0.0, 1.0)
    return gained


def _contributions(
    batch: Batch, judgement: _Judgement, tally: Floats, *, foresight: bool = False
) -> tuple[Floats, Floats]:
    """What is learnt from answers [N, K] and items: an answer counts as far as the others' tell what is true."""
    answers = _information(judgement.loo)[:, None] * judgement.posterior[batch.item]
    item_count = batch.gold.shape[0]
    answered = (np.bincount(batch.item, minlength=item_count) > 0)[:, None]
    is_gold = (batch.gold != NO_GOLD)[:, None]
    parts = (
        np.where(answered & ~is_gold, judgement.posterior, 0.0),
        np.where(answered & is_gold, tally, 0.0),
        _foresight(batch, judgement) if foresight else np.zeros((item_count, len(DISCOUNTS))),
    )
    return to_grain(answers), to_grain(np.concatenate(parts, axis=1))


def _foresight(batch: Batch, judgement: _Judgement) -> Floats:
    """[I, len(DISCOUNTS)], of the items only that are asked to the end whatever the answers say."""
    to_the_end = batch.audit | (batch.min_overlap >= batch.max_overlap)
    rows = to_the_end[batch.item]
    if not rows.any():
        return np.zeros((batch.gold.shape[0], len(DISCOUNTS)))
    return calibration.foreseen(
        batch.item[rows], judgement.others[rows], judgement.likelihood[rows], judgement.prior, batch.gold.shape[0]
    )


def _stop_confidence(rows: Batch, judgement: _Judgement, job: JobMemory) -> Floats:
    """[I] how sure it is that more answers would not change the label.

    Evidence is discounted as the job's own answers ask for, and more while little is known of its workers. A label
    that would not be likely enough without any one of its answers is not certain at all.
    """
    known = job.peer_pool.sum() + GOLD_ANSWER_WEIGHT * job.gold_pool.sum()
    share = 1.0 - UNKNOWN_POOL_LOSS * UNKNOWN_POOL_ANSWERS / (UNKNOWN_POOL_ANSWERS + known)
    share *= float(np.clip(calibration.discount(job), *STOP_DISCOUNT))
    label = judgement.posterior.argmax(axis=1)
    posterior = confusion.softmax(judgement.evidence * share + np.log(judgement.prior))
    weakest = np.ones(label.shape[0])
    np.minimum.at(weakest, rows.item, judgement.loo[np.arange(rows.item.shape[0]), label[rows.item]])
    sure: Floats = np.where(weakest >= WITHOUT_ONE_MIN, posterior[np.arange(label.shape[0]), label], 0.0)
    return sure


def _own_likelihood(rows: Batch, judgement: _Judgement, job: JobMemory) -> Floats:
    """[N] probability of each answer's own label by gold and the others' answers, discounted as the job asks for."""
    said = np.arange(rows.label.shape[0]), rows.label
    by_others = confusion.softmax(judgement.others * calibration.discount(job) + np.log(judgement.prior))[said]
    own: Floats = np.where((rows.gold != NO_GOLD)[rows.item], judgement.loo[said], by_others)
    return own


def _settlement(rows: Batch, fitted: _Fit, back: Ints, confidence_target: float) -> Settlement:
    judgement = fitted.judgement
    best = judgement.posterior.max(axis=1)
    tied = (judgement.posterior >= best[:, None] - TIE_MARGIN).sum(axis=1) > 1
    is_gold = rows.gold != NO_GOLD
    answered = np.bincount(rows.item, minlength=rows.gold.shape[0])
    certain = ~is_gold & ~rows.audit & ~tied & (_stop_confidence(rows, judgement, fitted.job) >= confidence_target)
    enough = answered >= rows.min_overlap
    full = answered >= rows.max_overlap
    return Settlement(
        posterior=judgement.posterior,
        label=judgement.posterior.argmax(axis=1),
        tied=tied,
        confidence=np.where(is_gold, 1.0, calibration.calibrated(best, fitted.job)),
        want_more=enough & ~certain & ~full,
        resolved=enough & (certain | full),
        loo=_own_likelihood(rows, judgement, fitted.job)[back],
        answer_memory=fitted.answers[back],
        item_memory=fitted.items,
        workers=fitted.workers,
        job=fitted.job,
    )
