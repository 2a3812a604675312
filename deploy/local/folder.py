"""The data folder: what lies where, who may read it, and that only one stack uses it at a time."""

import errno
import fcntl
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.errors import StackError

PRIVATE = 0o700
# As root, PostgreSQL runs as another user who must pass through the data folder to its own part, but may not list it.
PASSABLE = 0o711
LOG_KEEP_BYTES = 20 * 1024 * 1024
# A unix socket's path may have 107 characters; PostgreSQL adds "/.s.PGSQL.5432.lock".
SOCKET_FOLDER_CHARACTERS_MAX = 85


class DataFolder:
    """Everything a stack keeps.

    Attributes:
        root: the folder itself, absolute.
        postgres: PostgreSQL's cluster.
        nats: JetStream's store.
        media: pictures, unless a setting names another place.
        config: generated configuration.
        secrets: keys and passwords, made once.
        log: one file per process.
        mail: e-mails as .eml files, where no mail server is set.
        run: pid files of running processes.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.postgres = self.root / "postgres"
        self.nats = self.root / "nats"
        self.media = self.root / "media"
        self.config = self.root / "config"
        self.secrets = self.root / "secrets"
        self.log = self.root / "log"
        self.mail = self.root / "mail"
        self.run = self.root / "run"

    def create(self) -> None:
        """Create the folders that are missing, readable by their owner only.

        Raises:
            StackError: the folder cannot be made or belongs to another user.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True, mode=PRIVATE)
            if self.root.stat().st_uid != os.geteuid():
                raise PermissionError(errno.EPERM, "it belongs to another user")
            self.root.chmod(PASSABLE if os.geteuid() == 0 else PRIVATE)
            for folder in (self.nats, self.media, self.config, self.secrets, self.log, self.mail, self.run):
                folder.mkdir(exist_ok=True, mode=PRIVATE)
        except OSError as error:
            raise StackError(
                f"The data folder {self.root} cannot be used ({error.strerror}): choose another with --data or ILGAM_DATA."
            ) from error

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder for one stack; the lock goes with the process, however it ends.

        Raises:
            StackError: a running stack uses it.
        """
        with (self.root / "lock").open("a+", encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                file.seek(0)
                owner = file.read().strip() or "unknown"
                raise StackError(
                    f"The data folder {self.root} is in use by a running stack (process {owner}): stop it, or choose another with --data or ILGAM_DATA."
                ) from error
            file.seek(0)
            file.truncate()
            file.write(str(os.getpid()))
            file.flush()
            yield

    def log_file(self, name: str) -> Path:
        """The log of one process."""
        return self.log / f"{name}.log"

    def rotate_logs(self) -> None:
        """Put big logs aside; one older copy of each is kept."""
        for path in self.log.glob("*.log"):
            if path.stat().st_size > LOG_KEEP_BYTES:
                path.replace(path.with_suffix(".log.1"))


def make_socket_folder(folder: DataFolder, uid: int, gid: int) -> Path:
    """A private folder for PostgreSQL's socket: in the data folder if the path is short enough, else in the temporary one.

    Whoever can enter it may be any role (see postgres.py), so it must be nobody else's.

    Raises:
        StackError: another user sits on the place.
    """
    path = folder.root / "socket"
    if len(os.fsencode(path)) > SOCKET_FOLDER_CHARACTERS_MAX:
        mark = hashlib.sha256(os.fsencode(folder.root)).hexdigest()[:12]
        path = Path(tempfile.gettempdir()) / f"ilgam-{os.geteuid()}-{mark}"
    path.mkdir(exist_ok=True, mode=PRIVATE)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), uid}:
        raise StackError(
            f"{path} belongs to another user, and PostgreSQL's socket needs it: remove it, or choose a shorter --data."
        )
    if os.geteuid() == 0:
        os.chown(path, uid, gid)
    path.chmod(PRIVATE)
    return path
