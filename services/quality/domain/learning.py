"""What a settlement adds to workers' skills, and when a skill has moved enough to be told."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np

from services.quality.domain import calibration
from services.quality.domain.case import Case, SkillSums
from services.quality.domain.evidence import Floats, Settlement, to_grain
from services.quality.domain.skill import Interval, Skill, combined

TOLD_EVERY_ANSWERS = 10.0
TOLD_EVERY_SHARE = 0.2


@dataclass(frozen=True)
class WorkerNews:
    """A worker of a job after a settlement: the counts to keep, and the change of the skill's sums."""

    worker_id: UUID
    annotation_type: int
    answer_count: int
    counted: SkillSums
    change: SkillSums
    counts: bytes


@dataclass(frozen=True)
class SkillState:
    """A worker's skill for an annotation type as stored, with what was last told of it."""

    worker_id: UUID
    annotation_type: int
    prior: Skill
    sums: SkillSums
    revision: int
    told_strength: float

    @property
    def skill(self) -> Skill:
        """What is known now; peers' sums were taken times trust already."""
        return combined(
            self.prior, (self.sums.gold_right, self.sums.gold_wrong), (self.sums.peer_right, self.sums.peer_wrong), 1.0
        )

    @property
    def interval(self) -> Interval:
        """The 95 % interval of the accuracy."""
        return self.skill.interval()

    def worth_telling(self, *, final: bool) -> bool:
        """Whether enough was learnt since it was last told: ten answers' worth, or a fifth of what was known."""
        learnt = self.skill.strength - Skill().strength - self.told_strength
        if final:
            return learnt != 0.0
        return abs(learnt) >= max(TOLD_EVERY_ANSWERS, TOLD_EVERY_SHARE * self.told_strength)


def prior_of(exam: tuple[float, float] | None, certificate: tuple[float, float]) -> Skill:
    """The skill that (right, wrong) of an exam show, or, where no exam is known here, those of the certificate."""
    right, wrong = certificate if exam is None else exam
    return Skill(1.0 + right, 1.0 + wrong)


def worker_news(case: Case, settled: Settlement) -> list[WorkerNews]:
    """[W] what is new about each worker of a case."""
    trust = calibration.confirmed_trust(settled.job)
    gold, peers = settled.workers.gold_counts, settled.workers.peer_counts
    sums = to_grain(np.stack([*_right_and_wrong(gold), *(trust * part for part in _right_and_wrong(peers))], axis=1))
    counts = np.stack([gold, peers], axis=1).astype("<f8")
    scored = case.scored_counts
    out = []
    for n, worker in enumerate(case.workers):
        counted = SkillSums(*(float(number) for number in sums[n]))
        out.append(
            WorkerNews(
                worker.worker_id,
                case.job.terms.annotation_type,
                int(scored[n]),
                counted,
                counted.minus(worker.counted),
                counts[n].tobytes(),
            )
        )
    return out


def _right_and_wrong(counts: Floats) -> tuple[Floats, Floats]:
    right: Floats = np.trace(counts, axis1=1, axis2=2)
    return right, counts.sum(axis=(1, 2)) - right
