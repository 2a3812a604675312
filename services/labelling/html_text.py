"""The text of an html document as its reader sees it; spans on html are counted in it.

The rule, kept alike by the island that shows it (services/labelling/README.md): texts in the document's order, as they
are; where a block begins or ends, and something was read that does not end with a line end, one line end; each <br> a
line end; of head, script, style, template, title, textarea and noscript nothing.
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Final

BLOCKS: Final = frozenset(
    {
        *("address", "article", "aside", "blockquote", "body", "caption", "dd", "details", "dialog", "div", "dl", "dt"),
        *("fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup"),
        *("hr", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th"),
        *("thead", "tr", "ul"),
    }
)
UNREAD: Final = frozenset(["head", "noscript", "script", "style", "template", "textarea", "title"])


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._read: list[str] = []
        self._unread: list[str] = []

    @property
    def text(self) -> str:
        return "".join(self._read)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - html.parser's
        if tag in UNREAD:
            self._unread.append(tag)
        if self._unread:
            return
        if tag == "br":
            self._read.append("\n")
        elif tag in BLOCKS:
            self._break()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A browser knows no self-closing element but those that are always empty."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._unread:
            if tag == self._unread[-1]:
                self._unread.pop()
        elif tag in BLOCKS:
            self._break()

    def handle_data(self, data: str) -> None:
        if data and not self._unread:
            self._read.append(data)

    def _break(self) -> None:
        if self._read and not self._read[-1].endswith("\n"):
            self._read.append("\n")


def text_of_html(html: str) -> str:
    """The text of a sanitised html document; line ends are LF."""
    reader = _Reader()
    reader.feed(html.replace("\r\n", "\n").replace("\r", "\n"))
    reader.close()
    return reader.text
