"""OFAC's XML files, ``sdn.xml`` and ``consolidated.xml`` (schema sdn.xsd; whatever the namespace of the year)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Final
from xml.etree.ElementTree import Element

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import Fault, RawFile
from sanctions.importers.elements import elements, local
from sanctions.importers.ofac.labels import BIRTH
from sanctions.importers.ofac.party import Address, Alias, Feature, Party
from sanctions.importers.ofac.remarks import labelled, read_remarks
from sanctions.importers.strict import BadEntry, Fields

_TYPES: Final = {"Individual": "individual", "Entity": "entity", "Vessel": "vessel", "Aircraft": "aircraft"}
_ALIAS_TYPES: Final = {"a.k.a.": "aka", "f.k.a.": "fka", "n.k.a.": "nka"}
_STRENGTH: Final = {"strong": False, "weak": True}
_MAIN: Final = {"true": True, "false": False}
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
_CITY: Final = ("city", "stateOrProvince", "postalCode")


class XmlParties:
    """The entries of a file one by one; ``published`` and ``total`` are what it says of itself, once the first is read.

    :class:`UnreadableList` if the file is another list, cut off, or has not as many entries as it says.
    """

    def __init__(self, file: RawFile, faults: list[Fault], unread: set[str]) -> None:
        self._file, self._faults, self._unread = file, faults, unread
        self._elements = elements(file, "sdnList", frozenset({"publshInformation", "sdnEntry"}))
        self.total, self.published = 0, date.min
        for name, element in self._elements:
            if name == "sdnEntry":
                raise UnreadableList(f"{file.name}: the entries begin before <publshInformation>.")
            if name:
                self._head(element)
                return
        raise UnreadableList(f"{file.name}: there is no <publshInformation>.")

    def _head(self, element: Element) -> None:
        fields = self._fields(element, "publshInformation")
        published, total = fields.take("Publish_Date"), fields.take("Record_Count")
        try:
            self.published = datetime.strptime(published, "%m/%d/%Y").date()  # noqa: DTZ007 - a day has no zone
            self.total = int(total)
        except ValueError as error:
            raise UnreadableList(
                f"{self._file.name}: Publish_Date is {published!r} and must be MM/DD/YYYY; "
                f"Record_Count is {total!r} and must be a whole number."
            ) from error
        fields.finish()

    def __iter__(self) -> Iterator[Party]:
        count, seen = 0, set[str]()
        for _, element in self._elements:
            count += 1
            number, place = "", f"{self._file.name}, sdnEntry {count}"
            try:
                fields = self._fields(element, place)
                number = fields.need("uid")
                if number in seen:
                    fields.refuse("uid", number, "There is an entry with this number already; this one was not read.")
                seen.add(number)
                yield self._party(number, element, fields)
                fields.finish()
            except BadEntry:
                if number:
                    self._unread.add(number)
        if count != self.total:
            raise UnreadableList(
                f"{self._file.name}: it says that it has {self.total:,} entries, and has {count:,}. Is it cut off?"
            )

    def _fields(self, element: Element, place: str) -> Fields:
        """Return the children that hold texts; those that hold lists are read apart."""
        return Fields({local(child.tag): child.text for child in element if not len(child)}, place, self._faults)

    def _party(self, number: str, element: Element, fields: Fields) -> Party:
        remarks = read_remarks(fields.take("remarks"))
        for unknown in remarks.unknown:
            fields.fault("remarks", unknown, "This label is not known; it was kept as a remark.")
        lists = {local(child.tag): child for child in element if len(child)}
        vessel = self._vessel(lists.pop("vesselInfo", None), fields.place)
        found = Party(
            number=number,
            name=_name(fields),
            type=fields.code("sdnType", _TYPES),
            programs=tuple((child.text or "").strip() for child in lists.pop("programList", ())),
            place=fields.place,
            title=fields.take("title"),
            **vessel,
            aliases=(*self._aliases(lists.pop("akaList", None), fields.place), *remarks.aliases),
            addresses=tuple(self._addresses(lists.pop("addressList", None), fields.place)),
            features=(*self._features(lists, fields.place), *remarks.features),
            remarks=tuple(remarks.free),
        )
        for name in lists:
            fields.fault(name, "", "This element is not known, and was not read.")
        return found

    def _vessel(self, element: Element | None, place: str) -> dict[str, str]:
        fields = self._fields(element, place) if element is not None else Fields({}, place, self._faults)
        names = ("call_sign", "vessel_type", "flag", "owner", "tonnage", "gross_tonnage")
        found = {name: fields.take(tag) for name, tag in zip(names, _VESSEL, strict=True)}
        fields.finish()
        return found

    def _rows(self, element: Element | None, item: str, place: str) -> Iterator[Fields]:
        for number, child in enumerate(element if element is not None else (), start=1):
            fields = self._fields(child, f"{place}, {local(child.tag)} {number}")
            # The number of a row is new in each edition of the file, and nothing refers to it.
            fields.leave(["uid"])
            if local(child.tag) != item:
                fields.fault(local(child.tag), "", f"This element is not known: only <{item}> is read here.")
                continue
            try:
                yield fields
                fields.finish()
            except BadEntry:
                continue

    def _aliases(self, element: Element | None, place: str) -> Iterator[Alias]:
        for fields in self._rows(element, "aka", place):
            try:
                kind, is_weak = fields.code("type", _ALIAS_TYPES), fields.code("category", _STRENGTH)
                yield Alias(kind, _name(fields), is_weak)
            except BadEntry:
                continue

    def _addresses(self, element: Element | None, place: str) -> Iterator[Address]:
        for fields in self._rows(element, "address", place):
            street, city = (", ".join(filter(None, map(fields.take, names))) for names in (_ADDRESS, _CITY))
            yield Address(street, city, fields.take("country"))

    def _features(self, lists: dict[str, Element], place: str) -> Iterator[Feature]:
        for name, (item, text, label) in _LABELLED.items():
            for fields in self._rows(lists.pop(name, None), item, place):
                # Which of several is the main one is told by their order, too: it comes first.
                fields.leave(["mainEntry"])
                yield Feature(label, fields.take(text))
        for fields in self._rows(lists.pop("idList", None), "id", place):
            label, number = fields.take("idType"), fields.take("idNumber")
            country = fields.take("idCountry")
            days = [f"{word} {day}" for name, word in _DAYS if (day := fields.take(name))]
            known = labelled(f"{label} {number}")
            if known is None:
                fields.fault("idType", label, "This type is not known; the number was kept as a remark.")
                known = Feature("", f"{label} {number}")
            yield replace(known, country=country or known.country, note=" ".join(days) or known.note)


def _name(fields: Fields) -> str:
    """Return a name as the CSV files write it: the last name, a comma, the first name."""
    last, first = fields.need("lastName"), fields.take("firstName")
    return f"{last}, {first}" if first else last
