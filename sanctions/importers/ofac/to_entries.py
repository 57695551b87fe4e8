"""Convert OFAC's entries: names, identifiers, other details and remarks."""

from __future__ import annotations

import re
from typing import Final

from sanctions.exceptions import InvalidDate
from sanctions.importers.base import PROGRAMS, EntryCitation, EntryListing, Fault, ListEntry
from sanctions.importers.formats.strict import BadEntry, StrictFields
from sanctions.importers.ofac.dates import to_edtf
from sanctions.importers.ofac.labels import DATED, LABELS, LEGAL_ENTITY, LINKED_TO, scheme_of
from sanctions.importers.ofac.party import OfacAlias, OfacFeature, OfacParty
from sanctions.importers.snapshots.actor_builder import ActorBuilder, ReportFault, join_paragraphs
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


def to_entry(party: OfacParty, faults: list[Fault], unread: set[str]) -> ListEntry | None:
    """Return the entry of the list; ``None`` if it has no name: then its number is in ``unread``."""
    report_fault = StrictFields({}, party.place, faults).fault
    names = (party.name, *(alias.name for alias in party.aliases), *party.native)
    try:
        actor = ActorBuilder(_KINDS.get(party.type), names, report_fault, field=party.name_field)
    except BadEntry:
        unread.add(party.number)
        return None
    for alias in party.aliases:
        _name(alias, actor)
    for text in party.native:
        actor.add_name(NameKind.NATIVE, text, "name")
    _identify(party, actor)
    _describe(party, actor)
    for one in party.features:
        if one.label == LINKED_TO:
            actor.add_link(one.text, LINKED_TO)
    listings = _listings(party, actor, report_fault)
    return ListEntry(
        key=party.number,
        actor=actor.document(),
        listings=listings,
        place=party.place,
        links=actor.links,
        cited=_cited(party),
        unread=party.unread | actor.unread | (frozenset() if listings[0].program else {PROGRAMS}),
    )


def _cited(party: OfacParty) -> tuple[EntryCitation, ...]:
    cited = [EntryCitation("main", pinpoint=f"ent_num {party.number}")]
    if party.addresses:
        cited.append(EntryCitation("addresses", "particulars", f"Ent_num {party.number}"))
    # Weak aliases are in the remarks of the main file.
    if any(not alias.is_weak for alias in party.aliases):
        cited.append(EntryCitation("aliases", "names", f"ent_num {party.number}"))
    return tuple(cited)


def _listings(party: OfacParty, actor: ActorBuilder, report_fault: ReportFault) -> tuple[EntryListing, ...]:
    remarks = [*map(_remark, _remarks(party)), *party.remarks, *_alias_remarks(party)]
    programs = tuple(dict.fromkeys(party.programs)) or ("",)
    listed_on = actor.parse_day(party.listed_on, party.listed_on, "datePublished") if party.listed_on else ""
    # The list does not state under which of several programs it was listed on that day.
    if party.listed_on and (not listed_on or len(programs) > 1):
        remarks.append(f"On the list since {party.listed_on}")
        listed_on = ""
    text = join_paragraphs(remarks, "Remarks", report_fault, separator="; ")
    return tuple(EntryListing(program, listed_on, text) for program in programs)


def _name(alias: OfacAlias, actor: ActorBuilder) -> None:
    # A weak former name is a former name: either word means that it is not the current name.
    is_weak = alias.is_weak and alias.type == "aka"
    actor.add_name(NameKind.WEAK_ALIAS if is_weak else _NAMES[alias.type], alias.name, "alt_name")


def _identify(party: OfacParty, actor: ActorBuilder) -> None:
    actor.add_identifier(IdentifierScheme.OFAC_UID, party.number, "ent_num")
    for one in party.features:
        if one.label in LABELS and LABELS[one.label].scheme:
            _identifier(one, party.type, actor)
    actor.add_identifier(IdentifierScheme.CALL_SIGN, party.call_sign, "Call_Sign")


def _identifier(feature: OfacFeature, party_type: str, actor: ActorBuilder) -> None:
    value, currency = feature.text, ""
    scheme = _scheme(feature, party_type) or IdentifierScheme.OTHER_DOCUMENT
    if scheme is IdentifierScheme.DIGITAL_CURRENCY and (found := _DIGITAL.fullmatch(value)):
        currency, value = found.groups()
    is_named = LABELS[feature.label].named or scheme is IdentifierScheme.OTHER_DOCUMENT
    label = feature.label.rstrip(":-# ") if is_named and scheme is not IdentifierScheme.LEI else ""
    note = "; ".join(filter(None, (label, currency, feature.country, feature.note)))
    actor.add_identifier(scheme, value, feature.label, note=note)


def _scheme(feature: OfacFeature, party_type: str) -> IdentifierScheme | None:
    """Return the scheme of a number. A worldwide scheme is used only if the number is valid in it."""
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


def _describe(party: OfacParty, actor: ActorBuilder) -> None:
    for kind, text, field in (
        (ParticularKind.TITLE, party.title, "Title"),
        (ParticularKind.VESSEL_TYPE, party.vessel_type, "Vess_type"),
        (ParticularKind.FLAG, party.flag, "Vess_flag"),
        (ParticularKind.OWNER, party.owner, "Vess_owner"),
        (ParticularKind.TONNAGE, party.tonnage, "Tonnage"),
        (ParticularKind.GROSS_TONNAGE, party.gross_tonnage, "GRT"),
    ):
        actor.add_particular(kind, text, field)
    for one in party.features:
        if one.label in LABELS and one.label != LINKED_TO and (kind_of_label := LABELS[one.label].kind):
            _particular(one, kind_of_label, actor)
    for address in party.addresses:
        text = ", ".join(filter(None, (address.street, address.city))) or address.country or address.remarks
        actor.add_particular(ParticularKind.ADDRESS, text, "Address", country=address.country, note=address.remarks)


def _particular(feature: OfacFeature, kind: ParticularKind, actor: ActorBuilder) -> None:
    meaning = LABELS[feature.label]
    is_of_country = kind in (ParticularKind.NATIONALITY, ParticularKind.CITIZENSHIP)
    actor.add_particular(
        kind,
        feature.text,
        feature.label,
        dated_on=_day(feature, actor) if feature.label in DATED else "",
        country=feature.text if is_of_country else "",
        note=feature.label.rstrip(":") if meaning.named else "",
    )


def _day(feature: OfacFeature, actor: ActorBuilder) -> str:
    """Return a date in EDTF; one that cannot be read is a fault, and stays a text."""
    try:
        return to_edtf(feature.text)
    except InvalidDate as error:
        actor.report_fault(feature.label, feature.text, f"{error} It was kept as a text.")
        return ""


def _remarks(party: OfacParty) -> list[OfacFeature]:
    """Return the features that are remarks on the listing, those with a label that is not known among them."""
    return [one for one in party.features if not _is_of_actor(one)]


def _is_of_actor(feature: OfacFeature) -> bool:
    meaning = LABELS.get(feature.label)
    return meaning is not None and (meaning.scheme is not None or meaning.kind is not None)


def _remark(feature: OfacFeature) -> str:
    country = f"({feature.country})" if feature.country else ""
    return " ".join(filter(None, (feature.label, feature.text, country, feature.note)))


def _alias_remarks(party: OfacParty) -> list[str]:
    return [f"{alias.name}: {alias.remarks}" for alias in party.aliases if alias.remarks]
