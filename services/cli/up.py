"""`ilgam up`: starts everything on this machine, says what runs where, and stops it in order."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console

from deploy.local.errors import StackError
from deploy.local.settings import LocalSettings
from deploy.local.stack import Stack
from deploy.local.table import running_table

EXIT_REFUSED = 2
EXIT_STOPPED = 130
# How a terminal, a service manager and a closed window ask us to stop.
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_console = Console()
_errors = Console(stderr=True, soft_wrap=True)


def up(
    command: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CMD]...", help="Run this once all is ready, with ILGAM_TARGET and ILGAM_DATA set."),
    ] = None,
    *,
    data: Annotated[Path | None, typer.Option(help="Data folder [env ILGAM_DATA; default .ilgam].")] = None,
    port: Annotated[int | None, typer.Option(help="First port of the range [env ILGAM_PORT; default 7500].")] = None,
    external: Annotated[
        bool, typer.Option("--external", help="Use the servers that ILGAM_POSTGRES_ADMIN_URL and ILGAM_NATS_* name.")
    ] = False,
    once_ready: Annotated[
        bool, typer.Option("--once-ready", help="Stop when CMD ends, with its exit code, instead of staying up.")
    ] = False,
) -> None:
    """Start PostgreSQL, NATS, all services and the pages here; Ctrl-C stops them, and the next start finds all data."""
    if once_ready and not command:
        _refuse("--once-ready needs a command to run: ilgam up --once-ready CMD...")
    stack = _described(data, port, external=external)
    code = 0
    try:
        with _stop_signals_raise():
            _start(stack)
            if command:
                code = _run(command, stack)
            if not once_ready:
                threading.Event().wait()
    except StackError as error:
        _refuse(str(error))
    except KeyboardInterrupt:
        # A start or a command that was cut short has failed; stopping a stack that was up has not.
        code = EXIT_STOPPED if once_ready or not stack.is_started else 0
    finally:
        _stop(stack)
    raise typer.Exit(code)


def _described(data: Path | None, port: int | None, *, external: bool) -> Stack:
    """The stack that options and settings describe; what an option says goes before the environment."""
    options: dict[str, Any] = {name: value for name, value in (("data", data), ("port", port)) if value is not None}
    try:
        settings = LocalSettings(**options)
    except ValidationError as error:
        first = error.errors()[0]
        _refuse(f"ILGAM_{'_'.join(str(part) for part in first['loc']).upper()}: {first['msg']}")
    return Stack(settings.data, settings.port, gateway=True, external=external, settings=settings)


def _start(stack: Stack) -> None:
    begin_time = time.monotonic()
    with _progress() as report:
        stack.start(report)
    _console.print(running_table(stack.children.values()))
    _console.print(
        f"Ready after {time.monotonic() - begin_time:.1f} s: {stack.web_url}/\nData and logs: {stack.data_dir}. Ctrl-C stops it."
    )


def _run(command: list[str], stack: Stack) -> int:
    """Run the user's command in our terminal and give its exit code."""
    environment = os.environ | {"ILGAM_TARGET": stack.target, "ILGAM_DATA": str(stack.data_dir)}
    try:
        code = subprocess.call(command, env=environment)  # noqa: S603  the user's own command, as typed
    except OSError as error:
        code = EXIT_REFUSED
        _console.print(f"ilgam up: {command[0]}: {error.strerror}", style="red")
    if code:
        _console.print(f"{command[0]} ended with exit code {code}", style="yellow")
    return code


def _stop(stack: Stack) -> None:
    """Stop in order; the time is bounded, so further requests to stop change nothing."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    if stack.is_started:
        _console.print("Stopping.")
        stack.stop()


@contextmanager
def _stop_signals_raise() -> Iterator[None]:
    """Turn each request to stop into KeyboardInterrupt, wherever we are."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Tells the steps: in one changing line on a terminal, in a line each elsewhere."""
    if _console.is_terminal:
        with _console.status("starting") as status:
            yield status.update
    else:
        yield _console.print


def _refuse(message: str) -> NoReturn:
    _errors.print(f"ilgam up: {message}", style="red", markup=False)
    raise typer.Exit(EXIT_REFUSED)
