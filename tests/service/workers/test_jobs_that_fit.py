"""People who want to hear of new jobs hear of those that fit them: all of them, once, and nobody else."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import grpc
import pytest
from ilgam.common.v1 import common_pb2
from ilgam.quality.v1 import quality_events_pb2
from ilgam.tasks.v1 import tasks_events_pb2
from ilgam.workers.v1 import workers_events_pb2
from ilgam.workers.v1 import workers_service_pb2 as pb

from services.core.clock import utc_now
from services.core.ids import new_id
from services.workers.use_cases.tell_of_ends import tell_of_ends
from services.workers.use_cases.tell_of_jobs import announce_jobs
from tests.service.workers.school import IMAGE, TEXT, School, granting, request_id
from tests.support.servers import Servers
from tests.support.storm import storm

JOB_FITS = common_pb2.NOTICE_TEMPLATE_JOB_FITS


def opened(
    job_id: str,
    *,
    revision: int = 2,
    annotation_type: common_pb2.AnnotationType.ValueType = TEXT,
    price_krw: int = 120,
    required_skill: float = 0.0,
    pool_of: str = "",
    at: datetime | None = None,
) -> tasks_events_pb2.JobOpened:
    event = tasks_events_pb2.JobOpened(
        job_id=job_id,
        revision=revision,
        terms=tasks_events_pb2.JobTerms(
            job_id=job_id,
            organisation_id=pool_of or str(new_id()),
            annotation_type=annotation_type,
            price_krw=price_krw,
            required_skill=required_skill,
            pool_only=bool(pool_of),
        ),
    )
    event.occur_time.FromDatetime(at or datetime.now(UTC))
    return event


async def people_of(school: School, count: int) -> list[str]:
    """People who are known, and hold a certificate for texts."""
    ids = [str(new_id()) for _ in range(count)]
    await school.run(
        "INSERT INTO worker (worker_id, create_time, standing_revision) SELECT unnest(CAST(:ids AS uuid[])), now(), 0",
        ids=ids,
    )
    for start in range(0, count, 1000):
        await school.operator.GrantCertificate(granting(ids[start : start + 1000]))
    return ids


async def want(
    school: School, worker_id: str, *types: common_pb2.AnnotationType.ValueType, wanted: bool = True
) -> None:
    notices = pb.JobNotices(wanted=wanted, annotation_types=types)
    asked = pb.SetWorkerProfileRequest(request_id=request_id(), languages=["ko", "en"], job_notices=notices)
    await school.worker(worker_id).SetWorkerProfile(asked)


async def told(school: School, template: common_pb2.NoticeTemplate.ValueType = JOB_FITS) -> list[common_pb2.Notice]:
    """Everybody who was told, after all that is to be told was told."""
    await announce_jobs(school.service.database)
    due = await school.service.emitted(workers_events_pb2.NoticeDue)
    return [notice for event in due for notice in event.notices if notice.template == template]


async def test_what_people_say_of_themselves_is_kept_and_given_back(school: School) -> None:
    (worker_id,) = await people_of(school, 1)
    empty = await school.worker(worker_id).GetWorkerProfile(pb.GetWorkerProfileRequest())
    assert not empty.job_notices.wanted
    asked = pb.SetWorkerProfileRequest(request_id=request_id(), languages=["ko", "en", "ko"])
    asked.job_notices.wanted = True
    asked.job_notices.annotation_types.extend([IMAGE, TEXT, IMAGE])
    await school.worker(worker_id).SetWorkerProfile(asked)
    profile = await school.worker(worker_id).GetWorkerProfile(pb.GetWorkerProfileRequest())
    assert profile.languages == ["ko", "en"]
    assert profile.job_notices.annotation_types == [TEXT, IMAGE]
    asked.request_id = request_id()
    asked.job_notices.annotation_types.append(999)  # type: ignore[arg-type]  # what only a later version knows
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await school.worker(worker_id).SetWorkerProfile(asked)
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_only_those_whom_a_job_fits_are_told(school: School) -> None:
    fits, silent, other_type, restricted, revoked, all_types = await people_of(school, 6)
    await want(school, fits, TEXT)
    await want(school, silent, TEXT, wanted=False)
    await want(school, other_type, IMAGE)
    for worker_id in (restricted, revoked, all_types):
        await want(school, worker_id)
    uncertified = str(new_id())
    await want(school, uncertified, TEXT)
    await school.operator.RestrictWorker(
        pb.RestrictWorkerRequest(
            request_id=request_id(),
            worker_id=restricted,
            kind=workers_events_pb2.RESTRICTION_KIND_PAUSED,
            reason="확인 중",
        )
    )
    await school.run("UPDATE certificate SET revoke_time = now() WHERE worker_id = :id", id=revoked)
    job_id = str(new_id())
    await school.service.deliver(opened(job_id))
    notices = await told(school)
    assert {notice.account_id for notice in notices} == {fits, all_types}
    assert dict(notices[0].parameters) == {
        "annotation_type": "ANNOTATION_TYPE_TEXT_CHOICE",
        "job_id": job_id,
        "price_krw": "120",
    }
    assert notices[0].path == f"/work/jobs/{job_id}"


async def test_a_job_that_asks_for_skill_is_told_to_those_whose_lower_bound_reaches(school: School) -> None:
    skilled, unsure, unknown = await people_of(school, 3)
    for worker_id in (skilled, unsure, unknown):
        await want(school, worker_id)
    for worker_id, lower in ((skilled, 0.9), (unsure, 0.7)):
        measured = quality_events_pb2.SkillMeasured(worker_id=worker_id, annotation_type=TEXT, revision=1)
        measured.interval.lower, measured.interval.mean, measured.interval.upper = lower, 0.95, 1.0
        await school.service.deliver(measured)
    await school.service.deliver(opened(str(new_id()), required_skill=0.8))
    assert [notice.account_id for notice in await told(school)] == [skilled]


async def test_a_job_for_a_pool_is_told_to_nobody_outside_it(school: School) -> None:
    (outside,) = await people_of(school, 1)
    await want(school, outside)
    await school.service.deliver(opened(str(new_id()), pool_of=str(new_id())))
    assert await told(school) == []


async def test_a_job_that_opens_again_is_not_told_twice(school: School) -> None:
    (worker_id,) = await people_of(school, 1)
    await want(school, worker_id)
    job_id = str(new_id())
    await school.service.deliver(opened(job_id))
    assert len(await told(school)) == 1
    await school.service.deliver(opened(job_id, revision=5, price_krw=150), opened(job_id, revision=1))
    assert len(await told(school)) == 1


async def test_old_news_is_told_to_nobody(school: School) -> None:
    (worker_id,) = await people_of(school, 1)
    await want(school, worker_id)
    await school.service.deliver(opened(str(new_id()), at=utc_now() - timedelta(days=3)))
    assert await told(school) == []
    (row,) = await school.run("SELECT finish_time, told_count FROM job_announcement")
    assert (row.finish_time is not None, row.told_count) == (True, 0)


async def test_a_thousand_people_are_told_of_a_job_once_each_in_bounded_events(school: School) -> None:
    people = await people_of(school, 1100)
    await school.run(
        "INSERT INTO worker_profile (worker_id, languages, jobs_wanted, wanted_types)"
        " SELECT unnest(CAST(:ids AS uuid[])), '{ko}', true, '{}'",
        ids=people,
    )
    await school.service.deliver(opened(str(new_id())))
    notices = await told(school)
    assert Counter(notice.account_id for notice in notices) == Counter(people)
    sizes = [len(event.notices) for event in await school.service.emitted(workers_events_pb2.NoticeDue)]
    assert sorted(sizes) == sorted([*_grant_sizes(sizes), 200, 200, 100, 200, 200, 100, 100])


def _grant_sizes(sizes: list[int]) -> list[int]:
    """The events of the grants that made the people; they come first."""
    return sizes[: len(sizes) - 7]


async def test_jobs_in_any_order_and_three_times_give_the_same_tables(servers: Servers) -> None:
    jobs = [str(new_id()) for _ in range(3)]
    at = utc_now()
    events = [
        opened(job_id, revision=revision, price_krw=100 * revision, pool_of=job_id, at=at)
        for job_id in jobs
        for revision in (2, 4, 7)
    ]
    # When a round of announcing comes is not a matter of the events.
    await storm("workers", servers, events, ignore_columns=frozenset({"finish_time", "certificate_key"}))


async def test_holders_are_told_once_that_a_certificate_ends_within_a_month(school: School) -> None:
    soon, later, renewed = await people_of(school, 3)
    for worker_id, days in ((soon, 29), (later, 31), (renewed, 10)):
        await school.run(
            "UPDATE certificate SET expire_time = now() + make_interval(days => :days) WHERE worker_id = :id",
            days=days,
            id=worker_id,
        )
    await school.run(
        "INSERT INTO certificate (certificate_id, number, worker_id, annotation_type, issue_time, expire_time,"
        " grant_reason, revoke_reason, revision)"
        " VALUES (uuidv7(), 'ILG-2026-ZZZZZZ', :id, :kind, now(), now() + interval '1 year', '', '', 1)",
        id=renewed,
        kind=TEXT,
    )
    for _ in range(2):
        await tell_of_ends(school.service.database)
    notices = await told(school, common_pb2.NOTICE_TEMPLATE_CERTIFICATE_ENDS_SOON)
    assert [notice.account_id for notice in notices] == [soon]
    assert "expire_time" in notices[0].parameters


async def test_restricting_and_restoring_are_told_to_the_worker(school: School) -> None:
    (worker_id,) = await people_of(school, 1)
    restricting = pb.RestrictWorkerRequest(
        request_id=request_id(),
        worker_id=worker_id,
        kind=workers_events_pb2.RESTRICTION_KIND_PAUSED,
        reason="확인 중이에요",
    )
    restricting.until_time.FromDatetime(utc_now() + timedelta(days=1))
    for _ in range(2):
        await school.operator.RestrictWorker(restricting)
    restoring = pb.RestoreWorkerRequest(request_id=request_id(), worker_id=worker_id)
    for _ in range(2):
        await school.operator.RestoreWorker(restoring)
    (stopped,) = await told(school, common_pb2.NOTICE_TEMPLATE_RESTRICTED)
    (going_on,) = await told(school, common_pb2.NOTICE_TEMPLATE_RESTORED)
    assert stopped.account_id == going_on.account_id == worker_id
    assert "until_time" in stopped.parameters
    assert "확인" not in str(stopped.parameters)
    assert stopped.once_key != going_on.once_key
