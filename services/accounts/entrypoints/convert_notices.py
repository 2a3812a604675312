"""Between the messages of notices and their values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from ilgam.accounts.v1 import notices_service_pb2 as pb
from ilgam.common.v1 import common_pb2

from services.accounts.domain.notices import Notice, NoticeGroup
from services.accounts.wording.notices import Written
from services.core.ids import new_id
from services.runtime.wire import to_timestamp

_TEMPLATE_PREFIX = "NOTICE_TEMPLATE_"


def notice_of(message: common_pb2.Notice, account_id: UUID, occur_time: datetime) -> Notice:
    """A notice as an event tells it. What a later version calls something else keeps its number as its name."""
    known = common_pb2.NoticeTemplate.values()
    name = common_pb2.NoticeTemplate.Name(message.template) if message.template in known else str(message.template)
    return Notice(
        notice_id=new_id(),
        account_id=account_id,
        template=name.removeprefix(_TEMPLATE_PREFIX),
        parameters=dict(message.parameters),
        path=message.path,
        once_key=message.once_key or None,
        create_time=occur_time,
    )


def written_message(notice: Notice, written: Written) -> pb.WrittenNotice:
    """A notice in words."""
    return pb.WrittenNotice(
        notice_id=str(notice.notice_id),
        template=_template_number(notice.template),
        group=group_number(notice.group),
        title=written.title,
        body=written.body,
        path=notice.path,
        create_time=to_timestamp(notice.create_time),
        read=notice.read_time is not None,
    )


def group_of(number: pb.NoticeGroup.ValueType) -> NoticeGroup | None:
    """The group of a number; None for one that this version does not know."""
    return NoticeGroup(number) if number in {group.value for group in NoticeGroup} else None


def group_number(group: NoticeGroup) -> pb.NoticeGroup.ValueType:
    """The contract's number of a group."""
    return pb.NoticeGroup.ValueType(group.value)


def choice_messages(choices: Mapping[NoticeGroup, bool]) -> list[pb.NoticeChoice]:
    """What somebody gets by e-mail."""
    return [pb.NoticeChoice(group=group_number(group), by_email=chosen) for group, chosen in choices.items()]


def _template_number(name: str) -> common_pb2.NoticeTemplate.ValueType:
    full = f"{_TEMPLATE_PREFIX}{name}"
    if full in common_pb2.NoticeTemplate.keys():  # noqa: SIM118 - the enum's wrapper is no mapping
        return common_pb2.NoticeTemplate.Value(full)
    return common_pb2.NOTICE_TEMPLATE_UNSPECIFIED
