"""`ilgam shift` and `ilgam run`."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from rich.console import Console

from deploy.local.settings import LocalSettings
from services.cli.check.checking import Checked
from services.cli.check.command import exit_code
from services.cli.progress import Teller
from services.cli.running import console, plain_failures, run_async
from services.cli.shift.flow import shift as run_shift
from services.cli.target import DataOption, TargetOption, address_of, connect_operator
from services.cli.up import up
from services.sdk.client import DEFAULT_TARGET

ITEMS_FIRST = 1737
ITEMS_LATER = 200


def shift(
    *,
    items: Annotated[
        int | None,
        typer.Option(
            min=20, help=f"Pictures (default: {ITEMS_FIRST} the first time, {ITEMS_LATER} when there are jobs already)."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Makes graduates answer the same way again.")] = 1,
    target: TargetOption = None,
    data: DataOption = None,
) -> None:
    """Let a dozen simulated graduates work through a paid job on handwritten digits, and show what came of it."""
    out = console()
    with plain_failures():
        checked = run_async(_shift(items, seed, target, data, out))
    _say_how_to_go_on(out, address_of(target))
    raise typer.Exit(exit_code(checked))


async def _shift(items: int | None, seed: int, target: str | None, data: Path | None, console: Console) -> Checked:
    async with await connect_operator(target, data) as operator:
        with Teller() as teller:
            count = items
            if count is None:
                before = await operator.tasks.ListJobs(pb.ListJobsRequest(page_size=1))
                count = ITEMS_LATER if before.jobs else ITEMS_FIRST
            return await run_shift(operator, count, seed, console, teller)


def run(
    *,
    data: Annotated[Path | None, typer.Option(help="Data folder (env ILGAM_DATA; default .ilgam).")] = None,
    port: Annotated[int | None, typer.Option(help="First port of the range (env ILGAM_PORT; default 7500).")] = None,
    once: Annotated[
        bool, typer.Option("--once", help="Stop after the shift, with its exit code, instead of staying up.")
    ] = False,
) -> None:
    """Start everything on this machine and work a small real shift; then stay up."""
    up([sys.executable, "-m", "services.cli", "shift"], data=data, port=port, once_ready=once)


def _say_how_to_go_on(console: Console, address: str) -> None:
    console.print("While it runs, in another terminal:")
    if address != DEFAULT_TARGET:
        data = os.environ.get("ILGAM_DATA", str(LocalSettings().data))
        console.print(f"  export ILGAM_TARGET={address} ILGAM_DATA={data}", soft_wrap=True)
    for command, what in (
        ("ilgam jobs list", "the jobs; `ilgam jobs export JOB --format csv` gives results"),
        ("ilgam check", "compare all services again"),
        ("ilgam shift --items 300", "another shift"),
        (f"ilgam replay --answers A.csv --gold G.csv --target {address}", "your own recorded answers as a job"),
        ("ilgam events health", "how the events between the services stand"),
    ):
        console.print(f"  {command}   [dim]{what}[/dim]", soft_wrap=True)
