"""Entries of the list as entries of any list: what of them is a name, a number, a particular or a remark."""

from __future__ import annotations

import re
from typing import Final

from sanctions.importers.base import PROGRAMS, Cited, Entry, Fault, Listing
from sanctions.importers.dossier import Dossier, Tell, program_of, prose
from sanctions.importers.numbers import Numbered, number_in
from sanctions.importers.strict import BadEntry, Fields
from sanctions.importers.un_consolidated.listed import Alias, BirthDate, Listed, Paper, Place
from sanctions.vocabulary import ActorKind, IdentifierScheme, NameKind, ParticularKind

_P: Final = ParticularKind
#: The committees' guidelines call aliases of persons of good or low quality, by whether they are enough to be sure of
#: somebody, and those of entities also or formerly known as. An alias with no quality is neither, and the files have
#: none: it is a fault, and stands in the summary.
_QUALITIES: Final = {
    "Good": NameKind.ALIAS,
    "Low": NameKind.WEAK_ALIAS,
    "a.k.a.": NameKind.ALIAS,
    "f.k.a.": NameKind.FORMER,
}
_LIST_TYPE: Final = "UN List"
#: "Unknown" is what the list writes where it has no gender.
_GENDERS: Final = ("Male", "MALE", "Female", "FEMALE")
_NO_GENDER: Final = ("", "Unknown")
#: Types of documents, in small letters and without what parts them from a number.
_DOCUMENTS: Final = {
    "passport": IdentifierScheme.PASSPORT,
    "numéro de passeport": IdentifierScheme.PASSPORT,
    "número de pasaporte": IdentifierScheme.PASSPORT,
    "national identification": IdentifierScheme.NATIONAL_ID,
}
#: The second type tells which document it is. These are still what the first says, or the other of the two; what is
#: not among them is another document, such as a birth certificate under "National Identification Number".
_SECOND_TYPES: Final = {
    **_DOCUMENTS,
    "national passport": IdentifierScheme.PASSPORT,
    "service passport": IdentifierScheme.PASSPORT,
    "national identity": IdentifierScheme.NATIONAL_ID,
    "national identity card": IdentifierScheme.NATIONAL_ID,
    "national identification card": IdentifierScheme.NATIONAL_ID,
    "afghan national identification card (tazkira)": IdentifierScheme.NATIONAL_ID,
    "alternate national identification": IdentifierScheme.NATIONAL_ID,
    "federal identity card": IdentifierScheme.NATIONAL_ID,
    "indonesia national identity card": IdentifierScheme.NATIONAL_ID,
    "indonesian national identity card": IdentifierScheme.NATIONAL_ID,
    "jordanian national": IdentifierScheme.NATIONAL_ID,
    "yemeni identity card": IdentifierScheme.NATIONAL_ID,
    "identity card": IdentifierScheme.NATIONAL_ID,
    "civil identification": IdentifierScheme.NATIONAL_ID,
}
_NUMBER: Final = re.compile(r"[\s:.]{0,9}\b(?:number|no)?[\s:.]{0,9}\Z")
#: A day as XML has it, which may name its time zone.
_DAY: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})?")
_ORIGINAL: Final = re.compile(r"original script: ([^;()]+)")


def entry_of(listed: Listed, faults: list[Fault], unread: set[str]) -> Entry | None:
    """Return an entry, or nothing if it cannot be used: then its faults are told and its reference is in ``unread``."""
    tell = Fields({}, listed.place, faults).fault
    names = (" ".join(listed.names), *(alias.alias_name for alias in listed.aliases), listed.name_original_script)
    try:
        kind = ActorKind.PERSON if listed.is_person else ActorKind.ENTITY
        dossier = Dossier(kind, names, tell, field="FIRST_NAME")
    except BadEntry:
        unread.add(listed.reference_number)
        return None
    dossier.identifier(IdentifierScheme.UN_REFERENCE, listed.reference_number, "REFERENCE_NUMBER")
    _name(listed, dossier, tell)
    _describe(listed, dossier, tell)
    listing = _listing(listed, dossier, tell)
    return Entry(
        key=listed.reference_number,
        actor=dossier.document(),
        listings=(listing,),
        unread=frozenset(dossier.unread | (set() if listing.program else {PROGRAMS})),
        place=listed.place,
        cited=(Cited("list", pinpoint=f"REFERENCE_NUMBER {listed.reference_number}"),),
    )


def _listing(listed: Listed, dossier: Dossier, tell: Tell) -> Listing:
    program = program_of(listed.un_list_type, "UN_LIST_TYPE", tell)
    for list_type in listed.list_types:
        if list_type != _LIST_TYPE:
            tell("LIST_TYPE", list_type, f"Allowed: {_LIST_TYPE!r}.")
    day = dossier.day(_without_zone(listed.listed_on), listed.listed_on, "LISTED_ON")
    remarks = (
        f"Listed on {listed.listed_on}." if listed.listed_on and not day else "",
        f"Updated by the list on {', '.join(map(_without_zone, listed.updates))}." if listed.updates else "",
        f"Submitted by {listed.submitted_by}." if listed.submitted_by else "",
        f"Submitted on {_without_zone(listed.submitted_on)}." if listed.submitted_on else "",
    )
    return Listing(program, day, prose(remarks, "LAST_DAY_UPDATED", tell))


def _without_zone(text: str) -> str:
    day = _DAY.fullmatch(text)
    return day[1] if day else text


def _name(listed: Listed, dossier: Dossier, tell: Tell) -> None:
    dossier.name(NameKind.NATIVE, listed.name_original_script, "NAME_ORIGINAL_SCRIPT")
    for alias in listed.aliases:
        if alias.alias_name:
            kind = _QUALITIES.get(alias.quality)
            if kind is None:
                tell("QUALITY", alias.quality, f"Allowed: {', '.join(map(repr, _QUALITIES))}. See the summary.")
                dossier.say(f"Alias of another quality: {alias.alias_name}")
            else:
                dossier.name(kind, alias.alias_name, "ALIAS_NAME")
        elif alias.quality:
            tell("ALIAS_NAME", "", f"An alias of the quality {alias.quality!r} must have a name.")
        _alias_notes(alias, dossier)


def _alias_notes(alias: Alias, dossier: Dossier) -> None:
    """Tell what is said of an alias: names have no notes, so its birth is a particular, and the rest in the summary."""
    under = f"Under the alias {alias.alias_name}" if alias.alias_name else "Under an alias"
    if alias.date_of_birth:
        found = dossier.day(_without_zone(alias.date_of_birth), alias.date_of_birth, "DATE_OF_BIRTH")
        dossier.particular(_P.BIRTH_DATE, alias.date_of_birth, "DATE_OF_BIRTH", dated_on=found, note=under)
    if alias.city_of_birth or alias.country_of_birth:
        dossier.particular(
            _P.BIRTH_PLACE, alias.city_of_birth, "CITY_OF_BIRTH", country=alias.country_of_birth, note=under
        )
    if original := _ORIGINAL.fullmatch(alias.note):
        dossier.name(NameKind.NATIVE, original[1].strip(), "NOTE")
    elif alias.note:
        dossier.say(f"{under}: {alias.note}")


def _describe(listed: Listed, dossier: Dossier, tell: Tell) -> None:
    dossier.say(listed.comments1)
    for birth in listed.birth_dates:
        _birth(birth, dossier, tell)
    for place in listed.birth_places:
        _place(_P.BIRTH_PLACE, place, dossier)
    if listed.gender in _GENDERS:
        dossier.particular(_P.GENDER, listed.gender, "GENDER")
    elif listed.gender not in _NO_GENDER:
        tell("GENDER", listed.gender, f"Allowed: {', '.join(map(repr, (*_NO_GENDER, *_GENDERS)))}.")
    for nationality in listed.nationalities:
        dossier.particular(_P.NATIONALITY, nationality, "NATIONALITY", country=nationality)
    for title in listed.titles:
        dossier.particular(_P.TITLE, title, "TITLE")
    for designation in listed.designations:
        dossier.particular(_P.POSITION, designation, "DESIGNATION")
    for address in listed.addresses:
        _place(_P.ADDRESS, address, dossier)
    for paper in listed.papers:
        _paper(paper, dossier, tell)


def _place(kind: ParticularKind, place: Place, dossier: Dossier) -> None:
    parts = filter(None, (place.street, place.city, place.state_province, place.zip_code))
    dossier.particular(kind, ", ".join(parts), kind.label, country=place.country, note=place.note)


def _birth(birth: BirthDate, dossier: Dossier, tell: Tell) -> None:
    """Tell a date of birth. One that stands in its note alone is free text, and has no date."""
    field = "DATE_OF_BIRTH"
    found = _dated(birth)
    if found is None:
        parts = filter(None, (birth.date, birth.year, birth.from_year, birth.to_year))
        if birth.type_of_date not in ("EXACT", "APPROXIMATELY", "BETWEEN") or not birth.note:
            tell(field, birth.type_of_date, "A type of date is EXACT, APPROXIMATELY or BETWEEN, with what it needs.")
        dossier.particular(_P.BIRTH_DATE, " ".join(parts), field, note=birth.note)
        return
    text, day = found
    dossier.particular(_P.BIRTH_DATE, text, field, dated_on=dossier.day(day, text, field), note=birth.note)


def _dated(birth: BirthDate) -> tuple[str, str] | None:
    """Return the text and the day of a date of birth; nothing if its type is unknown, or it has not what it needs."""
    match birth:
        case BirthDate("EXACT", text, "", "", "") | BirthDate("EXACT", "", text, "", "") if text:
            return text, _without_zone(text)
        case BirthDate("APPROXIMATELY", text, "", "", "") | BirthDate("APPROXIMATELY", "", text, "", "") if text:
            return f"Approximately {text}", f"{_without_zone(text)}~"
        case BirthDate("BETWEEN", "", "", start, end) if start and end:
            return f"Between {start} and {end}", f"{start}/{end}"
    return None


def _paper(paper: Paper, dossier: Dossier, tell: Tell) -> None:
    """Tell a document. One without a number has it in its note or its second type, or none: that is free text."""
    first = _DOCUMENTS.get(_bare(paper.type_of_document))
    if first is None:
        allowed = ", ".join(map(repr, _DOCUMENTS))
        tell("TYPE_OF_DOCUMENT", paper.type_of_document, f"Allowed: {allowed}. It stands in the summary.")
    second = _bare(paper.type_of_document2)
    scheme = _SECOND_TYPES.get(second, IdentifierScheme.OTHER_DOCUMENT) if second else first
    named = paper.type_of_document2 if second and second not in _DOCUMENTS else ""
    # Some numbers have words around them; where it is not certain which, the number is what the list writes.
    number = number_in(paper.number) or Numbered(paper.number)
    notes = (named, number.label, paper.issuing_country, _issued(paper), number.rest, paper.note)
    if paper.number and scheme and first:
        dossier.identifier(scheme, number.number, "NUMBER", note="; ".join(filter(None, notes)))
        return
    told = ", ".join(filter(None, (number.number, *notes)))
    dossier.say(f"{paper.type_of_document or 'Document'}: {told}" if told else paper.type_of_document)


def _issued(paper: Paper) -> str:
    where = ", ".join(filter(None, (paper.city_of_issue, paper.country_of_issue)))
    when = _without_zone(paper.date_of_issue)
    if not where and not when:
        return ""
    return "issued" + (f" in {where}" if where else "") + (f" on {when}" if when else "")


def _bare(text: str) -> str:
    return _NUMBER.sub("", text.lower())
