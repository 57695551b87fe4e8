"""Find the records that refer to a record, directly or by one of their parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import models

from sanctions.models import Record
from sanctions.records.base import RecordType, parent_field, part_model, record_field, references, target
from sanctions.records.registry import RECORD_TYPES, type_of


def find_referrers(record_type: RecordType, pk: int) -> dict[str, set[int]]:
    """Return the records that refer to a record, itself included: noun → primary keys."""
    return _collected({record_type.model: [pk]}, "pk")


def find_other_referrers(record: Record) -> dict[str, list[str]]:
    """Return the other records that refer to a record or to a part of it: noun → slugs, sorted."""
    referrers = _collected(_targets(record), "slug")
    referrers.get(type_of(record).name, set()).discard(record.slug)
    return {name: sorted(slugs) for name, slugs in referrers.items() if slugs}


def _collected(targets: Mapping[type[models.Model], list[int]], column: str) -> dict[str, set[Any]]:
    values: dict[str, set[Any]] = defaultdict(set)
    for name, value in _owners(targets, column):
        values[name].add(value)
    return dict(values)


def _owners(targets: Mapping[type[models.Model], list[int]], column: str) -> Iterator[tuple[str, Any]]:
    for record_type in RECORD_TYPES:
        for model, reference in references(record_type.keys, record_type.model):
            if not (ids := targets.get(target(model, reference))):
                continue
            owner = column if model is record_type.model else f"{record_field(record_type, model)}__{column}"
            rows = model._default_manager.filter(**{f"{reference.field}__in": ids}).order_by()
            for value in rows.values_list(owner, flat=True).distinct():
                # A part of several nouns, such as a citation, has no owner of this noun in rows of the others.
                if value is not None:
                    yield record_type.name, value


def _targets(record: Record) -> dict[type[models.Model], list[int]]:
    record_type = type_of(record)
    targets: dict[type[models.Model], list[int]] = {record_type.model: [record.pk]}
    for key in record_type.rows:
        if any(part.name == "slug" for part in key.keys):
            child, parent = part_model(record_type.model, key), parent_field(record_type.model, key)
            targets[child] = list(child._default_manager.filter(**{parent: record.pk}).values_list("pk", flat=True))
    return targets
