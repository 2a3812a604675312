"""`ilgam replay`."""

import json
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from deploy.local.stack import Stack
from services.cli.check.command import show as show_check
from services.cli.progress import Teller
from services.cli.replay.flow import Report
from services.cli.replay.flow import replay as run_replay
from services.cli.replay.plan import OVERLAP_MAX, Options, PolicyName
from services.cli.replay.recorded import RecordedError, Recording, read_recording
from services.cli.running import EXIT_DIFFERENT, CommandError, console, plain_failures, run_async
from services.cli.target import DataOption, JsonOption, TargetOption, connect_operator
from services.sdk import Client, Password


def replay(
    *,
    answers: Annotated[Path, typer.Option(help="CSV with the columns worker, task, label.")],
    gold: Annotated[
        Path, typer.Option(help="CSV with the columns task, label: what the results are measured against.")
    ],
    policy: Annotated[PolicyName, typer.Option(help="How answers are judged.")] = PolicyName.ALL,
    max_overlap: Annotated[
        int | None, typer.Option(min=1, max=OVERLAP_MAX, help="Answers per item at most (default: all recorded).")
    ] = None,
    gold_share: Annotated[
        float, typer.Option(min=0, max=1, help="Share of the known labels that the job is given as gold items.")
    ] = 0.0,
    seed: Annotated[int | None, typer.Option(help="Shuffle the rows first (default: file order).")] = None,
    target: TargetOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run recorded crowd answers as a paid job: what would be accepted, paid, and how right the results would be.

    Without --target it starts an Ilgam of its own in a temporary folder and removes it at the end.
    """
    with plain_failures():
        try:
            recording = read_recording(answers, gold, seed)
        except RecordedError as error:
            raise CommandError(str(error)) from None
        options = Options(policy=policy, max_overlap=max_overlap, gold_share=gold_share, seed=seed)
        report = run_async(_replayed(recording, options, target, data))
    if as_json:
        typer.echo(json.dumps(report.as_dict()))
    else:
        show(report, console())
    raise typer.Exit(0 if report.checked.clean else EXIT_DIFFERENT)


async def _replayed(recording: Recording, options: Options, target: str | None, data: Path | None) -> Report:
    async with AsyncExitStack() as held:
        teller = held.enter_context(Teller())
        operator = await held.enter_async_context(await _operator(held, target, data, teller))
        return await run_replay(operator, recording, options, teller)


async def _operator(held: AsyncExitStack, target: str | None, data: Path | None, teller: Teller) -> Client:
    """The operator of the target, or of an own stack that ends with the command."""
    if target:
        return await connect_operator(target, data)
    folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="ilgam-")))
    teller.step("starting an Ilgam of its own")
    stack = await held.enter_async_context(Stack(folder))
    return await Client.connect(stack.target, Password(*stack.operator))


def show(report: Report, console: Console) -> None:
    """For people."""
    table = Table(title="replay", title_justify="left", show_header=False)
    table.add_column("what")
    table.add_column("value", justify="right")
    for name, value in report.as_dict().items():
        table.add_row(name.replace("_", " "), _text(value))
    console.print(table)
    if not report.checked.clean:
        show_check(report.checked, console)


def _text(value: float | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "NO"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4f}"
