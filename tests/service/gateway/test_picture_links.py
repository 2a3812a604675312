"""Pictures are shown to who holds an item with them, for a short time, and to nobody else."""

import io
import json
import re

from ilgam.common.v1 import common_pb2
from ilgam.tasks.v1 import tasks_service_pb2 as tasks_pb
from PIL import Image

from services.cli.market.labels import IMAGE, choice_schema
from services.sdk import import_items, put_media
from tests.service.gateway.conftest import Surfer
from tests.support.market import BAD, GOOD, Market, claim, claimable


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 30, 60)).save(file, "PNG")
    return file.getvalue()


async def shown_link(surfer: Surfer, job_id: str) -> str:
    """The address of the picture on the bench."""
    page = (await surfer.get(f"/work/jobs/{job_id}/bench")).text
    found = re.search(r'<img src="(/media/[^"]+)"', page)
    assert found is not None
    return found[1]


async def test_a_picture_is_shown_to_whom_it_was_linked_for_and_nobody_else(
    surfer: Surfer, another: Surfer, market: Market
) -> None:
    company, worker, other = await market.company(50_000), await market.person(), await market.worker()
    await market.certify(worker, common_pb2.ANNOTATION_TYPE_IMAGE_CHOICE)
    job_id = await market.draft(
        company,
        [],
        annotation_type=common_pb2.ANNOTATION_TYPE_IMAGE_CHOICE,
        label_schema_json=choice_schema([GOOD, BAD], IMAGE),
    )
    media_id = (await put_media(company.client, job_id, picture())).media_id
    row = tasks_pb.ItemRow(key="p1", data_json=json.dumps({"image_url": media_id}))
    async for _, verdict in import_items(company.client, job_id, [row]):
        assert verdict.state == tasks_pb.IMPORT_STATE_ACCEPTED
    await market.publish(company, job_id)
    await claimable(worker, job_id)
    await claim(worker, job_id, 1)
    await surfer.sign_in(worker)
    await another.sign_in(other)

    link = await shown_link(surfer, job_id)
    answer = await surfer.get(link)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.headers["cache-control"].startswith("private, max-age=")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert Image.open(io.BytesIO(answer.content)).size == (40, 30)

    assert (await another.get(link)).status_code == 404
    async with Surfer(base_url=surfer.base_url, trust_env=False) as nobody:
        assert (await nobody.get(link)).status_code == 303
    _, _, end, signature, *name = link.split("/")
    for guessed in (
        f"/media/{int(end) + 900}/{signature}/{'/'.join(name)}",
        f"/media/{int(end) - 9000}/{signature}/{'/'.join(name)}",
        f"/media/{end}/{'A' * len(signature)}/{'/'.join(name)}",
        f"/media/{end}/{signature}/{'/'.join(name)[:-5]}0.png",
        f"/media/{end}/{signature}/../../secrets/operator.json",
    ):
        assert (await surfer.get(guessed)).status_code == 404, guessed
