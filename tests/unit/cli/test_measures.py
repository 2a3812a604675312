"""A replay's measures and rounds."""

import pytest

from services.cli.replay.measures import Result, majority_share, measure
from services.cli.replay.recorded import Recorded
from services.cli.replay.rounds import BATCH_MAX, Supply

ANSWERS = [
    Recorded("w1", "t1", "a"),
    Recorded("w2", "t1", "a"),
    Recorded("w3", "t1", "b"),
    Recorded("w1", "t2", "a"),
    Recorded("w2", "t2", "b"),
    Recorded("w1", "t3", "b"),
    Recorded("w1", "t4", "a"),
]
TRUTH = {"t1": "a", "t2": "b", "t3": "a", "t9": "a"}


def test_a_majority_tie_counts_its_share() -> None:
    assert majority_share({"a": 2, "b": 1}, "a") == 1
    assert majority_share({"a": 2, "b": 1}, "b") == 0
    assert majority_share({"a": 1, "b": 1, "c": 1}, "c") == pytest.approx(1 / 3)
    assert majority_share({"a": 1}, "z") == 0


def test_ties_and_missing_results_are_wrong_and_unknown_tasks_do_not_count() -> None:
    results = {"t1": Result("a", 0.9), "t2": Result("b", 0.5, tie=True), "t4": Result("a", 1.0)}
    found = measure(ANSWERS, TRUTH, (), results)
    assert found.items_measured == 3
    assert found.accuracy == pytest.approx(1 / 3)
    assert found.majority_accuracy == pytest.approx((1 + 0.5 + 0) / 3)
    assert found.mean_claimed_confidence == pytest.approx((0.9 + 0.5) / 3)


def test_tasks_given_as_gold_are_not_measured() -> None:
    assert measure(ANSWERS, TRUTH, {"t1", "t2"}, {"t3": Result("a", 0.7)}).accuracy == 1
    assert measure(ANSWERS, TRUTH, set(TRUTH), {}).items_measured == 0


def supply() -> Supply:
    queues: dict[str, list[Recorded]] = {}
    for answer in ANSWERS:
        queues.setdefault(answer.task, []).append(answer)
    return Supply(queues)


def test_a_round_gives_each_wanting_task_its_next_answer_by_worker() -> None:
    stock = supply()
    first = stock.next_round(["t1", "t2", "unknown"])
    assert [(piece.worker, [answer.task for answer in piece.answers]) for piece in first] == [("w1", ["t1", "t2"])]
    second = stock.next_round(["t1", "t2"])
    assert [(piece.worker, len(piece.answers)) for piece in second] == [("w2", 2)]
    assert [piece.worker for piece in stock.next_round(["t1", "t2"])] == ["w3"]
    assert stock.next_round(["t1", "t2"]) == []


def test_an_answer_given_back_is_the_next_again() -> None:
    stock = supply()
    (piece,) = stock.next_round(["t3"])
    stock.give_back(piece.answers[0])
    assert stock.next_round(["t3"]) == [piece]


def test_a_worker_with_many_tasks_gets_them_in_batches() -> None:
    stock = Supply({f"t{n}": [Recorded("w", f"t{n}", "a")] for n in range(BATCH_MAX + 1)})
    assert [len(piece.answers) for piece in stock.next_round(stock.queues)] == [BATCH_MAX, 1]
