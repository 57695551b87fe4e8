"""OFAC's entries as entries of a list: what of them is a name, an identifier, a particular, a remark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from sanctions.exceptions import InvalidDate
from sanctions.importers.base import Cited, Entry, Fault, Listing
from sanctions.importers.ofac.dates import in_edtf
from sanctions.importers.ofac.labels import DATED, LABELS, LEGAL_ENTITY, LINKED_TO, scheme_of
from sanctions.importers.ofac.party import Address, Feature, Party
from sanctions.importers.scripts import script_of
from sanctions.records.base import Document
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


def entry_of(party: Party, faults: list[Fault]) -> Entry:
    """Return an entry of OFAC as an entry of a list; dates that cannot be read are told, and kept as texts."""
    identified = [one for one in party.features if one.label in LABELS and LABELS[one.label].scheme]
    told = [one for one in party.features if one.label in LABELS and LABELS[one.label].kind and one.label != LINKED_TO]
    cited = [Cited("main", pinpoint=f"ent_num {party.number}")]
    if party.addresses:
        cited.append(Cited("addresses", "particulars", f"Ent_num {party.number}"))
    # The weak ones are told in the remarks of the main file.
    if any(not alias.is_weak for alias in party.aliases):
        cited.append(Cited("aliases", "names", f"ent_num {party.number}"))
    actor: Document = {
        "kind": str(_KINDS[party.type]),
        "name": party.name,
        "names": list(_names(party)),
        "identifiers": [
            {"scheme": str(IdentifierScheme.OFAC_UID), "value": party.number},
            *(_identifier(feature, party.type) for feature in identified),
            *([{"scheme": str(IdentifierScheme.CALL_SIGN), "value": party.call_sign}] if party.call_sign else []),
        ],
        "particulars": [
            *_own(party),
            *(_particular(feature, party, faults) for feature in told),
            *map(_address, party.addresses),
        ],
    }
    actor["identifiers"] = _once(actor["identifiers"])
    actor["particulars"] = _once(actor["particulars"])
    remarks = [*map(_remark, _remarks(party)), *party.remarks, *_alias_remarks(party)]
    programs = tuple(dict.fromkeys(party.programs))
    # Under which of several programs it was listed that day is not said.
    listed_on = party.listed_on if len(programs) == 1 else ""
    if party.listed_on and not listed_on:
        remarks.append(f"On the list since {party.listed_on}")
    return Entry(
        key=party.number,
        actor={name: value for name, value in actor.items() if value},
        listings=tuple(Listing(program, listed_on, "; ".join(remarks)) for program in programs),
        place=party.place,
        links=tuple(dict.fromkeys(one.text for one in party.features if one.label == LINKED_TO)),
        cited=tuple(cited),
    )


def _once(rows: list[Any]) -> list[Any]:
    """Return each row once, at its first place: OFAC repeats some."""
    return list({tuple(sorted(row.items())): row for row in reversed(rows)}.values())[::-1]


def _names(party: Party) -> Iterator[dict[str, str]]:
    seen = {(NameKind.ALIAS, party.name)}
    for alias in party.aliases:
        # A weak former name is a former name: both words say that it is not one's name now.
        is_weak = alias.is_weak and alias.type == "aka"
        kind = NameKind.WEAK_ALIAS if is_weak else _NAMES[alias.type]
        if (kind, alias.name) not in seen:
            seen.add((kind, alias.name))
            yield {"kind": str(kind), "text": alias.name}
    for text in dict.fromkeys(party.native):
        yield {"kind": str(NameKind.NATIVE), "text": text, "script": script_of(text)}


def _identifier(feature: Feature, party_type: str) -> dict[str, str]:
    value, currency = feature.text, ""
    scheme = _scheme(feature, party_type)
    if scheme is IdentifierScheme.DIGITAL_CURRENCY and (found := _DIGITAL.fullmatch(value)):
        currency, value = found.groups()
    is_named = LABELS[feature.label].named or scheme is IdentifierScheme.OTHER_DOCUMENT
    label = feature.label.rstrip(":-# ") if is_named and scheme is not IdentifierScheme.LEI else ""
    note = "; ".join(filter(None, (label, currency, feature.country, feature.note)))
    identifier = {"scheme": str(scheme), "value": value}
    return {**identifier, "note": note} if note else identifier


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


def _particular(feature: Feature, party: Party, faults: list[Fault]) -> dict[str, str]:
    meaning = LABELS[feature.label]
    found = {"kind": str(meaning.kind), "text": feature.text}
    if feature.label in DATED:
        try:
            found["dated_on"] = in_edtf(feature.text)
        except InvalidDate as error:
            faults.append(Fault(party.place, feature.label, feature.text, f"{error} It was kept as a text."))
    if meaning.kind in (ParticularKind.NATIONALITY, ParticularKind.CITIZENSHIP):
        found["country"] = feature.text
    if meaning.named:
        found["note"] = feature.label.rstrip(":")
    return found


def _own(party: Party) -> Iterator[dict[str, str]]:
    """Yield what the columns of the entry itself tell."""
    for kind, text in (
        (ParticularKind.TITLE, party.title),
        (ParticularKind.VESSEL_TYPE, party.vessel_type),
        (ParticularKind.FLAG, party.flag),
        (ParticularKind.OWNER, party.owner),
        (ParticularKind.TONNAGE, party.tonnage),
        (ParticularKind.GROSS_TONNAGE, party.gross_tonnage),
    ):
        if text:
            yield {"kind": str(kind), "text": text}


def _address(address: Address) -> dict[str, str]:
    text = ", ".join(filter(None, (address.street, address.city))) or address.country or address.remarks
    found = {"kind": str(ParticularKind.ADDRESS), "text": text}
    if address.country:
        found["country"] = address.country
    if address.remarks:
        found["note"] = address.remarks
    return found


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
