"""How commands run: one event loop, failures as one line and an exit code."""

import asyncio
import signal
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import typer
import uvloop
from rich.console import Console

from deploy.local.errors import StackError
from services.sdk import IlgamError

EXIT_DIFFERENT = 1
EXIT_REFUSED = 2
EXIT_UNSETTLED = 3
EXIT_STOPPED = 130
Outcome = TypeVar("Outcome")


# Rich takes 80 columns for what is not a terminal; a file and a pipe have room.
PIPE_WIDTH = 140


def console() -> Console:
    """Where tables go."""
    return Console() if Console().is_terminal else Console(width=PIPE_WIDTH)


class CommandError(Exception):
    """A command cannot go on; the message says why in a line."""


_EXPECTED = (CommandError, StackError, IlgamError)


@contextmanager
def plain_failures() -> Iterator[None]:
    """Turn expected failures into a line on stderr and exit code 2."""
    try:
        yield
    except (*_EXPECTED, ExceptionGroup) as error:
        first = _first_of(error)
        if not isinstance(first, _EXPECTED):
            raise
        print(first, file=sys.stderr)  # noqa: T201  (this is what a command says)
        raise typer.Exit(EXIT_REFUSED) from None


def _first_of(error: Exception) -> Exception:
    """What failed first of work that is done side by side."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


def run_async(main: Coroutine[Any, Any, Outcome]) -> Outcome:
    """Run a command's work on a fresh event loop; SIGTERM ends it as Ctrl-C does, so that what it started is stopped."""

    async def stoppable() -> Outcome:
        task = asyncio.ensure_future(main)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await task

    try:
        return uvloop.run(stoppable())
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise typer.Exit(EXIT_STOPPED) from None
