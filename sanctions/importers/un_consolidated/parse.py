"""Read the file of the list: XML with the root ``CONSOLIDATED_LIST`` and an ``INDIVIDUAL`` or ``ENTITY`` per entry.

Where an entry has no alias, address or document, the file has an empty element, which is skipped.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Any, Final, TypeVar
from xml.etree.ElementTree import Element

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import Fault, Files, ParsedList, RawFile
from sanctions.importers.formats.xml_elements import generation_day, read_elements, require_no_filter, unknown_children
from sanctions.importers.formats.xml_nodes import StrictElement
from sanctions.importers.un_consolidated.entry import UnAlias, UnBirthDate, UnDocument, UnEntry, UnPlace
from sanctions.importers.un_consolidated.to_entries import to_entry

ROOT: Final = "CONSOLIDATED_LIST"
ENTRIES: Final = frozenset({"INDIVIDUAL", "ENTITY"})
_GROUPS: Final = frozenset({"INDIVIDUALS", "ENTITIES"})
#: Elements whose children are named VALUE.
VALUES: Final = {
    "TITLE": "titles",
    "DESIGNATION": "designations",
    "NATIONALITY": "nationalities",
    "LIST_TYPE": "list_types",
    "LAST_DAY_UPDATED": "updates",
}
#: A permanent reference number: the committee, person or entity, a number.
_REFERENCE: Final = re.compile(r"[A-Z]{2}[ie]\.[0-9]{3,4}")
NAMES: Final = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
#: Elements with one text. Each is the column of the same name in small letters.
TEXTS: Final = (
    "UN_LIST_TYPE",
    "LISTED_ON",
    "NAME_ORIGINAL_SCRIPT",
    "COMMENTS1",
    "GENDER",
    "SUBMITTED_BY",
    "SUBMITTED_ON",
)
#: DATAID is the number of the row in the United Nations' own database, and REFERENCE_NUMBER the one that it publishes;
#: VERSIONNUM is 1 in every entry, whatever has changed; the sort keys are empty, and would order the list only.
_UNUSED: Final = ("DATAID", "VERSIONNUM", "SORT_KEY", "SORT_KEY_LAST_MOD")

Part = TypeVar("Part", UnAlias, UnBirthDate, UnPlace, UnDocument)


def read(files: Files) -> ParsedList:
    """Read the list. Raise :class:`UnreadableList` if the file is another list.

    Reading the entries raises it too, if the file is cut off or has no entries.
    """
    file = files["list"]
    reading = ParsedList(iter(()))
    stream = read_elements(file, ROOT, ENTRIES | _GROUPS | {ROOT})
    _, root = next(stream)
    require_no_filter(file, root.attrib.items())
    reading.as_of = generation_day(root, "dateGenerated", file, reading.faults)
    reading.entries = (
        entry
        for un_entry in _read_entries(file, stream, reading.faults, reading.unidentified)
        if (entry := to_entry(un_entry, reading.faults, reading.unread))
    )
    return reading


def read_entries(file: RawFile, faults: list[Fault]) -> Iterator[UnEntry]:
    """Yield the entries as the file has them. Raise :class:`UnreadableList`."""
    stream = read_elements(file, ROOT, ENTRIES | _GROUPS | {ROOT})
    next(stream)
    return _read_entries(file, stream, faults, [])


def _read_entries(
    file: RawFile, stream: Iterator[tuple[str, Element]], faults: list[Fault], unidentified: list[str]
) -> Iterator[UnEntry]:
    seen: set[str] = set()
    count = 0
    for name, element in stream:
        if name not in ENTRIES:
            faults += unknown_children(element, f"{file.name}, {name}")
            continue
        count += 1
        # Both kinds of entry may have the same elements, with a prefix.
        parts = (f"{name}_{part}" for part in ("ALIAS", "ADDRESS", "DATE_OF_BIRTH", "PLACE_OF_BIRTH", "DOCUMENT"))
        node = StrictElement(element, f"{file.name}, {name} {count}", faults, many=(*VALUES, *parts))
        key = node.fields.take("REFERENCE_NUMBER")
        if not _REFERENCE.fullmatch(key):
            node.fields.fault("REFERENCE_NUMBER", key, "It must be a reference such as QDi.263.")
            unidentified.append(" ".join(filter(None, map(node.fields.take, NAMES))))
            continue
        if key in seen:
            node.fields.fault("REFERENCE_NUMBER", key, "Another entry has it; this one was not read.")
            continue
        seen.add(key)
        node.fields.place += f" ({key})"
        yield _entry(name, key, node)
    if not count:
        raise UnreadableList(f"{file.name}: it has no entries.")


def _entry(name: str, key: str, node: StrictElement) -> UnEntry:
    fields = node.fields
    columns: dict[str, Any] = {text.lower(): fields.take(text) for text in TEXTS}
    columns |= {column: _values(node, element) for element, column in VALUES.items()}
    un_entry = UnEntry(
        is_person=name == "INDIVIDUAL",
        reference_number=key,
        names=tuple(filter(None, map(fields.take, NAMES))),
        **columns,
        aliases=_parts(UnAlias, node, f"{name}_ALIAS"),
        addresses=_parts(UnPlace, node, f"{name}_ADDRESS"),
        birth_dates=_parts(UnBirthDate, node, f"{name}_DATE_OF_BIRTH"),
        birth_places=_parts(UnPlace, node, f"{name}_PLACE_OF_BIRTH"),
        papers=_parts(UnDocument, node, f"{name}_DOCUMENT"),
        place=fields.place,
    )
    fields.leave(_UNUSED)
    node.finish()
    return un_entry


def _values(node: StrictElement, name: str) -> tuple[str, ...]:
    values: list[str] = []
    for holder in node.nodes(name, many=("VALUE",)):
        for value in holder.nodes("VALUE", text="VALUE"):
            values.append(value.fields.take("VALUE"))
            value.finish()
        holder.finish()
    return tuple(filter(None, values))


def _parts(part: type[Part], node: StrictElement, name: str) -> tuple[Part, ...]:
    parts: list[Part] = []
    for inner in node.nodes(name):
        one = part(**{column.name: inner.fields.take(column.name.upper()) for column in dataclasses.fields(part)})
        inner.finish()
        if one != part():
            parts.append(one)
    return tuple(parts)
