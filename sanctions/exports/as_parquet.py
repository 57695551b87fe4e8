"""Parquet, its schema typed by the columns. It needs pyarrow, which is not installed unless somebody wants it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any, Final

try:
    import pyarrow
    from pyarrow import parquet
except ImportError:  # pragma: no cover - the tests' environment has it
    pyarrow = None

#: What to do where it cannot be written.
NEEDS: Final = "Parquet needs pyarrow, which is not installed on this server: `pip install pyarrow`."
#: The type of a column → its type in Arrow.
TYPES: Final = {"text": "string", "integer": "int64", "number": "float64", "boolean": "bool", "date": "date32"}


def available() -> bool:
    """Whether Parquet can be written here."""
    return pyarrow is not None


def write(columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return a table; ``columns`` maps the names of the columns, in order, to their types (:data:`TYPES`)."""
    if not available():
        raise RuntimeError(NEEDS)
    schema = pyarrow.schema([(name, pyarrow.type_for_alias(TYPES[kind])) for name, kind in columns.items()])
    table = pyarrow.Table.from_pylist([dict(row) for row in rows], schema=schema)
    file = io.BytesIO()
    parquet.write_table(table, file)
    return file.getvalue()
