"""FollowTheMoney: actors, designations and programs as entities, one JSON object per line (https://followthemoney.tech).

An entity has an ``id`` (``actor-…``, ``designation-…``, ``program-…``), a ``schema`` of FollowTheMoney, and
``properties``, each a list of texts; ``referents`` are the ids of records that were merged into it. References to other
entities are ids, even if these entities are not in the file. FollowTheMoney has no schema for a sanctions program; the
nearest is ``Project``.

Dates of FollowTheMoney are years, months or days. A less precise date is written as the longest of these that is
certain: a season as its year, an interval as the year or month that both ends share, else as the years of both ends.
Values that FollowTheMoney cannot represent (a date in words, the name of a country, a telephone number without country
code) are added to ``notes``, those of a designation to ``description``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from sanctions import edtf
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
#: Kind of name → property; a name in another script is a ``name``, as in other data of FollowTheMoney.
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
#: The schemas of natural and legal persons.
_LEGAL: Final = frozenset({"Person", "LegalEntity", "PublicBody", "Organization", "Company"})
#: Scheme of an identifier → property, and the schemas that have it (empty: all).
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
#: Kind of particular → property, and the schemas that have it.
_PARTICULARS: Final[Mapping[str, tuple[str, frozenset[str]]]] = {
    ParticularKind.BIRTH_DATE: ("birthDate", frozenset({"Person"})),
    ParticularKind.BIRTH_PLACE: ("birthPlace", frozenset({"Person"})),
    ParticularKind.DEATH_DATE: ("deathDate", frozenset({"Person"})),
    ParticularKind.GENDER: ("gender", frozenset({"Person"})),
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
#: Kind of actor → topic.
_TOPICS: Final[Mapping[str, str]] = {
    ActorKind.STATE: "gov",
    ActorKind.GOVERNMENT_BODY: "gov",
    ActorKind.INTERGOVERNMENTAL: "gov.igo",
    ActorKind.INTERGOVERNMENTAL_ORGAN: "gov.igo",
    ActorKind.COURT: "gov.judicial",
    ActorKind.MILITARY: "mil",
    ActorKind.BANK: "fin.bank",
    ActorKind.FUND: "fin.fund",
}
#: The topic of actors that are on a list.
_SANCTIONED: Final = "sanction"
#: ``listed`` of a designation → status.
_STATUS: Final = {True: "listed", False: "not listed", None: "possibly listed"}
#: Properties that are dates.
_DATED: Final = frozenset({"birthDate", "deathDate", "incorporationDate", "buildDate"})
_COUNTRY: Final = re.compile(r"[a-z]{2}")
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")
_PHONE: Final = re.compile(r"\+[1-9]\d{6,14}")
_EMAIL: Final = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]+")
_URL: Final = re.compile(r"https?://[\w.-]+\.[a-z]{2,}(?:[:/?#]\S*)?", re.IGNORECASE)
_DOMAIN: Final = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?", re.IGNORECASE)
_GENDERS: Final = {"m": "male", "male": "male", "f": "female", "female": "female"}


@dataclass(frozen=True, slots=True)
class Facts:
    """What entities need besides the documents of their records.

    ``absolute`` makes a path a URL. ``listed``: slugs of actors that are on a list on the day. ``countries``: slug of
    an actor → ISO 3166-1 codes. ``issuers``: noun and slug of a program or order → its issuer. ``merged``: noun and
    slug of a record → slugs of the records that were merged into it.
    """

    absolute: Callable[[str], str]
    listed: Collection[str] = ()
    countries: Mapping[str, Sequence[str]] = field(default_factory=dict)
    issuers: Mapping[tuple[str, str], Document] = field(default_factory=dict)
    merged: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)

    def countries_of(self, slug: str) -> list[str]:
        """Return the country codes of an actor in lower case, as in FollowTheMoney."""
        codes = (code.lower() for code in self.countries.get(slug, ()))
        return [code for code in codes if _COUNTRY.fullmatch(code)]


def identifier(kind: str, slug: str) -> str:
    """Return the id of the entity of a record."""
    return f"{kind}-{slug}"


def entity(record: Document, facts: Facts) -> dict[str, Any]:
    """Return the entity of an actor, a designation or a program."""
    noun, slug = record["type"], record["slug"]
    schema, properties = _WRITERS[noun](record, facts)
    properties["sourceUrl"] = [facts.absolute(record["url"])]
    properties["modifiedAt"] = [record["version"]["recorded_from"][:10]]
    result = {
        "id": identifier(noun, slug),
        "schema": schema,
        "properties": {name: values for name, values in properties.items() if values},
    }
    if merged := facts.merged.get((noun, slug)):
        result["referents"] = [identifier(noun, old) for old in merged]
    return result


def lines(records: Iterable[Document], facts: Facts) -> bytes:
    """Return the entities of records, one per line."""
    return b"".join(orjson.dumps(entity(record, facts), option=orjson.OPT_APPEND_NEWLINE) for record in records)


def stream(batches: Iterable[Sequence[Document]], facts_of: Callable[[Sequence[Document]], Facts]) -> Iterator[bytes]:
    """Yield the entities of records, a piece for each batch; ``facts_of`` reads what a batch needs."""
    return (lines(records, facts_of(records)) for records in batches)


def _actor(record: Document, facts: Facts) -> tuple[str, Properties]:
    schema = SCHEMAS[record["kind"]]
    properties: Properties = {
        "name": [record["name"]],
        "summary": _texts(record["summary"]),
        "notes": _texts(record["note"]),
        "country": facts.countries_of(record["slug"]),
        "topics": _texts(_TOPICS.get(record["kind"])) + [_SANCTIONED] * (record["slug"] in facts.listed),
    }
    # Nationality of persons, and the seat of everything else.
    for relation in record["relationships"]:
        if relation["kind"] == RelationshipKind.NATIONAL_OF:
            for code in facts.countries_of(relation["to"]["slug"]):
                _add(properties, "country", code)
    for name in record["names"]:
        _add(properties, _NAMES[name["kind"]], name["text"])
    _add_identifiers(properties, schema, record["identifiers"])
    _add_particulars(properties, schema, record["particulars"])
    if schema == "Person":
        for tenure in record["tenures"]:
            _add(properties, "position", f"{tenure['title']}, {tenure['body']['name']}")
    if schema == "Company":
        for relation in record["relationships"]:
            if relation["kind"] == RelationshipKind.PART_OF:
                _add(properties, "parent", identifier("actor", relation["to"]["slug"]))
    return schema, properties


def _add_identifiers(properties: Properties, schema: str, identifiers: Iterable[Document]) -> None:
    for row in identifiers:
        name, schemas = _IDENTIFIERS.get(row["scheme"], ("", frozenset()))
        if name and (not schemas or schema in schemas):
            _add(properties, name, row["value"])
        elif row["scheme"] == IdentifierScheme.ISO_3166 and _COUNTRY.fullmatch(row["value"].lower()):
            _add(properties, "country", row["value"].lower())


def _add_particulars(properties: Properties, schema: str, particulars: Iterable[Document]) -> None:
    for particular in particulars:
        kind, text, dated_on = particular["kind"], particular["text"], particular.get("dated_on")
        name, schemas = _PARTICULARS.get(kind, ("", frozenset()))
        values = _values(name, text, dated_on) if schema in schemas else []
        for value in values:
            _add(properties, name, value)
        if not values or (name in _DATED and values != [dated_on]):
            words = edtf.humanise(dated_on) if name in _DATED and dated_on else text
            _add(properties, "notes", f"{_sentence(ParticularKind(kind).label)}: {words}")


def _values(name: str, text: str, dated_on: str | None) -> list[str]:
    """Return a particular as values of a property; none if the property cannot represent it."""
    if name in _DATED:
        return dates(dated_on)
    match name:
        case "tonnage" | "grossRegisteredTonnage":
            return [number] if _NUMBER.fullmatch(number := text.replace(",", "").replace(" ", "")) else []
        case "phone":
            return [number] if _PHONE.fullmatch(number := re.sub(r"[\s().-]", "", text)) else []
        case "email":
            return [text] if _EMAIL.fullmatch(text) else []
        case "website":
            address = text if "://" in text or not _DOMAIN.fullmatch(text) else f"http://{text}"
            return [address] if _URL.fullmatch(address) else []
        case "gender":
            return _texts(_GENDERS.get(text.casefold()))
    return [text]


def _designation(record: Document, facts: Facts) -> tuple[str, Properties]:
    program, order = record["program"], record["order"]
    issuer = (program and facts.issuers.get(("program", program["slug"]))) or (
        order and facts.issuers.get(("order", order["slug"]))
    )
    listed, ended = dates(record["listed_on"], known_end=True), dates(record["delisted_on"], known_end=True)
    properties: Properties = {
        "entity": [identifier("actor", record["actor"]["slug"])],
        "authority": [issuer["name"]] if issuer else [],
        "country": facts.countries_of(issuer["slug"]) if issuer else [],
        "program": [program["name"]] if program else _texts(record["list_name"]),
        "programId": [identifier("program", program["slug"])] if program else [],
        "provisions": [order["name"]] if order else [],
        "authorityId": _texts(record["entry_id"]),
        "status": [_STATUS[record["listed"]]] if "listed" in record else [],
        "listingDate": listed,
        "startDate": listed,
        "endDate": ended,
        "reason": _texts(record["remarks"]),
        "summary": _texts(record["note"]),
        "description": [
            f"{word}: {edtf.humanise(record[name])}."
            for word, name, written in (("Listed", "listed_on", listed), ("Delisted", "delisted_on", ended))
            if record[name] and written != [record[name]]
        ],
    }
    return "Sanction", properties


def _program(record: Document, facts: Facts) -> tuple[str, Properties]:
    properties: Properties = {
        "country": list(
            dict.fromkeys(code for territory in record["territories"] for code in facts.countries_of(territory["slug"]))
        ),
        "name": [record["name"]],
        "alias": [row["value"] for row in record["identifiers"]],
        "projectId": [identifier("program", record["slug"])],
        "summary": _texts(record["summary"]),
        "notes": _texts(record["note"]),
    }
    return "Project", properties


_WRITERS: Final[Mapping[str, Callable[[Document, Facts], tuple[str, Properties]]]] = {
    "actor": _actor,
    "designation": _designation,
    "program": _program,
}


def _add(properties: Properties, name: str, value: str) -> None:
    values = properties.setdefault(name, [])
    if value not in values:
        values.append(value)


def _texts(text: str | None) -> list[str]:
    return [text] if text else []


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def dates(text: str | None, *, known_end: bool = False) -> list[str]:
    """Return a date of any precision (EDTF) as FollowTheMoney dates; none if it cannot represent it.

    An interval with an open end becomes its other end if ``known_end``, else it is left out.
    """
    if not text:
        return []
    extent = edtf.parse(text)
    open_start, open_end = extent.earliest == edtf.OPEN_START, extent.latest == edtf.OPEN_END
    if open_start or open_end:
        closed = extent.latest if open_start else extent.earliest
        plain = _plain(next(end for end in extent.text.split("/") if end not in ("", "..")))
        return ([plain] if plain else [f"{closed.year:04}"]) if known_end else []
    if plain := _plain(extent.text):
        return [plain]
    first, last = extent.earliest, extent.latest
    if first.year == last.year:
        return [f"{first.year:04}-{first.month:02}" if first.month == last.month else f"{first.year:04}"]
    return [f"{first.year:04}", f"{last.year:04}"] if edtf.precision(extent) == "interval" else []


def _plain(end: str) -> str:
    """Return a date that is a year, a month or a day, without qualifiers; empty for others."""
    extent = edtf.parse(end)
    length = {"day": 10, "month": 7, "year": 4}.get(edtf.precision(extent))
    return extent.earliest.isoformat()[:length] if length else ""
