"""One supervised process: how it is started, stopped and started again when it dies."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import structlog

from deploy.local.secret_files import write_private

BACKOFF_FIRST_SECONDS = 0.2
BACKOFF_MAX_SECONDS = 5.0
# A process that lived this long starts again without the waits it earned before.
HEALTHY_SECONDS = 10.0
KILL_SECONDS = 10.0

_LAUNCHER = Path(__file__).with_name("launcher.py")
_logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class OsUser:
    """The unprivileged user a program runs as when we are root.

    Attributes:
        uid: user id.
        gid: group id.
        pass_folders: its folders lie below one that this user may not enter; see launcher.py.
    """

    uid: int
    gid: int
    pass_folders: bool


@dataclass(frozen=True)
class ProcessSpec:
    """A process as data.

    Attributes:
        name: what people and pid files call it.
        argv: program with absolute path, and its arguments.
        log: file that gets its output.
        pid_file: where its pid is kept, for a start after we were killed.
        is_ready: whether it serves now; asked often, must be quick.
        environment: its whole environment.
        stage: lower stages start first and stop last.
        stop_steps: signals with the seconds each is given; SIGKILL follows by itself.
        death_signal: what it gets when we are killed.
        clear: removes what a dead predecessor left; False means not yet, ask again.
        os_user: whom to run as; None stays the same user.
        address: where it listens, for people.
        metrics_address: where its metrics are, for people.
    """

    name: str
    argv: tuple[str, ...]
    log: Path
    pid_file: Path
    is_ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    stage: int = 0
    stop_steps: tuple[tuple[signal.Signals, float], ...] = ((signal.SIGTERM, 15.0),)
    death_signal: signal.Signals = signal.SIGTERM
    clear: Callable[[], bool] = lambda: True
    os_user: OsUser | None = None
    address: str = ""
    metrics_address: str = ""


def launch_argv(argv: tuple[str, ...], death_signal: signal.Signals, os_user: OsUser | None) -> list[str]:
    """The command that starts `argv` through launcher.py."""
    user = os_user or OsUser(-1, -1, pass_folders=False)
    words = [os.getpid(), int(death_signal), user.uid, user.gid, int(user.pass_folders)]
    return [sys.executable, "-I", "-S", str(_LAUNCHER), *(str(word) for word in words), *argv]


class Child:
    """The life of one process; the supervisor's thread calls `tick`, anybody may ask or kill.

    Attributes:
        spec: what it is.
        starts: how often it was started.
    """

    def __init__(self, spec: ProcessSpec) -> None:
        self.spec = spec
        self.starts = 0
        self._popen: subprocess.Popen[bytes] | None = None
        self._start_time = 0.0
        self._next_start_time = 0.0
        self._backoff_seconds = BACKOFF_FIRST_SECONDS

    @property
    def pid(self) -> int | None:
        """Its process id while it lives."""
        popen = self._popen
        return popen.pid if popen is not None and popen.poll() is None else None

    def tick(self, now: float) -> None:
        """Start it if it should run and does not; `now` is in seconds of a steady clock."""
        if self._popen is None:
            if now >= self._next_start_time:
                self._try_start(now)
        elif (code := self._popen.poll()) is not None:
            self._popen = None
            if now - self._start_time > HEALTHY_SECONDS:
                self._backoff_seconds = BACKOFF_FIRST_SECONDS
            wait_seconds = self._backoff_seconds
            _logger.warning("process_ended", process=self.spec.name, exit_code=code, restart_seconds=wait_seconds)
            self._back_off(now)

    def is_ready(self) -> bool:
        """Whether it lives and serves."""
        return self.pid is not None and self.spec.is_ready()

    def kill(self) -> None:
        """End it without warning and wait until it is gone."""
        if (popen := self._popen) is not None:
            popen.kill()
            popen.wait(KILL_SECONDS)

    def ask_to_stop(self) -> None:
        """Send the first of its stop signals."""
        if self.pid is not None and self._popen is not None:
            self._popen.send_signal(self.spec.stop_steps[0][0])

    def wait_stopped(self) -> None:
        """Wait until it is gone, with ever stronger signals, at last SIGKILL."""
        if self._popen is not None:
            self._insist(self._popen)
        self.spec.pid_file.unlink(missing_ok=True)

    def _insist(self, popen: subprocess.Popen[bytes]) -> None:
        for number, (strength, seconds) in enumerate(self.spec.stop_steps):
            if number:
                popen.send_signal(strength)
            try:
                popen.wait(seconds)
            except subprocess.TimeoutExpired:
                _logger.warning(
                    "process_stops_slowly", process=self.spec.name, signal=strength.name, waited_seconds=seconds
                )
            else:
                return
        self.kill()

    def _back_off(self, now: float) -> None:
        self._next_start_time = now + self._backoff_seconds
        self._backoff_seconds = min(2 * self._backoff_seconds, BACKOFF_MAX_SECONDS)

    def _try_start(self, now: float) -> None:
        """Start it, or later if the machine is short of processes, memory or disk: the supervisor must go on."""
        try:
            if self.spec.clear():
                self._start(now)
        except (OSError, psutil.Error) as error:
            _logger.warning("process_start_failed", process=self.spec.name, error=str(error))
            self._back_off(now)

    def _start(self, now: float) -> None:
        with self.spec.log.open("ab") as log:
            self._popen = subprocess.Popen(  # noqa: S603  our own programs, no shell
                launch_argv(self.spec.argv, self.spec.death_signal, self.spec.os_user),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(self.spec.environment),
                # Another user may not be able to stand where we stand.
                cwd="/" if self.spec.os_user else None,
                # Ctrl-C in the terminal is ours to handle: children stop in order.
                start_new_session=True,
            )
        self.starts += 1
        self._start_time = now
        _note_pid(self.spec.pid_file, self._popen.pid)


def _note_pid(pid_file: Path, pid: int) -> None:
    """Keep the pid with its start time, which tells it from a later process of the same number."""
    try:
        create_time = psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return
    write_private(pid_file, json.dumps({"pid": pid, "create_time": create_time}))
