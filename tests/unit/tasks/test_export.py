"""Lines of results."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tasks.domain.export import ExportedItem, csv_header, csv_line, json_line, safe_cell


def exported(key: str, label: str, known_answer: str = "") -> ExportedItem:
    return ExportedItem(
        key,
        label,
        0.1234567891,
        tie=True,
        known_label=label,
        accepted=1,
        rejected=2,
        pending=3,
        result_sha256="",
        known_answer_json=known_answer,
    )


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_is_run_by_a_spreadsheet(text: str) -> None:
    assert safe_cell(text) == "'" + text


def test_ordinary_cells_stay_as_they_are() -> None:
    assert safe_cell("고양이 = cat") == "고양이 = cat"
    assert safe_cell("") == ""


@given(st.text(max_size=50), st.text(max_size=50))
def test_whatever_is_in_a_key_or_label_the_lines_can_be_read_again(key: str, label: str) -> None:
    item = exported(key, label)
    line = json_line(item, None, None)
    assert line.count("\n") == 1
    assert json.loads(line)["key"] == key
    sheet = csv_header(with_answers=False, with_bodies=False) + csv_line(item, None, None)
    [read] = csv.DictReader(io.StringIO(sheet, newline=""))
    assert (read["key"], read["label"], read["known_label"]) == (safe_cell(key), safe_cell(label), safe_cell(label))
    assert (read["confidence"], read["tie"], read["gold"]) == ("0.123457", "true", "true")


def test_a_result_of_marks_stands_in_the_line_and_in_one_cell_of_the_sheet() -> None:
    marks = [{"control": "who", "type": "span", "label": "사람", "value": {"start": 0, "end": 2, "quote": '"=가'}}]
    result = json.dumps({"schema": "ilgam.annotation/1", "not_sure": False, "results": marks})
    read = json.loads(json_line(exported("k", ""), None, result))
    assert read["result"] == marks
    assert read["known_answer"] is None
    assert "label" not in read
    sheet = csv_header(with_answers=False, with_bodies=True) + csv_line(exported("k", "", result), None, "")
    [row] = csv.DictReader(io.StringIO(sheet, newline=""))
    assert json.loads(row["known_answer"]) == marks
    assert row["result"] == ""
