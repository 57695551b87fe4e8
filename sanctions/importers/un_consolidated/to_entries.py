"""Convert the entries of the list: names, numbers, other details and remarks."""

from __future__ import annotations

import re
from typing import Final

from sanctions.importers.base import PROGRAMS, EntryCitation, EntryListing, Fault, ListEntry
from sanctions.importers.formats.strict import BadEntry, StrictFields
from sanctions.importers.snapshots.actor_builder import ActorBuilder, ReportFault, join_paragraphs, read_program
from sanctions.importers.texts.document_numbers import DocumentNumber, find_document_number
from sanctions.importers.un_consolidated.entry import UnAlias, UnBirthDate, UnDocument, UnEntry, UnPlace
from sanctions.vocabulary import ActorKind, IdentifierScheme, NameKind, ParticularKind

_P: Final = ParticularKind
#: By the committees' guidelines, aliases of persons are of good or low quality, by whether they suffice to identify
#: somebody; those of entities are "also" or "formerly known as". An alias without a quality, which the files do not
#: have, is a fault and goes into the summary.
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
#: Types of documents, in lower case and without what separates them from a number.
_DOCUMENTS: Final = {
    "passport": IdentifierScheme.PASSPORT,
    "numéro de passeport": IdentifierScheme.PASSPORT,
    "número de pasaporte": IdentifierScheme.PASSPORT,
    "national identification": IdentifierScheme.NATIONAL_ID,
}
#: The second type names the document precisely. These are passports or national ids; any other second type is another
#: document, such as a birth certificate under "National Identification Number".
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


def to_entry(listed: UnEntry, faults: list[Fault], unread: set[str]) -> ListEntry | None:
    """Return the entry; ``None`` if it cannot be used: then its faults are reported, its reference is in ``unread``."""
    report_fault = StrictFields({}, listed.place, faults).fault
    names = (" ".join(listed.names), *(alias.alias_name for alias in listed.aliases), listed.name_original_script)
    try:
        kind = ActorKind.PERSON if listed.is_person else ActorKind.ENTITY
        actor = ActorBuilder(kind, names, report_fault, field="FIRST_NAME")
    except BadEntry:
        unread.add(listed.reference_number)
        return None
    actor.add_identifier(IdentifierScheme.UN_REFERENCE, listed.reference_number, "REFERENCE_NUMBER")
    _name(listed, actor, report_fault)
    _describe(listed, actor, report_fault)
    listing = _listing(listed, actor, report_fault)
    return ListEntry(
        key=listed.reference_number,
        actor=actor.document(),
        listings=(listing,),
        unread=frozenset(actor.unread | (set() if listing.program else {PROGRAMS})),
        place=listed.place,
        cited=(EntryCitation("list", pinpoint=f"REFERENCE_NUMBER {listed.reference_number}"),),
    )


def _listing(listed: UnEntry, actor: ActorBuilder, report_fault: ReportFault) -> EntryListing:
    program = read_program(listed.un_list_type, "UN_LIST_TYPE", report_fault)
    for list_type in listed.list_types:
        if list_type != _LIST_TYPE:
            report_fault("LIST_TYPE", list_type, f"Allowed: {_LIST_TYPE!r}.")
    day = actor.parse_day(_without_zone(listed.listed_on), listed.listed_on, "LISTED_ON")
    remarks = (
        f"Listed on {listed.listed_on}." if listed.listed_on and not day else "",
        f"Updated by the list on {', '.join(map(_without_zone, listed.updates))}." if listed.updates else "",
        f"Submitted by {listed.submitted_by}." if listed.submitted_by else "",
        f"Submitted on {_without_zone(listed.submitted_on)}." if listed.submitted_on else "",
    )
    return EntryListing(program, day, join_paragraphs(remarks, "LAST_DAY_UPDATED", report_fault))


def _without_zone(text: str) -> str:
    day = _DAY.fullmatch(text)
    return day[1] if day else text


def _name(listed: UnEntry, actor: ActorBuilder, report_fault: ReportFault) -> None:
    actor.add_name(NameKind.NATIVE, listed.name_original_script, "NAME_ORIGINAL_SCRIPT")
    for alias in listed.aliases:
        if alias.alias_name:
            kind = _QUALITIES.get(alias.quality)
            if kind is None:
                report_fault("QUALITY", alias.quality, f"Allowed: {', '.join(map(repr, _QUALITIES))}. See the summary.")
                actor.add_to_summary(f"Alias of another quality: {alias.alias_name}")
            else:
                actor.add_name(kind, alias.alias_name, "ALIAS_NAME")
        elif alias.quality:
            report_fault("ALIAS_NAME", "", f"An alias of the quality {alias.quality!r} must have a name.")
        _alias_notes(alias, actor)


def _alias_notes(alias: UnAlias, actor: ActorBuilder) -> None:
    """Add the details of an alias. Names have no notes: its birth is added separately, the rest to the summary."""
    under = f"Under the alias {alias.alias_name}" if alias.alias_name else "Under an alias"
    if alias.date_of_birth:
        found = actor.parse_day(_without_zone(alias.date_of_birth), alias.date_of_birth, "DATE_OF_BIRTH")
        actor.add_particular(_P.BIRTH_DATE, alias.date_of_birth, "DATE_OF_BIRTH", dated_on=found, note=under)
    if alias.city_of_birth or alias.country_of_birth:
        actor.add_particular(
            _P.BIRTH_PLACE, alias.city_of_birth, "CITY_OF_BIRTH", country=alias.country_of_birth, note=under
        )
    if original := _ORIGINAL.fullmatch(alias.note):
        actor.add_name(NameKind.NATIVE, original[1].strip(), "NOTE")
    elif alias.note:
        actor.add_to_summary(f"{under}: {alias.note}")


def _describe(listed: UnEntry, actor: ActorBuilder, report_fault: ReportFault) -> None:
    actor.add_to_summary(listed.comments1)
    for birth in listed.birth_dates:
        _birth(birth, actor, report_fault)
    for place in listed.birth_places:
        _place(_P.BIRTH_PLACE, place, actor)
    if listed.gender in _GENDERS:
        actor.add_particular(_P.GENDER, listed.gender, "GENDER")
    elif listed.gender not in _NO_GENDER:
        report_fault("GENDER", listed.gender, f"Allowed: {', '.join(map(repr, (*_NO_GENDER, *_GENDERS)))}.")
    for nationality in listed.nationalities:
        actor.add_particular(_P.NATIONALITY, nationality, "NATIONALITY", country=nationality)
    for title in listed.titles:
        actor.add_particular(_P.TITLE, title, "TITLE")
    for designation in listed.designations:
        actor.add_particular(_P.POSITION, designation, "DESIGNATION")
    for address in listed.addresses:
        _place(_P.ADDRESS, address, actor)
    for paper in listed.papers:
        _paper(paper, actor, report_fault)


def _place(kind: ParticularKind, place: UnPlace, actor: ActorBuilder) -> None:
    parts = filter(None, (place.street, place.city, place.state_province, place.zip_code))
    actor.add_particular(kind, ", ".join(parts), kind.label, country=place.country, note=place.note)


def _birth(birth: UnBirthDate, actor: ActorBuilder, report_fault: ReportFault) -> None:
    """Add a date of birth. One that is only in its note is free text without a date."""
    field = "DATE_OF_BIRTH"
    date = _dated(birth)
    if date is None:
        parts = filter(None, (birth.date, birth.year, birth.from_year, birth.to_year))
        if birth.type_of_date not in ("EXACT", "APPROXIMATELY", "BETWEEN") or not birth.note:
            report_fault(
                field, birth.type_of_date, "A type of date is EXACT, APPROXIMATELY or BETWEEN, with what it needs."
            )
        actor.add_particular(_P.BIRTH_DATE, " ".join(parts), field, note=birth.note)
        return
    text, day = date
    actor.add_particular(_P.BIRTH_DATE, text, field, dated_on=actor.parse_day(day, text, field), note=birth.note)


def _dated(birth: UnBirthDate) -> tuple[str, str] | None:
    """Return the text and the day of a date of birth; ``None`` if its type is unknown or a part of it is missing."""
    match birth:
        case UnBirthDate("EXACT", text, "", "", "") | UnBirthDate("EXACT", "", text, "", "") if text:
            return text, _without_zone(text)
        case UnBirthDate("APPROXIMATELY", text, "", "", "") | UnBirthDate("APPROXIMATELY", "", text, "", "") if text:
            return f"Approximately {text}", f"{_without_zone(text)}~"
        case UnBirthDate("BETWEEN", "", "", start, end) if start and end:
            return f"Between {start} and {end}", f"{start}/{end}"
    return None


def _paper(paper: UnDocument, actor: ActorBuilder, report_fault: ReportFault) -> None:
    """Add a document. One without a number, or with the number in its note or second type, becomes free text."""
    first = _DOCUMENTS.get(_bare(paper.type_of_document))
    if first is None:
        allowed = ", ".join(map(repr, _DOCUMENTS))
        report_fault("TYPE_OF_DOCUMENT", paper.type_of_document, f"Allowed: {allowed}. It is in the summary.")
    second = _bare(paper.type_of_document2)
    scheme = _SECOND_TYPES.get(second, IdentifierScheme.OTHER_DOCUMENT) if second else first
    named = paper.type_of_document2 if second and second not in _DOCUMENTS else ""
    # Some numbers have words around them. If it is not certain which, keep the text of the list as the number.
    number = find_document_number(paper.number) or DocumentNumber(paper.number)
    notes = (named, number.label, paper.issuing_country, _issued(paper), number.rest, paper.note)
    if paper.number and scheme and first:
        actor.add_identifier(scheme, number.number, "NUMBER", note="; ".join(filter(None, notes)))
        return
    full_text = ", ".join(filter(None, (number.number, *notes)))
    actor.add_to_summary(
        f"{paper.type_of_document or 'Document'}: {full_text}" if full_text else paper.type_of_document
    )


def _issued(paper: UnDocument) -> str:
    where = ", ".join(filter(None, (paper.city_of_issue, paper.country_of_issue)))
    when = _without_zone(paper.date_of_issue)
    if not where and not when:
        return ""
    return "issued" + (f" in {where}" if where else "") + (f" on {when}" if when else "")


def _bare(text: str) -> str:
    return _NUMBER.sub("", text.lower())
