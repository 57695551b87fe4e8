"""Match the rows of two documents, and compare documents regardless of the order of their rows.

Pure functions on documents. Rows match by their slug, by keys that are unique in a record, by all their values, and,
when a reader compares two versions, by the share of values that stayed equal.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final

import orjson
from django.db import models

from sanctions.records.base import CITATIONS, Document, RecordType, Ref, Rows, Value, part_model

#: The least share of equal keys of two rows that count as one changed row.
_ALIKE: Final = 0.5
#: Rows without unique keys are compared with this many neighbours in either direction, so that long lists stay fast.
_NEIGHBOURS: Final = 50
#: Keys that identify a row by their meaning, although the database does not enforce it.
_SAME_BY: Final[Mapping[str, tuple[str, ...]]] = {"identifiers": ("scheme", "value")}
#: The row that a citation supports, as in "effects[2].effective_on".
_CITED_ROW: Final = re.compile(r"\A(\w+)\[(\w+)\]")


@cache
def unique_keys(model: type[models.Model], key: Rows) -> tuple[str, ...]:
    """Return the keys whose values are unique within a record; none if the database has no such constraint."""
    by_field: Mapping[str, str] = {part.field: part.name for part in key.keys if isinstance(part, Value | Ref)}
    if "slug" in by_field:
        return ("slug",)
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and "ordinal" not in constraint.fields:
            return tuple(by_field[name] for name in constraint.fields if name in by_field)
    return ()


def identity_keys(model: type[models.Model], key: Rows) -> tuple[str, ...]:
    """Return the keys that identify a row, by a constraint of the database or by their meaning."""
    return unique_keys(model, key) or _SAME_BY.get(key.name, ())


def named_by(row: Document, names: Sequence[str]) -> bytes:
    """Return the values of some keys of a row, as bytes that can be compared."""
    return orjson.dumps([row.get(name) for name in names], option=orjson.OPT_SORT_KEYS)


def same_rows(
    record_type: RecordType,
    key: Rows,
    old: Sequence[Document],
    new: Sequence[Document],
    *,
    is_strict: bool = False,
) -> dict[int, int]:
    """Return the rows that are in both lists: place in the earlier → place in the later.

    Rows with slugs match by slug. Others match if they are equal, in order; then if their identity keys are equal; then
    the most similar of the rest. ``is_strict`` omits the last step for rows with unique keys: another key is another
    row.
    """
    if any("slug" in row for row in (*old, *new)):
        return _matched([row.get("slug") for row in old], [row.get("slug") for row in new])
    model = part_model(record_type.model, key)
    pairs = _matched(*([orjson.dumps(row, option=orjson.OPT_SORT_KEYS) for row in rows] for rows in (old, new)))
    if names := identity_keys(model, key):
        here, there = _rest(old, pairs), _rest(new, pairs.values())
        same = _matched([named_by(row, names) for _, row in here], [named_by(row, names) for _, row in there])
        pairs |= {here[earlier][0]: there[later][0] for earlier, later in same.items()}
    if is_strict and unique_keys(model, key):
        return pairs
    return pairs | _most_similar(_rest(old, pairs), _rest(new, pairs.values()))


def in_order_of(record_type: RecordType, document: Document, model: Document) -> Document:
    """Return a document with its unordered rows in the order of another document; rows that only it has come last.

    Citations keep referring to the rows that they support.
    """
    places: dict[str, list[int]] = {}
    arranged = dict(document)
    for key in record_type.rows:
        rows = document.get(key.name, [])
        if key.is_ordered or key.name == CITATIONS.name or len(rows) < 2:
            continue
        places[key.name] = _order(record_type, key, rows, model.get(key.name, []))
        arranged[key.name] = [rows[place] for place in places[key.name]]

    def place_of(name: str, row: str) -> str:
        return str(places[name].index(int(row))) if name in places and _is_place(row, places[name]) else row

    arranged = citations_renamed(arranged, place_of)
    if len(cited := arranged.get(CITATIONS.name, [])) > 1:
        order = _order(record_type, CITATIONS, cited, model.get(CITATIONS.name, []))
        arranged[CITATIONS.name] = [cited[place] for place in order]
    return arranged


def is_same_but_for_order(record_type: RecordType, document: Document, other: Document) -> bool:
    """Return whether two documents are equal except for the order of their unordered rows."""
    return document == other or in_order_of(record_type, document, other) == other


def citations_renamed(document: Document, name: Callable[[str, str], str]) -> Document:
    """Return a document whose citations refer to rows by other names; ``name`` maps the key and the old name."""
    if CITATIONS.name not in document:
        return dict(document)
    rows = [
        {**row, "field": row_renamed(row["field"], name)} if "field" in row else row for row in document[CITATIONS.name]
    ]
    return {**document, CITATIONS.name: rows}


def row_renamed(path: str, name: Callable[[str, str], str]) -> str:
    """Return the path of a citation with another name of its row."""
    return _CITED_ROW.sub(lambda match: f"{match[1]}[{name(match[1], match[2])}]", path)


def cited_row(citation: Document) -> tuple[str, str] | None:
    """Return the key and the name of the row that a citation supports; ``None`` if it is not for one row."""
    match = _CITED_ROW.match(citation.get("field", ""))
    return (match[1], match[2]) if match else None


def _is_place(row: str, places: Sequence[int]) -> bool:
    return row.isdecimal() and row.isascii() and int(row) < len(places)


def _order(record_type: RecordType, key: Rows, rows: Sequence[Document], model: Sequence[Document]) -> list[int]:
    """Return the places of rows in the order of the same rows in another list, then the others."""
    same = same_rows(record_type, key, model, rows)
    first = [same[place] for place in sorted(same)]
    return [*first, *sorted(set(range(len(rows))).difference(first))]


def _rest(rows: Sequence[Document], taken: Any) -> list[tuple[int, Document]]:
    places = set(taken)
    return [(place, row) for place, row in enumerate(rows) if place not in places]


def _matched(old: Sequence[Any], new: Sequence[Any]) -> dict[int, int]:
    """Return the places of equal names, matched in order."""
    places: dict[Any, list[int]] = defaultdict(list)
    for place, name in enumerate(new):
        places[name].append(place)
    matches = {}
    for place, name in enumerate(old):
        if places[name]:
            matches[place] = places[name].pop(0)
    return matches


def _most_similar(old: Sequence[tuple[int, Document]], new: Sequence[tuple[int, Document]]) -> dict[int, int]:
    """Return the places of rows that are similar enough, the most similar and nearest first.

    Ties are decided symmetrically, so that the comparison in the other direction gives the same pairs.
    """
    candidates = []
    for here, (_, row) in enumerate(old):
        for new_place in range(max(0, here - _NEIGHBOURS), min(len(new), here + _NEIGHBOURS + 1)):
            share = _equal_share(row, new[new_place][1])
            if share >= _ALIKE:
                candidates.append((-share, abs(here - new_place), here + new_place, here, new_place))
    matches: dict[int, int] = {}
    taken = set()
    for *_, here, new_place in sorted(candidates):
        if old[here][0] not in matches and new_place not in taken:
            matches[old[here][0]] = new[new_place][0]
            taken.add(new_place)
    return matches


def _equal_share(row: Document, other: Document) -> float:
    """Return the share of the keys of either row that have the same value in both."""
    keys = row.keys() | other.keys()
    return sum(bool(row.get(key) == other.get(key)) for key in keys) / len(keys)
