"""Results leave as lines, in order of import."""

import csv
import io
import json

import grpc
from ilgam.quality.v1 import quality_events_pb2 as quality_pb
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from sqlalchemy import text

from tests.service.tasks.shop import Shop, refused, row, rows
from tests.support.servers import Servers
from tests.support.service import running

JSONL, CSV = pb.EXPORT_FORMAT_JSONL, pb.EXPORT_FORMAT_CSV


async def chunks(
    shop: Shop, job_id: str, form: pb.ExportFormat.ValueType, *, with_answers: bool = False
) -> list[bytes]:
    request = pb.ExportResultsRequest(job_id=job_id, format=form, with_answers=with_answers)
    return [answer.chunk async for answer in shop.stub.ExportResults(request)]


async def test_results_and_answers_are_exported_as_json_and_csv(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.open([row("=1+1"), row("b,\n"), row("gold", "cat")], overlap_min=2)
        first, second = await shop.hire(), await shop.hire()
        for hand, label in ((first, "cat"), (second, "dog")):
            await hand.submit(await hand.claim(job.job_id, 3), label)
        listed = (await shop.stub.ListItems(pb.ListItemsRequest(job_id=job.job_id))).items
        result = quality_pb.ItemResult(item_id=listed[0].item_id, label="dog", confidence=0.75, revision=1, tie=True)
        await service.deliver(quality_pb.ItemsResolved(job_id=job.job_id, results=[result]))

        lines = [json.loads(line) for line in b"".join(await chunks(shop, job.job_id, JSONL)).splitlines()]
        assert [line["key"] for line in lines] == ["=1+1", "b,\n", "gold"]
        assert lines[0] == {
            "key": "=1+1",
            "label": "dog",
            "confidence": 0.75,
            "tie": True,
            "gold": False,
            "known_label": None,
            "accepted": 0,
            "rejected": 0,
            "pending": 2,
        }
        assert (lines[1]["label"], lines[2]["gold"], lines[2]["known_label"]) == (None, True, "cat")

        full = b"".join(await chunks(shop, job.job_id, JSONL, with_answers=True)).splitlines()
        for line in full[:2]:
            answers = json.loads(line)["answers"]
            assert [(answer["worker"], answer["label"]) for answer in answers] == [(1, "cat"), (2, "dog")]
            assert {answer["verdict"] for answer in answers} == {"PENDING"}

        sheet = b"".join(await chunks(shop, job.job_id, CSV, with_answers=True)).decode()
        table = list(csv.DictReader(io.StringIO(sheet)))
        assert [line["key"] for line in table] == ["'=1+1", "b,\n", "gold"]
        assert [line["gold"] for line in table] == ["false", "false", "true"]
        assert len(json.loads(table[0]["answers"])) == 2


async def test_a_large_export_comes_in_small_chunks_of_whole_lines(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.create()
        for part in range(3):
            await shop.bring(job.job_id, [row(f"{part}-{n}-" + "k" * 300) for n in range(1000)])
        pieces = await chunks(shop, job.job_id, JSONL)
        assert len(pieces) > 3
        assert all(piece.endswith(b"\n") and len(piece) < 300_000 for piece in pieces)
        keys = [json.loads(line)["key"] for line in b"".join(pieces).splitlines()]
        assert [key.split("-k")[0] for key in keys] == [f"{part}-{n}" for part in range(3) for n in range(1000)]


async def test_an_export_of_nothing_and_of_others_jobs(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop, other = Shop(service), Shop(service)
        job = await shop.create()
        assert await chunks(shop, job.job_id, JSONL) == []
        assert b"".join(await chunks(shop, job.job_id, CSV)).startswith(b"key,label,")
        assert (await refused(chunks(other, job.job_id, CSV))).code == grpc.StatusCode.NOT_FOUND


async def test_positions_of_gold_are_spread_and_fresh_items_keep_their_order(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.open(rows(200, gold=20), gold_overlap=4)
        async with service.database.transaction() as tx:
            found = await tx.connection.execute(
                text("SELECT gold_label IS NOT NULL, pos, seq FROM item WHERE job_id = :job ORDER BY pos"),
                {"job": job.job_id},
            )
            places = found.all()
        ordinary = [seq for gold, _, seq in places if not gold]
        assert ordinary == sorted(ordinary)
        gold = [(pos, seq) for is_gold, pos, seq in places if is_gold]
        assert all(pos < 0 for pos, _ in gold)
        assert [seq for _, seq in gold] != sorted(seq for _, seq in gold)
        assert all(pos > 0 for is_gold, pos, _ in places if not is_gold)
