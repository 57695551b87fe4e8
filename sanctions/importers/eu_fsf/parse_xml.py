"""Read the list as XML 1.1: a root ``export`` with a ``sanctionEntity`` per entry, mostly in attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, TypeVar
from xml.etree.ElementTree import Element

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import RawFile
from sanctions.importers.eu_fsf.entry import (
    EuAct,
    EuAddress,
    EuBirth,
    EuCitizenship,
    EuEntry,
    EuFile,
    EuIdentification,
    EuName,
)
from sanctions.importers.formats.strict import collapse_spaces
from sanctions.importers.formats.xml_elements import (
    generation_day,
    local_name,
    read_elements,
    require_no_filter,
    unknown_children,
)
from sanctions.importers.formats.xml_nodes import StrictElement

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
#: The marks of an unknown country, by its code and its name, and of an unknown place.
_NO_COUNTRY: Final = ("00", "UNKNOWN")
_NO_PLACE: Final = "-"
#: Parts that have a country.
_SOMEWHERE: Final = ("address", "birthdate", "identification", "citizenship")
#: The types of entries by both of their codes.
_CODES: Final = {"P": "person", "E": "enterprise"}
_REMARK: Final = "remark"
#: Left: the id has no meaning outside of the file, and the language of an act is that of the file.
_UNUSED: Final = ("logicalId", "regulationLanguage")

Part = TypeVar("Part", EuAct, EuName, EuAddress, EuBirth, EuIdentification, EuCitizenship)


def read_file(file: RawFile) -> EuFile:
    """Return the entries of a file. Raise :class:`UnreadableList` if it is another list.

    Reading the entries raises it too, if the file is cut off or has no entries.
    """
    eu_file = EuFile(iter(()))
    stream = read_elements(file, _ROOT, frozenset({_ENTRY, _ROOT}))
    _, root = next(stream)
    if root.tag != f"{{{NAMESPACE}}}{_ROOT}":
        raise UnreadableList(f"{file.name}: the root must be of {NAMESPACE}. Is it another list, or form?")
    require_no_filter(file, root.attrib.items())
    eu_file.as_of = generation_day(root, "generationDate", file, eu_file.faults)
    eu_file.subjects = _subjects(file, stream, eu_file)
    return eu_file


def _subjects(file: RawFile, stream: Iterator[tuple[str, Element]], eu_file: EuFile) -> Iterator[EuEntry]:
    seen: set[str] = set()
    count = 0
    for name, element in stream:
        if name == _ROOT:
            eu_file.faults += unknown_children(element, file.name)
            continue
        count += 1
        node = StrictElement(element, f"{file.name}, {_ENTRY} {count}", eu_file.faults, many=(*_PARTS, _REMARK))
        key = node.fields.take("logicalId")
        if not _ID.fullmatch(key):
            node.fields.fault("logicalId", key, "It must be a number.")
            names = (
                collapse_spaces(one.get("wholeName")) for one in element.iter() if local_name(one.tag) == "nameAlias"
            )
            eu_file.unidentified.append(next(filter(None, names), ""))
            continue
        if key in seen:
            node.fields.fault("logicalId", key, "Another entry has it; this one was not read.")
            continue
        seen.add(key)
        node.fields.place += f" (logicalId {key})"
        yield _subject(key, node)
    if not count:
        raise UnreadableList(f"{file.name}: it has no entries.")


def _subject(key: str, node: StrictElement) -> EuEntry:
    fields = node.fields
    entry = EuEntry(
        key=key,
        kind=_kind(node),
        eu_reference=fields.take("euReferenceNumber"),
        un_reference=fields.take("unitedNationId"),
        designated_on=fields.take("designationDate"),
        designation_details=fields.take("designationDetails"),
        remarks=_remarks(node),
        acts=_all(EuAct, node, "regulation", ACT),
        names=_all(EuName, node, "nameAlias", NAME),
        addresses=_all(EuAddress, node, "address", ADDRESS),
        births=_all(EuBirth, node, "birthdate", BIRTH),
        papers=_all(EuIdentification, node, "identification", PAPER),
        citizenships=_all(EuCitizenship, node, "citizenship", CITIZENSHIP),
        place=fields.place,
    )
    node.finish()
    return entry


def _kind(node: StrictElement) -> str:
    """Return the code of an entry's type; empty unless both of its codes are given and agree."""
    codes = [(one.fields.take("classificationCode"), one.fields.take("code")) for one in node.nodes("subjectType")]
    if len(codes) != 1 or _CODES.get(codes[0][0]) != codes[0][1]:
        allowed = ", ".join(f"{code} {name}" for code, name in _CODES.items())
        node.fields.fault("subjectType", str(codes), f"It must be there once. Allowed: {allowed}. It was not read.")
        return ""
    return codes[0][0]


def _remarks(node: StrictElement) -> tuple[str, ...]:
    found: list[str] = []
    for element in node.nodes(_REMARK, text=_REMARK):
        found.append(element.fields.take(_REMARK))
        element.finish()
    return tuple(filter(None, found))


def _all(part: type[Part], node: StrictElement, name: str, attributes: dict[str, str]) -> tuple[Part, ...]:
    """Return the parts of an entry, such as its addresses, without empty ones."""
    found = (
        part(**_columns(one, name, attributes))
        for one in node.nodes(name, many=(_REMARK, "regulationSummary", "contactInfo"))
    )
    return tuple(one for one in found if one != part())


def _columns(node: StrictElement, name: str, attributes: dict[str, str]) -> dict[str, Any]:
    fields = node.fields
    columns: dict[str, Any] = {column: fields.take(attribute) for column, attribute in attributes.items()}
    columns |= {column: "" for column in ("city", "place") if columns.get(column) == _NO_PLACE}
    if name in _SOMEWHERE:
        code, country = fields.take("countryIso2Code"), fields.take("countryDescription")
        columns["country"] = "" if code == _NO_COUNTRY[0] or country == _NO_COUNTRY[1] else country or code
    if name == "address":
        columns["contacts"] = tuple(map(_contact, node.nodes("contactInfo", many=(_REMARK, "regulationSummary"))))
    if name == "nameAlias":
        # The whole name is these three together, by the description of the fields.
        fields.leave(("firstName", "middleName", "lastName"))
        if not columns["strong"]:
            fields.fault("strong", "", "Allowed: 'true', 'false'. The name was read as if it were strong.")
    columns["remark"] = " ".join(_remarks(node))
    # Left: the act that published a part. Acts are stored for the entry.
    node.children("regulationSummary")
    fields.leave(_UNUSED)
    node.finish()
    return columns


def _contact(node: StrictElement) -> tuple[str, str]:
    found = node.fields.take("key"), node.fields.take("value")
    node.children("regulationSummary")
    node.fields.leave(_UNUSED)
    node.finish()
    return found
