"""Count rows by facets: by a code, by a record that they refer to, or by a year.

A row counts once for each of its values: an order of two programs once for each program, and once for each pair of a
program and a topic. So counts may add up to more than the number of rows. Rows without a value, or with a part without
one, count under ``None``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import models
from django.db.models import Case, Count, F, Q, QuerySet, When
from django.db.models.expressions import Combinable
from django.db.models.functions import ExtractYear

from sanctions.exceptions import TooMuch
from sanctions.records.registry import type_of
from sanctions.vocabulary import State

#: Values of a facet that are listed; the others are summed up.
MOST_VALUES: Final = 100
#: Rows that a table of counts may have.
MOST_ROWS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet to count by: ``value`` is a path or expression, ``label`` the expression of its name for people.

    ``labels`` contains the names of codes. ``repeats`` is true if a row can have several values.
    """

    description: str
    value: str | Combinable
    label: Combinable | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    integer: bool = False
    repeats: bool = False

    @property
    def is_labelled(self) -> bool:
        """Whether its values have names for people."""
        return self.label is not None or bool(self.labels)


def by_code(description: str, value: str | Combinable, labels: Mapping[str, str]) -> Facet:
    """Return the facet of a code."""
    return Facet(description, value, labels=labels)


def by_record(description: str, path: str, model: type[models.Model]) -> Facet:
    """Return the facet of a record that rows refer to: its slug, and its name if it is public."""
    label: Combinable
    try:
        label = public_name(path, type_of(model).label)
    except KeyError:
        label = F(f"{path}__slug")
    return Facet(description, f"{path}__slug", label=label)


def public_name(path: str, column: str) -> Case:
    """Return the name of a record that rows refer to by the path; its slug if it is not public."""
    public = When(Q(**{f"{path}__state": State.PUBLISHED}), then=F(f"{path}__{column}"))
    return Case(public, default=F(f"{path}__slug"), output_field=models.TextField())


def by_year(description: str, earliest: str, latest: str) -> Facet:
    """Return the facet of the year of a date; no value if the date does not certainly lie in one year."""
    if earliest == latest:
        return Facet(description, ExtractYear(latest), integer=True)
    certain = When(Q(**{f"{earliest}__year": ExtractYear(latest)}), then=ExtractYear(latest))
    return Facet(description, Case(certain, output_field=models.IntegerField(null=True)), integer=True)


def counted(rows: QuerySet[Any], facets: Mapping[str, Facet], most: int = MOST_ROWS) -> list[dict[str, Any]]:
    """Return the number of rows for each combination of values, in one query; rows without a value come last.

    Each result has the value under the facet's name, its label as ``<name>_label`` if values have labels, and the
    ``count``. :class:`~sanctions.exceptions.TooMuch` if there are more results than ``most``.
    """
    if not facets:
        return [{"count": rows.count()}]
    columns: dict[str, Any] = {}
    for place, facet in enumerate(facets.values()):
        columns[f"value_{place}"] = F(facet.value) if isinstance(facet.value, str) else facet.value
        if facet.label is not None:
            columns[f"label_{place}"] = facet.label
    repeats = any(facet.repeats for facet in facets.values())
    groups = rows.order_by().values(**columns).annotate(rows=Count("pk", distinct=repeats))
    if most and len(groups := list(groups[: most + 1])) > most:
        raise TooMuch("counts", most)
    merged: dict[tuple[Any, ...], dict[str, Any]] = {}
    for group in groups:
        row = _row(group, facets)
        # A row without parts and a row whose part has no code both have no value: combine the two groups.
        merged.setdefault(tuple(row[name] for name in facets), row | {"count": 0})["count"] += group["rows"]
    return sorted(merged.values(), key=lambda row: [_place(row[name]) for name in facets])


def _row(group: Mapping[str, Any], facets: Mapping[str, Facet]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for place, (name, facet) in enumerate(facets.items()):
        value = row[name] = group[f"value_{place}"] or None
        if facet.is_labelled:
            row[f"{name}_label"] = group[f"label_{place}"] if facet.label is not None else facet.labels.get(str(value))
    return row


def _place(value: Any) -> tuple[bool, Any]:
    return value is None, 0 if value is None else value


def facet_counts(rows: QuerySet[Any], name: str, facet: Facet) -> dict[str, Any]:
    """Return the most frequent values of a facet and the sum of the others, in one query."""
    counts = counted(rows, {name: facet}, most=0)
    counts.sort(key=lambda row: -row["count"])
    values = [
        {"value": row[name], "label": row.get(f"{name}_label"), "count": row["count"]} for row in counts[:MOST_VALUES]
    ]
    others = counts[MOST_VALUES:]
    return {"values": values, "others": {"values": len(others), "count": sum(row["count"] for row in others)}}


def columns_of(facets: Mapping[str, Facet]) -> list[dict[str, str]]:
    """Return the columns of a table of counts, in order: name, type and description."""
    columns = []
    for name, facet in facets.items():
        columns.append(_column(name, "integer" if facet.integer else "text", facet.description))
        if facet.is_labelled:
            columns.append(_column(f"{name}_label", "text", "The same in words."))
    return [*columns, _column("count", "integer", "How many records have these values.")]


def _column(name: str, kind: str, description: str) -> dict[str, str]:
    return {"name": name, "type": kind, "description": description}


def total(counts: Sequence[Mapping[str, Any]]) -> int:
    """Return the sum of the counts."""
    return sum(row["count"] for row in counts)
