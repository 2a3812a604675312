"""How many people can do what, and how many of them may not now."""

from datetime import UTC, datetime, timedelta

from ilgam.workers.v1 import workers_events_pb2 as events
from ilgam.workers.v1 import workers_service_pb2 as pb

from services.core.ids import new_id
from services.runtime.wire import to_timestamp
from tests.service.workers.school import IMAGE, TEXT, School, granting, request_id

PAUSED = events.RESTRICTION_KIND_PAUSED


async def counted(school: School) -> tuple[dict[int, tuple[int, int]], int, int]:
    found = await school.operator.GetWorkforce(pb.GetWorkforceRequest())
    kinds = {int(one.annotation_type): (one.certified_count, one.restricted_count) for one in found.workforces}
    return kinds, found.certified_worker_count, found.restricted_worker_count


async def restrict(school: School, worker_id: str, until: datetime | None = None) -> None:
    request = pb.RestrictWorkerRequest(
        request_id=request_id(), worker_id=worker_id, kind=PAUSED, reason="확인 중", until_time=to_timestamp(until)
    )
    await school.operator.RestrictWorker(request)


async def test_a_workforce_of_nobody_is_counted_as_none(school: School) -> None:
    assert await counted(school) == ({}, 0, 0)


async def test_each_person_counts_once_per_type_and_once_in_all(school: School) -> None:
    both, text_only, image_only, idle = (str(new_id()) for _ in range(4))
    await school.operator.GrantCertificate(granting([both, text_only, idle]))
    await school.operator.GrantCertificate(granting([both, image_only], IMAGE))
    # A second certificate of the same type, as after an exam that renews the first.
    await school.run(
        "INSERT INTO certificate SELECT gen_random_uuid(), 'ILG-2026-AAAAAA', worker_id, annotation_type, issue_time, "
        "expire_time, score_right, score_count, grant_reason, revoke_time, revoke_reason, revision "
        "FROM certificate WHERE worker_id = :worker_id",
        worker_id=text_only,
    )
    await school.run("UPDATE certificate SET revoke_time = now(), revision = 2 WHERE worker_id = :id", id=idle)
    await restrict(school, both)
    await restrict(school, idle, datetime.now(UTC) + timedelta(days=1))
    assert await counted(school) == ({TEXT: (2, 1), IMAGE: (2, 1)}, 3, 2)


async def test_what_has_ended_counts_no_more(school: School) -> None:
    expired, free = str(new_id()), str(new_id())
    await school.operator.GrantCertificate(granting([expired, free]))
    await school.run("UPDATE certificate SET expire_time = now() WHERE worker_id = :id", id=expired)
    await restrict(school, free, datetime.now(UTC) + timedelta(days=1))
    await school.run("UPDATE worker SET restriction_until_time = now() WHERE worker_id = :id", id=free)
    assert await counted(school) == ({TEXT: (1, 0)}, 1, 0)
