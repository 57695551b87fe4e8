"""Names of a table brought together with records: candidates, and what can be added to them.

The answers have the form of the Reconciliation Service API 0.2 of the W3C's Entity Reconciliation Community Group
(https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from sanctions.records.registry import BY_NAME
from sanctions.search.answer import find
from sanctions.search.query import Query
from sanctions.search.ranking import Ranked
from sanctions.vocabulary import IdentifierScheme

#: What can be reconciled: noun → what the service calls it.
TYPES: Final[Mapping[str, str]] = {"actor": "Actor", "order": "Order", "program": "Program"}
#: Candidates of one query, unless fewer are asked for.
MOST: Final = 25
#: From this score on, of 100, a candidate that stands alone is a match.
_CERTAIN: Final = 85
#: What a name that is the query is worth; see :mod:`sanctions.search.ranking`.
_WHOLE_NAME: Final = 1.5
#: What can be added to a record besides its identifiers: property → what the service calls it.
_OWN: Final[Mapping[str, str]] = {"name": "Name", "names": "Other names", "kind": "Kind", "summary": "Summary"}
PROPERTIES: Final[Mapping[str, str]] = {**_OWN, **dict(IdentifierScheme.choices)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One query: the text, among which nouns, how many candidates, and identifiers that are known (scheme, value)."""

    text: str
    nouns: Collection[str] = tuple(TYPES)
    most: int = MOST
    identifiers: Sequence[tuple[str, str]] = ()


def candidates(wanted: Wanted) -> list[dict[str, Any]]:
    """Return the records that a name can mean, the likeliest first.

    One that has an identifier given with the name scores 100. It is a match if it scores high enough and no other does.
    """
    found = find(wanted.text, wanted.nouns)
    scored = [(_score(one, found.query, wanted.identifiers), one.entry) for one in found.results]
    scored.sort(key=lambda pair: -pair[0])
    certain = [score for score, _ in scored if score >= _CERTAIN]
    return [
        {
            "id": identify(entry.noun, entry.slug),
            "name": entry.names[0],
            "type": [{"id": entry.noun, "name": TYPES[entry.noun]}],
            "score": score,
            "match": score >= _CERTAIN and (len(certain) == 1 or score == scored[0][0] > scored[1][0]),
        }
        for score, entry in scored[: wanted.most]
    ]


def identify(noun: str, slug: str) -> str:
    """Return by what the service knows a record: its address below that of version 1 of the API."""
    return f"{BY_NAME[noun].plural}/{slug}"


def extended(ids: Iterable[str], properties: Sequence[str]) -> dict[str, Any]:
    """Return properties of records: ``meta`` names them, ``rows`` has the values; of what is not public none."""
    rows = {
        name: {key: [{"str": value} for value in _values(rendering, key)] for key in properties}
        for name, rendering in _renderings(ids).items()
    }
    return {"meta": [{"id": key, "name": PROPERTIES[key]} for key in properties], "rows": rows}


def _renderings(ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return the renderings of records by their names here, empty ones of what is not public."""
    named = {name: name.partition("/") for name in ids}
    found: dict[str, dict[str, Any]] = {name: {} for name in named}
    for noun in TYPES:
        plural = BY_NAME[noun].plural
        slugs = [slug for place, _, slug in named.values() if place == plural]
        rows: Any = BY_NAME[noun].model
        if slugs:
            texts = rows.objects.published().filter(slug__in=slugs).values_list("slug", "rendering")
            found |= {f"{plural}/{slug}": orjson.loads(text) for slug, text in texts}
    return found


def _values(rendering: Mapping[str, Any], key: str) -> list[str]:
    match key:
        case "name":
            values = [rendering.get("name") or rendering.get("title")]
        case "names":
            values = [name["text"] for name in rendering.get("names", ())]
        case "kind" | "summary":
            values = [rendering.get(key)]
        case _:
            values = [one["value"] for one in rendering.get("identifiers", ()) if one["scheme"] == key]
    return [value for value in values if value]


def _score(one: Ranked, query: Query, identifiers: Sequence[tuple[str, str]]) -> int:
    """Return how likely it is, 0 to 100: all of it for an identifier, else by how near a name is."""
    known = {(scheme, value) for scheme, value in one.entry.identifiers}
    if any(pair in known for pair in identifiers):
        return 100
    return min(100, round(100 * one.worth / _WHOLE_NAME)) if query.terms else 0
