"""Turns templates into pages: texts, forms of numbers and times, and addresses of scripts and styles."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.gateway.keys import GROUPS, OF_ISLAND, USUAL, own_keys, shown
from services.gateway.visit import visit_of
from services.gateway.words import LANGUAGES, Words
from services.sdk.demo import DemoSignIn

_HERE: Final = Path(__file__).parent
STATIC: Final = _HERE / "static"
MANIFEST: Final = STATIC / "manifest.json"
STATIC_PATH: Final = "/static"
_SCRIPT_ENDS = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


class Pages:
    """The templates."""

    def __init__(self, words: dict[str, Words], *, demo: Sequence[DemoSignIn] = ()) -> None:
        self.words = words
        self._environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._assets: Mapping[str, str] = json.loads(MANIFEST.read_text(encoding="utf-8"))
        self._environment.globals |= {
            "asset": self.asset,
            "key_of": lambda own, act: shown(own.get(act, USUAL[act])),
            "key_groups": GROUPS,
            "key_groups_of": OF_ISLAND,
            "new_request_id": lambda: str(uuid4()),
            "now_milliseconds": lambda: int(time.time() * 1000),
            "json_block": json_block,
            "languages": LANGUAGES,
            "demo": demo,
        }

    def asset(self, name: str) -> str:
        """Where a script, a style or another file of ours is."""
        return f"{STATIC_PATH}/{self._assets[name]}"

    def page(
        self,
        request: Request,
        template: str,
        status: int = 200,
        /,
        **values: Any,  # noqa: ANN401 - whatever the template shows
    ) -> HTMLResponse:
        """A page; it knows `t` (texts and forms), `person`, `look` and `mark` beside its own values."""
        visit = visit_of(request)
        html = self._environment.get_template(template).render(
            t=visit.words,
            person=visit.person,
            look=visit.look,
            own_keys=own_keys(request, visit.person),
            mark=visit.form_mark,
            unread=visit.unread,
            path=request.url.path,
            here=f"{request.url.path}{'?' + request.url.query if request.url.query else ''}",
            **values,
        )
        return HTMLResponse(html, status)


def json_block(value: object) -> Markup:
    """JSON that may stand in a script element as data: nothing in it can end the element."""
    return Markup(json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_SCRIPT_ENDS))  # noqa: S704 - escaped just here
