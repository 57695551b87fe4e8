"""Merging the documents of two records: the rows that both have. Whole merges are in tests/editorial."""

from __future__ import annotations

from sanctions.records.combine import combine_documents
from sanctions.records.orders import ORDER

KEPT = {"slug": "kept", "kind": "statute", "title": "Kept", "issuer": "state", "geographic_scope": "country"}
DROPPED = KEPT | {"slug": "dropped", "title": "Dropped"}


def test_parts_with_one_slug_in_both_records_become_one_part() -> None:
    kept = KEPT | {"measures": [{"slug": "ban", "kind": "waiver", "direction": "relieves", "title": "The ban"}]}
    dropped = DROPPED | {
        "measures": [
            {"slug": "ban", "kind": "waiver", "direction": "relieves", "title": "Another title", "section": "§ 3"},
            {"slug": "other", "kind": "waiver", "direction": "relieves"},
        ]
    }
    result = combine_documents(ORDER, kept, dropped)
    assert result.document["measures"] == [
        {"slug": "ban", "kind": "waiver", "direction": "relieves", "title": "The ban", "section": "§ 3"},
        {"slug": "other", "kind": "waiver", "direction": "relieves"},
    ]
    assert "measures[0].title" in [notice.path for notice in result.notes]
