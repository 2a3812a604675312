"""`ilgam jobs`: what jobs there are, and their results as a file."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from ilgam.tasks.v1 import tasks_events_pb2 as events_pb
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from rich.table import Table

from services.cli.running import console, plain_failures, run_async
from services.cli.target import DataOption, TargetOption, connect_operator

LISTED_MAX = 200

jobs = typer.Typer(help="Jobs and their results.", no_args_is_help=True)


class Format(StrEnum):
    """The form of exported results."""

    JSONL = "jsonl"
    CSV = "csv"


FORMATS = {Format.JSONL: pb.EXPORT_FORMAT_JSONL, Format.CSV: pb.EXPORT_FORMAT_CSV}


@jobs.command("list")
def list_jobs(target: TargetOption = None, data: DataOption = None) -> None:
    """The newest jobs."""

    async def ask() -> list[pb.Job]:
        async with await connect_operator(target, data) as client:
            return list((await client.tasks.ListJobs(pb.ListJobsRequest(page_size=LISTED_MAX))).jobs)

    with plain_failures():
        found = run_async(ask())
    table = Table("job", "title", "state", title=f"{len(found)} jobs", title_justify="left")
    table.add_column("items", justify="right")
    table.add_column("won per answer", justify="right")
    for job in found:
        state = events_pb.JobState.Name(job.state).removeprefix("JOB_STATE_")
        table.add_row(job.job_id, job.spec.title, state, f"{job.item_count:,}", f"{job.spec.price_krw:,}")
    console().print(table)


@jobs.command()
def export(
    job_id: Annotated[str, typer.Argument(help="As `ilgam jobs list` names it.")],
    *,
    form: Annotated[Format, typer.Option("--format", help="JSON lines or CSV.")] = Format.JSONL,
    with_answers: Annotated[bool, typer.Option("--with-answers", help="Every answer of an item too.")] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file (default: standard output).")] = None,
    target: TargetOption = None,
    data: DataOption = None,
) -> None:
    """A job's results, in order of import."""
    request = pb.ExportResultsRequest(job_id=job_id, format=FORMATS[form], with_answers=with_answers)
    with plain_failures():
        if output is None:
            run_async(_export(request, sys.stdout.buffer, target, data))
        else:
            with output.open("wb") as file:
                run_async(_export(request, file, target, data))


async def _export(request: pb.ExportResultsRequest, file: BinaryIO, target: str | None, data: Path | None) -> None:
    async with await connect_operator(target, data) as client:
        async for answer in client.tasks.ExportResults(request):
            file.write(answer.chunk)
    file.flush()
