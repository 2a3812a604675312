"""What a replay measures against the known labels: pure."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from services.cli.replay.recorded import Recorded


@dataclass(frozen=True)
class Result:
    """A job's result for one task; an empty label is no result."""

    label: str
    confidence: float
    tie: bool = False


@dataclass(frozen=True)
class Measures:
    """How right the results are, over the tasks whose label is known and was not given to the job.

    Attributes:
        items_measured: how many those are.
        accuracy: share of right results; ties and missing results count as wrong.
        majority_accuracy: the same for the majority of all recorded answers; a tie among n counts 1/n.
        mean_claimed_confidence: what the results claim; a missing result claims 0.
    """

    items_measured: int
    accuracy: float
    majority_accuracy: float
    mean_claimed_confidence: float


def measure(
    answers: Iterable[Recorded], truth: Mapping[str, str], given: Collection[str], results: Mapping[str, Result]
) -> Measures:
    """Compare results and the majority with the truth.

    Args:
        answers: all recorded answers, one per worker and task.
        truth: task -> known label.
        given: tasks whose label the job was given as gold.
        results: task -> result.
    """
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for answer in answers:
        votes[answer.task][answer.label] += 1
    tasks = [task for task in votes if task in truth and task not in given]
    if not tasks:
        return Measures(0, 0.0, 0.0, 0.0)
    none = Result("", 0.0)
    found = [results.get(task, none) for task in tasks]
    return Measures(
        items_measured=len(tasks),
        accuracy=sum(result.label == truth[task] and not result.tie for task, result in zip(tasks, found, strict=True))
        / len(tasks),
        majority_accuracy=sum(majority_share(votes[task], truth[task]) for task in tasks) / len(tasks),
        mean_claimed_confidence=sum(result.confidence for result in found if result.label) / len(tasks),
    )


def majority_share(votes: Mapping[str, int], label: str) -> float:
    """1 when the label alone has the most votes, 1/n when it shares them with n - 1 others, else 0."""
    most = max(votes.values())
    if votes.get(label, 0) != most:
        return 0.0
    return 1 / sum(count == most for count in votes.values())
