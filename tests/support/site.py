"""One whole Ilgam with its pages for a run of tests: started when the first test asks, shared by all worker processes."""

import json
import os
import shutil
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.local.services import service_command
from deploy.local.stack import Stack

_FOLDER_VARIABLE = "ILGAM_TEST_SITE"
_START_SECONDS = 180
_LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Site:
    """Where the run's site is."""

    web_url: str
    target: str
    operator_email: str
    operator_password: str
    edge_key: str
    nats_url: str
    nats_user: str
    nats_password: str
    postgres_template: str
    data_dir: str

    @property
    def operator(self) -> tuple[str, str]:
        """Email and password of the first operator."""
        return self.operator_email, self.operator_password

    def postgres_url(self, database: str, role: str) -> str:
        """A driver's address of a database for a role."""
        url = self.postgres_template.replace("the_role", role).replace("the_database", database)
        return url.replace("+asyncpg", "")


class SharedSite:
    """Waits until a test wants the site, starts it, and stops it in the end.

    Whoever writes tests may let one site run on: ILGAM_TEST_SITE names a folder with its site.json.
    """

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """Begins to wait, in a thread: processes of a stack die with the thread that started them."""
        if _FOLDER_VARIABLE in os.environ:
            return
        self._folder = Path(tempfile.mkdtemp(prefix="ilgam-site-"))
        os.environ[_FOLDER_VARIABLE] = str(self._folder)
        self._thread = threading.Thread(target=self._serve, name="shared-site")
        self._thread.start()

    def end(self) -> None:
        """Stops it and removes its folder."""
        if self._thread is None:
            return
        self._stopping.set()
        self._thread.join()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _serve(self) -> None:
        while not (self._folder / "wanted").exists():
            if self._stopping.wait(_LOOK_SECONDS):
                return
        try:
            with Stack(self._folder / "data", gateway=True, command=_command) as stack:
                self._write("site.json", json.dumps(asdict(site_of(stack))))
                self._stopping.wait()
        except BaseException as error:
            self._write("failed", repr(error))
            raise

    def _write(self, name: str, text: str) -> None:
        part = self._folder / f"{name}.part"
        part.write_text(text, encoding="utf-8")
        part.rename(self._folder / name)


def wait_for_site() -> Site:
    """Asks for the site, and says where it is once it serves."""
    folder = Path(os.environ[_FOLDER_VARIABLE])
    (folder / "wanted").touch()
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        if (folder / "site.json").exists():
            return Site(**json.loads((folder / "site.json").read_text(encoding="utf-8")))
        if (folder / "failed").exists():
            raise RuntimeError((folder / "failed").read_text(encoding="utf-8"))
        time.sleep(_LOOK_SECONDS)
    raise TimeoutError("the site did not start")


def _command(name: str) -> tuple[str, ...]:
    """The sign-in page is looked at with the demo's sign-ins on it."""
    command = (sys.executable, "-m", "tests.support.quick_accounts") if name == "accounts" else service_command(name)
    return ("/usr/bin/env", "ILGAM_DEMO=1", *command)


def site_of(stack: Stack) -> Site:
    """Where a stack with pages is."""
    admin = stack.nats_admin
    email, password = stack.operator
    return Site(
        web_url=stack.web_url,
        target=stack.target,
        operator_email=email,
        operator_password=password,
        edge_key=stack.edge_key,
        nats_url=stack.nats_url,
        nats_user=admin.user,
        nats_password=admin.password,
        postgres_template=stack.postgres_url("the_database", "the_role"),
        data_dir=str(stack.data_dir),
    )
