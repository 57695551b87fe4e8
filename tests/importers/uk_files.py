"""Writes what the reader of the United Kingdom's list reads."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from sanctions.importers.base import RawFile
from sanctions.importers.uk_consolidated.parse import COLUMNS_36

Rows = Iterable[Mapping[str, str]]


def uk_csv(
    rows: Rows, columns: Sequence[str] = COLUMNS_36, *, updated: str = "27/04/2020", encoding: str = "utf-8"
) -> RawFile:
    """Return a CSV file of the list with these rows."""
    return RawFile.of_bytes("ConList.csv", uk_text(rows, columns, updated=updated).encode(encoding))


def uk_text(rows: Rows, columns: Sequence[str] = COLUMNS_36, *, updated: str = "27/04/2020") -> str:
    """Return the text of such a file; that of 36 columns fills its first row with empty cells."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    first = ["Last Updated", updated]
    writer.writerow(first if len(columns) < len(COLUMNS_36) else first + [""] * (len(columns) - 2))
    writer.writerow(columns)
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return text.getvalue()


def uk_xlsx(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str] = COLUMNS_36, *, more_sheets: Sequence[str] = ()
) -> RawFile:
    """Return a workbook of the list with these rows; texts are texts, whatever they look like."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("ConList")
    sheet.append(["Last Updated", date(2020, 4, 27)])
    sheet.append(list(columns))
    for row in rows:
        sheet.append([_cell(sheet, row.get(column)) for column in columns])
    for title in more_sheets:
        book.create_sheet(title)
    content = io.BytesIO()
    book.save(content)
    return RawFile.of_bytes("ConList.xlsx", content.getvalue())


def _cell(sheet: Any, value: Any) -> Any:
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str) and value and not value.startswith("=1"):
        cell.data_type = "s"
    return cell
