"""Settles answers that are more than a label: each is likened to what the others say, and all become one result.

What is learnt of an item, and what its answers are worth as evidence on people, depends on the item's own answers alone; so
settling it again gives the same, and neither the order in which answers come nor how they are cut into batches changes what is
remembered. What is remembered of the job makes claimed confidence honest, and of people what their answers weigh.

Of a worker only two things are counted: answers that fit what the others say, and answers that differ. They stand in the first
row of the tables of the choice model with two labels (its truth: what an honest answer does), so that skill, noise and
freeze read them as they read everything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from services.labelling.likeness import chance, fuse, matches
from services.labelling.values import Control, Mark
from services.quality.domain import calibration
from services.quality.domain.evidence import (
    CALIBRATION_SIZE,
    DISCOUNTS,
    NO_GOLD,
    Batch,
    Flags,
    Floats,
    Ints,
    JobMemory,
    Settlement,
    WorkerTable,
    to_grain,
)
from services.quality.domain.job import OUTCOMES
from services.quality.domain.mutual import PEERS_MAX, Mutual, mutual

ACCURACY = 0.85
"""How often a person of whom nothing is known answers well."""
ACCURACY_STRENGTH = 4.0
ACCURACY_LIMITS = (0.05, 0.95)
CHANCE_MIN = 0.1
"""How often an answer at least fits a result that is wrong."""
EVEN = 0.5
TRUST = 0.78
TRUST_ITEMS = 6.0
"""How far agreement is trusted before there is gold, and how many gold items weigh as much."""
TIE_UNDER = 0.5
RESULT_ANSWERS_MAX = 25
WEIGHT_MIN = 0.02

Answer = Sequence[Mark]


@dataclass(frozen=True, eq=False)
class Read:
    """What a batch's bodies say.

    Attributes:
        controls: what is asked.
        answers: [N] marks of each answer; None for those that are `remembered`.
        known: [I] marks of each item's known answer; None for ordinary items.
    """

    controls: Sequence[Control]
    answers: Sequence[Answer | None]
    known: Sequence[Answer | None]


@dataclass(frozen=True, eq=False)
class _Items:
    fits: Floats  # [N] how well each answer fits what the others, or the known answer, say
    mutual: Sequence[Mutual | None]  # [I] how ordinary items' answers fit each other
    answers: Floats  # [N, 2] what each answer brings to its worker's counts
    items: Floats  # [I, item_memory_size(2)]
    chances: Floats  # [I] how often an answer would fit a wrong result


def remembered(batch: Batch) -> Flags:
    """[N] answers to gold items that need not be read again: whether each fits the known answer was found out before.

    A gold item is answered by hundreds of people, and of each it is the known answer alone that counts; the first few are
    read again, as what they say together shows how far agreement can be trusted.
    """
    found = np.zeros(batch.item.shape[0], dtype=np.bool_)
    for item, rows in enumerate(_rows(batch)):
        if batch.gold[item] != NO_GOLD and batch.item_memory[item, OUTCOMES]:
            later = rows[PEERS_MAX:]
            found[later] = batch.answer_memory[later].sum(axis=1) == 1.0
    return found


def settle_structured(
    batch: Batch, read: Read, workers: WorkerTable, job: JobMemory, confidence_target: float
) -> tuple[Settlement, list[tuple[Mark, ...]]]:
    """Judges the batch's items and answers and returns the new memory, and [I] the items' results.

    Whatever the batch's items contributed before is taken out first. `label` of the batch and the settlement mean nothing.
    """
    found = _judged(batch, read)
    workers, job = _with_added(batch, (-batch.answer_memory, -batch.item_memory), workers, job)
    workers, job = _with_added(batch, (found.answers, found.items), workers, job)
    accuracy = worker_accuracy(workers, job)
    fits, claimed = found.fits.copy(), np.zeros(batch.gold.shape[0])
    for item, rows in enumerate(_rows(batch)):
        known, seen = accuracy[batch.worker[rows]], found.mutual[item]
        if seen is not None:
            fits[rows] = seen.fits_weighed(_weights(known))
        claimed[item] = confidence(fits[rows], known, found.chances[item])
    results = _results(batch, read, accuracy)
    return _settlement(batch, replace(found, fits=fits), claimed, (workers, job), confidence_target), results


def worker_accuracy(table: WorkerTable, job: JobMemory) -> Floats:
    """[W] each worker's share of fitting answers, from gold in full and from peers as far as gold confirms them."""
    counts = table.gold_counts + calibration.confirmed_trust(job) * table.peer_counts
    right = counts[:, 0, 0] + ACCURACY * ACCURACY_STRENGTH
    accuracy: Floats = np.clip(right / (counts.sum(axis=(1, 2)) + ACCURACY_STRENGTH), *ACCURACY_LIMITS)
    return accuracy


def confidence(fits: Floats, accuracy: Floats, chance_fit: float) -> float:
    """The probability that what an item's answers say together is right, claimed by their agreement.

    If the result is right an answer fits it as often as its worker is accurate, else by chance; so a fitting answer speaks
    for it by log(accuracy / chance) and a differing one against it by log((1 - accuracy) / (1 - chance)). The result was
    made of these answers, so of n only n - 1 confirm it: the sum is taken times (n - 1) / n, from one answer's own odds.
    """
    count = fits.shape[0]
    if not count:
        return 0.0
    says = np.maximum(np.log(accuracy / chance_fit), 0.0) * fits
    says = says + np.minimum(np.log((1.0 - accuracy) / (1.0 - chance_fit)), 0.0) * (1.0 - fits)
    odds = float(np.log(accuracy / (1.0 - accuracy)).mean() + says.sum() * (count - 1) / count)
    return float(1.0 / (1.0 + np.exp(-odds)))


def honest(claimed: Floats, job: JobMemory) -> Floats:
    """[I] claimed confidence, shrunk towards even odds by how far gold confirmed what was claimed of it.

    Before there is gold it stays under the confidence from which an answer can be rejected: people's agreement alone takes
    nobody's money.
    """
    seen, said, right = job.calibration
    weight = TRUST_ITEMS * EVEN
    confirmed = (max(right - seen * EVEN, 0.0) + weight * TRUST) / (max(said - seen * EVEN, 0.0) + weight)
    sure: Floats = EVEN + min(1.0, confirmed) * (claimed - EVEN)
    return sure


def _judged(batch: Batch, read: Read) -> _Items:
    """What each item's own answers say, whoever gave them."""
    count = batch.gold.shape[0]
    fits, answers = np.zeros(batch.item.shape[0]), np.zeros((batch.item.shape[0], OUTCOMES))
    items = np.zeros((count, OUTCOMES + CALIBRATION_SIZE + len(DISCOUNTS)))
    chances, seen = np.full(count, CHANCE_MIN), list[Mutual | None]([None] * count)
    for item, rows in enumerate(_rows(batch)):
        known = read.known[item]
        said = _said(read, rows if known is None else rows[:PEERS_MAX])
        chances[item] = max(CHANCE_MIN, chance(read.controls, said))
        if known is None:
            among = mutual(read.controls, said)
            seen[item], fits[rows] = among, among.fits
            answers[rows] = among.evidence[:, None] * np.stack([fits[rows], 1.0 - fits[rows]], axis=1)
            items[item, 0] = float(len(said) > 0)
        else:
            fits[rows] = [_fit(batch, read, row, known) for row in rows]
            answers[rows] = np.stack([fits[rows], 1.0 - fits[rows]], axis=1)
            items[item, OUTCOMES : OUTCOMES + CALIBRATION_SIZE] = _tally(read, said, known, chances[item])
    return _Items(fits, seen, to_grain(answers), to_grain(items), chances)


def _said(read: Read, rows: Ints) -> list[Answer]:
    """What answers say, all of which were read."""
    return [one for one in (read.answers[row] for row in rows) if one is not None]


def _fit(batch: Batch, read: Read, row: int, known: Answer) -> float:
    """Whether an answer says what the known one says: 1 or 0."""
    said = read.answers[row]
    return float(batch.answer_memory[row, 0]) if said is None else float(matches(read.controls, said, known))


def _tally(read: Read, said: Sequence[Answer], known: Answer, chance_fit: float) -> tuple[float, float, float]:
    """A gold item judged blind: one item, the confidence claimed of it, whether its result was right."""
    if not said:
        return 0.0, 0.0, 0.0
    seen = mutual(read.controls, said)
    blind = fuse(read.controls, said, [1.0] * len(said))
    claimed = confidence(seen.fits, np.full(len(said), ACCURACY), chance_fit)
    return 1.0, claimed, float(matches(read.controls, blind, known))


def _results(batch: Batch, read: Read, accuracy: Floats) -> list[tuple[Mark, ...]]:
    """[I] the known answer, or what the answers say together, each weighing by its worker's accuracy squared."""
    out = []
    for item, rows in enumerate(_rows(batch)):
        known = read.known[item]
        if known is not None:
            out.append(tuple(known))
            continue
        weights = _weights(accuracy[batch.worker[rows]])
        best = np.argsort(-weights, kind="stable")[:RESULT_ANSWERS_MAX]
        out.append(fuse(read.controls, _said(read, rows[best]), [float(weights[n]) for n in best]))
    return out


def _weights(accuracy: Floats) -> Floats:
    weights: Floats = np.maximum(accuracy**2, WEIGHT_MIN)
    return weights


def _rows(batch: Batch) -> list[Ints]:
    """[I] the rows of each item's answers, in the order of their workers."""
    order = np.lexsort((batch.worker, batch.item))
    ends = np.searchsorted(batch.item[order], np.arange(batch.gold.shape[0] + 1))
    return [order[start:end] for start, end in pairwise(ends)]


def _with_added(
    batch: Batch, memory: tuple[Floats, Floats], workers: WorkerTable, job: JobMemory
) -> tuple[WorkerTable, JobMemory]:
    """The memory with the contributions of the batch's answers and items added."""
    answers, items = memory
    on_gold = items[batch.item, OUTCOMES] != 0.0  # what the contribution was, whatever the item is by now
    tables = []
    for part in (on_gold, ~on_gold):
        counts = np.zeros((workers.prior_mean.shape[0], OUTCOMES, OUTCOMES))
        np.add.at(counts[:, 0], batch.worker[part], answers[part])
        tables.append(counts)
    total = items.sum(axis=0)
    return (
        replace(workers, gold_counts=workers.gold_counts + tables[0], peer_counts=workers.peer_counts + tables[1]),
        JobMemory(
            job.class_counts + total[:OUTCOMES],
            job.gold_pool + tables[0].sum(axis=0),
            job.peer_pool + tables[1].sum(axis=0),
            job.calibration + total[OUTCOMES : OUTCOMES + CALIBRATION_SIZE],
            job.foresight + total[OUTCOMES + CALIBRATION_SIZE :],
        ),
    )


def _settlement(
    batch: Batch, found: _Items, claimed: Floats, memory: tuple[WorkerTable, JobMemory], confidence_target: float
) -> Settlement:
    workers, job = memory
    is_gold = batch.gold != NO_GOLD
    best = np.zeros(is_gold.shape[0])
    np.maximum.at(best, batch.item, found.fits)
    answered = np.bincount(batch.item, minlength=is_gold.shape[0])
    tied = ~is_gold & (answered > 1) & (best < TIE_UNDER)
    certain = ~is_gold & ~batch.audit & ~tied & (answered > 1) & (claimed >= confidence_target)
    enough, full = answered >= batch.min_overlap, answered >= batch.max_overlap
    sure = np.where(is_gold, 1.0, honest(claimed, job))
    return Settlement(
        posterior=np.stack([sure, 1.0 - sure], axis=1),
        label=np.zeros(is_gold.shape[0], dtype=np.int64),
        tied=tied,
        confidence=sure,
        want_more=enough & ~certain & ~full,
        resolved=enough & (certain | full),
        loo=found.fits,
        answer_memory=found.answers,
        item_memory=found.items,
        workers=workers,
        job=job,
    )
