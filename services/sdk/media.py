"""PutMedia and PutCourseMedia for files that are at hand: in pieces, sent again after a broken connection."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, cast

from google.protobuf.message import Message
from ilgam.common.v1 import common_pb2
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from ilgam.workers.v1 import courses_service_pb2 as courses_pb

from services.sdk.calls import Stream
from services.sdk.client import Client
from services.sdk.errors import IlgamError

BYTES_PER_MESSAGE = 512 * 1024

File = bytes | Path | BinaryIO
"""A file: its bytes, where it lies, or open (and then read again from its beginning)."""
Progress = Callable[[float], None]


async def put_media(client: Client, job_id: str, file: File, progress: Progress | None = None) -> common_pb2.MediaFacts:
    """Store a picture, sound or video for a job's items; the same bytes again give the same media_id.

    Args:
        client: a member of the job's company, or an operator.
        job_id: the job.
        file: a picture (PNG, JPEG, WebP, GIF), sound (WAV, MP3, M4A, OGG, FLAC, ...) or video (MP4, WebM, MOV, ...).
        progress: is told how much of the file is read and made anew, 0 to 1.

    Returns:
        What is stored: its name (media_id), size, length, frames.

    Raises:
        IlgamError: the file or the job is refused, or the connection stayed away.
    """

    def requests(content: BinaryIO) -> Iterator[Message]:
        yield pb.PutMediaRequest(job_id=job_id)
        for chunk in _chunks(content):
            yield pb.PutMediaRequest(chunk=chunk)

    return await _put(client.tasks.PutMedia, file, requests, progress)


async def put_course_media(
    client: Client, programme_id: str, file: File, progress: Progress | None = None
) -> common_pb2.MediaFacts:
    """Store a file for a programme's course; the same bytes again give the same media_id.

    Args:
        client: a trainer of the teaching organisation, or an operator.
        programme_id: the programme.
        file: a picture, sound or video as `put_media` takes them, or captions (WebVTT).
        progress: is told how much of the file is read and made anew, 0 to 1.

    Returns:
        What is stored.

    Raises:
        IlgamError: the file or the programme is refused, or the connection stayed away.
    """

    def requests(content: BinaryIO) -> Iterator[Message]:
        yield courses_pb.PutCourseMediaRequest(programme_id=programme_id)
        for chunk in _chunks(content):
            yield courses_pb.PutCourseMediaRequest(chunk=chunk)

    return await _put(client.courses.PutCourseMedia, file, requests, progress)


async def _put(
    rpc: object, file: File, requests: Callable[[BinaryIO], Iterator[Message]], progress: Progress | None
) -> common_pb2.MediaFacts:
    stream = cast("Stream", cast("Any", rpc)())
    while True:
        content = _opened(file)
        try:
            return await _attempt(stream, requests(content), progress)
        except IlgamError as error:
            await stream.recover(error)
        finally:
            if content is not file:
                content.close()


async def _attempt(stream: Stream, requests: Iterator[Message], progress: Progress | None) -> common_pb2.MediaFacts:
    await stream.write(next(requests))
    await _answer(stream)  # who takes no files is told here, before any is sent
    for request in requests:
        await stream.write(request)
    await stream.done_writing()
    while True:
        answer = await _answer(stream)
        stream.progress()
        if progress is not None:
            progress(answer.progress)
        if answer.HasField("media"):
            return answer.media


async def _answer(stream: Stream) -> pb.PutMediaResponse:
    answer = cast("pb.PutMediaResponse | None", await stream.read())
    if answer is None:
        raise IlgamError.lost("the stream ended before the file was stored")
    return answer


def _opened(file: File) -> BinaryIO:
    if isinstance(file, bytes):
        return BytesIO(file)
    if isinstance(file, Path):
        return file.open("rb")
    file.seek(0)
    return file


def _chunks(content: BinaryIO) -> Iterator[bytes]:
    while chunk := content.read(BYTES_PER_MESSAGE):
        yield chunk
