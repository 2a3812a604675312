"""The check itself: settled events, merged facts, the recomputed ledger."""

import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from ilgam.accounts.v1 import accounts_service_pb2 as accounts_pb
from ilgam.common.v1 import common_pb2
from ilgam.payments.v1 import payments_service_pb2 as payments_pb
from ilgam.quality.v1 import quality_service_pb2 as quality_pb
from ilgam.tasks.v1 import tasks_service_pb2 as tasks_pb
from ilgam.workers.v1 import workers_service_pb2 as workers_pb

from services.cli.check.compare import Difference, differences
from services.cli.check.merge import UnsortedError, merged
from services.cli.check.pairs import Pairs
from services.cli.check.settling import SETTLE_SECONDS, event_health, settle
from services.sdk import Client

# More are counted and not kept.
DIFFERENCES_MAX = 200


@dataclass
class Checked:
    """What a check found.

    Attributes:
        unsettled: what was still on its way at the end of the waiting time.
        counts: how many of each were looked at, by name.
        differences: the first ones, DIFFERENCES_MAX at most.
        difference_count: how many there are, by rule.
        seconds: how long it took.
    """

    unsettled: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
    difference_count: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def clean(self) -> bool:
        """Whether everything is settled and nothing differs."""
        return not self.unsettled and not self.difference_count

    def add(self, difference: Difference, count: int = 1) -> None:
        """Note a difference."""
        self.difference_count[difference.rule] += count
        if len(self.differences) < DIFFERENCES_MAX:
            self.differences.append(difference)


async def check(client: Client, seconds: float = SETTLE_SECONDS) -> Checked:
    """Wait until events are settled, then compare all services and recompute the ledger.

    Args:
        client: signed in as an operator.
        seconds: how long to wait for events.
    """
    begin = time.monotonic()
    checked = Checked(unsettled=await settle(client, seconds))
    if not checked.unsettled:
        await _dead_letters(client, checked)
        await _facts(client, checked)
        await _ledger(client, checked)
    checked.seconds = time.monotonic() - begin
    return checked


async def _dead_letters(client: Client, checked: Checked) -> None:
    for health in await event_health(client):
        if count := health.dead_letter_count:
            checked.add(Difference("dead_letter", health.service, f"{count} events could not be handled"), count)


async def _facts(client: Client, checked: Checked) -> None:
    streams = {
        "accounts": _unpacked(client.accounts.StreamAudit(accounts_pb.StreamAuditRequest())),
        "workers": _unpacked(client.workers.StreamAudit(workers_pb.StreamAuditRequest())),
        "tasks": _unpacked(client.tasks.StreamAudit(tasks_pb.StreamAuditRequest())),
        "quality": _unpacked(client.quality.StreamAudit(quality_pb.StreamAuditRequest())),
        "payments": _unpacked(client.payments.StreamAudit(payments_pb.StreamAuditRequest())),
    }
    with Pairs() as pairs:
        try:
            async for facts in merged(streams):
                _look_at(facts, checked, pairs)
        except UnsortedError as error:
            checked.add(Difference("audit_unsorted", "", str(error)))
        if repeated := pairs.repeated():
            checked.add(Difference("worker_twice", "", f"{repeated} times a worker answered an item again"), repeated)


def _look_at(facts: dict[str, common_pb2.AuditFact], checked: Checked, pairs: Pairs) -> None:
    first = next(iter(facts.values()))
    checked.counts[_NAMES.get(first.kind, "others")] += 1
    if first.kind == common_pb2.AUDIT_KIND_ANSWER:
        if (answer := facts.get("tasks")) is not None:
            pairs.add(answer.item_id, answer.worker_id)
        if (verdict := facts.get("quality")) is not None:
            checked.counts["accepted"] += verdict.accepted
        if (pay := facts.get("payments")) is not None:
            checked.counts["paid"] += pay.accepted
            checked.counts["paid_krw"] += pay.amount_krw
    for difference in differences(facts):
        checked.add(difference)


async def _ledger(client: Client, checked: Checked) -> None:
    ledger = await client.payments.CheckLedger(payments_pb.CheckLedgerRequest())
    checked.counts["journals"], checked.counts["postings"] = ledger.journal_count, ledger.posting_count
    for found in ledger.differences:
        checked.add(
            Difference(
                f"ledger_{found.rule}", found.id, f"{found.found_krw} won found, {found.expected_krw} won expected"
            )
        )
    if not ledger.clean and not ledger.differences:
        checked.add(Difference("ledger", "", "not clean"))


async def _unpacked(stream: Any) -> AsyncIterator[common_pb2.AuditFact]:  # noqa: ANN401  (five response types with the same field)
    async for answer in stream:
        for fact in answer.facts:
            yield fact


_NAMES = {
    common_pb2.AUDIT_KIND_ANSWER: "answers",
    common_pb2.AUDIT_KIND_ITEM: "items",
    common_pb2.AUDIT_KIND_LEDGER_ACCOUNT: "ledger_accounts",
    common_pb2.AUDIT_KIND_JOURNAL: "unbalanced_journals",
    common_pb2.AUDIT_KIND_CERTIFICATE: "certificates",
    common_pb2.AUDIT_KIND_ACCOUNT: "accounts",
    common_pb2.AUDIT_KIND_JOB: "jobs",
}
