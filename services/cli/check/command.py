"""`ilgam check`."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from services.cli.check.checking import Checked
from services.cli.check.checking import check as run_check
from services.cli.running import EXIT_DIFFERENT, EXIT_UNSETTLED, console, plain_failures, run_async
from services.cli.target import DataOption, JsonOption, TargetOption, connect_operator


def check(target: TargetOption = None, data: DataOption = None, *, as_json: JsonOption = False) -> None:
    """Compare what all services say about answers, items and money; 0 clean, 1 different, 3 events still on their way."""
    with plain_failures():
        checked = run_async(_checked(target, data))
    if as_json:
        typer.echo(json.dumps(as_dict(checked)))
    else:
        show(checked, console())
    raise typer.Exit(exit_code(checked))


async def _checked(target: str | None, data: Path | None) -> Checked:
    async with await connect_operator(target, data) as client:
        return await run_check(client)


def exit_code(checked: Checked) -> int:
    """0 clean, 1 different, 3 not settled."""
    if checked.unsettled:
        return EXIT_UNSETTLED
    return EXIT_DIFFERENT if checked.difference_count else 0


def as_dict(checked: Checked) -> dict[str, Any]:
    """For programs."""
    return {
        "clean": checked.clean,
        "settled": not checked.unsettled,
        "unsettled": checked.unsettled,
        "counts": dict(checked.counts),
        "difference_count": dict(checked.difference_count),
        "differences": [asdict(difference) for difference in checked.differences],
        "seconds": round(checked.seconds, 3),
    }


def show(checked: Checked, console: Console) -> None:
    """For people."""
    counts = Table(title="looked at", title_justify="left")
    counts.add_column("what")
    counts.add_column("count", justify="right")
    for name, count in checked.counts.items():
        counts.add_row(name.replace("_", " "), f"{count:,}")
    if checked.counts:
        console.print(counts)
    for line in checked.unsettled:
        console.print(f"on its way: {line}")
    if checked.differences:
        found = Table(
            "rule", "id", "what", title=f"{checked.difference_count.total():,} differences", title_justify="left"
        )
        for difference in checked.differences:
            found.add_row(difference.rule, difference.id, difference.detail)
        console.print(found)
    word = "clean" if checked.clean else "not settled" if checked.unsettled else "different"
    console.print(f"{word} ({checked.seconds:.1f} s)")
