"""Keeps a set of processes running: one thread starts them, notices those that die, and starts them again."""

import threading
import time
from itertools import groupby

from deploy.local.errors import StackError
from deploy.local.process import Child, ProcessSpec

TICK_SECONDS = 0.05
READY_POLL_SECONDS = 0.05
LOG_TAIL_LINES = 5
# A process that died so often while the stack starts will not come up by itself.
FIRST_STARTS_MAX = 4


class Supervisor:
    """Runs processes until `stop`.

    All of them are started by one thread that lives as long as they should: the kernel ends a child when the *thread*
    that started it ends (PR_SET_PDEATHSIG), and with the whole process that thread ends too.
    """

    def __init__(self) -> None:
        self._children: dict[str, Child] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._done = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)
        self._thread.start()

    @property
    def children(self) -> dict[str, Child]:
        """All processes by name, in the order they were added."""
        with self._lock:
            return dict(self._children)

    def add(self, spec: ProcessSpec) -> None:
        """Start a process and keep it running."""
        with self._lock:
            self._children[spec.name] = Child(spec)
        self._wake.set()

    def wait_ready(
        self, names: list[str] | None = None, *, seconds: float = 60.0, starts_max: int | None = None
    ) -> None:
        """Wait until processes serve; all of them without names.

        Args:
            names: which.
            seconds: how long, for all together.
            starts_max: give up sooner on a process that died this often; None waits on.

        Raises:
            StackError: one does not in time; with the last lines of its log.
        """
        deadline = time.monotonic() + seconds
        for name, child in self.children.items():
            if names is not None and name not in names:
                continue
            while not child.is_ready():
                if time.monotonic() > deadline or (starts_max and child.starts >= starts_max and child.pid is None):
                    raise StackError(
                        f"{name} does not come up (started {child.starts} times); {child.spec.log} ends with:\n{_tail(child)}"
                    )
                if self._stopping.wait(READY_POLL_SECONDS):
                    raise StackError(f"The stack stops while {name} was starting.")

    def stop(self) -> None:
        """Stop all processes, the last stage first; returns when they are gone."""
        self._stopping.set()
        with self._lock:
            children = sorted(self._children.values(), key=lambda child: -child.spec.stage)
            for _, stage in groupby(children, key=lambda child: child.spec.stage):
                together = list(stage)
                for child in together:
                    child.ask_to_stop()
                for child in together:
                    child.wait_stopped()
        self._done.set()
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._done.is_set():
            self._wake.wait(TICK_SECONDS)
            self._wake.clear()
            with self._lock:
                if not self._stopping.is_set():
                    for child in self._children.values():
                        child.tick(time.monotonic())


def _tail(child: Child) -> str:
    lines = child.spec.log.read_text(encoding="utf-8", errors="replace").splitlines() if child.spec.log.exists() else []
    return "\n".join(lines[-LOG_TAIL_LINES:])
