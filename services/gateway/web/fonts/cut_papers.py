"""Cuts the fonts of papers out of Pretendard GOV: every Korean syllable for names, and what the templates write in bold.

Run by `make fonts`, which brings fontTools and a folder with the package's OpenType files: Typst reads no woff2, and the
fonts of the pages hold 2,780 of the 11,172 syllables. The font's licence (OFL.txt) reserves the
name Pretendard for its author's own files, so these are called Ilgam Sans.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

GATEWAY: Final = Path(__file__).parents[2]
FOLDER: Final = GATEWAY / "papers" / "fonts"
FAMILY: Final = "Ilgam Sans"
WEIGHTS: Final = ("Regular", "Bold")
FEATURES: Final = ("ccmp", "kern", "liga", "tnum", "mark", "mkmk")
FAMILY_NAMES: Final = frozenset({1, 16})
FULL_NAMES: Final = frozenset({3, 4})
POSTSCRIPT_NAME: Final = 6
SYLLABLES: Final = range(0xAC00, 0xD7A4)
JAMO: Final = (range(0x1100, 0x1200), range(0x3130, 0x3190))
# Latin with its accents, Greek, Cyrillic, punctuation, currency, arrows: what names and texts are written with.
SIGNS: Final = (
    range(0x20, 0x250),
    range(0x370, 0x400),
    range(0x400, 0x460),
    range(0x1E00, 0x1F00),
    range(0x2000, 0x2200),
)


def cut(source: Path, weight: str, characters: Iterable[int]) -> None:
    """Writes a font with those characters alone."""
    font = TTFont(source / f"PretendardGOV-{weight}.otf")
    options = Options(layout_features=list(FEATURES), hinting=False, desubroutinize=False, name_IDs=["*"])
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=set(characters) & set(font.getBestCmap()))
    subsetter.subset(font)
    for record in font["name"].names:
        if record.nameID in FAMILY_NAMES:
            record.string = FAMILY
        elif record.nameID in FULL_NAMES:
            record.string = f"{FAMILY} {weight}"
        elif record.nameID == POSTSCRIPT_NAME:
            record.string = f"IlgamSans-{weight}"
    compact = font["CFF "].cff
    compact.fontNames = [f"IlgamSans-{weight}"]
    top = compact.topDictIndex[0]
    top.FamilyName, top.FullName = FAMILY, f"{FAMILY} {weight}"
    font.save(FOLDER / f"ilgam-sans-{weight.lower()}.otf")


def main() -> None:
    """Writes the files."""
    source = Path(sys.argv[1])
    signs = set().union(*SIGNS)
    cut(source, "Regular", signs.union(SYLLABLES, *JAMO))
    korean = {
        ord(sign)
        for file in sorted((GATEWAY / "i18n").glob("*/exams.json"))
        for sign in file.read_text(encoding="utf-8")
        if ord(sign) in SYLLABLES
    }
    cut(source, "Bold", signs | korean)


if __name__ == "__main__":
    main()
