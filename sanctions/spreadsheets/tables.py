"""Documents as the tables of a spreadsheet, and back, with every fault at its sheet, row and column."""

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
    """One cell as it was read: its text, and why that is not taken, if it is not."""

    text: str
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as the spreadsheet shows it, and the texts of its cells by column; empty ones too.

    ``refused`` tells of cells why what they hold is not taken.
    """

    number: int
    cells: Mapping[str, str]
    refused: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet as texts: its name, its columns in their order, its rows without those that are empty."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell, or with a row: where, what stands there, and what is allowed instead."""

    sheet: str
    row: int
    column: str
    value: str
    message: str


@dataclass(slots=True)
class Told:
    """What a file tells of one record: its document, the faults of its cells, and where each part stands."""

    slug: str
    row: Row
    document: Document
    before: Document | None
    faults: list[Fault] = field(default_factory=list)
    parts: dict[str, list[Row]] = field(default_factory=dict)


@dataclass(slots=True)
class Reading:
    """All that a file tells: of records, the faults of rows that belong to none, and what it leaves as it is."""

    told: list[Told]
    stray: list[Fault]
    left: tuple[str, ...]


# --- Documents into tables ----------------------------------------------------------------------


def tables_of(record_type: RecordType, documents: Iterable[Document]) -> list[Table]:
    """Return the tables of documents, every sheet of the noun among them."""
    documents = list(documents)
    records, *parts = sheets_of(record_type)
    own = [_cells(records, document) for document in documents]
    tables = [_table(records, own)]
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
    numbered = tuple(Row(number, cells) for number, cells in enumerate(rows, start=2))
    return Table(sheet.name, tuple(column.name for column in sheet.columns), numbered)


# --- Tables into documents ----------------------------------------------------------------------


def slugs_in(record_type: RecordType, tables: Iterable[Table]) -> list[str]:
    """Return the slugs of the records that a file tells of."""
    name = record_type.plural
    return [row.cells["slug"].strip() for table in tables if table.name == name for row in table.rows]


def check(record_type: RecordType, tables: Sequence[Table]) -> None:
    """Refuse a file whose sheets or columns are not those of the noun: :class:`UnreadableSheet`."""
    sheets = {sheet.name: sheet for sheet in sheets_of(record_type)}
    for table in tables:
        if table.name not in sheets:
            raise UnreadableSheet(f"There is no sheet {_quoted(table.name)}. Allowed: {', '.join(sheets)}.")
        _check_columns(sheets[table.name], table)
    if record_type.plural not in {table.name for table in tables}:
        raise UnreadableSheet(f"The sheet {record_type.plural} is missing: it names the records, one in a row.")


def _check_columns(sheet: Sheet, table: Table) -> None:
    known = [column.name for column in sheet.columns]
    allowed = f"Allowed: {', '.join(known)}."
    for place, name in enumerate(table.columns):
        if name not in known:
            raise UnreadableSheet(f"Sheet {sheet.name}: there is no column {_quoted(name)}. {allowed}")
        if name in table.columns[:place]:
            raise UnreadableSheet(f"Sheet {sheet.name}: the column {_quoted(name)} is there twice.")
    needed = [name for name in known if name != PLACE] if sheet.is_of_parts else ["slug"]
    if missing := [name for name in needed if name not in table.columns]:
        raise UnreadableSheet(f"Sheet {sheet.name}: there is no column {', '.join(missing)}. {allowed}")


def read(record_type: RecordType, tables: Sequence[Table], current: Mapping[str, Document]) -> Reading:
    """Return what a file tells of each record; ``current`` has the documents of those that are there, by slug.

    A column or sheet that the file has not is left as it is in the current document. :class:`UnreadableSheet` if the
    sheets or columns are not those of the noun.
    """
    check(record_type, tables)
    by_name = {table.name: table for table in tables}
    sheets = sheets_of(record_type)
    records = by_name[record_type.plural]
    stray: list[Fault] = []
    told: dict[str, Told] = {}
    doubled: list[Told] = []
    for row in records.rows:
        slug = row.cells["slug"].strip()
        if not slug:
            stray.append(Fault(records.name, row.number, "slug", "", "This must be given: the slug of the record."))
            continue
        found = _told(sheets[0], records, row, slug, current.get(slug))
        if slug in told:
            message = f"The slug is used already, in row {told[slug].row.number}. Allowed: one row for a record."
            found.faults.append(Fault(records.name, row.number, "slug", _short(slug), message))
            doubled.append(found)
        else:
            told[slug] = found
    for sheet in sheets[1:]:
        if table := by_name.get(sheet.name):
            stray += _add_parts(sheet, table, told)
    for found in told.values():
        found.document = _kept_line_ends(found.before or {}, found.document)
    everything = sorted([*told.values(), *doubled], key=lambda item: item.row.number)
    return Reading(everything, stray, tuple(_left(sheets, by_name)))


def _left(sheets: Iterable[Sheet], tables: Mapping[str, Table]) -> Iterable[str]:
    for sheet in sheets:
        if sheet.name not in tables:
            yield f"sheet {sheet.name}"
        else:
            given = tables[sheet.name].columns
            yield from (f"column {column.name}" for column in sheet.columns if column.name not in (*given, PLACE))


def _told(sheet: Sheet, table: Table, row: Row, slug: str, before: Document | None) -> Told:
    found = Told(slug, row, dict(before or {}), before)
    for name in table.columns:
        found.document.pop(name, None)
    found.document |= _values(sheet, row, table.columns, found.faults)
    return found


def _values(sheet: Sheet, row: Row, columns: Iterable[str], faults: list[Fault]) -> Document:
    """Return the values of a row's cells; an empty cell is no value."""
    values: Document = {}
    faults += [Fault(sheet.name, row.number, name, _short(row.cells[name]), why) for name, why in row.refused.items()]
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
            faults.append(Fault(sheet.name, row.number, name, _short(text), str(unfit)))
    return values


def _add_parts(sheet: Sheet, table: Table, told: Mapping[str, Told]) -> list[Fault]:
    """Give each record its parts of one kind, in their places; return the faults of rows that belong to none."""
    stray: list[Fault] = []
    placed: dict[str, list[tuple[int, int, Row]]] = defaultdict(list)
    for row in table.rows:
        slug = row.cells[RECORD].strip()
        if slug not in told:
            message = "No row of the first sheet has this slug. Allowed: the slug of a record that has a row there."
            stray.append(Fault(sheet.name, row.number, RECORD, _short(slug), message))
            continue
        place = _place(sheet, row, told[slug].faults, [number for number, _, _ in placed[slug]])
        placed[slug].append((place, row.number, row))
    for slug, found in told.items():
        rows = [row for *_, row in sorted(placed[slug], key=lambda item: item[:2])]
        found.parts[sheet.name] = rows
        found.document[sheet.name] = [_values(sheet, row, table.columns, found.faults) for row in rows]
        if not rows:
            del found.document[sheet.name]
    return stray


def _place(sheet: Sheet, row: Row, faults: list[Fault], taken: Sequence[int]) -> int:
    """Return where a part stands: behind all others where its cell is empty."""
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
        faults.append(Fault(sheet.name, row.number, PLACE, _short(text), str(unfit)))
        return last
    return place


def _kept_line_ends(before: Document, after: Document) -> Document:
    """Return a document with the line breaks that its texts had: spreadsheets write breaks of their own kind."""
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


def fault_of(record_type: RecordType, told: Told, problem: Problem) -> Fault:
    """Return where in the file a fault of a record's document stands: at its cell, or at its row."""
    name, column, row = record_type.plural, "", told.row
    if step := _PATH.match(problem.path):
        key, place, inner = step.groups()
        parts = told.parts.get(key)
        if parts is not None and place is not None and int(place) < len(parts):
            name, row, column = key, parts[int(place)], inner or ""
        else:
            column = key
    return Fault(name, row.number, column, _short(row.cells.get(column, "")), problem.message)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _quoted(name: str) -> str:
    return ascii(name[:60]) if not name[:60].isprintable() else repr(name[:60])
