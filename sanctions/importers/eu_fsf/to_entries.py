"""Convert the entries of the list: names, numbers, other details and remarks."""

from __future__ import annotations

import re
from typing import Final

from sanctions.importers.base import PROGRAMS, EntryCitation, EntryListing, Fault, ListEntry
from sanctions.importers.eu_fsf.entry import EuAct, EuAddress, EuBirth, EuEntry, EuIdentification, EuName
from sanctions.importers.formats.strict import BadEntry, StrictFields
from sanctions.importers.snapshots.actor_builder import ActorBuilder, ReportFault, join_paragraphs, read_program
from sanctions.importers.texts.scripts import script_of
from sanctions.vocabulary import ActorKind, IdentifierScheme, NameKind, ParticularKind

_P, _S = ParticularKind, IdentifierScheme
_KINDS: Final = {"P": ActorKind.PERSON, "E": ActorKind.ENTITY}
#: Whether a name suffices to identify somebody. The CSV does not state it.
_STRENGTHS: Final = {"": NameKind.ALIAS, "true": NameKind.ALIAS, "false": NameKind.WEAK_ALIAS}
_GENDERS: Final = ("M", "F")
#: Languages of names by their codes in the files, which are those of ISO 639-1 in capitals: the official ones of the
#: Union, and others that its lists have names in.
_LANGUAGES: Final = frozenset(
    {
        *("BG", "CS", "DA", "DE", "EL", "EN", "ES", "ET", "FI", "FR", "GA", "HR"),
        *("HU", "IT", "LT", "LV", "MT", "NL", "PL", "PT", "RO", "SK", "SL", "SV"),
        *("AM", "AR", "AZ", "BE", "BN", "BS", "FA", "HE", "HI", "HY", "ID", "JA", "KA", "KK"),
        *("KO", "KU", "KY", "MK", "MN", "MS", "MY", "NO", "PA", "PS", "RU", "SO", "SQ", "SR"),
        *("SW", "TA", "TG", "TH", "TI", "TK", "TR", "UG", "UK", "UR", "UZ", "VI", "ZH"),
    }
)
_YES: Final = {"": False, "false": False, "true": True}
_CONTACTS: Final = {
    "PHONE": (_P.PHONE, ""),
    "FAX": (_P.PHONE, "Fax"),
    "EMAIL": (_P.EMAIL, ""),
    "WEB": (_P.WEBSITE, ""),
}
#: Types of documents by their codes. The note of another document names it.
_PAPERS: Final = {
    "passport": _S.PASSPORT,
    "id": _S.NATIONAL_ID,
    "imo": _S.IMO,
    "swiftbic": _S.BIC,
    "regnumber": _S.REGISTRATION,
    "fiscalcode": _S.TAX_ID,
    **dict.fromkeys(
        ("other", "ssn", "tradelic", "birthcert", "nationcert", "travelcardid", "electionid", "residentperm"),
        _S.OTHER_DOCUMENT,
    ),
    **dict.fromkeys(("drivinglicence", "NRN"), _S.OTHER_DOCUMENT),
}
_UN_REFERENCE: Final = re.compile(r"[A-Z]{2}[ie]\.\d{3}")
_GREGORIAN: Final = "GREGORIAN"


def to_entry(subject: EuEntry, faults: list[Fault], unread: set[str]) -> ListEntry | None:
    """Return the entry; ``None`` if it cannot be used: then its faults are reported and its id is in ``unread``."""
    report_fault = StrictFields({}, subject.place, faults).fault
    if subject.kind and subject.kind not in _KINDS:
        report_fault("Subject_type", subject.kind, f"Allowed: {', '.join(map(repr, _KINDS))}. It was not read.")
    own_name = _own_name(subject.names)
    try:
        names = (own_name.text, *(name.text for name in subject.names))
        actor = ActorBuilder(_KINDS.get(subject.kind), names, report_fault, field="Naal_wholename")
    except BadEntry:
        unread.add(subject.key)
        return None
    _identify(subject, actor, report_fault)
    for name in subject.names:
        _name(name, own_name, actor, report_fault)
    _describe(subject, actor, report_fault)
    listings = _listings(subject, actor, report_fault)
    programs = set() if all(one.program for one in listings) else {PROGRAMS}
    return ListEntry(
        key=subject.key,
        actor=actor.document(),
        listings=listings,
        unread=frozenset(subject.unread | actor.unread | programs),
        place=subject.place,
        cited=(EntryCitation("list", pinpoint=f"Entity_logical_id {subject.key}"),),
    )


def _identify(subject: EuEntry, actor: ActorBuilder, report_fault: ReportFault) -> None:
    actor.add_identifier(_S.EU_REFERENCE, subject.eu_reference, "EU_ref_num")
    if _UN_REFERENCE.fullmatch(subject.un_reference):
        actor.add_identifier(_S.UN_REFERENCE, subject.un_reference, "unitedNationId")
    elif subject.un_reference:
        report_fault("unitedNationId", subject.un_reference, "It must be a reference such as QDi.263; see the summary.")
        actor.add_to_summary(f"United Nations id: {subject.un_reference}")


def _own_name(names: tuple[EuName, ...]) -> EuName:
    """Choose the actor's own name, because the list does not mark one.

    It is the first strong name in Latin letters without a language or in English, or else the closest to that.
    """

    def distance(name: EuName) -> tuple[bool, bool, bool, bool]:
        return (
            not name.text,
            script_of(name.text) != "Latn",
            name.language not in ("", "EN"),
            name.strong == "false",
        )

    return min(names, key=distance, default=EuName())


def _name(name: EuName, own_name: EuName, actor: ActorBuilder, report_fault: ReportFault) -> None:
    if not name.text:
        report_fault("Naal_wholename", "", "A name must have a text.")
    language = name.language.lower()
    if name.language and name.language not in _LANGUAGES:
        report_fault("Naal_language", name.language, "This language is not known; the name was read without one.")
        language = ""
    if name.strong not in _STRENGTHS:
        report_fault("strong", name.strong, "Allowed: 'true', 'false'. The name is in the summary.")
        actor.add_to_summary(f"Name: {name.text}")
    elif name.text != own_name.text:
        # The same name in several languages is one name, in the first of them.
        actor.add_name(_STRENGTHS[name.strong], name.text, "Naal_wholename", language=language)
    if name.gender in _GENDERS:
        actor.add_particular(_P.GENDER, name.gender, "Naal_gender")
    elif name.gender:
        report_fault("Naal_gender", name.gender, f"Allowed: {', '.join(map(repr, _GENDERS))}.")
    note = f"In the language {language}" if language not in ("", "en") else ""
    actor.add_particular(_P.TITLE, name.title, "Naal_title", note=note if name.title else "")
    actor.add_particular(_P.POSITION, name.function, "Naal_function", note=note if name.function else "")
    if name.remark:
        actor.add_to_summary(f"With the name {name.text}: {name.remark}")


def _describe(subject: EuEntry, actor: ActorBuilder, report_fault: ReportFault) -> None:
    for birth in subject.births:
        _birth(birth, actor, report_fault)
    for citizenship in subject.citizenships:
        note = _joined("; ", citizenship.region, citizenship.remark)
        country = citizenship.country
        actor.add_particular(_P.CITIZENSHIP, country, "Citi_country", country=country, note=note)
    for address in subject.addresses:
        _address(address, actor, report_fault)
    for paper in subject.papers:
        _paper(paper, actor, report_fault)


def _birth(birth: EuBirth, actor: ActorBuilder, report_fault: ReportFault) -> None:
    text, day = _dated(birth)
    about = _is(birth.circa, "circa", report_fault)
    note = birth.remark
    if text:
        if not day:
            report_fault(
                "birthdate", text, "A date is whole, a year with its month and day, or two years. It is kept as a text."
            )
        elif birth.calendar not in ("", _GREGORIAN):
            report_fault("calendarType", birth.calendar, f"Allowed: {_GREGORIAN!r}. The date was kept as a text.")
            note, day = _joined("; ", f"Calendar: {birth.calendar}", note), ""
        elif about:
            day = "/".join(f"{end}~" for end in day.split("/"))
        dated_on = actor.parse_day(day, text, "Birt_date") if day else ""
        shown = f"circa {text}" if about else text
        actor.add_particular(_P.BIRTH_DATE, shown, "Birt_date", dated_on=dated_on, note=note)
        # The remark is about both date and place: add it once.
        note = ""
    where = _joined(", ", birth.place, birth.city, birth.zip_code, birth.region)
    if where or birth.country:
        actor.add_particular(_P.BIRTH_PLACE, where, "Birt_place", country=birth.country, note=note)
    elif note:
        actor.add_to_summary(f"Birth: {note}")


def _dated(birth: EuBirth) -> tuple[str, str]:
    """Return the text of a date of birth, and the date in EDTF, never approximate; empty if it is not a date.

    A complete date is given in parts too.
    """
    if birth.date:
        return birth.date, birth.date
    if birth.first_year and birth.last_year and not birth.year:
        return f"{birth.first_year} to {birth.last_year}", f"{birth.first_year}/{birth.last_year}"
    if birth.first_year or birth.last_year:
        return _joined(" ", birth.year, birth.first_year, birth.last_year), ""
    day = _joined("-", birth.year, *(part.zfill(2) for part in (birth.month, birth.day) if part))
    return day, day


def _address(address: EuAddress, actor: ActorBuilder, report_fault: ReportFault) -> None:
    box = f"PO Box {address.po_box}" if address.po_box else ""
    street = _joined(" ", address.number, address.street)
    where = _joined(", ", street, box, address.place, address.zip_code, address.city, address.region)
    at_listing = "As at the time of listing" if _is(address.at_listing, "asAtListingTime", report_fault) else ""
    note = _joined("; ", at_listing, address.remark)
    actor.add_particular(_P.ADDRESS, where, "Addr_street", country=address.country, note=note)
    for key, text in address.contacts:
        if key in _CONTACTS:
            kind, what = _CONTACTS[key]
            actor.add_particular(kind, text, "contactInfo", note=what if text else "")
        else:
            report_fault("contactInfo", f"{key} {text}", f"Allowed: {', '.join(_CONTACTS)}. It is in the summary.")
            actor.add_to_summary(f"{key}: {text}")


def _paper(paper: EuIdentification, actor: ActorBuilder, report_fault: ReportFault) -> None:
    scheme = _PAPERS.get(paper.type_code)
    if scheme is None:
        allowed = ", ".join(_PAPERS)
        report_fault("identificationTypeCode", paper.type_code, f"Allowed: {allowed}. It is in the summary.")
    flags = (
        ("diplomatic", paper.diplomatic, "diplomatic"),
        ("expired", paper.known_expired, "knownExpired"),
        ("false", paper.known_false, "knownFalse"),
        ("reported lost", paper.reported_lost, "reportedLost"),
        ("revoked by its issuer", paper.revoked, "revokedByIssuer"),
    )
    details = (
        paper.type_name if scheme in (None, _S.OTHER_DOCUMENT) else "",
        _joined(", ", paper.country, paper.region),
        f"issued by {paper.issued_by}" if paper.issued_by else "",
        f"issued on {paper.issued_on}" if paper.issued_on else "",
        f"valid from {paper.valid_from}" if paper.valid_from else "",
        f"valid until {paper.valid_to}" if paper.valid_to else "",
        f"in the name {paper.name_on_document}" if paper.name_on_document else "",
        f"in Latin letters {paper.latin_number}" if paper.latin_number and paper.number else "",
        *(word for word, text, field in flags if _is(text, field, report_fault)),
        # Some remarks repeat the code of the type.
        paper.remark if paper.remark != paper.type_code else "",
    )
    number = paper.number or paper.latin_number
    if number and scheme:
        actor.add_identifier(scheme, number, "Iden_number", note=_joined("; ", *details))
    else:
        actor.add_to_summary(f"{paper.type_name or 'Document'}: {_joined('; ', number, *details[1:])}")


def _listings(subject: EuEntry, actor: ActorBuilder, report_fault: ReportFault) -> tuple[EntryListing, ...]:
    """Return a listing for each programme.

    The days of the legal acts are those of the latest change, not days of listing.
    """
    programmes = {act.programme: read_program(act.programme, "Programme", report_fault) for act in subject.acts} or {
        "": ""
    }
    if not subject.acts:
        report_fault("Programme", "", "An entry must have a legal act with its programme.")
    listed_on, designated = _designated(subject, actor, is_one=len(programmes) == 1)
    details = f"Details of designation: {subject.designation_details}" if subject.designation_details else ""
    listings: dict[str, EntryListing] = {}
    for programme, tag in programmes.items():
        acts = [act for act in subject.acts if act.programme == programme]
        texts = (*subject.remarks, designated, details, *(act.remark for act in acts), *map(_act, acts))
        listings.setdefault(tag, EntryListing(tag, listed_on, join_paragraphs(texts, "Leba_numtitle", report_fault)))
    return tuple(listings.values())


def _designated(subject: EuEntry, actor: ActorBuilder, *, is_one: bool) -> tuple[str, str]:
    """Return the day of listing in EDTF, and a remark on the day of designation; either may be empty.

    ``designationDate`` is the UN's day if the UN lists the entry too, and otherwise the Union's own. The file does not
    state under which of several programmes the Union listed it on that day.
    """
    day = subject.designated_on
    if not day:
        return "", ""
    if subject.un_reference:
        return "", f"Date of UN designation: {day}"
    if found := actor.parse_day(day, day, "designationDate") if is_one else "":
        return found, ""
    return "", f"Listed by the European Union on {day}"


def _act(act: EuAct) -> str:
    details = (
        _joined(
            " ", act.title, f"({_joined(', ', act.kind, act.organisation)})" if act.kind or act.organisation else ""
        ),
        f"published {act.published_on}" if act.published_on else "",
        f"in force {act.in_force_on}" if act.in_force_on else "",
        act.url,
    )
    text = _joined(", ", *details)
    return f"Legal act: {text}" if text else ""


def _is(text: str, field: str, report_fault: ReportFault) -> bool:
    if text not in _YES:
        report_fault(field, text, "Allowed: 'true', 'false'.")
    return _YES.get(text, False)


def _joined(between: str, *parts: str) -> str:
    return between.join(filter(None, parts))
