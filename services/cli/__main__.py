"""The `ilgam` command line: one sub-command per file in this folder."""

import sys

import structlog
import typer

from services.cli.bench.command import bench
from services.cli.check.command import check
from services.cli.events import events
from services.cli.jobs import jobs
from services.cli.replay.command import replay
from services.cli.seed.command import run, seed
from services.cli.up import up

app = typer.Typer(
    name="ilgam",
    help="Ilgam: paid labelling work for certified graduates.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
# What follows the options is a command of its own and keeps its options.
app.command(context_settings={"allow_interspersed_args": False})(up)
app.command()(run)
app.command()(seed)
app.command()(replay)
app.command()(check)
app.add_typer(bench, name="bench")
app.add_typer(jobs, name="jobs")
app.add_typer(events, name="events")


@app.callback()
def _root() -> None:
    """Ilgam: paid labelling work for certified graduates."""
    # A command's answer goes to standard output, and may be JSON; what happens on the way goes to standard error.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
