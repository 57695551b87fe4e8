"""FollowTheMoney: actors, designations and programs as entities, one JSON object a line (https://followthemoney.tech).

An entity has an ``id`` of ours (``actor-…``, ``designation-…``, ``program-…``), a ``schema`` of FollowTheMoney, and
``properties``, each a list of texts. What an entity refers to is named by its id, also where it is not in the file.
A date is as precise as FollowTheMoney can say it: a year, a month or a day, without its doubt; a season, an interval
or an unknown date is left out. FollowTheMoney has no schema for a sanctions program: the nearest is ``Project``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import orjson

from sanctions.vocabulary import ActorKind, IdentifierScheme, NameKind, ParticularKind, RelationshipKind

MEDIA_TYPE: Final = "application/json+ftm"

Document = Mapping[str, Any]
Properties = dict[str, list[str]]

#: Kind of actor → schema.
SCHEMAS: Final[Mapping[str, str]] = {
    ActorKind.PERSON: "Person",
    ActorKind.STATE: "PublicBody",
    ActorKind.GOVERNMENT_BODY: "PublicBody",
    ActorKind.INTERGOVERNMENTAL: "PublicBody",
    ActorKind.INTERGOVERNMENTAL_ORGAN: "PublicBody",
    ActorKind.COURT: "PublicBody",
    ActorKind.MILITARY: "PublicBody",
    ActorKind.ARMED_GROUP: "Organization",
    ActorKind.COMPANY: "Company",
    ActorKind.BANK: "Company",
    ActorKind.FUND: "Organization",
    ActorKind.ORGANISATION: "Organization",
    ActorKind.COALITION: "Organization",
    ActorKind.ENTITY: "LegalEntity",
    ActorKind.VESSEL: "Vessel",
    ActorKind.AIRCRAFT: "Airplane",
}
#: Kind of name → property; a name in another script is a name, as FollowTheMoney has it.
_NAMES: Final[Mapping[str, str]] = {
    NameKind.ALIAS: "alias",
    NameKind.WEAK_ALIAS: "weakAlias",
    NameKind.FORMER: "previousName",
    NameKind.CURRENT: "alias",
    NameKind.NATIVE: "name",
    NameKind.TRANSLITERATION: "alias",
    NameKind.ACRONYM: "alias",
    NameKind.SHORT_TITLE: "alias",
}
#: The schemas of whoever can have rights and duties.
_LEGAL: Final = frozenset({"Person", "LegalEntity", "PublicBody", "Organization", "Company"})
#: Issuer of an identifier → property, and the schemas that have it (any, if none is named).
_IDENTIFIERS: Final[Mapping[str, tuple[str, frozenset[str]]]] = {
    IdentifierScheme.WIKIDATA: ("wikidataId", frozenset()),
    IdentifierScheme.LEI: ("leiCode", _LEGAL),
    IdentifierScheme.IMO: ("imoNumber", frozenset({"Vessel"})),
    IdentifierScheme.IMO_COMPANY: ("imoNumber", frozenset({"PublicBody", "Organization", "Company"})),
    IdentifierScheme.MMSI: ("mmsi", frozenset({"Vessel"})),
    IdentifierScheme.CALL_SIGN: ("callSign", frozenset({"Vessel"})),
    IdentifierScheme.TAIL_NUMBER: ("registrationNumber", frozenset({"Airplane"})),
    IdentifierScheme.SERIAL_NUMBER: ("serialNumber", frozenset({"Airplane"})),
    IdentifierScheme.PASSPORT: ("passportNumber", frozenset({"Person"})),
    IdentifierScheme.NATIONAL_ID: ("idNumber", _LEGAL),
    IdentifierScheme.TAX_ID: ("taxNumber", _LEGAL),
    IdentifierScheme.REGISTRATION: ("registrationNumber", frozenset({*_LEGAL, "Vessel"})),
    IdentifierScheme.BIC: ("swiftBic", _LEGAL),
    IdentifierScheme.DUNS: ("dunsCode", _LEGAL),
}
#: What a particular tells → property, and the schemas that have it. Countries and owners are texts here and have other
#: types there: they are left out.
_PARTICULARS: Final[Mapping[str, tuple[str, frozenset[str]]]] = {
    ParticularKind.BIRTH_DATE: ("birthDate", frozenset({"Person"})),
    ParticularKind.BIRTH_PLACE: ("birthPlace", frozenset({"Person"})),
    ParticularKind.DEATH_DATE: ("deathDate", frozenset({"Person"})),
    ParticularKind.TITLE: ("title", frozenset({"Person"})),
    ParticularKind.POSITION: ("position", frozenset({"Person"})),
    ParticularKind.ADDRESS: ("address", frozenset({*_LEGAL, "Vessel", "Airplane"})),
    ParticularKind.PHONE: ("phone", _LEGAL),
    ParticularKind.EMAIL: ("email", _LEGAL),
    ParticularKind.WEBSITE: ("website", _LEGAL),
    ParticularKind.ESTABLISHED: ("incorporationDate", _LEGAL),
    ParticularKind.ORGANISATION_TYPE: ("legalForm", _LEGAL),
    ParticularKind.VESSEL_TYPE: ("type", frozenset({"Vessel"})),
    ParticularKind.TONNAGE: ("tonnage", frozenset({"Vessel"})),
    ParticularKind.GROSS_TONNAGE: ("grossRegisteredTonnage", frozenset({"Vessel"})),
    ParticularKind.AIRCRAFT_MODEL: ("model", frozenset({"Airplane"})),
    ParticularKind.MANUFACTURED: ("buildDate", frozenset({"Vessel", "Airplane"})),
}
#: The particulars that FollowTheMoney has as dates.
_DATED: Final = frozenset({"birthDate", "deathDate", "incorporationDate", "buildDate"})
_PLAIN_DATE: Final = re.compile(r"(\d{4}(?:-(?:0[1-9]|1[0-2])(?:-\d\d)?)?)[?~%]?")


def identifier(kind: str, slug: str) -> str:
    """Return the id of the entity that a record is."""
    return f"{kind}-{slug}"


def entity(record: Document, absolute: Callable[[str], str]) -> dict[str, Any]:
    """Return the entity of an actor, a designation or a program; ``absolute`` makes the whole address of a path."""
    schema, properties = _OF[record["type"]](record)
    properties["sourceUrl"] = [absolute(record["url"])]
    properties["modifiedAt"] = [record["version"]["recorded_from"][:10]]
    return {
        "id": identifier(record["type"], record["slug"]),
        "schema": schema,
        "properties": {name: values for name, values in properties.items() if values},
    }


def lines(records: Iterable[Document], absolute: Callable[[str], str]) -> bytes:
    """Return the entities of records, one a line."""
    return b"".join(orjson.dumps(entity(record, absolute), option=orjson.OPT_APPEND_NEWLINE) for record in records)


def stream(batches: Iterable[Iterable[Document]], absolute: Callable[[str], str]) -> Iterator[bytes]:
    """Yield the entities of records in batches, a piece for each."""
    return (lines(records, absolute) for records in batches)


def _actor(record: Document) -> tuple[str, Properties]:
    schema = SCHEMAS[record["kind"]]
    found: Properties = {
        "name": [record["name"]],
        "summary": _texts(record["summary"]),
        "notes": _texts(record["note"]),
    }
    for name in record["names"]:
        _add(found, _NAMES[name["kind"]], name["text"])
    _identify(found, schema, record["identifiers"])
    _describe(found, schema, record["particulars"])
    if schema == "Person":
        for tenure in record["tenures"]:
            _add(found, "position", f"{tenure['title']}, {tenure['body']['name']}")
    if schema == "Company":
        for relation in record["relationships"]:
            if relation["kind"] == RelationshipKind.PART_OF:
                _add(found, "parent", identifier("actor", relation["to"]["slug"]))
    return schema, found


def _identify(found: Properties, schema: str, identifiers: Iterable[Document]) -> None:
    for given in identifiers:
        name, having = _IDENTIFIERS.get(given["scheme"], ("", frozenset()))
        if name and (not having or schema in having):
            _add(found, name, given["value"])
        elif given["scheme"] == IdentifierScheme.ISO_3166:
            _add(found, "country", given["value"].lower())


def _describe(found: Properties, schema: str, particulars: Iterable[Document]) -> None:
    for told in particulars:
        name, having = _PARTICULARS.get(told["kind"], ("", frozenset()))
        if schema in having:
            for value in _dates(told["dated_on"]) if name in _DATED else [told["text"]]:
                _add(found, name, value)


def _designation(record: Document) -> tuple[str, Properties]:
    program, order = record["program"], record["order"]
    listed = _dates(record["listed_on"])
    found: Properties = {
        "entity": [identifier("actor", record["actor"]["slug"])],
        "program": [program["name"]] if program else _texts(record["list_name"]),
        "programId": [identifier("program", program["slug"])] if program else [],
        "provisions": [order["name"]] if order else [],
        "authorityId": _texts(record["entry_id"]),
        "listingDate": listed,
        "startDate": listed,
        "endDate": _dates(record["delisted_on"]),
        "reason": _texts(record["remarks"]),
        "summary": _texts(record["note"]),
    }
    return "Sanction", found


def _program(record: Document) -> tuple[str, Properties]:
    found: Properties = {
        "name": [record["name"]],
        "alias": [given["value"] for given in record["identifiers"]],
        "projectId": [identifier("program", record["slug"])],
        "summary": _texts(record["summary"]),
        "notes": _texts(record["note"]),
    }
    return "Project", found


_OF: Final[Mapping[str, Callable[[Document], tuple[str, Properties]]]] = {
    "actor": _actor,
    "designation": _designation,
    "program": _program,
}


def _add(found: Properties, name: str, value: str) -> None:
    values = found.setdefault(name, [])
    if value not in values:
        values.append(value)


def _texts(text: str | None) -> list[str]:
    return [text] if text else []


def _dates(text: str | None) -> list[str]:
    """Return a date as FollowTheMoney writes it, none if it has no form for it."""
    plain = _PLAIN_DATE.fullmatch(text or "")
    return [plain[1]] if plain else []
