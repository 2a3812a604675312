"""Rows become items, each with its own verdict."""

import asyncio

import grpc
from ilgam.tasks.v1 import tasks_events_pb2 as events_pb
from ilgam.tasks.v1 import tasks_service_pb2 as pb

from tests.service.tasks.shop import Refused, Shop, refused, row, rows
from tests.support.identity import operator
from tests.support.servers import Servers
from tests.support.service import running

ACCEPTED, DUPLICATE, REFUSED = pb.IMPORT_STATE_ACCEPTED, pb.IMPORT_STATE_DUPLICATE, pb.IMPORT_STATE_REFUSED


async def test_each_row_gets_its_verdict_in_order(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.create()
        sent = [
            row("a"),
            row("a"),
            pb.ItemRow(key="b", data_json="{"),
            pb.ItemRow(key="c", data_json="[1]"),
            row("d", image="x"),
            row("", text="x"),
            row("e", "unicorn"),
            row("f", text=""),
            row("g", text="x" * (256 * 1024)),
            pb.ItemRow(key="deep", data_json="[" * 100_000),
            row("가" * 2000, "dog"),
            row("b"),
        ]
        verdicts = await shop.bring(job.job_id, sent)
        assert [verdict.state for verdict in verdicts] == [ACCEPTED, DUPLICATE, *[REFUSED] * 8, ACCEPTED, ACCEPTED]
        assert verdicts[0].item_id == verdicts[1].item_id
        details = [verdict.detail for verdict in verdicts[2:10]]
        assert details[0] == "data_json: is not JSON at character 1"
        assert details[1] == "data_json: must be a JSON object"
        assert details[2] == "data_json: needs a text at $.text"
        assert details[3] == "key: must not be empty"
        assert details[4] == "gold_label: is not a label of the job"
        assert "262156 bytes, at most 262144" in details[6]
        assert details[7] == "data_json: is not JSON"
        codes = [(verdict.rule, verdict.place, verdict.most) for verdict in verdicts[2:6]]
        assert codes == [("no_json", "", 0), ("no_json", "", 0), ("no_text", "$.text", 0), ("no_key", "", 0)]
        after = await shop.get(job.job_id)
        assert (after.item_count, after.gold_count, after.staged_count) == (3, 1, 3)


async def test_sending_everything_again_adds_nothing_and_names_the_items(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.create()
        first = await shop.bring(job.job_id, rows(50), rows(30, gold=3))
        again = await shop.bring(job.job_id, rows(30, gold=3), rows(50))
        assert [one.state for one in first].count(ACCEPTED) == 53
        assert {one.state for one in again} == {DUPLICATE}
        assert {one.item_id for one in again} == {one.item_id for one in first}
        listed = (await shop.stub.ListItems(pb.ListItemsRequest(job_id=job.job_id, page_size=100))).items
        assert [item.key for item in listed] == [f"item-{n}" for n in range(50)] + [f"gold-{n}" for n in range(3)]


async def test_imports_at_the_same_time_and_a_publish_between_them_count_every_item_once(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.create()
        batches = [rows(200)[start : start + 20] for start in range(0, 200, 20)]

        async def bring(order: list[list[pb.ItemRow]]) -> int:
            """One stream; gives how many rows it added before the job was published."""
            added = 0
            for batch in order:
                try:
                    verdicts = await shop.bring(job.job_id, batch)
                except grpc.aio.AioRpcError as error:
                    if Refused(error).reason != "JOB_STATE":
                        raise
                    return added
                added += [one.state for one in verdicts].count(ACCEPTED)
            return added

        async def publish() -> int:
            await bring(batches[:3])
            return (await shop.ask("PublishJob", job.job_id)).item_count

        *added, published = await asyncio.gather(bring(batches), bring(batches[::-1]), bring(batches[5:]), publish())
        [asked] = await service.emitted(events_pb.JobPublishRequested, 1)
        listed = (await shop.stub.ListItems(pb.ListItemsRequest(job_id=job.job_id, page_size=500))).items
        assert len(listed) == published == len({item.key for item in listed})
        assert sum(added) <= published
        assert asked.budget_krw == published * 111


async def test_items_are_listed_page_by_page_and_by_what_they_want(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.open(rows(5))
        held = await (await shop.hire()).claim(job.job_id, 2)
        assert len(held) == 2
        wanting = await shop.stub.ListItems(pb.ListItemsRequest(job_id=job.job_id, only_wanting=True))
        assert len(wanting.items) == 3
        page = await shop.stub.ListItems(pb.ListItemsRequest(job_id=job.job_id, page_size=3))
        rest = await shop.stub.ListItems(
            pb.ListItemsRequest(job_id=job.job_id, page_size=3, page_token=page.next_page_token)
        )
        assert [item.key for item in (*page.items, *rest.items)] == [f"item-{n}" for n in range(5)]
        assert rest.next_page_token == ""
        assert [item.live_count for item in (*page.items, *rest.items)].count(1) == 2


async def test_only_operators_bring_gold_where_workers_pick(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.create(claim_mode=pb.CLAIM_MODE_PICK)
        [verdict] = await shop.bring(job.job_id, [row("g", "cat")])
        assert (verdict.state, verdict.detail.split(":")[0]) == (REFUSED, "gold_label")
        [verdict] = await shop.bring(job.job_id, [row("g", "cat")], stub=Shop(service, operator()).stub)
        assert verdict.state == ACCEPTED


async def test_an_import_names_one_job_in_its_first_message(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        unnamed = await refused(shop.bring("", [row("a")]))
        assert (unnamed.code, set(unnamed.fields)) == (grpc.StatusCode.INVALID_ARGUMENT, {"job_id"})
        nul = await refused(shop.bring(str(shop.organisation_id), [row("a"), row("nul\x00")]))
        assert "rows[1].key" in nul.words
        unknown = await refused(shop.bring("00000000-0000-7000-8000-000000000000", [row("a")]))
        assert unknown.code == grpc.StatusCode.NOT_FOUND


async def test_a_closed_job_takes_no_items(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.create()
        await shop.ask("CloseJob", job.job_id)
        assert (await refused(shop.bring(job.job_id, [row("a")]))).reason == "JOB_STATE"


async def test_a_broken_schema_is_refused_with_the_place_and_the_rule(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        broken = await refused(shop.create(label_schema_json='{"schema": "ilgam.label-config/1"}'))
        assert (broken.code, broken.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "SCHEMA_INVALID")
        assert broken.fields["spec.label_schema_json"] == broken.metadata["rule"]
        assert broken.metadata["rule"].startswith("objects ")
        crossed = await refused(shop.create(overlap_min=3, overlap_max=2))
        assert set(crossed.fields) == {"spec.overlap_max"}
