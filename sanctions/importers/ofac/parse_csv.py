"""OFAC's CSV files: entries, addresses, aliases, and the comments that did not fit (data specification of 2023).

They have no header. A cell that is ``-0-`` has no value, and the files end with the mark 0x1A.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import Fault, Files
from sanctions.importers.ofac.party import Address, Alias, Party
from sanctions.importers.ofac.remarks import read_remarks
from sanctions.importers.strict import BadEntry, Fields
from sanctions.importers.tables import rows

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
_ALIAS_TYPES: Final = {"aka": "aka", "fka": "fka", "nka": "nka"}
#: Programs of one entry are parted so: "SDGT] [SYRIA".
_BETWEEN: Final = "] ["

_Rows = dict[str, list[Fields]]


def parties(files: Files, faults: list[Fault], unread: set[str]) -> Iterator[Party]:
    """Yield the entries of the files ``main``, ``addresses``, ``aliases`` and ``comments``; only the first must be.

    :class:`UnreadableList` if the files are others, or cut off. Rows of entries that are not there are faults.
    """
    addresses = _grouped(files, "addresses", _ADDRESS, faults)
    aliases = _grouped(files, "aliases", _ALIAS, faults)
    comments = _grouped(files, "comments", _COMMENT, faults)
    seen: set[str] = set()
    for fields in _rows(files, "main", _ENTRY, faults):
        number = ""
        try:
            number = _number(fields, "ent_num")
            if number in seen:
                fields.refuse("ent_num", number, "There is an entry with this number already; this one was not read.")
            seen.add(number)
            yield _party(number, fields, *(found.pop(number, []) for found in (addresses, aliases, comments)))
            fields.finish()
        except BadEntry:
            if number:
                unread.add(number)
    if not seen:
        raise UnreadableList(f"{files['main'].name}: there is no entry in it.")
    _demand_owners(addresses, aliases, comments)


def _rows(files: Files, role: str, columns: tuple[str, ...], faults: list[Fault]) -> Iterator[Fields]:
    """Yield the rows of a file; nulls are empty."""
    if role not in files:
        return
    file, is_first = files[role], True
    for line, cells in rows(file, faults, encoding="utf-8", columns=len(columns)):
        if is_first and not cells[0].strip().isdigit():
            raise UnreadableList(
                f"{file.name}, line {line}: {columns[0]} is {cells[0][:60]!r} and must be a number. Is it another list?"
            )
        is_first = False
        values = ("" if cell.strip() == _NULL else cell for cell in cells)
        yield Fields(dict(zip(columns, values, strict=True)), f"{file.name}, line {line}", faults)


def _grouped(files: Files, role: str, columns: tuple[str, ...], faults: list[Fault]) -> _Rows:
    """Return the rows of a file by the number of their entry; a row that is there twice is told and left out."""
    found: _Rows = defaultdict(list)
    seen: set[tuple[str, str]] = set()
    for fields in _rows(files, role, columns, faults):
        try:
            number = _number(fields, columns[0])
            if role != "comments":
                own = _number(fields, columns[1])
                if (number, own) in seen:
                    fields.refuse(columns[1], own, "There is a row with this number already; this one was not read.")
                seen.add((number, own))
        except BadEntry:
            continue
        found[number].append(fields)
    return found


def _number(fields: Fields, name: str) -> str:
    number = fields.take(name)
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        fields.refuse(name, number, "It must be a whole number.")
    return number


def _party(
    number: str, fields: Fields, addresses: list[Fields], aliases: list[Fields], comments: list[Fields]
) -> Party:
    # What does not fit into the column of remarks goes on in the comments, often in the middle of a word.
    written = fields.raw("Remarks") + "".join(row.raw("Remarks") for row in comments)
    remarks = read_remarks(written)
    for unknown in remarks.unknown:
        fields.fault("Remarks", unknown, "This label is not known; it was kept as a remark.")
    return Party(
        number=number,
        name=fields.need("SDN_Name"),
        type=fields.code("SDN_Type", _TYPES),
        programs=tuple(fields.need("Program").split(_BETWEEN)),
        place=fields.place,
        title=fields.take("Title"),
        call_sign=fields.take("Call_Sign"),
        vessel_type=fields.take("Vess_type"),
        tonnage=fields.take("Tonnage"),
        gross_tonnage=fields.take("GRT"),
        flag=fields.take("Vess_flag"),
        owner=fields.take("Vess_owner"),
        aliases=(*_aliases(aliases), *remarks.aliases),
        addresses=tuple(_addresses(addresses)),
        features=tuple(remarks.features),
        remarks=tuple(remarks.free),
    )


def _aliases(found: list[Fields]) -> Iterator[Alias]:
    for row in found:
        try:
            kind, name = row.code("alt_type", _ALIAS_TYPES), row.need("alt_name")
        except BadEntry:
            continue
        yield Alias(kind, name, remarks=row.take("alt_remarks"))
        row.finish()


def _addresses(found: list[Fields]) -> Iterator[Address]:
    for row in found:
        address = Address(row.take("Address"), row.take("City"), row.take("Country"), row.take("Add_remarks"))
        row.finish()
        if address != Address():
            yield address


def _demand_owners(*children: _Rows) -> None:
    """Tell the rows that belong to no entry."""
    for found in children:
        for number, orphans in found.items():
            for row in orphans:
                row.fault("ent_num", number, "No entry has this number; the row was not read.")
