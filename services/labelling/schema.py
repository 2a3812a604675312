"""Label schemas: what is shown and what is asked, in the form ilgam.label-config/1.

A schema, of a job, an exam item or a course's practice, is checked once, when it is given; the rule that it breaks is
named with the path of the place.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from services.core.errors import FieldViolation, InvalidArgumentError, Reason
from services.labelling.document import DocumentError, read_object
from services.labelling.form import check_form
from services.labelling.kinds import AnnotationType, ControlKind, ObjectKind
from services.labelling.refusal import SchemaRuleError
from services.labelling.schema_parts import control_of, object_of
from services.labelling.schema_rules import check_rules
from services.labelling.values import Control, DataPath, Example, ShownObject

FORM: Final = "ilgam.label-config/1"
FIELD: Final = "spec.label_schema_json"
OBJECTS_MAX: Final = 8
LABELS_MIN: Final = 2
LABELS_MAX: Final = 1000
LABEL_LENGTH_MAX: Final = 200


@dataclass(frozen=True)
class LabelSchema:
    """What a checked schema means for items and answers.

    Attributes:
        objects: what is shown, in the schema's order.
        controls: what is asked, in the schema's order.
        not_sure: whether an answer may be marked as not sure.
        examples: of the guide.
    """

    objects: tuple[ShownObject, ...]
    controls: tuple[Control, ...]
    not_sure: bool = False
    examples: tuple[Example, ...] = ()

    @property
    def plain(self) -> Control | None:
        """The only control of a plain choice: one label of several, and nothing else; None where more is asked."""
        only = self.controls[0] if len(self.controls) == 1 else None
        return only if only is not None and only.kind == ControlKind.CHOICE and not only.multiple else None

    @property
    def control_id(self) -> str:
        """The id of a plain choice's control; empty where more is asked."""
        return self.plain.control_id if self.plain is not None else ""

    @property
    def labels(self) -> tuple[str, ...]:
        """The values that a plain choice has; none where more is asked."""
        return self.plain.values if self.plain is not None else ()

    @property
    def data_paths(self) -> tuple[DataPath, ...]:
        """Where each item's data must hold what is shown."""
        return (*(path for shown in self.objects for path in shown.paths), *self.option_pictures)

    @property
    def option_pictures(self) -> tuple[DataPath, ...]:
        """Where each item's data must hold the pictures of options."""
        found = (label.image for control in self.controls for label in control.labels if label.image is not None)
        return tuple(dict.fromkeys(found))

    @property
    def shows_pictures(self) -> bool:
        """Whether every object is a picture."""
        return all((shown.pair_of or shown.kind) == ObjectKind.IMAGE for shown in self.objects)

    def object(self, object_id: str) -> ShownObject | None:
        """An object by its id."""
        return next((shown for shown in self.objects if shown.object_id == object_id), None)

    def control(self, control_id: str) -> Control | None:
        """A control by its id."""
        return next((control for control in self.controls if control.control_id == control_id), None)


@lru_cache(maxsize=256)
def parse_label_schema(schema_json: str, annotation_type: int) -> LabelSchema:
    """Checks a schema for an annotation type and gives what it means.

    Raises:
        InvalidArgumentError: SCHEMA_INVALID, with the `rule` that is broken in words, its `place`, and its `code` with the
            values in it.
    """
    try:
        document = read_object(schema_json)
    except DocumentError as error:
        raise _broken(SchemaRuleError("$", str(error), "no_json")) from None
    try:
        check_form(document)
        schema = _schema(document)
        check_rules(schema.objects, schema.controls, AnnotationType(annotation_type))
    except SchemaRuleError as error:
        raise _broken(error) from None
    return schema


def _schema(document: dict[str, Any]) -> LabelSchema:
    return LabelSchema(
        tuple(object_of(entry) for entry in document["objects"]),
        tuple(control_of(entry) for entry in document["controls"]),
        document.get("not_sure") is True,
        tuple(Example(one["good"], one["data"], one["results"]) for one in document.get("examples", ())),
    )


def _broken(error: SchemaRuleError) -> InvalidArgumentError:
    words = str(error)
    return InvalidArgumentError(
        f"{FIELD}: {words}",
        reason=Reason.SCHEMA_INVALID,
        violations=(FieldViolation(FIELD, words),),
        rule=words,
        place=error.place,
        code=error.code,
        **error.values,
    )
