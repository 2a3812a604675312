"""What is open per annotation type: operators hold it against the people who are certified for it."""

from ilgam.common.v1 import common_pb2
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from ilgam.tasks.v1 import tasks_service_pb2_grpc as pb_grpc

from tests.service.tasks.shop import Shop, rows
from tests.support.identity import operator
from tests.support.servers import Servers
from tests.support.service import running


async def test_open_work_counts_open_jobs_and_the_items_that_want_answers(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        stub = service.stub(pb_grpc.TasksServiceStub, operator())
        assert list((await stub.GetOpenWork(pb.GetOpenWorkRequest())).works) == []
        await shop.open(rows(4))
        await shop.open(rows(3))
        [work] = (await stub.GetOpenWork(pb.GetOpenWorkRequest())).works
        assert work.annotation_type == common_pb2.ANNOTATION_TYPE_TEXT_CHOICE
        assert (work.job_count, work.wanting_count) == (2, 7)
