"""A job of one kind of work without servers: people answer, quality settles and judges, all in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random
from uuid import UUID, uuid5

import numpy as np

from services.labelling.likeness import similarity
from services.quality.domain.case import (
    Case,
    Result,
    SkillSums,
    StoredAnswer,
    StoredItem,
    StoredWorker,
    Submission,
    case_of,
)
from services.quality.domain.evidence import Floats, JobMemory, Settlement
from services.quality.domain.job import Counts, Freeze, Job, Terms
from services.quality.domain.judging import Given, Round, judged
from services.quality.domain.learning import worker_news
from services.quality.domain.structured import Read, settle_structured
from services.quality.domain.verdicts import Policy, Reason, VerdictState
from tests.support.labellers import TRADES, Answer, Trade

SPACE = UUID(int=7)
HONEST, SLOPPY, RANDOM = "honest", "sloppy", "random"
CROWD = (HONEST,) * 7 + (SLOPPY,) * 3 + (RANDOM,) * 2
ERRORS = {HONEST: 0.6, SLOPPY: 1.5}


@dataclass(frozen=True)
class Work:
    """Answers to be judged: (item, worker), with their marks."""

    pairs: Sequence[tuple[int, int]]
    said: dict[tuple[int, int], Answer]
    truth: Sequence[Answer]


def work_of(trade: Trade, seed: int, items: int, overlap: int, crowd: Sequence[str] = CROWD) -> Work:
    """So many items, each answered by so many of the crowd; in the order in which workers take them."""
    chance = Random(seed)
    truth = [trade.truth(chance) for _ in range(items)]
    pairs = [(item, worker) for item in range(items) for worker in chance.sample(range(len(crowd)), overlap)]
    said = {}
    for item, worker in pairs:
        kind = crowd[worker]
        said[item, worker] = trade.guessed(chance) if kind == RANDOM else trade.said(truth[item], chance, ERRORS[kind])
    return Work(pairs, said, truth)


@dataclass
class Market:
    """What quality would hold of one job."""

    trade: Trade
    gold: dict[int, Answer] = field(default_factory=dict)
    overlap: tuple[int, int] = (3, 3)
    policy: Policy = Policy.CONSENSUS
    newcomer_answers: int = 5

    def __post_init__(self) -> None:
        terms = Terms(
            job_id=SPACE,
            organisation_id=SPACE,
            annotation_type=3,
            policy=self.policy,
            overlap_min=self.overlap[0],
            overlap_max=self.overlap[1],
            confidence_target=0.95,
            reject_below=0.05,
            newcomer_answers=self.newcomer_answers,
            clock_seconds=3600,
            labels=(),
            schema_version=1,
            controls=self.trade.controls,
        )
        self.job = Job(terms, 1, 0, Counts(), Freeze(), None, False, JobMemory.empty(terms.outcomes))
        self.answers: dict[tuple[int, int], StoredAnswer] = {}
        self.said: dict[tuple[int, int], Answer] = {}
        self.item_memory: dict[int, bytes] = {}
        self.workers: dict[UUID, StoredWorker] = {}
        self.results: dict[int, tuple[Answer, float]] = {}
        self.given: dict[tuple[int, int], Given] = {}

    def take(self, work: Work, pairs: Sequence[tuple[int, int]]) -> Settlement:
        """Judges new answers together with those that touch their items."""
        self.said |= {pair: work.said[pair] for pair in pairs}
        waiting = {
            item
            for (item, worker), given in self.given.items()
            if given.verdict.reason is Reason.NEWCOMER and worker in {busy for _, busy in pairs}
        }
        return self._settle({item for item, _ in pairs} | waiting, pairs, Round())

    def finish(self) -> Settlement:
        """The end of the job."""
        return self._settle({item for item, _ in self.answers}, [], Round(final=True))

    def accepted(self, crowd: Sequence[str], kind: str) -> float:
        """The share of answers of a kind of people that was accepted."""
        states = [
            given.verdict.state is VerdictState.ACCEPTED
            for (_, worker), given in self.given.items()
            if crowd[worker] == kind
        ]
        return sum(states) / len(states)

    def likeness(self, work: Work) -> tuple[float, float]:
        """How like the truth are results of ordinary items, and single answers to them, in the mean."""
        ordinary = [item for item in self.results if item not in self.gold]
        controls = self.trade.controls
        together = [similarity(controls, self.results[item][0], work.truth[item]) for item in ordinary]
        single = [
            similarity(controls, said, work.truth[item]) for (item, _), said in self.said.items() if item in ordinary
        ]
        return sum(together) / len(together), sum(single) / len(single)

    def case(self, items: set[int], new: Sequence[tuple[int, int]]) -> Case:
        old = [answer for (item, _), answer in self.answers.items() if item in items]
        stored = [
            StoredItem(_item(item), "", Result(), self.item_memory.get(item, b""), "gold" if item in self.gold else "")
            for item in items
        ]
        fresh = [
            Submission(uuid5(SPACE, f"{pair}"), _item(pair[0]), _worker(pair[1]), "", 1, 1, 0, False, False, "x")
            for pair in new
        ]
        both: list[StoredAnswer | Submission] = [*old, *fresh]
        busy = {answer.worker_id for answer in both}
        workers = [self.workers.get(one) or _unknown(one) for one in busy]
        return case_of(self.job, stored, workers, old, fresh)

    def _settle(self, items: set[int], new: Sequence[tuple[int, int]], way: Round) -> Settlement:
        case = self.case(items, new)
        pairs = [(answer.item_id.int, answer.worker_id.int) for answer in case.answers]
        read = Read(
            self.trade.controls,
            [self.said[pair] for pair in pairs],
            [self.gold.get(item.item_id.int) for item in case.items],
        )
        settled, results = settle_structured(case.batch(), read, case.table(), self.job.memory, 0.95)
        for given in judged(case, settled, way):
            self.given[given.item_id.int, given.worker_id.int] = given
        for n, (pair, answer) in enumerate(zip(pairs, case.answers, strict=True)):
            verdict = self.given[pair].verdict
            self.answers[pair] = StoredAnswer(
                answer.answer_id, answer.item_id, answer.worker_id, "", 1, verdict.state, verdict.reason, 0,
                _bytes(settled.answer_memory[n]), "x",
            )  # fmt: skip
        for n, item in enumerate(case.items):
            self.item_memory[item.item_id.int] = _bytes(settled.item_memory[n])
            self.results[item.item_id.int] = results[n], float(settled.confidence[n])
        for news in worker_news(case, settled):
            self.workers[news.worker_id] = StoredWorker(
                news.worker_id, news.answer_count, news.counted, news.counts, 0.5, 2.0
            )
        self.job = replace(self.job, memory=settled.job)
        return settled


def job_done(name: str, seed: int, items: int = 80, overlap: int = 3, gold_share: float = 0.15) -> tuple[Market, Work]:
    """A whole job of a kind of work: workers hand in four answers at a time."""
    work = work_of(TRADES[name], seed, items, overlap)
    market = Market(
        TRADES[name], {item: work.truth[item] for item in range(round(items * gold_share))}, (overlap, overlap)
    )
    chance = Random(seed + 1)
    pairs = list(work.pairs)
    chance.shuffle(pairs)
    for start in range(0, len(pairs), 4):
        market.take(work, pairs[start : start + 4])
    market.finish()
    return market, work


def _item(number: int) -> UUID:
    return UUID(int=number)


def _worker(number: int) -> UUID:
    return UUID(int=number)


def _unknown(worker_id: UUID) -> StoredWorker:
    return StoredWorker(worker_id, 0, SkillSums(), b"", 0.5, 2.0)


def _bytes(vector: Floats) -> bytes:
    return np.ascontiguousarray(vector, dtype="<f8").tobytes()
