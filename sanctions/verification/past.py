"""The check of the past: at every instant the tables as of then must equal what the ledger had public."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby

import orjson
from django.db import models

from sanctions.database.past_views import known_at
from sanctions.models import Rendered, Version, past_of
from sanctions.projections.renderings import public_renderings, served
from sanctions.records.base import Codes, Document, Key, RecordType, Refs, Rows, links_of, parent_field, part_model
from sanctions.records.encode import chunks, encode_many
from sanctions.records.registry import RECORD_TYPES
from sanctions.verification.mismatches import (
    Mismatch,
    Progress,
    compare_documents,
    compare_renderings,
    format_instant,
    ignore_progress,
    name_row,
)
from sanctions.vocabulary import State


def verify_past(progress: Progress = ignore_progress) -> Iterator[Mismatch]:
    """Check documents whenever history or the ledger changes, and the stored renderings of the past."""
    for record_type in RECORD_TYPES:
        ids = past_of(record_type.model).values_list("id", flat=True).distinct().order_by("id")
        for chunk in chunks(ids.iterator()):
            changes = _changes_in_history(record_type, chunk)
            for instant, records in _changes_in_ledger(record_type, chunk).items():
                changes[instant] |= records
            for instant, changed in sorted(changes.items()):
                yield from _verify_documents(record_type, instant, sorted(changed))
            progress(len(chunk))
    for model in served():
        rows = past_of(model).order_by("recorded_from", "history_id").values_list("recorded_from", "id", "history_id")
        for instant, group in groupby(rows.iterator(chunk_size=2000), key=lambda row: row[0]):
            for chunk in chunks(group):
                yield from _verify_renderings(model, instant, chunk)
                progress(len(chunk))


def _changes_in_history(record_type: RecordType, ids: Sequence[int]) -> defaultdict[datetime, set[int]]:
    """Return the instants at which records or parts of them change in history: instant → primary keys of records."""
    changed: defaultdict[datetime, set[int]] = defaultdict(set)

    def collect(model: type[models.Model], column: str, owners: dict[int, int], keys: Iterable[Key]) -> None:
        """Add the rows of a table; ``owners`` leads from the values of the column to the records."""
        parts: dict[int, int] = {}
        # The rows of many-to-many tables have no parts; their ids lead to nothing.
        has_parts = model is record_type.model or any(isinstance(key, Refs | Codes | Rows) for key in keys)
        for some in chunks(owners):
            rows = past_of(model).filter(**{f"{column}__in": some})
            for pk, owner, *instants in rows.values_list("id", column, "recorded_from", "recorded_to"):
                if has_parts:
                    parts[pk] = owners[owner]
                for instant in instants:
                    if instant is not None:
                        changed[instant].add(owners[owner])
        for key in keys:
            if isinstance(key, Refs):
                through, here, _ = links_of(model, key)
                collect(through, here, parts, ())
            elif isinstance(key, Codes | Rows):
                child = part_model(model, key)
                collect(child, f"{parent_field(model, key)}_id", parts, key.keys if isinstance(key, Rows) else ())

    collect(record_type.model, "id", {pk: pk for pk in ids}, record_type.keys)
    return changed


def _changes_in_ledger(record_type: RecordType, ids: Sequence[int]) -> defaultdict[datetime, set[int]]:
    """Return the instants at which versions of the records begin or end: instant → primary keys of records."""
    changed: defaultdict[datetime, set[int]] = defaultdict(set)
    # A draft that is gone may have left its slug to another record.
    public = past_of(record_type.model).filter(id__in=ids, state=State.PUBLISHED)
    owners = dict(public.values_list("slug", "id"))
    versions = Version.objects.filter(record_type=record_type.name, slug__in=owners)
    for slug, *instants in versions.values_list("slug", "recorded_from", "recorded_to"):
        for instant in instants:
            if instant is not None:
                changed[instant].add(owners[slug])
    return changed


def _verify_documents(record_type: RecordType, instant: datetime, ids: Sequence[int]) -> Iterator[Mismatch]:
    slugs = set(past_of(record_type.model).filter(id__in=ids).values_list("slug", flat=True))
    documents: dict[str, Document] = {}
    with known_at(instant):
        public = record_type.model._default_manager.filter(pk__in=ids, state=State.PUBLISHED)
        try:
            documents = {
                str(document["slug"]): document
                for document in encode_many(record_type, list(public.values_list("pk", flat=True))).values()
            }
        except KeyError as missing:
            yield _dangling(f"{record_type.name} {min(slugs)}", instant, missing)
            return
    versions = Version.objects.filter(record_type=record_type.name, slug__in=slugs).known_at(instant)
    texts = dict(versions.values_list("slug", "document"))
    for slug in sorted(documents.keys() | texts.keys()):
        where = f"{record_type.name} {slug} at {format_instant(instant)}"
        if slug not in texts:
            yield Mismatch(where, "history has it as public, but the ledger does not.")
        elif slug not in documents:
            yield Mismatch(where, "the ledger has it as public, but history does not.")
        else:
            in_ledger = orjson.loads(texts[slug])
            yield from compare_documents(record_type, where, in_ledger, documents[slug], "the tables of history")


def _verify_renderings(
    model: type[Rendered], instant: datetime, rows: Sequence[tuple[datetime, int, int]]
) -> Iterator[Mismatch]:
    stored = dict(past_of(model).filter(history_id__in=[row for *_, row in rows]).values_list("id", "rendering"))
    with known_at(instant):
        try:
            renderings = public_renderings(model, [pk for _, pk, _ in rows])
        except KeyError as missing:
            yield _dangling(f"renderings of {model._meta.verbose_name_plural}", instant, missing)
            return
    for _, pk, _ in rows:
        expected = renderings.get(pk, b"")
        if stored[pk] != expected.decode():
            where = f"{name_row(model, pk)} at {format_instant(instant)}"
            yield from compare_renderings(where, stored[pk], expected, "rendering of the past")


def _dangling(where: str, instant: datetime, missing: KeyError) -> Mismatch:
    return Mismatch(where, f"at {format_instant(instant)} it refers to {missing}, which did not exist then.")
