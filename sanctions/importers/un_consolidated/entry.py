"""An entry of the list as in its file: texts without surrounding space, empty where the file has nothing."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class UnAlias:
    """Another name, with details of the person under that name."""

    quality: str = ""
    alias_name: str = ""
    date_of_birth: str = ""
    city_of_birth: str = ""
    country_of_birth: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class UnBirthDate:
    """A date of birth: of which type it is, and the day, the year or the two years that the type needs."""

    type_of_date: str = ""
    date: str = ""
    year: str = ""
    from_year: str = ""
    to_year: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class UnPlace:
    """An address, or a place of birth."""

    street: str = ""
    city: str = ""
    state_province: str = ""
    zip_code: str = ""
    country: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class UnDocument:
    """A passport or another document."""

    type_of_document: str = ""
    type_of_document2: str = ""
    number: str = ""
    issuing_country: str = ""
    city_of_issue: str = ""
    country_of_issue: str = ""
    date_of_issue: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class UnEntry:
    """One person, or one group, undertaking or other entity."""

    is_person: bool
    reference_number: str
    names: tuple[str, ...] = ()
    un_list_type: str = ""
    listed_on: str = ""
    name_original_script: str = ""
    comments1: str = ""
    gender: str = ""
    submitted_by: str = ""
    submitted_on: str = ""
    titles: tuple[str, ...] = ()
    designations: tuple[str, ...] = ()
    nationalities: tuple[str, ...] = ()
    list_types: tuple[str, ...] = ()
    updates: tuple[str, ...] = ()
    aliases: tuple[UnAlias, ...] = ()
    addresses: tuple[UnPlace, ...] = ()
    birth_dates: tuple[UnBirthDate, ...] = ()
    birth_places: tuple[UnPlace, ...] = ()
    papers: tuple[UnDocument, ...] = ()
    place: str = field(default="", compare=False)
