"""Publish documents on given days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sanctions.ledger.versions import Act
from sanctions.loading.documents import Incoming, save_documents
from sanctions.records.base import Document
from sanctions.records.registry import BY_NAME
from sanctions.vocabulary import State, VersionKind

DAY = datetime(2025, 3, 1, 12, tzinfo=UTC)
IRAN: Document = {"slug": "iran", "kind": "state", "name": "Iran"}
PERSIA: Document = {**IRAN, "name": "Persia", "names": [{"kind": "alias", "text": "Iran"}]}
LAW: Document = {"slug": "law", "kind": "statute", "title": "A law", "issuer": "iran", "geographic_scope": "country"}


def publish(
    document: Document,
    days: int,
    kind: VersionKind = VersionKind.UPDATE,
    reason: str = "",
    state: State = State.PUBLISHED,
) -> None:
    """Publish a version of an actor, or of an order if the document has an issuer, so many days after DAY."""
    record_type = BY_NAME["order" if "issuer" in document else "actor"]
    act = Act(at=DAY + timedelta(days=days), authors="an author", by="an approver", reason=reason, kind=kind)
    save_documents([Incoming(record_type, document, state)], act)
