"""Rows without a source, for all records at once, by the rule of :mod:`sanctions.records.citation_support`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Value

from sanctions.database.unions import union_all
from sanctions.models import Citation, Record
from sanctions.records.base import parent_field, part_model
from sanctions.records.citation_support import SOURCED_ROWS, points_at
from sanctions.records.registry import BY_NAME, LABELS, type_of
from sanctions.vocabulary import State


@dataclass(slots=True)
class Lacking:
    """A record that is cited, but not for all of its rows; ``paths`` names those without a source."""

    record_type: str
    pk: int
    slug: str
    label: str
    state: str
    paths: list[str] = field(default_factory=list)


def lacking_rows(models: Iterable[type[Record]]) -> list[Lacking]:
    """Return the records with citations but with some row without one, by slug, in two queries.

    Records without any citation, and retracted ones, are left out.
    """
    nouns = [type_of(model).name for model in models if type_of(model).name in SOURCED_ROWS]
    arms = [_rows(noun, key) for noun in nouns for key in SOURCED_ROWS[noun]]
    if not arms:
        return []
    rows = union_all(arms)
    places: dict[tuple[str, int], dict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    named: dict[tuple[str, int], tuple[str, str, str]] = {}
    for noun, key, record, slug, label, state, ordinal, row in rows:
        places[noun, record][key].append((ordinal, row))
        named[noun, record] = (slug, label, state)
    cited = _cited(nouns) if places else {}
    lacking = []
    for (noun, record), by_key in places.items():
        paths = [
            f"{key}[{place}]"
            for key in SOURCED_ROWS[noun]
            if key not in cited[noun, record]
            for place in range(len(by_key[key]))
            if not any(points_at(path, f"{key}[{place}]") for path in cited[noun, record])
        ]
        if paths:
            lacking.append(Lacking(noun, record, *named[noun, record], paths))
    return sorted(lacking, key=lambda record: record.slug)


def _partly(noun: str, record: str) -> tuple[Exists, Exists]:
    """Return the conditions that a record is cited at all, and that it is cited as a whole."""
    rows = Citation.objects.filter(**{noun: OuterRef(record)})
    return Exists(rows), Exists(rows.filter(field=""))


def _rows(noun: str, key: str) -> QuerySet[Any]:
    """Return the rows of one key of those records that are cited, but not as a whole."""
    record_type = BY_NAME[noun]
    rows_key = next(found for found in record_type.rows if found.name == key)
    parent = parent_field(record_type.model, rows_key)
    cited, whole = _partly(noun, f"{parent}_id")
    rows: QuerySet[Any] = part_model(record_type.model, rows_key)._default_manager.filter(cited, ~whole)
    columns = (f"{parent}_id", F(f"{parent}__slug"), F(f"{parent}__{LABELS[noun]}"), F(f"{parent}__state"))
    return (
        rows.exclude(**{f"{parent}__state": State.RETRACTED})
        .order_by()
        .values_list(Value(noun), Value(key), *columns, "ordinal", "pk")
    )


def _cited(nouns: Iterable[str]) -> dict[tuple[str, int], list[str]]:
    """Return the paths of the citations of records that are not cited as a whole."""
    arms = []
    for noun in nouns:
        _, whole = _partly(noun, f"{noun}_id")
        rows = Citation.objects.filter(~whole, **{f"{noun}__isnull": False}).order_by()
        arms.append(rows.values_list(Value(noun), f"{noun}_id", "field"))
    found: dict[tuple[str, int], list[str]] = defaultdict(list)
    for noun, record, path in union_all(arms):
        found[noun, record].append(path)
    return found
