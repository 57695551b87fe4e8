"""The order in which records that are published together enter the ledger: parents before children.

A mirror with foreign keys can then apply the changes one by one. Records that refer to each other in a circle have no
such order: of those the first by slug comes last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from graphlib import TopologicalSorter
from typing import Final

from django.db import models

from sanctions.records.base import Document, RecordType, Rows, part_model, references, target
from sanctions.records.encode import refers_to
from sanctions.records.registry import RECORD_TYPES, type_of

_Name = tuple[type[models.Model], str]


@cache
def types_parents_first() -> tuple[RecordType, ...]:
    """Return all record types, each after the types that its records or their parts refer to."""
    sorter: TopologicalSorter[RecordType] = TopologicalSorter()
    for record_type in RECORD_TYPES:
        needed = {_owner(target(model, key)) for model, key in references(record_type.keys, record_type.model)}
        sorter.add(record_type, *sorted(needed - {record_type}, key=RECORD_TYPES.index))
    return tuple(sorter.static_order())


def parents_first(record_type: RecordType, documents: Iterable[Document]) -> list[Document]:
    """Return documents of one type, each after those that it refers to."""
    waiting = {str(document["slug"]): document for document in sorted(documents, key=lambda document: document["slug"])}
    if not _can_refer_to_each_other(record_type):
        return list(waiting.values())
    owners = {name: slug for slug, document in waiting.items() for name in _names(record_type, document)}
    ordered: list[Document] = []
    while waiting:
        # Depth-first without recursion: a chain of records may be longer than Python's stack.
        path = [_Visit(next(iter(waiting)), waiting, record_type, owners)]
        while path:
            parent = next((slug for slug in path[-1].parents if slug in waiting), None)
            if parent is None:
                ordered.append(path.pop().document)
            else:
                path.append(_Visit(parent, waiting, record_type, owners))
    return ordered


class _Visit:
    """A document on the path, and those of its parents not looked at yet. Takes the document out of ``waiting``."""

    def __init__(
        self, slug: str, waiting: dict[str, Document], record_type: RecordType, owners: dict[_Name, str]
    ) -> None:
        self.document: Final = waiting.pop(slug)
        parents = {
            owners[model, name]
            for model, names in refers_to(record_type, self.document).items()
            for name in names
            if (model, name) in owners
        }
        self.parents: Final = iter(sorted(parents))


def _names(record_type: RecordType, document: Document) -> Iterator[_Name]:
    """Yield the targets of references: the record, and its parts with a slug."""
    yield record_type.model, document["slug"]
    for key, model in _slugged(record_type):
        for row in document.get(key.name, ()):
            yield model, row["slug"]


@cache
def _can_refer_to_each_other(record_type: RecordType) -> bool:
    own = {record_type.model, *(model for _, model in _slugged(record_type))}
    return any(target(model, key) in own for model, key in references(record_type.keys, record_type.model))


@cache
def _slugged(record_type: RecordType) -> tuple[tuple[Rows, type[models.Model]], ...]:
    return tuple(
        (key, part_model(record_type.model, key))
        for key in record_type.rows
        if any(part.name == "slug" for part in key.keys)
    )


def _owner(model: type[models.Model]) -> RecordType:
    """Return the type of the records that the rows of a model belong to."""
    for record_type in RECORD_TYPES:
        if any(part is model for _, part in _slugged(record_type)):
            return record_type
    return type_of(model)
