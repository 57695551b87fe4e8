"""XLSX: every cell a text that no spreadsheet takes for a formula, a date or a number.

A carriage return is written as Excel writes it, ``_x000D_``, and a text that looks like such a sign has its underscore
written as ``_x005F_``: XML would drop the one and Excel read the other.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, Final

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from sanctions.exceptions import TooMuch, UnreadableSheet
from sanctions.records.base import RecordType
from sanctions.spreadsheets.cells import LONGEST_CELL
from sanctions.spreadsheets.layout import READ_ME, Column, read_me, sheets_of
from sanctions.spreadsheets.limits import MOST_COLUMNS, MOST_LINES, table, unpacked
from sanctions.spreadsheets.tables import Cell, Table
from sanctions.workbooks import DAMAGED, SIGN, read_signs

_TEXT: Final = "@"
#: Digits of a number that Excel keeps.
_EXACT: Final = 10**15
#: Characters of a list of codes that a cell offers; what is longer stands in "Read me" only.
_LONGEST_LIST: Final = 250


def write(record_type: RecordType, tables: Sequence[Table]) -> bytes:
    """Return the tables as a workbook; :class:`TooMuch` if a text is longer than a cell."""
    _demand_room(tables)
    book = Workbook(write_only=True)
    sheets = {sheet.name: sheet for sheet in sheets_of(record_type)}
    for found in tables:
        columns = [sheets[found.name].column(name) for name in found.columns]
        rows = ([row.cells[name] for name in found.columns] for row in found.rows)
        _sheet(book, found.name, columns, [list(found.columns), *rows])
    explained = read_me(record_type)
    _sheet(
        book, READ_ME, [Column(name, "text", "") for name in explained[0]], explained, widths=(18, 22, 70, 40, 10, 60)
    )
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _sheet(
    book: Workbook, name: str, columns: Sequence[Column], rows: Iterable[Sequence[str]], widths: Sequence[int] = ()
) -> None:
    sheet: Any = book.create_sheet(name)
    sheet.freeze_panes = "A2" if widths else "B2"
    for place, column in enumerate(columns):
        dimension = sheet.column_dimensions[get_column_letter(place + 1)]
        dimension.width = widths[place] if widths else _width(column)
        # Also cells that are empty now stay as they are typed.
        dimension.number_format = _TEXT
    for number, row in enumerate(rows):
        sheet.append([_cell(sheet, text, heading=number == 0) for text in row])
    for place, column in enumerate(columns):
        if choice := _choice(column):
            letter = get_column_letter(place + 1)
            choice.add(f"{letter}2:{letter}{MOST_LINES}")
            sheet.data_validations.append(choice)


def _demand_room(tables: Iterable[Table]) -> None:
    """Refuse what a cell would cut, before a workbook is begun."""
    if any(len(_written(text)) > LONGEST_CELL for found in tables for row in found.rows for text in row.cells.values()):
        raise TooMuch(
            "characters in a text or list that a cell of XLSX should hold (CSV has no such limit)", LONGEST_CELL
        )


def _written(text: str) -> str:
    return SIGN.sub(r"_x005F\g<0>", text).replace("\r", "_x000D_")


def _width(column: Column) -> int:
    return {"slug": 28, "slugs": 32, "place": 8, "text": 36}.get(column.form, 18)


def _choice(column: Column) -> DataValidation | None:
    codes = ("true", "false") if column.form == "true or false" else column.codes if column.form == "code" else ()
    listed = ",".join(codes)
    if not listed or len(listed) > _LONGEST_LIST:
        return None
    return DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True, showErrorMessage=True)


def _cell(sheet: Any, text: str, *, heading: bool) -> Any:
    written = _written(text)
    cell = WriteOnlyCell(sheet, written or None)
    if written:
        # openpyxl has guessed: "=1" would be a formula, "#N/A" an error.
        cell.data_type = "s"
    cell.number_format = _TEXT
    cell.font = Font(bold=heading)
    cell.alignment = Alignment(vertical="top", wrap_text="\n" in text)
    return cell


def read(content: bytes) -> list[Table]:
    """Return the sheets of a workbook but "Read me"; :class:`UnreadableSheet` if it is none or too large."""
    unpacked(content).close()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return list(_tables(content))
    except UnreadableSheet:
        raise
    except DAMAGED as error:
        raise UnreadableSheet("The file is cut off or damaged, or no workbook. Save it again as XLSX.") from error


def _tables(content: bytes) -> Iterator[Table]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    before = 0
    try:
        for sheet in book.worksheets:
            if sheet.title == READ_ME:
                continue
            # What a file says of its own size is not believed.
            sheet.reset_dimensions()
            lines = (_line(row) for row in sheet.iter_rows(max_col=MOST_COLUMNS + 1))
            found = table(sheet.title, lines, before=before)
            before += len(found.rows)
            yield found
    finally:
        book.close()


def _line(row: Sequence[Any]) -> list[Cell]:
    # Most rows of a file that claims a great many are empty, and cost no more than to see that.
    return [_read(cell) for cell in row] if any(cell.value is not None for cell in row) else []


def _read(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return Cell("")
    match cell.data_type:
        case "s":
            return Cell(read_signs(str(value)))
        case "b":
            return Cell("true" if value else "false")
        case "n":
            return _number(value)
        case "f":
            return Cell(str(value), "This is a formula. Allowed: texts; paste its value instead.")
        case "e":
            return Cell(str(value), "This is an error of the spreadsheet. Allowed: texts.")
    shown = value.isoformat() if isinstance(value, date | datetime | time) else str(value)
    return Cell(
        shown,
        "The spreadsheet has made a date of this, and may have made a month or a year its first day. Allowed: dates as "
        "texts; format the cell as text and type it again.",
    )


def _number(value: Any) -> Cell:
    if abs(value) >= _EXACT:
        return Cell(
            str(value),
            "The spreadsheet keeps 15 digits of a number. Allowed: texts; format the cell as text and type it again.",
        )
    return Cell(str(int(value)) if value == int(value) else repr(value))
