"""Read and write CSV: a ZIP archive with one file per sheet. The sheet of the records may also come as a plain file.

Written according to RFC 4180, in UTF-8 with a byte-order mark, by which Excel recognises it. A text that begins like a
formula gets an apostrophe in front, which reading removes (:func:`sanctions.exports.as_csv.original`). Spreadsheets in
some countries separate cells by semicolons or tabs: the heading shows which.
"""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from sanctions.exceptions import UnreadableSheet
from sanctions.exports.as_csv import original, safe
from sanctions.importers.formats.csv_rows import raise_field_limit
from sanctions.records.base import RecordType
from sanctions.spreadsheets.layout import SheetColumn, read_me, sheets_of
from sanctions.spreadsheets.limits import MOST_UNPACKED, table, unpacked
from sanctions.spreadsheets.tables import Cell, Table

MEDIA_TYPE: Final = "application/zip"
_READ_ME: Final = "read-me.csv"
_NUMBERS: Final = ("number", "whole number", "place")
_MARKS: Final = {codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"}


def write(record_type: RecordType, tables: Iterable[Table], at: datetime) -> bytes:
    """Return the tables as an archive of CSV files; ``at`` becomes the date of the files."""
    sheets = {sheet.name: sheet for sheet in sheets_of(record_type)}
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for sheet_table in tables:
            columns = [sheets[sheet_table.name].column(name) for name in sheet_table.columns]
            rows = ([_guarded(column, row.cells[column.name]) for column in columns] for row in sheet_table.rows)
            _add(packed, f"{sheet_table.name}.csv", [list(sheet_table.columns), *rows], at)
        _add(packed, _READ_ME, [[safe(text) for text in row] for row in read_me(record_type)], at)
    return content.getvalue()


def _add(packed: zipfile.ZipFile, name: str, rows: Iterable[Sequence[str]], at: datetime) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    info = zipfile.ZipInfo(name, at.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    packed.writestr(info, codecs.BOM_UTF8 + text.getvalue().encode())


def _guarded(column: SheetColumn, text: str) -> str:
    return text if column.form in _NUMBERS else safe(text)


def read(content: bytes) -> list[Table]:
    """Return the sheets of an archive of CSV files. Raise :class:`UnreadableSheet` if it is not one, or too large."""
    tables: list[Table] = []
    with unpacked(content) as packed:
        for info in packed.infolist():
            name = info.filename.rpartition("/")[2]
            if info.is_dir() or name in (_READ_ME, "") or info.filename.startswith("__MACOSX/"):
                continue
            if not name.endswith(".csv"):
                raise UnreadableSheet(f"The file {name[:60]!a} is not CSV. Allowed: a CSV file for each sheet.")
            try:
                text = packed.read(info)
            except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as error:
                raise UnreadableSheet(
                    f"The packed file {name[:60]!a} is cut off, damaged or locked. Save it again."
                ) from error
            before = sum(len(earlier.rows) for earlier in tables)
            tables.append(read_one(name.removesuffix(".csv"), text, before=before))
    return tables


def read_one(name: str, content: bytes, *, before: int = 0) -> Table:
    """Return a CSV file as a sheet. Raise :class:`UnreadableSheet` if it is not one."""
    text = _decoded(name, content)
    raise_field_limit(MOST_UNPACKED)
    heading = text.partition("\n")[0]
    separator = max(",;\t", key=heading.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        return table(name, _lines(name, lines), before=before)
    except csv.Error as error:
        raise UnreadableSheet(
            f"Sheet {name}: line {lines.line_num} is not CSV ({error}). The file may be cut off."
        ) from error


def _lines(name: str, lines: Iterable[list[str]]) -> Iterator[list[Cell]]:
    width = 0
    for number, cells in enumerate(lines, start=1):
        width = width or len(cells)
        if any(cells) and len(cells) < width:
            raise UnreadableSheet(
                f"Sheet {name}, row {number}: it has {len(cells)} cells, and the heading {width}. The file may be "
                "cut off."
            )
        yield [Cell(original(cell)) for cell in cells]


def _decoded(name: str, content: bytes) -> str:
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            raise UnreadableSheet(f"Sheet {name} is written in {encoding}. Allowed: UTF-8; save it as CSV UTF-8.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableSheet(
            f"Sheet {name} is not written in UTF-8 (byte {error.start + 1}), but perhaps in Windows-1252. Allowed: "
            "UTF-8; save it as CSV UTF-8."
        ) from error
