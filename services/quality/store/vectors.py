"""Vectors as they are stored: little-endian doubles."""

import numpy as np

from services.quality.domain.evidence import Floats


def to_bytes(vector: Floats) -> bytes:
    """The stored form."""
    return vector.astype("<f8").tobytes()


def rows_to_bytes(rows: Floats) -> list[bytes]:
    """[N] the stored form of each row of [N, size]."""
    data = np.ascontiguousarray(rows.reshape(rows.shape[0], -1), dtype="<f8")
    whole, size = data.tobytes(), data.shape[1] * 8
    return [whole[start : start + size] for start in range(0, size * data.shape[0], size)]


def from_bytes(stored: bytes) -> Floats:
    """The vector, writable."""
    return np.frombuffer(stored, dtype="<f8").astype(np.float64)
