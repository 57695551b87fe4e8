"""Read OFAC's CSV files: entries, addresses, aliases, and overlong remarks (data specification of 2023).

They have no header. A cell that is ``-0-`` has no value, and the files end with the mark 0x1A.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import PROGRAMS, Fault, Files, RawFile
from sanctions.importers.formats.csv_rows import read_rows, require_end_mark
from sanctions.importers.formats.strict import StrictFields, collapse_spaces
from sanctions.importers.ofac.labels import LINKED_TO
from sanctions.importers.ofac.party import NUMBER, UNKNOWN_ALIAS, OfacAddress, OfacAlias, OfacFeature, OfacParty
from sanctions.importers.ofac.remarks import read_remarks
from sanctions.importers.snapshots.actor_builder import read_program

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
#: The files of rows that belong to entries, and the keys of the actor's document that they contribute to.
_CHILDREN: Final = {"addresses": _ADDRESS, "aliases": _ALIAS, "comments": _COMMENT}
_CONTRIBUTES_TO: Final = {
    "addresses": ("particulars",),
    "aliases": ("names",),
    "comments": ("names", "identifiers", "particulars"),
}
_NO_NUMBER: Final = "It must be a whole number."
_NULL: Final = "-0-"
#: The type of an entry; what has none is an entity.
_TYPES: Final = {"": "entity", "individual": "individual", "vessel": "vessel", "aircraft": "aircraft"}
_ALIAS_TYPES: Final = frozenset({"aka", "fka", "nka"})
#: The separator of an entry's programs: "SDGT] [SYRIA".
_BETWEEN: Final = "] ["
#: The width of the column of remarks. A text of this length without a full stop continues in the comments.
_COLUMN: Final = 1_000


@dataclass(slots=True)
class _Grouped:
    """The rows of a file by the number of their entry.

    ``partial`` has the numbers of entries with an unreadable row; an empty one if the owner of a row is unknown.
    """

    rows: dict[str, list[StrictFields]] = field(default_factory=lambda: defaultdict(list))
    partial: set[str] = field(default_factory=set)


def read_parties(
    files: Files, faults: list[Fault], unread: set[str], unidentified: list[str] | None = None
) -> Iterator[OfacParty]:
    """Yield the entries of the files ``main``, ``addresses``, ``aliases`` and ``comments``; only the first is needed.

    Raise :class:`UnreadableList` if the files are others, or cut off. Rows of missing entries are faults. The keys to
    which an unreadable row would contribute are marked as unread. ``unidentified`` gets the names of entries without a
    number.
    """
    unidentified = [] if unidentified is None else unidentified
    for file in files.values():
        require_end_mark(file)
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
            fields.fault("ent_num", number, "Another entry has this number; this one was not read.")
            continue
        seen.add(number)
        children = [grouped[role].rows.pop(number, []) for role in _CHILDREN]
        partial = frozenset(
            key
            for role, keys in _CONTRIBUTES_TO.items()
            if number in grouped[role].partial or "" in grouped[role].partial
            for key in keys
        )
        party = _linked(_party(number, fields, *children), called)
        fields.finish()
        yield replace(party, unread=party.unread | partial)
    for cells in lost:
        number = collapse_spaces(cells[0])
        if NUMBER.fullmatch(number):
            unread.add(number)
        else:
            unidentified.append(collapse_spaces("".join(cells[1:2])))
    if not seen:
        raise UnreadableList(f"{files['main'].name}: it has no entries.")
    _report_ownerless(seen | unread, grouped.values())


def _rows(
    files: Files, role: str, columns: tuple[str, ...], faults: list[Fault], lost: list[list[str]]
) -> Iterator[StrictFields]:
    """Yield the rows of a file, with nulls as empty texts. Rows of another width are added to ``lost``."""
    if role not in files:
        return
    file, is_first = files[role], True
    for line, cells in read_rows(file, faults, encoding="utf-8", columns=len(columns), lost=lost):
        if is_first and not cells[0].strip().isdigit():
            raise UnreadableList(
                f"{file.name}, line {line}: {columns[0]} is {cells[0][:60]!r} and must be a number. Is it another list?"
            )
        is_first = False
        values = ("" if cell.strip() == _NULL else cell for cell in cells)
        yield StrictFields(dict(zip(columns, values, strict=True)), f"{file.name}, line {line}", faults)
    if is_first and lost:
        raise UnreadableList(f"{file.name}: no row in it has {len(columns)} cells. Is it another file?")


def _grouped(files: Files, role: str, columns: tuple[str, ...], faults: list[Fault]) -> _Grouped:
    """Return the rows of a file by the number of their entry; a repeated row is a fault and left out."""
    grouped = _Grouped()
    seen: set[tuple[str, str]] = set()
    lost: list[list[str]] = []
    for fields in _rows(files, role, columns, faults, lost):
        number = fields.take(columns[0])
        if not NUMBER.fullmatch(number):
            fields.fault(columns[0], number, "It must be a whole number. The row has no entry, and was not read.")
            grouped.partial.add("")
            continue
        row_number = fields.take(columns[1]) if role != "comments" else ""
        if role != "comments" and not NUMBER.fullmatch(row_number):
            # The row belongs to its entry, whatever its own number.
            fields.fault(columns[1], row_number, _NO_NUMBER)
        elif row_number and (number, row_number) in seen:
            fields.fault(columns[1], row_number, "Another row has this number; this one was not read.")
            continue
        seen.add((number, row_number))
        grouped.rows[number].append(fields)
    grouped.partial |= {number if NUMBER.fullmatch(number := collapse_spaces(cells[0])) else "" for cells in lost}
    return grouped


def _called(file: RawFile) -> frozenset[str]:
    """Return the names of all entries, in lower case."""
    return frozenset(
        collapse_spaces(row[1]).casefold() for _, row in read_rows(file, [], encoding="utf-8", columns=len(_ENTRY))
    )


def _linked(party: OfacParty, called: frozenset[str]) -> OfacParty:
    """Return an entry whose links have the names of entries.

    Remarks end with a full stop, and a name at their end that ends with one itself has no second: "Linked To: TEST CO.,
    LTD." is ambiguous, and the names of the list decide.
    """
    return replace(party, features=tuple(_named(one, called) for one in party.features))


def _named(feature: OfacFeature, called: frozenset[str]) -> OfacFeature:
    if feature.label != LINKED_TO:
        return feature
    possible = (feature.text, f"{feature.text}.", feature.text.removesuffix("."))
    return replace(feature, text=next((name for name in possible if name.casefold() in called), feature.text))


def _party(
    number: str,
    fields: StrictFields,
    addresses: list[StrictFields],
    aliases: list[StrictFields],
    comments: list[StrictFields],
) -> OfacParty:
    # Remarks that are too long for their column continue in the comments, often in the middle of a word.
    column = fields.raw("Remarks")
    is_cut = len(column) >= _COLUMN and not column.endswith(".") and not comments
    remarks = read_remarks(column + "".join(row.raw("Remarks") for row in comments), is_cut=is_cut)
    if is_cut:
        fields.fault("Remarks", column[-60:], "They are cut off here, and no comment continues them.")
    for unknown in remarks.unknown:
        fields.fault("Remarks", unknown, "This label is not known; it was kept as a remark.")
    programs, are_all = _programs(fields)
    return OfacParty(
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


def _programs(fields: StrictFields) -> tuple[tuple[str, ...], bool]:
    """Return the readable programs, which ``] [`` separates, and whether these are all."""
    tags = [collapse_spaces(tag) for tag in fields.take("Program").split(_BETWEEN)]
    programs = tuple(filter(None, (read_program(tag, "Program", fields.fault) for tag in tags)))
    return programs, len(programs) == len(tags)


def _aliases(rows: list[StrictFields], kept: list[str]) -> Iterator[OfacAlias]:
    """Yield the aliases; a name of an unknown type is added to the remarks in ``kept``."""
    for row in rows:
        kind, name, remark = row.take("alt_type"), row.take("alt_name"), row.take("alt_remarks")
        row.finish()
        if name and kind in _ALIAS_TYPES:
            yield OfacAlias(kind, name, remarks=remark)
        else:
            row.fault("alt_type" if name else "alt_name", kind, UNKNOWN_ALIAS)
            kept.append(" ".join(filter(None, (kind, name, remark))))


def _addresses(rows: list[StrictFields]) -> Iterator[OfacAddress]:
    for row in rows:
        address = OfacAddress(row.take("Address"), row.take("City"), row.take("Country"), row.take("Add_remarks"))
        row.finish()
        if address != OfacAddress():
            yield address


def _report_ownerless(numbers: set[str], grouped: Iterable[_Grouped]) -> None:
    """Report the rows without an entry. Unreadable entries, whose numbers are known, are reported already."""
    for group in grouped:
        for number in group.rows.keys() - numbers:
            for row in group.rows[number]:
                row.fault(_COMMENT[0], number, "No entry has this number; the row was not read.")
