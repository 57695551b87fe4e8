"""The schema of the panel."""

from __future__ import annotations

from typing import Final

from api.v1.schemas.records import DAY, Schema, array, nullable, object_of, ref
from sanctions.exports.as_parquet import TYPES
from sanctions.questions.intervals import Frequency
from sanctions.questions.panel.columns import PanelColumn, columns
from sanctions.questions.panel.query import Level

_FREQUENCY: Final[Schema] = {
    "type": "string",
    "enum": list(Frequency),
    "description": "Whether a row is a year or a month.",
}
_CODES: Final[dict[str, str]] = {
    "standard": "The standard of the codes in the column.",
    "measure_kind": "The kind of measure in this database.",
    "ties": "The sanction type of TIES 4.0; null without an equivalent.",
    "gsdb": "The sanction type of the Global Sanctions Data Base; null without an equivalent.",
    "event_class": "The class of event (PLOVER).",
}


def _cell(column: PanelColumn) -> Schema:
    schema: Schema = {"type": "integer" if column.type == "integer" else "string", "description": column.description}
    return nullable(schema) if column.name.endswith("_iso") else schema


_ROW: Final = [*columns(Frequency.MONTH)]
_COLUMNS: Final = array(ref("PanelColumn"), "The columns, in order.")

COMPONENTS: Final[dict[str, Schema]] = {
    "Panel": object_of(
        {
            "frequency": _FREQUENCY,
            "target_level": {
                "type": "string",
                "enum": list(Level),
                "description": "Whether targets are states and organisations, or actors.",
            },
            "as_of": {**DAY, "description": "The day of the question; later events are not counted."},
            "from": nullable(
                {
                    "type": "string",
                    "description": "The first period: the one in the request, or the earliest from which all rows "
                    "fit into the answer. Null if every period is included.",
                }
            ),
            "to": {"type": "string", "description": "The last period."},
            "columns": _COLUMNS,
            "rows": array(ref("PanelRow"), "Ordered by sender, target and period."),
        }
    )
    | {"description": "Who sanctions whom, period by period."},
    "PanelColumns": object_of({"frequency": _FREQUENCY, "columns": _COLUMNS})
    | {"description": "The columns of the panel."},
    "PanelColumn": object_of(
        {
            "name": {"type": "string", "description": "Its name."},
            "type": {"type": "string", "enum": list(TYPES), "description": "The type of its values."},
            "unit": nullable({"type": "string", "description": "The unit of its counts; null if it is not a count."}),
            "description": {"type": "string", "description": "The meaning of its values."},
            "codes": object_of(
                {name: nullable({"type": "string", "description": text}) for name, text in _CODES.items()}, ()
            )
            | {"description": "The codes that other data sets have for it, or the standard of its values."},
        }
    )
    | {"description": "One column of the panel."},
    "PanelRow": object_of(
        {column.name: _cell(column) for column in _ROW}, [column.name for column in columns(Frequency.YEAR)]
    )
    | {"description": "One sender, one target, one year or month."},
}
