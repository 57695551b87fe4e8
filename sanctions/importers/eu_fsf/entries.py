"""Entries of the list as entries of any list: what of them is a name, a number, a particular or a remark."""

from __future__ import annotations

import re
from typing import Final

from sanctions.importers.base import PROGRAMS, Cited, Entry, Fault, Listing
from sanctions.importers.dossier import Dossier, Tell, program_of, prose
from sanctions.importers.eu_fsf.subjects import Act, Address, Birth, Name, Paper, Subject
from sanctions.importers.scripts import script_of
from sanctions.importers.strict import BadEntry, Fields
from sanctions.vocabulary import ActorKind, IdentifierScheme, NameKind, ParticularKind

_P, _S = ParticularKind, IdentifierScheme
_KINDS: Final = {"P": ActorKind.PERSON, "E": ActorKind.ENTITY}
#: Whether a name is strong enough to be sure of somebody. The CSV does not say.
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


def entry_of(subject: Subject, faults: list[Fault], unread: set[str]) -> Entry | None:
    """Return an entry, or nothing if it cannot be used: then its faults are told and its id is in ``unread``."""
    tell = Fields({}, subject.place, faults).fault
    if subject.kind and subject.kind not in _KINDS:
        tell("Subject_type", subject.kind, f"Allowed: {', '.join(map(repr, _KINDS))}. It was not read.")
    own = _own_name(subject.names)
    try:
        names = (own.text, *(name.text for name in subject.names))
        dossier = Dossier(_KINDS.get(subject.kind), names, tell, field="Naal_wholename")
    except BadEntry:
        unread.add(subject.key)
        return None
    _identify(subject, dossier, tell)
    for name in subject.names:
        _name(name, own, dossier, tell)
    _describe(subject, dossier, tell)
    listings = _listings(subject, dossier, tell)
    programs = set() if all(one.program for one in listings) else {PROGRAMS}
    return Entry(
        key=subject.key,
        actor=dossier.document(),
        listings=listings,
        unread=frozenset(subject.unread | dossier.unread | programs),
        place=subject.place,
        cited=(Cited("list", pinpoint=f"Entity_logical_id {subject.key}"),),
    )


def _identify(subject: Subject, dossier: Dossier, tell: Tell) -> None:
    dossier.identifier(_S.EU_REFERENCE, subject.eu_reference, "EU_ref_num")
    if _UN_REFERENCE.fullmatch(subject.un_reference):
        dossier.identifier(_S.UN_REFERENCE, subject.un_reference, "unitedNationId")
    elif subject.un_reference:
        tell("unitedNationId", subject.un_reference, "It must be a reference such as QDi.263; see the summary.")
        dossier.say(f"United Nations id: {subject.un_reference}")


def _own_name(names: tuple[Name, ...]) -> Name:
    """Return the name that an entry is called by, because the list does not say which of its names is.

    It is the first strong one in Latin letters that is in no language but English, or else the first that comes
    nearest to that.
    """

    def distance(name: Name) -> tuple[bool, bool, bool, bool]:
        return (
            not name.text,
            script_of(name.text) != "Latn",
            name.language not in ("", "EN"),
            name.strong == "false",
        )

    return min(names, key=distance, default=Name())


def _name(name: Name, own: Name, dossier: Dossier, tell: Tell) -> None:
    if not name.text:
        tell("Naal_wholename", "", "A name must have a text.")
    language = name.language.lower()
    if name.language and name.language not in _LANGUAGES:
        tell("Naal_language", name.language, "This language is not known; the name was read without one.")
        language = ""
    if name.strong not in _STRENGTHS:
        tell("strong", name.strong, "Allowed: 'true', 'false'. The name stands in the summary.")
        dossier.say(f"Name: {name.text}")
    elif name.text != own.text:
        # The same name may be there in several languages: it is one name, in the first of them.
        dossier.name(_STRENGTHS[name.strong], name.text, "Naal_wholename", language=language)
    if name.gender in _GENDERS:
        dossier.particular(_P.GENDER, name.gender, "Naal_gender")
    elif name.gender:
        tell("Naal_gender", name.gender, f"Allowed: {', '.join(map(repr, _GENDERS))}.")
    note = f"In the language {language}" if language not in ("", "en") else ""
    dossier.particular(_P.TITLE, name.title, "Naal_title", note=note if name.title else "")
    dossier.particular(_P.POSITION, name.function, "Naal_function", note=note if name.function else "")
    if name.remark:
        dossier.say(f"With the name {name.text}: {name.remark}")


def _describe(subject: Subject, dossier: Dossier, tell: Tell) -> None:
    for birth in subject.births:
        _birth(birth, dossier, tell)
    for citizenship in subject.citizenships:
        note = _joined("; ", citizenship.region, citizenship.remark)
        country = citizenship.country
        dossier.particular(_P.CITIZENSHIP, country, "Citi_country", country=country, note=note)
    for address in subject.addresses:
        _address(address, dossier, tell)
    for paper in subject.papers:
        _paper(paper, dossier, tell)


def _birth(birth: Birth, dossier: Dossier, tell: Tell) -> None:
    text, day = _dated(birth)
    about = _is(birth.circa, "circa", tell)
    note = birth.remark
    if text:
        if not day:
            tell(
                "birthdate", text, "A date is whole, a year with its month and day, or two years. It is kept as a text."
            )
        elif birth.calendar not in ("", _GREGORIAN):
            tell("calendarType", birth.calendar, f"Allowed: {_GREGORIAN!r}. The date was kept as a text.")
            note, day = _joined("; ", f"Calendar: {birth.calendar}", note), ""
        elif about:
            day = "/".join(f"{end}~" for end in day.split("/"))
        found = dossier.day(day, text, "Birt_date") if day else ""
        shown = f"circa {text}" if about else text
        dossier.particular(_P.BIRTH_DATE, shown, "Birt_date", dated_on=found, note=note)
        # The remark is of both, and is told once.
        note = ""
    where = _joined(", ", birth.place, birth.city, birth.zip_code, birth.region)
    if where or birth.country:
        dossier.particular(_P.BIRTH_PLACE, where, "Birt_place", country=birth.country, note=note)
    elif note:
        dossier.say(f"Birth: {note}")


def _dated(birth: Birth) -> tuple[str, str]:
    """Return the text of a date of birth, and the date in EDTF without whether it is approximate; empty if it is none.

    The parts of a date that is given whole repeat it.
    """
    if birth.date:
        return birth.date, birth.date
    if birth.first_year and birth.last_year and not birth.year:
        return f"{birth.first_year} to {birth.last_year}", f"{birth.first_year}/{birth.last_year}"
    if birth.first_year or birth.last_year:
        return _joined(" ", birth.year, birth.first_year, birth.last_year), ""
    day = _joined("-", birth.year, *(part.zfill(2) for part in (birth.month, birth.day) if part))
    return day, day


def _address(address: Address, dossier: Dossier, tell: Tell) -> None:
    box = f"PO Box {address.po_box}" if address.po_box else ""
    street = _joined(" ", address.number, address.street)
    where = _joined(", ", street, box, address.place, address.zip_code, address.city, address.region)
    at_listing = "As at the time of listing" if _is(address.at_listing, "asAtListingTime", tell) else ""
    note = _joined("; ", at_listing, address.remark)
    dossier.particular(_P.ADDRESS, where, "Addr_street", country=address.country, note=note)
    for key, text in address.contacts:
        if key in _CONTACTS:
            kind, what = _CONTACTS[key]
            dossier.particular(kind, text, "contactInfo", note=what if text else "")
        else:
            tell("contactInfo", f"{key} {text}", f"Allowed: {', '.join(_CONTACTS)}. It stands in the summary.")
            dossier.say(f"{key}: {text}")


def _paper(paper: Paper, dossier: Dossier, tell: Tell) -> None:
    scheme = _PAPERS.get(paper.type_code)
    if scheme is None:
        allowed = ", ".join(_PAPERS)
        tell("identificationTypeCode", paper.type_code, f"Allowed: {allowed}. It stands in the summary.")
    flags = (
        ("diplomatic", paper.diplomatic, "diplomatic"),
        ("expired", paper.known_expired, "knownExpired"),
        ("false", paper.known_false, "knownFalse"),
        ("reported lost", paper.reported_lost, "reportedLost"),
        ("revoked by its issuer", paper.revoked, "revokedByIssuer"),
    )
    told = (
        paper.type_name if scheme in (None, _S.OTHER_DOCUMENT) else "",
        _joined(", ", paper.country, paper.region),
        f"issued by {paper.issued_by}" if paper.issued_by else "",
        f"issued on {paper.issued_on}" if paper.issued_on else "",
        f"valid from {paper.valid_from}" if paper.valid_from else "",
        f"valid until {paper.valid_to}" if paper.valid_to else "",
        f"in the name {paper.name_on_document}" if paper.name_on_document else "",
        f"in Latin letters {paper.latin_number}" if paper.latin_number and paper.number else "",
        *(word for word, text, field in flags if _is(text, field, tell)),
        # Some remarks are the code of the type, again.
        paper.remark if paper.remark != paper.type_code else "",
    )
    number = paper.number or paper.latin_number
    if number and scheme:
        dossier.identifier(scheme, number, "Iden_number", note=_joined("; ", *told))
    else:
        dossier.say(f"{paper.type_name or 'Document'}: {_joined('; ', number, *told[1:])}")


def _listings(subject: Subject, dossier: Dossier, tell: Tell) -> tuple[Listing, ...]:
    """Return a listing for each programme.

    The days of the legal acts are those of the latest change, and no days of listing.
    """
    programmes = {act.programme: program_of(act.programme, "Programme", tell) for act in subject.acts} or {"": ""}
    if not subject.acts:
        tell("Programme", "", "An entry must have a legal act with its programme.")
    listed_on, designated = _designated(subject, dossier, is_one=len(programmes) == 1)
    details = f"Details of designation: {subject.designation_details}" if subject.designation_details else ""
    found: dict[str, Listing] = {}
    for programme, tag in programmes.items():
        acts = [act for act in subject.acts if act.programme == programme]
        told = (*subject.remarks, designated, details, *(act.remark for act in acts), *map(_act, acts))
        found.setdefault(tag, Listing(tag, listed_on, prose(told, "Leba_numtitle", tell)))
    return tuple(found.values())


def _designated(subject: Subject, dossier: Dossier, *, is_one: bool) -> tuple[str, str]:
    """Return the day of listing in EDTF, and a remark on the day of designation; either may be empty.

    ``designationDate`` is the day of the United Nations where these list the entry too, and the Union's own where they
    do not. Under which of several programmes the Union listed it that day is not said.
    """
    day = subject.designated_on
    if not day:
        return "", ""
    if subject.un_reference:
        return "", f"Date of UN designation: {day}"
    if found := dossier.day(day, day, "designationDate") if is_one else "":
        return found, ""
    return "", f"Listed by the European Union on {day}"


def _act(act: Act) -> str:
    told = (
        _joined(
            " ", act.title, f"({_joined(', ', act.kind, act.organisation)})" if act.kind or act.organisation else ""
        ),
        f"published {act.published_on}" if act.published_on else "",
        f"in force {act.in_force_on}" if act.in_force_on else "",
        act.url,
    )
    text = _joined(", ", *told)
    return f"Legal act: {text}" if text else ""


def _is(text: str, field: str, tell: Tell) -> bool:
    if text not in _YES:
        tell(field, text, "Allowed: 'true', 'false'.")
    return _YES.get(text, False)


def _joined(between: str, *parts: str) -> str:
    return between.join(filter(None, parts))
