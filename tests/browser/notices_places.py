"""The pages of notices by their address: filled, empty and gone wrong."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from google.protobuf.timestamp_pb2 import Timestamp
from ilgam.accounts.v1 import accounts_service_pb2 as accounts_pb
from ilgam.accounts.v1 import notices_service_pb2 as pb
from ilgam.workers.v1 import workers_events_pb2, workers_service_pb2

from services.sdk import IlgamError, new_request_id
from tests.support.market import Market, Person
from tests.support.service import eventually
from tests.support.site import Site


@dataclass(frozen=True)
class Told:
    """Who was told something.

    Attributes:
        reader: has read and unread notices, and gets e-mails.
        quiet: was told nothing.
        stop_path: the link of an e-mail to the reader.
    """

    reader: Person
    quiet: Person
    stop_path: str


async def make_told(market: Market, site: Site) -> Told:
    """Somebody with notices of several kinds, and somebody without."""
    reader = await market.person("이알림")
    agreed = accounts_pb.Agreement(document=accounts_pb.DOCUMENT_EMAIL_NOTICES, version=1)
    await reader.client.accounts.GiveConsents(
        accounts_pb.GiveConsentsRequest(request_id=new_request_id(), consents=[agreed])
    )
    await market.certify(reader)
    await stop(market, reader)
    await restore(market, reader)
    await told(reader, 3)
    newest = (await reader.client.notices.ListNotices(pb.ListNoticesRequest())).notices[0]
    await reader.client.notices.MarkNoticesRead(
        pb.MarkNoticesReadRequest(request_id=new_request_id(), notice_ids=[newest.notice_id])
    )
    return Told(reader, await market.person("조용한"), await stop_path_of(site, reader.email))


async def stop(market: Market, person: Person) -> None:
    """Restricts somebody for a while, which they are told."""
    asked = workers_service_pb2.RestrictWorkerRequest(
        request_id=new_request_id(),
        worker_id=person.account_id,
        kind=workers_events_pb2.RESTRICTION_KIND_PAUSED,
        reason="답을 다시 확인하고 있어요",
        until_time=Timestamp(seconds=4_000_000_000),
    )

    async def known() -> bool:
        try:
            await market.operator.workers.RestrictWorker(asked)
        except IlgamError as error:
            # The account is known to workers by its event.
            if error.reason != "NOT_FOUND":
                raise
            return False
        return True

    await eventually(known)


async def restore(market: Market, person: Person) -> None:
    """Lifts it, which they are told."""
    asked = workers_service_pb2.RestoreWorkerRequest(request_id=new_request_id(), worker_id=person.account_id)
    await market.operator.workers.RestoreWorker(asked)


async def told(person: Person, count: int) -> None:
    """Waits until somebody has so many unread notices."""

    async def enough() -> bool:
        answer = await person.client.notices.GetUnreadCount(pb.GetUnreadCountRequest())
        return answer.unread_count >= count

    await eventually(enough)


async def stop_path_of(site: Site, email: str) -> str:
    """The link that switches e-mails off, from an e-mail that has arrived."""
    links: list[str] = []

    async def arrived() -> bool:
        for file in (Path(site.data_dir) / "mail").glob("*.eml"):
            mail = message_from_bytes(file.read_bytes(), policy=default)
            if mail["To"] == email and mail["List-Unsubscribe"]:
                links.append(mail["List-Unsubscribe"].strip("<>"))
        return bool(links)

    await eventually(arrived)
    return f"/stop-emails/{links[0].rpartition('/')[2]}"


def told_places(told: Told) -> list[str]:
    """Pages of somebody with notices."""
    return ["/notices", "/account/notices", "/account/notices?done=1", told.stop_path, "/work"]


def quiet_places() -> list[str]:
    """Pages of somebody without."""
    return ["/notices", "/account/notices"]


def every_path() -> list[str]:
    """One address of each page."""
    return ["/notices", "/account/notices", "/stop-emails/made-up"]
