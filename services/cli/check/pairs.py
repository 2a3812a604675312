"""Finds repeated pairs among any number of them with little memory: digests in files, looked at one file at a time."""

import hashlib
import tempfile
from collections.abc import Iterator
from types import TracebackType
from typing import IO, Self

FILE_COUNT = 64
DIGEST_BYTES = 16


class Pairs:
    """Counts the (item, worker) pairs that were seen before."""

    def __init__(self) -> None:
        self._files: list[IO[bytes]] = [tempfile.TemporaryFile() for _ in range(FILE_COUNT)]  # noqa: SIM115  (closed by __exit__)

    def add(self, item_id: str, worker_id: str) -> None:
        """See a pair."""
        digest = hashlib.blake2b(f"{item_id}/{worker_id}".encode(), digest_size=DIGEST_BYTES).digest()
        self._files[digest[0] % FILE_COUNT].write(digest)

    def repeated(self) -> int:
        """How many pairs were seen that had been seen before."""
        return sum(len(digests) - len(set(digests)) for digests in map(_digests, self._files))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._files:
            file.close()


def _digests(file: IO[bytes]) -> list[bytes]:
    file.seek(0)
    return list(_cut(file.read()))


def _cut(whole: bytes) -> Iterator[bytes]:
    for start in range(0, len(whole), DIGEST_BYTES):
        yield whole[start : start + DIGEST_BYTES]
