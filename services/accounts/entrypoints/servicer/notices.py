"""NoticesService: what people are told."""

from __future__ import annotations

from collections.abc import Mapping

from ilgam.accounts.v1 import notices_service_pb2 as pb
from ilgam.accounts.v1 import notices_service_pb2_grpc as pb_grpc

from services.accounts.domain.notices import UNREAD_SHOWN_MAX, NoticeGroup
from services.accounts.entrypoints import convert, convert_notices
from services.accounts.entrypoints.servicer.caller import own_account_id
from services.accounts.store.queries import notices as store
from services.accounts.use_cases import show_notices
from services.accounts.use_cases.keep_notices import NoticeHouse
from services.core.clock import utc_now
from services.core.errors import invalid_field
from services.runtime.database import Database, Transaction
from services.runtime.middleware import Context
from services.runtime.paging import page_size
from services.runtime.requests import run_once
from services.runtime.wire import uuid_of


class NoticesServicer(pb_grpc.NoticesServiceServicer):
    """Notices of the caller."""

    def __init__(self, database: Database, house: NoticeHouse) -> None:
        self._database = database
        self._house = house

    async def ListNotices(self, request: pb.ListNoticesRequest, _context: Context) -> pb.ListNoticesResponse:
        """Lists the caller's notices in words, newest first."""
        count, before = page_size(request.page_size), convert.before_of(request.page_token)
        async with self._database.transaction() as tx:
            found = await show_notices.notices_shown(
                tx, self._house, own_account_id(), show_notices.NoticePage(before, count + 1), request.language
            )
        shown = found[:count]
        return pb.ListNoticesResponse(
            notices=[convert_notices.written_message(one.notice, one.written) for one in shown],
            next_page_token=convert.next_token(shown[-1].notice.notice_id if len(found) > count else None),
        )

    async def GetUnreadCount(self, _request: pb.GetUnreadCountRequest, _context: Context) -> pb.GetUnreadCountResponse:
        """Counts the caller's unread notices."""
        async with self._database.statement() as connection:
            count = await store.unread_count(connection, own_account_id(), UNREAD_SHOWN_MAX)
        return pb.GetUnreadCountResponse(unread_count=count)

    async def MarkNoticesRead(
        self, request: pb.MarkNoticesReadRequest, _context: Context
    ) -> pb.MarkNoticesReadResponse:
        """Marks some notices as read, or all that are there."""
        account_id, ids = own_account_id(), {uuid_of(one) for one in request.notice_ids}
        up_to = uuid_of(request.up_to_notice_id) if request.up_to_notice_id else None

        async def act(tx: Transaction) -> pb.MarkNoticesReadResponse:
            marked = await show_notices.mark_read(tx, account_id, ids, up_to, utc_now())
            return pb.MarkNoticesReadResponse(marked_count=marked)

        return await run_once(self._database, request, pb.MarkNoticesReadResponse, act)

    async def GetNoticeChoices(
        self, _request: pb.GetNoticeChoicesRequest, _context: Context
    ) -> pb.GetNoticeChoicesResponse:
        """Gives what the caller gets by e-mail."""
        async with self._database.transaction() as tx:
            choices = await show_notices.choices_of(tx, own_account_id())
        return pb.GetNoticeChoicesResponse(
            choices=convert_notices.choice_messages(choices.by_email),
            email_verified=choices.verified,
            email_consented=choices.consented,
        )

    async def SetNoticeChoices(
        self, request: pb.SetNoticeChoicesRequest, _context: Context
    ) -> pb.SetNoticeChoicesResponse:
        """Stores what the caller wants by e-mail."""
        chosen = _chosen(request)

        async def act(tx: Transaction) -> pb.SetNoticeChoicesResponse:
            choices = await show_notices.choose(tx, own_account_id(), chosen)
            return pb.SetNoticeChoicesResponse(choices=convert_notices.choice_messages(choices.by_email))

        return await run_once(self._database, request, pb.SetNoticeChoicesResponse, act)

    async def GetUnsubscribe(self, request: pb.GetUnsubscribeRequest, _context: Context) -> pb.GetUnsubscribeResponse:
        """Says what the link of an e-mail would switch off."""
        _, group = show_notices.stopped_by(self._house, request.token)
        return pb.GetUnsubscribeResponse(group=convert_notices.group_number(group))

    async def Unsubscribe(self, request: pb.UnsubscribeRequest, _context: Context) -> pb.UnsubscribeResponse:
        """Switches off the e-mails of one group."""
        account_id, group = show_notices.stopped_by(self._house, request.token)

        async def act(tx: Transaction) -> pb.UnsubscribeResponse:
            await show_notices.choose(tx, account_id, {group: False})
            return pb.UnsubscribeResponse(group=convert_notices.group_number(group))

        return await run_once(self._database, request, pb.UnsubscribeResponse, act)


def _chosen(request: pb.SetNoticeChoicesRequest) -> Mapping[NoticeGroup, bool]:
    chosen = {}
    for place, choice in enumerate(request.choices):
        group = convert_notices.group_of(choice.group)
        if group is None:
            raise invalid_field(f"choices[{place}].group", "name a group that there is")
        chosen[group] = choice.by_email
    return chosen
