"""Recorded crowd answers and an offline replay of them in rounds, as the product's own replay does it."""

import csv
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from services.quality.domain.evidence import (
    NO_GOLD,
    Batch,
    Ints,
    JobMemory,
    Settlement,
    WorkerTable,
    audited,
    item_memory_size,
)
from services.quality.domain.refit import refit
from services.quality.domain.settlement import CONFIDENCE_TARGET, settle

SETS = ("rte", "dog", "face")


@dataclass(frozen=True, eq=False)
class Crowd:
    """Recorded answers in file order: item, worker and label [N] as indices, truth [I] (NO_GOLD where unknown)."""

    item: Ints
    worker: Ints
    label: Ints
    truth: Ints
    label_count: int

    @property
    def worker_count(self) -> int:
        return int(self.worker.max()) + 1


@dataclass(frozen=True)
class Outcome:
    """What a replay measured."""

    accuracy: float
    online: float
    majority: float
    answers: int
    recorded: int
    claimed: float
    online_claimed: float


def crowd_folder() -> Path | None:
    """The folder with the recorded answers, or None where there is none."""
    here = Path(__file__).resolve().parents[2]
    folder = Path(os.environ.get("ILGAM_CROWD_DATA", here.parent / "shared" / "data" / "crowd"))
    return folder if folder.is_dir() else None


def load(name: str) -> Crowd | None:
    """One recorded set (the first answer of a worker to a task counts), or None where it is absent."""
    folder = crowd_folder()
    if folder is None or not (folder / name / "answers.csv").is_file():
        return None
    with (folder / name / "answers.csv").open(newline="") as file:
        first: dict[tuple[str, str], str] = {}
        for row in csv.DictReader(file):
            first.setdefault((row["task"], row["worker"]), row["label"])
    with (folder / name / "gold.csv").open(newline="") as file:
        gold = {row["task"]: row["label"] for row in csv.DictReader(file)}
    tasks = {task: n for n, task in enumerate(dict.fromkeys(task for task, _ in first))}
    workers = {worker: n for n, worker in enumerate(dict.fromkeys(worker for _, worker in first))}
    labels = {label: n for n, label in enumerate(sorted({*first.values(), *gold.values()}))}
    truth = np.full(len(tasks), NO_GOLD, dtype=np.int64)
    for task, n in tasks.items():
        truth[n] = labels.get(gold.get(task, ""), NO_GOLD)
    return Crowd(
        item=np.array([tasks[task] for task, _ in first], dtype=np.int64),
        worker=np.array([workers[worker] for _, worker in first], dtype=np.int64),
        label=np.array([labels[label] for label in first.values()], dtype=np.int64),
        truth=truth,
        label_count=len(labels),
    )


@dataclass(frozen=True)
class Plan:
    """How a replay runs: ``gold_share`` of the items is given as gold, ``chunk`` items are settled at once."""

    seed: int | None = None
    consensus: bool = True
    gold_share: float = 0.0
    prior: tuple[float, float] = (0.5, 2.0)
    confidence_target: float = CONFIDENCE_TARGET
    min_overlap: int = 1
    max_overlap: int = 10
    chunk: int = 1000


class Replay:
    """Rounds: each item that still wants answers gets its next recorded one; the round is settled in chunks."""

    def __init__(self, crowd: Crowd, plan: Plan) -> None:
        rng = np.random.default_rng(plan.seed or 0)
        rows = np.arange(crowd.item.size)
        order = rows if plan.seed is None else rng.permutation(rows)
        self.crowd, self.plan = crowd, plan
        self.queues = [order[crowd.item[order] == n] for n in range(crowd.truth.size)]
        drawn = rng.permutation(crowd.truth.size)[: round(plan.gold_share * crowd.truth.size)]
        self.gold = np.full(crowd.truth.size, NO_GOLD, dtype=np.int64)
        self.gold[drawn] = crowd.truth[drawn]
        self.audit = np.array([plan.consensus and audited(b"%d" % n) for n in range(crowd.truth.size)])
        self.taken = np.zeros(crowd.truth.size, dtype=np.int64)
        self.workers = WorkerTable.unknown(crowd.worker_count, crowd.label_count, plan.prior)
        self.job = JobMemory.empty(crowd.label_count)
        self.answer_memory = np.zeros((crowd.item.size, crowd.label_count))
        self.item_memory = np.zeros((crowd.truth.size, item_memory_size(crowd.label_count)))
        self.first_loo = np.full(crowd.item.size, np.nan)
        self.claimed = np.zeros(crowd.truth.size)
        self.online_label = np.zeros(crowd.truth.size, dtype=np.int64)

    def run(self) -> tuple[Settlement, Outcome]:
        wanting = np.arange(self.crowd.truth.size)
        while wanting.size:
            wanting = self._round(wanting)
        return self._close()

    def _round(self, wanting: Ints) -> Ints:
        still = []
        for start in range(0, wanting.size, self.plan.chunk):
            items = wanting[start : start + self.plan.chunk]
            self.taken[items] += 1
            rows = np.concatenate([self.queues[n][: self.taken[n]] for n in items])
            settled = settle(self.batch(items, rows), self.workers, self.job, self.plan.confidence_target)
            self._remember(items, rows, settled)
            begun = self.taken[items] < self.plan.min_overlap
            more = settled.want_more | begun if self.plan.consensus else np.ones(items.size, dtype=bool)
            still.append(items[more & (self.taken[items] < [self.queues[n].size for n in items])])
        return np.concatenate(still)

    def batch(self, items: Ints, rows: Ints) -> Batch:
        place = np.zeros(self.crowd.truth.size, dtype=np.int64)
        place[items] = np.arange(items.size)
        lowest = self.plan.min_overlap if self.plan.consensus else self.plan.max_overlap
        return Batch(
            item=place[self.crowd.item[rows]],
            worker=self.crowd.worker[rows],
            label=self.crowd.label[rows],
            gold=self.gold[items],
            min_overlap=np.full(items.size, lowest, dtype=np.int64),
            max_overlap=np.full(items.size, self.plan.max_overlap, dtype=np.int64),
            audit=self.audit[items],
            answer_memory=self.answer_memory[rows],
            item_memory=self.item_memory[items],
        )

    def _remember(self, items: Ints, rows: Ints, settled: Settlement) -> None:
        self.workers, self.job = settled.workers, settled.job
        self.answer_memory[rows] = settled.answer_memory
        self.item_memory[items] = settled.item_memory
        self.claimed[items] = settled.confidence
        self.online_label[items] = np.where(settled.tied, NO_GOLD, settled.label)

    def used_rows(self) -> Ints:
        return np.concatenate([queue[:taken] for queue, taken in zip(self.queues, self.taken, strict=True)])

    def _close(self) -> tuple[Settlement, Outcome]:
        rows = self.used_rows()
        table = self.workers
        final = refit(
            self.batch(np.arange(self.crowd.truth.size), rows),
            table.prior_mean,
            table.prior_strength,
            self.crowd.label_count,
            self.plan.confidence_target,
        )
        measured = (self.crowd.truth != NO_GOLD) & (self.gold == NO_GOLD)
        right = (final.label == self.crowd.truth) & ~final.tied
        return final, Outcome(
            accuracy=float(right[measured].mean()),
            online=float((self.online_label == self.crowd.truth)[measured].mean()),
            majority=majority(self.crowd, measured),
            answers=int(rows.size),
            recorded=self.crowd.item.size,
            claimed=float(final.confidence[measured].mean()),
            online_claimed=float(self.claimed[measured].mean()),
        )


def majority(crowd: Crowd, measured: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
    """Accuracy of the majority of all recorded answers over the measured items; a tie counts 1/n."""
    votes = np.zeros((crowd.truth.size, crowd.label_count))
    np.add.at(votes, (crowd.item, crowd.label), 1.0)
    top = votes == votes.max(axis=1, keepdims=True)
    share = top[np.arange(crowd.truth.size), np.maximum(crowd.truth, 0)] / top.sum(axis=1)
    return float(share[measured].mean())
