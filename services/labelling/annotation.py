"""Whether an answer keeps the rules of the label schema that it was made for (form ilgam.annotation/1)."""

from __future__ import annotations

import json
from dataclasses import dataclass

from services.labelling.schema import LabelSchema

FORM = "ilgam.annotation/1"
_SHOWN_LENGTH_MAX = 60


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


@dataclass(frozen=True)
class CheckedAnswer:
    """What an answer says."""

    label: str
    not_sure: bool


def check_answer(schema: LabelSchema, answer_json: str) -> CheckedAnswer:
    """Checks an answer and gives what it says.

    Raises:
        AnswerInvalidError: naming the mark and the rule.
    """
    answer = _document(answer_json)
    form = answer.get("schema", FORM)
    if form != FORM:
        raise AnswerInvalidError("schema", f'must be "{FORM}"')
    not_sure = answer.get("not_sure", False)
    if not isinstance(not_sure, bool):
        raise AnswerInvalidError("not_sure", "must be true or false")
    results = answer.get("results")
    if not isinstance(results, list) or len(results) != 1:
        raise AnswerInvalidError("results", f'must hold one mark, of control "{schema.control_id}"')
    return CheckedAnswer(_label(schema, results[0]), not_sure)


def _document(answer_json: str) -> dict[str, object]:
    try:
        answer = json.loads(answer_json)
    except (ValueError, RecursionError):
        raise AnswerInvalidError("$", "is not JSON") from None
    if not isinstance(answer, dict):
        raise AnswerInvalidError("$", "must be a JSON object")
    return answer


def _label(schema: LabelSchema, result: object) -> str:
    if not isinstance(result, dict):
        raise AnswerInvalidError("results[0]", "must be a JSON object")
    if result.get("control") != schema.control_id:
        raise AnswerInvalidError("results[0].control", f'must be "{schema.control_id}"')
    if result.get("type", "choice") != "choice":
        raise AnswerInvalidError("results[0].type", 'must be "choice"')
    value = result.get("value")
    choices = value.get("choices") if isinstance(value, dict) else None
    if not isinstance(choices, list) or len(choices) != 1 or not isinstance(choices[0], str):
        raise AnswerInvalidError("results[0].value.choices", "must hold one label")
    if choices[0] not in schema.labels:
        shown = choices[0][:_SHOWN_LENGTH_MAX]
        raise AnswerInvalidError("results[0].value.choices[0]", f"{shown!a} is not a label of the job")
    return choices[0]
