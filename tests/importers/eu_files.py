"""Writes what the readers of the European Union's list read: CSV, plain or as a spreadsheet leaves it, and XML."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from sanctions.importers.base import RawFile
from sanctions.importers.eu_fsf import parse_xml
from sanctions.importers.eu_fsf.entry import EuAct, EuAddress, EuBirth, EuCitizenship, EuEntry, EuIdentification, EuName
from sanctions.importers.eu_fsf.parse_csv import COLUMNS

#: A spreadsheet parts a line at its commas, and fills it up to as many cells.
_CELLS = 32
GENERATED = "2020-04-15T23:59:22.497+02:00"


def eu_csv(
    *subjects: EuEntry, wrapped: bool = False, encoding: str = "utf-8", day: str = "04/07/2018", first: str = COLUMNS[0]
) -> RawFile:
    """Return a CSV file with these entries."""
    cells = [one for subject in subjects for one in rows(subject, day)]
    return RawFile.of_bytes("list.csv", eu_text(cells, wrapped=wrapped, first=first).encode(encoding))


def eu_text(cells: Iterable[Sequence[str]], *, wrapped: bool = False, first: str = COLUMNS[0]) -> str:
    """Return the text of a CSV file with these rows."""
    lines = [_line(row) for row in ((first, *COLUMNS[1:]), *cells)]
    return "".join(f"{_wrapped(line) if wrapped else line}\r\n" for line in lines)


def rows(subject: EuEntry, day: str = "04/07/2018") -> Iterator[list[str]]:
    """Yield the rows of an entry: one for each of its acts, and one under the first for each of its parts."""
    for act in subject.acts:
        yield _row(subject, act, day, "", {})
    act = subject.acts[0]
    for name in subject.names:
        columns = {"wholename": name.text, "gender": name.gender, "title": name.title}
        yield _row(subject, act, day, "Naal", {**columns, "function": name.function, "language": name.language})
    for address in subject.addresses:
        columns = {"number": address.number, "street": address.street, "zipcode": address.zip_code}
        contacts = [f"{key}[{text}]" for key, text in address.contacts]
        other = r"\n".join(filter(None, (*contacts, address.remark)))
        yield _row(
            subject, act, day, "Addr", {**columns, "city": address.city, "country": address.country, "other": other}
        )
    for birth in subject.births:
        columns = {"date": birth.date or "N/A", "place": birth.place or "-", "country": birth.country}
        yield _row(subject, act, day, "Birt", columns)
    for paper in subject.papers:
        kind = f" ({paper.type_code}-{paper.type_name})" if paper.type_code else ""
        remark = f" ({paper.remark})" if paper.remark else ""
        yield _row(subject, act, day, "Iden", {"number": paper.number + kind + remark, "country": paper.country})
    for citizenship in subject.citizenships:
        yield _row(subject, act, day, "Citi", {"country": citizenship.country})


def _row(subject: EuEntry, act: EuAct, day: str, prefix: str, columns: Mapping[str, str]) -> list[str]:
    row = [day, subject.key, subject.kind, act.title, act.published_on, act.url, act.programme, act.remark]
    row += [""] * (len(COLUMNS) - len(row) - 1)
    if prefix:
        start = COLUMNS.index(f"{prefix}_logical_id")
        row[start : start + 6] = ["1", subject.key, act.title, act.published_on, act.url, act.programme]
        for name, text in columns.items():
            row[COLUMNS.index(f"{prefix}_{name}")] = text
    return [*row, subject.eu_reference]


def _line(row: Sequence[str]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="").writerow(row)
    return text.getvalue()


def _wrapped(line: str) -> str:
    cells = line.replace('"', '""').split(",")
    return '"' + "\t".join([*cells, *[""] * (_CELLS - len(cells))]) + '"'


def eu_xml(*subjects: EuEntry, generated: str = GENERATED) -> RawFile:
    """Return an XML file with these entries."""
    root = Element("export", {"xmlns": parse_xml.NAMESPACE, "generationDate": generated})
    root.extend(_entity(subject) for subject in subjects)
    return RawFile.of_bytes("list.xml", tostring(root, encoding="utf-8"))


def eu_xml_text(inside: str) -> RawFile:
    """Return an XML file whose entries are written out."""
    text = f'<export xmlns="{parse_xml.NAMESPACE}" generationDate="{GENERATED}">{inside}</export>'
    return RawFile.of_bytes("list.xml", text.encode())


def _entity(subject: EuEntry) -> Element:
    attributes = {
        "logicalId": subject.key,
        "euReferenceNumber": subject.eu_reference,
        "unitedNationId": subject.un_reference,
        "designationDate": subject.designated_on,
        "designationDetails": subject.designation_details,
    }
    element = Element("sanctionEntity", attributes)
    for remark in subject.remarks:
        SubElement(element, "remark").text = remark
    code = {"P": "person", "E": "enterprise"}[subject.kind]
    SubElement(element, "subjectType", {"code": code, "classificationCode": subject.kind})
    for act in subject.acts:
        part = _part(element, "regulation", {**parse_xml.ACT}, act)
        SubElement(part, "publicationUrl").text = part.attrib.pop("publicationUrl")
    parts: tuple[
        tuple[str, dict[str, str], Iterable[EuName | EuAddress | EuBirth | EuIdentification | EuCitizenship]], ...
    ] = (
        ("nameAlias", parse_xml.NAME, subject.names),
        ("address", parse_xml.ADDRESS, subject.addresses),
        ("birthdate", parse_xml.BIRTH, subject.births),
        ("identification", parse_xml.PAPER, subject.papers),
        ("citizenship", parse_xml.CITIZENSHIP, subject.citizenships),
    )
    for name, attributes, found in parts:
        for one in found:
            _part(element, name, attributes, one)
    return element


def _part(element: Element, name: str, attributes: Mapping[str, str], record: Any) -> Element:
    texts = {attribute: getattr(record, column) for column, attribute in attributes.items()}
    if hasattr(record, "country"):
        # A country that is not known has this code and name.
        code = "ZZ" if record.country else "00"
        texts |= {"countryDescription": record.country or "UNKNOWN", "countryIso2Code": code}
    part = SubElement(element, name, {**texts, "logicalId": "1", "regulationLanguage": "en"})
    for key, text in getattr(record, "contacts", ()):
        SubElement(part, "contactInfo", {"key": key, "value": text, "logicalId": "1"})
    if record.remark:
        SubElement(part, "remark").text = record.remark
    SubElement(part, "regulationSummary", {"numberTitle": "1/2000"})
    return part
