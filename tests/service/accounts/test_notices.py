"""What people are told: kept once, in their language, by e-mail where they want it so."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as email_policy
from uuid import UUID

import grpc
import pytest
from ilgam.accounts.v1 import accounts_events_pb2
from ilgam.accounts.v1 import accounts_service_pb2 as accounts_pb
from ilgam.accounts.v1 import notices_service_pb2 as pb
from ilgam.accounts.v1 import notices_service_pb2_grpc as pb_grpc
from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import workers_events_pb2
from sqlalchemy import text

from services.accounts.use_cases.keep_notices import remove_old_notices
from services.core.clock import utc_now
from services.core.ids import new_id
from tests.service.accounts.house import House, request_id
from tests.support.identity import worker
from tests.support.servers import Servers
from tests.support.service import ServiceUnderTest
from tests.support.storm import storm

EMAIL = "jieun@example.org"
JOBS, SEATS = pb.NOTICE_GROUP_JOBS, pb.NOTICE_GROUP_SEATS


def seat_won(account_id: str, once_key: str = "seat:1") -> common_pb2.Notice:
    return common_pb2.Notice(
        account_id=account_id,
        template=common_pb2.NOTICE_TEMPLATE_SEAT_WON,
        parameters={
            "programme_ko": "인공지능 데이터 라벨링 교육",
            "programme_en": "AI data labelling training",
            "cohort_no": "5",
            "start_time": "2026-11-30T00:00:00Z",
        },
        path="/learn",
        once_key=once_key,
    )


def job_fits(account_id: str, job_id: str) -> common_pb2.Notice:
    return common_pb2.Notice(
        account_id=account_id,
        template=common_pb2.NOTICE_TEMPLATE_JOB_FITS,
        parameters={"annotation_type": "ANNOTATION_TYPE_TEXT_CHOICE", "job_id": job_id, "price_krw": "120"},
        path=f"/work/jobs/{job_id}",
        once_key=f"job-fits:{job_id}",
    )


def due(*notices: common_pb2.Notice) -> workers_events_pb2.NoticeDue:
    return workers_events_pb2.NoticeDue(notices=notices)


async def open_row(service: ServiceUnderTest, account_id: str) -> None:
    """An account with a chosen id."""
    statement = text("""
        INSERT INTO account (account_id, email, display_name, language, revision, create_time)
        VALUES (:account_id, :email, '김', 'ko', 1, '2026-01-01')
    """)
    async with service.database.transaction() as tx:
        await tx.connection.execute(statement, {"account_id": account_id, "email": f"{account_id}@example.org"})


class Reader:
    """Somebody who reads notices."""

    def __init__(self, house: House, account_id: str) -> None:
        caller = worker(UUID(account_id))
        self.account_id = account_id
        self.notices: pb_grpc.NoticesServiceAsyncStub = house.service.stub(pb_grpc.NoticesServiceStub, caller)
        self.accounts = house.as_caller(caller)

    async def listed(self, language: str = "ko") -> list[pb.WrittenNotice]:
        answer = await self.notices.ListNotices(pb.ListNoticesRequest(language=language))
        return list(answer.notices)

    async def unread(self) -> int:
        return (await self.notices.GetUnreadCount(pb.GetUnreadCountRequest())).unread_count

    async def mark(self, *notice_ids: str, up_to: str = "") -> int:
        asked = pb.MarkNoticesReadRequest(request_id=request_id(), notice_ids=notice_ids, up_to_notice_id=up_to)
        return (await self.notices.MarkNoticesRead(asked)).marked_count

    async def choose(self, group: pb.NoticeGroup.ValueType, *, by_email: bool) -> None:
        choice = pb.NoticeChoice(group=group, by_email=by_email)
        await self.notices.SetNoticeChoices(pb.SetNoticeChoicesRequest(request_id=request_id(), choices=[choice]))

    async def choices(self) -> dict[int, bool]:
        answer = await self.notices.GetNoticeChoices(pb.GetNoticeChoicesRequest())
        return {choice.group: choice.by_email for choice in answer.choices}

    async def agree_to_emails(self) -> None:
        agreed = accounts_pb.Agreement(document=accounts_pb.DOCUMENT_EMAIL_NOTICES, version=1)
        await self.accounts.GiveConsents(accounts_pb.GiveConsentsRequest(request_id=request_id(), consents=[agreed]))


@pytest.fixture
async def reader(house: House) -> Reader:
    """A person whose address an operator vouches for."""
    row = accounts_pb.ImportAccountRow(email=EMAIL, display_name="김지은", roles=[accounts_pb.ROLE_WORKER])
    (verdict,) = await house.import_rows(row)
    return Reader(house, verdict.account_id)


async def mails_of(house: House, account_id: str) -> list[str]:
    """The subjects of what was ever queued for a person; sent ones have lost theirs."""
    rows = await house.run("SELECT subject FROM mail WHERE account_id = :id ORDER BY create_time", id=account_id)
    return [row.subject for row in rows]


async def test_a_notice_is_shown_in_either_language_and_counts_until_it_is_read(house: House, reader: Reader) -> None:
    await house.service.deliver(due(seat_won(reader.account_id)))
    (korean,), (english,) = await reader.listed("ko"), await reader.listed("en")
    assert korean.title == "교육 자리를 받았어요"
    assert "5기" in korean.body
    assert "2026년 11월 30일(월) 오전 9:00" in korean.body
    assert "AI data labelling training" in english.body
    assert (korean.path, korean.group, korean.read) == ("/learn", SEATS, False)
    assert await reader.unread() == 1
    assert await reader.mark(korean.notice_id) == 1
    assert await reader.unread() == 0
    assert (await reader.listed())[0].read


async def test_what_came_after_the_list_was_read_stays_unread(house: House, reader: Reader) -> None:
    await house.service.deliver(due(seat_won(reader.account_id, "a")))
    await house.service.deliver(due(seat_won(reader.account_id, "b")))
    seen = (await reader.listed())[0].notice_id
    await house.service.deliver(due(seat_won(reader.account_id, "c")))
    assert await reader.mark(up_to=seen) == 2
    assert await reader.unread() == 1
    assert await reader.mark() == 1


async def test_the_same_key_for_the_same_person_is_told_once(house: House, reader: Reader) -> None:
    twice = due(seat_won(reader.account_id, "x"), seat_won(reader.account_id, "x"))
    await house.service.deliver(twice, due(seat_won(reader.account_id, "x")))
    await house.service.deliver(due(seat_won(reader.account_id, "")), due(seat_won(reader.account_id, "")))
    assert len(await reader.listed()) == 3


async def test_nobody_reads_or_marks_what_others_are_told(house: House, reader: Reader) -> None:
    await house.service.deliver(due(seat_won(reader.account_id)))
    (told,) = await reader.listed()
    other = Reader(house, await house.register("other@example.org"))
    assert await other.listed() == []
    for marking in (other.mark(told.notice_id), other.mark(up_to=told.notice_id)):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await marking
        assert refused.value.code() is grpc.StatusCode.NOT_FOUND
    assert await reader.unread() == 1


async def test_a_notice_for_somebody_unknown_waits_until_they_are_known(house: House, reader: Reader) -> None:
    stranger = str(new_id())
    await house.service.deliver(due(seat_won(stranger), seat_won(reader.account_id)))
    assert await reader.unread() == 1
    (parked,) = await house.run("SELECT park_key, payload FROM parked_event")
    assert parked.park_key == f"account:{stranger}"
    rest = workers_events_pb2.NoticeDue.FromString(parked.payload)
    assert [notice.account_id for notice in rest.notices] == [stranger]
    await open_row(house.service, stranger)
    async with house.service.database.transaction() as tx:
        await tx.release_parked(f"account:{stranger}")
    assert await house.run("SELECT 1 FROM parked_event") == []
    assert len(await Reader(house, stranger).listed()) == 1


async def test_a_list_is_paged_newest_first(house: House, reader: Reader) -> None:
    for number in range(5):
        await house.service.deliver(due(seat_won(reader.account_id, str(number))))
    first = await reader.notices.ListNotices(pb.ListNoticesRequest(page_size=3))
    asked = pb.ListNoticesRequest(page_size=3, page_token=first.next_page_token)
    second = await reader.notices.ListNotices(asked)
    ids = [notice.notice_id for notice in [*first.notices, *second.notices]]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 5
    assert second.next_page_token == ""


async def test_the_pages_hear_that_there_is_something_new(house: House, reader: Reader) -> None:
    await house.service.deliver(due(seat_won(reader.account_id)))
    (kept,) = await house.service.emitted(accounts_events_pb2.NoticeKept, 1)
    assert [notice.account_id for notice in kept.notices] == [reader.account_id]


async def test_a_template_of_a_later_version_and_a_hole_break_nothing(house: House, reader: Reader) -> None:
    unknown = common_pb2.Notice(account_id=reader.account_id, once_key="later")
    unknown.template = 9999  # type: ignore[assignment]  # what only a later version knows
    holed = seat_won(reader.account_id, "holed")
    del holed.parameters["start_time"]
    holed.parameters["cohort_no"] = "not a number"
    await house.service.deliver(due(unknown), due(holed))
    titles = {notice.title: notice.body for notice in await reader.listed()}
    assert titles == {"새 소식이 있어요": "", "교육 자리를 받았어요": ""}


async def test_e_mails_go_to_whoever_agreed_and_to_verified_addresses_alone(house: House, reader: Reader) -> None:
    await house.service.deliver(due(seat_won(reader.account_id, "before")))
    assert await mails_of(house, reader.account_id) == []
    await reader.agree_to_emails()
    unverified = Reader(house, await house.register("unverified@example.org"))
    await unverified.agree_to_emails()
    already = len(await mails_of(house, unverified.account_id))
    await house.service.deliver(due(seat_won(reader.account_id), seat_won(unverified.account_id)))
    assert len(await mails_of(house, reader.account_id)) == 1
    assert len(await mails_of(house, unverified.account_id)) == already
    answer = await reader.notices.GetNoticeChoices(pb.GetNoticeChoicesRequest())
    assert answer.email_verified
    assert answer.email_consented


async def test_jobs_are_silent_until_chosen_and_the_rest_until_switched_off(house: House, reader: Reader) -> None:
    await reader.agree_to_emails()
    assert await reader.choices() == {group: group != JOBS for group in range(1, 7)}
    await house.service.deliver(due(job_fits(reader.account_id, str(new_id()))))
    assert await mails_of(house, reader.account_id) == []
    await reader.choose(JOBS, by_email=True)
    await reader.choose(SEATS, by_email=False)
    await house.service.deliver(due(job_fits(reader.account_id, str(new_id())), seat_won(reader.account_id)))
    assert len(await mails_of(house, reader.account_id)) == 1
    assert await reader.unread() == 3


async def test_an_e_mail_switches_its_group_off_without_a_sign_in(house: House, reader: Reader) -> None:
    await reader.agree_to_emails()
    await house.service.deliver(due(seat_won(reader.account_id)))
    await house.mailbox.arrived(EMAIL)
    mail = _first_mail(house)
    assert mail["Subject"] == "[일감] 교육 자리를 받았어요"
    assert mail["To"] == EMAIL
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = mail["List-Unsubscribe"].strip("<>")
    assert link in mail.get_content()
    token = link.rpartition("/")[2]
    anybody: pb_grpc.NoticesServiceAsyncStub = house.service.stub(pb_grpc.NoticesServiceStub)
    assert (await anybody.GetUnsubscribe(pb.GetUnsubscribeRequest(token=token))).group == SEATS
    assert (await reader.choices())[SEATS]
    await anybody.Unsubscribe(pb.UnsubscribeRequest(request_id=request_id(), token=token))
    assert not (await reader.choices())[SEATS]
    for forged in (token[:-4] + "AAAA", token.lower(), "no link"):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await anybody.Unsubscribe(pb.UnsubscribeRequest(request_id=request_id(), token=forged))
        assert refused.value.code() is grpc.StatusCode.NOT_FOUND


async def test_old_notices_go_after_a_year(house: House, reader: Reader) -> None:
    await house.service.deliver(due(seat_won(reader.account_id, "old")), due(seat_won(reader.account_id, "new")))
    await house.run("UPDATE notice SET create_time = now() - interval '366 days' WHERE once_key = 'old'")
    await remove_old_notices(house.service.database, utc_now())
    assert [row.once_key for row in await house.run("SELECT once_key FROM notice")] == ["new"]


async def test_notices_in_any_order_and_three_times_give_the_same_tables(servers: Servers) -> None:
    people = [str(new_id()) for _ in range(4)]
    events = [
        due(*(seat_won(account_id, f"seat:{number}") for account_id in people[number % 3 :])) for number in range(6)
    ]

    async def open_them(service: ServiceUnderTest) -> None:
        for account_id in people:
            await open_row(service, account_id)

    await storm(
        "accounts",
        servers,
        events,
        prepare=open_them,
        ignore_columns=frozenset({"notice_id", "create_time", "signing_key"}),
    )


def _first_mail(house: House) -> EmailMessage:
    (file,) = house.mailbox.folder.glob("*.eml")
    return message_from_bytes(file.read_bytes(), policy=email_policy)
