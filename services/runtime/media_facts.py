"""What is known of a stored file: measured once, when it came."""

from __future__ import annotations

from dataclasses import dataclass

from ilgam.common.v1 import common_pb2


@dataclass(frozen=True)
class MediaFacts:
    """What does not apply to a file's kind is 0 or empty.

    Attributes:
        media_id: its name, media:<sha256>.<extension>.
        width, height: pixels, as people see it.
        duration_ms: of sound and video.
        fps_numerator, fps_denominator: frames per second of a video, as a fraction.
        frame_count: of a video; frame n is shown from n / fps seconds on.
        sample_rate: of sound.
        size_bytes: of the stored file.
        thumbnail_id: a small picture of a picture or a video; of small pictures, the picture itself.
        peaks_id: loudness over time of sound, as JSON.
    """

    media_id: str
    width: int = 0
    height: int = 0
    duration_ms: int = 0
    fps_numerator: int = 0
    fps_denominator: int = 0
    frame_count: int = 0
    sample_rate: int = 0
    size_bytes: int = 0
    thumbnail_id: str = ""
    peaks_id: str = ""

    @property
    def sha256(self) -> str:
        """The hash that names it."""
        return self.media_id[6:70]

    @property
    def extension(self) -> str:
        """What it is, as files' names end."""
        return self.media_id[71:]


def facts_message(facts: MediaFacts) -> common_pb2.MediaFacts:
    """The facts as contracts carry them."""
    return common_pb2.MediaFacts(
        media_id=facts.media_id,
        width=facts.width,
        height=facts.height,
        duration_ms=facts.duration_ms,
        fps_numerator=facts.fps_numerator,
        fps_denominator=facts.fps_denominator,
        frame_count=facts.frame_count,
        sample_rate=facts.sample_rate,
        size_bytes=facts.size_bytes,
        thumbnail_id=facts.thumbnail_id,
        peaks_id=facts.peaks_id,
    )
