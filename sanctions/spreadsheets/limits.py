"""Limits of uploaded files: what one request can process, whatever an archive unpacks to."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Final

from sanctions.exceptions import UnreadableSheet
from sanctions.spreadsheets.tables import Cell, SheetRow, Table

#: Bytes of a file.
MOST_BYTES: Final = 10 * 1024 * 1024
#: Bytes of an archive's content, according to its directory; no more than that is unpacked.
MOST_UNPACKED: Final = 60 * 1024 * 1024
#: Files in an archive.
MOST_PACKED: Final = 100
#: Columns of a sheet.
MOST_COLUMNS: Final = 60
#: Rows of all sheets together, headings not counted.
MOST_ROWS: Final = 10_000
#: Rows of a sheet including empty ones: a file of a few bytes may claim a million, and each costs time.
MOST_LINES: Final = 100_000


def unpacked(content: bytes) -> zipfile.ZipFile:
    """Open an archive. Raise :class:`UnreadableSheet` if it is not one, or unpacks to too much."""
    try:
        packed = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableSheet("The file is cut off or damaged: it cannot be unpacked. Save it again.") from error
    parts = packed.infolist()
    if len(parts) > MOST_PACKED or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise UnreadableSheet(
            f"The file unpacks to too much. Allowed: {MOST_PACKED} parts, "
            f"{MOST_UNPACKED // 1024 // 1024} megabytes. Split it."
        )
    return packed


def table(name: str, lines: Iterable[Sequence[Cell]], *, before: int) -> Table:
    """Return the lines of a sheet, heading first, as a table; ``before`` is the number of rows read from other sheets.

    Raise :class:`UnreadableSheet` if it has no heading, too many rows, or a cell without a heading.
    """
    numbered = enumerate(lines, start=1)
    heading = [cell.text.strip() for cell in next(numbered, (0, ()))[1]]
    while heading and not heading[-1]:
        heading.pop()
    if not heading or not all(heading):
        raise UnreadableSheet(f"Sheet {name}: the first row must name the columns, and has an empty cell.")
    if len(heading) > MOST_COLUMNS:
        raise UnreadableSheet(f"Sheet {name}: it has more than {MOST_COLUMNS} columns.")
    rows: list[SheetRow] = []
    for number, cells in numbered:
        if number > MOST_LINES:
            raise UnreadableSheet(f"Sheet {name}: it has more than {MOST_LINES:,} rows, empty ones included.")
        if not any(cell.text for cell in cells):
            continue
        if before + len(rows) >= MOST_ROWS:
            raise UnreadableSheet(f"The file has more than {MOST_ROWS:,} rows. Split it.")
        if any(cell.text for cell in cells[len(heading) :]):
            raise UnreadableSheet(f"Sheet {name}, row {number}: a cell has no heading above it.")
        by_column = dict(zip(heading, cells, strict=False))
        texts = {column: by_column[column].text if column in by_column else "" for column in heading}
        refused = {column: cell.refused for column, cell in by_column.items() if cell.refused}
        rows.append(SheetRow(number, texts, refused))
    return Table(name, tuple(heading), tuple(rows))
