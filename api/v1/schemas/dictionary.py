"""The schema of the dictionary of columns."""

from __future__ import annotations

from typing import Final

from api.v1.schemas.records import NAMED_MODELS, Schema, array, object_of, ref
from sanctions.exports.as_parquet import TYPES

#: Collection → the component of its rows.
COLLECTIONS: Final[dict[str, str]] = {
    str(model._meta.verbose_name_plural).replace(" ", "_"): name for name, model in NAMED_MODELS.items()
} | {"timeline": "TimelineEvent", "notices": "Notice"}

COMPONENTS: Final[dict[str, Schema]] = {
    "Columns": object_of({name: array(ref("Column")) for name in COLLECTIONS}, ())
    | {"description": "The columns of each collection in CSV and Parquet, in order."},
    "Column": object_of(
        {
            "name": {"type": "string", "description": "Its name."},
            "type": {"type": "string", "enum": list(TYPES), "description": "The type of its values."},
            "description": {"type": "string", "description": "The meaning of its values."},
        }
    )
    | {"description": "One column."},
}
