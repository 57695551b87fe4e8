"""OFAC's enhanced XML files, ``sdn_enhanced.xml`` and ``cons_enhanced.xml``, which alone tell the day of each listing.

Names stand in them in several scripts, and what the other files call features and documents is apart. Codes are given
twice, as a text and as the number of a reference: the text is read. Elements and attributes are those of OFAC's
schema ENHANCED_XML.xsd.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final
from xml.etree.ElementTree import Element

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import PROGRAMS, Fault, RawFile
from sanctions.importers.dossier import program_of
from sanctions.importers.elements import elements, local
from sanctions.importers.nodes import Node
from sanctions.importers.ofac.dates import written
from sanctions.importers.ofac.labels import BIRTH, LINKED_TO, straight
from sanctions.importers.ofac.party import NUMBER, UNKNOWN_ALIAS, Address, Alias, Feature, Party
from sanctions.importers.ofac.remarks import labelled
from sanctions.importers.strict import clean

_TYPES: Final = {"Individual": "individual", "Entity": "entity", "Vessel": "vessel", "Aircraft": "aircraft"}
_ALIAS_TYPES: Final = {"A.K.A.": "aka", "F.K.A.": "fka", "N.K.A.": "nka"}
_YES: Final = {"": False, "false": False, "true": True}
_OF_THE_US: Final = {"isUsCitizen": "Citizen of the United States", "isUsPerson": "United States person"}
#: Features that the other files have under another label, or none.
_LABELS: Final = {
    "Birthdate": BIRTH,
    "Place of Birth": "POB",
    "Nationality Country": "nationality",
    "Citizenship Country": "citizen",
}
#: Features that the other files have in columns of their own → the column.
_COLUMNS: Final = {
    "Title": "title",
    "Vessel Call Sign": "call_sign",
    "VESSEL TYPE": "vessel_type",
    "Vessel Type": "vessel_type",
    "Vessel Flag": "flag",
    "Vessel Owner": "owner",
    "Vessel Tonnage": "tonnage",
    "Vessel Gross Registered Tonnage": "gross_tonnage",
}
#: Lists that put others together, and are younger than these: their own day says only when they took an entry over.
_COMPILATIONS: Final = frozenset({"Consolidated List"})
_STREET: Final = ("ADDRESS1", "ADDRESS2", "ADDRESS3")
_PLACE: Final = ("CITY", "STATE/PROVINCE", "REGION", "POSTAL CODE")
_LATIN: Final = ("", "Latin")
#: Attributes that number what the text beside them says.
_NUMBERS: Final = ("id", "refId", "featureTypeId")
_DAY: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2})?)?")
_PARTS: Final = (
    *("generalInfo", "sanctionsLists", "sanctionsPrograms", "sanctionsTypes", "legalAuthorities", "names"),
    *("addresses", "features", "identityDocuments", "relationships"),
)


@dataclass(slots=True)
class _Told:
    """What the features and documents of one entry tell."""

    columns: dict[str, Any] = field(default_factory=dict)
    features: list[Feature] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


class EnhancedParties:
    """The entries of a file one by one; ``published`` is the day of which it says it is.

    ``listed`` is the name that the files give the list. :class:`UnreadableList` if the file is of another list, cut
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
        self._elements = elements(file, "sanctionsData", wanted)
        self._values: dict[str, str] = {}
        next(self._elements)
        name, element = next(self._elements, ("", None))
        if element is None or name != "publicationInfo":
            raise UnreadableList(f"{file.name}: <publicationInfo> must stand before the entries.")
        self.published = self._head(element)

    def _head(self, element: Element) -> date:
        found = {child.tag.rpartition("}")[2]: (child.text or "").strip() for child in element.iter()}
        day = _DAY.fullmatch(found.get("dataAsOf", ""))
        if day is None:
            raise UnreadableList(f"{self._file.name}: dataAsOf is {found.get('dataAsOf')!r} and must be a day.")
        self._demand_whole_list(element)
        try:
            return date.fromisoformat(day[1])
        except ValueError as error:
            raise UnreadableList(f"{self._file.name}: dataAsOf: {error}.") from error

    def _demand_whole_list(self, head: Element) -> None:
        """Refuse a file that is filtered by anything but the list: the entries left out would seem delisted."""
        filters = [
            (local(one.tag), clean(one.text))
            for child in head
            if local(child.tag) == "filters"
            for one in child.iter()
            if clean(one.text)
        ]
        if filters != [("sanctionsList", self._listed)]:
            names = ", ".join(f"{name} {text!r}" for name, text in filters) or "no list"
            raise UnreadableList(
                f"{self._file.name}: its filters name {names}, and must be the {self._listed!r} and no other filter. "
                "Whoever is filtered out would seem to be delisted: export the whole list."
            )

    def __iter__(self) -> Iterator[Party]:
        count, seen = 0, set[str]()
        for name, element in self._elements:
            if name == "referenceValue":
                node = Node(element, f"{self._file.name}, referenceValue", self._faults)
                self._values[node.fields.take("refId")] = node.fields.take("value")
                # What kind of value it is follows from where it is used; its codes and numbers stand for the same text.
                node.fields.leave(["type", "code", "isoCode", "advancedXmlOffset"])
                node.finish()
                continue
            if name != "entity":
                # The types of features are numbered here; each feature names its own as well.
                continue
            count += 1
            if party := self._entry(element, f"{self._file.name}, entity {count}", seen):
                yield party
        if not count:
            raise UnreadableList(f"{self._file.name}: there is no entry in it.")

    def _entry(self, element: Element, place: str, seen: set[str]) -> Party | None:
        node = Node(element, place, self._faults, many=_PARTS)
        number = node.fields.take("id")
        if not NUMBER.fullmatch(number):
            node.fields.fault("id", number, "It must be a whole number.")
            names = (clean(one.text) for one in element.iter() if local(one.tag) == "formattedFullName")
            self._unidentified.append(next(names, ""))
            return None
        if number in seen:
            node.fields.fault("id", number, "There is an entry with this number already; this one was not read.")
            return None
        seen.add(number)
        party = self._party(number, node)
        node.finish()
        return party

    def _party(self, number: str, node: Node) -> Party:
        general = node.nodes("generalInfo", many=("entityType", "livingStatus"))
        kind = _text(general[0], "entityType") if general else ""
        if kind not in _TYPES:
            node.fields.fault("entityType", kind, f"Allowed: {', '.join(map(repr, _TYPES))}. It was not read.")
        told = _Told()
        for one in general:
            # It numbers the identity that the entry is of; nothing else in the file does so.
            one.fields.leave(["identityId"])
            told.remarks += filter(None, [one.fields.take("remarks"), _text(one, "livingStatus")])
            told.remarks += [word for name, word in _OF_THE_US.items() if one.fields.choice(name, _YES, False)]
            if title := one.fields.take("title"):
                told.columns["title"] = title
            one.finish()
        own, aliases, native = self._names(node, told)
        self._features(node, told)
        self._documents(node, told)
        self._relationships(node, told)
        told.remarks += [f"Sanctions type: {one}" for one in _texts(node, "sanctionsTypes", "sanctionsType")]
        told.remarks += [f"Legal authority: {one}" for one in _texts(node, "legalAuthorities", "legalAuthority")]
        programs, are_all = self._programs(node)
        found = Party(
            number=number,
            name=own,
            name_field="names",
            type=_TYPES.get(kind, ""),
            programs=programs,
            unread=frozenset() if are_all else frozenset({PROGRAMS}),
            place=node.fields.place,
            aliases=tuple(aliases),
            addresses=tuple(self._addresses(node)),
            features=tuple(told.features),
            remarks=tuple(told.remarks),
            native=tuple(native),
            listed_on=self._listed_on(node),
        )
        return replace(found, **told.columns)

    def _programs(self, node: Node) -> tuple[tuple[str, ...], bool]:
        """Return the programs that can be read, and whether these are all."""
        texts = []
        for one in _items(node, "sanctionsPrograms", "sanctionsProgram", text="text"):
            texts.append(one.fields.take("text"))
            _finish(one)
        found = dict.fromkeys(program_of(text, "sanctionsProgram", node.fields.fault) for text in texts or [""])
        return tuple(filter(None, found)), "" not in found

    def _listed_on(self, node: Node) -> str:
        """Return the day on which the entry was put on this list.

        Of a list that puts others together it is the first day on which the entry was on one of these, if any is named.
        """
        days: dict[str, str] = {}
        names: list[str] = []
        for one in _items(node, "sanctionsLists", "sanctionsList", text="name"):
            name, published = one.fields.take("name"), one.fields.take("datePublished")
            _finish(one)
            names.append(name)
            if _DAY.fullmatch(published):
                days[name] = published[:10]
            elif name == self._listed or self._listed in _COMPILATIONS:
                one.fields.fault("datePublished", published, "It must be a day, such as 2006-04-12.")
        if names and self._listed not in names:
            node.fields.fault("sanctionsList", ", ".join(names), f"One of them must be the {self._listed!r}.")
        compiled = [day for name, day in days.items() if name not in _COMPILATIONS]
        if self._listed in _COMPILATIONS and compiled:
            return min(compiled)
        return days.get(self._listed, "")

    # --- Names

    def _names(self, node: Node, told: _Told) -> tuple[str, list[Alias], list[str]]:
        own, aliases, native, unclear = "", list[Alias](), list[str](), list[str]()
        for one in _items(node, "names", "name", many=("aliasType", "translations")):
            is_primary = one.fields.choice("isPrimary", _YES, False)
            is_weak, kind = one.fields.choice("isLowQuality", _YES, False), _text(one, "aliasType")
            latin, others = _translations(one)
            native += others
            _finish(one)
            if is_primary and not own:
                own = latin
            elif latin and kind in _ALIAS_TYPES:
                aliases.append(Alias(_ALIAS_TYPES[kind], latin, is_weak))
            elif latin or not others:
                one.fields.fault("aliasType", kind, UNKNOWN_ALIAS)
                unclear += filter(None, [latin])
                told.remarks += filter(None, [f"{kind} {latin}".strip()])
        if not own and unclear:
            own = unclear[0]
            node.fields.fault("names", own, "It must have a primary name in Latin letters; this one was taken for it.")
        return own, aliases, native

    # --- What else is told

    def _features(self, node: Node, told: _Told) -> None:
        for one in _items(node, "features", "feature", many=("type", "valueRefId", "valueDate", "reliability")):
            label, text = straight(_text(one, "type")), one.fields.take("value")
            reference = _text(one, "valueRefId")
            # The same day by numbers, the number of its version, which of several is the main one (it comes first), and
            # how sure of it the file's makers are, which no other form of the list tells.
            for left in ("valueDate", "reliability"):
                one.children(left)
            one.fields.leave(["isPrimary", "versionId"])
            text = text or self._values.get(reference, "")
            told.remarks += filter(None, [one.fields.take("comments")])
            self._feature(one, label, text, told)
            _finish(one)

    def _feature(self, one: Node, label: str, text: str, told: _Told) -> None:
        column = _COLUMNS.get(label)
        if column and text and told.columns.get(column) == text:
            # A title stands among the general information, too.
            return
        found = Feature(_LABELS[label], text) if label in _LABELS and text else labelled(f"{label} {text}".strip())
        if column and text and column not in told.columns:
            told.columns[column] = text
        elif found:
            told.features.append(found)
        else:
            one.fields.fault("type", label, "This type is not known, or has no value; it was kept as a remark.")
            told.remarks += filter(None, [f"{label} {text}".strip()])

    def _documents(self, node: Node, told: _Told) -> None:
        many = ("type", "issuingCountry", "name", "issueDate", "expirationDate", "idFeatures")
        for one in _items(node, "identityDocuments", "identityDocument", many=many):
            label, number, country = _text(one, "type"), one.fields.take("documentNumber"), _text(one, "issuingCountry")
            # Under which of the names it was issued, and which features it shows, is told by numbers only.
            for left in ("name", "idFeatures"):
                one.children(left)
            days = [
                f"{word} {day}"
                for name, word in (("issueDate", "issued"), ("expirationDate", "expires"))
                if (day := _period(one, name))
            ]
            more = [one.fields.take(name) for name in ("issuingAuthority", "issuingLocation", "comments")]
            is_valid = one.fields.choice("isValid", {**_YES, "": True}, True)
            text = " ".join(filter(None, (label, number, f"({country})" if country else "", *days)))
            found = labelled(text)
            if found is None:
                one.fields.fault("type", label, "This type is not known, or has no number; it was kept as a remark.")
                told.remarks.append("; ".join(filter(None, (text, *more))))
            else:
                notes = filter(None, (found.note, *more, "" if is_valid else "not valid"))
                told.features.append(Feature(found.label, found.text, found.country, "; ".join(notes)))
            _finish(one)

    def _relationships(self, node: Node, told: _Told) -> None:
        for one in _items(
            node, "relationships", "relationship", many=("type", "relatedEntity", "quality", "dateRange")
        ):
            kind, days = _text(one, "type"), _period(one, "dateRange")
            # How sure of it the file's makers are, which no other form of the list tells.
            one.children("quality")
            for other in one.nodes("relatedEntity", text="name"):
                name = other.fields.take("name")
                other.fields.leave(["entityId"])
                _finish(other)
                if name:
                    told.features.append(Feature(LINKED_TO, name))
                    told.remarks.append(f"{kind or 'Related to'}: {name}{f' ({days})' if days else ''}")
            told.remarks += filter(None, [one.fields.take("comments")])
            _finish(one)

    def _addresses(self, node: Node) -> Iterator[Address]:
        for one in _items(node, "addresses", "address", many=("country", "translations")):
            country, found = _text(one, "country"), list[Node]()
            for container in one.nodes("translations", many=("country", "translation")):
                # The country stands beside the translations, or among them.
                inside = _text(container, "country")
                country = country or inside
                found += container.nodes("translation", many=("script", "addressParts"))
                _finish(container)
            for translation in found:
                _text(translation, "script")
                translation.fields.leave(["isPrimary"])
                yield self._address(translation, country)
                _finish(translation)
            if not found and country:
                yield Address(country=country)
            _finish(one)

    def _address(self, translation: Node, country: str) -> Address:
        parts: dict[str, str] = {}
        for part in _items(translation, "addressParts", "addressPart", many=("type",)):
            kind, value = _text(part, "type"), part.fields.take("value")
            if kind not in (*_STREET, *_PLACE):
                part.fields.fault("type", kind, f"Allowed: {', '.join(map(repr, (*_STREET, *_PLACE)))}. It was kept.")
            parts[kind] = value
            _finish(part)
        postal = parts.pop("POSTAL CODE", "")
        place = [parts.pop(name) for name in _PLACE if parts.get(name)]
        city = " ".join(filter(None, (", ".join(place), postal)))
        return Address(", ".join(filter(None, parts.values())), city, country)


def _translations(name: Node) -> tuple[str, list[str]]:
    """Return a name in Latin letters, and in other scripts."""
    latin, others = "", list[str]()
    for one in _items(name, "translations", "translation", many=("script", "nameParts")):
        script, text = _text(one, "script"), one.fields.take("formattedFullName")
        # The parts of the whole name, and which of several is the main one: it comes first.
        one.children("nameParts")
        one.fields.leave(["isPrimary", "formattedFirstName", "formattedLastName"])
        _finish(one)
        if text and script in _LATIN and not latin:
            latin = text
        elif text:
            others.append(text)
    return latin, others


def _items(node: Node, container: str, item: str, *, many: tuple[str, ...] = (), text: str = "") -> Iterator[Node]:
    """Yield the items of a list of elements, each to be finished by whoever reads it."""
    for one in node.nodes(container, many=(item,)):
        yield from one.nodes(item, many=many, text=text)
        _finish(one)


def _texts(node: Node, container: str, item: str) -> list[str]:
    found = []
    for one in _items(node, container, item, text="text"):
        found.append(one.fields.take("text"))
        _finish(one)
    return list(dict.fromkeys(filter(None, found)))


def _period(node: Node, name: str) -> str:
    """Take a day, or days from one to another, as OFAC writes them in its other files: ``12 Mar 1960``, ``1960``.

    Both ends are told by two bounds each, of which the outer ones are taken.
    """
    told = ""
    for one in node.nodes(name):
        first, last = one.fields.take("fromDateBegin"), one.fields.take("toDateEnd")
        about = "circa " if one.fields.choice("isApproximate", _YES, False) else ""
        one.fields.leave(["fromDateEnd", "toDateBegin", "isDateRange"])
        _finish(one)
        try:
            found = [date.fromisoformat(text[:10]) for text in (first, last) if text]
        except ValueError as error:
            node.fields.fault(name, f"{first} {last}".strip(), f"{error}. It was kept as a text.")
            told = " to ".join(dict.fromkeys(filter(None, (first, last))))
            continue
        if len(found) == 2 and found[0] == date(found[0].year, 1, 1) and found[1] == date(found[0].year, 12, 31):
            told = f"{about}{found[0].year}"
        else:
            told = about + " to ".join(map(written, dict.fromkeys(found)))
    return told


def _text(node: Node, name: str) -> str:
    """Take the text of a child that has a reference beside it; empty if it is not there."""
    found = ""
    for one in node.nodes(name, text="text"):
        found = found or one.fields.take("text")
        _finish(one)
    return found


def _finish(node: Node) -> None:
    node.fields.leave(_NUMBERS)
    node.finish()
