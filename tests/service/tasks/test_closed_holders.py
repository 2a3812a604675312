"""A closed account gives back its work, and leaves no drafts and no words behind."""

from ilgam.accounts.v1 import accounts_events_pb2 as accounts_events
from ilgam.tasks.v1 import tasks_events_pb2 as events
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from sqlalchemy import text

from tests.service.tasks.seed import answer_json, assert_counts_hold
from tests.service.tasks.shop import Shop, rows
from tests.support.servers import Servers
from tests.support.service import running


async def test_held_work_is_given_back_and_drafts_and_words_are_erased(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.open(rows(4))
        leaver, stayer = await shop.hire(), await shop.hire()
        held = await leaver.claim(job.job_id, 3)
        kept = await stayer.claim(job.job_id, 1)
        await leaver.submit(held[:1])
        draft = pb.Draft(assignment_id=held[1].assignment_id, draft_revision=1, draft_json=answer_json())
        await leaver.stub.SaveDrafts(pb.SaveDraftsRequest(drafts=[draft]))
        returned = pb.ReturnItemsRequest(
            assignment_ids=[held[2].assignment_id], problem=pb.PROBLEM_KIND_BROKEN, reason="제 번호는 010-0000-0000"
        )
        await leaver.stub.ReturnItems(returned)
        closed = accounts_events.AccountClosed(account_id=str(leaver.worker_id), revision=4)
        await service.deliver(closed)
        async with service.database.transaction() as tx:
            found = await tx.connection.execute(
                text(
                    "SELECT state, draft_json, answer_json <> '' FROM assignment WHERE worker_id = :id ORDER BY state"
                ),
                {"id": leaver.worker_id},
            )
            states = [tuple(row) for row in found]
            words = (await tx.connection.execute(text("SELECT kind, words FROM problem"))).all()
            live = await tx.connection.execute(
                text("SELECT assignment_id FROM assignment WHERE worker_id = :id AND state = 1"),
                {"id": stayer.worker_id},
            )
            assert [str(row[0]) for row in live] == [kept[0].assignment_id]
        assert all(not draft_json for _, draft_json, _ in states)
        assert sum(answered for *_, answered in states) == 1  # the answer that was handed in stays
        assert not any(state == 1 for state, *_ in states)
        assert [tuple(row) for row in words] == [(pb.PROBLEM_KIND_BROKEN, "")]
        await assert_counts_hold(service.database)
        assert await service.emitted(events.AssignmentsEnded, 2)
