"""Adds what was learnt to workers' skills, and tells those that have moved enough."""

from collections.abc import Sequence
from uuid import UUID

from services.quality import events
from services.quality.domain.case import SkillSums
from services.quality.domain.learning import SkillState, WorkerNews
from services.quality.store.queries import skills
from services.runtime.database import Transaction

_NOTHING = SkillSums()


async def tell_skills(tx: Transaction, learnt: Sequence[tuple[WorkerNews, bool]]) -> None:
    """Adds (what was learnt of a worker, whether its job ends with it) to the skills."""
    changes = [
        skills.SkillChange(news.worker_id, news.annotation_type, news.change)
        for news, _ in learnt
        if news.change != _NOTHING
    ]
    if not changes:
        return
    ending = {(news.worker_id, news.annotation_type) for news, final in learnt if final}
    await _tell(tx, await skills.add_sums(tx.connection, changes), ending)


async def learn_exams(tx: Transaction, shown: Sequence[skills.Shown]) -> None:
    """Takes exam attempts as the prior of skills; the newest of a worker and type counts."""
    await skills.put_exams(tx.connection, shown)


async def learn_certificates(tx: Transaction, shown: Sequence[skills.Shown]) -> None:
    """Takes certificates' scores as the prior of skills where no exam is known; the newest counts."""
    await skills.put_certificates(tx.connection, shown)


async def _tell(tx: Transaction, states: Sequence[SkillState], ending: set[tuple[UUID, int]]) -> None:
    moved = [state for state in states if state.worth_telling(final=(state.worker_id, state.annotation_type) in ending)]
    if not moved:
        return
    await skills.set_told(
        tx.connection,
        [(state.worker_id, state.annotation_type, state.skill.strength - 2.0) for state in moved],
    )
    for state in moved:
        tx.emit(events.skill_measured(state, state.revision + 1))
