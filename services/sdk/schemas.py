"""Label schemas, checked before they are sent: the same rules as the service's."""

from __future__ import annotations

from ilgam.common.v1.common_pb2 import AnnotationType

from services.core.errors import InvalidArgumentError
from services.labelling.schema import parse_label_schema


def check_label_schema(label_schema_json: str, annotation_type: AnnotationType.ValueType) -> str:
    """The first rule of ilgam.label-config/1 that a label schema breaks, with the path of the place; empty for none.

    Args:
        label_schema_json: the schema, as a job's or an exam item's label_schema_json.
        annotation_type: what it is for; unspecified or unknown types break a rule too.
    """
    if annotation_type not in AnnotationType.values() or not annotation_type:
        return "annotation_type must be a known one"
    try:
        parse_label_schema(label_schema_json, annotation_type)
    except InvalidArgumentError as error:
        return str(error.metadata["rule"])
    return ""
