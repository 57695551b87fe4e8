"""/api/v1/desk/{collection}/…: drafts, and the moves of records in any state."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from api.http.bodies import body_of
from api.http.preconditions import etag, expected
from api.http.problems import StaleRequest
from api.http.readers import DESK
from api.v1.schemas import desk_operations as described
from api.v1.views.desk.base import DeskView, answer
from api.v1.views.desk.proposals import answer_with_proposal
from sanctions.editorial import moves
from sanctions.editorial.authors import authors_of
from sanctions.editorial.drafts_seen import changed_since
from sanctions.editorial.move_rules import MoveTarget
from sanctions.editorial.move_table import transitions_of
from sanctions.editorial.procedure import document_fingerprint, state_and_document
from sanctions.editorial.proposals import ProposedChange, propose
from sanctions.exceptions import Stale
from sanctions.models import Record
from sanctions.projections.urls import record_url
from sanctions.questions.versions import shown_change
from sanctions.records.registry import type_of
from sanctions.vocabulary import State

#: The last step of an address → the move.
MOVES: Final = transitions_of(MoveTarget.RECORD)


def answer_with(record: Record, status: int = 200) -> Response:
    """Return an answer with a record: its state, its authors and approver, and its document."""
    state, document = state_and_document(record)
    record_type = type_of(record)
    body = {
        "type": record_type.name,
        "slug": record.slug,
        "url": f"{DESK}{record_type.plural}/{record.slug}/",
        "state": state,
        "public": record_url(record_type.name, record.slug) if state == State.PUBLISHED else None,
        "author": record.author.get_username() if record.author else None,
        "authors": [person.name for person in authors_of(record).people],
        "approver": record.approver.get_username() if record.approver else None,
        "document": document,
    }
    return answer(body, document_fingerprint(state, document), status)


@contextmanager
def reporting_changes(record: Record, read: str) -> Iterator[None]:
    """Add the ETag and the changes of others to the rejection of a stale request; ``read`` is the stamp it has sent."""
    try:
        yield
    except Stale as stale:
        members: dict[str, Any] = {"etag": etag(document_fingerprint(*state_and_document(record)))}
        if (changed := changed_since(record, read)) is not None:
            members["changes"] = [shown_change(change) for change in changed]
        raise StaleRequest(str(stale), **members) from stale


class DraftsView(DeskView):
    """Create a record: its document becomes a draft, whose author is the user."""

    operations = {"POST": described.CREATE}

    def post(self, request: Request, plural: str) -> Response:
        """Write the draft."""
        record_type = self.type_named(plural)
        body = body_of(request.data, "document", "reason")
        return answer_with(self.make(moves.create, record_type, body.document, reason=body.reason), 201)


class DeskRecordView(DeskView):
    """A record in any state, with its document.

    A record that is not public can be replaced or deleted. A change to a published record has to be proposed.
    """

    operations = {"GET": described.READ, "PUT": described.REPLACE, "DELETE": described.DELETE}

    def get(self, request: Request, plural: str, slug: str) -> Response:
        """Answer the record."""
        return answer_with(self.record(plural, slug))

    def put(self, request: Request, plural: str, slug: str) -> Response:
        """Replace the document of a record that is not public."""
        record, read = self.record(plural, slug), expected(request)
        body = body_of(request.data, "document", "reason")
        with reporting_changes(record, read):
            self.make(moves.rewrite, record, body.document, reason=body.reason, expected=read)
        return answer_with(record)

    def delete(self, request: Request, plural: str, slug: str) -> Response:
        """Delete a record that was never public."""
        record, read = self.record(plural, slug), expected(request)
        body = body_of(request.data, "reason")
        with reporting_changes(record, read):
            self.make(moves.delete, record, reason=body.reason, expected=read)
        return Response(status=204)


class RecordMoveView(DeskView):
    """Make a move of a record: submit, return, publish, retract or restore it, with a reason."""

    operations = {"POST": described.MOVE}
    moves = MOVES

    def post(self, request: Request, plural: str, slug: str, move: str) -> Response:
        """Make the move."""
        record = self.record(plural, slug)
        if move not in MOVES:
            raise NotFound(f"A record has no move {move!r}. Moves: {', '.join(MOVES)}.")
        read = expected(request)
        body = body_of(request.data, "reason")
        with reporting_changes(record, read):
            self.make(MOVES[move].make, record, reason=body.reason, expected=read)
        return answer_with(record)


class ProposeView(DeskView):
    """Propose a change to a published record, which stays unchanged until another user accepts it.

    A user has one open proposal for a record; a new one replaces it.
    """

    operations = {"POST": described.PROPOSE}

    def post(self, request: Request, plural: str, slug: str) -> Response:
        """Store the proposal."""
        record, read = self.record(plural, slug), expected(request)
        body = body_of(request.data, "document", "kind", "reason")
        change = ProposedChange(body.document, body.kind)
        with reporting_changes(record, read):
            proposal = self.make(propose, record, change, reason=body.reason, expected=read)
        return answer_with_proposal(proposal, 201)
