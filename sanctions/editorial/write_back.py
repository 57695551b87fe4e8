"""Many records given back what they said before, in one transaction: corrected, retracted or deleted together.

Used for the undo of an import. What is public is corrected by two people; the caller has checked who may.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sanctions.editorial.authors import Author, author_of, replace_authors
from sanctions.editorial.procedure import log_move, log_moves
from sanctions.ledger.history import keep_history
from sanctions.ledger.precedence import parents_first, types_parents_first
from sanctions.ledger.versions import Act, append, current_documents
from sanctions.loading.documents import Incoming, save_documents
from sanctions.models import Proposal
from sanctions.projections.renderings import Progress, render_written
from sanctions.projections.search_entries import remove_entries
from sanctions.records.base import Document, RecordType, parent_field, part_model
from sanctions.records.encode import chunks
from sanctions.records.registry import BY_NAME, RECORD_TYPES
from sanctions.vocabulary import Move, ProposalState, State, VersionKind

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

#: Primary keys of records by their type.
Keys = Mapping[RecordType, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Former:
    """What a record is to say again, in which state, who owned it then, and everybody who had written that."""

    record_type: RecordType
    slug: str
    document: Document
    state: State
    author_id: int | None
    authors: tuple[Author, ...]
    was_public: bool

    @property
    def move(self) -> Move:
        """What the log calls it."""
        if self.state == State.PUBLISHED:
            return Move.PUBLISHED
        return Move.RETRACTED if self.was_public else Move.SAVED


def write_former(
    formers: Sequence[Former], author: AbstractBaseUser, act: Act, progress: Progress = lambda _: None
) -> None:
    """Let records say again what they said before; :class:`InvalidDocument` names every one that cannot.

    What is public becomes a correction, the work of ``author``, who asks for it; ``act.by`` approves it. What was
    public and is to be a draft again gets a retraction, and has its former authors.
    """
    correction_authors = (author_of(author),)
    for record_type in {former.record_type.name: former.record_type for former in formers}.values():
        authors = {
            former.slug: correction_authors if former.state == State.PUBLISHED else former.authors
            for former in formers
            if former.record_type is record_type
        }
        replace_authors(record_type.name, authors, act.at)
    incoming = [Incoming(former.record_type, former.document, former.state) for former in formers]
    save_documents(incoming, act, progress)
    groups: dict[tuple[RecordType, Move, int | None], list[str]] = defaultdict(list)
    for former in formers:
        author_id = author.pk if former.state == State.PUBLISHED else former.author_id
        groups[former.record_type, former.move, author_id].append(former.slug)
    written: dict[type[Any], list[int]] = defaultdict(list)
    for (record_type, move, author_id), slugs in groups.items():
        approver = act.account if move == Move.PUBLISHED else None
        for some in chunks(slugs):
            rows = record_type.model._default_manager.filter(slug__in=some)
            rows.update(author=author_id, approver=approver)
            records = list(rows.only("slug"))
            written[record_type.model] += [record.pk for record in records]
            log_moves(records, move, act)
    keep_history(act.at, records=written, rows={})


def retract_together(records: Keys, act: Act, progress: Progress = lambda _: None) -> None:
    """Take public records back from the public, those that refer to others before these."""
    act = replace(act, kind=VersionKind.RETRACTION)
    written: dict[type[Any], set[int]] = {}
    for record_type in reversed(types_parents_first()):
        ids = records.get(record_type, ())
        for some in chunks(ids):
            rows = record_type.model._default_manager.filter(pk__keyed=some)
            rows.update(state=State.RETRACTED)
            log_moves(list(rows.only("slug").order_by("slug")), Move.RETRACTED, act)
        documents = parents_first(record_type, current_documents(record_type, _slugs(record_type, ids)))
        append(record_type, documents[::-1], act)
        if ids:
            written[record_type.model] = set(ids)
    render_written(written, act.at, progress=progress)


def delete_together(records: Keys, act: Act) -> None:
    """Delete drafts that the public has never seen and that no other record names; their rows in history end."""
    for has_slug in (False, True):
        for record_type in RECORD_TYPES:
            for key in record_type.rows:
                if any(part.name == "slug" for part in key.keys) == has_slug:
                    child, parent = part_model(record_type.model, key), parent_field(record_type.model, key)
                    for chunk in chunks(records.get(record_type, ())):
                        child._default_manager.filter(**{f"{parent}__keyed": chunk}).delete()
    deleted: dict[type[Any], Sequence[int]] = {}
    for record_type in reversed(types_parents_first()):
        ids = records.get(record_type, ())
        for chunk in chunks(ids):
            rows = record_type.model._default_manager.filter(pk__keyed=chunk)
            log_moves(list(rows.only("slug").order_by("slug")), Move.DELETED, act)
            slugs = list(rows.values_list("slug", flat=True))
            remove_entries(record_type.name, slugs)
            # Another record may get the slug.
            replace_authors(record_type.name, dict.fromkeys(slugs, ()), act.at)
            rows.delete()
        if ids:
            deleted[record_type.model] = ids
    keep_history(act.at, records=deleted, rows={})


def withdraw_together(proposals: Iterable[Proposal], act: Act) -> None:
    """Take open proposals off the desk, for good."""
    for proposal in proposals:
        proposal.state = ProposalState.WITHDRAWN
        _log_proposal(proposal, Move.WITHDRAWN, act)


def reword_proposals(proposals: Iterable[tuple[Proposal, Mapping[str, str]]], act: Act) -> None:
    """Let open proposals say again what they said before."""
    for proposal, values in proposals:
        for name, value in values.items():
            setattr(proposal, name, value)
        _log_proposal(proposal, Move.PROPOSED, act)


def _log_proposal(proposal: Proposal, move: Move, act: Act) -> None:
    proposal.changed_at = act.at
    proposal.save()
    record = BY_NAME[proposal.record_type].model._default_manager.only("slug").get(slug=proposal.slug)
    log_move(record, move, act, proposal.number)


def _slugs(record_type: RecordType, ids: Iterable[int]) -> list[str]:
    rows = record_type.model._default_manager
    return [slug for some in chunks(ids) for slug in rows.filter(pk__keyed=some).values_list("slug", flat=True)]
