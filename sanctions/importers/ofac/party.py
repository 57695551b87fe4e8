"""One entry of OFAC's lists with all of its content, whether read from CSV or from XML."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

#: The number of an entry or of a row.
NUMBER: Final = re.compile(r"[0-9]{1,18}")
#: The fault of an alias without a name or of an unknown type.
UNKNOWN_ALIAS: Final = "An alias has a name and is one of aka, fka, nka. This one was kept as a remark."


@dataclass(frozen=True, slots=True)
class OfacAlias:
    """Another name: its type (``aka``, ``fka``, ``nka``), whether OFAC calls it weak, a remark."""

    type: str
    name: str
    is_weak: bool = False
    remarks: str = ""


@dataclass(frozen=True, slots=True)
class OfacAddress:
    """An address, as far as it is given: street, then city, province and postal code as one text, country, a remark."""

    street: str = ""
    city: str = ""
    country: str = ""
    remarks: str = ""


@dataclass(frozen=True, slots=True)
class OfacFeature:
    """A labelled remark, such as a passport, a date of birth or a link: label, text, country, when issued or expiring.

    The labels are OFAC's own: ``Passport``, ``DOB``, ``Linked To:``.
    """

    label: str
    text: str
    country: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class OfacParty:
    """One entry: its number, name, type (``individual``, ``entity``, ``vessel``, ``aircraft``) and details.

    An unknown type is empty. ``native`` are names in the original script. ``listed_on`` is the day of listing (ISO),
    which only the enhanced files state. ``remarks`` are those without a label. ``place`` is the entry's place in its
    file, ``name_field`` the name of the field that has its name. ``unread`` has the keys of the actor's document, or
    :data:`~sanctions.importers.base.PROGRAMS`, that could not be fully read.
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
    aliases: tuple[OfacAlias, ...] = ()
    addresses: tuple[OfacAddress, ...] = ()
    features: tuple[OfacFeature, ...] = ()
    remarks: tuple[str, ...] = ()
    native: tuple[str, ...] = ()
    listed_on: str = ""
    name_field: str = field(default="SDN_Name", compare=False)
    unread: frozenset[str] = frozenset()
