"""Practice over plain HTTP: an answer that breaks a rule comes back as it was written, with the rule in words."""

from services.sdk import new_request_id
from tests.browser.test_drawn_practice import learner_of
from tests.service.gateway.conftest import Surfer
from tests.support.market import Market


async def test_a_mark_that_breaks_a_rule_stays_and_is_named_with_the_rule(surfer: Surfer, market: Market) -> None:
    person, home = await learner_of(market, "TABLE_CELL")
    await surfer.sign_in(person)
    fields = {"row.c.1.type": "cell", "row.c.1.where": "99 1", "row.c.1.label": "cup", "row.c.1.id": "m1"}
    answer = await surfer.act(home, request_id=new_request_id(), key="p0", **fields)
    assert answer.status_code == 422
    assert "1번째 표시: 표시가 자료 밖으로 나갔어요." in answer.text
    assert 'value="99 1"' in answer.text
