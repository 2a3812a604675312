"""What job a replay makes of its options: pure."""

import json
import random
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from ilgam.common.v1 import common_pb2
from ilgam.tasks.v1 import tasks_events_pb2 as events_pb
from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.cli.market.labels import choice_schema
from services.cli.replay.recorded import Recording

# The contract's bound for ordinary items.
OVERLAP_MAX = 50
GOLD_OVERLAP_MAX = 1000
PRICE_KRW = 50
# Answers that each item gets before agreement may end the asking.
CONSENSUS_OVERLAP_MIN = 1


class PolicyName(StrEnum):
    """How answers are judged."""

    ALL = "all"
    GOLD = "gold"
    CONSENSUS = "consensus"


POLICIES = {
    PolicyName.ALL: events_pb.POLICY_ALL,
    PolicyName.GOLD: events_pb.POLICY_GOLD,
    PolicyName.CONSENSUS: events_pb.POLICY_CONSENSUS,
}


@dataclass(frozen=True)
class Options:
    """What the caller chose.

    Attributes:
        policy: how answers are judged.
        max_overlap: answers per item at most; None: as many as were recorded.
        gold_share: share of the tasks with a known label that the job is given as gold, 0 to 1.
        seed: draws the gold; None draws as 0 does.
        price_krw: won per accepted answer.
    """

    policy: PolicyName = PolicyName.ALL
    max_overlap: int | None = None
    gold_share: float = 0.0
    seed: int | None = None
    price_krw: int = PRICE_KRW


def gold_tasks(recording: Recording, options: Options) -> set[str]:
    """The tasks whose known label the job is given: a random share of those that have one."""
    known = [task for task in recording.tasks if task in recording.gold]
    return set(random.Random(options.seed or 0).sample(known, round(options.gold_share * len(known))))  # noqa: S311  (a repeatable draw, not a secret)


def job_spec(recording: Recording, options: Options, gold: set[str]) -> pb.JobSpec:
    """The job: overlap from what was recorded, no appeals, labels from both files."""
    counts = Counter(answer.task for answer in recording.answers)
    most = min(options.max_overlap or OVERLAP_MAX, max(counts.values()), OVERLAP_MAX)
    least = min(CONSENSUS_OVERLAP_MIN, most) if options.policy is PolicyName.CONSENSUS else most
    return pb.JobSpec(
        title=f"Replay of {len(recording.answers):,} recorded answers",
        annotation_type=common_pb2.ANNOTATION_TYPE_TEXT_CHOICE,
        label_schema_json=choice_schema(recording.labels),
        policy=POLICIES[options.policy],
        price_krw=options.price_krw,
        overlap_min=least,
        overlap_max=most,
        gold_overlap=min(max((counts[task] for task in gold), default=1), GOLD_OVERLAP_MAX),
        claim_mode=pb.CLAIM_MODE_PICK,
        appeal_seconds=0,
    )


def item_row(task: str, gold_label: str = "") -> pb.ItemRow:
    """A recorded task as an item; only its name is known."""
    return pb.ItemRow(key=task, data_json=json.dumps({"text": task}, ensure_ascii=False), gold_label=gold_label)
