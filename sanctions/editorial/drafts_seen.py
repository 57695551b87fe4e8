"""The content of a record as a user had read it, and what others have changed since.

Shown when a move is rejected because the record changed in between.
"""

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

#: How many former versions and saves of a record are searched. A user who read it earlier must read it again.
MOST: Final = 20


def changed_since(record: Record, fingerprint: str) -> list[FieldChange] | None:
    """Return what has changed in a record since it had a fingerprint; ``None`` if that content is not found.

    The list is empty if only the state has changed.
    """
    read = document_as_read(record, fingerprint)
    return None if read is None else changes(type_of(record), read, state_and_document(record)[1])


def document_as_read(record: Record, fingerprint: str) -> Document | None:
    """Return the document that a record had with a fingerprint, in any state; ``None`` if it is not found."""
    # History records a change of state only together with a change of content, so all states are tried.
    return next(
        (
            document
            for document in _former_documents(record)
            if any(document_fingerprint(state, document) == fingerprint for state in State.values)
        ),
        None,
    )


def _former_documents(record: Record) -> Iterator[Document]:
    """Yield former documents, newest first: public versions from the ledger, then drafts from history."""
    about = {"record_type": type_of(record).name, "slug": record.slug}
    documents = Version.objects.filter(**about).order_by("-number").values_list("document", flat=True)
    yield from map(orjson.loads, documents[:MOST])
    instants = LogEntry.objects.filter(**about).order_by("-number").values_list("at", flat=True)
    for instant in instants[:MOST]:
        with known_at(instant):
            try:
                document = encode(type_of(record), record.pk)
            except KeyError:
                continue
        yield document
