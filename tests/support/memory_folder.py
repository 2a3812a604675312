"""Where a run of tests keeps its files: in memory, where there is plenty.

Each test of a service copies a database of 300 files and drops it again. On ext4 every new file then looks through the
places of those just removed, which took more time than the tests themselves.
"""

import os
import shutil
import tempfile
from pathlib import Path

import psutil

_MEMORY = Path("/dev/shm")  # noqa: S108 - every file of ours lies in a folder of its own, open to us alone
_VARIABLE = "TMPDIR"
# PostgreSQL's logs of three systems grow to so much at the very most.
_BYTES_MIN = 12 * 1024**3


def keep_files_in_memory() -> None:
    """Makes memory the folder for temporary files of this process and of those it starts, unless TMPDIR names one."""
    if _VARIABLE in os.environ or not os.access(_MEMORY, os.W_OK):
        return
    if min(shutil.disk_usage(_MEMORY).free, psutil.virtual_memory().available) >= _BYTES_MIN:
        os.environ[_VARIABLE] = tempfile.tempdir = str(_MEMORY)
