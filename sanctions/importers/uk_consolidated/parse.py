"""The files of the list: CSV and XLSX, in the form of 29 columns and in that of 36, which its header tells apart.

The first row names the day of the snapshot, the second the columns. An entry, a group as the list calls it, has a row
for each of its names, times one for each date of birth, address and regime. Its rows are not next to each other: the
list is ordered by names. So the file, which is small, is read whole before the first entry is yielded.

The older form came in cp1252 and the newer in UTF-8; nothing in a file says which (``encoding_of`` tells).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import import_module
from typing import Any, Final

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import PROGRAMS, Fault, Files, RawFile, Reading
from sanctions.importers.strict import clean
from sanctions.importers.tables import demand_header, encoding_of, rows, with_whole_end
from sanctions.importers.uk_consolidated.entries import entry_of
from sanctions.importers.uk_consolidated.groups import Group, Row

_NAMES: Final = ("Name 6", "Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Title")
_BIRTH: Final = ("DOB", "Town of Birth", "Country of Birth", "Nationality")
_ADDRESS: Final = (*(f"Address {number}" for number in range(1, 7)), "Post/Zip Code", "Country")
#: The columns until 2019 or so.
COLUMNS_29: Final = (
    *_NAMES,
    *_BIRTH,
    *("Passport Details", "NI Number", "Position"),
    *_ADDRESS,
    *("Other Information", "Group Type", "Alias Type", "Regime", "Listed On", "Last Updated", "Group ID"),
)
#: The columns since.
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
#: What rows tell of: keys of an actor's document, and the programs.
_ROWS: Final = frozenset({"names", "identifiers", "particulars", PROGRAMS})
_XLSX: Final = ".xlsx"


@dataclass(slots=True)
class Snapshot:
    """A file of the list: its day, its groups, what was not understood, the ids of groups that could not be read."""

    as_of: date | None = None
    groups: tuple[Group, ...] = ()
    faults: list[Fault] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    unidentified: list[str] = field(default_factory=list)


def read(files: Files) -> Reading:
    """Read the list; :class:`UnreadableList` if the file is no such list, or is cut off."""
    found = snapshot(files["list"])
    entries = (entry for group in found.groups if (entry := entry_of(group, found.faults, found.unread)))
    total = len(found.groups) + len(found.unread)
    return Reading(entries, found.as_of, found.faults, found.unread, found.unidentified, total=total)


def snapshot(file: RawFile) -> Snapshot:
    """Return the groups of a file with their rows as they stand there; :class:`UnreadableList`."""
    found = Snapshot()
    lost: list[list[str]] = []
    if file.name.lower().endswith(_XLSX):
        lines = _workbook().workbook_rows(file, found.faults)
    else:
        lines = rows(file, found.faults, encoding=encoding_of(file), columns=None, lost=lost)
    found.as_of = _day_of(file, next(lines, None), found.faults)
    columns = _columns(file, next(lines, None))
    grouped: dict[str, list[Row]] = {}
    if not file.name.lower().endswith(_XLSX):
        lines = with_whole_end(file, lines, len(columns))
    for row in _rows(file, lines, columns, found, lost):
        grouped.setdefault(row.cells["Group ID"], []).append(row)
    partial = {key if _KEY.fullmatch(key := clean(cells[-1])) else "" for cells in lost if cells}
    found.unread |= partial - grouped.keys() - {""}
    # A row that is nobody's may be anybody's: of an entry that is there otherwise, or of one that is not.
    found.unidentified += [_name_of(cells, columns) for cells in lost if cells and not _KEY.fullmatch(clean(cells[-1]))]
    if not grouped and not lost:
        raise UnreadableList(f"{file.name}: there is no entry in it.")
    found.groups = tuple(
        Group(key, tuple(held), _ROWS if key in partial or "" in partial else frozenset())
        for key, held in grouped.items()
    )
    return found


def _name_of(cells: list[str], columns: tuple[str, ...]) -> str:
    """Return the name in a row of which the rest cannot be read, as the entry would have it."""
    named = dict(zip(columns, map(clean, cells), strict=False))
    return " ".join(filter(None, (named.get(column, "") for column in (*_NAMES[1:6], _NAMES[0]))))


def _workbook() -> Any:
    """Return the module that knows XLSX: what it stands on takes eight megabytes, which few processes need."""
    return import_module("sanctions.importers.uk_consolidated.workbook")


def _day_of(file: RawFile, line: tuple[int, list[str]] | None, faults: list[Fault]) -> date | None:
    cells = line[1] if line else []
    if clean("".join(cells[:1])) != _FIRST:
        raise UnreadableList(f"{file.name}: the first row must be {_FIRST!r} and a day. Is it another list?")
    text = clean("".join(cells[1:]))
    try:
        return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 (a day of the calendar has no zone)
    except ValueError:
        faults.append(Fault(f"{file.name}, line 1", _FIRST, text[:200], "It must be a day, such as 27/04/2020."))
        return None


def _columns(file: RawFile, line: tuple[int, list[str]] | None) -> tuple[str, ...]:
    header = [clean(cell) for cell in line[1]] if line else []
    while header and not header[-1]:
        header.pop()
    columns = COLUMNS_36 if len(header) > len(COLUMNS_29) else COLUMNS_29
    demand_header(file, header, columns)
    return columns


def _rows(
    file: RawFile,
    lines: Iterable[tuple[int, list[str]]],
    columns: tuple[str, ...],
    found: Snapshot,
    lost: list[list[str]],
) -> Iterator[Row]:
    """Yield the rows that can be used; those that cannot are told, and put into ``lost``."""
    is_book = file.name.lower().endswith(_XLSX)
    seen: set[tuple[str, ...]] = set()
    for number, cells in lines:
        place = f"{file.name}, {'row' if is_book else 'line'} {number}"
        texts = [clean(cell) for cell in cells]
        if is_book:
            # A workbook does not write the empty cells at the end of a row.
            texts += [""] * (len(columns) - len(texts))
        if not any(texts):
            continue
        if why := _refusal(texts, columns):
            found.faults.append(Fault(place, "", ", ".join(texts)[:200], why))
            lost.append(texts)
        elif tuple(texts) in seen:
            found.faults.append(Fault(place, "Group ID", texts[-1], "This row repeats another; it was read once."))
        else:
            seen.add(tuple(texts))
            yield Row(place, {name: text for name, text in zip(columns, texts, strict=True) if text})


def _refusal(texts: list[str], columns: tuple[str, ...]) -> str:
    """Return why a row cannot be used; empty if it can be."""
    if len(texts) != len(columns):
        return f"The row has {len(texts)} cells and must have {len(columns)}."
    if not _KEY.fullmatch(texts[-1]):
        return "The Group ID must be a number."
    return ""
