"""The shift's pictures and people."""

import random
import struct
import zlib
from collections import Counter

from services.cli.shift.digits import LABELS, digits
from services.cli.shift.flow import GOLD_SHARE, plan_of
from services.cli.shift.graduates import GRADUATES, Graduate, Manner
from services.cli.shift.pictures import data_url, png, scaled


def test_a_picture_is_a_readable_png() -> None:
    rows = [bytes([0, 128]), bytes([255, 7])]
    picture = png(scaled(rows, 3))
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", picture[16:24]) == (6, 6)
    place, pixels = 8, b""
    while place < len(picture):
        (length,) = struct.unpack(">I", picture[place : place + 4])
        name, body = picture[place + 4 : place + 8], picture[place + 8 : place + 8 + length]
        assert struct.unpack(">I", picture[place + 8 + length : place + 12 + length]) == (zlib.crc32(name + body),)
        pixels += zlib.decompress(body) if name == b"IDAT" else b""
        place += 12 + length
    assert pixels == (b"\0" + bytes([0] * 3 + [128] * 3)) * 3 + (b"\0" + bytes([255] * 3 + [7] * 3)) * 3
    assert data_url(b"x") == "data:image/png;base64,eA=="


def test_every_digit_is_its_own_picture() -> None:
    found = digits()
    assert len(found) == len({digit.image_url for digit in found}) == len({digit.key for digit in found}) == 1797
    assert {digit.label for digit in found} == set(LABELS)


def test_the_exam_and_the_job_share_no_picture_and_gold_is_a_small_share() -> None:
    plan = plan_of(digits(), 400, seed=3)
    keys = {digit.key for digit in plan.job}
    assert len(plan.job) == 400
    assert not keys & {digit.key for digit in plan.exam}
    assert plan.gold < keys
    assert len(plan.gold) == round(400 * GOLD_SHARE)
    assert plan == plan_of(digits(), 400, seed=3)


def test_graduates_answer_as_they_are() -> None:
    rng = random.Random(1)
    careful = Counter(Graduate("a", 0.9).answer("3", rng) for _ in range(4000))
    assert 0.88 < careful["3"] / 4000 < 0.92
    assert careful["8"] > 5 * max(careful[label] for label in "014567")
    assert {Graduate("b", 0.1, Manner.ALWAYS_SAME).answer(label, rng) for label in LABELS} == {"1"}
    guesses = Counter(Graduate("c", 0.3, Manner.GUESSES).answer("3", rng) for _ in range(4000))
    assert set(guesses) == set(LABELS)
    assert sum(graduate.manner is not Manner.CAREFUL for graduate in GRADUATES) == 2
