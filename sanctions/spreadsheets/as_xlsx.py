"""Read and write XLSX. Every cell is a text, so that no spreadsheet makes a formula, date or number of it.

A carriage return is written as Excel writes it, ``_x000D_``, and a text that looks like such a sign has its underscore
written as ``_x005F_``: XML would drop the one and Excel read the other.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from sanctions.exceptions import TooMuch, UnreadableSheet
from sanctions.importers.formats.workbooks import DAMAGED, ESCAPED, open_workbook, unescape
from sanctions.records.base import RecordType
from sanctions.spreadsheets.cells import LONGEST_CELL
from sanctions.spreadsheets.layout import READ_ME, SheetColumn, read_me, sheets_of
from sanctions.spreadsheets.limits import MOST_COLUMNS, MOST_LINES, table, unpacked
from sanctions.spreadsheets.tables import Cell, Table

_TEXT: Final = "@"
#: Digits of a number that Excel keeps.
_EXACT: Final = 10**15
#: Longest list of codes, in characters, that a cell offers as a choice; longer ones are in "Read me" only.
_LONGEST_LIST: Final = 250


def write(record_type: RecordType, tables: Sequence[Table]) -> bytes:
    """Return the tables as a workbook; :class:`TooMuch` if a text is longer than a cell."""
    _require_room(tables)
    book = Workbook(write_only=True)
    sheets = {sheet.name: sheet for sheet in sheets_of(record_type)}
    for sheet_table in tables:
        columns = [sheets[sheet_table.name].column(name) for name in sheet_table.columns]
        rows = ([row.cells[name] for name in sheet_table.columns] for row in sheet_table.rows)
        _sheet(book, sheet_table.name, columns, [list(sheet_table.columns), *rows])
    explained = read_me(record_type)
    _sheet(
        book,
        READ_ME,
        [SheetColumn(name, "text", "") for name in explained[0]],
        explained,
        widths=(18, 22, 70, 40, 10, 60),
    )
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _sheet(
    book: Workbook, name: str, columns: Sequence[SheetColumn], rows: Iterable[Sequence[str]], widths: Sequence[int] = ()
) -> None:
    sheet: Any = book.create_sheet(name)
    sheet.freeze_panes = "A2" if widths else "B2"
    for place, column in enumerate(columns):
        dimension = sheet.column_dimensions[get_column_letter(place + 1)]
        dimension.width = widths[place] if widths else _width(column)
        # Cells that are empty now must keep what is typed into them, too.
        dimension.number_format = _TEXT
    for number, row in enumerate(rows):
        sheet.append([_cell(sheet, text, heading=number == 0) for text in row])
    for place, column in enumerate(columns):
        if choice := _choice(column):
            letter = get_column_letter(place + 1)
            choice.add(f"{letter}2:{letter}{MOST_LINES}")
            sheet.data_validations.append(choice)


def _require_room(tables: Iterable[Table]) -> None:
    """Refuse a text that is longer than a cell, before starting a workbook."""
    if any(
        len(_written(text)) > LONGEST_CELL
        for sheet_table in tables
        for row in sheet_table.rows
        for text in row.cells.values()
    ):
        raise TooMuch(
            "characters in a text or list that a cell of XLSX should hold (CSV has no such limit)", LONGEST_CELL
        )


def _written(text: str) -> str:
    return ESCAPED.sub(r"_x005F\g<0>", text).replace("\r", "_x000D_")


def _width(column: SheetColumn) -> int:
    return {"slug": 28, "slugs": 32, "place": 8, "text": 36}.get(column.form, 18)


def _choice(column: SheetColumn) -> DataValidation | None:
    codes = ("true", "false") if column.form == "true or false" else column.codes if column.form == "code" else ()
    listed = ",".join(codes)
    if not listed or len(listed) > _LONGEST_LIST:
        return None
    return DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True, showErrorMessage=True)


def _cell(sheet: Any, text: str, *, heading: bool) -> Any:
    written = _written(text)
    cell = WriteOnlyCell(sheet, written or None)
    if written:
        # openpyxl guesses the type: "=1" would become a formula, "#N/A" an error.
        cell.data_type = "s"
    cell.number_format = _TEXT
    cell.font = Font(bold=heading)
    cell.alignment = Alignment(vertical="top", wrap_text="\n" in text)
    return cell


def read(content: bytes) -> list[Table]:
    """Return the sheets of a workbook except "Read me"; :class:`UnreadableSheet` if it is not one, or too large."""
    unpacked(content).close()
    try:
        return list(_tables(content))
    except UnreadableSheet:
        raise
    except DAMAGED as error:
        raise UnreadableSheet("The file is cut off or damaged, or not a workbook. Save it again as XLSX.") from error


def _tables(content: bytes) -> Iterator[Table]:
    before = 0
    with open_workbook(io.BytesIO(content)) as book:
        for sheet in book.worksheets:
            if sheet.title == READ_ME:
                continue
            lines = (_line(row) for row in sheet.iter_rows(max_col=MOST_COLUMNS + 1))
            sheet_table = table(sheet.title, lines, before=before)
            before += len(sheet_table.rows)
            yield sheet_table


def _line(row: Sequence[Any]) -> list[Cell]:
    # A file may claim a great many rows, most of them empty: skip those cheaply.
    return [_read(cell) for cell in row] if any(cell.value is not None for cell in row) else []


def _read(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return Cell("")
    match cell.data_type:
        case "s":
            return Cell(unescape(str(value)))
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
        "The spreadsheet has turned this into a date, and may have turned a month or year into its first day. "
        "Allowed: dates as texts; format the cell as text and type it again.",
    )


def _number(value: Any) -> Cell:
    if abs(value) >= _EXACT:
        return Cell(
            str(value),
            "The spreadsheet keeps 15 digits of a number. Allowed: texts; format the cell as text and type it again.",
        )
    return Cell(str(int(value)) if value == int(value) else repr(value))
