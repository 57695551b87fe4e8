"""/api/v1/columns/: the columns of each collection in CSV and Parquet."""

from __future__ import annotations

from typing import Any, ClassVar

from api.v1.columns import columns
from api.v1.filters.dictionary import ColumnParameters
from api.v1.schemas.description import Operation
from api.v1.schemas.dictionary import COLLECTIONS
from api.v1.schemas.records import ref
from api.v1.views.questions import QuestionView


class ColumnsView(QuestionView):
    """The columns of each collection in CSV and Parquet: name, type and description."""

    name = "columns"
    of_records: ClassVar[bool] = False
    parameters = ColumnParameters
    operation = Operation("columns", "questions", "The columns of CSV and Parquet", ref("Columns"))

    def answer(self, query: Any, **path: Any) -> Any:
        collections = [query.given["collection"]] if "collection" in query.given else COLLECTIONS
        return {name: [column.as_entry() for column in columns(COLLECTIONS[name])] for name in collections}
