"""Read OFAC's enhanced XML files, ``sdn_enhanced.xml`` and ``cons_enhanced.xml``: only they have days of listing.

They have names in several scripts, and features and documents as separate elements. Each code is a text and the number
of a reference: the text is read. Elements and attributes are those of OFAC's schema ENHANCED_XML.xsd.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final
from xml.etree.ElementTree import Element

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import PROGRAMS, Fault, RawFile
from sanctions.importers.formats.strict import collapse_spaces
from sanctions.importers.formats.xml_elements import local_name, read_elements
from sanctions.importers.formats.xml_nodes import StrictElement
from sanctions.importers.ofac.enhanced_details import (
    YES,
    PartyDetails,
    finish,
    read_addresses,
    read_documents,
    read_features,
    read_items,
    read_names,
    read_relationships,
    read_text,
    read_texts,
)
from sanctions.importers.ofac.party import NUMBER, OfacParty
from sanctions.importers.snapshots.actor_builder import read_program

_TYPES: Final = {"Individual": "individual", "Entity": "entity", "Vessel": "vessel", "Aircraft": "aircraft"}
_OF_THE_US: Final = {"isUsCitizen": "Citizen of the United States", "isUsPerson": "United States person"}
#: Lists that combine older ones. Their own day is only when they took over an entry.
_COMPILATIONS: Final = frozenset({"Consolidated List"})
_DAY: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2})?)?")
_PARTS: Final = (
    *("generalInfo", "sanctionsLists", "sanctionsPrograms", "sanctionsTypes", "legalAuthorities", "names"),
    *("addresses", "features", "identityDocuments", "relationships"),
)


class EnhancedParties:
    """The entries of a file one by one; ``published`` is the day that the file states.

    ``listed`` is the list's name in the files. Raise :class:`UnreadableList` if the file is of another list, is cut
    off, or has no entries.
    """

    def __init__(
        self,
        file: RawFile,
        faults: list[Fault],
        unread: set[str],
        listed: str,
        unidentified: list[str] | None = None,
    ) -> None:
        self._unidentified = [] if unidentified is None else unidentified
        self._file, self._faults, self._unread, self._listed = file, faults, unread, listed
        wanted = frozenset({"publicationInfo", "referenceValue", "featureType", "entity"})
        self._elements = read_elements(file, "sanctionsData", wanted)
        self._values: dict[str, str] = {}
        next(self._elements)
        name, element = next(self._elements, ("", None))
        if element is None or name != "publicationInfo":
            raise UnreadableList(f"{file.name}: <publicationInfo> must precede the entries.")
        self.published = self._head(element)

    def _head(self, element: Element) -> date:
        values = {child.tag.rpartition("}")[2]: (child.text or "").strip() for child in element.iter()}
        day = _DAY.fullmatch(values.get("dataAsOf", ""))
        if day is None:
            raise UnreadableList(f"{self._file.name}: dataAsOf is {values.get('dataAsOf')!r} and must be a day.")
        self._require_whole_list(element)
        try:
            return date.fromisoformat(day[1])
        except ValueError as error:
            raise UnreadableList(f"{self._file.name}: dataAsOf: {error}.") from error

    def _require_whole_list(self, head: Element) -> None:
        """Raise :class:`UnreadableList` if the file has another filter than the list: entries would seem delisted."""
        filters = [
            (local_name(one.tag), collapse_spaces(one.text))
            for child in head
            if local_name(child.tag) == "filters"
            for one in child.iter()
            if collapse_spaces(one.text)
        ]
        if filters != [("sanctionsList", self._listed)]:
            names = ", ".join(f"{name} {text!r}" for name, text in filters) or "no list"
            raise UnreadableList(
                f"{self._file.name}: its filters name {names}, and must be the {self._listed!r} and no other filter. "
                "Entries that are filtered out would seem to be delisted: export the complete list."
            )

    def __iter__(self) -> Iterator[OfacParty]:
        count, seen = 0, set[str]()
        for name, element in self._elements:
            if name == "referenceValue":
                node = StrictElement(element, f"{self._file.name}, referenceValue", self._faults)
                self._values[node.fields.take("refId")] = node.fields.take("value")
                # Its use shows what kind of value it is. Its codes and numbers mean the same text.
                node.fields.leave(["type", "code", "isoCode", "advancedXmlOffset"])
                node.finish()
                continue
            if name != "entity":
                # These number the types of features. Each feature names its type too.
                continue
            count += 1
            if party := self._entry(element, f"{self._file.name}, entity {count}", seen):
                yield party
        if not count:
            raise UnreadableList(f"{self._file.name}: it has no entries.")

    def _entry(self, element: Element, place: str, seen: set[str]) -> OfacParty | None:
        node = StrictElement(element, place, self._faults, many=_PARTS)
        number = node.fields.take("id")
        if not NUMBER.fullmatch(number):
            node.fields.fault("id", number, "It must be a whole number.")
            names = (collapse_spaces(one.text) for one in element.iter() if local_name(one.tag) == "formattedFullName")
            self._unidentified.append(next(names, ""))
            return None
        if number in seen:
            node.fields.fault("id", number, "Another entry has this number; this one was not read.")
            return None
        seen.add(number)
        party = self._party(number, node)
        node.finish()
        return party

    def _party(self, number: str, node: StrictElement) -> OfacParty:
        general = node.nodes("generalInfo", many=("entityType", "livingStatus"))
        kind = read_text(general[0], "entityType") if general else ""
        if kind not in _TYPES:
            node.fields.fault("entityType", kind, f"Allowed: {', '.join(map(repr, _TYPES))}. It was not read.")
        details = PartyDetails()
        for general_info in general:
            # Nothing else in the file refers to this number.
            general_info.fields.leave(["identityId"])
            details.remarks += filter(
                None, [general_info.fields.take("remarks"), read_text(general_info, "livingStatus")]
            )
            details.remarks += [
                word for name, word in _OF_THE_US.items() if general_info.fields.choice(name, YES, False)
            ]
            if title := general_info.fields.take("title"):
                details.columns["title"] = title
            general_info.finish()
        name, aliases, native = read_names(node, details)
        read_features(node, self._values, details)
        read_documents(node, details)
        read_relationships(node, details)
        details.remarks += [
            f"Sanctions type: {general_info}" for general_info in read_texts(node, "sanctionsTypes", "sanctionsType")
        ]
        details.remarks += [
            f"Legal authority: {general_info}"
            for general_info in read_texts(node, "legalAuthorities", "legalAuthority")
        ]
        programs, are_all = self._programs(node)
        party = OfacParty(
            number=number,
            name=name,
            name_field="names",
            type=_TYPES.get(kind, ""),
            programs=programs,
            unread=frozenset() if are_all else frozenset({PROGRAMS}),
            place=node.fields.place,
            aliases=tuple(aliases),
            addresses=tuple(read_addresses(node)),
            features=tuple(details.features),
            remarks=tuple(details.remarks),
            native=tuple(native),
            listed_on=self._listed_on(node),
        )
        return replace(party, **details.columns)

    def _programs(self, node: StrictElement) -> tuple[tuple[str, ...], bool]:
        """Return the readable programs, and whether these are all."""
        texts = []
        for program in read_items(node, "sanctionsPrograms", "sanctionsProgram", text="text"):
            texts.append(program.fields.take("text"))
            finish(program)
        tags = dict.fromkeys(read_program(text, "sanctionsProgram", node.fields.fault) for text in texts or [""])
        return tuple(filter(None, tags)), "" not in tags

    def _listed_on(self, node: StrictElement) -> str:
        """Return the day on which the entry was put on this list.

        For a list that combines others it is the first day on which the entry was on one of these, if any is named.
        """
        days: dict[str, str] = {}
        names: list[str] = []
        for sanctions_list in read_items(node, "sanctionsLists", "sanctionsList", text="name"):
            name, published = sanctions_list.fields.take("name"), sanctions_list.fields.take("datePublished")
            finish(sanctions_list)
            names.append(name)
            if _DAY.fullmatch(published):
                days[name] = published[:10]
            elif name == self._listed or self._listed in _COMPILATIONS:
                sanctions_list.fields.fault("datePublished", published, "It must be a day, such as 2006-04-12.")
        if names and self._listed not in names:
            node.fields.fault("sanctionsList", ", ".join(names), f"One of them must be the {self._listed!r}.")
        compiled = [day for name, day in days.items() if name not in _COMPILATIONS]
        if self._listed in _COMPILATIONS and compiled:
            return min(compiled)
        return days.get(self._listed, "")
