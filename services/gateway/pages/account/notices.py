"""What somebody is told: the list, what is read, what goes out by e-mail, and which jobs one hears of."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Final

from ilgam.accounts.v1 import notices_service_pb2 as pb
from ilgam.common.v1.common_pb2 import AnnotationType
from ilgam.workers.v1 import workers_service_pb2 as workers_pb
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from services.gateway.admission import anybody, signed_in
from services.gateway.forms import Form, empty_form, form_of
from services.gateway.house import house_of
from services.gateway.kinds import kind_of
from services.gateway.pages.entry import inside
from services.gateway.people import Person
from services.gateway.problems import put_on_form, status_of
from services.gateway.visit import person_of, visit_of
from services.sdk import IlgamError, new_request_id

NOTICES_ON_A_PAGE: Final = 20
LANGUAGES: Final = ("ko", "en", "zh", "ja", "vi", "th", "ru", "uz", "km", "ne", "id", "tl", "mn")
GROUPS: Final = {
    pb.NoticeGroup.Name(number).removeprefix("NOTICE_GROUP_"): number for number in pb.NoticeGroup.values() if number
}
TYPES: Final = {kind_of(number): number for number in AnnotationType.values() if number}
# What a mail program sends when its own button is pressed (RFC 8058).
ONE_CLICK: Final = b"List-Unsubscribe=One-Click"


@signed_in
async def notices(request: Request) -> Response:
    """What the person was told, newest first; all of it can be marked as read."""
    person, house = person_of(request), house_of(request)
    if request.method == "POST":
        form = await form_of(request)
        asked = pb.MarkNoticesReadRequest(request_id=form.request_id, up_to_notice_id=form["up_to"])
        await person.client.notices.MarkNoticesRead(asked)
        house.bell.forget(person)
        return RedirectResponse("/notices", HTTPStatus.SEE_OTHER)
    page_token = request.query_params.get("page", "")
    found = await person.client.notices.ListNotices(
        pb.ListNoticesRequest(
            language=visit_of(request).look.language, page_size=NOTICES_ON_A_PAGE, page_token=page_token
        )
    )
    return house.pages.page(
        request,
        "account/notices.html",
        notices=found.notices,
        group_of=group_of,
        next_page_token=found.next_page_token,
        is_first=not page_token,
    )


@signed_in
async def follow(request: Request) -> Response:
    """Marks one notice as read and goes to where it leads."""
    person, form = person_of(request), await form_of(request)
    asked = pb.MarkNoticesReadRequest(request_id=form.request_id, notice_ids=[str(request.path_params["notice_id"])])
    await person.client.notices.MarkNoticesRead(asked)
    house_of(request).bell.forget(person)
    return RedirectResponse(inside(form["path"]) or "/notices", HTTPStatus.SEE_OTHER)


@signed_in
async def bell(request: Request) -> Response:
    """The bell alone, for pages that follow events."""
    return house_of(request).pages.page(request, "account/bell.html")


@signed_in
async def choices(request: Request) -> Response:
    """What goes out by e-mail; for those who label, their languages and which jobs they hear of."""
    person = person_of(request)
    if request.method == "GET":
        return await _choices_page(request, None)
    form = await form_of(request)
    try:
        await _store(person, form)
    except IlgamError as error:
        put_on_form(visit_of(request).words, form, error, {})
        return await _choices_page(request, form, status_of(error))
    return RedirectResponse("/account/notices?done=1", HTTPStatus.SEE_OTHER)


async def _store(person: Person, form: Form) -> None:
    chosen = [pb.NoticeChoice(group=number, by_email=bool(form[f"email_{name}"])) for name, number in GROUPS.items()]
    await person.client.notices.SetNoticeChoices(pb.SetNoticeChoicesRequest(request_id=form.request_id, choices=chosen))
    if "worker" not in person.roles:
        return
    wanted = workers_pb.JobNotices(
        wanted=bool(form["jobs"]),
        annotation_types=[number for name, number in TYPES.items() if form[f"type_{name}"]],
    )
    await person.client.workers.SetWorkerProfile(
        workers_pb.SetWorkerProfileRequest(
            request_id=form.request_id,
            languages=[language for language in LANGUAGES if form[f"language_{language}"]],
            job_notices=wanted,
        )
    )


async def _choices_page(request: Request, form: Form | None, status: int = 200) -> Response:
    person = person_of(request)
    labels = "worker" in person.roles
    now, profile = await asyncio.gather(
        person.client.notices.GetNoticeChoices(pb.GetNoticeChoicesRequest()),
        person.client.workers.GetWorkerProfile(workers_pb.GetWorkerProfileRequest()) if labels else _no_profile(),
    )
    return house_of(request).pages.page(
        request,
        "account/notice_choices.html",
        int(status),
        form=form or _as_stored(now, profile),
        groups=list(GROUPS),
        types=list(TYPES),
        label_languages=LANGUAGES,
        labels=labels,
        now=now,
        done="done" in request.query_params,
    )


async def _no_profile() -> workers_pb.GetWorkerProfileResponse:
    return workers_pb.GetWorkerProfileResponse()


def _as_stored(now: pb.GetNoticeChoicesResponse, profile: workers_pb.GetWorkerProfileResponse) -> Form:
    """The form as it stands: ticked is what is chosen."""
    names = {number: name for name, number in GROUPS.items()}
    ticked = [f"email_{names[one.group]}" for one in now.choices if one.by_email and one.group in names]
    ticked += [f"language_{language}" for language in profile.languages]
    ticked += [f"type_{kind_of(number)}" for number in profile.job_notices.annotation_types]
    if profile.job_notices.wanted:
        ticked.append("jobs")
    return empty_form(**dict.fromkeys(ticked, "on"))


async def stop_emails(request: Request) -> Response:
    """Switches off e-mails of one group, from a link in one of them: by a button here, or by the mail program's own."""
    is_form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    if request.method == "POST" and is_form and (await request.body()).strip() == ONE_CLICK:
        # The link itself is the permission: it can do nothing else, so no mark of a page of ours is needed.
        return await _stopped_by_one_click(request)
    return await _stop_page(request)


async def _stopped_by_one_click(request: Request) -> Response:
    asked = pb.UnsubscribeRequest(request_id=new_request_id(), token=request.path_params["token"])
    try:
        await house_of(request).people.nobody.notices.Unsubscribe(asked)
    except IlgamError as error:
        return PlainTextResponse("", status_of(error))
    return PlainTextResponse("")


@anybody
async def _stop_page(request: Request) -> Response:
    client, token = house_of(request).people.nobody, request.path_params["token"]
    done = request.method == "POST"
    if done:
        form = await form_of(request)
        asked = pb.UnsubscribeRequest(request_id=form.request_id, token=token)
        group = (await client.notices.Unsubscribe(asked)).group
    else:
        group = (await client.notices.GetUnsubscribe(pb.GetUnsubscribeRequest(token=token))).group
    page = house_of(request).pages.page(
        request, "account/stop_emails.html", group=pb.NoticeGroup.Name(group).removeprefix("NOTICE_GROUP_"), done=done
    )
    page.headers["x-robots-tag"] = "noindex"
    return page


def group_of(notice: pb.WrittenNotice) -> str:
    """The key of a notice's group in the texts."""
    return pb.NoticeGroup.Name(notice.group).removeprefix("NOTICE_GROUP_")
