"""Which files are taken, told by their first bytes, how large each kind may be, and how a refusal is put."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from services.core.errors import FieldViolation, InvalidArgumentError, Reason

FIELD: Final = "chunk"
HEAD_BYTES: Final = 4096
"""How many of the first bytes are enough to tell what a file is."""
_MEGABYTE: Final = 1024 * 1024


class Kind(StrEnum):
    """What a file is."""

    PICTURE = "picture"
    CAPTIONS = "captions"
    # Sound or video: which of them, reading it tells.
    RECORDING = "recording"


class Flaw(StrEnum):
    """Why a file is not taken; pages have words for each."""

    EMPTY = "empty"
    KIND = "kind"
    BROKEN = "broken"
    TOO_LARGE = "too_large"
    TOO_MANY_PIXELS = "too_many_pixels"
    MOVING = "moving"
    SILENT = "silent"
    TOO_LONG = "too_long"
    TOO_SLOW = "too_slow"
    TOO_HEAVY = "too_heavy"
    CODING = "coding"
    TOO_MANY = "too_many"


BYTES_MAX: Final = {Kind.PICTURE: 20 * _MEGABYTE, Kind.CAPTIONS: _MEGABYTE, Kind.RECORDING: 500 * _MEGABYTE}
"""How large a file of a kind may be. Sound alone: SOUND_BYTES_MAX."""
SOUND_BYTES_MAX: Final = 200 * _MEGABYTE
SOUND_SECONDS_MAX: Final = 4 * 3600
VIDEO_SECONDS_MAX: Final = 3600
VIDEO_SIDE_MAX: Final = 4096
VIDEO_PIXELS_MAX: Final = 4096 * 2304
VIDEO_FPS_MAX: Final = 120


class Refusal(Exception):  # noqa: N818 - a file is refused, nothing went wrong here
    """A file that is not taken: `rule` says in English which rule it breaks, `most` is that rule's number."""

    def __init__(self, flaw: Flaw, rule: str, most: int = 0) -> None:
        super().__init__(rule)
        self.flaw, self.rule, self.most = flaw, rule, most


def media_invalid(refusal: Refusal) -> InvalidArgumentError:
    """The error for a file that is not taken."""
    return InvalidArgumentError(
        f"{FIELD}: {refusal.rule}",
        reason=Reason.MEDIA_INVALID,
        violations=(FieldViolation(FIELD, refusal.rule),),
        rule=refusal.rule,
        flaw=refusal.flaw.value,
        most=refusal.most,
    )


def refuse_bytes(kind: Kind, size_bytes: int) -> None:
    """Refuses more bytes than a file of a kind may have.

    Raises:
        Refusal: TOO_LARGE.
    """
    most = BYTES_MAX[kind]
    if size_bytes > most:
        a_file = {Kind.PICTURE: "a picture", Kind.CAPTIONS: "a file of captions", Kind.RECORDING: "a video"}[kind]
        raise Refusal(Flaw.TOO_LARGE, f"{a_file} has at most {most // _MEGABYTE} MB", most // _MEGABYTE)


def refuse_sound_bytes(size_bytes: int) -> None:
    """Refuses more bytes than sound may have.

    Raises:
        Refusal: TOO_LARGE.
    """
    if size_bytes > SOUND_BYTES_MAX:
        most = SOUND_BYTES_MAX // _MEGABYTE
        raise Refusal(Flaw.TOO_LARGE, f"sound has at most {most} MB", most)


# What a file of each form begins with, and what FFmpeg calls the form. Only these are ever opened, each as what it is:
# nothing is guessed, so a playlist that names other files is no recording.
_BEGINNINGS: Final = (
    (b"\x1a\x45\xdf\xa3", "matroska"),
    (b"OggS", "ogg"),
    (b"fLaC", "flac"),
    (b"ID3", "mp3"),
    (b"FLV\x01", "flv"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (b"#!AMR", "amr"),
    (b"\x00\x00\x01\xba", "mpeg"),
)
_PICTURES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")
_BOXES: Final = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
_TRANSPORT_PACKET_BYTES: Final = 188
_MPEG_SYNC: Final = 0xFFE0
_ADTS_SYNC: Final = 0xFFF0


def kind_of(head: bytes) -> tuple[Kind, str]:
    """What a file is by its first bytes, and the form that FFmpeg reads it as (empty for all but recordings).

    Raises:
        Refusal: EMPTY, KIND.
    """
    if not head:
        raise Refusal(Flaw.EMPTY, "the file is empty")
    if head.startswith(_PICTURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return Kind.PICTURE, ""
    if _begins_captions(head):
        return Kind.CAPTIONS, ""
    if form := _form_of(head):
        return Kind.RECORDING, form
    raise Refusal(
        Flaw.KIND,
        "must be a picture (PNG, JPEG, WebP or GIF), a sound recording (WAV, MP3, M4A, OGG, FLAC, WebM) "
        "or a video (MP4, WebM, MOV, MKV, AVI)",
    )


def _form_of(head: bytes) -> str:
    for beginning, form in _BEGINNINGS:
        if head.startswith(beginning):
            return form
    if head[4:8] in _BOXES:
        return "mov"
    if head[:4] in (b"RIFF", b"RF64"):
        return {b"WAVE": "wav", b"AVI ": "avi"}.get(head[8:12], "")
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "aiff"
    if head[:1] == b"\x47" and head[_TRANSPORT_PACKET_BYTES : _TRANSPORT_PACKET_BYTES + 1] == b"\x47":
        return "mpegts"
    return _form_of_frames(int.from_bytes(head[:2], "big"))


def _form_of_frames(sync: int) -> str:
    """MPEG audio frames begin with eleven ones; layer 0 is AAC in ADTS, which has a twelfth."""
    if sync & _MPEG_SYNC != _MPEG_SYNC:
        return ""
    layer = (sync >> 1) & 3
    if layer == 0:
        return "aac" if sync & _ADTS_SYNC == _ADTS_SYNC else ""
    return "mp3"


def _begins_captions(head: bytes) -> bool:
    """Whether a file is WebVTT: its first line is WEBVTT, or begins with it and a space."""
    first = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].rstrip(b"\r")
    return first == b"WEBVTT" or first.startswith((b"WEBVTT ", b"WEBVTT\t"))
