"""Records as they are really rendered: documents are published, and the exporters get what is stored of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import orjson

from sanctions.ledger.versions import Act
from sanctions.loading.documents import Incoming, save_documents
from sanctions.records.base import Document
from sanctions.records.registry import BY_NAME

DAY: Final = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)


def publish(**documents: Document) -> dict[str, Any]:
    """Publish documents, each given under its noun, and return the rendering of the last one."""
    items = [Incoming(BY_NAME[noun], document) for noun, document in documents.items()]
    save_documents(items, Act(at=DAY, authors="an author", by="an approver"))
    noun, document = list(documents.items())[-1]
    model: Any = BY_NAME[noun].model
    rendering: dict[str, Any] = orjson.loads(model.objects.get(slug=document["slug"]).rendering)
    return rendering
