"""The engine against recorded crowd answers; skipped where they are not there."""

from dataclasses import replace

import numpy as np
import pytest

from services.quality.domain.evidence import NO_GOLD
from services.quality.domain.noise import worker_noise
from services.quality.domain.verdicts import Evidence, Policy, VerdictState, decide
from tests.support.crowd import SETS, Crowd, Outcome, Plan, Replay, load

EXAM = (21 / 22, 22.0)  # 20 of 20 right


def crowd(name: str) -> Crowd:
    found = load(name)
    if found is None:
        pytest.skip("the recorded answers are not here")
    return found


def outcome(name: str, plan: Plan) -> Outcome:
    return Replay(crowd(name), plan).run()[1]


@pytest.mark.parametrize("name", SETS)
def test_with_all_answers_results_are_above_the_majority(name: str) -> None:
    measured = outcome(name, Plan(consensus=False))
    assert measured.accuracy >= measured.majority
    assert abs(measured.claimed - measured.accuracy) < 0.1


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize(
    "plan",
    [
        Plan(chunk=50, prior=EXAM),
        Plan(seed=1, chunk=200),
        Plan(seed=2, chunk=50, prior=EXAM, min_overlap=3),
        Plan(seed=3, chunk=100, gold_share=0.05),
    ],
    ids=["file-order", "unknown-workers", "at-least-three", "some-gold"],
)
def test_dynamic_overlap_uses_fewer_answers_and_stays_by_the_majority(name: str, plan: Plan) -> None:
    measured = outcome(name, plan)
    assert measured.accuracy >= measured.majority - 0.01
    assert measured.answers < 0.8 * measured.recorded
    assert abs(measured.claimed - measured.accuracy) < 0.25


@pytest.mark.parametrize("name", SETS)
def test_careless_workers_lose_their_pay_and_honest_ones_keep_theirs(name: str) -> None:
    recorded = crowd(name)
    rng = np.random.default_rng(4)
    kind = rng.random(recorded.worker_count)
    careless = kind < 0.25
    spam = np.where(kind < 0.2, NO_GOLD, rng.integers(0, recorded.label_count, kind.size))[recorded.worker]
    noise_label = np.where(spam == NO_GOLD, rng.integers(0, recorded.label_count, spam.size), spam)
    by_careless = careless[recorded.worker]
    mixed = replace(recorded, label=np.where(by_careless, noise_label, recorded.label))
    replay = Replay(mixed, Plan(seed=1, gold_share=0.1, chunk=100))
    settled, _ = replay.run()
    rows = replay.used_rows()
    noise = worker_noise(settled.workers, settled.job)
    rejected = np.zeros(recorded.item.size, dtype=bool)
    for place, row in enumerate(rows):
        item = mixed.item[row]
        match = None if replay.gold[item] == NO_GOLD else bool(replay.gold[item] == mixed.label[row])
        confidence, likelihood = float(settled.confidence[item]), float(settled.loo[place])
        evidence = Evidence(Policy.CONSENSUS, likelihood, confidence, True, 10, float(noise[mixed.worker[row]]), match)
        rejected[row] = decide(evidence).state is VerdictState.REJECTED
    used = np.isin(np.arange(rejected.size), rows)
    honest_right = used & ~by_careless & (mixed.label == mixed.truth[mixed.item])
    assert rejected[honest_right].mean() < 0.05
    assert rejected[used & by_careless].mean() > 5 * rejected[honest_right].mean()
    assert rejected[used & by_careless].mean() > 0.35
    assert noise[~careless].max() < 0.95
