"""Texts of courses as HTML: what is written is shown, and nothing in it runs."""

import pytest

from services.gateway.markdown import markdown


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "[a](data:text/html,<script>alert(1)</script>)",
        "[a](JaVaScRiPt:alert(1))",
        "![a](https://elsewhere.example/a.png)",
        '<https://a.example/" onclick="alert(1)>',
        "`<b>`",
    ],
)
def test_nothing_that_is_written_runs_or_is_fetched(text: str) -> None:
    html = str(markdown(text))
    assert "<script" not in html
    assert "<img" not in html
    assert "<b>" not in html
    assert 'href="javascript' not in html.lower()
    assert 'href="data:' not in html.lower()
    assert ' onclick="' not in html


def test_what_authors_need_is_there() -> None:
    html = str(
        markdown(
            "## 머리\n\n**굵게** [밖](https://a.example)\n\n- 하나\n\n| 가 | 나 |\n|---|---|\n| 1 | 2 |", tables="표"
        )
    )
    assert "<h2>머리</h2>" in html
    assert "<strong>굵게</strong>" in html
    assert '<a href="https://a.example" rel="noopener noreferrer">' in html
    assert "<li>하나</li>" in html
    assert 'role="region" aria-label="표"><table>' in html


def test_headings_begin_where_the_page_is() -> None:
    assert str(markdown("# 하나\n\n## 둘", headings_from=3)) == "<h3>하나</h3>\n<h4>둘</h4>\n"
