"""OFAC's CSV files: entries, addresses, aliases, and the comments that did not fit (data specification of 2023).

They have no header. A cell that is ``-0-`` has no value, and the files end with the mark 0x1A.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import PROGRAMS, Fault, Files, RawFile
from sanctions.importers.dossier import program_of
from sanctions.importers.ofac.labels import LINKED_TO
from sanctions.importers.ofac.party import NUMBER, UNKNOWN_ALIAS, Address, Alias, Feature, Party
from sanctions.importers.ofac.remarks import read_remarks
from sanctions.importers.strict import Fields, clean
from sanctions.importers.tables import demand_end_mark, rows

_ENTRY: Final = (
    "ent_num",
    "SDN_Name",
    "SDN_Type",
    "Program",
    "Title",
    "Call_Sign",
    "Vess_type",
    "Tonnage",
    "GRT",
    "Vess_flag",
    "Vess_owner",
    "Remarks",
)
_ADDRESS: Final = ("Ent_num", "Add_num", "Address", "City", "Country", "Add_remarks")
_ALIAS: Final = ("ent_num", "alt_num", "alt_type", "alt_name", "alt_remarks")
_COMMENT: Final = ("ent_num", "Remarks")
#: The files of rows that belong to entries, and the keys of the actor's document that they tell of.
_CHILDREN: Final = {"addresses": _ADDRESS, "aliases": _ALIAS, "comments": _COMMENT}
_TOLD: Final = {
    "addresses": ("particulars",),
    "aliases": ("names",),
    "comments": ("names", "identifiers", "particulars"),
}
_NO_NUMBER: Final = "It must be a whole number."
_NULL: Final = "-0-"
#: The type of an entry; what has none is an entity.
_TYPES: Final = {"": "entity", "individual": "individual", "vessel": "vessel", "aircraft": "aircraft"}
_ALIAS_TYPES: Final = frozenset({"aka", "fka", "nka"})
#: Programs of one entry are parted so: "SDGT] [SYRIA".
_BETWEEN: Final = "] ["
#: The characters of the column of remarks: what has as many and no full stop goes on in the comments.
_COLUMN: Final = 1_000


@dataclass(slots=True)
class _Grouped:
    """The rows of a file by the number of their entry.

    ``partial`` has the numbers of entries of which a row could not be read, the empty one if of some row it is not
    known whose it is.
    """

    rows: dict[str, list[Fields]] = field(default_factory=lambda: defaultdict(list))
    partial: set[str] = field(default_factory=set)


def parties(
    files: Files, faults: list[Fault], unread: set[str], unidentified: list[str] | None = None
) -> Iterator[Party]:
    """Yield the entries of the files ``main``, ``addresses``, ``aliases`` and ``comments``; only the first must be.

    :class:`UnreadableList` if the files are others, or cut off. Rows of entries that are not there are faults. Of an
    entry with a row that cannot be read what that row would say is unread. ``unidentified`` gets the names of entries
    without a number.
    """
    unidentified = [] if unidentified is None else unidentified
    for file in files.values():
        demand_end_mark(file)
    called = _called(files["main"])
    grouped = {role: _grouped(files, role, columns, faults) for role, columns in _CHILDREN.items()}
    seen: set[str] = set()
    lost: list[list[str]] = []
    for fields in _rows(files, "main", _ENTRY, faults, lost):
        number = fields.take("ent_num")
        if not NUMBER.fullmatch(number):
            fields.fault("ent_num", number, _NO_NUMBER)
            unidentified.append(fields.take("SDN_Name"))
            continue
        if number in seen:
            fields.fault("ent_num", number, "There is an entry with this number already; this one was not read.")
            continue
        seen.add(number)
        children = [grouped[role].rows.pop(number, []) for role in _CHILDREN]
        partial = frozenset(
            key
            for role, keys in _TOLD.items()
            if number in grouped[role].partial or "" in grouped[role].partial
            for key in keys
        )
        party = _linked(_party(number, fields, *children), called)
        fields.finish()
        yield replace(party, unread=party.unread | partial)
    for cells in lost:
        number = clean(cells[0])
        if NUMBER.fullmatch(number):
            unread.add(number)
        else:
            unidentified.append(clean("".join(cells[1:2])))
    if not seen:
        raise UnreadableList(f"{files['main'].name}: there is no entry in it.")
    _demand_owners(seen | unread, grouped.values())


def _rows(
    files: Files, role: str, columns: tuple[str, ...], faults: list[Fault], lost: list[list[str]]
) -> Iterator[Fields]:
    """Yield the rows of a file; nulls are empty. Rows that have not its columns are put into ``lost``."""
    if role not in files:
        return
    file, is_first = files[role], True
    for line, cells in rows(file, faults, encoding="utf-8", columns=len(columns), lost=lost):
        if is_first and not cells[0].strip().isdigit():
            raise UnreadableList(
                f"{file.name}, line {line}: {columns[0]} is {cells[0][:60]!r} and must be a number. Is it another list?"
            )
        is_first = False
        values = ("" if cell.strip() == _NULL else cell for cell in cells)
        yield Fields(dict(zip(columns, values, strict=True)), f"{file.name}, line {line}", faults)
    if is_first and lost:
        raise UnreadableList(f"{file.name}: no row in it has {len(columns)} cells. Is it another file?")


def _grouped(files: Files, role: str, columns: tuple[str, ...], faults: list[Fault]) -> _Grouped:
    """Return the rows of a file by the number of their entry; a row that is there twice is a fault and left out."""
    found = _Grouped()
    seen: set[tuple[str, str]] = set()
    lost: list[list[str]] = []
    for fields in _rows(files, role, columns, faults, lost):
        number = fields.take(columns[0])
        if not NUMBER.fullmatch(number):
            fields.fault(columns[0], number, "It must be a whole number: whose row it is was not read.")
            found.partial.add("")
            continue
        own = fields.take(columns[1]) if role != "comments" else ""
        if role != "comments" and not NUMBER.fullmatch(own):
            # The row is that of its entry, whatever its own number.
            fields.fault(columns[1], own, _NO_NUMBER)
        elif own and (number, own) in seen:
            fields.fault(columns[1], own, "There is a row with this number already; this one was not read.")
            continue
        seen.add((number, own))
        found.rows[number].append(fields)
    found.partial |= {number if NUMBER.fullmatch(number := clean(cells[0])) else "" for cells in lost}
    return found


def _called(file: RawFile) -> frozenset[str]:
    """Return the names of all entries, in small letters."""
    return frozenset(clean(row[1]).casefold() for _, row in rows(file, [], encoding="utf-8", columns=len(_ENTRY)))


def _linked(party: Party, called: frozenset[str]) -> Party:
    """Return an entry whose links have the names that the list has.

    Remarks end with a full stop, and a name at their end that has one itself has no other: "Linked To: TEST CO., LTD."
    may mean both, and only the entry that is meant tells which.
    """
    return replace(party, features=tuple(_named(one, called) for one in party.features))


def _named(feature: Feature, called: frozenset[str]) -> Feature:
    if feature.label != LINKED_TO:
        return feature
    possible = (feature.text, f"{feature.text}.", feature.text.removesuffix("."))
    return replace(feature, text=next((name for name in possible if name.casefold() in called), feature.text))


def _party(
    number: str, fields: Fields, addresses: list[Fields], aliases: list[Fields], comments: list[Fields]
) -> Party:
    # What does not fit into the column of remarks goes on in the comments, often in the middle of a word.
    column = fields.raw("Remarks")
    is_cut = len(column) >= _COLUMN and not column.endswith(".") and not comments
    remarks = read_remarks(column + "".join(row.raw("Remarks") for row in comments), is_cut=is_cut)
    if is_cut:
        fields.fault("Remarks", column[-60:], "They are cut off here, and no comment tells how they go on.")
    for unknown in remarks.unknown:
        fields.fault("Remarks", unknown, "This label is not known; it was kept as a remark.")
    programs, are_all = _programs(fields)
    return Party(
        number=number,
        name=fields.take("SDN_Name"),
        type=fields.choice("SDN_Type", _TYPES, ""),
        programs=programs,
        place=fields.place,
        title=fields.take("Title"),
        call_sign=fields.take("Call_Sign"),
        vessel_type=fields.take("Vess_type"),
        tonnage=fields.take("Tonnage"),
        gross_tonnage=fields.take("GRT"),
        flag=fields.take("Vess_flag"),
        owner=fields.take("Vess_owner"),
        aliases=(*_aliases(aliases, remarks.free), *remarks.aliases),
        addresses=tuple(_addresses(addresses)),
        features=tuple(remarks.features),
        remarks=tuple(remarks.free),
        unread=frozenset() if are_all else frozenset({PROGRAMS}),
    )


def _programs(fields: Fields) -> tuple[tuple[str, ...], bool]:
    """Return the programs that can be read, parted by ``] [``, and whether these are all of them."""
    tags = [clean(tag) for tag in fields.take("Program").split(_BETWEEN)]
    programs = tuple(filter(None, (program_of(tag, "Program", fields.fault) for tag in tags)))
    return programs, len(programs) == len(tags)


def _aliases(found: list[Fields], kept: list[str]) -> Iterator[Alias]:
    """Yield the aliases; a name of which it is not known what it is to its bearer is ``kept`` as a remark."""
    for row in found:
        kind, name, remark = row.take("alt_type"), row.take("alt_name"), row.take("alt_remarks")
        row.finish()
        if name and kind in _ALIAS_TYPES:
            yield Alias(kind, name, remarks=remark)
        else:
            row.fault("alt_type" if name else "alt_name", kind, UNKNOWN_ALIAS)
            kept.append(" ".join(filter(None, (kind, name, remark))))


def _addresses(found: list[Fields]) -> Iterator[Address]:
    for row in found:
        address = Address(row.take("Address"), row.take("City"), row.take("Country"), row.take("Add_remarks"))
        row.finish()
        if address != Address():
            yield address


def _demand_owners(numbers: set[str], grouped: Iterable[_Grouped]) -> None:
    """Report the rows that belong to no entry; of entries that could not be read, the fault is reported already."""
    for found in grouped:
        for number in found.rows.keys() - numbers:
            for row in found.rows[number]:
                row.fault(_COMMENT[0], number, "No entry has this number; the row was not read.")
