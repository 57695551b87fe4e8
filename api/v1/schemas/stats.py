"""The schema of counts of records."""

from __future__ import annotations

from typing import Final

from api.v1.schemas.records import DAY, Schema, array, object_of, ref
from sanctions.exports.as_parquet import TYPES
from sanctions.records.registry import BY_PLURAL

#: The collections that can be counted: the records, and the parts with lists of their own.
COUNTED: Final = (*BY_PLURAL, "measures", "commitments")
_COUNT: Final[Schema] = {"type": "integer", "minimum": 0}

COMPONENTS: Final[dict[str, Schema]] = {
    "Stats": object_of(
        {
            "collection": {"type": "string", "enum": list(COUNTED), "description": "The collection that is counted."},
            "group_by": array({"type": "string"}, "The facets that the rows are grouped by."),
            "as_of": {**DAY, "description": "The day of the question."},
            "total": {**_COUNT, "description": "The number of matching records."},
            "sum": {
                **_COUNT,
                "description": "The sum of the counts; larger than the total if records have several values.",
            },
            "columns": array(ref("StatsColumn"), "The columns of the rows, in order."),
            "rows": array(ref("StatsRow"), "The counts, by their values; null comes last."),
        }
    )
    | {"description": "Counts of records, grouped by facets."},
    "StatsColumn": object_of(
        {
            "name": {"type": "string", "description": "Its name."},
            "type": {"type": "string", "enum": list(TYPES), "description": "The type of its values."},
            "description": {"type": "string", "description": "The meaning of its values."},
        }
    )
    | {"description": "One column of counts."},
    "StatsRow": {
        "type": "object",
        "required": ["count"],
        "additionalProperties": {"type": ["string", "integer", "null"]},
        "description": "The values, each under the name of its column, and the count of the records that have them.",
    },
}
