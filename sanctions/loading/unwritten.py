"""Check a document as the database would, without writing it."""

from __future__ import annotations

from collections.abc import Iterator

from sanctions.exceptions import Problem
from sanctions.loading.batch import SaveBatch
from sanctions.loading.incoming import Incoming, repeated_slugs
from sanctions.loading.rows import build_row, constraint_messages, uniqueness_messages
from sanctions.records.base import Document, Ref, Value, parent_field, part_model


def find_rejections(item: Incoming, stored: Document) -> list[Problem]:
    """Return why a valid document could not be saved over its record; nothing is written.

    These are references and slugs, what a record may have only once, and the conditions of every row that ``stored``
    does not have: a document of the record that was stored once.
    """
    if problems := list(repeated_slugs([item])):
        return problems
    batch = SaveBatch([item])
    return list(batch.faults()) or list(_rejected_rows(batch, item, stored))


def _rejected_rows(batch: SaveBatch, item: Incoming, stored: Document) -> Iterator[Problem]:
    for place, (model, slug) in enumerate(sorted(batch.incoming_slugs, key=str)):
        # New rows have no key yet: use a key that no row has.
        batch.ids[model].setdefault(slug, -1 - place)
    record_type, model = item.record_type, item.record_type.model
    columns = [key for key in record_type.keys if isinstance(key, Value | Ref)]
    if any(item.document.get(key.name) != stored.get(key.name) for key in columns):
        record = build_row(batch.ids, model, record_type.keys, item.document, state=item.state)
        record.is_unstored = True  # type: ignore[attr-defined]
        yield from (item.problem("", message) for message in constraint_messages(record))
    for key in record_type.rows:
        child, parent = part_model(model, key), f"{parent_field(model, key)}_id"
        documents, known = item.document.get(key.name, ()), stored.get(key.name, ())
        owner = batch.ids[model][item.slug]
        rows = [
            build_row(batch.ids, child, key.keys, row, **{parent: owner, "ordinal": place})
            for place, row in enumerate(documents)
        ]
        for place, (row, document, repeated) in enumerate(zip(rows, documents, uniqueness_messages(rows), strict=True)):
            row.is_unstored = True  # type: ignore[attr-defined]
            failed = [] if document in known else constraint_messages(row)
            yield from (item.problem(f"{key.name}[{place}]", message) for message in (*failed, *repeated))
