"""The text of html, as its reader sees it and as spans count in it."""

import json
from pathlib import Path

import pytest

from services.labelling.annotation import text_of_html

CASES = json.loads((Path(__file__).parent / "html_texts.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["html"])
def test_the_text_of_html_is_what_its_reader_sees(case: dict[str, str]) -> None:
    assert text_of_html(case["html"]) == case["text"]


@pytest.mark.parametrize("unread", ["<script>x</script>", "<style>x</style>", "<template><p>x</p></template>"])
def test_what_is_not_shown_of_html_is_not_in_its_text(unread: str) -> None:
    assert text_of_html(f"a{unread}b") == "ab"
