"""A page with nothing but one island: what it shows and keeps is seen without a site behind it."""

from __future__ import annotations

import asyncio
import json
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypedDict

from playwright.async_api import Browser, BrowserContext, Page, Route

from tests.support.browser import axe, overflow


class Zoomed(TypedDict):
    """A window and how near it is."""

    size: tuple[int, int]
    ratio: float


ORIGIN = "http://island.test"
DESKTOP, PHONE = (1000, 900), (320, 700)
# A window of 1280 x 1600 at 200 %: half as many pixels of the page, each of two of the screen's.
ZOOMED: Zoomed = {"size": (640, 800), "ratio": 2}
_WEB = Path("services/gateway/web")
_TEXTS = Path("services/gateway/i18n")
_STATIC = Path("services/gateway/static")
_ENTRY = """
import { make } from "./src/islands/ISLAND/index";
const data = JSON.parse(document.getElementById("data").textContent);
const say = (key, values = {}) => {
  const text = data.texts[key];
  if (text === undefined) throw new Error("there is no text " + key);
  return (typeof text === "string" ? text : text.other).replace(/\\{(\\w+)\\}/g, (_, name) => `${values[name] ?? ""}`);
};
const island = make({ say });
Object.assign(window, { island, said: [], changes: 0 });
island.addEventListener("say", (event) => window.said.push(event.detail));
island.addEventListener("marks", () => { window.changes += 1; });
document.addEventListener("keydown", (event) => island.press(event));
document.querySelector("main").append(island);
island.show(data.shown).then(() => { document.documentElement.dataset.ready = ""; });
"""


@dataclass
class IslandPage:
    """One island in a browser of its own.

    Attributes:
        context: the browser's.
        page: with the island in it.
        faults: errors of its script.
    """

    context: BrowserContext
    page: Page
    faults: list[str]

    async def marks(self) -> list[dict[str, Any]]:
        """What the island holds."""
        found: list[dict[str, Any]] = await self.page.evaluate("island.marks")
        return found

    async def said(self) -> str:
        """What it said last."""
        return str(await self.page.evaluate("said.at(-1) ?? ''"))

    async def problems(self) -> list[str]:
        """What is wrong with the page for people, and with its script."""
        return [*await axe(self.page), *await overflow(self.page), *self.faults]


async def open_island(
    chromium: Browser,
    name: str,
    shown: dict[str, Any],
    *,
    language: str = "ko",
    size: tuple[int, int] = DESKTOP,
    touch: bool = False,
    ratio: float = 1,
    **look: str,
) -> IslandPage:
    """Opens a page with an island that shows this.

    Args:
        chromium: the browser.
        name: the island's folder.
        shown: as `Shown` of the islands' contract.
        language: of the page.
        size: of the window, in pixels.
        touch: whether there is a finger.
        ratio: pixels of the screen for each of the page.
        look: attributes of the page, such as contrast="high".
    """
    script = await asyncio.to_thread(_script, name)
    context = await chromium.new_context(
        base_url=ORIGIN,
        viewport={"width": size[0], "height": size[1]},
        has_touch=touch,
        device_scale_factor=ratio,
        reduced_motion="reduce",
    )
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    html = _page(name, shown, language, look)

    async def answer(route: Route) -> None:
        if route.request.url.endswith(".js"):
            await route.fulfill(body=script, content_type="text/javascript")
        elif "/static/" in route.request.url:
            await route.fulfill(path=_STATIC / route.request.url.rpartition("/")[2])
        else:
            await route.fulfill(body=html, content_type="text/html; charset=utf-8")

    await context.route("**/*", answer)
    await page.goto("/")
    await page.wait_for_selector("html[data-ready]")
    # Nothing moves any more when a hand aims at it.
    await page.evaluate("document.fonts.ready.then(() => null)")
    return IslandPage(context, page, faults)


@cache
def _script(name: str) -> bytes:

    made = subprocess.run(
        [_WEB.absolute() / "node_modules/.bin/esbuild", "--bundle", "--format=esm", "--target=es2022"],
        input=_ENTRY.replace("ISLAND", name).encode(),
        cwd=_WEB,
        check=True,
        capture_output=True,
        timeout=30,
    )
    return made.stdout


def _page(name: str, shown: dict[str, Any], language: str, look: dict[str, str]) -> str:
    texts = json.loads((_TEXTS / language / f"{name}.json").read_text(encoding="utf-8"))
    data = json.dumps({"texts": texts, "shown": shown}, ensure_ascii=False).replace("<", "\\u003c")
    style = json.loads((_STATIC / "manifest.json").read_text())["main.css"]
    looks = "".join(f' data-{key.replace("_", "-")}="{value}"' for key, value in look.items())
    return (
        f'<!doctype html><html lang="{language}"{looks}><head><meta charset="utf-8"><title>{name}</title>'
        f'<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/static/{style}">'
        f'<link rel="icon" href="data:,"></head><body><main><h1>{name}</h1></main>'
        f'<script type="application/json" id="data">{data}</script><script type="module" src="/island.js"></script>'
        "</body></html>"
    )
