"""The list as a workbook (XLSX): its rows as those of the CSV, with days written DD/MM/YYYY."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, BinaryIO, Final

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import Fault, RawFile
from sanctions.importers.formats.workbooks import DAMAGED, open_workbook, unescape

#: Bytes that a workbook may unpack to. The complete list has 20 million.
_MOST_UNPACKED: Final = 500_000_000


def workbook_rows(file: RawFile, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of the first sheet with their numbers, without the empty cells at their ends.

    Formulas and errors are faults, and their cells empty. Further sheets are faults. Raise :class:`UnreadableList` if
    the file is not a workbook, is cut off, or unpacks to more bytes than any list has.
    """
    with file.open() as opened:
        try:
            _require_room(file, opened)
            yield from _rows(file, opened, faults)
        except UnreadableList:
            raise
        except DAMAGED as error:
            raise UnreadableList(f"{file.name}: it is not a workbook, or is cut off or damaged.") from error


def _require_room(file: RawFile, opened: BinaryIO) -> None:
    with zipfile.ZipFile(opened) as packed:
        if sum(info.file_size for info in packed.infolist()) > _MOST_UNPACKED:
            raise UnreadableList(f"{file.name}: it unpacks to more than {_MOST_UNPACKED:,} bytes.")
    opened.seek(0)


def _rows(file: RawFile, opened: BinaryIO, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    with open_workbook(opened) as book:
        first, *others = book.worksheets
        faults += [Fault(file.name, sheet.title, "", "This sheet is not known, and was not read.") for sheet in others]
        for number, row in enumerate(first.iter_rows(), start=1):
            cells = _cells(row, f"{file.name}, row {number}", faults)
            if cells:
                yield number, cells


def _cells(row: Sequence[Any], place: str, faults: list[Fault]) -> list[str]:
    cells = [_text(cell, place, faults) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _text(cell: Any, place: str, faults: list[Fault]) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type in ("f", "e"):
        what = "a formula" if cell.data_type == "f" else "an error of the spreadsheet"
        faults.append(Fault(place, cell.coordinate, str(value)[:200], f"The cell holds {what}, and was not read."))
        return ""
    if isinstance(value, str):
        return unescape(value)
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
