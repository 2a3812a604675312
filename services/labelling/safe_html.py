"""Html that companies gave, made harmless: structure alone is kept. Links, pictures, forms, styles and scripts go.

Tasks does it at import, the pages once more before a browser gets it, alike, so that places in the text stay.
"""

from __future__ import annotations

from typing import Final

import nh3

TAGS: Final = frozenset(
    [
        "abbr",
        "article",
        "b",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "i",
        "li",
        "main",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "section",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
    ]
)
ATTRIBUTES: Final = {"td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}, "*": {"lang", "dir"}}


def safe(html: str) -> str:
    """The html without anything that acts, loads, links or styles."""
    return nh3.clean(
        html, tags=set(TAGS), attributes={tag: set(names) for tag, names in ATTRIBUTES.items()}, link_rel=None
    )
