"""An entry of the list as either of its forms has it: texts without surrounding space, empty where there is nothing.

The CSV has fewer columns than the XML has attributes; what only the XML has is empty in what is read of the CSV.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from sanctions.importers.base import Fault


@dataclass(frozen=True, slots=True)
class Act:
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
class Name:
    """A name, with what is told of its bearer together with it."""

    text: str = ""
    language: str = ""
    gender: str = ""
    title: str = ""
    function: str = ""
    strong: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Address:
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
class Birth:
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
class Paper:
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
class Citizenship:
    """A citizenship."""

    country: str = ""
    region: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """A person (P), or a group or other entity (E); of another kind, if it could not be read."""

    key: str
    kind: str
    eu_reference: str = ""
    un_reference: str = ""
    designated_on: str = ""
    designation_details: str = ""
    remarks: tuple[str, ...] = ()
    acts: tuple[Act, ...] = ()
    names: tuple[Name, ...] = ()
    addresses: tuple[Address, ...] = ()
    births: tuple[Birth, ...] = ()
    papers: tuple[Paper, ...] = ()
    citizenships: tuple[Citizenship, ...] = ()
    place: str = field(default="", compare=False)
    #: The keys of the actor's document, and of the programs, of which a row that could not be read may say more.
    unread: frozenset[str] = frozenset()


@dataclass(slots=True)
class Snapshot:
    """A file of the list: its day, its entries one by one, what was not understood, the ids that could not be read."""

    subjects: Iterator[Subject]
    as_of: date | None = None
    faults: list[Fault] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    unidentified: list[str] = field(default_factory=list)
    total: int | None = None
