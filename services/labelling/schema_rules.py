"""What a JSON Schema cannot say of a label schema: how its parts fit each other and the annotation type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from services.labelling.kinds import LEADING, MARKED_ON, AnnotationType, ControlKind, ObjectKind
from services.labelling.refusal import SchemaRuleError
from services.labelling.values import Control, ShownObject

RATING_STEPS_MAX: Final = 100
PICTURES_MAX: Final = 20
"""Options with a picture that one control has: as many as there are keys for."""


def check_rules(objects: Sequence[ShownObject], controls: Sequence[Control], annotation_type: AnnotationType) -> None:
    """Checks the parts of a schema against each other.

    Raises:
        SchemaRuleError: the first rule that is broken.
    """
    _check_once("objects", "id", (shown.object_id for shown in objects))
    _check_once("controls", "id", (control.control_id for control in controls))
    for place, control in enumerate(controls):
        at = f"controls[{place}]"
        _check_on(at, control, objects, controls)
        _check_labels(at, control, alone=len(controls) == 1)
        _check_bounds(at, control)
        _check_exclusive(at, control, controls)
    _check_leading(objects, controls, annotation_type)


def _check_once(at: str, name: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for place, value in enumerate(values):
        if value in seen:
            raise SchemaRuleError(f"{at}[{place}].{name}", f'"{value}" is there twice', "twice", value=value)
        seen.add(value)


def _check_on(at: str, control: Control, objects: Sequence[ShownObject], controls: Sequence[Control]) -> None:
    if control.kind == ControlKind.RELATION:
        spans = {one.control_id for one in controls if one.kind == ControlKind.SPAN}
        if control.on not in spans:
            raise SchemaRuleError(f"{at}.on", "must be the id of a span control", "on_span")
        return
    shown = next((one for one in objects if one.object_id == control.on), None)
    if shown is None:
        raise SchemaRuleError(f"{at}.on", "must be the id of an object", "on_object")
    fitting = MARKED_ON.get(control.kind)
    if fitting is not None and shown.kind not in fitting:
        kinds = _either(fitting)
        raise SchemaRuleError(f"{at}.on", f"must be the id of an object of kind {kinds}", "on_kind", kinds=kinds)


def _check_labels(at: str, control: Control, *, alone: bool) -> None:
    named = "options" if control.kind == ControlKind.CHOICE else "labels"
    if control.kind == ControlKind.CHOICE and alone and not control.multiple and len(control.labels) == 1:
        rule = "must be a list of 2 to 1000 where nothing else is asked"
        raise SchemaRuleError(f"{at}.options", rule, "options_few")
    _check_once(f"{at}.{named}", "value", control.values)
    keys: set[str] = set()
    for place, label in enumerate(control.labels):
        if label.key and label.key in keys:
            rule = f"must be a key that no other of the {named} has"
            raise SchemaRuleError(f"{at}.{named}[{place}].key", rule, "key_twice", value=label.key)
        keys.add(label.key)
    _check_pictures(f"{at}.{named}", control)


def _check_pictures(at: str, control: Control) -> None:
    """Options with a picture have words too, for whoever cannot see it, and each a picture of its own."""
    pictured = [(place, label) for place, label in enumerate(control.labels) if label.image is not None]
    if len(pictured) > PICTURES_MAX:
        raise SchemaRuleError(
            at, f"must have at most {PICTURES_MAX} with a picture", "pictures_many", most=PICTURES_MAX
        )
    seen = set()
    for place, label in pictured:
        if not label.ko.strip() or not label.en.strip():
            name = "en" if label.ko.strip() else "ko"
            raise SchemaRuleError(f"{at}[{place}].{name}", "must say in words what the picture is", "picture_words")
        if label.image in seen:
            rule = "must be a place that no other of the options has"
            raise SchemaRuleError(f"{at}[{place}].image", rule, "picture_twice")
        seen.add(label.image)


def _check_bounds(at: str, control: Control) -> None:
    if control.least > control.most:
        raise SchemaRuleError(f"{at}.min", "must be at most max", "min_max")
    if control.low is not None and control.high is not None and control.low >= control.high:
        raise SchemaRuleError(f"{at}.low", "must be below high", "low_high")
    if control.kind == ControlKind.RATING and (control.high or 0) - (control.low or 0) > RATING_STEPS_MAX:
        rule = f"must be at most {RATING_STEPS_MAX} above low"
        raise SchemaRuleError(f"{at}.high", rule, "scale_long", most=RATING_STEPS_MAX)


def _check_exclusive(at: str, control: Control, controls: Sequence[Control]) -> None:
    others = {one.control_id for one in controls if one is not control}
    for place, other_id in enumerate(control.exclusive_with):
        if other_id not in others:
            rule = "must be the id of another control"
            raise SchemaRuleError(f"{at}.exclusive_with[{place}]", rule, "on_control")


def _check_leading(
    objects: Sequence[ShownObject], controls: Sequence[Control], annotation_type: AnnotationType
) -> None:
    object_kinds, control_kinds = LEADING[annotation_type]
    leading = {shown.object_id for shown in objects if shown.kind in object_kinds}
    shown, asked = _either(object_kinds), _either(control_kinds)
    if not leading:
        rule = f"must show one of kind {shown} for {annotation_type.name}"
        raise SchemaRuleError("objects", rule, "shows", shown=shown)
    if not any(control.kind in control_kinds and control.on in leading for control in controls):
        rule = f"must ask a {asked} on the {shown} for {annotation_type.name}"
        raise SchemaRuleError("controls", rule, "asks", shown=shown, asked=asked)


def _either(kinds: Iterable[ObjectKind | ControlKind]) -> str:
    return " or ".join(sorted(kinds))
