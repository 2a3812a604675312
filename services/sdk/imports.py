"""ImportItems from rows of any number: in pieces, several on the way, sent again after a broken connection."""

from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any, cast

from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.sdk.calls import Stream
from services.sdk.client import Client
from services.sdk.errors import IlgamError

ROWS_PER_MESSAGE = 2000
BYTES_PER_MESSAGE = 1024 * 1024
MESSAGES_ON_THE_WAY = 4


async def import_items(
    client: Client, job_id: str, rows: Iterable[pb.ItemRow]
) -> AsyncIterator[tuple[pb.ItemRow, pb.ItemVerdict]]:
    """Import rows and give each one's verdict, in order.

    Rows that were sent again after a broken connection may come back as DUPLICATE: they are in the job.

    Raises:
        IlgamError: the job does not take items, or the connection stayed away.
    """
    pieces = _pieces(rows)
    waiting: deque[list[pb.ItemRow]] = deque()
    stream = cast("Stream", cast("Any", client.tasks.ImportItems)())
    while True:
        try:
            async for piece, verdicts in _one_stream(stream, job_id, pieces, waiting):
                stream.progress()
                for row, verdict in zip(piece, verdicts, strict=True):
                    yield row, verdict
        except IlgamError as error:
            await stream.recover(error)
        else:
            return


async def _one_stream(
    stream: Stream, job_id: str, pieces: Iterator[list[pb.ItemRow]], waiting: deque[list[pb.ItemRow]]
) -> AsyncIterator[tuple[list[pb.ItemRow], list[pb.ItemVerdict]]]:
    """Send what waits for its verdicts already, then the rest; each piece leaves `waiting` with its verdicts."""
    await stream.write(pb.ImportItemsRequest(job_id=job_id))
    await _answer(stream)  # a job that takes no items is told here
    for piece in waiting:
        await stream.write(pb.ImportItemsRequest(rows=piece))
    while True:
        while len(waiting) < MESSAGES_ON_THE_WAY and (piece := next(pieces, [])):
            waiting.append(piece)
            await stream.write(pb.ImportItemsRequest(rows=piece))
        if not waiting:
            break
        yield waiting[0], await _answer(stream)
        waiting.popleft()
    await stream.done_writing()
    while await stream.read() is not None:
        pass


async def _answer(stream: Stream) -> list[pb.ItemVerdict]:
    answer = cast("pb.ImportItemsResponse | None", await stream.read())
    if answer is None:
        raise IlgamError.lost("the import ended before all rows had a verdict")
    return list(answer.verdicts)


def _pieces(rows: Iterable[pb.ItemRow]) -> Iterator[list[pb.ItemRow]]:
    """Rows in pieces under the bounds of one message."""
    piece: list[pb.ItemRow] = []
    size = 0
    for row in rows:
        bytes_ = row.ByteSize()
        if piece and (len(piece) >= ROWS_PER_MESSAGE or size + bytes_ > BYTES_PER_MESSAGE):
            yield piece
            piece, size = [], 0
        piece.append(row)
        size += bytes_
    if piece:
        yield piece
