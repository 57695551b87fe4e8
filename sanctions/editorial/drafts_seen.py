"""What somebody had read when they asked for a move that came too late, and what others have changed since."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import orjson

from sanctions.database.past_views import known_at
from sanctions.editorial.procedure import document_fingerprint, state_and_document
from sanctions.models import LogEntry, Record, Version
from sanctions.records.base import Document
from sanctions.records.diff import FieldChange, changes
from sanctions.records.encode import encode
from sanctions.records.registry import type_of
from sanctions.vocabulary import State

#: How many former versions and saves of a record are looked at; who read it before that reads it again.
MOST: Final = 20


def changed_since(record: Record, fingerprint: str) -> list[FieldChange] | None:
    """Return what has changed in a record since it had a fingerprint; ``None`` if nobody can tell any more.

    Nothing, if only its state has changed.
    """
    read = as_read(record, fingerprint)
    return None if read is None else changes(type_of(record), read, state_and_document(record)[1])


def as_read(record: Record, fingerprint: str) -> Document | None:
    """Return what a record said when it had a fingerprint, in whichever state; ``None`` if it is not found."""
    # History has what a record said, and its state only where something else was written with it.
    return next(
        (
            document
            for document in _former(record)
            if any(document_fingerprint(state, document) == fingerprint for state in State.values)
        ),
        None,
    )


def _former(record: Record) -> Iterator[Document]:
    """Yield what a record has said: in public, by the ledger; before it was, by history at the instants of the log."""
    own = {"record_type": type_of(record).name, "slug": record.slug}
    documents = Version.objects.filter(**own).order_by("-number").values_list("document", flat=True)
    yield from map(orjson.loads, documents[:MOST])
    instants = LogEntry.objects.filter(**own).order_by("-number").values_list("at", flat=True)
    for instant in instants[:MOST]:
        with known_at(instant):
            try:
                document = encode(type_of(record), record.pk)
            except KeyError:
                continue
        yield document
