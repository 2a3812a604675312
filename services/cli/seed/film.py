"""The course's short film, made of a photo and boxes: what a label is and which box is good. VP9 in WebM, with captions."""

import io
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from PIL import Image, ImageDraw

from services.cli.running import CommandError
from services.cli.seed.drawings import CUP, GOOD, TOO_LARGE, TOO_SMALL, WHITE, badge, boxed, coffee
from services.cli.seed.pictures import COFFEE, SUBJECTS, opened

SIZE = (640, 360)
FRAMES_PER_SECOND = 6
FADE_FRAMES = 3
# How long each scene stays, in seconds; the captions follow it.
SCENE_SECONDS = (4, 4, 4, 4, 5, 4, 5)
CAPTIONS = {
    "ko": (
        "사람은 커피잔인 줄 바로 알지만, 컴퓨터는 아직 몰라요.",
        "그래서 사람이 '커피잔'이라는 이름표를 붙여 줘요.",
        "이 상자는 너무 커요. 탁자까지 들어갔어요.",
        "이 상자는 너무 작아요. 손잡이와 받침이 빠졌어요.",
        "끝에 꼭 닿는 상자가 좋은 상자예요.",
        "이런 사진이 많이 모이면 인공지능이 배워요.",
        "라벨링은 이렇게 한 장씩 정확하게 하는 일이에요.",
    ),
    "en": (
        "A person knows at once that it is a cup of coffee. A computer does not, yet.",
        "So a person puts a name tag on it: 'a cup'.",
        "This box is too large: it takes in the table.",
        "This box is too small: handle and saucer are left out.",
        "A box that just touches the edges is a good box.",
        "From many such pictures a program learns.",
        "This is labelling: one picture at a time, exactly.",
    ),
}


def film() -> bytes:
    """The film as WebM; takes about two seconds.

    Raises:
        CommandError: PyAV is not installed.
    """
    try:
        import av  # noqa: PLC0415  (an extra, and slow to import)
    except ImportError:
        raise CommandError("the demo's film needs PyAV: install Ilgam with the extra 'local'") from None
    file = io.BytesIO()
    with av.open(file, "w", format="webm", options={"fflags": "bitexact"}) as container:
        stream = container.add_stream("libvpx-vp9", rate=FRAMES_PER_SECOND)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        stream.options = {"deadline": "realtime", "cpu-used": "7", "crf": "42", "b": "0", "g": "9999", "threads": "1"}
        for number, image in enumerate(_frames()):
            frame = av.VideoFrame.from_ndarray(np.asarray(image), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FRAMES_PER_SECOND)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return file.getvalue()


def captions(language: str) -> bytes:
    """The captions of a language as WebVTT."""
    blocks, begin = ["WEBVTT\n"], 0
    for seconds, text in zip(SCENE_SECONDS, CAPTIONS[language], strict=True):
        blocks.append(f"{_clock(begin)} --> {_clock(begin + seconds)}\n{text}\n")
        begin += seconds
    return "\n".join(blocks).encode()


def _clock(seconds: int) -> str:
    return f"00:{seconds // 60:02}:{seconds % 60:02}.000"


def _frames() -> Iterator[Image.Image]:
    before: Image.Image | None = None
    for seconds, scene in zip(SCENE_SECONDS, _scenes(), strict=True):
        for number in range(seconds * FRAMES_PER_SECOND):
            fading = before is not None and number < FADE_FRAMES
            yield Image.blend(before, scene, (number + 1) / (FADE_FRAMES + 1)) if before and fading else scene
        before = scene


def _scenes() -> list[Image.Image]:
    cup = coffee()
    good = badge(boxed(cup, [CUP], good=True), good=True)
    scenes = [
        cup,
        _tagged(cup),
        badge(boxed(cup, [TOO_LARGE], good=False), good=False),
        badge(boxed(cup, [TOO_SMALL], good=False), good=False),
        good,
        _many(good),
        good,
    ]
    return [_fitted(scene) for scene in scenes]


def _fitted(image: Image.Image) -> Image.Image:
    """On a white ground of the film's size."""
    ground = Image.new("RGB", SIZE, WHITE)
    scale = min(SIZE[0] / image.width, SIZE[1] / image.height)
    shown = image.resize((round(image.width * scale), round(image.height * scale)))
    ground.paste(shown, ((SIZE[0] - shown.width) // 2, (SIZE[1] - shown.height) // 2))
    return ground


def _tagged(image: Image.Image) -> Image.Image:
    """With a name tag hanging from it; what is on the tag is a small cup."""
    image = image.copy()
    draw = ImageDraw.Draw(image)
    draw.line([(330, 40), (452, 96)], fill=WHITE, width=6)
    draw.polygon([(440, 96), (476, 60), (592, 60), (592, 132), (476, 132)], fill=WHITE, outline=GOOD, width=5)
    draw.ellipse((462, 88, 478, 104), fill=GOOD)
    draw.rectangle((506, 80, 548, 112), fill=GOOD)
    draw.arc((540, 82, 566, 108), -90, 90, fill=GOOD, width=6)
    return image


def _many(good: Image.Image) -> Image.Image:
    """Nine pictures, each with its tick."""
    others = [opened(source.file) for sources in SUBJECTS.values() for source in sources if source != COFFEE]
    ticked = [good, *(badge(photo.resize(good.size), good=True) for photo in others)]
    ground = Image.new("RGB", good.size, WHITE)
    for place in range(9):
        ground.paste(ticked[place % len(ticked)].resize((190, 123)), (5 + place % 3 * 200, 5 + place // 3 * 133))
    return ground
