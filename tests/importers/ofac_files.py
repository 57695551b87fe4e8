"""Writes what the readers of OFAC's lists read: the CSV files with their comments, and XML."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from sanctions.importers.base import RawFile
from sanctions.importers.ofac.labels import BIRTH, LINKED_TO
from sanctions.importers.ofac.party import OfacAlias, OfacFeature, OfacParty

NULL = "-0- "
#: The files end with this mark.
END = "\x1a"
#: Characters that the column of remarks has: what is longer goes on in the comments.
COLUMN = 1_000
#: Labels that have a list of their own in XML: the list, its item, the element of the text.
LISTS = {
    "nationality": ("nationalityList", "nationality", "country"),
    "citizen": ("citizenshipList", "citizenship", "country"),
    BIRTH: ("dateOfBirthList", "dateOfBirthItem", "dateOfBirth"),
    "POB": ("placeOfBirthList", "placeOfBirthItem", "placeOfBirth"),
}
_TYPES = {"aka": "a.k.a.", "fka": "f.k.a.", "nka": "n.k.a."}
_DAYS = re.compile(r"(?:issued (?P<issueDate>.+?))?(?: ?expires (?P<expirationDate>.+))?")
NAMESPACE = "http://tempuri.org/sdnList.xsd"


def csv_file(name: str, rows: Iterable[Sequence[str]]) -> RawFile:
    """Return a CSV file as OFAC writes it: nulls, the ends of lines, the mark at its end."""
    text = io.StringIO()
    csv.writer(text).writerows([cell or NULL for cell in row] for row in rows)
    return RawFile.of_bytes(name, (text.getvalue() + END).encode())


def csv_files(*parties: OfacParty, column: int = COLUMN) -> dict[str, RawFile]:
    """Return the four CSV files with these entries; ``column`` is where remarks go on in the comments."""
    main, addresses, aliases, comments = [], [], [], []
    for party in parties:
        remarks = csv_remarks(party)
        main.append(main_row(party, remarks[:column]))
        if remarks[column:]:
            comments.append([party.number, remarks[column:]])
        for number, address in enumerate(party.addresses, start=1):
            parts = [address.street, address.city, address.country, address.remarks]
            addresses.append([party.number, str(number), *parts])
        strong = [alias for alias in party.aliases if not alias.is_weak]
        for number, alias in enumerate(strong, start=1):
            aliases.append([party.number, str(number), alias.type, alias.name, alias.remarks])
    return {
        "main": csv_file("sdn.csv", main),
        "addresses": csv_file("add.csv", addresses),
        "aliases": csv_file("alt.csv", aliases),
        "comments": csv_file("sdn_comments.csv", comments),
    }


def main_row(party: OfacParty, remarks: str = "") -> list[str]:
    """Return the row of an entry in the main file."""
    return [
        party.number,
        party.name,
        "" if party.type == "entity" else party.type,
        "] [".join(party.programs),
        party.title,
        party.call_sign,
        party.vessel_type,
        party.tonnage,
        party.gross_tonnage,
        party.flag,
        party.owner,
        remarks,
    ]


def csv_remarks(party: OfacParty) -> str:
    """Return all that the column of remarks and the comments have of an entry."""
    weak = [f"{_TYPES[alias.type]} '{alias.name}'" for alias in party.aliases if alias.is_weak]
    remarks = "; ".join([*map(written, party.features), *weak, *party.remarks])
    return f"{remarks}." if remarks else ""


def written(feature: OfacFeature) -> str:
    """Return a feature as a remark."""
    country = f"({feature.country})" if feature.country else ""
    return " ".join(filter(None, (feature.label, feature.text, country, feature.note)))


def xml_file(
    *parties: OfacParty, published: str = "05/06/2024", total: int | None = None, ns: str = NAMESPACE
) -> RawFile:
    """Return an XML file with these entries."""
    root = Element("sdnList", {"xmlns": ns})
    head = SubElement(root, "publshInformation")
    SubElement(head, "Publish_Date").text = published
    SubElement(head, "Record_Count").text = str(len(parties) if total is None else total)
    root.extend(map(xml_entry, parties))
    return RawFile.of_bytes("sdn.xml", tostring(root, encoding="utf-8"))


def xml_entry(party: OfacParty) -> Element:
    """Return the element of an entry."""
    entry = Element("sdnEntry")
    linked = [f"({written(one)})" for one in party.features if one.label == LINKED_TO]
    _fill(entry, uid=party.number, **_named(party.name), sdnType=party.type.capitalize())
    _fill(entry, title=party.title, remarks="; ".join([*linked, *party.remarks]))
    for program in party.programs:
        SubElement(_list(entry, "programList"), "program").text = program
    for feature in party.features:
        if feature.label in LISTS:
            name, item, text = LISTS[feature.label]
            _fill(SubElement(_list(entry, name), item), uid="1", **{text: feature.text}, mainEntry="true")
        elif feature.label != LINKED_TO:
            days = _DAYS.fullmatch(feature.note)
            _fill(
                SubElement(_list(entry, "idList"), "id"),
                uid="2",
                idType=feature.label,
                idNumber=feature.text,
                idCountry=feature.country,
                **(days.groupdict() if days else {}),
            )
    for alias in party.aliases:
        _fill(SubElement(_list(entry, "akaList"), "aka"), uid="3", **_alias(alias))
    for address in party.addresses:
        parts = {"address1": address.street, "city": address.city, "country": address.country}
        _fill(SubElement(_list(entry, "addressList"), "address"), uid="4", **parts)
    vessel = {"callSign": party.call_sign, "vesselType": party.vessel_type, "vesselFlag": party.flag}
    tons = {"tonnage": party.tonnage, "grossRegisteredTonnage": party.gross_tonnage}
    if any((*vessel.values(), *tons.values(), party.owner)):
        _fill(SubElement(entry, "vesselInfo"), **vessel, vesselOwner=party.owner, **tons)
    return entry


def _alias(alias: OfacAlias) -> dict[str, str]:
    return {"type": _TYPES[alias.type], "category": "weak" if alias.is_weak else "strong", **_named(alias.name)}


def _named(name: str) -> dict[str, str]:
    last, _, first = name.partition(", ")
    return {"firstName": first, "lastName": last} if last and first else {"lastName": name}


def _list(entry: Element, name: str) -> Element:
    found = entry.find(name)
    return SubElement(entry, name) if found is None else found


def _fill(element: Element, **texts: str | None) -> None:
    for tag, text in texts.items():
        if text:
            SubElement(element, tag).text = text
