"""`ilgam seed` and `ilgam run`."""

import asyncio
import os
import sys
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.local.settings import LocalSettings
from services.cli.check.command import exit_code
from services.cli.progress import Teller
from services.cli.running import CommandError, console, plain_failures, run_async
from services.cli.seed.arrivals import Arrivals
from services.cli.seed.flow import Demo, prepare, report, welcome, work
from services.cli.seed.report import show_sign_ins
from services.cli.seed.trickle import Trickle
from services.cli.target import DataOption, TargetOption, address_of, connect_operator
from services.cli.up import up
from services.sdk import Client
from services.sdk.client import DEFAULT_TARGET

SECONDS = 20.0
SECONDS_MAX = 3600.0


def seed(
    *,
    seconds: Annotated[float, typer.Option(min=0, max=SECONDS_MAX, help="How long everybody works.")] = SECONDS,
    trickle: Annotated[
        bool, typer.Option("--trickle", help="Then a few go on slowly, for ever; a demo that is there begins so.")
    ] = False,
    chance: Annotated[int, typer.Option("--seed", help="Makes graduates answer the same way again.")] = 1,
    target: TargetOption = None,
    data: DataOption = None,
) -> None:
    """Fill an Ilgam on this machine with the demo: companies, jobs, graduates at work, a sign-in per role."""
    with plain_failures():
        _refuse_elsewhere(address_of(target))
        code = run_async(_seed(seconds, chance, target, data, trickle=trickle, console=console()))
    raise typer.Exit(code)


async def _seed(
    seconds: float, chance: int, target: str | None, data: Path | None, *, trickle: bool, console: Console
) -> int:
    """The check's exit code; with a trickle 0 when it ends."""
    async with await connect_operator(target, data) as operator:
        with Teller() as teller:
            demo = await prepare(operator, chance, teller)
            checked = None
            if demo.is_fresh or not trickle:
                await work(demo, seconds, teller)
            await welcome(demo)
            if demo.is_fresh or not trickle:
                checked = await report(demo, console, teller)
        _say_how_to_go_on(console, address_of(target))
        if trickle:
            await _go_on(operator, demo)
            return 0
        return exit_code(checked) if checked else 0


async def _go_on(operator: Client, demo: Demo) -> None:
    """A few people work, apply and learn until the command that started this one is gone."""
    arrivals = asyncio.create_task(Arrivals(operator, demo.school.running, len(demo.people.workers) + 1).go_on())
    try:
        await Trickle(operator, demo.postings, demo.people.workers, Teller()).work()
    finally:
        arrivals.cancel()


def run(
    *,
    data: Annotated[Path | None, typer.Option(help="Data folder (env ILGAM_DATA; default .ilgam).")] = None,
    port: Annotated[int | None, typer.Option(help="First port of the range (env ILGAM_PORT; default 7500).")] = None,
    once: Annotated[
        bool, typer.Option("--once", help="Stop after the demo's burst of work, with its exit code.")
    ] = False,
) -> None:
    """Start everything on this machine with the demo in it, and stay up."""
    # Every process that is started sees it: the sign-in page offers the demo's sign-ins.
    os.environ["ILGAM_DEMO"] = "1"
    seeding = [sys.executable, "-m", "services.cli", "seed"]
    up(seeding if once else [*seeding, "--trickle"], data=data, port=port, once_ready=once)


def _refuse_elsewhere(address: str) -> None:
    """The demo's passwords are known to everybody, an operator's among them."""
    host = address.rpartition(":")[0].strip("[]")
    try:
        here = ip_address(host).is_loopback
    except ValueError:
        here = host == "localhost"
    if not here:
        raise CommandError(f"the demo's sign-ins are known to everybody: only for an Ilgam on this machine, not {host}")


def _say_how_to_go_on(console: Console, address: str) -> None:
    show_sign_ins(address, console)
    console.print("While it runs, in another terminal:")
    if address != DEFAULT_TARGET:
        data = os.environ.get("ILGAM_DATA", str(LocalSettings().data))
        console.print(f"  export ILGAM_TARGET={address} ILGAM_DATA={data}", soft_wrap=True)
    for command, what in (
        ("ilgam jobs list", "the jobs; `ilgam jobs export JOB --format csv` gives results"),
        ("ilgam check", "compare all services again"),
        ("ilgam seed", "another burst of work"),
        (f"ilgam replay --answers A.csv --gold G.csv --target {address}", "your own recorded answers as a job"),
        ("ilgam events health", "how the events between the services stand"),
    ):
        console.print(f"  {command}   [dim]{what}[/dim]", soft_wrap=True)
