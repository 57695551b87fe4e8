"""Write the rows of documents in bulk, in the order of references.

First the rows of the records (a record's own row refers only to types that come earlier in the registry), then parts
that others refer to by slug, then everything else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from sanctions.database.bulk_writes import insert, row_of
from sanctions.exceptions import InvalidDocument
from sanctions.loading.batch import SaveBatch
from sanctions.loading.incoming import Incoming, has_slug
from sanctions.projections.search_entries import remove_entries
from sanctions.records.base import (
    Codes,
    Document,
    Key,
    RecordType,
    Ref,
    Refs,
    Rows,
    Value,
    column_of,
    links_of,
    parent_field,
    part_model,
    target,
)
from sanctions.records.encode import chunks, encode_many, normalise
from sanctions.records.registry import RECORD_TYPES

#: Added to the ordinals of parts while they are written, so that no two parts of a record ever have the same.
_ASIDE: Final = 1_000_000


@dataclass(slots=True)
class SaveReport:
    """What a bulk write did: record type name → slugs."""

    created: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    changed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    unchanged: int = 0

    @property
    def written(self) -> int:
        """How many records were created or changed."""
        return sum(map(len, self.created.values())) + sum(map(len, self.changed.values()))


class RowWriter:
    """Writes the rows of a batch; the primary keys of new rows are added to ``batch.ids``."""

    def __init__(self, batch: SaveBatch) -> None:
        self.batch = batch
        self.ids = batch.ids

    def write(self) -> tuple[SaveReport, list[Incoming]]:
        """Write the rows of all documents that are new or changed; return these too."""
        report = SaveReport()
        written: list[Incoming] = []
        for record_type in RECORD_TYPES:
            written += self._write_records(record_type, self.batch.of_type(record_type), report)
        self._clear_parts(written)
        for slugged in (True, False):
            for record_type in RECORD_TYPES:
                items = [item for item in written if item.record_type is record_type]
                for key in record_type.rows:
                    if items and has_slug(key) == slugged:
                        self._write_parts(record_type.model, key, items)
        for record_type in RECORD_TYPES:
            items = [item for item in written if item.record_type is record_type]
            owners = [(self.ids[record_type.model][item.slug], item.document) for item in items]
            self._write_sets(record_type.model, record_type.keys, owners)
        return report, written

    def _write_records(
        self, record_type: RecordType, incoming: Sequence[Incoming], report: SaveReport
    ) -> list[Incoming]:
        """Write the records' own rows; return the documents that are new or changed."""
        model, known = record_type.model, self.ids[record_type.model]
        existing = [known[item.slug] for item in incoming if item.slug in known]
        documents = encode_many(record_type, existing)
        states = dict(
            pair
            for chunk in chunks(existing)
            for pair in model._default_manager.filter(pk__keyed=chunk).values_list("pk", "state")
        )
        new: list[Incoming] = []
        changed: list[Incoming] = []
        for item in incoming:
            pk = known.get(item.slug)
            if pk is None:
                new.append(item)
                report.created[record_type.name].append(item.slug)
            elif documents[pk] != normalise(record_type, item.document) or states[pk] != item.state:
                changed.append(item)
                report.changed[record_type.name].append(item.slug)
            else:
                report.unchanged += 1
        rows = [
            build_row(self.ids, model, record_type.keys, item.document, state=item.state) for item in [*new, *changed]
        ]
        for item, row in zip(changed, rows[len(new) :], strict=True):
            row.pk = known[item.slug]
        self._create(rows[: len(new)], new, "")
        known.update((row.slug, row.pk) for row in rows[: len(new)])  # type: ignore[attr-defined]
        self._update(model, record_type.keys, rows[len(new) :], changed, "", "state")
        return [*new, *changed]

    def _clear_parts(self, changed: Sequence[Incoming]) -> None:
        """Delete the parts that are written again and those that are removed; free the ordinals of those that stay."""
        staying: list[models.QuerySet[Any]] = []
        for record_type in RECORD_TYPES:
            owners = [self.ids[record_type.model][item.slug] for item in changed if item.record_type is record_type]
            for key in record_type.rows:
                child, parent = part_model(record_type.model, key), parent_field(record_type.model, key)
                for chunk in chunks(owners):
                    rows = child._default_manager.filter(**{f"{parent}__keyed": chunk})
                    if has_slug(key):
                        staying.append(rows)
                    else:
                        rows.delete()
        for model, deleted in self.batch.deleted.items():
            for chunk in chunks(deleted):
                model._default_manager.filter(pk__keyed=chunk).delete()
            remove_entries(str(model._meta.model_name), (slug for slug, _, _ in deleted.values()))
        for rows in staying:
            rows.update(ordinal=models.F("ordinal") + _ASIDE)

    def _write_parts(self, model: type[models.Model], key: Rows, owners: Sequence[Incoming]) -> None:
        """Write the parts of one key; those with slugs are updated in place, because other rows refer to them."""
        child, parent = part_model(model, key), parent_field(model, key)
        rows: list[models.Model] = []
        origins: list[Incoming] = []
        documents: list[Document] = []
        for item in owners:
            owner = self.ids[model][item.slug]
            for place, document in enumerate(item.document.get(key.name, ())):
                rows.append(build_row(self.ids, child, key.keys, document, **{f"{parent}_id": owner, "ordinal": place}))
                origins.append(item)
                documents.append(document)
        if has_slug(key):
            self._upsert(child, key, parent, rows, origins)
        else:
            self._create(rows, origins, key.name)
        pairs = [(row.pk, document) for row, document in zip(rows, documents, strict=True)]
        self._write_sets(child, key.keys, pairs)

    def _upsert(
        self,
        child: type[models.Model],
        key: Rows,
        parent: str,
        rows: Sequence[Any],
        origins: Sequence[Incoming],
    ) -> None:
        known = self.ids[child]
        old = [(row, item) for row, item in zip(rows, origins, strict=True) if row.slug in known]
        new = [(row, item) for row, item in zip(rows, origins, strict=True) if row.slug not in known]
        for row, _ in old:
            row.pk = known[row.slug]
        self._update(child, key.keys, [row for row, _ in old], [item for _, item in old], key.name, parent, "ordinal")
        self._create([row for row, _ in new], [item for _, item in new], key.name)
        known.update((row.slug, row.pk) for row, _ in new)

    def _write_sets(
        self, model: type[models.Model], keys: Iterable[Key], owners: Sequence[tuple[int, Document]]
    ) -> None:
        """Write the codes and many-to-many references of rows; ``owners`` are (primary key, document)."""
        for key in keys:
            if isinstance(key, Codes):
                child, parent = part_model(model, key), parent_field(model, key)
                for chunk in chunks([pk for pk, _ in owners]):
                    child._default_manager.filter(**{f"{parent}__keyed": chunk}).delete()
                insert(
                    [
                        child(**{f"{parent}_id": pk, key.column: code})
                        for pk, document in owners
                        for code in sorted(document.get(key.name, ()))
                    ]
                )
            elif isinstance(key, Refs):
                through, here, other = links_of(model, key)
                ids = self.ids[target(model, key)]
                for chunk in chunks([pk for pk, _ in owners]):
                    through._default_manager.filter(**{f"{here}__keyed": chunk}).delete()
                insert(
                    [
                        through(**{here: pk, other: ids[slug]})
                        for pk, document in owners
                        for slug in sorted(document.get(key.name, ()))
                    ]
                )

    def _create(self, rows: Sequence[models.Model], origins: Sequence[Incoming], path: str) -> None:
        if rows:
            with _database_errors_as_faults(rows, origins, path):
                insert(rows)

    def _update(
        self,
        model: type[models.Model],
        keys: Iterable[Key],
        rows: Sequence[models.Model],
        origins: Sequence[Incoming],
        path: str,
        *extra: str,
    ) -> None:
        columns = [key.field for key in keys if isinstance(key, Value | Ref) and key.field != "slug"]
        with _database_errors_as_faults(rows, origins, path):
            for row in rows:
                row.save(force_update=True, update_fields=[*columns, *extra])


def build_row(
    ids: Mapping[type[models.Model], Mapping[str, int]],
    model: type[models.Model],
    keys: Iterable[Key],
    document: Document,
    **values: Any,
) -> models.Model:
    """Return the unsaved row of a document or of a part; ``ids`` has the keys of what it refers to, by slug."""
    for key in keys:
        if key.name not in document:
            continue
        if isinstance(key, Ref):
            values[f"{key.field}_id"] = ids[target(model, key)][document[key.name]]
        elif isinstance(key, Value):
            value = document[key.name]
            values[key.field] = Decimal(str(value)) if isinstance(value, float) else value
    return row_of(model, values)


@contextmanager
def _database_errors_as_faults(rows: Sequence[models.Model], origins: Sequence[Incoming], path: str) -> Iterator[None]:
    """Turn an ``IntegrityError`` into the faults of the rows that violate constraints."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        problems = [
            item.problem(f"{path}[{row.ordinal}]" if path else "", message)  # type: ignore[attr-defined]
            for row, item, repeated in zip(rows, origins, uniqueness_messages(rows), strict=True)
            for message in [*constraint_messages(row), *repeated]
        ]
        if not problems:
            raise
        raise InvalidDocument(problems) from error


def constraint_messages(row: models.Model) -> list[str]:
    """Return the messages of the constraints that a row violates by itself or with stored rows."""
    try:
        row.validate_constraints()
    except ValidationError as error:
        return error.messages
    return []


def uniqueness_messages(rows: Iterable[models.Model]) -> Iterator[list[str]]:
    """Yield for each row the messages of unique constraints that it violates with an earlier one of the rows."""
    seen = set()
    for row in rows:
        messages = []
        for constraint in row._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint):
                values = tuple(getattr(row, column_of(type(row), name).attname) for name in constraint.fields)
                if (constraint.name, values) in seen and None not in values:
                    messages.append(str(constraint.get_violation_error_message()))
                seen.add((constraint.name, values))
        yield messages
