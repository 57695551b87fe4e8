"""Read the files of the list: CSV and XLSX, with 29 or 36 columns, which the header distinguishes.

The first row has the day of the snapshot, the second the columns. An entry, which the list calls a group, has a row for
each combination of its names, dates of birth, addresses and regimes. Its rows are not next to each other: the list is
ordered by names. So the file, which is small, is read completely before the first entry is yielded.

The older form was published in cp1252, the newer in UTF-8. The content decides (``detect_encoding``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import import_module
from typing import Any, Final

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import PROGRAMS, Fault, Files, ParsedList, RawFile
from sanctions.importers.formats.csv_rows import detect_encoding, read_rows, require_header, require_whole_end
from sanctions.importers.formats.strict import collapse_spaces
from sanctions.importers.uk_consolidated.group import UkGroup, UkRow
from sanctions.importers.uk_consolidated.to_entries import to_entry

_NAMES: Final = ("Name 6", "Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Title")
_BIRTH: Final = ("DOB", "Town of Birth", "Country of Birth", "Nationality")
_ADDRESS: Final = (*(f"Address {number}" for number in range(1, 7)), "Post/Zip Code", "Country")
#: The columns until about 2019.
COLUMNS_29: Final = (
    *_NAMES,
    *_BIRTH,
    *("Passport Details", "NI Number", "Position"),
    *_ADDRESS,
    *("Other Information", "Group Type", "Alias Type", "Regime", "Listed On", "Last Updated", "Group ID"),
)
#: The columns since then.
COLUMNS_36: Final = (
    *_NAMES,
    *("Name Non-Latin Script", "Non-Latin Script Type", "Non-Latin Script Language"),
    *_BIRTH,
    *("Passport Number", "Passport Details", "National Identification Number", "NI Details", "Position"),
    *_ADDRESS,
    *("Other Information", "Group Type", "Alias Type", "Alias Quality", "Regime", "Listed On"),
    *("UK Sanctions List Date Designated", "Last Updated", "Group ID"),
)
_FIRST: Final = "Last Updated"
_KEY: Final = re.compile(r"[0-9]{1,10}")
#: What rows contain: keys of an actor's document, and the programs.
_ROWS: Final = frozenset({"names", "identifiers", "particulars", PROGRAMS})
_XLSX: Final = ".xlsx"


@dataclass(slots=True)
class UkFile:
    """A file of the list: its day, its groups, the faults, and the ids of groups that could not be read."""

    as_of: date | None = None
    groups: tuple[UkGroup, ...] = ()
    faults: list[Fault] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    unidentified: list[str] = field(default_factory=list)


def read(files: Files) -> ParsedList:
    """Read the list. Raise :class:`UnreadableList` if the file is another list, or is cut off."""
    uk_file = read_file(files["list"])
    entries = (entry for group in uk_file.groups if (entry := to_entry(group, uk_file.faults, uk_file.unread)))
    total = len(uk_file.groups) + len(uk_file.unread)
    return ParsedList(entries, uk_file.as_of, uk_file.faults, uk_file.unread, uk_file.unidentified, total=total)


def read_file(file: RawFile) -> UkFile:
    """Return the groups of a file with their rows. Raise :class:`UnreadableList`."""
    uk_file = UkFile()
    lost: list[list[str]] = []
    if file.name.lower().endswith(_XLSX):
        lines = _workbook().workbook_rows(file, uk_file.faults)
    else:
        lines = read_rows(file, uk_file.faults, encoding=detect_encoding(file), columns=None, lost=lost)
    uk_file.as_of = _day_of(file, next(lines, None), uk_file.faults)
    columns = _columns(file, next(lines, None))
    grouped: dict[str, list[UkRow]] = {}
    if not file.name.lower().endswith(_XLSX):
        lines = require_whole_end(file, lines, len(columns))
    for row in _rows(file, lines, columns, uk_file, lost):
        grouped.setdefault(row.cells["Group ID"], []).append(row)
    partial = {key if _KEY.fullmatch(key := collapse_spaces(cells[-1])) else "" for cells in lost if cells}
    uk_file.unread |= partial - grouped.keys() - {""}
    # A row without an id may belong to any entry: to one that has other rows, or to one that has none.
    uk_file.unidentified += [
        _name_of(cells, columns) for cells in lost if cells and not _KEY.fullmatch(collapse_spaces(cells[-1]))
    ]
    if not grouped and not lost:
        raise UnreadableList(f"{file.name}: it has no entries.")
    uk_file.groups = tuple(
        UkGroup(key, tuple(held), _ROWS if key in partial or "" in partial else frozenset())
        for key, held in grouped.items()
    )
    return uk_file


def _name_of(cells: list[str], columns: tuple[str, ...]) -> str:
    """Return the name in a row that cannot be read otherwise, as the entry would have it."""
    named = dict(zip(columns, map(collapse_spaces, cells), strict=False))
    return " ".join(filter(None, (named.get(column, "") for column in (*_NAMES[1:6], _NAMES[0]))))


def _workbook() -> Any:
    """Return the XLSX module. It is imported late, because openpyxl takes eight megabytes that few processes need."""
    return import_module("sanctions.importers.uk_consolidated.workbook")


def _day_of(file: RawFile, line: tuple[int, list[str]] | None, faults: list[Fault]) -> date | None:
    cells = line[1] if line else []
    if collapse_spaces("".join(cells[:1])) != _FIRST:
        raise UnreadableList(f"{file.name}: the first row must be {_FIRST!r} and a day. Is it another list?")
    text = collapse_spaces("".join(cells[1:]))
    try:
        return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 (a day of the calendar has no zone)
    except ValueError:
        faults.append(Fault(f"{file.name}, line 1", _FIRST, text[:200], "It must be a day, such as 27/04/2020."))
        return None


def _columns(file: RawFile, line: tuple[int, list[str]] | None) -> tuple[str, ...]:
    header = [collapse_spaces(cell) for cell in line[1]] if line else []
    while header and not header[-1]:
        header.pop()
    columns = COLUMNS_36 if len(header) > len(COLUMNS_29) else COLUMNS_29
    require_header(file, header, columns)
    return columns


def _rows(
    file: RawFile,
    lines: Iterable[tuple[int, list[str]]],
    columns: tuple[str, ...],
    uk_file: UkFile,
    lost: list[list[str]],
) -> Iterator[UkRow]:
    """Yield the usable rows; report the others, and add them to ``lost``."""
    is_book = file.name.lower().endswith(_XLSX)
    seen: set[tuple[str, ...]] = set()
    for number, cells in lines:
        place = f"{file.name}, {'row' if is_book else 'line'} {number}"
        texts = [collapse_spaces(cell) for cell in cells]
        if is_book:
            # A workbook omits the empty cells at the end of a row.
            texts += [""] * (len(columns) - len(texts))
        if not any(texts):
            continue
        if why := _refusal(texts, columns):
            uk_file.faults.append(Fault(place, "", ", ".join(texts)[:200], why))
            lost.append(texts)
        elif tuple(texts) in seen:
            uk_file.faults.append(Fault(place, "Group ID", texts[-1], "This row repeats another; it was read once."))
        else:
            seen.add(tuple(texts))
            yield UkRow(place, {name: text for name, text in zip(columns, texts, strict=True) if text})


def _refusal(texts: list[str], columns: tuple[str, ...]) -> str:
    """Return why a row cannot be used; empty if it can."""
    if len(texts) != len(columns):
        return f"The row has {len(texts)} cells and must have {len(columns)}."
    if not _KEY.fullmatch(texts[-1]):
        return "The Group ID must be a number."
    return ""
