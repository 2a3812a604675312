"""Whether what a candidate saved says what is right."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from services.labelling.annotation import AnswerInvalidError, read_annotation
from services.labelling.right_answers import is_right
from services.labelling.schema import parse_label_schema
from services.workers.domain.right_answer import marks_in


@dataclass(frozen=True)
class SavedAnswer:
    """What was saved for an item with a label schema, and what is right. `annotation_type` is the contract's number."""

    annotation_type: int
    label_schema_json: str
    data_json: str
    right_answer_json: str = field(repr=False)
    saved_answer_json: str

    @property
    def is_right(self) -> bool:
        """Whether it is right; what was left unfinished, so that it breaks a rule of its schema, is wrong."""
        schema, data = parse_label_schema(self.label_schema_json, self.annotation_type), json.loads(self.data_json)
        try:
            given = marks_in(schema, data, self.saved_answer_json)
        except AnswerInvalidError:
            return False
        return is_right(schema.controls, given, read_annotation(self.right_answer_json).marks)
