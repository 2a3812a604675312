"""What a row may show, object by object, and which known answers it may bring."""

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.labelling.kinds import AnnotationType
from services.labelling.schema import LabelSchema, parse_label_schema
from services.labelling.values import MediaSize
from services.tasks.domain.import_row import (
    ImportRow,
    ImportRules,
    ReadyRow,
    RowRefusal,
    check_row,
    media_named,
    settle_row,
)
from tests.support.pictures import data_url, picture

MEDIA_ID = f"media:{'0a' * 32}.png"
SOUND_ID = f"media:{'0b' * 32}.mp3"
SIZES = {MEDIA_ID: MediaSize(width=100, height=50), SOUND_ID: MediaSize(duration_ms=2_000)}
NO_PICTURE = "data_json: the picture at $.image must be media:<id> (upload it with PutMedia) or a small data:image/..."
LABELS = [{"value": "a"}, {"value": "b"}]


def schema(work: AnnotationType, shown: dict[str, Any], **control: Any) -> LabelSchema:
    asked = {"id": "q", "kind": "choice", "on": "o", **control}
    asked |= {"options": asked.get("options", LABELS)} if asked["kind"] == "choice" else {}
    document = {"schema": "ilgam.label-config/1", "objects": [{"id": "o", **shown}], "controls": [asked]}
    return parse_label_schema(json.dumps(document), work)


PICTURES = schema(AnnotationType.IMAGE_CHOICE, {"kind": "image", "from": "$.image"})
TEXTS = schema(AnnotationType.TEXT_CHOICE, {"kind": "text", "from": "$.image"})
HTML = schema(AnnotationType.TEXT_CHOICE, {"kind": "html", "from": "$.page"})
SPANS = schema(AnnotationType.TEXT_SPAN, {"kind": "text", "from": "$.text"}, kind="span", labels=LABELS)
SHAPES = schema(
    AnnotationType.IMAGE_SHAPE, {"kind": "image", "from": "$.image"}, kind="shape", labels=LABELS, tools=["rect"]
)
SOUNDS = schema(AnnotationType.AUDIO_SEGMENT, {"kind": "audio", "from": "$.sound"}, kind="segment", labels=LABELS)
CELLS = schema(AnnotationType.TABLE_CELL, {"kind": "table", "from": "$.table"}, kind="cell", labels=LABELS)
PAIRS = schema(AnnotationType.PAIR_CHOICE, {"kind": "pair", "of": "text", "from": ["$.one", "$.two"]}, kind="pairwise")


def settled(rules: LabelSchema, data: object, known: dict[str, MediaSize] | None = None, **gold: str) -> ReadyRow | str:
    row = check_row(ImportRow("k", json.dumps(data), **gold), ImportRules(rules, gold_allowed=True))
    ready = settle_row(row, rules, SIZES if known is None else known)
    return ready.words if isinstance(ready, RowRefusal) else ready


def shown(rules: LabelSchema, data: object) -> Any:
    """The data as it is stored."""
    ready = settled(rules, data)
    assert isinstance(ready, ReadyRow), ready
    return json.loads(ready.data_json)


def why(picture_shown: str, known: dict[str, MediaSize] | None = None) -> str:
    ready = settled(PICTURES, {"image": picture_shown}, known or {})
    return "" if isinstance(ready, ReadyRow) else ready


def test_a_stored_picture_of_the_job_is_taken_and_another_is_not() -> None:
    assert why(MEDIA_ID, SIZES) == ""
    assert why(MEDIA_ID).startswith(NO_PICTURE)


def test_pictures_are_looked_up_once_for_all_rows() -> None:
    row = check_row(ImportRow("k", json.dumps({"image": MEDIA_ID})), ImportRules(PICTURES, gold_allowed=True))
    assert media_named([row, row]) == {MEDIA_ID}


@pytest.mark.parametrize(("kind", "subtype"), [("PNG", "png"), ("JPEG", "jpeg"), ("WEBP", "webp"), ("GIF", "gif")])
def test_a_small_picture_can_stand_in_the_row(kind: str, subtype: str) -> None:
    assert why(data_url(picture(kind), subtype)) == ""


@pytest.mark.parametrize(
    "named",
    [
        "https://example.org/a.png",
        "http://127.0.0.1/a.png",
        "//example.org/a.png",
        "/etc/passwd",
        "javascript:alert(1)",
        "data:image/svg+xml;base64,PHN2Zy8+",
        "data:text/html;base64,PHN2Zy8+",
        data_url(picture(), "jpeg"),
        data_url(b"<svg/>"),
        data_url(picture()) + "!",
        data_url(picture()) + "\n",
        data_url(picture() + bytes(64 * 1024)),
        "data:image/png;base64,",
        "media:",
        MEDIA_ID + "\x00",
        MEDIA_ID + "\n",
        MEDIA_ID.upper(),
        f"media:../{'0a' * 32}.png",
    ],
)
def test_anything_else_is_no_picture(named: str) -> None:
    assert why(named, SIZES).startswith(NO_PICTURE)


def test_a_text_job_shows_texts_whatever_they_say() -> None:
    assert shown(TEXTS, {"image": "https://example.org"}) == {"image": "https://example.org"}


def test_where_marks_are_made_a_picture_is_a_stored_one_whose_size_is_known() -> None:
    assert isinstance(settled(SHAPES, {"image": MEDIA_ID}), ReadyRow)
    assert "not where marks are made on it" in str(settled(SHAPES, {"image": data_url(picture())}))


def test_a_file_is_of_the_kind_that_is_shown() -> None:
    assert isinstance(settled(SOUNDS, {"sound": SOUND_ID}), ReadyRow)
    assert settled(SOUNDS, {"sound": MEDIA_ID}) == ("data_json: $.sound must be a sound, and is another kind of file")
    assert "a sound at $.sound must be media:<id> of this job" in str(
        settled(SOUNDS, {"sound": "data:audio/wav;base64,"})
    )


@pytest.mark.parametrize(
    "text",
    ["👨‍👩‍👧‍👦 가족", "𠮷野家", "\u202eشالوم\u202c 안녕", "각" * 9, "e\u0301", "🇰🇷👍🏽", "a\tb\n\nc"],
)
def test_rare_letters_are_kept_and_made_one_form(text: str) -> None:
    assert shown(SPANS, {"text": text}) == {"text": unicodedata.normalize("NFC", text)}
    assert shown(SPANS, {"text": unicodedata.normalize("NFD", text)}) == {"text": unicodedata.normalize("NFC", text)}


@given(st.text(st.characters(exclude_characters="\x00\r", exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_any_text_is_stored_in_nfc_and_once_only(text: str) -> None:
    once = shown(SPANS, {"text": text})
    assert once == {"text": unicodedata.normalize("NFC", text)}
    assert shown(SPANS, once) == once


def test_line_ends_are_what_browsers_count() -> None:
    assert shown(SPANS, {"text": "a\r\nb\rc"}) == {"text": "a\nb\nc"}


def test_what_is_no_letter_is_refused_in_words() -> None:
    assert settled(SPANS, {"text": "a\x00b"}) == "data_json: the text at $.text holds a NUL character"
    assert settled(SPANS, {"text": "\ud83d alone"}) == "data_json: holds half a character (a lone surrogate)"


@pytest.mark.parametrize(
    ("data_json", "words"),
    [
        ('{"text": "\u1100\u1161", "note": "\\ud800"}', "holds half a character (a lone surrogate)"),
        ('{"text": "a", "n": NaN}', "holds NaN, which is not a number"),
        ('{"text": "a", "text": "b"}', "names something twice in one object"),
    ],
)
def test_data_that_two_readers_could_take_for_two_things_is_refused(data_json: str, words: str) -> None:
    checked = check_row(ImportRow("k", data_json), ImportRules(SPANS, gold_allowed=True))
    assert settle_row(checked, SPANS, {}) == RowRefusal(f"data_json: {words}", "no_json")


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<svg onload=alert(1)><desc>x</desc></svg>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<form action=/x><input name=a><button>b</button></form>",
    "<meta http-equiv=refresh content='0;url=//evil'>",
    "<style>*{background:url(//evil)}</style>",
    "<p style='background:url(//evil)' onclick=x class=main id=main>p</p>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>x</script></template>",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_of_html_only_structure_is_kept(hostile: str) -> None:
    kept = shown(HTML, {"page": f"<h2>공지</h2>{hostile}<p>끝</p>"})["page"]
    assert kept.startswith("<h2>공지</h2>")
    for bad in ("<script", "<img", "<svg", "<iframe", "<form", "<meta", "<style", " style=", " on", "href", "class="):
        assert bad not in kept.replace("&lt;", "")


def test_html_that_nobody_can_read_is_refused() -> None:
    assert "nothing of the html at $.page can be read" in str(settled(HTML, {"page": "<script>x</script>"}))


def table(columns: int, rows: int, cell: object = "x") -> dict[str, Any]:
    return {"table": {"columns": [f"c{n}" for n in range(columns)], "rows": [[cell] * columns for _ in range(rows)]}}


def test_a_table_is_taken_as_far_as_pages_can_show_it() -> None:
    assert isinstance(settled(CELLS, table(100, 20)), ReadyRow)
    assert settled(CELLS, table(1_000, 1)) == (
        "data_json: the table at $.table has 1,000 columns; pages can show 1 to 100"
    )
    assert "1,001 rows; pages can show 1 to 1,000" in str(settled(CELLS, table(1, 1_001)))
    assert "$.table.rows[0][0] must be a text of at most 2,000 characters" in str(
        settled(CELLS, table(1, 1, "x" * 2_001))
    )
    assert "$.table.rows[0][0] must be a text" in str(settled(CELLS, table(2, 1, 7)))
    ragged = {"table": {"columns": ["a", "b"], "rows": [["1", "2"], ["1"]]}}
    assert settled(CELLS, ragged) == "data_json: $.table.rows[1] must hold 2 cells, one for each column"
    assert shown(CELLS, table(1, 1, "각")) == table(1, 1, "각")


def test_a_pair_shows_two() -> None:
    assert shown(PAIRS, {"one": "a", "two": "b"}) == {"one": "a", "two": "b"}
    assert settled(PAIRS, {"one": "a"}) == "data_json: needs a text at $.two"


def known(start: int, end: int, quote: str) -> str:
    mark = {"id": "m", "control": "q", "type": "span", "label": "a"}
    return json.dumps({"results": [mark | {"value": {"start": start, "end": end, "quote": quote}}]})


def test_a_known_answer_is_checked_against_its_item_and_stored_in_one_form() -> None:
    ready = settled(SPANS, {"text": "서울 시청"}, gold_answer_json=known(0, 2, "서울"))
    assert isinstance(ready, ReadyRow)
    assert ready.gold
    assert json.loads(ready.gold_answer_json)["results"][0]["value"] == {"start": 0, "end": 2, "quote": "서울"}
    assert str(settled(SPANS, {"text": "서울 시청"}, gold_answer_json=known(0, 2, "시청"))).startswith(
        "gold_answer_json: results[0].value.quote must be"
    )
    assert "results[0].value.end" in str(settled(SPANS, {"text": "서울"}, gold_answer_json=known(0, 9, "서울")))


def test_a_plain_choice_takes_a_known_label_either_way() -> None:
    plain = json.dumps({"results": [{"control": "q", "type": "choice", "value": {"choices": ["b"]}}]})
    for ready in (
        settled(TEXTS, {"image": "x"}, gold_label="b"),
        settled(TEXTS, {"image": "x"}, gold_answer_json=plain),
    ):
        assert isinstance(ready, ReadyRow)
        assert (ready.gold, ready.gold_label, ready.gold_answer_json) == (True, "b", "")
    assert "not both" in str(settled(TEXTS, {"image": "x"}, gold_label="b", gold_answer_json=plain))
    assert "give gold_answer_json" in str(settled(SPANS, {"text": "x"}, gold_label="b"))


OPTIONS = [{"value": one, "ko": one, "en": one, "image": f"$.{one}"} for one in ("a", "b")]
CHOICES = schema(AnnotationType.IMAGE_CHOICE, {"kind": "image", "from": "$.image"}, options=OPTIONS)
INLINE = data_url(picture("PNG"))


def test_the_pictures_of_options_are_pictures_of_the_job_or_small_ones() -> None:
    assert shown(CHOICES, {"image": MEDIA_ID, "a": MEDIA_ID, "b": INLINE})["b"] == INLINE


@pytest.mark.parametrize(
    "held",
    [None, "", 7, "a.png", SOUND_ID, MEDIA_ID.replace("0a", "0c"), "data:image/svg+xml;base64,PHN2Zy8+", ["x"]],
)
def test_an_option_without_its_picture_is_refused_by_the_place(held: object) -> None:
    refused = settled(CHOICES, {"image": MEDIA_ID, "a": held, "b": MEDIA_ID})
    assert isinstance(refused, str)
    assert "$.a" in refused
