"""/api/v1/desk/proposals/: proposed changes to published records, and the moves that decide them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final

import orjson
from django.db.models import QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from api.http.bodies import body_of
from api.http.pagination import KeysetPagination, Ordering
from api.http.preconditions import etag, expected
from api.http.problems import StaleRequest
from api.http.readers import DESK
from api.v1.filters.base import ParameterBackend
from api.v1.filters.proposals import ProposalParameters
from api.v1.schemas import desk_operations as described
from api.v1.views.desk.base import DeskView, answer
from sanctions.editorial import proposals
from sanctions.editorial.move_rules import MoveTarget
from sanctions.editorial.move_table import transitions_of
from sanctions.editorial.permissions import may_read
from sanctions.editorial.proposals import base_of, document_of, merge_into_public, record_of, seal
from sanctions.exceptions import NotPermitted, Stale
from sanctions.models import Proposal
from sanctions.questions.versions import shown_change, written
from sanctions.records.diff import changes
from sanctions.records.encode import encode
from sanctions.records.registry import BY_NAME, RECORD_TYPES
from sanctions.records.three_way import Conflict

#: The last step of an address → the move.
MOVES: Final = transitions_of(MoveTarget.PROPOSAL)


def summary(proposal: Proposal) -> dict[str, Any]:
    """Return a proposal as a row of a list."""
    plural = BY_NAME[proposal.record_type].plural
    return {
        "number": proposal.number,
        "url": f"{DESK}proposals/{proposal.number}/",
        "record": {
            "type": proposal.record_type,
            "slug": proposal.slug,
            "url": f"{DESK}{plural}/{proposal.slug}/",
        },
        "kind": proposal.kind,
        "reason": proposal.reason,
        "state": proposal.state,
        "author": proposal.by,
        "made_at": written(proposal.made_at),
        "changed_at": written(proposal.changed_at),
        "version": proposal.version,
    }


def answer_with_proposal(proposal: Proposal, status: int = 200) -> Response:
    """Return an answer with a proposal: the document that accepting it would publish, its changes, and open conflicts.

    The changes of an open proposal are those to the public version now; of a decided one, those to the public version
    when it was written.
    """
    record_type = BY_NAME[proposal.record_type]
    public, document = base_of(proposal), document_of(proposal)
    conflicts: Sequence[Conflict] = ()
    stamp = ""
    if proposal.is_open:
        public = encode(record_type, record_of(proposal).pk)
        merge = merge_into_public(proposal, public)
        document, stamp = merge.document, seal(proposal, merge.document)
        conflicts = [merge.conflicts[place] for place in merge.undecided]
    details = {
        "document": document,
        "changes": [shown_change(change) for change in changes(record_type, public, document)],
        "conflicts": [
            {"path": conflict.path, "base": conflict.base, "theirs": conflict.current, "mine": conflict.proposed}
            for conflict in conflicts
        ],
        "seal": stamp or None,
    }
    return answer(summary(proposal) | details, stamp, status)


class ProposalListView(DeskView, GenericAPIView[Any]):
    """The proposals for records that the user may read, newest first."""

    filter_backends = [ParameterBackend]
    pagination_class = KeysetPagination
    parameters = ProposalParameters
    orderings: ClassVar[Sequence[Ordering]] = (Ordering("number", "number"),)
    ordering: ClassVar[str] = "-number"
    operations = {"GET": described.LIST_PROPOSALS}

    def get_queryset(self) -> QuerySet[Any]:
        """Return the proposals without their documents."""
        readable = [kind.name for kind in RECORD_TYPES if may_read(self.request.user, kind.model)]
        return Proposal.objects.filter(record_type__in=readable).defer("base", "document")

    def get(self, request: Request) -> Response:
        """Answer a page."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response([orjson.dumps(summary(row)) for row in rows or []])


class ProposalView(DeskView):
    """A proposal: the document that accepting it would publish, and its changes to the public version.

    Moves need its ETag, and are rejected if anything has changed since it was read.
    """

    operations = {"GET": described.READ_PROPOSAL}

    def get(self, request: Request, number: int) -> Response:
        """Answer the proposal."""
        return answer_with_proposal(self.proposal(number))

    def proposal(self, number: int) -> Proposal:
        """Return a proposal. Raises NotFound, or :class:`NotPermitted` if the user may not read its record."""
        proposal = Proposal.objects.filter(number=number).first() if number < 2**63 else None
        if proposal is None:
            raise NotFound(f"No proposal has the number {number}.")
        if not may_read(self.request.user, BY_NAME[proposal.record_type].model):
            raise NotPermitted(f"{self.request.user} may not read {proposal}.")
        return proposal


class ProposalMoveView(ProposalView):
    """Make a move of a proposal: submit, return, withdraw or accept it."""

    operations = {"POST": described.MOVE_PROPOSAL}
    moves = MOVES
    http_method_names = ["post", "options"]

    def post(self, request: Request, number: int, move: str) -> Response:
        """Make the move."""
        proposal = self.proposal(number)
        if move not in MOVES:
            raise NotFound(f"A proposal has no move {move!r}. Moves: {', '.join(MOVES)}.")
        seen = expected(request)
        body = body_of(request.data, "reason")
        try:
            self.make(MOVES[move].make, proposal, reason=body.reason, seen=seen)
        except Stale as stale:
            current = Proposal.objects.get(pk=proposal.pk)
            now = etag(proposals.seal_now(current, record_of(current)))
            raise StaleRequest(str(stale), etag=now) from stale
        return answer_with_proposal(proposal)
