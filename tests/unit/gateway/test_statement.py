"""A worker's money by days, and the same as a file for spreadsheets."""

import csv
import io
from datetime import UTC, datetime

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from ilgam.payments.v1 import payments_service_pb2 as pb

from services.gateway.pages.work.statement import csv_line, csv_time, days_of, safe_cell

# Newest first: half past midnight in Seoul on the 23rd, then the 22nd.
AFTER_MIDNIGHT = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
BEFORE_MIDNIGHT = datetime(2026, 11, 22, 14, 59, tzinfo=UTC)
MORNING = datetime(2026, 11, 22, 1, tzinfo=UTC)


def line(at: datetime, amount_krw: int, answer_id: str = "a", revision: int = 1) -> pb.StatementLine:
    time = Timestamp()
    time.FromDatetime(at)
    return pb.StatementLine(
        line_time=time,
        kind=pb.JOURNAL_KIND_PAY,
        answer_id=answer_id,
        amount_krw=amount_krw,
        revision=revision,
    )


LINES = [line(AFTER_MIDNIGHT, 40, "c"), line(BEFORE_MIDNIGHT, 30, "b"), line(MORNING, 30, "a")]


def test_days_begin_at_midnight_in_seoul() -> None:
    days = days_of(LINES, begins_list=True, ends_list=True)
    assert [[one.line.answer_id for one in day.lines] for day in days] == [["c"], ["b", "a"]]
    assert [day.sum_krw for day in days] == [40, 60]


@pytest.mark.parametrize(
    ("begins_list", "ends_list", "sums"),
    [(False, True, [None, 60]), (True, False, [40, None]), (False, False, [None, None])],
)
def test_a_day_that_goes_on_over_the_page_has_no_sum(
    *, begins_list: bool, ends_list: bool, sums: list[int | None]
) -> None:
    assert [day.sum_krw for day in days_of(LINES, begins_list=begins_list, ends_list=ends_list)] == sums


def test_won_taken_back_and_given_again_are_corrections_and_count_in_the_sum() -> None:
    lines = [
        line(BEFORE_MIDNIGHT, 30, "a", revision=3),
        line(BEFORE_MIDNIGHT, -30, "a", revision=2),
        line(MORNING, 30, "a", revision=1),
        line(MORNING, 30, "late", revision=2),
    ]
    [day] = days_of(lines, begins_list=True, ends_list=True)
    assert [one.name for one in day.lines] == ["correction", "correction", "pay", "pay"]
    assert day.sum_krw == 60


@pytest.mark.parametrize("text", ["=1+1", "+82", "-1", "@cmd", "\t=1", "\r=1", "\n=1", "  =1", '=HYPERLINK("x")'])
def test_a_text_that_a_spreadsheet_would_run_is_quoted(text: str) -> None:
    assert safe_cell(text) == f"'{text}"
    [row] = csv.reader(io.StringIO(csv_line([text]), newline=""))
    assert row == [f"'{text}"]


@pytest.mark.parametrize("text", ["", "상품평 가리기", "a=1", 'say "x", then y', "두\n줄"])
def test_other_texts_arrive_as_they_are(text: str) -> None:
    assert next(csv.reader(io.StringIO(csv_line([text, "end"]), newline=""))) == [text, "end"]


def test_won_taken_back_stay_a_number() -> None:
    assert csv_line(["정정", -30]) == "정정,-30\r\n"


def test_times_in_the_file_are_korean() -> None:
    assert csv_time(line(AFTER_MIDNIGHT, 1)) == "2026-11-23 00:30:00"
