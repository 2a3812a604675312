"""Rows that bring whole data, and what a job's schema means for the files that are sent."""

import io
import json

import pytest
from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.gateway.pages.company.kind_form import KINDS, Asked, guided_schema
from services.gateway.pages.company.label_lines import LabelLine
from services.gateway.uploads.data_rows import DataFile, known_answer
from services.gateway.uploads.importing import Target, naming
from services.gateway.uploads.problems import FileError, RefusedRow, Row, Wrong
from services.gateway.uploads.showing import showing_of

MARKS = [{"id": "m", "control": "mark", "type": "cell", "label": "a", "value": {"row": 0, "column": 1}}]


def rows(*lines: object) -> list[Row | RefusedRow]:
    written = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    return list(DataFile(io.BytesIO(written.encode())))


def wrongs(*lines: object) -> list[Wrong]:
    return [row.problem.wrong for row in rows(*lines) if isinstance(row, RefusedRow)]


def target(*, plain: bool = False) -> Target:
    return Target(None, "job", ("text",), {"good": "good"}, plain)  # type: ignore[arg-type]  # nobody is called


def test_a_row_brings_its_data_and_its_known_answer_in_any_of_its_forms() -> None:
    data = {"table": {"columns": ["a", "b"], "rows": [["1", "각"]]}}
    for gold in (MARKS, {"schema": "ilgam.annotation/1", "results": MARKS}):
        [row] = rows({"key": "1", "data": data, "gold": gold})
        assert isinstance(row, Row)
        item = target().item(row)
        assert isinstance(item, pb.ItemRow)
        assert (item.key, json.loads(item.data_json)) == ("1", data)
        assert json.loads(item.gold_answer_json)["results"] == MARKS
    [row] = rows({"key": 7, "data": data, "gold": "good"})
    assert isinstance(row, Row)
    item = target(plain=True).item(row)
    assert isinstance(item, pb.ItemRow)
    assert (item.key, item.gold_label, item.gold_answer_json) == ("7", "good", "")


def test_what_is_no_row_is_refused_with_its_reason() -> None:
    good = {"data": {"text": "x"}}
    assert wrongs(good, "{", {"text": "x"}, {"data": 1}, "[]") == [Wrong.NO_JSON, *[Wrong.NO_DATA] * 3]
    assert wrongs(good, '{"data": {"text": "\\ud800"}}', {"key": "k" * 3000, **good}) == [
        Wrong.LETTERS_BROKEN,
        Wrong.KEY_TOO_LONG,
    ]
    assert wrongs(good, '{"data": {"text": "x", "text": "y"}}') == [Wrong.NAMED_TWICE]
    for whole, wrong in (("[1]", Wrong.JSON_LIST), ("key,text\n1,2", Wrong.NO_JSON)):
        with pytest.raises(FileError) as refused:
            rows(whole)
        assert refused.value.problem.wrong is wrong


@pytest.mark.parametrize("gold", ["좋음", "{}", "1", "[" * 100_000])
def test_what_is_no_annotation_is_no_known_answer(gold: str) -> None:
    assert known_answer(gold) == ""
    refused = target().item(Row(1, "k", "k", gold, data_json="{}"))
    assert isinstance(refused, RefusedRow)
    assert refused.problem.wrong is Wrong.GOLD_BROKEN


def test_rows_of_an_archive_name_its_files_wherever_they_lie() -> None:
    showing = showing_of(guided_schema(Asked(kind="pair", pair_of="image")), KINDS["pair"])
    assert [path for _, path in showing.media] == [("first",), ("second",)]
    stored = {"a.png": "media:1", "b/c.png": "media:2"}
    [row, missing] = rows(
        {"data": {"first": "a.png", "second": "b/c.png"}}, {"data": {"first": "a.png", "second": "d.png"}}
    )
    named = naming(row, showing, stored)
    assert isinstance(named, Row)
    assert json.loads(named.data_json) == {"first": "media:1", "second": "media:2"}
    refused = naming(missing, showing, stored)
    assert isinstance(refused, RefusedRow)
    assert refused.problem.wrong is Wrong.FILE_MISSING


@pytest.mark.parametrize("kind", ["cell", "pair", "segment", "span", "writing"])
def test_the_sample_of_a_job_is_a_row_that_can_be_read(kind: str) -> None:
    showing = showing_of(guided_schema(Asked(kind=kind, lines=(LabelLine("a", "a", ""),))), KINDS[kind])
    [row] = rows(showing.sample)
    assert isinstance(row, Row)


def test_a_known_answer_of_whatever_depth_is_one_or_none() -> None:
    for depth in range(700, 1_010):
        known = known_answer("[" * depth + "]" * depth)
        assert known == "" or json.loads(known)["results"] is not None
    assert known_answer('{"results": [], "results": []}') == ""
