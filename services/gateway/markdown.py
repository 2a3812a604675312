"""Texts of courses as HTML: a small part of Markdown, in which nothing can run and nothing is fetched from elsewhere."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup

_LINKS_TO: Final = "https://"
_SMALLEST_HEADING: Final = 4


def markdown(text: str, *, headings_from: int = 2, tables: str = "") -> Markup:
    """A text as HTML: paragraphs, headings, lists, emphasis, code, quotes, tables, links to https://.

    Args:
        text: what somebody wrote; HTML in it is shown as it is written.
        headings_from: the level that a first heading gets on the page.
        tables: what a table is called to those who listen: wide ones scroll by themselves.
    """
    return Markup(_MARKDOWN.render(text, {"headings_from": headings_from, "tables": tables}))  # noqa: S704 - html is off


def _made() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "html_block", "html_inline"])
    made.validateLink = lambda url: url.startswith(_LINKS_TO)  # type: ignore[method-assign]  # how the library is told
    made.core.ruler.push("levels", _set_levels)
    made.add_render_rule("table_open", _table_open)
    made.add_render_rule("table_close", _table_close)
    made.add_render_rule("link_open", _link_open)
    return made


def _set_levels(state: Any) -> None:  # noqa: ANN401 - the library's own state
    """Headings begin at the level that the page has for them, and leave none out."""
    least = min((int(one.tag[1]) for one in state.tokens if one.type == "heading_open"), default=1)
    shift = state.env["headings_from"] - least
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(_SMALLEST_HEADING, int(token.tag[1]) + shift)}"


def _table_open(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    at: int,
    options: OptionsDict,
    env: MutableMapping[str, Any],
) -> str:
    label = Markup.escape(env["tables"])
    return f'<div class="scrolls" tabindex="0" role="region" aria-label="{label}">{renderer.renderToken(tokens, at, options, env)}'


def _table_close(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    at: int,
    options: OptionsDict,
    env: MutableMapping[str, Any],
) -> str:
    return f"{renderer.renderToken(tokens, at, options, env)}</div>"


def _link_open(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    at: int,
    options: OptionsDict,
    env: MutableMapping[str, Any],
) -> str:
    tokens[at].attrSet("rel", "noopener noreferrer")
    return renderer.renderToken(tokens, at, options, env)


_MARKDOWN: Final = _made()
