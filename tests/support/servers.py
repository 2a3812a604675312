"""One PostgreSQL and one NATS for a whole run of tests, whatever the number of worker processes."""

import fcntl
import json
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.local.stack import Stack

_FOLDER_VARIABLE = "ILGAM_TEST_SERVERS"
_START_SECONDS = 120


@dataclass(frozen=True)
class Servers:
    """Where the run's servers are."""

    folder: str
    postgres_template: str
    nats_url: str
    nats_user: str
    nats_password: str

    def postgres_url(self, database: str, role: str) -> str:
        """SQLAlchemy's address of a database for a role."""
        return self.postgres_template.replace("the_role", role).replace("the_database", database)

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """One process of the run at a time."""
        with (Path(self.folder) / f"{name}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


class SharedServers:
    """Starts the servers without making anybody wait, and stops them in the end."""

    def begin(self) -> None:
        """Starts them in a thread; tests that need them wait for it."""
        self._folder = Path(tempfile.mkdtemp(prefix="ilgam-tests-"))
        os.environ[_FOLDER_VARIABLE] = str(self._folder)
        self._stopping = threading.Event()
        # PostgreSQL and NATS die with the thread that started them, so it lives as long as they are needed.
        self._thread = threading.Thread(target=self._serve, name="shared-servers")
        self._thread.start()

    def end(self) -> None:
        """Stops them and removes their folder."""
        self._stopping.set()
        self._thread.join()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _serve(self) -> None:
        try:
            with Stack(self._folder / "data", services=()) as stack:
                admin = stack.nats_admin
                servers = Servers(
                    str(self._folder),
                    stack.postgres_url("the_database", "the_role"),
                    stack.nats_url,
                    admin.user,
                    admin.password,
                )
                self._write("servers.json", json.dumps(asdict(servers)))
                self._stopping.wait()
        except BaseException as error:
            self._write("failed", repr(error))
            raise

    def _write(self, name: str, text: str) -> None:
        part = self._folder / f"{name}.part"
        part.write_text(text, encoding="utf-8")
        part.rename(self._folder / name)


def wait_for_servers() -> Servers:
    """Where the servers are, once they serve."""
    folder = Path(os.environ[_FOLDER_VARIABLE])
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        if (folder / "servers.json").exists():
            return Servers(**json.loads((folder / "servers.json").read_text(encoding="utf-8")))
        if (folder / "failed").exists():
            raise RuntimeError((folder / "failed").read_text(encoding="utf-8"))
        time.sleep(0.05)
    raise TimeoutError("the servers did not start")
