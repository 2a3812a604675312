"""What a long command says while it works: a bar on a terminal, else a line now and then, always on stderr."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

LINE_SECONDS = 3.0


class Teller:
    """Tells what is done, and how far a count has come."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = Console(stderr=True, quiet=quiet, highlight=False)
        self._live = self._console.is_terminal and not quiet
        self._bar = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            console=self._console, disable=not self._live, transient=True,
        )  # fmt: skip
        self._task = self._bar.add_task("", total=None)
        self._begin = self._said = time.monotonic()

    def step(self, text: str, total: int | None = None) -> None:
        """A new step begins; with a total, `count` shows how far it is."""
        self._bar.update(self._task, description=text, total=total, completed=0)
        self._said = time.monotonic()
        if not self._live:
            self._console.print(f"{self._said - self._begin:6.1f} s  {text}")

    def count(self, done: int, text: str | None = None) -> None:
        """So much of the step is done; without a terminal said every few seconds."""
        self._bar.update(self._task, completed=done, **({"description": text} if text else {}))  # type: ignore[arg-type]  # one optional keyword
        if not self._live and time.monotonic() - self._said >= LINE_SECONDS:
            self._said = time.monotonic()
            self._console.print(f"{self._said - self._begin:6.1f} s    {done:,}{f' ({text})' if text else ''}")

    def say(self, text: str) -> None:
        """A line that stays."""
        self._console.print(text)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()
