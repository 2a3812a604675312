"""Confusion tables and noise: anchored, never upside down."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.quality.domain import calibration, confusion
from services.quality.domain.evidence import NO_GOLD, Floats, JobMemory, WorkerTable
from services.quality.domain.noise import log_gamma, worker_noise
from services.quality.domain.refit import refit
from tests.support.batches import batch_of, one_coin_crowd, unknown_prior
from tests.support.crowd import majority


def known(counts: Floats) -> tuple[WorkerTable, JobMemory]:
    workers, labels, _ = counts.shape
    table = replace(WorkerTable.unknown(workers, labels), gold_counts=counts)
    return table, replace(JobMemory.empty(labels), gold_pool=counts.sum(axis=0))


@given(st.integers(0, 10_000), st.integers(2, 8), st.floats(0.0, 500.0))
@settings(max_examples=60, deadline=None)
def test_tables_are_row_stochastic_and_no_answer_speaks_against_itself(seed: int, labels: int, size: float) -> None:
    counts = np.random.default_rng(seed).random((5, labels, labels)) * size
    tables = confusion.confusions(*known(counts))
    assert np.allclose(tables.sum(axis=2), 1.0)
    assert tables.min() > 0.0
    diagonal = np.diagonal(tables, axis1=1, axis2=2)
    assert (tables <= diagonal[:, None, :] + 1e-12).all()


def test_a_worker_who_is_always_wrong_on_gold_is_ignored_not_inverted() -> None:
    table, job = known(np.array([[[0.0, 50.0], [50.0, 0.0]]]))
    rows = confusion.confusions(table, job)[0]
    assert rows[0, 0] >= rows[1, 0]
    assert rows[1, 1] >= rows[0, 1]


def test_the_skill_prior_moves_an_unseen_worker_but_not_far() -> None:
    table = WorkerTable(np.zeros((2, 2, 2)), np.zeros((2, 2, 2)), np.array([0.95, 0.5]), np.array([40.0, 2.0]))
    expert, stranger = confusion.worker_accuracy(table, JobMemory.empty(2))
    assert stranger < expert < 0.8


@pytest.mark.parametrize("classes", [[0.95, 0.05], [0.99, 0.01], [0.7, 0.2, 0.05, 0.03, 0.02]])
@pytest.mark.parametrize("accuracy", [0.55, 0.7])
def test_a_skewed_job_of_poor_workers_does_not_collapse(classes: list[float], accuracy: float) -> None:
    crowd = one_coin_crowd(7, 600, [accuracy] * 30, classes, per_item=3)
    fitted = refit(batch_of(crowd, overlap=(3, 3)), *unknown_prior(crowd), len(classes))
    everywhere = np.ones(600, dtype=bool)
    assert (fitted.label == crowd.truth).mean() >= majority(crowd, everywhere) - 0.02
    assert fitted.job.class_counts.argmax() == 0


def test_labels_do_not_swap_when_half_the_crowd_is_contrary() -> None:
    crowd = one_coin_crowd(9, 300, [0.9, 0.85, 0.8, 0.75, 0.2, 0.25, 0.3], [0.5, 0.5])
    fitted = refit(batch_of(crowd, overlap=(7, 7)), *unknown_prior(crowd), 2)
    assert (fitted.label == crowd.truth).mean() > 0.8


def test_gold_outvotes_peers_about_a_worker() -> None:
    table, job = known(np.array([[[2.0, 18.0], [2.0, 18.0]]]))
    flattered = replace(table, peer_counts=np.array([[[10.0, 0.0], [0.0, 10.0]]]))
    assert confusion.worker_accuracy(flattered, job)[0] < 0.75


def test_log_gamma_is_that_of_the_standard_library() -> None:
    for x in (0.01, 0.5, 1.0, 3.7, 42.0, 12345.6):
        assert log_gamma(np.array(x)) == pytest.approx(math.lgamma(x), rel=1e-10, abs=1e-9)


def job_with_workers(counts: Floats) -> tuple[WorkerTable, JobMemory]:
    honest = np.tile(np.diag([40.0, 40.0, 40.0]) + 3.0, (5, 1, 1))
    return known(np.concatenate([counts, honest]))


def test_a_constant_and_a_random_answerer_are_noise_and_a_weak_honest_worker_is_not() -> None:
    constant = np.zeros((3, 3))
    constant[:, 1] = 12.0
    weak = np.full((3, 3), 2.5) + np.diag([9.0, 9.0, 9.0])
    noise = worker_noise(*job_with_workers(np.stack([constant, np.full((3, 3), 5.0), weak])))
    assert noise[0] > 0.99
    assert noise[1] > 0.95
    assert noise[2:].max() < 0.01


def test_an_unknown_worker_is_hardly_suspected() -> None:
    assert worker_noise(*job_with_workers(np.zeros((1, 3, 3))))[0] == pytest.approx(0.05)


def test_peers_accuse_nobody_where_no_gold_has_confirmed_them() -> None:
    table = replace(WorkerTable.unknown(1, 3), peer_counts=np.full((1, 3, 3), 50.0))
    assert worker_noise(table, JobMemory.empty(3))[0] == pytest.approx(0.05)
    confirmed = replace(JobMemory.empty(3), calibration=np.array([40.0, 38.0, 38.0]))
    assert worker_noise(table, confirmed)[0] > 0.99


def test_gold_that_was_wrong_half_the_time_shrinks_claims() -> None:
    trusted = replace(JobMemory.empty(2), calibration=np.array([100.0, 95.0, 95.0]))
    doubted = replace(JobMemory.empty(2), calibration=np.array([100.0, 95.0, 70.0]))
    claims = np.array([0.5, 0.8, 0.99])
    assert calibration.calibrated(claims, trusted)[2] > 0.95
    assert calibration.calibrated(claims, doubted)[2] < 0.75
    assert (np.diff(calibration.calibrated(claims, doubted)) > 0).all()
    assert calibration.confirmed_trust(doubted) < calibration.confirmed_trust(trusted)


def test_people_who_err_together_on_hard_items_are_found_out_without_gold() -> None:
    rng = np.random.default_rng(5)
    crowd = one_coin_crowd(5, 300, [0.9] * 9, [0.25] * 4)
    hard = rng.random(300) < 0.4
    decoy = (crowd.truth + 1) % 4
    misled = hard[crowd.item] & (rng.random(crowd.item.size) < 0.6)
    together = replace(crowd, label=np.where(misled, decoy[crowd.item], crowd.label))
    found = [
        calibration.discount(refit(batch_of(each, overlap=(9, 9)), *unknown_prior(each), 4).job)
        for each in (together, crowd)
    ]
    assert found[0] < found[1] - 0.1


def test_no_gold_item_means_no_entry_in_the_calibration() -> None:
    assert not calibration.tally(np.full((3, 2), 0.5), np.full(3, NO_GOLD)).any()
