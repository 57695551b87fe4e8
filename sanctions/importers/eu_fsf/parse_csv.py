"""Read the list as CSV 1.0: 59 columns, and a row for each name, address, birth, document or citizenship.

The columns are those of "FSF – Financial Sanction Files, description of the fields". A file has semicolons between its
cells, or it was saved by a spreadsheet: then each row is one quoted cell that ends in tabs and has tabs for commas.
Either is in UTF-8 or cp1252 (``detect_encoding``).

The rows of an entry are adjacent only within each of its legal acts, so the file is read completely before the first
entry is yielded.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import PROGRAMS, Fault, RawFile
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
from sanctions.importers.formats.csv_rows import (
    detect_encoding,
    read_rows,
    require_header,
    require_whole_end,
    wrong_width,
)
from sanctions.importers.formats.strict import StrictFields, collapse_spaces

_ACT: Final = ("leba_numtitle", "leba_publication_date", "leba_url", "programme")
#: The objects that a row may have, by the prefix of their columns, and those columns.
_OBJECTS: Final = {
    "Naal": ("lastname", "firstname", "middlename", "wholename", "gender", "title", "function", "language"),
    "Addr": ("number", "street", "zipcode", "city", "country", "other"),
    "Birt": ("date", "place", "country"),
    "Iden": ("number", "country"),
    "Citi": ("country",),
}
_ENTITY: Final = (
    *("Date_file", "Entity_logical_id", "Subject_type"),
    *("Leba_numtitle", "Leba_publication_date", "Leba_url", "Programme", "Entity_remark"),
)


def _columns(entity_id: str) -> tuple[str, ...]:
    """Return the columns; each object repeats the id of its entity, under the given name."""
    objects = (
        f"{prefix}_{name}" if name else entity_id.format(prefix)
        for prefix, own in _OBJECTS.items()
        for name in ("logical_id", "", *_ACT, *own)
    )
    return (*_ENTITY, *objects, "EU_ref_num")


#: The columns as in the header, where some names repeat, and with unique names.
COLUMNS: Final = _columns("Entity_logical_id")
_KEYS: Final = _columns("{}_entity_logical_id")
#: The first column has been published under both names.
_FIRST: Final = ("Date_file", "Date_filexxxx")
_ID: Final = re.compile(r"[0-9]{1,10}")
#: "AD001095 (passport-National passport) ((passport))": a number, the code and name of its type, a remark.
_PAPER: Final = re.compile(r"(?P<number>.*?) ?\((?P<code>[A-Za-z]+)-(?P<name>[^()]*)\) ?(?P<remark>.*)")
#: "PHONE[662 38 14]", as often as there are numbers.
_CONTACT: Final = re.compile(r"([A-Z]{1,20})\[([^\]]*)\]")
_UN_DAY: Final = re.compile(r"Date of UN designation(: \d{4}-\d{2}-\d{2})")
_UN_REFERENCE: Final = re.compile(r"\b[A-Z]{2}[ie]\.\d{3}\b")
#: The marks of an unknown date and place.
_NO_DATE: Final = "N/A"
_NO_PLACE: Final = "-"
#: The files write two characters for the end of a line within a cell.
_LINE_END: Final = r"\n"


#: What rows contain: keys of an actor's document, and the programmes.
_ROWS: Final = frozenset({"names", "identifiers", "particulars", PROGRAMS})


@dataclass(slots=True)
class _Gathered:
    """The content of one entry's rows so far, each object once."""

    place: str
    kinds: dict[str, None] = field(default_factory=dict)
    references: dict[str, None] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    objects: dict[type, dict[Any, None]] = field(default_factory=dict)

    def add(self, one: Any) -> None:
        if one != type(one)():
            self.objects.setdefault(type(one), {})[one] = None

    def all(self, kind: type) -> tuple[Any, ...]:
        return tuple(self.objects.get(kind, ()))


def read_file(file: RawFile) -> EuFile:
    """Return the entries of a file. Raise :class:`UnreadableList` if it is another list, or is cut off."""
    eu_file = EuFile(iter(()))
    lines = _rows(file, eu_file)
    _, header = next(lines, (0, []))
    if header[:1] and header[0] not in _FIRST:
        raise UnreadableList(f"{file.name}: column 1 is {header[0]!r} and must be {_FIRST[0]!r}. Is it another list?")
    require_header(file, [_FIRST[0], *header[1:]] if header else [], COLUMNS)
    gathered: dict[str, _Gathered] = {}
    days: Counter[str] = Counter()
    for number, cells in require_whole_end(file, lines, len(COLUMNS)):
        place = f"{file.name}, line {number}"
        if len(cells) != len(COLUMNS):
            eu_file.faults.append(wrong_width(place, cells, len(COLUMNS), separator="; "))
            _mark_unread(cells, eu_file)
            continue
        fields = StrictFields(dict(zip(_KEYS, cells, strict=True)), place, eu_file.faults)
        if not _take(fields, gathered, days):
            _mark_unread(cells, eu_file)
    if not gathered and not eu_file.unread and not eu_file.unidentified:
        raise UnreadableList(f"{file.name}: it has no entries.")
    eu_file.as_of = _day_of(file, days, eu_file.faults)
    eu_file.total = len(gathered)
    eu_file.subjects = _subjects(gathered, eu_file)
    return eu_file


def _rows(file: RawFile, eu_file: EuFile) -> Iterator[tuple[int, list[str]]]:
    lost: list[list[str]] = []
    for number, row in read_rows(
        file, eu_file.faults, encoding=detect_encoding(file), columns=None, delimiter=";", lost=lost
    ):
        cells = row
        if len(row) == 1:
            plain = row[0].rstrip("\t").replace("\t", ",")
            try:
                cells = next(csv.reader([plain], delimiter=";", strict=True), [])
            except csv.Error as error:
                eu_file.faults.append(Fault(f"{file.name}, line {number}", "", plain[:200], f"The row is {error}."))
                _mark_unread(plain.split(";"), eu_file)
                continue
        yield number, [collapse_spaces(cell.replace(_LINE_END, " ")) for cell in cells]
    for cells in lost:
        _mark_unread(cells[0].split(";") if len(cells) == 1 else cells, eu_file)


def _mark_unread(cells: list[str], eu_file: EuFile) -> None:
    """Mark the entry of an unusable row as unread. Without an id the row may belong to any entry."""
    if len(cells) > 1 and _ID.fullmatch(key := collapse_spaces(cells[1])):
        eu_file.unread.add(key)
    else:
        named = dict(zip(_KEYS, cells, strict=False))
        eu_file.unidentified.append(collapse_spaces(named.get("Naal_wholename", "")))


def _day_of(file: RawFile, days: Counter[str], faults: list[Fault]) -> date | None:
    """Return the day that the rows state; if they differ, the one that more than half of them state."""
    if len(days) != 1:
        faults.append(Fault(file.name, _FIRST[0], ", ".join(days)[:200], "All rows must have one day."))
    day, rows_of_day = next(iter(days.most_common(1)), ("", 0))
    if 2 * rows_of_day <= days.total():
        return None
    try:
        return datetime.strptime(day, "%d/%m/%Y").date()  # noqa: DTZ007 (a day of the calendar has no zone)
    except ValueError:
        faults.append(Fault(file.name, _FIRST[0], day[:200], "It must be a day, such as 04/07/2018."))
        return None


def _take(fields: StrictFields, gathered: dict[str, _Gathered], days: Counter[str]) -> bool:
    """Read a row; return whether its entry is known."""
    key = fields.take("Entity_logical_id")
    if not _ID.fullmatch(key):
        fields.fault("Entity_logical_id", key, "It must be a number.")
        return False
    days[fields.take("Date_file")] += 1
    entry = gathered.setdefault(key, _Gathered(f"{fields.place} (Entity_logical_id {key})"))
    entry.kinds[fields.take("Subject_type")] = None
    entry.references[fields.take("EU_ref_num")] = None
    act = EuAct(
        title=fields.take("Leba_numtitle"),
        published_on=fields.take("Leba_publication_date"),
        url=fields.take("Leba_url"),
        programme=fields.take("Programme"),
        remark=_without_false_un_day(fields.take("Entity_remark")),
    )
    entry.add(act)
    foreign: set[str] = set()
    for prefix in _OBJECTS:
        owner = fields.take(f"{prefix}_entity_logical_id")
        if owner not in ("", key):
            message = f"It must be that of the row, {key}. What it is of was not read."
            fields.fault(f"{prefix}_Entity_logical_id", owner, message)
            foreign.add(prefix)
            entry.unread |= _ROWS
        programme = fields.take(f"{prefix}_programme")
        if programme not in ("", act.programme):
            fields.fault(f"{prefix}_programme", programme, f"It must be that of the row, {act.programme}.")
        # Left: the id of the object, which has no meaning outside of the file, and the act that published it, which is
        # often older than that of the row. Acts are stored for the entry, not for each of its names.
        fields.leave(f"{prefix}_{name}" for name in ("logical_id", *_ACT[:3]))
    read = {"Naal": _name, "Addr": _address, "Birt": _birth, "Iden": _paper, "Citi": _citizenship}
    for prefix, read_object in read.items():
        read_value = read_object(fields)
        if prefix not in foreign:
            entry.add(read_value)
    fields.finish()
    return True


def _without_false_un_day(remark: str) -> str:
    """Return a remark whose "date of UN designation" is the United Nations' only if their reference stands there too.

    The file has it of entries that the Union alone lists as well, and has no column for the reference.
    """
    return (
        remark
        if _UN_REFERENCE.search(remark)
        else _UN_DAY.sub(r"Date of designation\1, which the file calls that of UN designation", remark)
    )


def _name(fields: StrictFields) -> EuName:
    # The whole name is these three together, by the description of the fields.
    fields.leave(("Naal_lastname", "Naal_firstname", "Naal_middlename"))
    return EuName(
        text=fields.take("Naal_wholename"),
        language=fields.take("Naal_language"),
        gender=fields.take("Naal_gender"),
        title=fields.take("Naal_title"),
        function=fields.take("Naal_function"),
    )


def _address(fields: StrictFields) -> EuAddress:
    other = fields.take("Addr_other")
    return EuAddress(
        number=fields.take("Addr_number"),
        street=fields.take("Addr_street"),
        zip_code=fields.take("Addr_zipcode"),
        city=fields.take("Addr_city"),
        country=fields.take("Addr_country"),
        contacts=tuple((kind, collapse_spaces(text)) for kind, text in _CONTACT.findall(other)),
        remark=collapse_spaces(_CONTACT.sub(" ", other)),
    )


def _birth(fields: StrictFields) -> EuBirth:
    day, place = fields.take("Birt_date"), fields.take("Birt_place")
    return EuBirth(
        date="" if day == _NO_DATE else day,
        place="" if place == _NO_PLACE else place,
        country=fields.take("Birt_country"),
    )


def _paper(fields: StrictFields) -> EuIdentification:
    text, country = fields.take("Iden_number"), fields.take("Iden_country")
    match = _PAPER.fullmatch(text)
    if match is None:
        return EuIdentification(number=text, country=country)
    remark = match["remark"].strip()
    while remark.startswith("(") and remark.endswith(")"):
        remark = remark[1:-1].strip()
    return EuIdentification(
        number=match["number"].strip(),
        type_code=match["code"],
        type_name=match["name"].strip(),
        country=country,
        remark=remark,
    )


def _citizenship(fields: StrictFields) -> EuCitizenship:
    return EuCitizenship(country=fields.take("Citi_country"))


def _subjects(gathered: dict[str, _Gathered], eu_file: EuFile) -> Iterator[EuEntry]:
    for key, rows_of_entry in gathered.items():
        kinds, references = (list(filter(None, values)) for values in (rows_of_entry.kinds, rows_of_entry.references))
        if len(rows_of_entry.kinds) > 1 or len(rows_of_entry.references) > 1:
            differing = ", ".join([*rows_of_entry.kinds, *rows_of_entry.references])
            why = "The rows of an entry must agree in Subject_type and EU_ref_num. What differs was not read."
            eu_file.faults.append(Fault(rows_of_entry.place, "Entity_logical_id", differing[:200], why))
        elif not kinds:
            eu_file.faults.append(Fault(rows_of_entry.place, "Subject_type", "", "It must have a value."))
        if len(references) > 1:
            rows_of_entry.unread.add("identifiers")
        if key in eu_file.unread or eu_file.unidentified:
            rows_of_entry.unread |= _ROWS
        yield EuEntry(
            key=key,
            kind=kinds[0] if len(kinds) == 1 else "",
            eu_reference=references[0] if len(references) == 1 else "",
            acts=rows_of_entry.all(EuAct),
            names=rows_of_entry.all(EuName),
            addresses=rows_of_entry.all(EuAddress),
            births=rows_of_entry.all(EuBirth),
            papers=rows_of_entry.all(EuIdentification),
            citizenships=rows_of_entry.all(EuCitizenship),
            place=rows_of_entry.place,
            unread=frozenset(rows_of_entry.unread),
        )
    eu_file.unread -= gathered.keys()
