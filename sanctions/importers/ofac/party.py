"""One entry of a list of OFAC, the same whether it was read from CSV or from XML, with everything that it says."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

#: The number of an entry or of a row.
NUMBER: Final = re.compile(r"[0-9]{1,18}")
#: What is told of an alias whose type is not known.
UNKNOWN_ALIAS: Final = "An alias has a name, and is one of aka, fka, nka; what stands here was kept as a remark."


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name: its type (``aka``, ``fka``, ``nka``), whether OFAC calls it weak, a remark."""

    type: str
    name: str
    is_weak: bool = False
    remarks: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """An address, as far as it is given: street, then city, province and postal code as one text, country, a remark."""

    street: str = ""
    city: str = ""
    country: str = ""
    remarks: str = ""


@dataclass(frozen=True, slots=True)
class Feature:
    """A labelled remark, such as a passport, a date of birth or a link: label, text, country, when issued or expiring.

    The labels are OFAC's own: ``Passport``, ``DOB``, ``Linked To:``.
    """

    label: str
    text: str
    country: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """One entry: its number, name, type (``individual``, ``entity``, ``vessel``, ``aircraft``) and what is told of it.

    A type that is not known is empty. ``native`` are names in original script. ``listed_on`` is the day on which the
    entry was put on the list (ISO), which only the enhanced files state. ``remarks`` are those that bear no label.
    ``place`` says where the entry stands in its file, ``name_field`` how its name is called there, ``unread`` of which
    keys of the actor's document, or of its programs, something could not be read.
    """

    number: str
    name: str
    type: str
    programs: tuple[str, ...]
    place: str
    title: str = ""
    call_sign: str = ""
    vessel_type: str = ""
    tonnage: str = ""
    gross_tonnage: str = ""
    flag: str = ""
    owner: str = ""
    aliases: tuple[Alias, ...] = ()
    addresses: tuple[Address, ...] = ()
    features: tuple[Feature, ...] = ()
    remarks: tuple[str, ...] = ()
    native: tuple[str, ...] = ()
    listed_on: str = ""
    name_field: str = field(default="SDN_Name", compare=False)
    unread: frozenset[str] = frozenset()
