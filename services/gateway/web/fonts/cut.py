"""Cuts Pretendard GOV into a small file with what pages usually show and a large one that is loaded only when needed.

Run by `make fonts`, which brings fontTools. Reads the fonts of the package krds-uiux; writes woff2 files and faces.css.
The usual part holds Latin letters, signs, and each Korean syllable of the pages' and the demo's own texts. The font's
licence reserves the name Pretendard for its author's own files, so these are called Ilgam Sans.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

HERE: Final = Path(__file__).parent
SOURCE: Final = HERE.parent / "node_modules" / "krds-uiux" / "resources" / "fonts"
ROOT: Final = HERE.parents[3]
TEXTS: Final = ("services/gateway/i18n/ko/*.json", "services/cli/seed/jobs/*", "services/cli/seed/course/*")
FAMILY: Final = "Ilgam Sans"
WEIGHTS: Final = {"Regular": 400, "Bold": 700}
FEATURES: Final = ("ccmp", "kern", "liga", "tnum")
NAMES_OF_FAMILY: Final = (1, 4, 6, 16)
NEAR: Final = 64
SYLLABLES: Final = range(0xAC00, 0xD7A4)
# Latin with its accents, general punctuation, the won sign, arrows, and what the pages' styles write.
SIGNS: Final = (range(0x20, 0x7F), range(0xA0, 0x100), range(0x2010, 0x2040), (0x20A9, 0x2212), range(0x2190, 0x2194))


def usual_characters() -> set[int]:
    """What nearly every page shows."""
    found = {ord(sign) for file in _texts() for sign in file.read_text(encoding="utf-8") if ord(sign) in SYLLABLES}
    return found.union(*SIGNS)


def _texts() -> Iterator[Path]:
    for pattern in TEXTS:
        yield from (path for path in sorted(ROOT.glob(pattern)) if path.is_file())


def cut(weight: str, characters: Iterable[int]) -> bytes:
    """A font with those characters alone, as woff2."""
    font = TTFont(SOURCE / f"PretendardGOV-{weight}.subset.woff2")
    options = Options(layout_features=list(FEATURES), flavor="woff2", hinting=False, name_IDs=["*"])
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    for record in font["name"].names:
        if record.nameID in NAMES_OF_FAMILY:
            record.string = f"{FAMILY} {weight}" if record.nameID != 1 else FAMILY
    font.flavor = "woff2"
    written = io.BytesIO()
    font.save(written)
    return written.getvalue()


def ranges(characters: Iterable[int], gap: int = 1) -> str:
    """Characters as CSS writes them: U+20-7E,U+A0; those nearer than `gap` in one range."""
    parts: list[list[int]] = []
    for code in sorted(characters):
        if parts and code - parts[-1][1] <= gap:
            parts[-1][1] = code
        else:
            parts.append([code, code])
    return ",".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in parts)


def main() -> None:
    """Writes the files."""
    known = set(TTFont(SOURCE / "PretendardGOV-Regular.subset.woff2").getBestCmap())
    usual = usual_characters() & known
    faces = ["/* Written by cut.py; do not edit. */"]
    # Of two faces for a character the later one counts: the first may claim more than it holds.
    for part, characters, gap in (("rare", known - usual, NEAR), ("usual", usual, 1)):
        for weight, number in WEIGHTS.items():
            name = f"ilgam-sans-{weight.lower()}-{part}.woff2"
            (HERE / name).write_bytes(cut(weight, characters))
            faces.append(
                f'@font-face{{font-family:"{FAMILY}";font-weight:{number};font-display:swap;'
                f'src:url("{name}") format("woff2");unicode-range:{ranges(characters, gap)}}}'
            )
    (HERE / "faces.css").write_text("\n".join(faces) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
