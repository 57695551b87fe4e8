"""Convert documents to the tables of a spreadsheet and back. Every fault names its sheet, row and column."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sanctions.exceptions import Problem, UnreadableSheet
from sanctions.records.base import Document, RecordType
from sanctions.spreadsheets.cells import Unfit, text_of, value_of
from sanctions.spreadsheets.layout import PLACE, RECORD, Sheet, sheets_of

_PATH: Final = re.compile(r"([a-z_]+)(?:\[(\d+)\])?(?:\.([a-z_]+))?")
#: Characters of a value that a fault shows.
_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it was read: its text, and why it is refused, if it is."""

    text: str
    refused: str = ""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row: its number as the spreadsheet shows it, and the text of each cell by column, empty ones included.

    ``refused`` gives the reason for each cell whose content is refused.
    """

    number: int
    cells: Mapping[str, str]
    refused: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet as texts: its name, its columns in order, its rows without the empty ones."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[SheetRow, ...]


@dataclass(frozen=True, slots=True)
class CellFault:
    """A fault of a cell or row: its place, its value, and what is allowed."""

    sheet: str
    row: int
    column: str
    value: str
    message: str


@dataclass(slots=True)
class SheetRecord:
    """What a file contains of one record: its document, the faults of its cells, and the row of each part."""

    slug: str
    row: SheetRow
    document: Document
    before: Document | None
    faults: list[CellFault] = field(default_factory=list)
    parts: dict[str, list[SheetRow]] = field(default_factory=dict)


@dataclass(slots=True)
class SheetContent:
    """The content of a file: its records, the faults of rows without a record, and the columns it leaves out."""

    records: list[SheetRecord]
    stray: list[CellFault]
    left: tuple[str, ...]


# --- Documents into tables ----------------------------------------------------------------------


def tables_of(record_type: RecordType, documents: Iterable[Document]) -> list[Table]:
    """Return the tables of documents: every sheet of the noun, empty ones included."""
    documents = list(documents)
    records, *parts = sheets_of(record_type)
    tables = [_table(records, [_cells(records, document) for document in documents])]
    for sheet in parts:
        rows = [
            _cells(sheet, {RECORD: document["slug"], PLACE: place, **row})
            for document in documents
            for place, row in enumerate(document.get(sheet.name, ()), start=1)
        ]
        tables.append(_table(sheet, rows))
    return tables


def _cells(sheet: Sheet, values: Mapping[str, Any]) -> dict[str, str]:
    return {column.name: text_of(column, values.get(column.name)) for column in sheet.columns}


def _table(sheet: Sheet, rows: Sequence[Mapping[str, str]]) -> Table:
    numbered = tuple(SheetRow(number, cells) for number, cells in enumerate(rows, start=2))
    return Table(sheet.name, tuple(column.name for column in sheet.columns), numbered)


# --- Tables into documents ----------------------------------------------------------------------


def slugs_in(record_type: RecordType, tables: Iterable[Table]) -> list[str]:
    """Return the slugs of the records in a file."""
    name = record_type.plural
    return [row.cells["slug"].strip() for table in tables if table.name == name for row in table.rows]


def check(record_type: RecordType, tables: Sequence[Table]) -> None:
    """Raise :class:`UnreadableSheet` if the sheets or columns of a file are not those of the noun."""
    sheets = {sheet.name: sheet for sheet in sheets_of(record_type)}
    for table in tables:
        if table.name not in sheets:
            raise UnreadableSheet(f"The sheet {_quoted(table.name)} is unknown. Allowed: {', '.join(sheets)}.")
        _check_columns(sheets[table.name], table)
    if record_type.plural not in {table.name for table in tables}:
        raise UnreadableSheet(f"The sheet {record_type.plural} is missing: it names the records, one per row.")


def _check_columns(sheet: Sheet, table: Table) -> None:
    known = [column.name for column in sheet.columns]
    allowed = f"Allowed: {', '.join(known)}."
    for place, name in enumerate(table.columns):
        if name not in known:
            raise UnreadableSheet(f"Sheet {sheet.name}: the column {_quoted(name)} is unknown. {allowed}")
        if name in table.columns[:place]:
            raise UnreadableSheet(f"Sheet {sheet.name}: the column {_quoted(name)} occurs twice.")
    needed = [name for name in known if name != PLACE] if sheet.is_of_parts else ["slug"]
    if missing := [name for name in needed if name not in table.columns]:
        raise UnreadableSheet(f"Sheet {sheet.name}: the column {', '.join(missing)} is missing. {allowed}")


def read(record_type: RecordType, tables: Sequence[Table], current: Mapping[str, Document]) -> SheetContent:
    """Return the records of a file; ``current`` has the documents of existing records, by slug.

    A column or sheet that the file lacks keeps its value from the current document. Raise :class:`UnreadableSheet` if
    the sheets or columns are not those of the noun.
    """
    check(record_type, tables)
    by_name = {table.name: table for table in tables}
    sheets = sheets_of(record_type)
    main = by_name[record_type.plural]
    stray: list[CellFault] = []
    records: dict[str, SheetRecord] = {}
    duplicates: list[SheetRecord] = []
    for row in main.rows:
        slug = row.cells["slug"].strip()
        if not slug:
            stray.append(CellFault(main.name, row.number, "slug", "", "This must be given: the slug of the record."))
            continue
        record = _record(sheets[0], main, row, slug, current.get(slug))
        if slug in records:
            message = f"The slug is used already, in row {records[slug].row.number}. Allowed: one row for a record."
            record.faults.append(CellFault(main.name, row.number, "slug", _short(slug), message))
            duplicates.append(record)
        else:
            records[slug] = record
    for sheet in sheets[1:]:
        if table := by_name.get(sheet.name):
            stray += _add_parts(sheet, table, records)
    for record in records.values():
        record.document = _kept_line_ends(record.before or {}, record.document)
    in_order = sorted([*records.values(), *duplicates], key=lambda record: record.row.number)
    return SheetContent(in_order, stray, tuple(_left_out(sheets, by_name)))


def _left_out(sheets: Iterable[Sheet], tables: Mapping[str, Table]) -> Iterable[str]:
    for sheet in sheets:
        if sheet.name not in tables:
            yield f"sheet {sheet.name}"
        else:
            given = tables[sheet.name].columns
            yield from (f"column {column.name}" for column in sheet.columns if column.name not in (*given, PLACE))


def _record(sheet: Sheet, table: Table, row: SheetRow, slug: str, before: Document | None) -> SheetRecord:
    record = SheetRecord(slug, row, dict(before or {}), before)
    for name in table.columns:
        record.document.pop(name, None)
    record.document |= _values(sheet, row, table.columns, record.faults)
    return record


def _values(sheet: Sheet, row: SheetRow, columns: Iterable[str], faults: list[CellFault]) -> Document:
    """Return the values of a row's cells; an empty cell has no value."""
    values: Document = {}
    faults += [
        CellFault(sheet.name, row.number, name, _short(row.cells[name]), why) for name, why in row.refused.items()
    ]
    for name in columns:
        text = "" if name in row.refused else row.cells.get(name, "")
        if name in (RECORD, PLACE) and sheet.is_of_parts:
            continue
        column = sheet.column(name)
        if text == "" or (column.form != "text" and not text.strip()):
            continue
        try:
            values[name] = value_of(column, text)
        except Unfit as unfit:
            faults.append(CellFault(sheet.name, row.number, name, _short(text), str(unfit)))
    return values


def _add_parts(sheet: Sheet, table: Table, records: Mapping[str, SheetRecord]) -> list[CellFault]:
    """Add the parts of one kind to each record, in order; return the faults of rows that belong to no record."""
    stray: list[CellFault] = []
    placed: dict[str, list[tuple[int, int, SheetRow]]] = defaultdict(list)
    for row in table.rows:
        slug = row.cells[RECORD].strip()
        if slug not in records:
            message = "No row of the first sheet has this slug. Allowed: the slug of a record with a row in that sheet."
            stray.append(CellFault(sheet.name, row.number, RECORD, _short(slug), message))
            continue
        place = _place(sheet, row, records[slug].faults, [number for number, _, _ in placed[slug]])
        placed[slug].append((place, row.number, row))
    for slug, record in records.items():
        rows = [row for *_, row in sorted(placed[slug], key=lambda item: item[:2])]
        record.parts[sheet.name] = rows
        record.document[sheet.name] = [_values(sheet, row, table.columns, record.faults) for row in rows]
        if not rows:
            del record.document[sheet.name]
    return stray


def _place(sheet: Sheet, row: SheetRow, faults: list[CellFault], taken: Sequence[int]) -> int:
    """Return the place of a part; a part without one goes to the end."""
    text = row.cells.get(PLACE, "").strip()
    last = 10**41
    if not text:
        return last
    try:
        place = int(value_of(sheet.column(PLACE), text))
        if place < 1:
            raise Unfit("Places are counted from 1.")
        if place in taken:
            raise Unfit("Another row of the record has this place. Allowed: each place once, or an empty cell.")
    except Unfit as unfit:
        faults.append(CellFault(sheet.name, row.number, PLACE, _short(text), str(unfit)))
        return last
    return place


def _kept_line_ends(before: Document, after: Document) -> Document:
    """Return a document whose texts keep their former line breaks: spreadsheets write line breaks of their own kind."""
    return {name: _kept(before.get(name), value) for name, value in after.items()}


def _kept(before: Any, after: Any) -> Any:
    if isinstance(before, str) and isinstance(after, str) and before != after:
        return before if _one_kind(before) == _one_kind(after) else after
    if isinstance(before, list) and isinstance(after, list):
        rows = dict(enumerate(before))
        named = {row["slug"]: row for row in before if isinstance(row, dict) and "slug" in row}
        return [
            _kept_line_ends(named.get(row.get("slug")) or rows.get(place, {}), row) if isinstance(row, dict) else row
            for place, row in enumerate(after)
        ]
    return after


def _one_kind(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


# --- Faults -------------------------------------------------------------------------------------


def fault_of(record_type: RecordType, record: SheetRecord, problem: Problem) -> CellFault:
    """Return a fault of a record's document with its place in the file: its cell, or else its row."""
    name, column, row = record_type.plural, "", record.row
    if step := _PATH.match(problem.path):
        key, place, inner = step.groups()
        parts = record.parts.get(key)
        if parts is not None and place is not None and int(place) < len(parts):
            name, row, column = key, parts[int(place)], inner or ""
        else:
            column = key
    return CellFault(name, row.number, column, _short(row.cells.get(column, "")), problem.message)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _quoted(name: str) -> str:
    return ascii(name[:60]) if not name[:60].isprintable() else repr(name[:60])
