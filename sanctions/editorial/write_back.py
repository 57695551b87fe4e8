"""Restore the former content of many records in one transaction: correct, retract or delete them together.

The undo of an import uses it. Public records are corrected by two people; the caller has checked the permissions.
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
    """The former content of a record, with its state, its owner and its authors at that time."""

    record_type: RecordType
    slug: str
    document: Document
    state: State
    author_id: int | None
    authors: tuple[Author, ...]
    was_public: bool

    @property
    def move(self) -> Move:
        """The move that the log lists."""
        if self.state == State.PUBLISHED:
            return Move.PUBLISHED
        return Move.RETRACTED if self.was_public else Move.SAVED


def write_former(
    formers: Sequence[Former], author: AbstractBaseUser, act: Act, progress: Progress = lambda _: None
) -> None:
    """Write the former content of records; :class:`InvalidDocument` lists every record that cannot be written.

    A public record gets a correction by ``author``, who asked for it; ``act.by`` approves it. A record that was public
    and becomes a draft again gets a retraction, and its former authors.
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
        for several in chunks(slugs):
            rows = record_type.model._default_manager.filter(slug__in=several)
            rows.update(author=author_id, approver=approver)
            records = list(rows.only("slug"))
            written[record_type.model] += [record.pk for record in records]
            log_moves(records, move, act)
    keep_history(act.at, records=written, rows={})


def retract_together(records: Keys, act: Act, progress: Progress = lambda _: None) -> None:
    """Retract public records, each before the records that it refers to."""
    act = replace(act, kind=VersionKind.RETRACTION)
    written: dict[type[Any], set[int]] = {}
    for record_type in reversed(types_parents_first()):
        ids = records.get(record_type, ())
        for several in chunks(ids):
            rows = record_type.model._default_manager.filter(pk__keyed=several)
            rows.update(state=State.RETRACTED)
            log_moves(list(rows.only("slug").order_by("slug")), Move.RETRACTED, act)
        documents = parents_first(record_type, current_documents(record_type, _slugs(record_type, ids)))
        append(record_type, documents[::-1], act)
        if ids:
            written[record_type.model] = set(ids)
    render_written(written, act.at, progress=progress)


def delete_together(records: Keys, act: Act) -> None:
    """Delete drafts that were never public and that no other record refers to; their rows in history end."""
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
    """Withdraw open proposals."""
    for proposal in proposals:
        proposal.state = ProposalState.WITHDRAWN
        _log_proposal(proposal, Move.WITHDRAWN, act)


def reword_proposals(proposals: Iterable[tuple[Proposal, Mapping[str, str]]], act: Act) -> None:
    """Restore the former values of open proposals."""
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
    return [slug for keys in chunks(ids) for slug in rows.filter(pk__keyed=keys).values_list("slug", flat=True)]
