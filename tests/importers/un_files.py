"""Writes what the reader of the United Nations list reads."""

import dataclasses
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, tostring

from sanctions.importers.base import RawFile
from sanctions.importers.un_consolidated.entry import UnEntry
from sanctions.importers.un_consolidated.parse import NAMES, ROOT, TEXTS, VALUES

PARTS = {
    "aliases": "ALIAS",
    "addresses": "ADDRESS",
    "birth_dates": "DATE_OF_BIRTH",
    "birth_places": "PLACE_OF_BIRTH",
    "papers": "DOCUMENT",
}
GENERATED = "2020-01-02T23:59:59.485-04:00"


def un_file(*entries: UnEntry, generated: str = GENERATED) -> RawFile:
    """Return a file of the list with these entries, persons first as the list has them."""
    root = Element(ROOT, {"dateGenerated": generated})
    for name, is_person in (("INDIVIDUALS", True), ("ENTITIES", False)):
        group = SubElement(root, name)
        for one in entries:
            if one.is_person == is_person:
                group.append(_entry(one))
    return RawFile.of_bytes("list.xml", tostring(root, encoding="utf-8"))


def un_text(inside: str, *, generated: str = GENERATED) -> RawFile:
    """Return a file of the list whose persons are written out."""
    text = f'<{ROOT} dateGenerated="{generated}"><INDIVIDUALS>{inside}</INDIVIDUALS><ENTITIES/></{ROOT}>'
    return RawFile.of_bytes("list.xml", text.encode())


def _entry(listed: UnEntry) -> Element:
    name = "INDIVIDUAL" if listed.is_person else "ENTITY"
    element = Element(name)
    for unused in ("DATAID", "VERSIONNUM"):
        SubElement(element, unused).text = "1"
    for tag, text in zip(NAMES, listed.names, strict=False):
        SubElement(element, tag).text = text
    SubElement(element, "REFERENCE_NUMBER").text = f"{listed.reference_number} "
    for tag in TEXTS:
        SubElement(element, tag).text = getattr(listed, tag.lower())
    for tag, column in VALUES.items():
        _values(SubElement(element, tag), getattr(listed, column))
    for column, part in PARTS.items():
        for one in getattr(listed, column):
            _part(SubElement(element, f"{name}_{part}"), dataclasses.asdict(one))
        # The list has an empty element for an empty value.
        SubElement(element, f"{name}_{part}")
    SubElement(element, "SORT_KEY")
    return element


def _values(element: Element, texts: Iterable[str]) -> None:
    for text in (*texts, ""):
        SubElement(element, "VALUE").text = text


def _part(element: Element, columns: dict[str, str]) -> None:
    for column, text in columns.items():
        SubElement(element, column.upper()).text = text
