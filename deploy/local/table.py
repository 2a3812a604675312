"""The table of what runs where, for the terminal."""

from collections.abc import Iterable

from rich.table import Table

from deploy.local.process import Child


def running_table(children: Iterable[Child]) -> Table:
    """One row for each process: name, address, pid, metrics address, state."""
    table = Table(title="What runs where", title_justify="left", header_style="bold")
    table.add_column("name")
    table.add_column("address", overflow="fold")
    table.add_column("pid", justify="right")
    table.add_column("metrics", overflow="fold")
    table.add_column("state")
    for child in children:
        metrics = f"http://{child.spec.metrics_address}" if child.spec.metrics_address else "-"
        pid = child.pid
        table.add_row(child.spec.name, child.spec.address, str(pid or "-"), metrics, _state(child))
    return table


def _state(child: Child) -> str:
    if child.is_ready():
        return "[green]ready[/green]"
    return "[yellow]starting[/yellow]" if child.pid else "[red]down[/red]"
