"""Hands on a keyboard and nothing else: they find what they want with Tab, and must always see where they are."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.async_api import Locator, Page

_TABS_MAX = 120
# The focus is seen when what has it, or the label around it, wears an outline inside the window.
_SEEN = """() => {
  const at = document.activeElement;
  if (at === null || at === document.body) return "nothing has the focus";
  const label = at.closest("label");
  const outlined = [at, label].filter(Boolean).some((one) => {
    const style = getComputedStyle(one);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  });
  const box = (label ?? at).getBoundingClientRect();
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return outlined && inside ? "" : `the focus is not seen on ${at.outerHTML.slice(0, 160)}`;
}"""


@dataclass
class Hands:
    """Somebody who uses the keyboard alone."""

    page: Page

    async def go_to(self, wanted: Locator) -> None:
        """Tabs until something has the focus, which must be seen at every stop."""
        for _ in range(_TABS_MAX):
            if await wanted.evaluate("(one) => one === document.activeElement"):
                return
            await self.page.keyboard.press("Tab")
            unseen = await self.page.evaluate(_SEEN)
            assert unseen in {"", "nothing has the focus"}, unseen
        raise AssertionError(f"{_TABS_MAX} tabs did not lead to {wanted}")

    async def press(self, wanted: Locator, key: str = "Enter") -> None:
        """Goes to something and presses it."""
        await self.go_to(wanted)
        await self.page.keyboard.press(key)

    async def write(self, wanted: Locator, text: str) -> None:
        """Goes to a field and writes into it, in place of what is there."""
        await self.go_to(wanted)
        await self.page.keyboard.press("Control+a")
        await self.page.keyboard.type(text)
