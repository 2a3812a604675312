"""Files of rows as people really send them, and as nobody should."""

import io
import json
import unicodedata

import pytest

from services.gateway.uploads.lines import LINE_LETTERS_MAX
from services.gateway.uploads.problems import FileError, RefusedRow, Row, Wrong
from services.gateway.uploads.rows import TEXT_BYTES_MAX, RowFile, write_csv_line

CSV = "key,text,gold\r\n1,배송이 빨라요,긍정\r\n2,또 살게요,\r\n"
ROWS = [Row(2, "1", "배송이 빨라요", "긍정"), Row(3, "2", "또 살게요")]


def read(content: bytes, column: str = "") -> list[Row | RefusedRow]:
    return list(RowFile(io.BytesIO(content), column))


def wrong_with(content: bytes, column: str = "") -> Wrong:
    with pytest.raises(FileError) as caught:
        read(content, column)
    return caught.value.problem.wrong


def refused(content: bytes, column: str = "") -> list[tuple[int, Wrong]]:
    return [(row.line, row.problem.wrong) for row in read(content, column) if isinstance(row, RefusedRow)]


@pytest.mark.parametrize(
    ("encoding", "label"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("cp949", "CP949(EUC-KR)"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
    ],
)
def test_a_file_is_read_in_the_letters_that_it_is_written_in(encoding: str, label: str) -> None:
    content = CSV.encode(encoding)
    assert read(content) == ROWS
    assert RowFile(io.BytesIO(content)).encoding.label == label


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_cells_are_told_apart_as_spreadsheets_write_them(delimiter: str, end: str) -> None:
    assert read(CSV.replace(",", delimiter).replace("\r\n", end).encode()) == ROWS


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"", Wrong.EMPTY),
        (b"\xef\xbb\xbf", Wrong.EMPTY),
        (b"\r\n \r\n", Wrong.EMPTY),
        (b"\x00" * 100, Wrong.EMPTY),
        ("日本語のテキスト".encode("euc-jp") * 9, Wrong.LETTERS_UNKNOWN),
        ("text\ncafé crème".encode("latin-1"), Wrong.LETTERS_UNKNOWN),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, Wrong.LETTERS_UNKNOWN),
        (b"PK\x03\x04....xl/workbook.xml", Wrong.SPREADSHEET),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Wrong.SPREADSHEET),
        (b"PK\x03\x04....a.png", Wrong.IS_ARCHIVE),
        (b'[{"text": "a"}]', Wrong.JSON_LIST),
        (b'{\n  "text": "a"\n}', Wrong.NO_JSON),
        (b"text,TEXT\na,b", Wrong.COLUMN_TWICE),
        (b"key,gold\n1,a", Wrong.COLUMN_MISSING),
    ],
)
def test_what_is_no_table_of_texts_is_refused_as_what_it_is(content: bytes, wrong: Wrong) -> None:
    assert wrong_with(content) == wrong


def test_a_missing_column_is_named_with_those_that_were_found() -> None:
    with pytest.raises(FileError) as caught:
        read("번호,문장\n1,가".encode(), "본문")
    assert dict(caught.value.problem.values) == {"column": "본문", "found": "번호, 문장"}


def test_a_column_is_found_by_its_name_or_is_the_first_that_is_nothing_else() -> None:
    assert read("번호,후기\n1,가".encode(), " 후기 ")[0] == Row(2, "가", "가")
    assert read(b"KEY,Comment\n1,a")[0] == Row(2, "1", "a")
    assert read("번호,문장\n1,가".encode())[0] == Row(2, "가", "가")


def test_hangul_from_a_mac_is_the_same_hangul() -> None:
    decomposed = unicodedata.normalize("NFD", CSV).encode()
    assert decomposed != CSV.encode()
    assert read(decomposed) == ROWS


def test_rows_with_other_cells_than_the_header_are_refused_by_their_line() -> None:
    content = "key,text\n1,가\n2\n3,다,라\n\n4,마,,\n".encode()
    assert refused(content) == [(3, Wrong.CELLS), (4, Wrong.CELLS)]
    assert [row.line for row in read(content) if isinstance(row, Row)] == [2, 6]


def test_a_line_is_where_the_row_begins_even_after_cells_of_several_lines() -> None:
    assert read(b'text\n"a\nb\nc"\nd\n') == [Row(2, "a\nb\nc", "a\nb\nc"), Row(5, "d", "d")]


def test_rows_without_text_or_with_letters_that_nobody_can_keep_are_refused() -> None:
    content = (
        b'{"key":"1","text":" "}\n{"key":"2","text":"a\\u0000"}\n{"key":"3","text":"\\ud800"}\n{"text":[1]}\n[]\nx\n'
        b'{"text":"a","text":"b"}\n'
    )
    assert [wrong for _, wrong in refused(content)] == [
        Wrong.NO_TEXT,
        Wrong.LETTERS_BROKEN,
        Wrong.LETTERS_BROKEN,
        Wrong.NO_TEXT,
        Wrong.NO_JSON,
        Wrong.NO_JSON,
        Wrong.NAMED_TWICE,
    ]


def test_a_row_of_a_table_with_keys_needs_its_own() -> None:
    assert refused(b"key,text\n,a") == [(2, Wrong.NO_KEY)]
    assert refused(b"key,text\n" + b"k" * 2001 + b",a") == [(2, Wrong.KEY_TOO_LONG)]


def test_without_keys_the_same_text_has_the_same_key_and_long_ones_stay_apart() -> None:
    first, again, other = (row.key for row in read(f"text\n{'가' * 300}\n{'가' * 300}\n{'가' * 301}".encode()))  # type: ignore[union-attr]
    assert first == again != other
    assert len(first) < 200


def test_lines_of_json_may_differ_in_what_they_hold() -> None:
    content = '{"text":"가"}\n\n{"text":"나","key":"k","gold":"긍정"}\n{"text":7}'.encode()
    assert read(content) == [Row(1, "가", "가"), Row(3, "k", "나", "긍정"), Row(4, "7", "7")]


def test_a_script_and_a_formula_are_plain_text_and_quoted_in_what_we_write() -> None:
    rows = read(b'key,text\n1,<script>alert(1)</script>\n2,"=HYPERLINK(""http://x"",""y"")"')
    assert [row.text for row in rows if isinstance(row, Row)] == [
        "<script>alert(1)</script>",
        '=HYPERLINK("http://x","y")',
    ]
    assert write_csv_line(["=1+1", " =2", "-2", "@x", "+3", "a,b", "\tc"]) == "'=1+1,' =2,'-2,'@x,'+3,\"a,b\",'\tc\r\n"


def test_a_text_longer_than_an_item_is_refused_and_the_next_row_is_read() -> None:
    content = b"text\n" + b"a" * (TEXT_BYTES_MAX + 1) + b"\nb"
    assert refused(content) == [(2, Wrong.TEXT_TOO_LONG)]
    assert read(content)[1] == Row(3, "b", "b")


def test_a_file_of_one_endless_line_is_not_held_in_memory() -> None:
    assert wrong_with(b"text\n" + b"a" * (LINE_LETTERS_MAX + 2)) == Wrong.LINE_TOO_LONG
    assert wrong_with(b"a" * (LINE_LETTERS_MAX + 2)) == Wrong.LINE_TOO_LONG


def test_a_forgotten_quote_does_not_swallow_the_file_without_end() -> None:
    few = read(b'text\n"never closed\n' + b"x\n" * 10)
    assert few == [Row(2, few[0].key, "never closed\n" + "x\n" * 9 + "x")]  # type: ignore[union-attr]
    assert wrong_with(b'text\n"' + b'","\n' * 300_000) == Wrong.LINE_TOO_LONG


def test_rows_nested_beyond_reason_are_refused_one_by_one() -> None:
    deep = b"[" * 100_000
    assert refused(b'{"text":"a"}\n{"text":' + deep + b"\n" + json.dumps({"text": "b"}).encode()) == [
        (2, Wrong.NO_JSON)
    ]
