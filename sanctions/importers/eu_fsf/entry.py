"""An entry of the list as in its files: texts without surrounding space, empty where the file has nothing.

The CSV has fewer columns than the XML has attributes: the other fields are empty in entries read from CSV.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from sanctions.importers.base import Fault


@dataclass(frozen=True, slots=True)
class EuAct:
    """A legal act under which somebody is listed, and the programme that it belongs to."""

    programme: str = ""
    title: str = ""
    published_on: str = ""
    url: str = ""
    kind: str = ""
    organisation: str = ""
    in_force_on: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class EuName:
    """A name, with details of the person under that name."""

    text: str = ""
    language: str = ""
    gender: str = ""
    title: str = ""
    function: str = ""
    strong: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class EuAddress:
    """An address, with telephone numbers and the like by their kinds."""

    number: str = ""
    street: str = ""
    po_box: str = ""
    zip_code: str = ""
    city: str = ""
    place: str = ""
    region: str = ""
    country: str = ""
    at_listing: str = ""
    contacts: tuple[tuple[str, str], ...] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True)
class EuBirth:
    """A date of birth, a place of birth, or both."""

    date: str = ""
    day: str = ""
    month: str = ""
    year: str = ""
    first_year: str = ""
    last_year: str = ""
    circa: str = ""
    calendar: str = ""
    city: str = ""
    zip_code: str = ""
    place: str = ""
    region: str = ""
    country: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class EuIdentification:
    """A passport, an identity card, a number in a register and the like."""

    number: str = ""
    latin_number: str = ""
    type_code: str = ""
    type_name: str = ""
    country: str = ""
    region: str = ""
    issued_by: str = ""
    issued_on: str = ""
    valid_from: str = ""
    valid_to: str = ""
    name_on_document: str = ""
    diplomatic: str = ""
    known_expired: str = ""
    known_false: str = ""
    reported_lost: str = ""
    revoked: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class EuCitizenship:
    """A citizenship."""

    country: str = ""
    region: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class EuEntry:
    """A person (P), or a group or other entity (E). ``kind`` has another value if it could not be read."""

    key: str
    kind: str
    eu_reference: str = ""
    un_reference: str = ""
    designated_on: str = ""
    designation_details: str = ""
    remarks: tuple[str, ...] = ()
    acts: tuple[EuAct, ...] = ()
    names: tuple[EuName, ...] = ()
    addresses: tuple[EuAddress, ...] = ()
    births: tuple[EuBirth, ...] = ()
    papers: tuple[EuIdentification, ...] = ()
    citizenships: tuple[EuCitizenship, ...] = ()
    place: str = field(default="", compare=False)
    #: The keys of the actor's document, or PROGRAMS, to which an unreadable row may belong.
    unread: frozenset[str] = frozenset()


@dataclass(slots=True)
class EuFile:
    """A file of the list: its day, its entries one by one, the faults, and the ids that could not be read."""

    subjects: Iterator[EuEntry]
    as_of: date | None = None
    faults: list[Fault] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    unidentified: list[str] = field(default_factory=list)
    total: int | None = None
