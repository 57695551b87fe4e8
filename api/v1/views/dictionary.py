"""/api/v1/columns/: what the columns hold in which CSV and Parquet tell a collection."""

from __future__ import annotations

from typing import Any, ClassVar

from api.v1.columns import columns
from api.v1.filters.dictionary import ColumnParameters
from api.v1.schemas.description import Operation
from api.v1.schemas.dictionary import OF
from api.v1.schemas.records import ref
from api.v1.views.questions import Question


class Columns(Question):
    """The columns of each collection in CSV and Parquet: name, type, and what each holds."""

    name = "columns"
    of_records: ClassVar[bool] = False
    parameters = ColumnParameters
    operation = Operation("columns", "questions", "The columns of CSV and Parquet", ref("Columns"))

    def answer(self, asked: Any, **path: Any) -> Any:
        """Return the columns by collection."""
        wanted = [asked.given["of"]] if "of" in asked.given else OF
        return {name: [column.shown() for column in columns(OF[name])] for name in wanted}
