"""Whom companies may know by name: the people in their pool, not whoever has the id in an address."""

from __future__ import annotations

import pytest

from tests.service.gateway.conftest import Surfer
from tests.support.market import Market


@pytest.mark.parametrize("act", ["offer", "remove"])
async def test_an_id_in_the_address_of_a_pool_tells_no_name(surfer: Surfer, market: Market, act: str) -> None:
    stranger, company = await market.worker("남궁비밀"), await market.company()
    await surfer.sign_in(company)
    path = f"/company/pool/{stranger.account_id}/{act}?organisation={company.organisation_id}"
    for answer in (await surfer.get(path), await surfer.act(path)):
        assert answer.status_code == 404
        assert stranger.name not in answer.text
