"""The list as XML 1.1: a root ``export`` with a ``sanctionEntity`` for each entry, most of it in attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final, TypeVar
from xml.etree.ElementTree import Element

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import Fault, RawFile
from sanctions.importers.elements import demand_no_filter, elements, local
from sanctions.importers.eu_fsf.subjects import Act, Address, Birth, Citizenship, Name, Paper, Snapshot, Subject
from sanctions.importers.nodes import Node
from sanctions.importers.strict import clean

NAMESPACE: Final = "http://eu.europa.ec/fpi/fsd/export"
_ROOT: Final = "export"
_ENTRY: Final = "sanctionEntity"
_ID: Final = re.compile(r"[0-9]{1,10}")
#: Column → attribute, of each part of an entry.
ACT: Final = {
    "programme": "programme",
    "title": "numberTitle",
    "published_on": "publicationDate",
    "url": "publicationUrl",
    "kind": "regulationType",
    "organisation": "organisationType",
    "in_force_on": "entryIntoForceDate",
}
NAME: Final = {
    "text": "wholeName",
    "language": "nameLanguage",
    "gender": "gender",
    "title": "title",
    "function": "function",
    "strong": "strong",
}
ADDRESS: Final = {
    "street": "street",
    "po_box": "poBox",
    "zip_code": "zipCode",
    "city": "city",
    "place": "place",
    "region": "region",
    "at_listing": "asAtListingTime",
}
BIRTH: Final = {
    "date": "birthdate",
    "day": "dayOfMonth",
    "month": "monthOfYear",
    "year": "year",
    "first_year": "yearRangeFrom",
    "last_year": "yearRangeTo",
    "circa": "circa",
    "calendar": "calendarType",
    "city": "city",
    "zip_code": "zipCode",
    "place": "place",
    "region": "region",
}
PAPER: Final = {
    "number": "number",
    "latin_number": "latinNumber",
    "type_code": "identificationTypeCode",
    "type_name": "identificationTypeDescription",
    "region": "region",
    "issued_by": "issuedBy",
    "issued_on": "issuedDate",
    "valid_from": "validFrom",
    "valid_to": "validTo",
    "name_on_document": "nameOnDocument",
    "diplomatic": "diplomatic",
    "known_expired": "knownExpired",
    "known_false": "knownFalse",
    "reported_lost": "reportedLost",
    "revoked": "revokedByIssuer",
}
CITIZENSHIP: Final = {"region": "region"}
_PARTS: Final = ("regulation", "subjectType", "nameAlias", "address", "birthdate", "identification", "citizenship")
#: What stands for a country that is not known, by its code and by its name, and for a place.
_NO_COUNTRY: Final = ("00", "UNKNOWN")
_NO_PLACE: Final = "-"
#: Parts that are in a country.
_SOMEWHERE: Final = ("address", "birthdate", "identification", "citizenship")
#: The types of entries by both of their codes.
_CODES: Final = {"P": "person", "E": "enterprise"}
_REMARK: Final = "remark"
#: The id says nothing outside of the file; the language is that in which the act was read, which is that of the file.
_UNUSED: Final = ("logicalId", "regulationLanguage")

Part = TypeVar("Part", Act, Name, Address, Birth, Paper, Citizenship)


def snapshot(file: RawFile) -> Snapshot:
    """Return the entries of a file; :class:`UnreadableList` if it is no such list.

    That it is cut off, or has no entry, is seen when its entries are read.
    """
    found = Snapshot(iter(()))
    stream = elements(file, _ROOT, frozenset({_ENTRY, _ROOT}))
    _, root = next(stream)
    if root.tag != f"{{{NAMESPACE}}}{_ROOT}":
        raise UnreadableList(f"{file.name}: the root must be of {NAMESPACE}. Is it another list, or form?")
    demand_no_filter(file, root.attrib.items())
    found.as_of = _day_of(root, file, found.faults)
    found.subjects = _subjects(file, stream, found)
    return found


def _day_of(root: Element, file: RawFile, faults: list[Fault]) -> date | None:
    """Return the day on which the file was made, where it was made."""
    text = root.get("generationDate", "")
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        message = "It must be a day and time, as ISO 8601 has them."
        faults.append(Fault(file.name, "generationDate", text[:200], message))
        return None


def _subjects(file: RawFile, stream: Iterator[tuple[str, Element]], found: Snapshot) -> Iterator[Subject]:
    seen: set[str] = set()
    count = 0
    for name, element in stream:
        if name == _ROOT:
            # What was read is taken out of its parent: what is left there is known to nobody.
            message = "This element is not known, and was not read."
            found.faults += [Fault(file.name, local(child.tag), "", message) for child in element]
            continue
        count += 1
        node = Node(element, f"{file.name}, {_ENTRY} {count}", found.faults, many=(*_PARTS, _REMARK))
        key = node.fields.take("logicalId")
        if not _ID.fullmatch(key):
            node.fields.fault("logicalId", key, "It must be a number.")
            names = (clean(one.get("wholeName")) for one in element.iter() if local(one.tag) == "nameAlias")
            found.unidentified.append(next(filter(None, names), ""))
            continue
        if key in seen:
            node.fields.fault("logicalId", key, "There is an entry with it already; this one was not read.")
            continue
        seen.add(key)
        node.fields.place += f" (logicalId {key})"
        yield _subject(key, node)
    if not count:
        raise UnreadableList(f"{file.name}: there is no entry in it.")


def _subject(key: str, node: Node) -> Subject:
    fields = node.fields
    found = Subject(
        key=key,
        kind=_kind(node),
        eu_reference=fields.take("euReferenceNumber"),
        un_reference=fields.take("unitedNationId"),
        designated_on=fields.take("designationDate"),
        designation_details=fields.take("designationDetails"),
        remarks=_remarks(node),
        acts=_all(Act, node, "regulation", ACT),
        names=_all(Name, node, "nameAlias", NAME),
        addresses=_all(Address, node, "address", ADDRESS),
        births=_all(Birth, node, "birthdate", BIRTH),
        papers=_all(Paper, node, "identification", PAPER),
        citizenships=_all(Citizenship, node, "citizenship", CITIZENSHIP),
        place=fields.place,
    )
    node.finish()
    return found


def _kind(node: Node) -> str:
    """Return the code of the type of an entry; both of its codes must be there and agree, or else it is empty."""
    found = [(one.fields.take("classificationCode"), one.fields.take("code")) for one in node.nodes("subjectType")]
    if len(found) != 1 or _CODES.get(found[0][0]) != found[0][1]:
        allowed = ", ".join(f"{code} {name}" for code, name in _CODES.items())
        node.fields.fault("subjectType", str(found), f"It must be there once. Allowed: {allowed}. It was not read.")
        return ""
    return found[0][0]


def _remarks(node: Node) -> tuple[str, ...]:
    found: list[str] = []
    for element in node.nodes(_REMARK, text=_REMARK):
        found.append(element.fields.take(_REMARK))
        element.finish()
    return tuple(filter(None, found))


def _all(part: type[Part], node: Node, name: str, attributes: dict[str, str]) -> tuple[Part, ...]:
    """Return the parts of an entry that say something, such as its addresses."""
    found = (
        part(**_columns(one, name, attributes))
        for one in node.nodes(name, many=(_REMARK, "regulationSummary", "contactInfo"))
    )
    return tuple(one for one in found if one != part())


def _columns(node: Node, name: str, attributes: dict[str, str]) -> dict[str, Any]:
    fields = node.fields
    columns: dict[str, Any] = {column: fields.take(attribute) for column, attribute in attributes.items()}
    columns |= {column: "" for column in ("city", "place") if columns.get(column) == _NO_PLACE}
    if name in _SOMEWHERE:
        code, country = fields.take("countryIso2Code"), fields.take("countryDescription")
        columns["country"] = "" if code == _NO_COUNTRY[0] or country == _NO_COUNTRY[1] else country or code
    if name == "address":
        columns["contacts"] = tuple(map(_contact, node.nodes("contactInfo", many=(_REMARK, "regulationSummary"))))
    if name == "nameAlias":
        # The whole name is these three together, as the description of the fields says.
        fields.leave(("firstName", "middleName", "lastName"))
        if not columns["strong"]:
            fields.fault("strong", "", "Allowed: 'true', 'false'. The name was read as if it were strong.")
    columns["remark"] = " ".join(_remarks(node))
    # In which act a part was published is not told of each: the acts of the entry are.
    node.children("regulationSummary")
    fields.leave(_UNUSED)
    node.finish()
    return columns


def _contact(node: Node) -> tuple[str, str]:
    found = node.fields.take("key"), node.fields.take("value")
    node.children("regulationSummary")
    node.fields.leave(_UNUSED)
    node.finish()
    return found
