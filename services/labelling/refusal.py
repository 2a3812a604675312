"""How an answer, and a label schema, is refused: with the place and the rule."""

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


class SchemaRuleError(Exception):
    """A label schema breaks a rule.

    Attributes:
        place: the path of the place, such as `controls[0].options[1].key`.
        rule: what it must be.
        code: which rule that is, for those who say it in other words; `values` are the numbers and names in it.
    """

    def __init__(self, place: str, rule: str, code: str, **values: object) -> None:
        super().__init__(f"{place} {rule}")
        self.place = place
        self.rule = rule
        self.code = code
        self.values = values
