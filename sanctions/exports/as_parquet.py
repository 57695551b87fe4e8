"""Parquet, with a schema from the types of the columns. It needs pyarrow, which is an optional dependency."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

#: The error where pyarrow is missing.
NEEDS: Final = "Parquet needs pyarrow, which is not installed on this server: `pip install pyarrow`."
#: Type of a column → type in Arrow.
TYPES: Final = {"text": "string", "integer": "int64", "number": "float64", "boolean": "bool", "date": "date32"}


def available() -> bool:
    """Return whether pyarrow is installed."""
    return find_spec("pyarrow") is not None


def write(columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return a table; ``columns`` maps the names of the columns, in order, to their types (:data:`TYPES`)."""
    return b"".join(stream(columns, [[[row.get(name) for name in columns] for row in rows]]))


def stream(columns: Mapping[str, str], batches: Iterable[Iterable[Sequence[Any]]]) -> Iterator[bytes]:
    """Yield a table with a row group for each batch; the values of a row are in the order of the columns.

    Only one batch is in memory at a time. Dates may be ISO 8601 texts.
    """
    if not available():
        raise RuntimeError(NEEDS)
    # Imported here because it is large and most processes never need it.
    pyarrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    schema = pyarrow.schema([(name, pyarrow.type_for_alias(TYPES[kind])) for name, kind in columns.items()])
    written = _PieceBuffer()
    with parquet.ParquetWriter(pyarrow.PythonFile(written, mode="w"), schema) as file:
        for rows in batches:
            values = zip(*rows, strict=True)
            arrays = [
                pyarrow.array([_day(value) for value in column] if kind == "date" else column, type=field.type)
                for field, kind, column in zip(schema, columns.values(), values, strict=False)
            ]
            if arrays:
                file.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))
            yield written.take()
    yield written.take()


def _day(value: Any) -> Any:
    return date.fromisoformat(value) if isinstance(value, str) else value


class _PieceBuffer:
    """A file that keeps only what was written since it was last taken."""

    closed = False

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._place = 0

    def write(self, piece: Any) -> int:
        data = bytes(piece)
        self._pieces.append(data)
        self._place += len(data)
        return len(data)

    def tell(self) -> int:
        return self._place

    def flush(self) -> None:
        """Do nothing: no file has to be flushed."""

    def close(self) -> None:
        """Do nothing: the last piece has yet to be taken."""

    def take(self) -> bytes:
        pieces = b"".join(self._pieces)
        self._pieces.clear()
        return pieces
