"""Recordings without what they say of people: their sound and pictures are copied, not decoded, into a fresh file.

Phones write the place and the time into videos, and names into sound. Runs in a process of its own (`media_process`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import av
from av.container import InputContainer
from av.stream import Disposition

# What writes a file says these of the file, not of people.
_TECHNICAL: Final = frozenset(
    {
        "major_brand",
        "minor_version",
        "compatible_brands",
        "encoder",
        "handler_name",
        "vendor_id",
        "language",
        "duration",
    }
)
_MP4: Final = {"movflags": "+faststart"}
_WRITTEN: Final[Mapping[str, tuple[str, dict[str, str]]]] = {
    "mp4": ("mp4", _MP4),
    "m4a": ("mp4", _MP4),
    "webm": ("webm", {}),
    "ogg": ("ogg", {}),
    "mp3": ("mp3", {"write_xing": "0", "id3v2_version": "0"}),
    "wav": ("wav", {}),
}


def says_more(container: InputContainer) -> bool:
    """Whether a file holds more than sound and pictures: texts of its own, covers, tracks of places."""
    texts: list[Mapping[str, str]] = [container.metadata, *(stream.metadata for stream in container.streams)]
    if any(key.lower() not in _TECHNICAL for text in texts for key in text):
        return True
    covers = any(stream.disposition & Disposition.attached_pic for stream in container.streams)
    return covers or any(stream.type not in ("video", "audio") for stream in container.streams)


def copy_recording(source: InputContainer, target: Path, extension: str) -> None:
    """Writes the moving pictures and the sound of a file into another one, as they are; an MP4's index comes first."""
    form, options = _WRITTEN[extension]
    kept = [
        stream
        for stream in source.streams
        if stream.type in ("video", "audio") and not stream.disposition & Disposition.attached_pic
    ]
    with av.open(str(target), "w", format=form, options={"fflags": "bitexact", **options}) as written:
        after: dict[int, Any] = {}
        for stream in kept:
            after[stream.index] = written.add_stream_from_template(stream)
            after[stream.index].metadata.clear()
        for packet in source.demux(kept):
            if packet.dts is not None:
                packet.stream = after[packet.stream.index]
                written.mux(packet)
