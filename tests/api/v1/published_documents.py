"""The published records as documents, for comparison with a copy."""

from __future__ import annotations

from typing import Any

from sanctions.records.encode import encode_many
from sanctions.records.registry import RECORD_TYPES
from sanctions.vocabulary import State


def published() -> dict[tuple[str, str], Any]:
    return {
        (record_type.name, document["slug"]): document
        for record_type in RECORD_TYPES
        for document in encode_many(
            record_type,
            list(record_type.model._default_manager.filter(state=State.PUBLISHED).values_list("pk", flat=True)),
        ).values()
    }
