"""Changes to what is public: proposed by one, read against what they would move, accepted by another.

The published record stays as it is until a proposal is accepted. The functions raise
:class:`~sanctions.exceptions.MoveRefused` with the reason for people, and each is one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import orjson
from django.db import transaction
from django.db.models import Max

from sanctions.editorial.authors import add_authors_of_proposal, author_of, authors_of_proposal, replace_authors
from sanctions.editorial.permissions import may_decide, may_propose, may_return, may_withdraw, refusal
from sanctions.editorial.procedure import (
    SourceStep,
    Step,
    demand_slug,
    demand_sources,
    demand_valid,
    digest_of,
    log,
    making,
    moving,
    read_anew,
    write,
)
from sanctions.exceptions import Conflicting, InvalidDocument, MoveRefused, NotPermitted, Stale
from sanctions.ledger.history import keep_history
from sanctions.ledger.versions import Act, canonical_json
from sanctions.loading.documents import Incoming, save_documents
from sanctions.loading.unwritten import find_rejections
from sanctions.models import Proposal, Record, Version
from sanctions.records.base import Document
from sanctions.records.encode import encode, normalise
from sanctions.records.registry import BY_NAME, type_of
from sanctions.records.row_identity import is_same_but_for_order
from sanctions.records.three_way import Merged, Side, merge
from sanctions.vocabulary import Move, ProposalState, State, VersionKind

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

#: The state of the proposal from which each move starts.
_STARTS: Final = {
    Move.SUBMITTED: ProposalState.DRAFT,
    Move.RETURNED: ProposalState.IN_REVIEW,
    Move.PUBLISHED: ProposalState.IN_REVIEW,
}


def record_of(proposal: Proposal) -> Record:
    """Return the record that a proposal would change; :class:`MoveRefused` if it is not there any more."""
    model = BY_NAME[proposal.record_type].model
    found: Record | None = model._default_manager.filter(slug=proposal.slug).defer("rendering").first()
    if found is None:
        raise MoveRefused(f"{proposal.slug} is not there any more.")
    return found


def base_of(proposal: Proposal) -> Document:
    """Return the document that was public when the change was written."""
    document: Document = orjson.loads(proposal.base)
    return document


def document_of(proposal: Proposal) -> Document:
    """Return the document as it would be, were nothing published meanwhile."""
    document: Document = orjson.loads(proposal.document)
    return document


def merged(proposal: Proposal, public: Document, choices: Mapping[int, Side] | None = None) -> Merged:
    """Put a proposal together with what is public now."""
    return merge(BY_NAME[proposal.record_type], base_of(proposal), public, document_of(proposal), choices)


def seal(proposal: Proposal, document: Document) -> str:
    """Return what tells whether a proposal, and what accepting it would publish, are still what somebody has read."""
    return f"{proposal.changed_at.timestamp():.3f}-{digest_of(document)}"


def seal_now(proposal: Proposal, record: Record) -> str:
    """Return the seal of a proposal, put together with what its record says now."""
    return seal(proposal, merged(proposal, encode(type_of(record), record.pk)).document)


def _stale(proposal: Proposal, record: Record) -> Stale:
    return Stale(f"{proposal} or what is public of {record.slug} has changed since you read it. Read it again.")


@dataclass(frozen=True, slots=True)
class Change:
    """What a published record would say instead, and why it would: the world has changed, or we were wrong.

    ``base`` is the document from which the change was written; what is public now if left out. ``is_tried`` says that
    the caller has let the record say it in this very transaction, with :func:`tried` or many at once. ``builds_on`` is
    another proposal whose text is part of it: its authors are authors of this one too.
    """

    document: Document
    kind: VersionKind = VersionKind.UPDATE
    base: Document | None = None
    is_tried: bool = False
    builds_on: Proposal | None = None


def propose(
    record: Record,
    change: Change,
    by: AbstractBaseUser,
    at: datetime,
    *,
    reason: str,
    address: str = "",
    expected: str = "",
) -> Proposal:
    """Propose a change to a published record; each has one open proposal for a record, which this replaces.

    :class:`InvalidDocument` names every fault of the document, also those that only the database sees.
    """
    with making(record, Step(Move.PROPOSED, by, at, reason, address, expected)) as step:
        if not may_propose(by, record):
            message = f"{by} may not propose a change to {record.slug}, which is {record.get_state_display()}."
            raise refusal(by, "change", record, message)
        if change.kind not in (VersionKind.UPDATE, VersionKind.CORRECTION):
            raise MoveRefused(f"A proposal is an update or a correction, not: {change.kind}.")
        record_type = type_of(record)
        proposal = Proposal.objects.open().to_record(record_type.name, record.slug).filter(author=by.pk).first()
        if proposal is None:
            proposal = _new(record, by.get_username(), step.at)
            proposal.author_id = by.pk
        _rewrite(proposal, record, change, step)
        others = authors_of_proposal(change.builds_on).people if change.builds_on else ()
        add_authors_of_proposal(proposal, [author_of(by), *others], step.at)
    return proposal


def propose_for_source(record: Record, change: Change, source: str, at: datetime, *, reason: str) -> Proposal:
    """Propose what a source says of a published record, in place of its proposal that is open, if one is.

    No account is its author, so that everybody who may publish the record may accept it; it is in review at once.
    ``source`` is a name that no account can have.
    """
    step = SourceStep(Move.PROPOSED, source, at, reason)
    with moving(step):
        read_anew(record)
        if not record.is_published:
            raise MoveRefused(f"{record.slug} is {record.get_state_display()}: only what is published is changed so.")
        proposal = open_for_source(record, source) or _new(record, source, step.at)
        proposal.state = ProposalState.IN_REVIEW
        _rewrite(proposal, record, change, step)
        log(record, step)
    return proposal


def open_for_source(record: Record, source: str) -> Proposal | None:
    """Return the open proposal of a source for a record."""
    waiting = Proposal.objects.open().to_record(type_of(record).name, record.slug)
    return waiting.filter(author=None, by=source).first()


def withdraw_for_source(proposal: Proposal, record: Record, at: datetime, *, reason: str) -> None:
    """Take an open proposal of a source off the desk, because the source no longer says so."""
    step = SourceStep(Move.WITHDRAWN, proposal.by, at, reason, proposal.number)
    with moving(step):
        proposal.state, proposal.changed_at = ProposalState.WITHDRAWN, step.at
        proposal.save()
        log(record, step)


def _new(record: Record, name: str, at: datetime) -> Proposal:
    last = Proposal.objects.aggregate(last=Max("number"))["last"] or 0
    return Proposal(number=last + 1, record_type=type_of(record).name, slug=record.slug, by=name, made_at=at)


def _rewrite(proposal: Proposal, record: Record, change: Change, step: Step | SourceStep) -> None:
    """Let a proposal say what a change says, and the step name it."""
    record_type = type_of(record)
    demand_valid(record_type, change.document)
    demand_slug(record, change.document)
    base = encode(record_type, record.pk) if change.base is None else change.base
    document = normalise(record_type, change.document)
    if not change.is_tried:
        _demand_storable(record, document, base)
    if is_same_but_for_order(record_type, document, base):
        raise MoveRefused(f"Nothing would change in {record.slug}.")
    proposal.kind, proposal.reason, proposal.changed_at = change.kind, step.reason, step.at
    proposal.base, proposal.document = canonical_json(base).decode(), canonical_json(document).decode()
    proposal.save()
    step.proposal = proposal.number


def revert(
    record: Record, number: int, by: AbstractBaseUser, at: datetime, *, reason: str, address: str = ""
) -> Proposal:
    """Propose that a published record say again what it said in one of its versions: what it says since was wrong.

    :class:`MoveRefused` if there is no version of the number.
    """
    versions = Version.objects.filter(record_type=type_of(record).name, slug=record.slug, number=number)
    document = versions.values_list("document", flat=True).first()
    if document is None:
        raise MoveRefused(f"{record.slug} has no version {number}.")
    change = Change(orjson.loads(document), VersionKind.CORRECTION)
    return propose(record, change, by, at, reason=reason, address=address)


def submit(
    proposal: Proposal, by: AbstractBaseUser, at: datetime, *, reason: str = "", address: str = "", seen: str = ""
) -> None:
    """Hand a proposal in for review: by its author."""
    with _moving(proposal, Step(Move.SUBMITTED, by, at, reason or proposal.reason, address, seen)) as record:
        if proposal.author_id != by.pk:
            raise NotPermitted(f"{by} may not submit {proposal}: it is for its author to do.")
        if not may_propose(by, record):
            message = f"{by} may not submit {proposal}: {record.slug} is {record.get_state_display()}."
            raise refusal(by, "change", record, message)
        proposal.state = ProposalState.IN_REVIEW


def send_back(
    proposal: Proposal, by: AbstractBaseUser, at: datetime, *, reason: str, address: str = "", seen: str = ""
) -> None:
    """Return a proposal in review to its author, with the reason."""
    with _moving(proposal, Step(Move.RETURNED, by, at, reason, address, seen)) as record:
        if not may_decide(by, record, proposal):
            raise NotPermitted(f"{by} may not return {proposal}: {_unfit(proposal)}.")
        if not may_return(by, record, proposal):
            raise MoveRefused(f"{proposal} has no author who could change it: accept it, or withdraw it.")
        proposal.state = ProposalState.DRAFT


def withdraw(
    proposal: Proposal, by: AbstractBaseUser, at: datetime, *, reason: str, address: str = "", seen: str = ""
) -> None:
    """Take an open proposal off the desk, for good: by its author, or by a reviewer."""
    with _moving(proposal, Step(Move.WITHDRAWN, by, at, reason, address, seen)) as record:
        if not may_withdraw(by, record, proposal):
            raise NotPermitted(f"{by} may not withdraw {proposal}: that needs its author or a reviewer.")
        proposal.state = ProposalState.WITHDRAWN


def accept(
    proposal: Proposal,
    by: AbstractBaseUser,
    at: datetime,
    *,
    seen: str,
    reason: str = "",
    address: str = "",
) -> None:
    """Make a proposal in review public: somebody else's work, put together with what was published meanwhile.

    ``seen`` is the :func:`seal` of what the reviewer has read; :class:`Stale` if that has changed. :class:`Conflicting`
    if the same was changed meanwhile in another way. The version has the proposal's reason.
    """
    step = Step(Move.PUBLISHED, by, at, reason or proposal.reason, address)
    with _moving(proposal, step) as record:
        if not may_decide(by, record, proposal):
            raise NotPermitted(f"{by} may not publish {proposal}: {_unfit(proposal)}.")
        if not record.is_published:
            raise MoveRefused(f"{record.slug} is {record.get_state_display()}: only what is published is changed so.")
        record_type = type_of(record)
        found = merged(proposal, encode(record_type, record.pk))
        if seen != seal(proposal, found.document):
            raise _stale(proposal, record)
        if found.undecided:
            paths = tuple(found.conflicts[number].path for number in found.undecided)
            raise Conflicting(
                f"{record.slug} was changed meanwhile where {proposal} changes it too: {', '.join(paths)}. Its author "
                "decides what shall stand.",
                paths,
            )
        authors = authors_of_proposal(proposal)
        replace_authors(record_type.name, {record.slug: authors.people}, step.at)
        act = Act(step.at, authors.in_ledger, by.get_username(), proposal.reason, VersionKind(proposal.kind))
        if not save_documents([Incoming(record_type, found.document)], act).written:
            raise MoveRefused(f"Nothing would change in {record.slug}: it says already what {proposal} proposes.")
        write(record, author=proposal.author, approver=by)
        demand_sources(record)
        keep_history(step.at, records={record_type.model: [record.pk]}, rows={})
        versions = Version.objects.filter(record_type=record_type.name, slug=record.slug)
        proposal.version = versions.aggregate(last=Max("number"))["last"]
        proposal.state, proposal.approver_id = ProposalState.ACCEPTED, by.pk


def _unfit(proposal: Proposal) -> str:
    """Return why somebody may not decide about a proposal."""
    return f"that needs a reviewer who is not its author, and {authors_of_proposal(proposal)} wrote it"


@contextmanager
def _moving(proposal: Proposal, step: Step) -> Iterator[Record]:
    """Make a move of a proposal in one transaction; log it as done to the record that it would change.

    A step that expects a seal is :class:`Stale` if the proposal has another one by now.
    """
    with moving(step):
        proposal.refresh_from_db(from_queryset=Proposal.objects.select_for_update())
        record = record_of(proposal)
        read_anew(record)
        start = _STARTS.get(step.move)
        if not proposal.is_open or (start is not None and proposal.state != start):
            needed = start.label if start else "open"
            raise MoveRefused(f"{proposal} is {proposal.get_state_display()}; this needs it to be {needed}.")
        if step.expected and step.expected != seal_now(proposal, record):
            raise _stale(proposal, record)
        step.proposal = proposal.number
        yield record
        proposal.changed_at = step.at
        proposal.save()
        log(record, step)


def _demand_storable(record: Record, document: Document, base: Document) -> None:
    """Reject now what only the database would reject, and not when a reviewer accepts it: :class:`InvalidDocument`."""
    if problems := find_rejections(Incoming(type_of(record), document, State(record.state)), base):
        raise InvalidDocument(problems)


@contextmanager
def tried(record: Record, document: Document, at: datetime, state: State | None = None) -> Iterator[None]:
    """Store a document as the record's, in another state if one is given, for the block alone.

    Only the rows are written, neither versions nor renderings. :class:`InvalidDocument` if it cannot be stored.
    """
    with transaction.atomic():
        incoming = Incoming(type_of(record), document, state or State(record.state))
        save_documents([incoming], Act(at), is_rehearsal=True)
        yield
        transaction.set_rollback(True)
