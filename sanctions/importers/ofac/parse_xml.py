"""Read OFAC's XML files, ``sdn.xml`` and ``consolidated.xml`` (schema sdn.xsd, with any namespace)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final
from xml.etree.ElementTree import Element

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import PROGRAMS, Fault, RawFile
from sanctions.importers.formats.strict import StrictFields, collapse_spaces
from sanctions.importers.formats.xml_elements import (
    UNKNOWN_ELEMENT,
    local_name,
    read_elements,
    require_no_filter,
    unknown_children,
)
from sanctions.importers.ofac.labels import BIRTH
from sanctions.importers.ofac.party import NUMBER, UNKNOWN_ALIAS, OfacAddress, OfacAlias, OfacFeature, OfacParty
from sanctions.importers.ofac.remarks import read_labelled, read_remarks
from sanctions.importers.snapshots.actor_builder import read_program

_TYPES: Final = {"Individual": "individual", "Entity": "entity", "Vessel": "vessel", "Aircraft": "aircraft"}
_ALIAS_TYPES: Final = {"a.k.a.": "aka", "f.k.a.": "fka", "n.k.a.": "nka"}
_STRENGTH: Final = {"strong": False, "weak": True}
#: List of features → its item, the element of its text, the label that the CSV files have for it.
_LABELLED: Final = {
    "nationalityList": ("nationality", "country", "nationality"),
    "citizenshipList": ("citizenship", "country", "citizen"),
    "dateOfBirthList": ("dateOfBirthItem", "dateOfBirth", BIRTH),
    "placeOfBirthList": ("placeOfBirthItem", "placeOfBirth", "POB"),
}
_VESSEL: Final = ("callSign", "vesselType", "vesselFlag", "vesselOwner", "tonnage", "grossRegisteredTonnage")
_DAYS: Final = (("issueDate", "issued"), ("expirationDate", "expires"))
_ADDRESS: Final = ("address1", "address2", "address3")
_CITY: Final = ("city", "stateOrProvince")
_HEAD: Final = "publshInformation"


class XmlParties:
    """The entries of a file one by one, with the day and the number of entries that the file states.

    Raise :class:`UnreadableList` if the file is another list, is cut off, or has another number of entries.
    """

    def __init__(
        self, file: RawFile, faults: list[Fault], unread: set[str], unidentified: list[str] | None = None
    ) -> None:
        self._unidentified = [] if unidentified is None else unidentified
        self._file, self._faults, self._unread = file, faults, unread
        self._elements = read_elements(file, "sdnList", frozenset({_HEAD, "sdnEntry"}))
        self.total, self.published = 0, date.min
        _, self._root = next(self._elements)
        name, element = next(self._elements, ("", None))
        if element is None or name != _HEAD:
            raise UnreadableList(f"{file.name}: <{_HEAD}> must precede the entries.")
        self._read_head(element)

    def _read_head(self, element: Element) -> None:
        require_no_filter(self._file, ((one.tag, one.text) for one in element.iter()))
        fields, lists = self._split(element, _HEAD)
        for name in lists:
            fields.fault(name, "", UNKNOWN_ELEMENT)
        try:
            published, total = fields.take("Publish_Date"), fields.take("Record_Count")
            self.published = datetime.strptime(published, "%m/%d/%Y").date()  # noqa: DTZ007 - a day has no zone
            self.total = int(total)
        except ValueError as error:
            raise UnreadableList(
                f"{self._file.name}: {error}. Publish_Date must be MM/DD/YYYY, and Record_Count a whole number."
            ) from error
        fields.finish()

    def __iter__(self) -> Iterator[OfacParty]:
        count, seen = 0, set[str]()
        for name, element in self._elements:
            if name == _HEAD:
                self._report(self._file.name, _HEAD, "This element occurs twice; the second was not read.")
                continue
            count += 1
            if party := self._entry(element, f"{self._file.name}, sdnEntry {count}", seen):
                yield party
        self._faults += unknown_children(self._root, self._file.name)
        if count != self.total:
            raise UnreadableList(
                f"{self._file.name}: it has {count:,} entries, and states that it has {self.total:,}. Is it cut off?"
            )
        if not count:
            raise UnreadableList(f"{self._file.name}: it has no entries.")

    def _report(self, place: str, name: str, message: str) -> None:
        self._faults.append(Fault(place, name, "", message))

    def _entry(self, element: Element, place: str, seen: set[str]) -> OfacParty | None:
        fields, lists = self._split(element, place)
        number = fields.take("uid")
        if not NUMBER.fullmatch(number):
            fields.fault("uid", number, "It must be a whole number.")
            self._unidentified.append(_joined(fields))
            return None
        if number in seen:
            fields.fault("uid", number, "Another entry has this number; this one was not read.")
            return None
        seen.add(number)
        party = self._party(number, fields, lists)
        fields.finish()
        return party

    def _split(self, element: Element, place: str) -> tuple[StrictFields, dict[str, Element]]:
        """Return the children that hold texts, and those that hold elements. What is neither, or twice, is a fault."""
        texts: dict[str, str | None] = {}
        lists: dict[str, Element] = {}
        for child in element:
            name = local_name(child.tag)
            if name in texts or name in lists:
                self._report(place, name, "This element occurs twice; the second was not read.")
            elif len(child):
                lists[name] = child
            else:
                texts[name] = child.text
            for attribute in child.attrib:
                self._report(place, f"{name} {local_name(attribute)}", "This attribute is not known, and was not read.")
        if len(element) and any(map(collapse_spaces, (element.text, *(child.tail for child in element)))):
            self._report(place, local_name(element.tag), "There is text between the elements, and it was not read.")
        return StrictFields(texts, place, self._faults), lists

    def _flat(self, element: Element, place: str) -> StrictFields:
        """Return the children of an element that holds texts alone."""
        fields, lists = self._split(element, place)
        for name in lists:
            self._report(place, name, UNKNOWN_ELEMENT)
        return fields

    def _party(self, number: str, fields: StrictFields, lists: dict[str, Element]) -> OfacParty:
        remarks = read_remarks(fields.take("remarks"))
        for unknown in remarks.unknown:
            fields.fault("remarks", unknown, "This label is not known; it was kept as a remark.")
        vessel = self._vessel(lists.pop("vesselInfo", None), fields.place)
        programs, are_all = self._programs(lists.pop("programList", None), fields)
        party = OfacParty(
            number=number,
            name=_joined(fields),
            name_field="lastName",
            type=fields.choice("sdnType", _TYPES, ""),
            programs=programs,
            unread=frozenset() if are_all else frozenset({PROGRAMS}),
            place=fields.place,
            title=fields.take("title"),
            aliases=(*self._aliases(lists.pop("akaList", None), fields.place, remarks.free), *remarks.aliases),
            addresses=tuple(self._addresses(lists.pop("addressList", None), fields.place)),
            features=(*self._features(lists, fields.place), *remarks.features),
            remarks=tuple(remarks.free),
        )
        party = replace(party, **vessel)
        for name in lists:
            fields.fault(name, "", UNKNOWN_ELEMENT)
        return party

    def _programs(self, element: Element | None, fields: StrictFields) -> tuple[tuple[str, ...], bool]:
        """Return the programs that can be read, and whether these are all."""
        tags: list[str] = []
        children = list(element) if element is not None else []
        for child in children:
            program = collapse_spaces(child.text)
            if local_name(child.tag) != "program" or len(child) or not program:
                fields.fault(
                    "programList", program, f"<{local_name(child.tag)}> is not <program> with a name; not read."
                )
            elif tag := read_program(program, "programList", fields.fault):
                tags.append(tag)
        if not children:
            fields.fault("programList", "", "It must name a program.")
        return tuple(tags), bool(children) and len(tags) == len(children)

    def _vessel(self, element: Element | None, place: str) -> dict[str, Any]:
        fields = self._flat(element, place) if element is not None else StrictFields({}, place, self._faults)
        names = ("call_sign", "vessel_type", "flag", "owner", "tonnage", "gross_tonnage")
        found = {name: fields.take(tag) for name, tag in zip(names, _VESSEL, strict=True)}
        fields.finish()
        return found

    def _rows(self, element: Element | None, item: str, place: str) -> Iterator[StrictFields]:
        for number, child in enumerate(element if element is not None else (), start=1):
            if local_name(child.tag) != item:
                self._report(place, local_name(child.tag), f"This element is not known: only <{item}> is read here.")
                continue
            fields = self._flat(child, f"{place}, {item} {number}")
            # The number of a row is new in each edition of the file, and nothing refers to it.
            fields.leave(["uid"])
            yield fields
            fields.finish()

    def _aliases(self, element: Element | None, place: str, kept: list[str]) -> Iterator[OfacAlias]:
        """Yield the aliases; a name of which it is not known what it is to its bearer is ``kept`` as a remark."""
        for fields in self._rows(element, "aka", place):
            kind, strength, name = fields.take("type"), fields.take("category"), _joined(fields)
            if name and kind in _ALIAS_TYPES and strength in _STRENGTH:
                yield OfacAlias(_ALIAS_TYPES[kind], name, _STRENGTH[strength])
                continue
            wrong = "lastName" if not name else "type" if kind not in _ALIAS_TYPES else "category"
            fields.fault(wrong, strength if wrong == "category" else kind, UNKNOWN_ALIAS)
            kept.append(" ".join(filter(None, (strength, kind, name))))

    def _addresses(self, element: Element | None, place: str) -> Iterator[OfacAddress]:
        for fields in self._rows(element, "address", place):
            street, city = (", ".join(filter(None, map(fields.take, names))) for names in (_ADDRESS, _CITY))
            # The CSV files have the postal code after a space.
            city = " ".join(filter(None, (city, fields.take("postalCode"))))
            found = OfacAddress(street, city, fields.take("country"))
            if found != OfacAddress():
                yield found

    def _features(self, lists: dict[str, Element], place: str) -> Iterator[OfacFeature]:
        for name, (item, text, label) in _LABELLED.items():
            for fields in self._rows(lists.pop(name, None), item, place):
                # Left: which of several is the main one, because it comes first.
                fields.leave(["mainEntry"])
                if value := fields.take(text):
                    yield OfacFeature(label, value)
                else:
                    fields.fault(text, "", "It must have a value.")
        for fields in self._rows(lists.pop("idList", None), "id", place):
            yield _identified(fields)


def _identified(fields: StrictFields) -> OfacFeature:
    """Return a number of a document as the CSV files write it: label, number, country, when issued and expiring."""
    label, number, country = map(fields.take, ("idType", "idNumber", "idCountry"))
    days = [f"{word} {day}" for name, word in _DAYS if (day := fields.take(name))]
    written = " ".join(filter(None, (label, number, f"({country})" if country else "", *days)))
    found = read_labelled(written)
    if found is None:
        fields.fault("idType", label, "This type is not known, or has no number; it was kept as a remark.")
    return found or OfacFeature("", written)


def _joined(fields: StrictFields) -> str:
    """Return a name as the CSV files write it: the last name, a comma, the first name."""
    return ", ".join(filter(None, map(fields.take, ("lastName", "firstName"))))
