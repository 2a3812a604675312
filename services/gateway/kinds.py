"""Kinds of work by the names that texts and addresses give them."""

from __future__ import annotations

from ilgam.common.v1.common_pb2 import AnnotationType

_PREFIX = "ANNOTATION_TYPE_"


def kind_of(annotation_type: AnnotationType.ValueType) -> str:
    """The key of an annotation type's name in `states`: TEXT_CHOICE."""
    return AnnotationType.Name(annotation_type).removeprefix(_PREFIX)


def slug_of(annotation_type: AnnotationType.ValueType) -> str:
    """The same in addresses: text-choice."""
    return kind_of(annotation_type).lower().replace("_", "-")
