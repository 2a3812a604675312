"""PutMedia and PutCourseMedia for files that are at hand: in pieces, sent again after a broken connection."""

from collections.abc import Iterator
from typing import Any, cast

from ilgam.tasks.v1 import tasks_service_pb2 as pb
from ilgam.workers.v1 import courses_service_pb2 as courses_pb

from services.sdk.client import Client

BYTES_PER_MESSAGE = 512 * 1024


async def put_media(client: Client, job_id: str, picture: bytes) -> pb.PutMediaResponse:
    """Store a picture for a job's items; the same picture again gives the same media_id.

    Args:
        client: a member of the job's company, or an operator.
        job_id: the job.
        picture: PNG, JPEG, WebP or GIF.

    Raises:
        IlgamError: the picture or the job is refused, or the connection stayed away.
    """
    put = cast("Any", client.tasks.PutMedia)
    answer: pb.PutMediaResponse = await put(list(_requests(job_id, picture)))
    return answer


def _requests(job_id: str, picture: bytes) -> Iterator[pb.PutMediaRequest]:
    yield pb.PutMediaRequest(job_id=job_id)
    for start in range(0, len(picture), BYTES_PER_MESSAGE):
        yield pb.PutMediaRequest(chunk=picture[start : start + BYTES_PER_MESSAGE])


async def put_course_media(client: Client, programme_id: str, content: bytes) -> courses_pb.PutCourseMediaResponse:
    """Store a file for a programme's course; the same bytes again give the same media_id.

    Args:
        client: a trainer of the teaching organisation, or an operator.
        programme_id: the programme.
        content: a picture (PNG, JPEG, WebP, GIF), a video (MP4, WebM) or captions (WebVTT).

    Raises:
        IlgamError: the file or the programme is refused, or the connection stayed away.
    """
    put = cast("Any", client.courses.PutCourseMedia)
    pieces = [
        courses_pb.PutCourseMediaRequest(chunk=content[start : start + BYTES_PER_MESSAGE])
        for start in range(0, len(content), BYTES_PER_MESSAGE)
    ]
    answer: courses_pb.PutCourseMediaResponse = await put(
        [courses_pb.PutCourseMediaRequest(programme_id=programme_id), *pieces]
    )
    return answer
