"""Passwords: argon2id in a small thread pool, so that hashing never holds up other calls.

Parameters are OWASP's second choice (19 MiB, 2 passes, 1 lane): about 21 ms a hash.
"""

from __future__ import annotations

import asyncio
import os
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher, Type
from argon2.exceptions import VerificationError

_MEMORY_KIB = 19 * 1024
_PASSES = 2
_LANES = 1
_THREADS_MAX = 4


class Passwords:
    """Hashes and checks passwords; at most four at a time, so memory stays under 80 MiB."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES, type=Type.ID)
        self._threads = ThreadPoolExecutor(min(_THREADS_MAX, os.cpu_count() or 1), thread_name_prefix="argon2")
        # Checked when there is no account or no password, so that both cost the same.
        self._nobody = self._hasher.hash(os.urandom(16).hex())

    async def hash(self, password: str) -> str:
        """The encoded argon2id hash of a password, with its own salt."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._hasher.hash, _normal(password))

    async def hash_all(self, passwords: Sequence[str]) -> list[str]:
        """The hashes of several passwords, in their order."""
        return list(await asyncio.gather(*(self.hash(password) for password in passwords)))

    async def matches(self, password_hash: str | None, password: str) -> bool:
        """Whether a password is the one hashed. None: never, after the same work."""
        loop, compared = asyncio.get_running_loop(), password_hash or self._nobody
        verified = await loop.run_in_executor(self._threads, self._verify, compared, _normal(password))
        return verified and password_hash is not None

    def close(self) -> None:
        """Lets running hashes end and frees the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except VerificationError:
            return False


def _normal(password: str) -> str:
    """One form for what keyboards compose differently (NIST SP 800-63B asks for NFKC)."""
    return unicodedata.normalize("NFKC", password)
