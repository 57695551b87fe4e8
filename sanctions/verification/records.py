"""Checks of the tables of records: public documents, states, and the bounds computed from dates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import orjson
from django.db import models

from sanctions.models import HISTORY, Version
from sanctions.models.fields import EDTFField
from sanctions.records.base import RecordType
from sanctions.records.encode import chunks, encode_many
from sanctions.records.registry import RECORD_TYPES
from sanctions.verification.mismatches import (
    Mismatch,
    Progress,
    compare_documents,
    format_bounds,
    ignore_progress,
    name_row,
)
from sanctions.vocabulary import State, VersionKind


def verify_records(progress: Progress = ignore_progress) -> Iterator[Mismatch]:
    """Yield public records that differ from the ledger's, states that differ, and dates with wrong bounds."""
    for record_type in RECORD_TYPES:
        rows = record_type.model._default_manager.filter(state=State.PUBLISHED).order_by("pk")
        for ids in chunks(rows.values_list("pk", flat=True).iterator()):
            yield from _verify_documents(record_type, ids)
            progress(len(ids))
        yield from _verify_states(record_type)
    for model in HISTORY:
        yield from _verify_bounds(model)


def _verify_documents(record_type: RecordType, ids: Sequence[int]) -> Iterator[Mismatch]:
    documents = encode_many(record_type, ids)
    slugs = [str(document["slug"]) for document in documents.values()]
    rows = Version.objects.filter(record_type=record_type.name, slug__in=slugs, recorded_to__isnull=True)
    versions = {slug: (kind, text) for slug, kind, text in rows.values_list("slug", "kind", "document")}
    for document in documents.values():
        where = f"{record_type.name} {document['slug']}"
        kind, text = versions.get(document["slug"], (None, ""))
        if kind is None:
            yield Mismatch(where, "it is public, but the ledger has no version of it.")
        elif kind == VersionKind.RETRACTION:
            yield Mismatch(where, "it is public, but the ledger has it as retracted.")
        else:
            yield from compare_documents(record_type, where, orjson.loads(text), document, "the tables")


def _verify_states(record_type: RecordType) -> Iterator[Mismatch]:
    """Yield the records that are public in the ledger and not in the tables."""
    current = Version.objects.filter(record_type=record_type.name).current().order_by("slug")
    for slugs in chunks(current.values_list("slug", flat=True).iterator()):
        states = dict(record_type.model._default_manager.filter(slug__in=slugs).values_list("slug", "state"))
        for slug in slugs:
            if states.get(slug) != State.PUBLISHED:
                found = f"its state is {State(states[slug]).label}" if slug in states else "it does not exist"
                yield Mismatch(f"{record_type.name} {slug}", f"the ledger has it as public, but {found}.")


def _verify_bounds(model: type[models.Model]) -> Iterator[Mismatch]:
    """Yield the dates whose earliest and latest day are not those of their text."""
    for column in model._meta.concrete_fields:
        if not isinstance(column, EDTFField):
            continue
        names = ("pk", column.attname, column.earliest, column.latest)
        for pk, text, *bounds in model._default_manager.order_by("pk").values_list(*names).iterator(chunk_size=2000):
            row = model(**{column.attname: text})
            expected = [getattr(row, column.earliest), getattr(row, column.latest)]
            if bounds != expected:
                yield Mismatch(
                    f"{name_row(model, pk)}, {column.attname}",
                    f"{text!r} means {format_bounds(expected)}, but the table has {format_bounds(bounds)}.",
                )
