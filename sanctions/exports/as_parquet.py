"""Parquet, its schema typed by the columns. It needs pyarrow, which is not installed unless somebody wants it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

#: What to do where it cannot be written.
NEEDS: Final = "Parquet needs pyarrow, which is not installed on this server: `pip install pyarrow`."
#: The type of a column → its type in Arrow.
TYPES: Final = {"text": "string", "integer": "int64", "number": "float64", "boolean": "bool", "date": "date32"}


def available() -> bool:
    """Whether Parquet can be written here."""
    return find_spec("pyarrow") is not None


def write(columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return a table; ``columns`` maps the names of the columns, in order, to their types (:data:`TYPES`)."""
    return b"".join(stream(columns, [[[row.get(name) for name in columns] for row in rows]]))


def stream(columns: Mapping[str, str], batches: Iterable[Iterable[Sequence[Any]]]) -> Iterator[bytes]:
    """Yield a table in pieces, with a row group for each batch, whose rows have the columns in order.

    No more than one of them is in memory. A date may be an ISO 8601 text.
    """
    if not available():
        raise RuntimeError(NEEDS)
    # Only now: it is large, and most processes never need it.
    pyarrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    schema = pyarrow.schema([(name, pyarrow.type_for_alias(TYPES[kind])) for name, kind in columns.items()])
    written = _Written()
    with parquet.ParquetWriter(pyarrow.PythonFile(written, mode="w"), schema) as file:
        for rows in batches:
            values = zip(*rows, strict=True)
            held = [
                pyarrow.array([_day(value) for value in column] if kind == "date" else column, type=field.type)
                for field, kind, column in zip(schema, columns.values(), values, strict=False)
            ]
            if held:
                file.write_table(pyarrow.Table.from_arrays(held, schema=schema))
            yield written.taken()
    yield written.taken()


def _day(value: Any) -> Any:
    return date.fromisoformat(value) if isinstance(value, str) else value


class _Written:
    """A file that is handed on as it is written."""

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
        """Do nothing: what is written is taken."""

    def close(self) -> None:
        """Do nothing: the last piece is still to be taken."""

    def taken(self) -> bytes:
        found = b"".join(self._pieces)
        self._pieces.clear()
        return found
