"""The file of the list: XML whose root is ``CONSOLIDATED_LIST``, with an ``INDIVIDUAL`` or ``ENTITY`` for each entry.

The file repeats elements that have no text where an entry has nothing of a kind: those are no aliases, addresses or
documents, and are passed over.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final, TypeVar
from xml.etree.ElementTree import Element

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import Fault, Files, RawFile, Reading
from sanctions.importers.elements import demand_no_filter, elements, local
from sanctions.importers.nodes import Node
from sanctions.importers.un_consolidated.entries import entry_of
from sanctions.importers.un_consolidated.listed import Alias, BirthDate, Listed, Paper, Place

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

Part = TypeVar("Part", Alias, BirthDate, Place, Paper)


def read(files: Files) -> Reading:
    """Read the list; :class:`UnreadableList` if the file is no such list.

    That it is cut off, or has no entry, is seen when its entries are read.
    """
    file = files["list"]
    reading = Reading(iter(()))
    stream = elements(file, ROOT, ENTRIES | _GROUPS | {ROOT})
    _, root = next(stream)
    demand_no_filter(file, root.attrib.items())
    reading.as_of = _day_of(root, file, reading.faults)
    reading.entries = (
        entry
        for one in _listed(file, stream, reading.faults, reading.unidentified)
        if (entry := entry_of(one, reading.faults, reading.unread))
    )
    return reading


def listed(file: RawFile, faults: list[Fault]) -> Iterator[Listed]:
    """Yield the entries as the file has them; :class:`UnreadableList`."""
    stream = elements(file, ROOT, ENTRIES | _GROUPS | {ROOT})
    next(stream)
    return _listed(file, stream, faults, [])


def _day_of(root: Element, file: RawFile, faults: list[Fault]) -> date | None:
    """Return the day on which the file was made, where it was made."""
    text = root.get("dateGenerated", "")
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        faults.append(Fault(file.name, "dateGenerated", text[:200], "It must be a day and time, as ISO 8601 has them."))
        return None


def _listed(
    file: RawFile, stream: Iterator[tuple[str, Element]], faults: list[Fault], unidentified: list[str]
) -> Iterator[Listed]:
    seen: set[str] = set()
    count = 0
    for name, element in stream:
        if name not in ENTRIES:
            # What was read is taken out of its parent: what is left there is known to nobody.
            faults += [
                Fault(f"{file.name}, {name}", local(child.tag), "", "This element is not known, and was not read.")
                for child in element
            ]
            continue
        count += 1
        # The same elements may stand in both kinds of entry, under a prefix.
        parts = (f"{name}_{part}" for part in ("ALIAS", "ADDRESS", "DATE_OF_BIRTH", "PLACE_OF_BIRTH", "DOCUMENT"))
        node = Node(element, f"{file.name}, {name} {count}", faults, many=(*VALUES, *parts))
        key = node.fields.take("REFERENCE_NUMBER")
        if not _REFERENCE.fullmatch(key):
            node.fields.fault("REFERENCE_NUMBER", key, "It must be a reference such as QDi.263.")
            unidentified.append(" ".join(filter(None, map(node.fields.take, NAMES))))
            continue
        if key in seen:
            node.fields.fault("REFERENCE_NUMBER", key, "There is an entry with it already; this one was not read.")
            continue
        seen.add(key)
        node.fields.place += f" ({key})"
        yield _entry(name, key, node)
    if not count:
        raise UnreadableList(f"{file.name}: there is no entry in it.")


def _entry(name: str, key: str, node: Node) -> Listed:
    fields = node.fields
    columns: dict[str, Any] = {text.lower(): fields.take(text) for text in TEXTS}
    columns |= {column: _values(node, element) for element, column in VALUES.items()}
    found = Listed(
        is_person=name == "INDIVIDUAL",
        reference_number=key,
        names=tuple(filter(None, map(fields.take, NAMES))),
        **columns,
        aliases=_parts(Alias, node, f"{name}_ALIAS"),
        addresses=_parts(Place, node, f"{name}_ADDRESS"),
        birth_dates=_parts(BirthDate, node, f"{name}_DATE_OF_BIRTH"),
        birth_places=_parts(Place, node, f"{name}_PLACE_OF_BIRTH"),
        papers=_parts(Paper, node, f"{name}_DOCUMENT"),
        place=fields.place,
    )
    fields.leave(_UNUSED)
    node.finish()
    return found


def _values(node: Node, name: str) -> tuple[str, ...]:
    found: list[str] = []
    for holder in node.nodes(name, many=("VALUE",)):
        for value in holder.nodes("VALUE", text="VALUE"):
            found.append(value.fields.take("VALUE"))
            value.finish()
        holder.finish()
    return tuple(filter(None, found))


def _parts(part: type[Part], node: Node, name: str) -> tuple[Part, ...]:
    found: list[Part] = []
    for inner in node.nodes(name):
        one = part(**{column.name: inner.fields.take(column.name.upper()) for column in dataclasses.fields(part)})
        inner.finish()
        if one != part():
            found.append(one)
    return tuple(found)
