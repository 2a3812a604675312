"""Saying what the exams of an annotation type ask, and how long they are."""

from __future__ import annotations

from services.core.errors import invalid_field
from services.runtime.database import Transaction
from services.workers.domain.exam_guide import ExamGuide, guide_problem
from services.workers.store.queries.exam_pools import put_exam_guide


async def set_exam_guide(tx: Transaction, annotation_type: int, guide: ExamGuide) -> None:
    """Sets a guide in place of the one before; attempts that run keep their length and time.

    Raises:
        InvalidArgumentError: the guide breaks a rule.
    """
    problem = guide_problem(guide)
    if problem is not None:
        raise invalid_field(f"guide.{problem[0]}", problem[1])
    await put_exam_guide(tx.connection, annotation_type, guide)
