"""A real browser that watches what pages must never do: errors, other origins, sideways scrolling."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Page, Request, Response, WebError

from tests.support.market import PASSWORD, Person
from tests.support.site import Site

INSTALL = "apt-get install chromium-headless-shell fonts-noto-cjk, or set ILGAM_CHROMIUM"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP, PHONE = (1280, 800), (320, 700)
_AXE = Path("services/gateway/web/node_modules/axe-core/axe.min.js")
_AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_AXE_RUN = """async (only) => {
  const found = await axe.run(document, {runOnly: only, resultTypes: ["violations"]});
  return found.violations.flatMap((one) =>
    one.nodes.map((node) => `${one.id} (${one.impact}): ${node.target} ${node.html.slice(0, 160)}`));
}"""
# Chromium drops keys that come before a page's first frame, as nobody could have meant what they did not see.
_PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null))))"
_ERROR_STATUS = 500


def chromium_path() -> str | None:
    """The browser to drive; None where there is none. The one without windows takes half the time."""
    found = (shutil.which(name) for name in ("chromium-headless-shell", "chromium", "chromium-browser"))
    return os.environ.get("ILGAM_CHROMIUM") or next(filter(None, found), None)


@cache
def _axe_script() -> str:
    """Evaluated from outside, where the pages' content security policy does not reach."""
    return _AXE.read_text(encoding="utf-8")


@dataclass
class Guard:
    """Hears what the pages of a context do that they must not.

    Attributes:
        origin: the only one that may be asked.
        expected: parts of what a test wants to go wrong, such as "422" or "ERR_INTERNET_DISCONNECTED".
        faults: what went wrong.
    """

    origin: str
    expected: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """Hears all pages of a context, those to come too."""
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)
        context.on("response", self._response)

    def expects(self, *parts: str) -> None:
        """Says that something is meant to go wrong in this test."""
        self.expected |= set(parts)

    def _fault(self, text: str) -> None:
        if not any(part in text for part in self.expected):
            self.faults.append(text)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._fault(f"console {message.type}: {message.text} {message.location.get('url', '')}")

    def _error(self, error: WebError) -> None:
        self._fault(f"script: {error.error}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.faults.append(f"asks another origin: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= _ERROR_STATUS:
            self._fault(f"answer {response.status}: {response.url}")


@dataclass
class Visitor:
    """Somebody at a browser of their own."""

    site: Site
    context: BrowserContext
    page: Page
    guard: Guard
    has_script: bool = True

    async def sign_in(self, person: Person) -> None:
        """Signs in without the page, which has tests of its own."""
        await self.sign_in_as(person.email, PASSWORD)

    async def sign_in_as(self, email: str, password: str) -> None:
        """Signs in with an address and a password."""
        asks = self.context.request
        shown = await asks.get("/sign-in")
        text = await shown.text()
        mark = re.search(r'name="mark" value="([^"]+)"', text)
        assert mark is not None, f"{shown.status} {shown.url} {shown.headers} {text[:500]}"
        form: dict[str, str | float | bool] = {"mark": mark[1], "email": email, "password": password, "next": "/look"}
        answer = await asks.post("/sign-in", form=form, max_redirects=0)
        assert answer.status == 303, await answer.text()

    async def look(
        self, language: str = "ko", text_size: int = 2, *, high_contrast: bool = False, single_keys_off: bool = False
    ) -> None:
        """Chooses how pages look in this browser."""
        value = f"{language}.{text_size}.{int(high_contrast)}.{int(single_keys_off)}"
        await self.context.add_cookies([{"name": "ilgam_look", "value": value, "url": self.site.web_url}])

    async def go(self, path: str, status: int = 200) -> None:
        """Opens a page, which must answer with that status."""
        if status >= 400:
            self.guard.expects(f"status of {status}")
        answer = await self.page.goto(path)
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}"
        if self.has_script:
            await self.page.evaluate(_PAINTED)

    async def back(self) -> None:
        """Goes back as the browser's button does, once the page in view has come: Chromium refuses to in between."""
        await self.page.wait_for_load_state()
        if self.has_script:
            await self.page.evaluate(_PAINTED)
        await self.page.go_back()

    def at(self) -> str:
        """The path that the page is at."""
        return urlsplit(self.page.url).path

    async def problems(self) -> list[str]:
        """What the page in view does wrong for people: axe's findings, and sideways scrolling."""
        return [*await self.axe(), *await self.overflow()]

    async def axe(self, *, colours_only: bool = False) -> list[str]:
        """Violations of accessibility rules in the page; of those about colours alone where nothing else differs."""
        return await axe(self.page, colours_only=colours_only)

    async def overflow(self) -> list[str]:
        """How far the page is wider than the window, with what sticks out."""
        return await overflow(self.page)


async def axe(page: Page, *, colours_only: bool = False) -> list[str]:
    """Violations of accessibility rules in a page; of those about colours alone where nothing else differs."""
    await page.evaluate(_axe_script())
    only = {"type": "rule", "values": ["color-contrast"]} if colours_only else {"type": "tag", "values": _AXE_TAGS}
    found: list[str] = await page.evaluate(_AXE_RUN, only)
    return found


async def overflow(page: Page) -> list[str]:
    """How far a page is wider than the window, with what sticks out."""
    found: list[str] = await page.evaluate(_OVERFLOW)
    return found


_OVERFLOW = """() => {
  const over = document.documentElement.scrollWidth - innerWidth;
  if (over <= 0) return [];
  const out = [...document.querySelectorAll("main *, header *, footer *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".scrolls"))
    .slice(0, 4).map((one) => one.outerHTML.slice(0, 120));
  return [`wider than the window by ${over} px: ${out.join(" | ")}`];
}"""
