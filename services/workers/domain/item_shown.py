"""Whether the data of a practice or exam item holds what its label schema shows."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from services.labelling.html_text import text_of_html
from services.labelling.kinds import ControlKind, ObjectKind
from services.labelling.safe_html import safe
from services.labelling.schema import LabelSchema
from services.labelling.values import ShownObject
from services.workers.domain.course_parts import Names
from services.workers.domain.places import Place

TEXT_LENGTH_MAX: Final = 10_000
INLINE_LENGTH_MAX: Final = 64 * 1024
COLUMNS_MAX: Final = 100
ROWS_MAX: Final = 1_000
CELL_LENGTH_MAX: Final = 2_000

_INLINE = re.compile(r"data:image/(png|jpeg|webp|gif);base64,[A-Za-z0-9+/]+={0,2}")
_FILES: Final = {ObjectKind.IMAGE: "picture", ObjectKind.AUDIO: "sound", ObjectKind.VIDEO: "video"}


def check_shown(data: Place, schema: LabelSchema, names: Names) -> None:
    """Checks what an item's data holds, and notes the files that it names.

    Raises:
        PlaceError: naming the first place that is wrong.
    """
    spanned = {control.on for control in schema.controls if control.kind is ControlKind.SPAN}
    for shown in schema.objects:
        for path in shown.paths:
            held = data
            for name in path:
                held = held.at(name)
            _check(held, shown, names)
            if shown.object_id in spanned:
                _check_countable(held)
    for path in schema.option_pictures:
        held = data
        for name in path:
            held = held.at(name)
        _check_file(held, ObjectKind.IMAGE, names)


def _check(held: Place, shown: ShownObject, names: Names) -> None:
    kind = shown.pair_of or shown.kind
    if kind is ObjectKind.TEXT:
        held.text(TEXT_LENGTH_MAX)
    elif kind is ObjectKind.TABLE:
        _check_table(held)
    elif kind is ObjectKind.HTML:
        _check_html(held)
    else:
        _check_file(held, kind, names)


def _check_file(held: Place, kind: ObjectKind, names: Names) -> None:
    if not (kind is ObjectKind.IMAGE and _is_inline(held.value)):
        names.add(held, _FILES[kind])


def _check_html(held: Place) -> None:
    """Html is shown as it is kept: what a page would leave out is refused, so that places in its text stay."""
    if safe(held.text(TEXT_LENGTH_MAX)) != held.value:
        rule = "must be html of structure alone, well formed: no links, pictures, forms, styles or scripts"
        raise held.wrong(rule, "html")
    if not text_of_html(held.value).strip():
        raise held.wrong("holds html without a text", "html_empty")


def _check_countable(held: Place) -> None:
    """Places in a text are counted in it as it is shown: composed, and with line ends as browsers count them."""
    if not unicodedata.is_normalized("NFC", held.value) or "\r" in held.value:
        rule = "must be in NFC (composed Hangul) with plain line ends (LF), as places in it are counted"
        raise held.wrong(rule, "countable")


def _is_inline(value: object) -> bool:
    return isinstance(value, str) and len(value) <= INLINE_LENGTH_MAX and _INLINE.fullmatch(value) is not None


def _check_table(held: Place) -> None:
    held.knows("columns", "rows")
    columns = list(held.at("columns").each(1, COLUMNS_MAX))
    cells = [*columns]
    for row in held.at("rows").each(1, ROWS_MAX):
        cells += row.each(len(columns), len(columns))
    for cell in cells:
        if not isinstance(cell.value, str) or len(cell.value) > CELL_LENGTH_MAX:
            rule = f"must be a text of at most {CELL_LENGTH_MAX:,} characters"
            raise cell.wrong(rule, "cell", most=CELL_LENGTH_MAX)
