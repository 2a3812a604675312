"""Marks of forms, addresses, links to pictures, and whom an event concerns."""

from pathlib import Path
from uuid import uuid4

import pytest
from ilgam.quality.v1 import quality_events_pb2
from ilgam.tasks.v1 import tasks_events_pb2
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from services.gateway.admission import address_of
from services.gateway.body_limit import BodyLimit, let_in
from services.gateway.csrf import FormMarks, is_own_origin
from services.gateway.pages.entry import inside
from services.gateway.pictures import Pictures
from services.gateway.pokes import topics_of
from services.gateway.render import json_block
from services.runtime import media

SHA = "a" * 64


def request_with(peer: str = "10.0.0.9", **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": raw, "client": (peer, 1), "method": "POST", "path": "/"})


def test_a_mark_holds_for_one_session_and_one_key() -> None:
    marks = FormMarks("key")
    mark = marks.mark("session")
    assert marks.is_right("session", mark)
    assert not marks.is_right("another", mark)
    assert not FormMarks("other").is_right("session", mark)
    assert not marks.is_right("session", "")


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({"host": "ilgam.kr", "origin": "https://ilgam.kr"}, True),
        ({"host": "ilgam.kr"}, True),
        ({"host": "ilgam.kr", "origin": "https://evil.example"}, False),
        ({"host": "ilgam.kr", "origin": "null"}, False),
        ({"host": "ilgam.kr", "origin": "http://["}, False),
        ({"host": "ilgam.kr", "sec_fetch_site": "cross-site"}, False),
        ({"host": "ilgam.kr", "sec_fetch_site": "same-site", "origin": "https://x.ilgam.kr"}, False),
    ],
)
def test_only_forms_of_our_own_pages_are_taken(headers: dict[str, str], own: bool) -> None:
    assert is_own_origin(request_with(**headers)) is own


@pytest.mark.parametrize(
    ("told", "hops", "found"),
    [
        ("", 0, "10.0.0.9"),
        ("1.2.3.4", 0, "10.0.0.9"),
        ("1.2.3.4", 1, "1.2.3.4"),
        ("6.6.6.6, 1.2.3.4", 1, "1.2.3.4"),
        ("6.6.6.6, 1.2.3.4, 10.1.1.1", 2, "1.2.3.4"),
        ("made up", 1, ""),
    ],
)
def test_an_address_is_believed_only_as_far_as_our_own_proxies_tell_it(told: str, hops: int, found: str) -> None:
    assert address_of(request_with(x_forwarded_for=told) if told else request_with(), hops) == found


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/a\\..\\b",
        "/a\r\nx: y",
        "/sign-out",
        "x",
    ],
)
def test_one_comes_back_only_to_a_place_of_ours(path: str) -> None:
    assert inside(path) == ""


def test_data_in_a_page_cannot_end_its_script() -> None:
    assert "<" not in json_block({"text": "</script><script>alert(1)</script>&"})


async def test_a_picture_is_shown_to_the_session_it_was_linked_for_and_nobody_else(tmp_path: object) -> None:
    url = f"file://{tmp_path}"
    pictures, job_id = Pictures("key", url), str(uuid4())
    name = f"{job_id}/{SHA}.png"
    await media.put(media.open_store(url), name, b"picture")
    _, _, end, signature, path = pictures.link("mine", job_id, f"media:{SHA}.png").split("/", 4)
    answer = await pictures.answer("mine", int(end), signature, path)
    assert (bytes(answer.body), answer.headers["content-type"]) == (b"picture", "image/png")
    for session, at, sign, asked in (
        ("another", int(end), signature, path),
        ("mine", int(end) + 900, signature, path),
        ("mine", int(end), "guess", path),
        ("mine", int(end), "é", path),
        ("mine", int(end), signature, path.replace("a", "b", 1)),
    ):
        with pytest.raises(HTTPException) as refused:
            await pictures.answer(session, at, sign, asked)
        assert refused.value.status_code == 404


async def body_of(answer: Response) -> bytes:
    """What a browser gets, and that no piece of it is large."""
    if not isinstance(answer, StreamingResponse):
        return bytes(answer.body)
    pieces = [bytes(piece) async for piece in answer.body_iterator if not isinstance(piece, str)]
    assert max(map(len, pieces)) <= media.PIECE_BYTES
    return b"".join(pieces)


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-", 0, 999_999),
        ("bytes=0-0", 0, 0),
        ("bytes=999999-", 999_999, 999_999),
        ("bytes=300000-700000", 300_000, 700_000),
        ("bytes=500000-9999999", 500_000, 999_999),
        ("bytes=-5", 999_995, 999_999),
        ("bytes=-2000000", 0, 999_999),
    ],
)
async def test_any_part_of_a_film_is_shown_in_small_pieces(tmp_path: Path, asked: str, first: int, last: int) -> None:
    pictures, job_id = Pictures("key", tmp_path.as_uri()), str(uuid4())
    content = bytes(range(250)) * 4_000
    await media.put(media.open_store(tmp_path.as_uri()), f"{job_id}/{SHA}.mp4", content)
    _, _, end, signature, path = pictures.link("mine", job_id, f"media:{SHA}.mp4").split("/", 4)
    answer = await pictures.answer("mine", int(end), signature, path, asked)
    assert (answer.status_code, answer.headers["content-type"]) == (206, "video/mp4")
    assert answer.headers["content-range"] == f"bytes {first}-{last}/1000000"
    assert answer.headers["content-length"] == str(last - first + 1)
    assert "sandbox" in answer.headers["content-security-policy"]
    assert await body_of(answer) == content[first : last + 1]


async def test_what_asks_for_no_part_is_shown_all_and_what_is_not_there_is_refused(tmp_path: Path) -> None:
    pictures, job_id = Pictures("key", tmp_path.as_uri()), str(uuid4())
    content = bytes(range(250)) * 4_000
    await media.put(media.open_store(tmp_path.as_uri()), f"{job_id}/{SHA}.wav", content)
    _, _, end, signature, path = pictures.link("mine", job_id, f"media:{SHA}.wav").split("/", 4)
    for asked in ("", "bytes=0-1,4-5", "bytes=-", "lines=1-2", "bytes=9-3"):
        answer = await pictures.answer("mine", int(end), signature, path, asked)
        assert (answer.status_code, answer.headers["content-length"]) == (200, "1000000")
        assert await body_of(answer) == content
    for asked in ("bytes=1000000-", "bytes=1000001-1000002", "bytes=-0"):
        with pytest.raises(HTTPException) as refused:
            await pictures.answer("mine", int(end), signature, path, asked)
        assert refused.value.status_code == 416


async def test_a_link_that_has_ended_shows_nothing(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures, job_id = Pictures("key", f"file://{tmp_path}"), str(uuid4())
    monkeypatch.setattr("services.gateway.pictures.time.time", lambda: 1_000_000.0)
    _, _, end, signature, path = pictures.link("mine", job_id, f"media:{SHA}.png").split("/", 4)
    monkeypatch.undo()
    with pytest.raises(HTTPException):
        await pictures.answer("mine", int(end), signature, path)


def test_an_event_pokes_the_workers_it_names_wherever_they_stand_in_it() -> None:
    event = quality_events_pb2.VerdictsGiven(job_id="j")
    for worker in ("a", "b"):
        event.verdicts.add(worker_id=worker, answer_id="x")
    assert topics_of(event) == {"operators", "job:j", "worker:a", "worker:b"}


def test_an_event_pokes_nobody_it_does_not_name() -> None:
    assert topics_of(tasks_events_pb2.JobOpened()) == {"operators"}


def test_a_mark_never_looks_the_same_twice() -> None:
    marks = FormMarks("key")
    assert marks.mark("session") != marks.mark("session")
    assert not marks.is_right("session", "zz")
    assert not marks.is_right("session", "ab" * 20)


def test_a_mark_tells_whose_page_it_was_on_after_the_session_has_ended() -> None:
    marks = FormMarks("key")
    mark = marks.mark("session", "me")
    assert marks.is_right("session", mark)
    assert marks.is_of("me", mark)
    assert not marks.is_of("another", mark)
    assert not marks.is_of("", mark)
    for none in ("", "zz", "ab" * 32, marks.mark("visit")):
        assert not marks.is_of("me", none)


async def sent_through_limit(
    path: str, sizes: list[int], declared: int | None, *, may_use_the_page: bool = False
) -> int:
    """How many bytes an application behind the limit gets to read; below 0 where it was then refused with 413."""
    left, read = list(sizes), 0

    async def app(scope: Scope, receive: Receive, _send: Send) -> None:
        nonlocal read
        if may_use_the_page:
            let_in(HTTPConnection(scope))
        more = True
        while more:
            message = await receive()
            read += len(message["body"])
            more = message["more_body"]

    async def receive() -> Message:
        size = left.pop(0)
        return {"type": "http.request", "body": b"x" * size, "more_body": bool(left)}

    async def send(_message: Message) -> None: ...

    headers = [(b"content-length", str(declared).encode())] if declared is not None else []
    scope = {"type": "http", "path": path, "headers": headers}
    try:
        await BodyLimit(app)(scope, receive, send)
    except HTTPException as error:
        return -read if error.status_code == 413 else 1
    return read


MEGABYTE = 1024 * 1024


async def test_a_form_larger_than_any_page_has_is_not_read() -> None:
    assert await sent_through_limit("/look", [10], 5 * MEGABYTE) == 0  # where a form of 10 bytes gives 10
    assert await sent_through_limit("/look", [MEGABYTE] * 8, None) == -5 * MEGABYTE
    assert await sent_through_limit("/look", [MEGABYTE] * 4, None) == 4 * MEGABYTE


UPLOAD = "/company/jobs/018f3c5e-7a11-7c3e-9d1b-2f6a4c8e0b5d/data"


async def test_a_file_of_items_may_be_larger_but_not_without_end() -> None:
    sizes = [MEGABYTE] * 8
    assert await sent_through_limit(UPLOAD, sizes, 8 * MEGABYTE, may_use_the_page=True) == 8 * MEGABYTE
    assert await sent_through_limit(UPLOAD, [10], 700 * MEGABYTE, may_use_the_page=True) == 0


async def test_a_file_from_somebody_who_may_not_send_one_is_not_read() -> None:
    assert await sent_through_limit(UPLOAD, [10], 8 * MEGABYTE) == 0
    assert await sent_through_limit(UPLOAD, [MEGABYTE] * 8, None) == -5 * MEGABYTE
