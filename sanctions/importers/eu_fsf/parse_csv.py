"""The list as CSV 1.0: 59 columns, a row for each name, address, birth, document or citizenship of each entry.

The columns are those of "FSF – Financial Sanction Files, description of the fields". A file comes plain, with
semicolons between the cells, or as a spreadsheet has left it: then each row is one cell in quotation marks, which ends
in tabs, and in which a tab stands where a comma was. Either is in UTF-8 or in cp1252 (``encoding_of`` tells).

The rows of an entry are together within each of its legal acts, and not beyond; so the file is read whole before the
first entry is yielded.
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
from sanctions.importers.eu_fsf.subjects import Act, Address, Birth, Citizenship, Name, Paper, Snapshot, Subject
from sanctions.importers.strict import Fields, clean
from sanctions.importers.tables import demand_header, encoding_of, rows, with_whole_end

_ACT: Final = ("leba_numtitle", "leba_publication_date", "leba_url", "programme")
#: What a row may tell, by the beginning of its columns, and its own columns.
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
    """Return the columns; each object repeats the id of its entity, under the name given."""
    objects = (
        f"{prefix}_{name}" if name else entity_id.format(prefix)
        for prefix, own in _OBJECTS.items()
        for name in ("logical_id", "", *_ACT, *own)
    )
    return (*_ENTITY, *objects, "EU_ref_num")


#: The columns as the header has them, and as they are told apart here.
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
#: What stands for a date or a place that is not known.
_NO_DATE: Final = "N/A"
_NO_PLACE: Final = "-"
#: The files write two characters for the end of a line within a cell.
_LINE_END: Final = r"\n"


#: What rows tell of: keys of an actor's document, and the programmes.
_ROWS: Final = frozenset({"names", "identifiers", "particulars", PROGRAMS})


@dataclass(slots=True)
class _Gathered:
    """What the rows of one entry have told so far; whatever they repeat is told once."""

    place: str
    kinds: dict[str, None] = field(default_factory=dict)
    references: dict[str, None] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    told: dict[type, dict[Any, None]] = field(default_factory=dict)

    def add(self, one: Any) -> None:
        if one != type(one)():
            self.told.setdefault(type(one), {})[one] = None

    def all(self, kind: type) -> tuple[Any, ...]:
        return tuple(self.told.get(kind, ()))


def snapshot(file: RawFile) -> Snapshot:
    """Return the entries of a file; :class:`UnreadableList` if it is no such list, or is cut off."""
    found = Snapshot(iter(()))
    lines = _rows(file, found)
    _, header = next(lines, (0, []))
    if header[:1] and header[0] not in _FIRST:
        raise UnreadableList(f"{file.name}: column 1 is {header[0]!r} and must be {_FIRST[0]!r}. Is it another list?")
    demand_header(file, [_FIRST[0], *header[1:]] if header else [], COLUMNS)
    gathered: dict[str, _Gathered] = {}
    days: Counter[str] = Counter()
    for number, cells in with_whole_end(file, lines, len(COLUMNS)):
        place = f"{file.name}, line {number}"
        if len(cells) != len(COLUMNS):
            why = f"The row has {len(cells)} cells and must have {len(COLUMNS)}."
            found.faults.append(Fault(place, "", "; ".join(cells)[:200], why))
            _lose(cells, found)
            continue
        fields = Fields(dict(zip(_KEYS, cells, strict=True)), place, found.faults)
        if not _take(fields, gathered, days):
            _lose(cells, found)
    if not gathered and not found.unread and not found.unidentified:
        raise UnreadableList(f"{file.name}: there is no entry in it.")
    found.as_of = _day_of(file, days, found.faults)
    found.total = len(gathered)
    found.subjects = _subjects(gathered, found)
    return found


def _rows(file: RawFile, found: Snapshot) -> Iterator[tuple[int, list[str]]]:
    lost: list[list[str]] = []
    for number, row in rows(file, found.faults, encoding=encoding_of(file), columns=None, delimiter=";", lost=lost):
        cells = row
        if len(row) == 1:
            plain = row[0].rstrip("\t").replace("\t", ",")
            try:
                cells = next(csv.reader([plain], delimiter=";", strict=True), [])
            except csv.Error as error:
                found.faults.append(Fault(f"{file.name}, line {number}", "", plain[:200], f"The row is {error}."))
                _lose(plain.split(";"), found)
                continue
        yield number, [clean(cell.replace(_LINE_END, " ")) for cell in cells]
    for cells in lost:
        _lose(cells[0].split(";") if len(cells) == 1 else cells, found)


def _lose(cells: list[str], found: Snapshot) -> None:
    """Note the entry of a row that cannot be used: what the row says is not read. It may be anybody's without an id."""
    if len(cells) > 1 and _ID.fullmatch(key := clean(cells[1])):
        found.unread.add(key)
    else:
        named = dict(zip(_KEYS, cells, strict=False))
        found.unidentified.append(clean(named.get("Naal_wholename", "")))


def _day_of(file: RawFile, days: Counter[str], faults: list[Fault]) -> date | None:
    """Return the day that the rows state; where they differ, the one that more than half of them state."""
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


def _take(fields: Fields, gathered: dict[str, _Gathered], days: Counter[str]) -> bool:
    """Read a row; return whether its entry is known."""
    key = fields.take("Entity_logical_id")
    if not _ID.fullmatch(key):
        fields.fault("Entity_logical_id", key, "It must be a number.")
        return False
    days[fields.take("Date_file")] += 1
    one = gathered.setdefault(key, _Gathered(f"{fields.place} (Entity_logical_id {key})"))
    one.kinds[fields.take("Subject_type")] = None
    one.references[fields.take("EU_ref_num")] = None
    act = Act(
        title=fields.take("Leba_numtitle"),
        published_on=fields.take("Leba_publication_date"),
        url=fields.take("Leba_url"),
        programme=fields.take("Programme"),
        remark=_without_false_un_day(fields.take("Entity_remark")),
    )
    one.add(act)
    foreign: set[str] = set()
    for prefix in _OBJECTS:
        owner = fields.take(f"{prefix}_entity_logical_id")
        if owner not in ("", key):
            message = f"It must be that of the row, {key}. What it is of was not read."
            fields.fault(f"{prefix}_Entity_logical_id", owner, message)
            foreign.add(prefix)
            one.unread |= _ROWS
        programme = fields.take(f"{prefix}_programme")
        if programme not in ("", act.programme):
            fields.fault(f"{prefix}_programme", programme, f"It must be that of the row, {act.programme}.")
        # The id of the object says nothing outside of the file. The act in which it was published is often older than
        # that of the row; which act named whom is told of the entry, and not of each of its names.
        fields.leave(f"{prefix}_{name}" for name in ("logical_id", *_ACT[:3]))
    read = {"Naal": _name, "Addr": _address, "Birt": _birth, "Iden": _paper, "Citi": _citizenship}
    for prefix, read_object in read.items():
        found = read_object(fields)
        if prefix not in foreign:
            one.add(found)
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


def _name(fields: Fields) -> Name:
    # The whole name is these three together, as the description of the fields says.
    fields.leave(("Naal_lastname", "Naal_firstname", "Naal_middlename"))
    return Name(
        text=fields.take("Naal_wholename"),
        language=fields.take("Naal_language"),
        gender=fields.take("Naal_gender"),
        title=fields.take("Naal_title"),
        function=fields.take("Naal_function"),
    )


def _address(fields: Fields) -> Address:
    other = fields.take("Addr_other")
    return Address(
        number=fields.take("Addr_number"),
        street=fields.take("Addr_street"),
        zip_code=fields.take("Addr_zipcode"),
        city=fields.take("Addr_city"),
        country=fields.take("Addr_country"),
        contacts=tuple((kind, clean(text)) for kind, text in _CONTACT.findall(other)),
        remark=clean(_CONTACT.sub(" ", other)),
    )


def _birth(fields: Fields) -> Birth:
    day, place = fields.take("Birt_date"), fields.take("Birt_place")
    return Birth(
        date="" if day == _NO_DATE else day,
        place="" if place == _NO_PLACE else place,
        country=fields.take("Birt_country"),
    )


def _paper(fields: Fields) -> Paper:
    text, country = fields.take("Iden_number"), fields.take("Iden_country")
    found = _PAPER.fullmatch(text)
    if found is None:
        return Paper(number=text, country=country)
    remark = found["remark"].strip()
    while remark.startswith("(") and remark.endswith(")"):
        remark = remark[1:-1].strip()
    return Paper(
        number=found["number"].strip(),
        type_code=found["code"],
        type_name=found["name"].strip(),
        country=country,
        remark=remark,
    )


def _citizenship(fields: Fields) -> Citizenship:
    return Citizenship(country=fields.take("Citi_country"))


def _subjects(gathered: dict[str, _Gathered], found: Snapshot) -> Iterator[Subject]:
    for key, one in gathered.items():
        kinds, references = (list(filter(None, told)) for told in (one.kinds, one.references))
        if len(one.kinds) > 1 or len(one.references) > 1:
            differing = ", ".join([*one.kinds, *one.references])
            why = "The rows of an entry must agree in Subject_type and EU_ref_num. What differs was not read."
            found.faults.append(Fault(one.place, "Entity_logical_id", differing[:200], why))
        elif not kinds:
            found.faults.append(Fault(one.place, "Subject_type", "", "It must have a value."))
        if len(references) > 1:
            one.unread.add("identifiers")
        if key in found.unread or found.unidentified:
            one.unread |= _ROWS
        yield Subject(
            key=key,
            kind=kinds[0] if len(kinds) == 1 else "",
            eu_reference=references[0] if len(references) == 1 else "",
            acts=one.all(Act),
            names=one.all(Name),
            addresses=one.all(Address),
            births=one.all(Birth),
            papers=one.all(Paper),
            citizenships=one.all(Citizenship),
            place=one.place,
            unread=frozenset(one.unread),
        )
    found.unread -= gathered.keys()
