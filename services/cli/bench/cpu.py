"""CPU time of named processes with all their children, living and reaped."""

from collections.abc import Mapping

import psutil


class Meter:
    """Reads processes again and again; one that is gone keeps what it last had."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._roots = {name: psutil.Process(pid) for name, pid in pids.items()}
        self._last: dict[str, float] = dict.fromkeys(pids, 0.0)

    def read(self) -> dict[str, float]:
        """Seconds of user and system time since each began, by name."""
        for name, root in self._roots.items():
            self._last[name] = max(self._last[name], _seconds(root))
        return dict(self._last)


def spent(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """Seconds between two readings, by name."""
    return {name: after[name] - before[name] for name in before}


def _seconds(root: psutil.Process) -> float:
    try:
        times = root.cpu_times()
        total = times.user + times.system + times.children_user + times.children_system
        return total + sum(map(_own, root.children(recursive=True)))
    except psutil.NoSuchProcess:
        return 0.0


def _own(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)
