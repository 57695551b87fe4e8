"""OFAC's entries as entries of a list: what of them is a name, an identifier, a particular, a remark."""

from __future__ import annotations

import re
from typing import Final

from sanctions.exceptions import InvalidDate
from sanctions.importers.base import PROGRAMS, Cited, Entry, Fault, Listing
from sanctions.importers.dossier import Dossier, Tell, prose
from sanctions.importers.ofac.dates import in_edtf
from sanctions.importers.ofac.labels import DATED, LABELS, LEGAL_ENTITY, LINKED_TO, scheme_of
from sanctions.importers.ofac.party import Alias, Feature, Party
from sanctions.importers.strict import BadEntry, Fields
from sanctions.vocabulary import ActorKind, IdentifierScheme, NameKind, ParticularKind

_KINDS: Final = {
    "individual": ActorKind.PERSON,
    "entity": ActorKind.ENTITY,
    "vessel": ActorKind.VESSEL,
    "aircraft": ActorKind.AIRCRAFT,
}
_LEI: Final = re.compile(r"[0-9A-Z]{18}[0-9]{2}", re.ASCII)
_IMO: Final = re.compile(r"[0-9]{7}", re.ASCII)
#: The currency of an address of a digital currency, and the address.
_DIGITAL: Final = re.compile(r"([A-Z]{2,6}) (\S+)")
_NAMES: Final = {"aka": NameKind.ALIAS, "fka": NameKind.FORMER, "nka": NameKind.CURRENT}


def entry_of(party: Party, faults: list[Fault], unread: set[str]) -> Entry | None:
    """Return an entry of OFAC as an entry of a list, or nothing if it has no name: then its number is in ``unread``."""
    tell = Fields({}, party.place, faults).fault
    names = (party.name, *(alias.name for alias in party.aliases), *party.native)
    try:
        dossier = Dossier(_KINDS.get(party.type), names, tell, field=party.name_field)
    except BadEntry:
        unread.add(party.number)
        return None
    for alias in party.aliases:
        _name(alias, dossier)
    for text in party.native:
        dossier.name(NameKind.NATIVE, text, "name")
    _identify(party, dossier)
    _describe(party, dossier)
    for one in party.features:
        if one.label == LINKED_TO:
            dossier.link(one.text, LINKED_TO)
    listings = _listings(party, dossier, tell)
    return Entry(
        key=party.number,
        actor=dossier.document(),
        listings=listings,
        place=party.place,
        links=dossier.links,
        cited=_cited(party),
        unread=party.unread | dossier.unread | (frozenset() if listings[0].program else {PROGRAMS}),
    )


def _cited(party: Party) -> tuple[Cited, ...]:
    cited = [Cited("main", pinpoint=f"ent_num {party.number}")]
    if party.addresses:
        cited.append(Cited("addresses", "particulars", f"Ent_num {party.number}"))
    # The weak ones are told in the remarks of the main file.
    if any(not alias.is_weak for alias in party.aliases):
        cited.append(Cited("aliases", "names", f"ent_num {party.number}"))
    return tuple(cited)


def _listings(party: Party, dossier: Dossier, tell: Tell) -> tuple[Listing, ...]:
    remarks = [*map(_remark, _remarks(party)), *party.remarks, *_alias_remarks(party)]
    programs = tuple(dict.fromkeys(party.programs)) or ("",)
    listed_on = dossier.day(party.listed_on, party.listed_on, "datePublished") if party.listed_on else ""
    # Under which of several programs it was listed that day is not said.
    if party.listed_on and (not listed_on or len(programs) > 1):
        remarks.append(f"On the list since {party.listed_on}")
        listed_on = ""
    text = prose(remarks, "Remarks", tell, between="; ")
    return tuple(Listing(program, listed_on, text) for program in programs)


def _name(alias: Alias, dossier: Dossier) -> None:
    # A weak former name is a former name: both words say that it is not one's name now.
    is_weak = alias.is_weak and alias.type == "aka"
    dossier.name(NameKind.WEAK_ALIAS if is_weak else _NAMES[alias.type], alias.name, "alt_name")


def _identify(party: Party, dossier: Dossier) -> None:
    dossier.identifier(IdentifierScheme.OFAC_UID, party.number, "ent_num")
    for one in party.features:
        if one.label in LABELS and LABELS[one.label].scheme:
            _identifier(one, party.type, dossier)
    dossier.identifier(IdentifierScheme.CALL_SIGN, party.call_sign, "Call_Sign")


def _identifier(feature: Feature, party_type: str, dossier: Dossier) -> None:
    value, currency = feature.text, ""
    scheme = _scheme(feature, party_type) or IdentifierScheme.OTHER_DOCUMENT
    if scheme is IdentifierScheme.DIGITAL_CURRENCY and (found := _DIGITAL.fullmatch(value)):
        currency, value = found.groups()
    is_named = LABELS[feature.label].named or scheme is IdentifierScheme.OTHER_DOCUMENT
    label = feature.label.rstrip(":-# ") if is_named and scheme is not IdentifierScheme.LEI else ""
    note = "; ".join(filter(None, (label, currency, feature.country, feature.note)))
    dossier.identifier(scheme, value, feature.label, note=note)


def _scheme(feature: Feature, party_type: str) -> IdentifierScheme | None:
    """Return of which scheme a number is. One that names a thing in the whole world is so only if it can be one."""
    scheme = scheme_of(feature.label, party_type)
    if feature.label == LEGAL_ENTITY and _is_lei(feature.text):
        return IdentifierScheme.LEI
    if scheme is IdentifierScheme.IMO and not _is_imo(feature.text):
        return IdentifierScheme.OTHER_DOCUMENT
    return scheme


def _is_lei(text: str) -> bool:
    """Return whether a text is an identifier of ISO 17442, check digits included (ISO 7064)."""
    return bool(_LEI.fullmatch(text)) and int("".join(str(int(character, 36)) for character in text)) % 97 == 1


def _is_imo(text: str) -> bool:
    """Return whether a text is the number of a ship, check digit included."""
    if not _IMO.fullmatch(text):
        return False
    return sum(int(digit) * weight for digit, weight in zip(text, range(7, 1, -1), strict=False)) % 10 == int(text[-1])


def _describe(party: Party, dossier: Dossier) -> None:
    for kind, text, field in (
        (ParticularKind.TITLE, party.title, "Title"),
        (ParticularKind.VESSEL_TYPE, party.vessel_type, "Vess_type"),
        (ParticularKind.FLAG, party.flag, "Vess_flag"),
        (ParticularKind.OWNER, party.owner, "Vess_owner"),
        (ParticularKind.TONNAGE, party.tonnage, "Tonnage"),
        (ParticularKind.GROSS_TONNAGE, party.gross_tonnage, "GRT"),
    ):
        dossier.particular(kind, text, field)
    for one in party.features:
        if one.label in LABELS and one.label != LINKED_TO and (kind_of_label := LABELS[one.label].kind):
            _particular(one, kind_of_label, dossier)
    for address in party.addresses:
        text = ", ".join(filter(None, (address.street, address.city))) or address.country or address.remarks
        dossier.particular(ParticularKind.ADDRESS, text, "Address", country=address.country, note=address.remarks)


def _particular(feature: Feature, kind: ParticularKind, dossier: Dossier) -> None:
    meaning = LABELS[feature.label]
    is_of_country = kind in (ParticularKind.NATIONALITY, ParticularKind.CITIZENSHIP)
    dossier.particular(
        kind,
        feature.text,
        feature.label,
        dated_on=_day(feature, dossier) if feature.label in DATED else "",
        country=feature.text if is_of_country else "",
        note=feature.label.rstrip(":") if meaning.named else "",
    )


def _day(feature: Feature, dossier: Dossier) -> str:
    """Return a date in EDTF; one that cannot be read is a fault, and stays a text."""
    try:
        return in_edtf(feature.text)
    except InvalidDate as error:
        dossier.fault(feature.label, feature.text, f"{error} It was kept as a text.")
        return ""


def _remarks(party: Party) -> list[Feature]:
    """Return the features that are remarks on the listing, those with a label that is not known among them."""
    return [one for one in party.features if not _is_of_actor(one)]


def _is_of_actor(feature: Feature) -> bool:
    meaning = LABELS.get(feature.label)
    return meaning is not None and (meaning.scheme is not None or meaning.kind is not None)


def _remark(feature: Feature) -> str:
    country = f"({feature.country})" if feature.country else ""
    return " ".join(filter(None, (feature.label, feature.text, country, feature.note)))


def _alias_remarks(party: Party) -> list[str]:
    return [f"{alias.name}: {alias.remarks}" for alias in party.aliases if alias.remarks]
