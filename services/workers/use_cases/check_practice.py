"""CheckPractice: an answer to a practice item, and what the learner is told about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.core.errors import FieldViolation, InvalidArgumentError, NotFoundError, Reason
from services.core.intervals import Interval, wilson_interval
from services.labelling.annotation import AnswerInvalidError
from services.labelling.broken_rule import broken_rule
from services.labelling.facts import media_named
from services.labelling.right_answers import is_right
from services.runtime.auth import Caller
from services.runtime.database import Transaction
from services.workers.domain.course import Module, Practice, PracticeItem
from services.workers.domain.practice import Feedback, PracticeAnswer, answered, feedback_on
from services.workers.domain.right_answer import marks_in
from services.workers.store.queries import progress as store
from services.workers.store.queries.media_sizes import media_sizes
from services.workers.use_cases.find_course import Seen, learned_course, open_module

FIELD = "answer_json"


@dataclass(frozen=True)
class Practised:
    """A module's practice and what a person has answered in it so far, by key of the item."""

    module: Module
    practice: Practice
    answers: dict[str, PracticeAnswer]

    @property
    def share(self) -> Interval | None:
        """The share of right first answers; None before the first."""
        firsts = [answer.first_right for answer in self.answers.values()]
        return wilson_interval(sum(firsts), len(firsts)) if firsts else None

    @property
    def left_count(self) -> int:
        """Items that the person is not through with."""
        return len(self.practice.items) - sum(answer.done for answer in self.answers.values())

    def feedback_on(self, item: PracticeItem) -> Feedback | None:
        """What the person was told about an item the last time; None before the first answer."""
        answer = self.answers.get(item.key)
        if answer is None:
            return None
        return feedback_on(item, answer)


def practised(found: Seen, module_id: str) -> Practised:
    """The practice of a module that is open.

    Raises:
        NotFoundError: there is no such module, or it has no practice.
        FailedPreconditionError: COURSE_LOCKED.
    """
    module = open_module(found, module_id)
    if module.practice is None:
        raise NotFoundError("practice")
    keys = {item.key for item in module.practice.items}
    answers: Sequence[PracticeAnswer] = found.answers.get(module_id, ())
    return Practised(module, module.practice, {answer.key: answer for answer in answers if answer.key in keys})


async def check_practice(
    tx: Transaction, caller: Caller, programme_id: UUID, module_id: str, *, key: str, answer_json: str
) -> tuple[Feedback, Practised]:
    """Checks an answer, keeps it, and gives what the learner is told and where they stand then.

    Raises:
        NotFoundError: the caller has no seat, or there is no such item.
        FailedPreconditionError: COURSE_LOCKED.
        InvalidArgumentError: ANSWER_INVALID, the answer does not keep the label schema: the rule in words and by its `code`, and the
            number of the mark (0: the answer as a whole).
    """
    await store.lock_progress(tx.connection, caller.worker_id, programme_id)
    state = practised(await learned_course(tx.connection, caller, programme_id), module_id)
    item = state.practice.item(key)
    if item is None:
        raise NotFoundError("practice item")
    schema = state.practice.schema
    sizes = await media_sizes(tx.connection, programme_id, media_named(schema, item.data))
    try:
        given = marks_in(schema, item.data, answer_json, sizes)
    except AnswerInvalidError as error:
        raise _invalid(error) from None
    answer = answered(state.answers.get(key), key, answer_json, right=is_right(schema.controls, given, item.right))
    await store.put_practice_answer(tx.connection, caller.worker_id, programme_id, module_id, answer)
    state.answers[key] = answer
    return feedback_on(item, answer), state


def _invalid(error: AnswerInvalidError) -> InvalidArgumentError:
    words, broken = f"{error.mark} {error.rule}", broken_rule(error.mark, error.rule)
    return InvalidArgumentError(
        f"{FIELD}: {words}",
        reason=Reason.ANSWER_INVALID,
        violations=(FieldViolation(FIELD, words),),
        mark=error.mark,
        rule=error.rule,
        code=broken.code,
        mark_no=broken.mark_no,
    )
