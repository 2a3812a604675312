"""Pictures are stored for a job, and its items name them."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import grpc
from ilgam.common.v1 import common_pb2
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from ilgam.tasks.v1 import tasks_service_pb2_grpc as pb_grpc
from sqlalchemy import text

from services.runtime import media
from tests.service.tasks.seed import LABELS
from tests.service.tasks.shop import Shop, refused
from tests.support.films import stored
from tests.support.identity import company, operator
from tests.support.pictures import data_url, moving, opened, photo, picture
from tests.support.servers import Servers
from tests.support.service import running

IMAGE = common_pb2.ANNOTATION_TYPE_IMAGE_CHOICE
SCHEMA_JSON = json.dumps(
    {
        "schema": "ilgam.label-config/1",
        "objects": [{"id": "picture", "kind": "image", "from": "$.image"}],
        "controls": [
            {"id": "kind", "kind": "choice", "on": "picture", "options": [{"value": label} for label in LABELS]}
        ],
    }
)
PIECE = 1024 * 1024


async def put(shop: Shop, job_id: str, *pieces: bytes) -> common_pb2.MediaFacts:
    """Uploads a file, a message per piece."""

    async def messages() -> AsyncIterator[pb.PutMediaRequest]:
        yield pb.PutMediaRequest(job_id=job_id)
        for piece in pieces:
            yield pb.PutMediaRequest(chunk=piece)

    return await stored(shop.stub.PutMedia(messages()))


async def gallery(shop: Shop) -> pb.Job:
    """A draft that shows pictures."""
    return await shop.create(annotation_type=IMAGE, label_schema_json=SCHEMA_JSON)


def showing(key: str, image: str) -> pb.ItemRow:
    return pb.ItemRow(key=key, data_json=json.dumps({"image": image}))


def files_in(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


async def test_a_picture_is_stored_under_its_job_and_named_by_what_is_stored(servers: Servers, tmp_path: Path) -> None:
    folder = tmp_path / "a new folder"
    async with running("tasks", servers, media_url=folder.as_uri()) as service:
        shop = Shop(service)
        job = await gallery(shop)
        content = photo()
        facts = await put(shop, job.job_id, content[:100], content[100:])
        assert (facts.width, facts.height) == (8, 16)
        path = media.object_path(UUID(job.job_id), facts.media_id)
        kept = await media.get(media.open_store(folder.as_uri()), path)
        assert kept == (folder / path).read_bytes()
        assert facts.media_id == facts.thumbnail_id == f"media:{hashlib.sha256(kept).hexdigest()}.jpg"
        assert facts.size_bytes == len(kept)
        assert not opened(kept).getexif()
        assert await media.get(media.open_store(folder.as_uri()), f"{job.job_id}/other.jpg") is None


async def test_the_same_picture_again_is_the_same_however_often_and_at_once(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job, other = await gallery(shop), await gallery(shop)
        content = picture()
        many = await asyncio.gather(*(put(shop, job.job_id, content) for _ in range(6)))
        assert len({one.media_id for one in many}) == 1
        assert (await put(shop, other.job_id, content)).media_id == many[0].media_id
        async with service.database.transaction() as tx:
            counts = await tx.connection.execute(text("SELECT media_count FROM job"))
            assert counts.scalars().all() == [1, 1]
            assert (await tx.connection.execute(text("SELECT count(*) FROM media"))).scalar_one() == 2


async def test_items_show_pictures_of_their_own_job_and_nothing_from_elsewhere(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job, other = await gallery(shop), await gallery(shop)
        mine = (await put(shop, job.job_id, picture(colour=1))).media_id
        foreign = (await put(shop, other.job_id, picture(colour=2))).media_id
        rows = [
            showing("stored", mine),
            showing("inline", data_url(picture())),
            showing("foreign", foreign),
            showing("unknown", f"media:{'0' * 64}.png"),
            showing("other kind", mine.replace(".png", ".gif")),
            showing("address", "https://example.org/cat.png"),
            showing("large", data_url(picture() + bytes(70_000))),
            showing("nul", "media:\x00"),
        ]
        verdicts = await shop.bring(job.job_id, rows)
        assert [one.state for one in verdicts] == [pb.IMPORT_STATE_ACCEPTED] * 2 + [pb.IMPORT_STATE_REFUSED] * 6
        for verdict in verdicts[2:]:
            assert verdict.detail.startswith("data_json: the picture at $.image must be media:<id>")


async def test_a_workers_client_gets_the_pictures_name_and_gold_looks_alike(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await gallery(shop)
        ids = [(await put(shop, job.job_id, picture(colour=n))).media_id for n in range(4)]
        rows = [showing(f"k{n}", media_id) for n, media_id in enumerate(ids)]
        rows[3].gold_label = "cat"
        assert {one.state for one in await shop.bring(job.job_id, rows)} == {pb.IMPORT_STATE_ACCEPTED}
        await shop.ask("PublishJob", job.job_id)
        await shop.reserve(job.job_id, 1)
        hand = await shop.hire()
        async with service.database.transaction() as tx:
            await tx.connection.execute(text("UPDATE certificate SET annotation_type = 2"))
        held = await hand.claim(job.job_id, 4)
        shown = [json.loads(one.data_json) for one in held]
        assert {one["image"] for one in shown} <= set(ids)
        assert all(set(one) == {"image"} for one in shown)
        assert len({len(one.data_json) for one in held}) == 1


async def test_bytes_that_are_no_picture_are_refused_with_the_rule(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await gallery(shop)
        no_picture = await refused(put(shop, job.job_id, b"<svg/>"))
        assert (no_picture.code, no_picture.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "MEDIA_INVALID")
        assert no_picture.fields == {"chunk": no_picture.metadata["rule"]}
        assert "PNG, JPEG, WebP or GIF" in no_picture.words
        assert (await refused(put(shop, job.job_id, moving()))).reason == "MEDIA_INVALID"
        assert (await refused(put(shop, job.job_id))).metadata["rule"] == "the file is empty"
        endless = await refused(put(shop, job.job_id, picture(), *[bytes(PIECE)] * 20))
        assert endless.metadata["rule"] == "a picture has at most 20 MB"
        assert set((await refused(put(shop, job.job_id, bytes(PIECE + 1)))).fields) == {"chunk"}
        assert set((await refused(put(shop, "", picture()))).fields) == {"job_id"}


async def test_only_the_jobs_company_adds_pictures_and_only_while_items_can_be_added(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await gallery(shop)
        stranger = Shop(service, company(uuid4()))
        assert (await refused(put(stranger, job.job_id, picture()))).code == grpc.StatusCode.NOT_FOUND
        assert (await put(Shop(service, operator()), job.job_id, picture())).media_id
        await shop.ask("CloseJob", job.job_id)
        assert (await refused(put(shop, job.job_id, picture()))).reason == "JOB_STATE"


async def test_a_job_has_so_many_pictures_at_most_and_known_ones_stay_known(servers: Servers, tmp_path: Path) -> None:
    async with running("tasks", servers, media_url=tmp_path.as_uri()) as service:
        shop = Shop(service)
        job = await gallery(shop)
        known = await put(shop, job.job_id, picture(colour=1))
        async with service.database.transaction() as tx:
            await tx.connection.execute(text("UPDATE job SET media_count = 100000"))
        full = await refused(put(shop, job.job_id, picture(colour=2)))
        assert (full.reason, full.metadata["rule"]) == ("MEDIA_INVALID", "a job has at most 100,000 files")
        assert files_in(tmp_path) == 1
        assert await put(shop, job.job_id, picture(colour=1)) == known


async def test_without_a_store_pictures_are_refused_in_clear_words(servers: Servers) -> None:
    async with running("tasks", servers, media_url="") as service:
        shop = Shop(service)
        job = await gallery(shop)
        none = await refused(put(shop, job.job_id, picture()))
        assert (none.code, none.reason) == (grpc.StatusCode.UNAVAILABLE, "UNAVAILABLE")
        assert "keeps no files" in none.words


async def test_a_store_that_fails_is_told_and_leaves_no_picture_behind(servers: Servers, tmp_path: Path) -> None:
    async with running("tasks", servers, media_url=tmp_path.as_uri()) as service:
        shop = Shop(service)
        job = await gallery(shop)
        # A file lies where the job's folder should be.
        (tmp_path / job.job_id).write_bytes(b"")
        assert (await refused(put(shop, job.job_id, picture()))).code == grpc.StatusCode.UNAVAILABLE
        (tmp_path / job.job_id).unlink()
        async with service.database.transaction() as tx:
            assert (await tx.connection.execute(text("SELECT count(*) FROM media"))).scalar_one() == 0
        assert (await put(shop, job.job_id, picture())).media_id


async def test_a_job_with_items_does_not_turn_from_texts_to_pictures(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.create()
        await shop.bring(job.job_id, [pb.ItemRow(key="k", data_json='{"text": "https://example.org/a.png"}')])
        changed = pb.JobSpec()
        changed.CopyFrom(job.spec)
        changed.annotation_type = IMAGE
        changed.label_schema_json = SCHEMA_JSON.replace("$.image", "$.text")
        error = await refused(shop.ask("UpdateJob", job.job_id, revision=job.revision, spec=changed))
        assert set(error.fields) == {"spec.label_schema_json"}


async def test_nobody_uploads_more_than_a_process_has_room_for(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await gallery(shop)
        stub: pb_grpc.TasksServiceAsyncStub = shop.stub
        done = asyncio.Event()

        async def slow() -> AsyncIterator[pb.PutMediaRequest]:
            yield pb.PutMediaRequest(job_id=job.job_id)
            await done.wait()
            yield pb.PutMediaRequest(chunk=picture())

        outcomes = [asyncio.ensure_future(stored(stub.PutMedia(slow()))) for _ in range(17)]
        [first], waiting = await asyncio.wait(outcomes, return_when=asyncio.FIRST_COMPLETED)
        assert (await refused(first)).reason == "OVERLOADED"
        done.set()
        assert len({facts.media_id for facts in await asyncio.gather(*waiting)}) == 1
