"""`ilgam bench`."""

import json
from collections.abc import Coroutine, Mapping
from typing import Annotated, Any

import typer
from rich.table import Table

from services.cli.bench.claims import Sizes as ClaimSizes
from services.cli.bench.claims import bench_claims
from services.cli.bench.cycle import Sizes as CycleSizes
from services.cli.bench.cycle import bench_cycle
from services.cli.bench.rush import Sizes as RushSizes
from services.cli.bench.rush import bench_rush
from services.cli.progress import Teller
from services.cli.running import console, plain_failures, run_async
from services.cli.target import JsonOption

bench = typer.Typer(help="Measure an Ilgam of its own in a temporary folder.", no_args_is_help=True)


def _count(help_: str) -> Any:  # noqa: ANN401  (an annotation's argument)
    return typer.Option(min=1, help=help_)


@bench.command()
def claims(
    *,
    claims: Annotated[int, _count("Claims of each of the two queues.")] = ClaimSizes.claims,
    items: Annotated[int, _count("Items of the one big job.")] = ClaimSizes.items,
    jobs: Annotated[int, _count("Small jobs.")] = ClaimSizes.jobs,
    job_items: Annotated[int, _count("Items of each small job.")] = ClaimSizes.job_items,
    workers: Annotated[int, _count("Workers who claim at once.")] = ClaimSizes.workers,
    ahead: Annotated[int, _count("Answers that one worker has given before.")] = ClaimSizes.ahead,
    solo_claims: Annotated[int, _count("Claims of that worker, and of a fresh one.")] = ClaimSizes.solo_claims,
    as_json: JsonOption = False,
) -> None:
    """Claims from one long queue and many short ones, and of a worker far ahead: rate, latency, CPU, doubled claims."""
    sizes = ClaimSizes(claims, items, jobs, job_items, workers, ahead, solo_claims)
    with Teller() as teller:
        _show(bench_claims(sizes, teller), "claims", as_json=as_json)


@bench.command()
def cycle(
    *,
    answers: Annotated[int, _count("Answers of the closed loop in singles.")] = CycleSizes.answers,
    batch: Annotated[int, typer.Option(min=2, max=100, help="Answers in a batch.")] = CycleSizes.batch,
    workers: Annotated[int, _count("Workers at once.")] = CycleSizes.workers,
    open_seconds: Annotated[float, typer.Option(min=1, help="How long the open loop lasts.")] = CycleSizes.open_seconds,
    as_json: JsonOption = False,
) -> None:
    """Claim, submit, scored, paid, in singles and batches: rate, latency from commit to paid, CPU by process."""
    sizes = CycleSizes(answers, batch, workers, open_seconds)
    with Teller() as teller:
        _show(bench_cycle(sizes, teller), "cycle", as_json=as_json)


@bench.command()
def rush(
    *,
    applicants: Annotated[int, _count("People who apply at once.")] = RushSizes.applicants,
    seats: Annotated[int, _count("Seats of the cohort.")] = RushSizes.seats,
    waiting: Annotated[int, _count("Places on its waiting list.")] = RushSizes.waiting,
    as_json: JsonOption = False,
) -> None:
    """Far more applicants than seats, all at once: rate, latency, who got what, over-sold seats, errors, order."""
    with Teller() as teller:
        _show(bench_rush(RushSizes(applicants, seats, waiting), teller), "rush", as_json=as_json)


def _show(measuring: Coroutine[Any, Any, dict[str, object]], title: str, *, as_json: bool) -> None:
    with plain_failures():
        figures = run_async(measuring)
    if as_json:
        typer.echo(json.dumps(figures))
        return
    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column("what")
    table.add_column("figure", justify="right")
    for name, value in _flat(figures, ""):
        table.add_row(name, value)
    console().print(table)


def _flat(figures: Mapping[str, object], prefix: str) -> list[tuple[str, str]]:
    lines: list[tuple[str, str]] = []
    for name, value in figures.items():
        if isinstance(value, Mapping):
            lines += _flat(value, f"{prefix}{name}.")
        else:
            lines.append((f"{prefix}{name}", str(value)))
    return lines
