"""Keys that somebody chose go with the account; who is not signed in keeps them in the browser."""

import re

from tests.service.gateway.conftest import Surfer
from tests.support.market import Market


async def chosen(surfer: Surfer) -> str:
    """The keys that the page's scripts are told."""
    page = (await surfer.get("/look/keys")).text
    found = re.search(r"data-keys='([^']*)'", page)
    return found[1] if found else ""


async def test_another_device_has_the_same_keys_and_the_next_person_at_this_one_has_not(
    surfer: Surfer, another: Surfer, market: Market
) -> None:
    person, other = await market.person(), await market.person()
    await surfer.sign_in(person)
    assert (await surfer.act("/look/keys", submit="KeyX", guide="KeyH")).status_code == 303
    assert "ilgam_keys" not in surfer.cookies
    await another.sign_in(person)
    assert await chosen(another) == await chosen(surfer) == '{"submit": "KeyX"}'
    assert (await another.act("/look/keys", act="usual")).status_code == 303
    assert await chosen(another) == ""
    await surfer.act("/sign-out")
    await surfer.sign_in(other)
    assert await chosen(surfer) == ""


async def test_who_is_not_signed_in_keeps_them_in_the_browser_until_an_account_knows_better(
    surfer: Surfer, market: Market
) -> None:
    person = await market.person()
    await surfer.act("/look/keys", submit="KeyX")
    assert await chosen(surfer) == '{"submit": "KeyX"}'
    await surfer.sign_in(person)
    assert await chosen(surfer) == '{"submit": "KeyX"}'
    await surfer.act("/look/keys", submit="KeyZ")
    assert await chosen(surfer) == '{"submit": "KeyZ"}'
