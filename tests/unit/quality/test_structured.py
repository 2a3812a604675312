"""Jobs whose answers are more than a label: who is accepted, and what the memory keeps whatever comes in whatever order."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.labelling.annotation import annotation_json
from services.quality.domain.evidence import JobMemory
from services.quality.domain.mutual import fit, mutual
from services.quality.domain.structured import Read, honest, remembered, settle_structured
from services.quality.domain.verdicts import REJECT_BELOW, Evidence, Policy
from tests.support.bodies_market import CROWD, HONEST, RANDOM, SLOPPY, Market, Work, job_done, work_of
from tests.support.labellers import MARK_TRADES, TRADES

QUICK = ("cells", "texts", "choices", "ratings")


def quick_ones(names: Sequence[str]) -> list[Any]:
    """These, the slower ones in the long form only."""
    return [pytest.param(name, marks=() if name in QUICK else pytest.mark.long) for name in names]


def held(market: Market) -> tuple[Any, ...]:
    """Everything that is remembered and told of a job."""
    return (
        market.job.memory.packed().tolist(),
        {one.worker_id: (one.answer_count, one.counts, one.counted) for one in market.workers.values()},
        {item: (annotation_json(marks), confidence) for item, (marks, confidence) in market.results.items()},
        {pair: answer.memory for pair, answer in market.answers.items()},
        market.item_memory,
    )


def market_of(work: Work, name: str = "cells", gold: int = 3, overlap: tuple[int, int] = (3, 3)) -> Market:
    return Market(TRADES[name], {item: work.truth[item] for item in range(gold)}, overlap, newcomer_answers=0)


@pytest.mark.parametrize("name", quick_ones(MARK_TRADES))
def test_honest_and_sloppy_people_are_paid_and_those_who_do_not_look_are_not(name: str) -> None:
    market, work = job_done(name, seed=1, items=120 if name != "boxes" else 80, overlap=5)
    assert market.accepted(CROWD, HONEST) > 0.98
    assert market.accepted(CROWD, SLOPPY) > 0.95
    assert market.accepted(CROWD, RANDOM) < 0.1
    together, single = market.likeness(work)
    assert together > single + 0.05


@pytest.mark.parametrize("name", quick_ones(sorted(set(TRADES) - set(MARK_TRADES))))
def test_where_one_can_be_right_by_chance_honest_people_are_paid_and_results_are_better_than_answers(name: str) -> None:
    market, work = job_done(name, seed=1, items=60)
    assert market.accepted(CROWD, HONEST) > 0.95
    assert market.accepted(CROWD, RANDOM) < market.accepted(CROWD, HONEST)
    together, single = market.likeness(work)
    assert together > single


def test_the_worst_of_honest_answers_keeps_far_from_rejection() -> None:
    chance = Random(3)
    for name in MARK_TRADES:
        trade = TRADES[name]
        for _ in range(10):
            truth = trade.truth(chance)
            said = [trade.said(truth, chance, 1.5) for _ in range(3)]
            assert mutual(trade.controls, said).fits.min() > 2 * REJECT_BELOW


def test_one_who_agrees_with_one_of_two_others_is_not_called_wrong() -> None:
    chance, trade = Random(3), TRADES["boxes"]
    truth = trade.truth(chance)
    right, also_right, wrong = mutual(trade.controls, [truth, truth, trade.guessed(Random(90))]).fits
    assert min(right, also_right) > 0.4
    assert wrong < REJECT_BELOW


@given(st.integers(0, 2**32 - 1), st.sampled_from(["cells", "one choice"]))
@settings(max_examples=12, deadline=None)
def test_order_and_cuts_of_batches_change_nothing_in_the_end(seed: int, name: str) -> None:
    work, chance = work_of(TRADES[name], 5, 10, 3), Random(seed)
    ends = []
    for _ in range(2):
        market, pairs = market_of(work, name), list(work.pairs)
        chance.shuffle(pairs)
        while pairs:
            size = chance.randint(1, len(pairs))
            market.take(work, pairs[:size])
            del pairs[:size]
        market.finish()
        ends.append(held(market))
    assert ends[0] == ends[1]


def test_settling_again_replaces_what_was_there() -> None:
    work = work_of(TRADES["spans"], 2, 10, 3)
    market = market_of(work, "spans")
    market.take(work, work.pairs)
    market.finish()
    once = held(market)
    market.finish()
    assert held(market) == once


def test_the_memory_is_the_sum_of_what_is_stored_and_an_empty_job_remembers_nothing() -> None:
    work = work_of(TRADES["cells"], 4, 12, 3)
    market = market_of(work)
    market.take(work, work.pairs)
    memory = market.job.memory
    stored = sum(np.frombuffer(answer.memory, "<f8").sum() for answer in market.answers.values())
    assert memory.gold_pool.sum() + memory.peer_pool.sum() == stored
    assert memory.gold_pool.sum() == 9
    assert memory.calibration[0] == 3
    case = market.case(set(range(12)), [])
    back = replace(case.batch(), answer_memory=-case.batch().answer_memory, item_memory=-case.batch().item_memory)
    said = [market.said[one.item_id.int, one.worker_id.int] for one in case.answers]
    read = Read(TRADES["cells"].controls, said, [market.gold.get(one.item_id.int) for one in case.items])
    doubled, _ = settle_structured(back, read, case.table(), memory, 0.95)
    assert doubled.job.packed().tolist() == (3 * memory.packed()).tolist()


def test_two_who_agree_are_enough_and_two_who_do_not_want_another_answer() -> None:
    chance, trade = Random(8), TRADES["spans"]
    truth = [trade.truth(chance), trade.truth(chance)]
    said = {(0, 0): truth[0], (0, 1): truth[0], (1, 0): truth[1], (1, 1): trade.guessed(chance)}
    work = Work(list(said), said, truth)
    settled = market_of(work, "spans", gold=0, overlap=(2, 5)).take(work, work.pairs)
    assert settled.resolved.tolist() == [True, False]
    assert settled.want_more.tolist() == [False, True]
    assert settled.tied.tolist() == [False, True]


def test_gold_decides_on_its_own_answers_and_is_its_own_result() -> None:
    chance, trade = Random(8), TRADES["boxes"]
    truth = [trade.truth(chance)]
    work = Work([(0, 0), (0, 1)], {(0, 0): trade.said(truth[0], chance, 1.0), (0, 1): trade.guessed(chance)}, truth)
    market = market_of(work, "boxes", gold=1)
    settled = market.take(work, work.pairs)
    assert settled.loo.tolist() == [1.0, 0.0]
    assert settled.confidence[0] == 1.0
    assert market.results[0][0] == truth[0]
    assert settled.workers.gold_counts[:, 0].tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_without_gold_agreement_alone_takes_nobodys_money() -> None:
    highest = honest(np.array([1.0]), JobMemory.empty(2))[0]
    assert highest < Evidence(Policy.CONSENSUS, 0.0, 0.0, resolved=True, scored_count=20).confident_at


def test_the_map_from_likeness_to_probability_rises_and_is_even_in_the_middle() -> None:
    shares = fit(np.array([-1.0, 0.1, 0.45, 0.8, 1.0]))
    assert (np.diff(shares) > 0).all()
    assert shares[1] < REJECT_BELOW
    assert shares[2] == 0.5
    assert shares[3] > 0.95


@pytest.mark.parametrize("name", ["cells", "one choice"])
def test_answers_to_gold_are_read_once_and_what_is_remembered_says_the_same(name: str) -> None:
    crowd = CROWD * 2
    work = work_of(TRADES[name], 7, 2, 20, crowd)
    market = market_of(work, name, gold=1, overlap=(20, 20))
    first, rest = work.pairs[:36], work.pairs[36:]
    assert not remembered(market.case({0, 1}, first).batch()).any()
    market.take(work, first)
    market.said |= {pair: work.said[pair] for pair in rest}
    case = market.case({0, 1}, rest)
    passed_over = remembered(case.batch())
    pairs = [(answer.item_id.int, answer.worker_id.int) for answer in case.answers]
    gold = [item for (item, _), known in zip(pairs, passed_over, strict=True) if known]
    assert gold == [0] * 12
    known = [market.gold.get(item.item_id.int) for item in case.items]
    ends = []
    for left_out in (passed_over, [False] * len(pairs)):
        said = [None if out else market.said[pair] for pair, out in zip(pairs, left_out, strict=True)]
        read = Read(TRADES[name].controls, said, known)
        settled, results = settle_structured(case.batch(), read, case.table(), market.job.memory, 0.95)
        ends.append((settled.loo.tolist(), settled.confidence.tolist(), settled.job.packed().tolist(), results))
    assert ends[0] == ends[1]
