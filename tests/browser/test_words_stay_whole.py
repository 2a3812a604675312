"""The largest text on a phone: the words that people act on are not cut into letters."""

import pytest

from tests.browser.conftest import Arrive
from tests.browser.programmes_places import cohort, programme
from tests.support.browser import PHONE
from tests.support.market import Market

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Words up to this length fit into a line of the largest text at 320 px.
_FITTING_LETTERS = 5
_CUT_WORDS = """(letters) => {
  const cut = [];
  for (const one of document.querySelectorAll("main .button, main dt, main .summary-of-errors li")) {
    const walk = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      if (node.parentElement.closest(".unseen")) continue;
      for (const word of node.data.matchAll(/\\S+/g)) {
        if (word[0].length > letters) continue;
        const range = document.createRange();
        range.setStart(node, word.index);
        range.setEnd(node, word.index + word[0].length);
        if (new Set([...range.getClientRects()].map((rect) => Math.round(rect.top))).size > 1) cut.push(word[0]);
      }
    }
  }
  return cut;
}"""


async def test_the_largest_text_on_a_phone_cuts_no_word_of_a_button_or_a_fact(arrive: Arrive, market: Market) -> None:
    programme_id = await programme(market.operator)
    cohort_id = await cohort(market.operator, programme_id, 1, seats=2)
    visitor = await arrive(PHONE)
    await visitor.look("ko", 5)
    cut = {}

    for address in ("/", "/sign-in", "/sign-up", "/programmes", f"/programmes/{programme_id}"):
        await visitor.go(address)
        cut[address] = await visitor.page.evaluate(_CUT_WORDS, _FITTING_LETTERS)
    visitor.guard.expects("status of 422")
    await visitor.go("/sign-up")
    await visitor.page.locator("main form .button.main").click()
    await visitor.page.locator(".summary-of-errors").wait_for()
    cut["errors"] = await visitor.page.evaluate(_CUT_WORDS, _FITTING_LETTERS)
    await visitor.sign_in(await market.person())
    await visitor.look("ko", 5)
    for address in (f"/programmes/{programme_id}/cohorts/{cohort_id}", "/account", "/learn/exams"):
        await visitor.go(address)
        cut[address] = await visitor.page.evaluate(_CUT_WORDS, _FITTING_LETTERS)

    assert {address: words for address, words in cut.items() if words} == {}
