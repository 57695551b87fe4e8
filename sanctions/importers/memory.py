"""The source's last statements, as previous imports remembered them."""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from sanctions.models import Imported
from sanctions.records.base import Document
from sanctions.records.encode import chunks


def remembered_documents(source: str, keys: Iterable[str]) -> dict[str, Document]:
    """Return the documents that a source gave last, by key; keys that it has not used are missing."""
    documents: dict[str, Document] = {}
    for chunk in chunks(keys):
        rows = Imported.objects.filter(source=source, key__in=chunk).values_list("key", "document")
        documents.update((key, orjson.loads(text)) for key, text in rows)
    return documents
