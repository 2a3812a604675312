"""Bodies of answers, known answers and results: where they lie. Events name them by their hash and carry none of them.

A body is JSON (ilgam.annotation/1). It lies in the object store under `<job_id>/answers/<sha256>.json`; what is there
under a hash never changes, so it is kept in memory once read.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import Final
from uuid import UUID

from obstore.store import ObjectStore

from services.core.errors import UnavailableError
from services.runtime import media

KEPT_BYTES_MAX: Final = 64 * 1024 * 1024


class BodyMissingError(UnavailableError):
    """The store is there and has no such body yet, or another text in its place: what names it can be tried again."""


def sha256_of(body: str) -> str:
    """The hash that a body lies under, 64 hexadecimal digits."""
    return hashlib.sha256(body.encode()).hexdigest()


class Bodies:
    """Puts bodies and gives them back."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._kept: OrderedDict[tuple[UUID, str], str] = OrderedDict()
        self._kept_bytes = 0

    async def put(self, job_id: UUID, body: str) -> str:
        """Stores a body of a job and gives its hash; the same body again gives the same hash.

        Raises:
            UnavailableError: the store cannot be reached.
        """
        sha256 = sha256_of(body)
        if (job_id, sha256) not in self._kept:
            await media.put(self._store, _path(job_id, sha256), body.encode())
            self._keep((job_id, sha256), body)
        return sha256

    async def get(self, job_id: UUID, sha256: str) -> str:
        """A body by its hash.

        Raises:
            BodyMissingError: the store does not have it yet, or has another text there.
            UnavailableError: the store cannot be reached.
        """
        kept = self._kept.get((job_id, sha256))
        if kept is not None:
            self._kept.move_to_end((job_id, sha256))
            return kept
        found = await media.get(self._store, _path(job_id, sha256))
        if found is None or hashlib.sha256(found).hexdigest() != sha256:
            raise BodyMissingError("the body of an answer is not in the store, or is not what it was")
        body = found.decode()
        self._keep((job_id, sha256), body)
        return body

    def _keep(self, key: tuple[UUID, str], body: str) -> None:
        if key in self._kept:  # by somebody else, meanwhile
            return
        self._kept[key] = body
        self._kept_bytes += len(body)
        while self._kept_bytes > KEPT_BYTES_MAX:
            _, dropped = self._kept.popitem(last=False)
            self._kept_bytes -= len(dropped)


def _path(job_id: UUID, sha256: str) -> str:
    return f"{job_id}/answers/{sha256}.json"
