"""One person's file keeps nobody else waiting, however it is made."""

import asyncio
import io
import unicodedata
from typing import cast

from services.gateway.letters import MARKS_MAX, nfc
from services.gateway.uploads.importing import Target, import_texts
from services.gateway.uploads.report import Report
from services.gateway.uploads.rows import RowFile
from services.sdk import Client

ROWS = 30_000


async def test_others_have_their_turn_while_rows_are_refused_one_after_the_other() -> None:
    raw = io.BytesIO(b"text,gold\n" + b"x\n" * ROWS)
    report = Report("upload", "account", "job", "rows.csv")
    nobody_is_called = cast("Client", None)
    target = Target(nobody_is_called, "job", ("text",), {})
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    waiting = asyncio.create_task(others())
    await asyncio.sleep(0)
    before = turns
    await import_texts(target, RowFile(raw), raw, len(raw.getvalue()), report)
    waiting.cancel()
    assert (report.refused, report.taken, report.share) == (ROWS, 0, 1.0)
    assert turns > before + 2


def test_a_letter_with_its_marks_is_put_together() -> None:
    assert nfc(unicodedata.normalize("NFD", "한글 é ệ")) == "한글 é ệ"
    assert nfc("a" + "\u0316\u0301" * (MARKS_MAX // 2)) == unicodedata.normalize(
        "NFC", "a" + "\u0316\u0301" * (MARKS_MAX // 2)
    )


def test_marks_heaped_on_a_letter_are_left_as_they_are() -> None:
    for marks in ("\u0301\u0316", "\u0f73"):  # the second is two marks in one
        heap = "a" + marks * (MARKS_MAX + 1)
        assert nfc(heap) == heap != unicodedata.normalize("NFC", heap)
