"""Made-up recorded answers for replays, and replays under which processes are killed."""

import random
from collections.abc import Sequence
from pathlib import Path

from deploy.local.stack import Stack
from services.cli.progress import Teller
from services.cli.replay.flow import Report, replay
from services.cli.replay.plan import Options
from services.cli.replay.recorded import Recorded, Recording
from services.sdk import Client, Password

LABELS = ("a", "b", "c")


def made_up(items: int, answers: int, accuracies: Sequence[float], seed: int = 5) -> Recording:
    """Answers of workers of those accuracies; each item has so many, and a known label."""
    rng = random.Random(seed)
    gold = {f"t{number:03}": rng.choice(LABELS) for number in range(items)}
    recorded = [
        Recorded(f"w{worker}", task, label if rng.random() < accuracies[worker] else rng.choice(LABELS))
        for task, label in gold.items()
        for worker in rng.sample(range(len(accuracies)), answers)
    ]
    return Recording(tuple(recorded), 0, gold)


def written(recording: Recording, folder: Path) -> tuple[Path, Path]:
    """The two files that `ilgam replay` reads."""
    answers, gold = folder / "answers.csv", folder / "gold.csv"
    rows = (f"{row.worker},{row.task},{row.label}\n" for row in recording.answers)
    answers.write_text("worker,task,label\n" + "".join(rows), encoding="utf-8")
    gold.write_text(
        "task,label\n" + "".join(f"{task},{label}\n" for task, label in recording.gold.items()), encoding="utf-8"
    )
    return answers, gold


class Killer(Teller):
    """Kills some processes each time a round of answers is in and not yet judged."""

    def __init__(self, stack: Stack, groups: Sequence[Sequence[str]]) -> None:
        super().__init__(quiet=True)
        self._stack = stack
        self._left = list(groups)

    def count(self, done: int, text: str | None = None) -> None:
        super().count(done, text)
        for name in self._left.pop(0) if self._left else ():
            self._stack.kill(name)

    @property
    def left(self) -> list[Sequence[str]]:
        """Which were not killed yet."""
        return self._left


async def replayed(stack: Stack, recording: Recording, options: Options, teller: Teller | None = None) -> Report:
    """Run a replay on a stack as its operator."""
    async with await Client.connect(stack.target, Password(*stack.operator)) as operator:
        return await replay(operator, recording, options, teller or Teller(quiet=True))
