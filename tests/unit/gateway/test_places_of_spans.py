"""Places of marked words mean the same to Python and to the browser: the island's own test reads the same file."""

import json
from pathlib import Path

import pytest

PLACES = json.loads(Path("services/gateway/web/test/span-places.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("place", PLACES, ids=[f"{number}" for number in range(len(PLACES))])
def test_a_quote_is_what_python_slices_and_its_units_are_those_of_utf_16(place: dict[str, object]) -> None:
    text, start, end = str(place["text"]), int(str(place["start"])), int(str(place["end"]))
    assert text[start:end] == place["quote"]
    assert [len(text[:at].encode("utf-16-le")) // 2 for at in (start, end)] == place["units"]
