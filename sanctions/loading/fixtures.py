"""Fixtures of records: which rows go into which file, so that ``loaddata`` can load the files in order.

Fixtures use natural keys and contain no primary keys, so that they fit any database. Derived columns (renderings,
bounds of dates) are left out; loading computes them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.core import serializers
from django.db import models

from sanctions.loading.incoming import Incoming
from sanctions.models import Event, Relation
from sanctions.records.base import Codes, RecordType, Rows, parent_field, part_model, plain
from sanctions.records.registry import RECORD_TYPES

#: Relations of orders follow the agreements that they may refer to.
_RELATIONS_AFTER: Final = "agreement"


def fixture_files(incoming: Iterable[Incoming]) -> dict[str, list[dict[str, Any]]]:
    """Return file name → serialised rows of the records; the files load in the order of their names.

    There is one file for each record type, and for events one for each decade. Parts are in the file of their record.
    """
    slugs: dict[str, set[str]] = defaultdict(set)
    for item in incoming:
        slugs[item.record_type.name].add(item.slug)
    files: dict[str, list[dict[str, Any]]] = {}
    for place, record_type in enumerate(RECORD_TYPES, start=1):
        rows = sorted(record_type.model._default_manager.filter(slug__in=slugs[record_type.name]), key=_slug)
        for suffix, some in _split(record_type, rows):
            name = f"{place}_{record_type.plural}{suffix}.json"
            files[name] = _serialise([*some, *_children(record_type, some)])
        if record_type.name == _RELATIONS_AFTER:
            relations = Relation.objects.filter(order__slug__in=slugs["order"]).select_related("order")
            rows = sorted(relations, key=lambda relation: (relation.order.slug, relation.ordinal))
            files[f"{place}_relations.json"] = _serialise(rows)
    return {name: rows for name, rows in files.items() if rows}


def _slug(row: Any) -> str:
    return str(row.slug)


def _split(record_type: RecordType, rows: list[Any]) -> Iterator[tuple[str, list[Any]]]:
    if record_type.model is not Event:
        yield "", rows
        return
    decades: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        decades[row.happened_latest.year // 10 * 10].append(row)
    for decade, some in sorted(decades.items()):
        yield f"_{decade}s", some


def _children(record_type: RecordType, rows: list[Any]) -> Iterator[models.Model]:
    """Yield the parts and codes of records, and the codes of the parts; parts come before what refers to them."""
    for key in sorted(record_type.keys, key=lambda key: not isinstance(key, Rows)):
        if isinstance(key, Codes):
            yield from _of(record_type.model, key, rows, key.column)
        elif isinstance(key, Rows) and part_model(record_type.model, key) is not Relation:
            parts = _of(record_type.model, key, rows, "ordinal")
            yield from parts
            for inner in key.keys:
                if isinstance(inner, Codes):
                    yield from _of(part_model(record_type.model, key), inner, parts, inner.column)


def _of(model: type[models.Model], key: Codes | Rows, owners: list[Any], place: str) -> list[Any]:
    """Return the child rows of owners, sorted in Python: databases do not agree on the order of texts."""
    parent = parent_field(model, key)
    slugs = {owner.pk: owner.slug for owner in owners}
    rows = part_model(model, key)._default_manager.filter(**{f"{parent}__in": list(slugs)})
    return sorted(rows, key=lambda row: (slugs[getattr(row, f"{parent}_id")], getattr(row, place)))


def _serialise(rows: Iterable[models.Model]) -> list[dict[str, Any]]:
    serialised: list[dict[str, Any]] = serializers.serialize(
        "python", rows, use_natural_foreign_keys=True, use_natural_primary_keys=True
    )
    for row in serialised:
        row["fields"] = {
            name: plain(value) if isinstance(value, dict) else value
            for name, value in row["fields"].items()
            if name not in _PERSONAL
        }
    return serialised


#: Authors and approvers are accounts, which differ between databases.
_PERSONAL: Final = ("author", "approver")
