"""What the check calls a difference, and how it merges the services' facts."""

from collections.abc import AsyncIterator

import pytest
from ilgam.common.v1 import common_pb2 as pb
from ilgam.events.v1 import events_service_pb2 as events_pb

from services.cli.check.checking import DIFFERENCES_MAX, Checked
from services.cli.check.command import as_dict, exit_code
from services.cli.check.compare import Difference, differences
from services.cli.check.merge import UnsortedError, merged
from services.cli.check.pairs import Pairs
from services.cli.check.settling import on_the_way


def answer(*, accepted: bool = True, revision: int = 1, krw: int = 0, state: str = "ACCEPTED") -> pb.AuditFact:
    return pb.AuditFact(
        kind=pb.AUDIT_KIND_ANSWER, id="a1", accepted=accepted, revision=revision, amount_krw=krw, state=state
    )


def paid_answer() -> dict[str, pb.AuditFact]:
    return {"tasks": answer(krw=50), "quality": answer(), "payments": answer(krw=50)}


def rules(facts: dict[str, pb.AuditFact]) -> list[str]:
    return [difference.rule for difference in differences(facts)]


def test_an_accepted_answer_that_is_paid_and_shown_is_clean() -> None:
    assert rules(paid_answer()) == []


def test_a_rejected_answer_needs_no_pay() -> None:
    rejected = answer(accepted=False, state="REJECTED")
    assert rules({"tasks": rejected, "quality": rejected}) == []
    assert rules({"tasks": rejected, "quality": rejected, "payments": rejected}) == []


@pytest.mark.parametrize(
    ("service", "fact", "expected"),
    [
        ("payments", None, ["accepted_not_paid", "paid_mark"]),
        ("payments", answer(krw=50, revision=2), ["paid_revision"]),
        ("payments", answer(krw=100), ["paid_mark"]),
        ("quality", None, ["answer_not_judged", "paid_not_accepted", "paid_revision", "verdict_mark"]),
        ("quality", answer(accepted=False), ["paid_not_accepted", "verdict_mark"]),
        ("tasks", None, ["answer_unknown"]),
        ("tasks", answer(accepted=False, krw=50), ["verdict_mark"]),
    ],
)
def test_each_disagreement_about_an_answer_has_a_name(
    service: str, fact: pb.AuditFact | None, expected: list[str]
) -> None:
    facts = paid_answer()
    if fact is None:
        del facts[service]
    else:
        facts[service] = fact
    assert rules(facts) == expected


def test_overfull_items_wrong_totals_and_unbalanced_journals_are_told() -> None:
    item = pb.AuditFact(kind=pb.AUDIT_KIND_ITEM, id="i", count=4, limit=3)
    total = pb.AuditFact(kind=pb.AUDIT_KIND_LEDGER_ACCOUNT, id="l", amount_krw=5, recomputed_krw=6)
    journal = pb.AuditFact(kind=pb.AUDIT_KIND_JOURNAL, id="j", amount_krw=1)
    assert rules({"tasks": item}) == ["item_overfull"]
    assert rules({"payments": total}) == ["ledger_total"]
    assert rules({"payments": journal}) == ["journal_unbalanced"]
    item.count = 3
    total.recomputed_krw = 5
    assert rules({"tasks": item}) == rules({"payments": total}) == []


async def told(*keys: tuple[int, str]) -> AsyncIterator[pb.AuditFact]:
    for kind, name in keys:
        yield pb.AuditFact(kind=kind, id=name)  # type: ignore[arg-type]


async def test_facts_about_the_same_thing_come_together() -> None:
    streams = {
        "tasks": told((1, "a"), (1, "b"), (2, "a")),
        "quality": told((1, "b")),
        "payments": told((1, "b"), (3, "a")),
        "workers": told(),
    }
    groups = [sorted(group) async for group in merged(streams)]
    assert groups == [["tasks"], ["payments", "quality", "tasks"], ["tasks"], ["payments"]]


@pytest.mark.parametrize("keys", [[(1, "b"), (1, "a")], [(1, "a"), (1, "a")], [(2, "a"), (1, "b")]])
async def test_a_stream_that_goes_backwards_or_repeats_is_refused(keys: list[tuple[int, str]]) -> None:
    with pytest.raises(UnsortedError, match="tasks: AUDIT_KIND"):
        [group async for group in merged({"tasks": told(*keys)})]


def test_repeated_pairs_are_counted() -> None:
    with Pairs() as pairs:
        for item in range(300):
            pairs.add(f"i{item}", "w1")
            pairs.add(f"i{item}", "w2")
        assert pairs.repeated() == 0
        pairs.add("i7", "w1")
        pairs.add("i7", "w1")
        assert pairs.repeated() == 2


def test_what_is_on_its_way_is_named() -> None:
    health = events_pb.GetEventHealthResponse(
        service="tasks", unsent_count=2, oldest_unsent_seconds=3, parked_count=1,
        consumers=[events_pb.ConsumerLag(producer="quality", pending_count=1, unacknowledged_count=4), events_pb.ConsumerLag(producer="payments")],
    )  # fmt: skip
    assert on_the_way(health) == [
        "tasks: 2 unsent, the oldest for 3 s",
        "tasks: 1 parked, the oldest for 0 s",
        "tasks: 5 events of quality not handled yet",
    ]
    assert on_the_way(events_pb.GetEventHealthResponse(service="tasks", dead_letter_count=1)) == []


def test_clean_different_and_unsettled_have_their_exit_codes() -> None:
    clean, different, unsettled = Checked(), Checked(), Checked(unsettled=["tasks: 1 unsent"])
    for number in range(DIFFERENCES_MAX + 1):
        different.add(Difference("paid_mark", str(number), "x"))
    assert [exit_code(found) for found in (clean, different, unsettled)] == [0, 1, 3]
    assert [as_dict(found)["clean"] for found in (clean, different, unsettled)] == [True, False, False]
    assert len(different.differences) == DIFFERENCES_MAX
    assert different.difference_count.total() == DIFFERENCES_MAX + 1
