"""What people typed."""

from uuid import UUID

import pytest

from services.gateway.forms import Form, empty_form


@pytest.mark.parametrize(("typed", "number"), [("1200", 1200), ("1,200", 1200), (" 1 200 ", 1200), ("１２", 12)])
def test_a_number_is_read_as_people_type_it(typed: str, number: int) -> None:
    assert empty_form(won=typed).whole_number("won", 1, 2000) == number


@pytest.mark.parametrize("typed", ["", "0", "2001", "12.5", "1e3", "--1", "won", "9" * 30])
def test_what_is_no_number_within_bounds_is_none(typed: str) -> None:
    assert empty_form(won=typed).whole_number("won", 1, 2000) is None


def test_a_lost_request_id_becomes_a_new_one_and_a_given_one_stays() -> None:
    given = "018f3c5e-7a11-7c3e-9d1b-2f6a4c8e0b5d"
    assert empty_form(request_id=given).request_id == given
    assert UUID(empty_form(request_id="garbage").request_id) != UUID(empty_form().request_id)


def test_what_is_kept_over_a_sign_in_holds_nothing_of_ours() -> None:
    form = Form({"mark": "m", "request_id": "r", "title": "고양이"})
    assert form.typed == {"title": "고양이"}
