"""What of an answer is kept: one form for what looks the same, exact steps, and not sure only where it is offered."""

import unicodedata
from dataclasses import replace

import pytest

from services.labelling.annotation import AnswerInvalidError, annotation_json, check_answer
from tests.unit.labelling.answers import FACTS, RIGHT, annotation, asking, changed

ALL, PLAIN = asking(), asking("mood")


def test_not_sure_is_refused_where_the_job_does_not_offer_it() -> None:
    sure = replace(PLAIN, not_sure=False)
    with pytest.raises(AnswerInvalidError) as refused:
        check_answer(sure, annotation(RIGHT["mood"], not_sure=True))
    assert (refused.value.mark, refused.value.rule) == ("not_sure", "must be false: this job does not offer it")
    assert not check_answer(sure, annotation(RIGHT["mood"], not_sure=False)).not_sure


def test_the_smallest_step_counts_exactly() -> None:
    fine = replace(ALL, controls=tuple(replace(one, step=1e-300) for one in ALL.controls if one.control_id == "count"))
    assert check_answer(fine, annotation(RIGHT["count"])).marks[0].value == {"number": 1.3}


def test_what_looks_the_same_is_kept_the_same() -> None:
    kept = set()
    for zero, words in ((0, "각"), (-0.0, unicodedata.normalize("NFD", "각"))):
        line = changed("polyline", points=[[zero, 0], [9, zero]])
        given = annotation(changed("rect", x=zero), line, changed("words", text=words))
        kept.add(annotation_json(check_answer(ALL, given, FACTS).marks))
    assert len(kept) == 1
