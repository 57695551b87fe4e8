"""OFAC's CSV files: entries, addresses, aliases, and the comments that did not fit (data specification of 2023).

They have no header. A cell that is ``-0-`` has no value, and the files end with the mark 0x1A.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import Fault, Files, RawFile
from sanctions.importers.ofac.labels import LINKED_TO
from sanctions.importers.ofac.party import NUMBER, UNKNOWN_ALIAS, Address, Alias, Feature, Party
from sanctions.importers.ofac.remarks import read_remarks
from sanctions.importers.strict import BadEntry, Fields, clean
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
_NULL: Final = "-0-"
#: The type of an entry; what has none is an entity.
_TYPES: Final = {"": "entity", "individual": "individual", "vessel": "vessel", "aircraft": "aircraft"}
_ALIAS_TYPES: Final = frozenset({"aka", "fka", "nka"})
#: Programs of one entry are parted so: "SDGT] [SYRIA".
_BETWEEN: Final = "] ["
#: The characters of the column of remarks: what has as many and no full stop goes on in the comments.
_COLUMN: Final = 1_000


def parties(files: Files, faults: list[Fault], unread: set[str]) -> Iterator[Party]:
    """Yield the entries of the files ``main``, ``addresses``, ``aliases`` and ``comments``; only the first must be.

    :class:`UnreadableList` if the files are others, or cut off. Rows of entries that are not there are faults. An entry
    of which a row cannot be read says less than the list does: it is ``unread``, and not yielded.
    """
    for file in files.values():
        demand_end_mark(file)
    called = _called(files["main"])
    addresses = _grouped(files, "addresses", _ADDRESS, faults, unread)
    aliases = _grouped(files, "aliases", _ALIAS, faults, unread)
    comments = _grouped(files, "comments", _COMMENT, faults, unread)
    seen: set[str] = set()
    for fields in _rows(files, "main", _ENTRY, faults, unread):
        number = ""
        try:
            number = _number(fields, "ent_num")
            if number in seen:
                fields.refuse("ent_num", number, "There is an entry with this number already; this one was not read.")
            seen.add(number)
            children = [found.pop(number, []) for found in (addresses, aliases, comments)]
            if number in unread:
                fields.refuse("ent_num", number, "A row of this entry could not be read, and so the entry was not.")
            party = _linked(_party(number, fields, *children), called)
            fields.finish()
        except BadEntry:
            if number:
                unread.add(number)
            continue
        yield party
    if not seen:
        raise UnreadableList(f"{files['main'].name}: there is no entry in it.")
    _demand_owners(unread, addresses, aliases, comments)


def _rows(files: Files, role: str, columns: tuple[str, ...], faults: list[Fault], unread: set[str]) -> Iterator[Fields]:
    """Yield the rows of a file; nulls are empty. The entries of rows that cannot be read are ``unread``."""
    if role not in files:
        return
    file, is_first = files[role], True
    lost: list[list[str]] = []
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
    unread |= {number for cells in lost if NUMBER.fullmatch(number := cells[0].strip())}


def _grouped(
    files: Files, role: str, columns: tuple[str, ...], faults: list[Fault], unread: set[str]
) -> dict[str, list[Fields]]:
    """Return the rows of a file by the number of their entry; a row that is there twice is told and left out."""
    found: dict[str, list[Fields]] = defaultdict(list)
    seen: set[tuple[str, str]] = set()
    for fields in _rows(files, role, columns, faults, unread):
        number = ""
        try:
            number = _number(fields, columns[0])
            own = _number(fields, columns[1]) if role != "comments" else ""
        except BadEntry:
            if number:
                unread.add(number)
            continue
        if own and (number, own) in seen:
            fields.fault(columns[1], own, "There is a row with this number already; this one was not read.")
            continue
        seen.add((number, own))
        found[number].append(fields)
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


def _number(fields: Fields, name: str) -> str:
    number = fields.take(name)
    if not NUMBER.fullmatch(number):
        fields.refuse(name, number, "It must be a whole number.")
    return number


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
    return Party(
        number=number,
        name=fields.need("SDN_Name"),
        type=fields.code("SDN_Type", _TYPES),
        programs=_programs(fields),
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
    )


def _programs(fields: Fields) -> tuple[str, ...]:
    text = fields.need("Program")
    programs = tuple(map(clean, text.split(_BETWEEN)))
    if not all(programs):
        fields.refuse("Program", text, f"Programmes are parted by {_BETWEEN!r}, and each has a name.")
    return programs


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


def _demand_owners(unread: set[str], *children: dict[str, list[Fields]]) -> None:
    """Tell the rows that belong to no entry; of entries that could not be read, the fault is told already."""
    for found in children:
        for number in found.keys() - unread:
            for row in found[number]:
                row.fault(_COMMENT[0], number, "No entry has this number; the row was not read.")
