"""What a bulk write concerns in the database, and what prevents it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.db import models

from sanctions.exceptions import Problem
from sanctions.loading.incoming import Incoming, has_slug, slugs_of
from sanctions.records.base import RecordType, Rows, parent_field, part_model, record_field, references, target
from sanctions.records.encode import chunks, refers_to
from sanctions.records.redirects import find_merged_references, iterate_references, merged_slugs
from sanctions.records.registry import RECORD_TYPES


class SaveBatch:
    """Documents that are saved together, and the rows in the database that they concern."""

    def __init__(self, incoming: Sequence[Incoming]) -> None:
        self.incoming = incoming
        #: Model → slug → primary key of existing rows that the documents refer to and that stay.
        self.ids: dict[type[models.Model], dict[str, int]] = defaultdict(dict)
        #: Model → primary key → slug, key and document of the parts to delete, because no document has them any more.
        self.deleted: dict[type[models.Model], dict[int, tuple[str, str, Incoming]]] = defaultdict(dict)
        names: dict[type[models.Model], set[str]] = defaultdict(set)
        for item in incoming:
            for model, slug, _ in slugs_of(item):
                names[model].add(slug)
            for model, slugs in refers_to(item.record_type, item.document).items():
                names[model] |= slugs
        for model, slugs in names.items():
            for chunk in chunks(sorted(slugs)):
                self.ids[model].update(model._default_manager.filter(slug__in=chunk).values_list("slug", "pk"))
        self.incoming_slugs = {(model, slug) for item in incoming for model, slug, _ in slugs_of(item)}
        for record_type, key, items in self._slugged_parts():
            child, parent = part_model(record_type.model, key), parent_field(record_type.model, key)
            owners = {pk: item for item in items if (pk := self.ids[record_type.model].get(item.slug))}
            for chunk in chunks(owners):
                rows = child._default_manager.filter(**{f"{parent}__keyed": chunk})
                for pk, slug, owner in rows.values_list("pk", "slug", f"{parent}_id"):
                    if (child, slug) not in self.incoming_slugs:
                        self.deleted[child][pk] = (slug, key.name, owners[owner])
                        self.ids[child].pop(slug, None)

    def of_type(self, record_type: RecordType) -> list[Incoming]:
        """Return the documents of one record type."""
        return [item for item in self.incoming if item.record_type is record_type]

    def _slugged_parts(self) -> Iterator[tuple[RecordType, Rows, list[Incoming]]]:
        for record_type in RECORD_TYPES:
            items = self.of_type(record_type)
            yield from ((record_type, key, items) for key in record_type.rows if items and has_slug(key))

    def faults(self) -> Iterator[Problem]:
        """Yield what prevents saving: missing records, slugs in use, parts that other records refer to."""
        merged = merged_slugs()
        for item in self.incoming:
            yield from find_merged_references(item.record_type, item.document, merged, item.origin)
        yield from self._missing_references()
        yield from self._slugs_in_use()
        yield from self._parts_in_use()

    def _missing_references(self) -> Iterator[Problem]:
        """Yield references to rows that neither exist nor are among the documents."""
        for item in self.incoming:
            for path, model, slug in iterate_references(item.record_type.model, item.record_type.keys, item.document):
                if slug not in self.ids[model] and (model, slug) not in self.incoming_slugs:
                    noun = model._meta.verbose_name
                    yield item.problem(path, f"There is no {noun} with the slug {slug!r}.")

    def _slugs_in_use(self) -> Iterator[Problem]:
        """Yield parts whose slug belongs to a part of a record that is not among the documents."""
        for record_type, key, items in self._slugged_parts():
            child, parent = part_model(record_type.model, key), parent_field(record_type.model, key)
            owners = {item.slug for item in items}
            places = {slug: (item, path) for item in items for model, slug, path in slugs_of(item) if model is child}
            for chunk in chunks(slug for slug in places if slug in self.ids[child]):
                rows = child._default_manager.filter(slug__in=chunk).values_list("slug", f"{parent}__slug")
                for slug, owner in rows:
                    if owner not in owners:
                        item, path = places[slug]
                        yield item.problem(path, f"The slug {slug!r} is used already, by {record_type.name} {owner}.")

    def _parts_in_use(self) -> Iterator[Problem]:
        """Yield parts that would be deleted although a record that is not among the documents refers to them."""
        for record_type in RECORD_TYPES:
            own_slugs = {item.slug for item in self.of_type(record_type)}
            for model, reference in references(record_type.keys, record_type.model):
                deleted = self.deleted.get(target(model, reference), {})
                owner = "" if model is record_type.model else f"{record_field(record_type, model)}__"
                for chunk in chunks(deleted):
                    rows = model._default_manager.filter(**{f"{reference.field}__in": chunk})
                    for pk, slug in rows.order_by().values_list(reference.field, f"{owner}slug").distinct():
                        if slug not in own_slugs:
                            part, path, item = deleted[pk]
                            yield item.problem(
                                path, f"{part} cannot be removed: {record_type.name} {slug} refers to it."
                            )
