"""Bodies of answers: stored once, kept at hand within bounds, and missed by name."""

import asyncio
from pathlib import Path
from uuid import uuid4

import pytest

from services.runtime import bodies as runtime_bodies
from services.runtime import media as runtime_media
from services.runtime.bodies import Bodies, BodyMissingError, sha256_of
from services.runtime.media import open_store


async def test_many_who_want_the_same_body_at_once_leave_room_for_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime_bodies, "KEPT_BYTES_MAX", 100)
    bodies, job_id = Bodies(open_store(tmp_path.as_uri())), uuid4()
    names = await asyncio.gather(*(bodies.put(job_id, "x" * 40) for _ in range(5)))
    again = Bodies(open_store(tmp_path.as_uri()))
    assert await asyncio.gather(*(again.get(job_id, name) for name in names)) == ["x" * 40] * 5
    for one in (bodies, again):
        for letter in "abc":
            name = await one.put(job_id, letter * 40)
            assert await one.get(job_id, name) == letter * 40
        assert len(one._kept) == 2


async def test_a_body_that_is_not_there_or_is_another_is_missed_by_name(tmp_path: Path) -> None:
    job_id, name = uuid4(), sha256_of("a")
    with pytest.raises(BodyMissingError):
        await Bodies(open_store(tmp_path.as_uri())).get(job_id, name)
    await Bodies(open_store(tmp_path.as_uri())).put(job_id, "a")
    with pytest.raises(BodyMissingError):
        await Bodies(open_store(tmp_path.as_uri())).get(uuid4(), name)
    await runtime_media.put(open_store(tmp_path.as_uri()), f"{job_id}/answers/{name}.json", b"b")
    with pytest.raises(BodyMissingError):
        await Bodies(open_store(tmp_path.as_uri())).get(job_id, name)
