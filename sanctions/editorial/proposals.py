"""Proposals: changes to public records, made by one user and accepted by another.

The published record stays as it is until a proposal is accepted. Each function is one transaction. A move that the
rules do not allow raises :class:`~sanctions.exceptions.MoveRefused` with a message for the user.
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
    """Return the record that a proposal would change; :class:`MoveRefused` if it was deleted."""
    model = BY_NAME[proposal.record_type].model
    record: Record | None = model._default_manager.filter(slug=proposal.slug).defer("rendering").first()
    if record is None:
        raise MoveRefused(f"{proposal.slug} was deleted.")
    return record


def base_of(proposal: Proposal) -> Document:
    """Return the document that was public when the change was written."""
    document: Document = orjson.loads(proposal.base)
    return document


def document_of(proposal: Proposal) -> Document:
    """Return the proposed document: what the author wrote, without what was published since."""
    document: Document = orjson.loads(proposal.document)
    return document


def merge_into_public(proposal: Proposal, public: Document, choices: Mapping[int, Side] | None = None) -> Merged:
    """Merge a proposal into the document that is public now, by a three-way merge with its base."""
    return merge(BY_NAME[proposal.record_type], base_of(proposal), public, document_of(proposal), choices)


def seal(proposal: Proposal, document: Document) -> str:
    """Return a digest of a proposal and of the document that accepting it would publish.

    A reviewer sends the seal of what they have read; if it differs by now, the proposal must be read again.
    """
    return f"{proposal.changed_at.timestamp():.3f}-{json_digest(document)}"


def seal_now(proposal: Proposal, record: Record) -> str:
    """Return the seal of a proposal merged into its record as it is now."""
    return seal(proposal, merge_into_public(proposal, encode(type_of(record), record.pk)).document)


def _stale(proposal: Proposal, record: Record) -> Stale:
    return Stale(f"{proposal} or the public version of {record.slug} has changed since you read it. Read it again.")


@dataclass(frozen=True, slots=True)
class ProposedChange:
    """The new content of a published record. ``kind`` states why: the world has changed, or the record was wrong.

    ``base`` is the document from which the change was written; by default the one that is public now. ``is_tried``
    means that the caller has stored the document in this transaction already, with :func:`stored_temporarily` or with
    many others. ``builds_on`` is another proposal whose text is part of this one; its authors become authors of this
    one too.
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
            raise MoveRefused(f"A proposal is an update or a correction, not {change.kind}.")
        record_type = type_of(record)
        proposal = (
            Proposal.objects.open().to_record(record_type.name, record.slug).filter(author=act.account.pk).first()
        )
        if proposal is None:
            proposal = _new_proposal(record, act.name, act.at)
            proposal.author_id = act.account.pk
        _rewrite(proposal, record, change, act)
        others = authors_of_proposal(change.builds_on).people if change.builds_on else ()
        add_authors_of_proposal(proposal, [author_of(act.account), *others], act.at)
        log_move(record, PROPOSE.move, act, proposal.number)
    return proposal


def propose_for_source(record: Record, change: ProposedChange, act: Act) -> Proposal:
    """Propose the content that a source has for a published record; replaces the source's open proposal.

    The proposal has no author, so that all users who may publish the record may accept it; it is in review at once.
    ``act.by`` is the name of the source, which no account can have.
    """
    with move_transaction(PROPOSE, act) as act:
        lock_record(record)
        if not record.is_published:
            raise MoveRefused(f"{record.slug} is {record.get_state_display()}. Only a published record has proposals.")
        proposal = open_for_source(record, act.name) or _new_proposal(record, act.name, act.at)
        proposal.state = ProposalState.IN_REVIEW
        _rewrite(proposal, record, change, act)
        log_move(record, PROPOSE.move, act, proposal.number)
    return proposal


def open_for_source(record: Record, source: str) -> Proposal | None:
    """Return the open proposal of a source for a record."""
    waiting = Proposal.objects.open().to_record(type_of(record).name, record.slug)
    return waiting.filter(author=None, by=source).first()


def withdraw_for_source(proposal: Proposal, record: Record, act: Act) -> None:
    """Withdraw an open proposal of a source, because the source no longer contains the change."""
    with move_transaction(WITHDRAW, act) as act:
        proposal.state, proposal.changed_at = ProposalState.WITHDRAWN, act.at
        proposal.save()
        log_move(record, WITHDRAW.move, act, proposal.number)


def _new_proposal(record: Record, name: str, at: datetime) -> Proposal:
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
        _require_storable(record, document, base)
    if is_same_but_for_order(record_type, document, base):
        raise MoveRefused(f"Nothing would change in {record.slug}.")
    proposal.kind, proposal.reason, proposal.changed_at = change.kind, act.reason, act.at
    proposal.base, proposal.document = canonical_json(base).decode(), canonical_json(document).decode()
    proposal.save()


def revert(record: Record, number: int, act: Act) -> Proposal:
    """Propose, as a correction, to restore the content of an earlier version of a published record.

    :class:`MoveRefused` if no version has the number.
    """
    versions = Version.objects.filter(record_type=type_of(record).name, slug=record.slug, number=number)
    document = versions.values_list("document", flat=True).first()
    if document is None:
        raise MoveRefused(f"{record.slug} has no version {number}.")
    change = ProposedChange(orjson.loads(document), VersionKind.CORRECTION)
    return propose(record, change, act)


def submit(proposal: Proposal, act: Act, *, seen: str = "") -> None:
    """Submit a proposal for review; only its author may."""
    with _proposal_move(proposal, SUBMIT_PROPOSAL, _with_reason(act, proposal), seen) as (record, act):
        if proposal.author_id != act.account.pk:
            raise NotPermitted(f"{act.name} may not submit {proposal}: only its author may.")
        if not may_propose(act.account, record):
            message = f"{act.name} may not submit {proposal}: {record.slug} is {record.get_state_display()}."
            raise refusal(act.account, Action.CHANGE, record, message)
        proposal.state = SUBMIT_PROPOSAL.end


def send_back(proposal: Proposal, act: Act, *, seen: str = "") -> None:
    """Return a proposal in review to its author, with the reason."""
    with _proposal_move(proposal, RETURN_PROPOSAL, act, seen) as (record, act):
        if not may_decide(act.account, record, proposal):
            raise NotPermitted(f"{act.name} may not return {proposal}: {_unfit_reviewer(proposal)}.")
        if not may_return(act.account, record, proposal):
            raise MoveRefused(f"{proposal} has no author who could change it. Accept or withdraw it.")
        proposal.state = RETURN_PROPOSAL.end


def withdraw(proposal: Proposal, act: Act, *, seen: str = "") -> None:
    """Close an open proposal without accepting it; its author or a reviewer may."""
    with _proposal_move(proposal, WITHDRAW, act, seen) as (record, act):
        if not may_withdraw(act.account, record, proposal):
            raise NotPermitted(f"{act.name} may not withdraw {proposal}: that needs its author or a reviewer.")
        proposal.state = WITHDRAW.end


def accept(proposal: Proposal, act: Act, *, seen: str) -> None:
    """Publish a proposal in review that other people wrote, merged with what was published since it was written.

    ``seen`` is the :func:`seal` of what the reviewer has read; :class:`Stale` if that has changed. :class:`Conflicting`
    if a version published since changes the same fields in another way. The new version has the proposal's reason.
    """
    with _proposal_move(proposal, ACCEPT, _with_reason(act, proposal)) as (record, act):
        if not may_decide(act.account, record, proposal):
            raise NotPermitted(f"{act.name} may not publish {proposal}: {_unfit_reviewer(proposal)}.")
        if not record.is_published:
            raise MoveRefused(f"{record.slug} is {record.get_state_display()}. Only a published record has proposals.")
        record_type = type_of(record)
        merged = merge_into_public(proposal, encode(record_type, record.pk))
        if seen != seal(proposal, merged.document):
            raise _stale(proposal, record)
        if merged.undecided:
            paths = tuple(merged.conflicts[number].path for number in merged.undecided)
            raise Conflicting(
                f"{record.slug} has changed since {proposal} was written, where {proposal} changes it too: "
                f"{', '.join(paths)}. Its author decides what to keep.",
                paths,
            )
        authors = authors_of_proposal(proposal)
        replace_authors(record_type.name, {record.slug: authors.people}, act.at)
        kind = VersionKind(proposal.kind)
        published = replace(act, reason=proposal.reason, kind=kind, authors=authors.in_ledger)
        if not save_documents([Incoming(record_type, merged.document)], published).written:
            raise MoveRefused(f"Nothing would change in {record.slug}: it has the content of {proposal} already.")
        write_columns(record, author=proposal.author, approver=act.account)
        require_sources(record, merged.document)
        # Saving has recorded the document in history; only these two columns have changed since.
        keep_history(act.at, records={}, rows={record_type.model: [record.pk]})
        versions = Version.objects.filter(record_type=record_type.name, slug=record.slug)
        proposal.version = versions.aggregate(last=Max("number"))["last"]
        proposal.state, proposal.approver_id = ACCEPT.end, act.account.pk


def _with_reason(act: Act, proposal: Proposal) -> Act:
    """Return the act, with the reason of the proposal if it has none."""
    return replace(act, reason=act.reason or proposal.reason)


def _unfit_reviewer(proposal: Proposal) -> str:
    """Return why a user may not decide a proposal, for the end of a message."""
    return f"that needs a reviewer who is not its author, and {authors_of_proposal(proposal)} wrote it"


@contextmanager
def _proposal_move(proposal: Proposal, rule: MoveRule, act: Act, expected: str = "") -> Iterator[tuple[Record, Act]]:
    """Make a move of a proposal in one transaction; log it as a move of the record that it would change.

    :class:`Stale` if the proposal no longer has the ``expected`` seal; an empty seal is not checked.
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


def _require_storable(record: Record, document: Document, base: Document) -> None:
    """Reject now what only the database rejects, not first when a reviewer accepts it; :class:`InvalidDocument`."""
    if problems := find_rejections(Incoming(type_of(record), document, State(record.state)), base):
        raise InvalidDocument(problems)


@contextmanager
def stored_temporarily(record: Record, document: Document, at: datetime, state: State | None = None) -> Iterator[None]:
    """Store a document as the record's, in another state if given, and roll it back at the end of the block.

    Writes only the rows, neither versions nor renderings. :class:`InvalidDocument` if it cannot be stored.
    """
    with transaction.atomic():
        incoming = Incoming(type_of(record), document, state or State(record.state))
        save_documents([incoming], Act(at), is_rehearsal=True)
        yield
        transaction.set_rollback(True)
