"""Reconciliation: match the names in a table with records, and extend the table with properties of records.

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
from sanctions.search.ranking import ScoredEntry
from sanctions.vocabulary import IdentifierScheme

#: Types that can be reconciled: noun → name in the service.
TYPES: Final[Mapping[str, str]] = {"actor": "Actor", "order": "Order", "program": "Program"}
#: Candidates of one query, unless it asks for fewer.
MOST: Final = 25
#: Score, of 100, from which on a single candidate is a match.
_CERTAIN: Final = 85
#: Score of an entry whose name equals the query; see :mod:`sanctions.search.ranking`.
_WHOLE_NAME: Final = 1.5
#: Properties besides identifiers: key → name in the service.
_OWN: Final[Mapping[str, str]] = {"name": "Name", "names": "Other names", "kind": "Kind", "summary": "Summary"}
PROPERTIES: Final[Mapping[str, str]] = {**_OWN, **dict(IdentifierScheme.choices)}


@dataclass(frozen=True, slots=True)
class ReconciliationQuery:
    """A name to match; ``identifiers`` are known ones: (scheme, value)."""

    text: str
    nouns: Collection[str] = tuple(TYPES)
    most: int = MOST
    identifiers: Sequence[tuple[str, str]] = ()


def find_candidates(wanted: ReconciliationQuery) -> list[dict[str, Any]]:
    """Return the records that a name may refer to, best first.

    A record with one of the given identifiers scores 100. A candidate is a match if it is certain and no other is, or
    if it alone has the best score.
    """
    found = find(wanted.text, wanted.nouns)
    scored = [(_score(result, found.query, wanted.identifiers), result.entry) for result in found.results]
    scored.sort(key=lambda pair: -pair[0])
    certain = [score for score, _ in scored if score >= _CERTAIN]
    return [
        {
            "id": service_id(entry.noun, entry.slug),
            "name": entry.names[0],
            "type": [{"id": entry.noun, "name": TYPES[entry.noun]}],
            "score": score,
            "match": score >= _CERTAIN and (len(certain) == 1 or score == scored[0][0] > scored[1][0]),
        }
        for score, entry in scored[: wanted.most]
    ]


def service_id(noun: str, slug: str) -> str:
    """Return the identifier of a record in the service: its URL without the root of the API."""
    return f"{BY_NAME[noun].plural}/{slug}"


def extend_records(ids: Iterable[str], properties: Sequence[str]) -> dict[str, Any]:
    """Return ``meta``, the properties, and ``rows``, their values by identifier; empty for what is not public."""
    rows = {
        name: {key: [{"str": value} for value in _values(rendering, key)] for key in properties}
        for name, rendering in _renderings(ids).items()
    }
    return {"meta": [{"id": key, "name": PROPERTIES[key]} for key in properties], "rows": rows}


def _renderings(ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return renderings by identifier, in the order given; empty for what is not public."""
    parts = {name: name.partition("/") for name in ids}
    renderings: dict[str, dict[str, Any]] = {name: {} for name in parts}
    for noun in TYPES:
        plural = BY_NAME[noun].plural
        slugs = [slug for collection, _, slug in parts.values() if collection == plural]
        rows: Any = BY_NAME[noun].model
        if slugs:
            texts = rows.objects.published().filter(slug__in=slugs).values_list("slug", "rendering")
            renderings |= {f"{plural}/{slug}": orjson.loads(text) for slug, text in texts}
    return renderings


def _values(rendering: Mapping[str, Any], key: str) -> list[str]:
    match key:
        case "name":
            values = [rendering.get("name") or rendering.get("title")]
        case "names":
            values = [name["text"] for name in rendering.get("names", ())]
        case "kind" | "summary":
            values = [rendering.get(key)]
        case _:
            values = [row["value"] for row in rendering.get("identifiers", ()) if row["scheme"] == key]
    return [value for value in values if value]


def _score(result: ScoredEntry, query: Query, identifiers: Sequence[tuple[str, str]]) -> int:
    """Return how likely a record is meant, 0 to 100: 100 for an identifier, else by the score of the search."""
    known = {(scheme, value) for scheme, value in result.entry.identifiers}
    if any(pair in known for pair in identifiers):
        return 100
    return min(100, round(100 * result.score / _WHOLE_NAME)) if query.terms else 0
