"""What people are told of their uploads."""

import string

import pytest

from services.gateway.pages.company.data import problem_words
from services.gateway.uploads.problems import Problem, RefusedRow, Wrong
from services.gateway.uploads.report import (
    REFUSED_KEPT_IN_ALL_MAX,
    REFUSED_KEPT_MAX,
    REPORTS_MAX,
    Report,
    Reports,
    Stage,
)
from services.gateway.words import load_words

WORDS = load_words()
ROW = RefusedRow(1, "x", Problem.of(Wrong.NO_TEXT))


def report(name: str, account: str = "me", refused: int = 0, stage: Stage = Stage.DONE) -> Report:
    made = Report(name, account, "job", "file.csv", stage=stage)
    for _ in range(refused):
        made.refuse(ROW)
    return made


@pytest.mark.parametrize("wrong", list(Wrong))
@pytest.mark.parametrize("language", ["ko", "en"])
def test_everything_that_can_be_wrong_has_words(wrong: Wrong, language: str) -> None:
    words = WORDS[language]
    text = str(words.texts[f"company.upload_{wrong.value}"])
    values = {name: 1 for _, name, _, _ in string.Formatter().parse(text) if name}
    assert "{" not in problem_words(words, Problem.of(wrong, **values))


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_rule_that_a_row_breaks_is_said_in_the_readers_words(language: str) -> None:
    words = WORDS[language]

    def said(code: str, **more: str | int) -> str:
        values: dict[str, str | int] = {"place": "$.sheet", "most": 1_000, "answer_rule": "", "mark_no": 0}
        values |= more
        return problem_words(words, Problem.of(Wrong.RULE_BROKEN, rule="in English", code=code, **values))

    assert "$.sheet" in said("rows")
    assert "1,000" in said("rows")
    known = said("gold_answer", answer_rule="crossing", mark_no=2)
    assert words("bench.rule.crossing") in known
    assert "2" in known
    assert "in English" in said("of tomorrow")


def test_the_same_id_of_somebody_else_is_another_upload() -> None:
    reports = Reports()
    mine, theirs = report("one"), report("one", account="somebody else")
    assert reports.begin(mine)
    assert reports.begin(theirs)
    assert reports.find("me", "one") is mine
    assert reports.find("somebody else", "one") is theirs


def test_the_same_form_twice_is_one_upload() -> None:
    reports = Reports()
    assert reports.begin(report("a"))
    assert not reports.begin(report("a"))


def test_nobody_sees_the_upload_of_another() -> None:
    reports = Reports()
    reports.begin(report("a"))
    assert reports.find("me", "a") is not None
    assert reports.find("you", "a") is None


def test_only_the_first_refused_rows_are_kept_but_all_are_counted() -> None:
    full = report("a", refused=REFUSED_KEPT_MAX + 7)
    assert (full.refused, len(full.refused_rows)) == (REFUSED_KEPT_MAX + 7, REFUSED_KEPT_MAX)


def test_old_uploads_make_room_and_one_at_work_stays() -> None:
    reports = Reports()
    reports.begin(report("working", stage=Stage.READING))
    for number in range(REPORTS_MAX + 5):
        reports.begin(report(str(number)))
    assert reports.find("me", "working") is not None
    assert reports.find("me", "0") is None
    assert reports.find("me", str(REPORTS_MAX + 4)) is not None


def test_refused_rows_of_all_uploads_together_are_bounded() -> None:
    reports = Reports()
    many = REFUSED_KEPT_IN_ALL_MAX // REFUSED_KEPT_MAX + 2
    for number in range(many):
        reports.begin(report(str(number), refused=REFUSED_KEPT_MAX))
    kept = [number for number in range(many) if reports.find("me", str(number))]
    assert len(kept) * REFUSED_KEPT_MAX <= REFUSED_KEPT_IN_ALL_MAX
    assert kept[-1] == many - 1
