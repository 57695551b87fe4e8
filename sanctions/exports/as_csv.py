"""CSV: RFC 4180 with a header, UTF-8, and safe to open in a spreadsheet.

A text that a spreadsheet would take for a formula gets one apostrophe in front: it begins with ``=``, ``+``, ``-``,
``@``, a tab or a carriage return, or with apostrophes followed by one of these. To read it back, remove one apostrophe
from every text that begins with apostrophes followed by one of these (:func:`original`). Numbers are not changed. A
missing value is an empty cell.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

#: First characters of texts that may need an apostrophe.
_SUSPECT: Final = frozenset("'=+-@\t\r")
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
_GUARDED: Final = re.compile(r"'+[=+\-@\t\r]")


def write(columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return a table; ``columns`` maps the names of columns, in order, to their types."""
    return b"".join(stream(columns, [[[row.get(name) for name in columns] for row in rows]]))


def stream(columns: Iterable[str], batches: Iterable[Iterable[Sequence[Any]]]) -> Iterator[bytes]:
    """Yield the header, then a piece for each batch of rows; the values of a row are in the order of the columns."""
    yield _lines([[safe(name) for name in columns]])
    for rows in batches:
        yield _lines([_cell(value) for value in row] for row in rows)


def _lines(rows: Iterable[Iterable[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return safe(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, int | float):
        return value
    return safe(str(value))


def safe(text: str) -> str:
    """Return the text, with an apostrophe in front if a spreadsheet would take it for a formula."""
    return f"'{text}" if text[:1] in _SUSPECT and _FORMULA.match(text) else text


def original(cell: str) -> str:
    """Undo :func:`safe`."""
    return cell[1:] if _GUARDED.match(cell) else cell
