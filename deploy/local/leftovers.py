"""Ends what a killed stack left running, so that a new start finds the folder for itself."""

import json
import signal
from contextlib import suppress
from pathlib import Path

import psutil
import structlog

STOP_SECONDS = 15.0
KILL_SECONDS = 5.0
# Files keep fractions of a second; clocks of the kernel tick in hundredths.
CREATE_TIME_TOLERANCE_SECONDS = 0.05

_logger = structlog.get_logger(__name__)


def end_leftovers(run_folder: Path) -> None:
    """End the processes that pid files name and that still are the ones we started.

    Call it only while holding the folder's lock: nobody else's stack can then be meant. SIGINT is understood by all of
    them: PostgreSQL shuts down at once but cleanly, the others as by SIGTERM.
    """
    found = [process for file in run_folder.glob("*.pid") if (process := _process_of(file))]
    for process in found:
        _logger.warning("leftover_process_ends", process=process.pid)
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGINT)
    _, alive = psutil.wait_procs(found, timeout=STOP_SECONDS)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=KILL_SECONDS)
    for file in run_folder.glob("*.pid"):
        file.unlink(missing_ok=True)


def processes_in(folder: Path) -> list[psutil.Process]:
    """The processes that work in a folder, as all of PostgreSQL's do in their cluster's."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.cwd() == str(folder) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def _process_of(pid_file: Path) -> psutil.Process | None:
    try:
        note = json.loads(pid_file.read_text(encoding="ascii"))
        process = psutil.Process(int(note["pid"]))
        same = abs(process.create_time() - float(note["create_time"])) <= CREATE_TIME_TOLERANCE_SECONDS
    except (ValueError, KeyError, psutil.NoSuchProcess):
        return None
    return process if same else None
