"""Html is made harmless in three places alike: where it comes in, before a browser gets it, and in the browser."""

import json
import re
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from services.labelling.html_text import BLOCKS
from services.labelling.kinds import AnnotationType
from services.labelling.safe_html import TAGS, safe
from services.labelling.schema import parse_label_schema
from services.tasks.domain.item_data import DataError, read_data
from tests.support.hostile import HOSTILE

SCRIPT = Path("services/gateway/web/src/lib/safe-html.ts").read_text(encoding="utf-8")
SCHEMA = parse_label_schema(
    json.dumps(
        {
            "schema": "ilgam.label-config/1",
            "objects": [{"id": "page", "kind": "html", "from": "$.page"}],
            "controls": [{"id": "words", "kind": "span", "on": "page", "labels": [{"value": "name"}]}],
        }
    ),
    AnnotationType.TEXT_SPAN,
)
PIECES = [
    *HOSTILE,
    *(
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "<ul><li>",
        "</ul>",
        "<br>",
        "<pre>\n",
        "</pre>",
        "<table><tr><td>",
        "</table>",
        "<h2>",
    ),
    *("부산 ", "a & b", "&lt;p&gt;", "&amp;", "<!--", "-->", "\n", "𠮷", "<p style='x'>", "<![CDATA[", "</", "<"),
]


def in_script(name: str) -> set[str]:
    """A set of names in the browser's own list."""
    found = re.search(rf"const {name} = new Set\((.*?)\);", SCRIPT, re.DOTALL)
    assert found is not None
    return set(" ".join(re.findall(r'"([^"]*)"', found[1])).split())


def test_the_same_elements_are_kept_here_and_in_the_browser() -> None:
    assert in_script("ALLOWED") == TAGS


def test_blocks_are_the_same_for_python_and_for_the_browser() -> None:
    assert in_script("BLOCKS") == BLOCKS


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@example("<h2><form><button>g<h2>")
@example("<pre>\n\n\n부산</pre>")
def test_what_is_left_is_structure_and_stays_as_it_is(html: str) -> None:
    try:
        clean = json.loads(read_data(json.dumps({"page": html}), SCHEMA).data_json)["page"]
    except DataError:
        return
    assert safe(clean) == clean
    for tag in re.findall(r"<[^>]*>", clean):
        assert re.fullmatch(r"</?[a-z0-9]+( (lang|dir|colspan|rowspan|scope)=\"[^\"<>]*\")*>", tag), tag
        assert re.findall(r"^</?([a-z0-9]+)", tag)[0] in TAGS
