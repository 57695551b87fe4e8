"""Read an uploaded file. Its content decides the format, not its name."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from typing import Any, Final

from sanctions.exceptions import UnreadableSheet
from sanctions.records.base import Document, RecordType
from sanctions.spreadsheets import as_zip
from sanctions.spreadsheets.limits import MOST_BYTES, unpacked
from sanctions.spreadsheets.tables import Table, tables_of

_PACKED: Final = b"PK"
_OLD_EXCEL: Final = bytes.fromhex("d0cf11e0")
#: Format → file name extension and media type.
FORMATS: Final = {
    "xlsx": (".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (".zip", as_zip.MEDIA_TYPE),
}


def written(record_type: RecordType, documents: list[Document], form: str, at: datetime) -> bytes:
    """Return documents as a file of a format, ``xlsx`` or ``csv``."""
    tables = tables_of(record_type, documents)
    return _book().write(record_type, tables) if form == "xlsx" else as_zip.write(record_type, tables, at)


def tables_in(record_type: RecordType, content: bytes) -> list[Table]:
    """Return the tables of a file: XLSX, an archive of CSV files, or the CSV of the records alone.

    Raise :class:`UnreadableSheet` if it is none of these.
    """
    if not content:
        raise UnreadableSheet("The file is empty.")
    if len(content) > MOST_BYTES:
        raise UnreadableSheet(f"The file is larger than {MOST_BYTES // 1024 // 1024} megabytes. Split it.")
    if content.startswith(_OLD_EXCEL):
        raise UnreadableSheet("This is a file of an old Excel version, or protected by a password. Allowed: XLSX, CSV.")
    if not content.startswith(_PACKED):
        return [as_zip.read_one(record_type.plural, content)]
    with unpacked(content) as packed:
        is_book = "[Content_Types].xml" in packed.namelist()
    return _book().read(content) if is_book else as_zip.read(content)


def _book() -> Any:
    """Return the XLSX module. It is imported late, because openpyxl takes eight megabytes that few processes need."""
    return import_module("sanctions.spreadsheets.as_xlsx")
