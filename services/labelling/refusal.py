"""How an answer is refused: with the mark and the rule."""

from __future__ import annotations


class AnswerInvalidError(Exception):
    """An answer breaks a rule.

    Attributes:
        mark: the place in the answer, such as `results[0].value.choices`.
        rule: what it must be.
    """

    def __init__(self, mark: str, rule: str) -> None:
        super().__init__(f"{mark} {rule}")
        self.mark = mark
        self.rule = rule
