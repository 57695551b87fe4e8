"""Changes to what is public: proposed by one, read against what they would move, accepted by another.

The published record stays as it is until a proposal is accepted. The functions raise
:class:`~sanctions.exceptions.MoveRefused` with the reason for people, and each is one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

import orjson
from django.db import transaction
from django.db.models import Max

from sanctions.accounts.permissions import Action
from sanctions.editorial.authors import add_authors_of_proposal, author_of, authors_of_proposal, replace_authors
from sanctions.editorial.move_rules import MoveRule
from sanctions.editorial.move_table import ACCEPT, PROPOSE, RETURN_PROPOSAL, SUBMIT_PROPOSAL, WITHDRAW
from sanctions.editorial.permissions import may_decide, may_propose, may_return, may_withdraw, refusal
from sanctions.editorial.procedure import (
    json_digest,
    lock_record,
    log_move,
    move_transaction,
    record_transaction,
    require_same_slug,
    require_sources,
    require_valid,
    write_columns,
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
from sanctions.vocabulary import ProposalState, State, VersionKind

if TYPE_CHECKING:
    pass


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
    return f"{proposal.changed_at.timestamp():.3f}-{json_digest(document)}"


def seal_now(proposal: Proposal, record: Record) -> str:
    """Return the seal of a proposal, put together with what its record says now."""
    return seal(proposal, merged(proposal, encode(type_of(record), record.pk)).document)


def _stale(proposal: Proposal, record: Record) -> Stale:
    return Stale(f"{proposal} or what is public of {record.slug} has changed since you read it. Read it again.")


@dataclass(frozen=True, slots=True)
class ProposedChange:
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


def propose(record: Record, change: ProposedChange, act: Act, *, expected: str = "") -> Proposal:
    """Propose a change to a published record; each has one open proposal for a record, which this replaces.

    :class:`InvalidDocument` names every fault of the document, also those that only the database sees.
    """
    with record_transaction(record, PROPOSE, act, expected) as act:
        if not may_propose(act.account, record):
            message = f"{act.name} may not propose a change to {record.slug}, which is {record.get_state_display()}."
            raise refusal(act.account, Action.CHANGE, record, message)
        if change.kind not in (VersionKind.UPDATE, VersionKind.CORRECTION):
            raise MoveRefused(f"A proposal is an update or a correction, not: {change.kind}.")
        record_type = type_of(record)
        proposal = (
            Proposal.objects.open().to_record(record_type.name, record.slug).filter(author=act.account.pk).first()
        )
        if proposal is None:
            proposal = _new(record, act.name, act.at)
            proposal.author_id = act.account.pk
        _rewrite(proposal, record, change, act)
        others = authors_of_proposal(change.builds_on).people if change.builds_on else ()
        add_authors_of_proposal(proposal, [author_of(act.account), *others], act.at)
        log_move(record, PROPOSE.move, act, proposal.number)
    return proposal


def propose_for_source(record: Record, change: ProposedChange, act: Act) -> Proposal:
    """Propose what a source says of a published record, in place of its proposal that is open, if one is.

    No account is its author, so that everybody who may publish the record may accept it; it is in review at once.
    ``act.by`` is the name of the source, which no account can have.
    """
    with move_transaction(PROPOSE, act) as act:
        lock_record(record)
        if not record.is_published:
            raise MoveRefused(f"{record.slug} is {record.get_state_display()}: only what is published is changed so.")
        proposal = open_for_source(record, act.name) or _new(record, act.name, act.at)
        proposal.state = ProposalState.IN_REVIEW
        _rewrite(proposal, record, change, act)
        log_move(record, PROPOSE.move, act, proposal.number)
    return proposal


def open_for_source(record: Record, source: str) -> Proposal | None:
    """Return the open proposal of a source for a record."""
    waiting = Proposal.objects.open().to_record(type_of(record).name, record.slug)
    return waiting.filter(author=None, by=source).first()


def withdraw_for_source(proposal: Proposal, record: Record, act: Act) -> None:
    """Take an open proposal of a source off the desk, because the source no longer says so."""
    with move_transaction(WITHDRAW, act) as act:
        proposal.state, proposal.changed_at = ProposalState.WITHDRAWN, act.at
        proposal.save()
        log_move(record, WITHDRAW.move, act, proposal.number)


def _new(record: Record, name: str, at: datetime) -> Proposal:
    last = Proposal.objects.aggregate(last=Max("number"))["last"] or 0
    return Proposal(number=last + 1, record_type=type_of(record).name, slug=record.slug, by=name, made_at=at)


def _rewrite(proposal: Proposal, record: Record, change: ProposedChange, act: Act) -> None:
    """Store a change as the document and kind of a proposal."""
    record_type = type_of(record)
    require_valid(record_type, change.document)
    require_same_slug(record, change.document)
    base = encode(record_type, record.pk) if change.base is None else change.base
    document = normalise(record_type, change.document)
    if not change.is_tried:
        _demand_storable(record, document, base)
    if is_same_but_for_order(record_type, document, base):
        raise MoveRefused(f"Nothing would change in {record.slug}.")
    proposal.kind, proposal.reason, proposal.changed_at = change.kind, act.reason, act.at
    proposal.base, proposal.document = canonical_json(base).decode(), canonical_json(document).decode()
    proposal.save()


def revert(record: Record, number: int, act: Act) -> Proposal:
    """Propose that a published record say again what it said in one of its versions: what it says since was wrong.

    :class:`MoveRefused` if there is no version of the number.
    """
    versions = Version.objects.filter(record_type=type_of(record).name, slug=record.slug, number=number)
    document = versions.values_list("document", flat=True).first()
    if document is None:
        raise MoveRefused(f"{record.slug} has no version {number}.")
    change = ProposedChange(orjson.loads(document), VersionKind.CORRECTION)
    return propose(record, change, act)


def submit(proposal: Proposal, act: Act, *, seen: str = "") -> None:
    """Hand a proposal in for review: by its author."""
    with _proposal_move(proposal, SUBMIT_PROPOSAL, _reasoned(act, proposal), seen) as (record, act):
        if proposal.author_id != act.account.pk:
            raise NotPermitted(f"{act.name} may not submit {proposal}: it is for its author to do.")
        if not may_propose(act.account, record):
            message = f"{act.name} may not submit {proposal}: {record.slug} is {record.get_state_display()}."
            raise refusal(act.account, Action.CHANGE, record, message)
        proposal.state = SUBMIT_PROPOSAL.end


def send_back(proposal: Proposal, act: Act, *, seen: str = "") -> None:
    """Return a proposal in review to its author, with the reason."""
    with _proposal_move(proposal, RETURN_PROPOSAL, act, seen) as (record, act):
        if not may_decide(act.account, record, proposal):
            raise NotPermitted(f"{act.name} may not return {proposal}: {_unfit(proposal)}.")
        if not may_return(act.account, record, proposal):
            raise MoveRefused(f"{proposal} has no author who could change it: accept it, or withdraw it.")
        proposal.state = RETURN_PROPOSAL.end


def withdraw(proposal: Proposal, act: Act, *, seen: str = "") -> None:
    """Take an open proposal off the desk, for good: by its author, or by a reviewer."""
    with _proposal_move(proposal, WITHDRAW, act, seen) as (record, act):
        if not may_withdraw(act.account, record, proposal):
            raise NotPermitted(f"{act.name} may not withdraw {proposal}: that needs its author or a reviewer.")
        proposal.state = WITHDRAW.end


def accept(proposal: Proposal, act: Act, *, seen: str) -> None:
    """Make a proposal in review public: somebody else's work, put together with what was published meanwhile.

    ``seen`` is the :func:`seal` of what the reviewer has read; :class:`Stale` if that has changed. :class:`Conflicting`
    if the same was changed meanwhile in another way. The version has the proposal's reason.
    """
    with _proposal_move(proposal, ACCEPT, _reasoned(act, proposal)) as (record, act):
        if not may_decide(act.account, record, proposal):
            raise NotPermitted(f"{act.name} may not publish {proposal}: {_unfit(proposal)}.")
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
        replace_authors(record_type.name, {record.slug: authors.people}, act.at)
        kind = VersionKind(proposal.kind)
        published = replace(act, reason=proposal.reason, kind=kind, authors=authors.in_ledger)
        if not save_documents([Incoming(record_type, found.document)], published).written:
            raise MoveRefused(f"Nothing would change in {record.slug}: it says already what {proposal} proposes.")
        write_columns(record, author=proposal.author, approver=act.account)
        require_sources(record, found.document)
        # Saving has recorded the document in history; only these two columns have changed since.
        keep_history(act.at, records={}, rows={record_type.model: [record.pk]})
        versions = Version.objects.filter(record_type=record_type.name, slug=record.slug)
        proposal.version = versions.aggregate(last=Max("number"))["last"]
        proposal.state, proposal.approver_id = ACCEPT.end, act.account.pk


def _reasoned(act: Act, proposal: Proposal) -> Act:
    """Return the act with the reason of the proposal where none was given."""
    return replace(act, reason=act.reason or proposal.reason)


def _unfit(proposal: Proposal) -> str:
    """Return why somebody may not decide about a proposal."""
    return f"that needs a reviewer who is not its author, and {authors_of_proposal(proposal)} wrote it"


@contextmanager
def _proposal_move(proposal: Proposal, rule: MoveRule, act: Act, expected: str = "") -> Iterator[tuple[Record, Act]]:
    """Make a move of a proposal in one transaction; log it as a move of the record that it would change.

    :class:`Stale` if the proposal no longer has the ``expected`` seal; an empty one is not checked.
    """
    with move_transaction(rule, act) as act:
        proposal.refresh_from_db(from_queryset=Proposal.objects.select_for_update())
        record = record_of(proposal)
        lock_record(record)
        if proposal.state not in rule.starts:
            needed = rule.start_labels if len(rule.starts) == 1 else "open"
            raise MoveRefused(f"{proposal} is {proposal.get_state_display()}; this needs it to be {needed}.")
        if expected and expected != seal_now(proposal, record):
            raise _stale(proposal, record)
        yield record, act
        proposal.changed_at = act.at
        proposal.save()
        log_move(record, rule.move, act, proposal.number)


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
