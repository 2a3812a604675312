"""Which recorded answer goes to which item next: pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.cli.replay.recorded import Recorded

BATCH_MAX = 100


@dataclass(frozen=True)
class Piece:
    """One worker's next answers, at most BATCH_MAX: claimed and submitted together."""

    worker: str
    answers: tuple[Recorded, ...]


@dataclass
class Supply:
    """The recorded answers that were not used yet.

    Attributes:
        queues: task -> its answers in order.
        taken: task -> how many of them are used.
    """

    queues: Mapping[str, list[Recorded]]
    taken: dict[str, int] = field(default_factory=dict)

    def next_round(self, wanting: Iterable[str]) -> list[Piece]:
        """Each wanting task's next answer, grouped by worker; a task without any left is left out."""
        by_worker: dict[str, list[Recorded]] = {}
        for task in wanting:
            queue, place = self.queues.get(task, []), self.taken.get(task, 0)
            if place < len(queue):
                self.taken[task] = place + 1
                by_worker.setdefault(queue[place].worker, []).append(queue[place])
        return [
            Piece(worker, tuple(answers[start : start + BATCH_MAX]))
            for worker, answers in by_worker.items()
            for start in range(0, len(answers), BATCH_MAX)
        ]

    def give_back(self, answer: Recorded) -> None:
        """The item did not take its answer now: it is the task's next again."""
        self.taken[answer.task] -= 1
