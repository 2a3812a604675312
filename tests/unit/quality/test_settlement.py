"""Settling batches: what the memory must keep whatever comes in whatever order."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.quality.domain.evidence import GRAIN, NO_GOLD, Batch, JobMemory, WorkerTable, audited
from services.quality.domain.refit import refit
from services.quality.domain.settlement import settle, without
from tests.support.batches import batch_of, one_coin_crowd, unknown_prior

EVEN = [0.25] * 4
CROWD = one_coin_crowd(1, 40, [0.9, 0.8, 0.7, 0.6, 0.85], EVEN)
GOLD = np.where(np.arange(40) < 6, CROWD.truth, NO_GOLD)


def empty(workers: int = 5, labels: int = 4) -> tuple[WorkerTable, JobMemory]:
    return WorkerTable.unknown(workers, labels), JobMemory.empty(labels)


def shuffled(batch: Batch, order: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Batch:
    rows = {name: getattr(batch, name)[order] for name in ("item", "worker", "label", "answer_memory")}
    return replace(batch, **rows)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    batch = batch_of(CROWD, GOLD)
    order = np.random.default_rng(seed).permutation(batch.item.size)
    plain, mixed = settle(batch, *empty()), settle(shuffled(batch, order), *empty())
    assert np.array_equal(plain.posterior, mixed.posterior)
    assert np.array_equal(plain.loo[order], mixed.loo)
    assert np.array_equal(plain.answer_memory[order], mixed.answer_memory)
    assert np.array_equal(plain.job.packed(), mixed.job.packed())
    assert np.array_equal(plain.workers.peer_counts, mixed.workers.peer_counts)


@given(st.integers(0, 1000), st.integers(2, 6), st.integers(1, 8))
@settings(max_examples=40, deadline=None)
def test_probabilities_are_probabilities(seed: int, labels: int, workers: int) -> None:
    crowd = one_coin_crowd(seed, 12, [0.7] * workers, [1 / labels] * labels)
    settled = settle(batch_of(crowd), *empty(workers, labels))
    assert np.allclose(settled.posterior.sum(axis=1), 1.0)
    for share in (settled.loo, settled.confidence, settled.posterior):
        assert share.min() >= 0.0
        assert share.max() <= 1.0


def test_taking_back_every_contribution_leaves_nothing() -> None:
    batch = batch_of(CROWD, GOLD)
    settled = settle(batch, *empty())
    learnt = replace(batch, answer_memory=settled.answer_memory, item_memory=settled.item_memory)
    workers, job = without(learnt, settled.workers, settled.job)
    assert not workers.gold_counts.any()
    assert not workers.peer_counts.any()
    assert not job.packed().any()


@given(st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_settling_an_item_again_replaces_its_contribution(seed: int) -> None:
    crowd = one_coin_crowd(seed, 40, [0.9, 0.8, 0.7, 0.6, 0.85], EVEN)
    batch = batch_of(crowd, overlap=(10, 10))
    first = settle(batch, *empty())
    again = replace(batch, answer_memory=first.answer_memory, item_memory=first.item_memory)
    second = settle(again, first.workers, first.job)
    assert np.array_equal(second.posterior, first.posterior)
    assert np.array_equal(second.job.packed(), first.job.packed())
    assert np.array_equal(second.workers.peer_counts, first.workers.peer_counts)


def test_the_memory_is_the_sum_of_what_is_stored() -> None:
    half = CROWD.item < 20
    workers, job = empty()
    batch = batch_of(CROWD, GOLD)
    early = settle(_part(batch, half), workers, job)
    late = settle(_part(batch, ~half), early.workers, early.job)
    total = early.answer_memory.sum() + late.answer_memory.sum()
    assert late.workers.peer_counts.sum() + late.workers.gold_counts.sum() == total
    assert np.array_equal(late.job.peer_pool, late.workers.peer_counts.sum(axis=0))
    assert np.array_equal(late.job.packed() / GRAIN, np.rint(late.job.packed() / GRAIN))


def test_gold_answers_count_exactly() -> None:
    settled = settle(batch_of(CROWD, GOLD), *empty())
    expected = np.zeros((5, 4, 4))
    on_gold = GOLD[CROWD.item] != NO_GOLD
    np.add.at(expected, (CROWD.worker[on_gold], GOLD[CROWD.item][on_gold], CROWD.label[on_gold]), 1.0)
    assert np.array_equal(settled.workers.gold_counts, expected)
    assert settled.job.calibration[0] == 6


def test_a_gold_item_has_its_known_label_and_judges_each_answer_by_it() -> None:
    settled = settle(batch_of(CROWD, GOLD), *empty())
    assert np.array_equal(settled.label[:6], CROWD.truth[:6])
    assert (settled.confidence[:6] == 1.0).all()
    on_gold = CROWD.item < 6
    assert np.array_equal(settled.loo[on_gold], CROWD.label[on_gold] == CROWD.truth[CROWD.item][on_gold])


def test_an_item_that_stops_being_gold_moves_its_contribution_to_the_peers() -> None:
    batch = batch_of(CROWD, GOLD)
    first = settle(batch, *empty())
    repaired = replace(
        batch, answer_memory=first.answer_memory, item_memory=first.item_memory, gold=np.full(40, NO_GOLD)
    )
    second = settle(repaired, first.workers, first.job)
    assert not second.workers.gold_counts.any()
    assert second.workers.peer_counts.min() >= 0.0
    assert second.job.calibration[0] == 0


def test_two_opposite_strangers_make_a_tie_and_one_more_answer_is_wanted() -> None:
    batch = _answers([0, 0], [0, 1], [0, 1])
    settled = settle(batch, *empty(2, 2))
    assert settled.tied[0]
    assert settled.label[0] == 0
    assert settled.want_more[0]
    assert not settled.resolved[0]


def test_one_answer_by_an_unknown_worker_settles_nothing() -> None:
    settled = settle(_answers([0], [0], [1]), *empty(1, 2))
    assert settled.want_more[0]
    assert settled.confidence[0] < 0.8


def test_agreement_of_known_good_workers_settles_an_item() -> None:
    good = replace(WorkerTable.unknown(4, 2), gold_counts=np.tile(np.diag([40.0, 40.0]), (4, 1, 1)))
    job = replace(JobMemory.empty(2), gold_pool=good.gold_counts.sum(axis=0))
    settled = settle(_answers([0] * 4, [0, 1, 2, 3], [1] * 4), good, job)
    assert settled.resolved[0]
    assert settled.label[0] == 1


def test_an_item_at_its_max_overlap_is_resolved_whatever_it_looks_like() -> None:
    settled = settle(_answers([0, 0], [0, 1], [0, 1], overlap=(1, 2)), *empty(2, 2))
    assert settled.resolved[0]
    assert not settled.want_more[0]


def test_an_item_under_its_min_overlap_is_neither_resolved_nor_asked_for() -> None:
    settled = settle(_answers([0], [0], [0], overlap=(3, 5)), *empty(1, 2))
    assert not settled.resolved[0]
    assert not settled.want_more[0]


def test_an_audited_item_is_asked_up_to_its_max_overlap() -> None:
    batch = _answers([0] * 6, list(range(6)), [1] * 6, overlap=(1, 7))
    assert settle(replace(batch, audit=np.array([True])), *empty(6, 2)).want_more[0]


def test_about_a_tenth_of_items_are_audited() -> None:
    share = np.mean([audited(b"item-%d" % n) for n in range(4000)])
    assert 0.08 < share < 0.12


def test_an_item_without_answers_stays_at_the_class_prior() -> None:
    settled = settle(batch_of(replace(CROWD, truth=np.append(CROWD.truth, 0))), *empty())
    assert settled.item_memory[-1].sum() == 0.0
    assert not settled.resolved[-1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"label": np.array([0, 9])}, "label"),
        ({"worker": np.array([0, 7])}, "worker"),
        ({"item": np.array([0, 3])}, "item"),
        ({"worker": np.array([0, 0])}, "twice"),
    ],
)
def test_a_batch_that_does_not_fit_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        settle(replace(_answers([0, 0], [0, 1], [0, 1]), **change), *empty(2, 2))


def test_a_packed_memory_unpacks_to_itself() -> None:
    job = settle(batch_of(CROWD, GOLD), *empty()).job
    assert np.array_equal(JobMemory.unpacked(job.packed(), 4).packed(), job.packed())


def test_a_refit_beats_or_equals_the_majority_and_is_the_same_each_time() -> None:
    crowd = one_coin_crowd(3, 300, [0.95, 0.9, 0.55, 0.55, 0.5, 0.45, 0.5], [0.5, 0.5])
    batch = batch_of(crowd, overlap=(10, 10))
    once, twice = refit(batch, *unknown_prior(crowd), 2), refit(batch, *unknown_prior(crowd), 2)
    votes = np.bincount(crowd.item, weights=crowd.label) / 7 > 0.5
    assert (once.label == crowd.truth).mean() >= (votes == crowd.truth).mean()
    assert np.array_equal(once.posterior, twice.posterior)


def test_a_refit_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.quality.domain.refit.ANSWERS_MAX", 10)
    with pytest.raises(ValueError, match="at most"):
        refit(batch_of(CROWD), *unknown_prior(CROWD), 4)


def _part(batch: Batch, rows: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Batch:
    chosen = {name: getattr(batch, name)[rows] for name in ("item", "worker", "label", "answer_memory")}
    return replace(batch, **chosen)


def _answers(item: list[int], worker: list[int], label: list[int], overlap: tuple[int, int] = (1, 10)) -> Batch:
    gold = np.full(max(item) + 1, NO_GOLD)
    return Batch.fresh((np.array(item), np.array(worker), np.array(label)), gold, 2, overlap)
