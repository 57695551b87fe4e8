"""Moves of many records at once.

:func:`moves_in_bulk` moves each record in its own transaction, so that one rejection does not stop the others.
:func:`write_drafts` and :func:`write_public` write all documents or none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db import DatabaseError, models

from sanctions.database.bulk_writes import FEW, without_collecting
from sanctions.editorial.authors import Authors, add_authors, author_of, authors_of_all, replace_authors
from sanctions.editorial.move_table import PUBLISH, REPLACE
from sanctions.editorial.permissions import may_add, may_edit, may_publish_kind
from sanctions.editorial.procedure import (
    batch,
    document_fingerprint,
    lock_record,
    log_moves,
    move_transaction,
    require_approver,
    require_fingerprint,
    require_same_slug,
    require_sources,
    require_start,
)
from sanctions.exceptions import InvalidDocument, InvalidReason, MoveRefused, NotPermitted
from sanctions.ledger.history import Keys, keep_history
from sanctions.ledger.precedence import parents_first
from sanctions.ledger.versions import Act, append
from sanctions.loading.documents import Incoming, SaveReport, find_obstacles, save_documents
from sanctions.models import Record
from sanctions.projections.renderings import Progress, render_with_dependents
from sanctions.records.base import Document, RecordType
from sanctions.records.citation_support import unsourced
from sanctions.records.encode import chunks, encode_many
from sanctions.records.registry import type_of
from sanctions.vocabulary import State

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

Moved = TypeVar("Moved")


@dataclass(frozen=True, slots=True)
class Result(Generic[Moved]):
    """The result of the move of one item: whether it was made; if not, why."""

    item: Moved
    done: bool
    why: str = ""


@dataclass(slots=True)
class Results(Generic[Moved]):
    """The result for each item, and the number of the batch in the log; ``None`` if no move was made."""

    results: list[Result[Moved]] = field(default_factory=list)
    number: int | None = None

    @property
    def done(self) -> list[Result[Moved]]:
        return [result for result in self.results if result.done]

    @property
    def refused(self) -> list[Result[Moved]]:
        return [result for result in self.results if not result.done]


def no_arguments(item: Any) -> Mapping[str, str]:
    """Pass no further arguments to the move of an item."""
    return {}


def moves_in_bulk(
    items: Iterable[Moved],
    move: Callable[..., object],
    act: Act,
    *,
    arguments_of: Callable[[Moved], Mapping[str, str]] = no_arguments,
) -> Results[Moved]:
    """Make a move of each of many records, or proposals, in one batch of the log.

    Each move has its own transaction: one that is rejected does not stop the others. ``arguments_of`` returns further
    arguments of the move for an item, such as ``expected``, the fingerprint of a record as it was seen.
    """
    report: Results[Moved] = Results()
    with batch() as logged:
        for item in items:
            try:
                move(item, act, **arguments_of(item))
            except (MoveRefused, InvalidDocument) as refusal:
                report.results.append(Result(item, done=False, why=str(refusal)))
            except models.ProtectedError:
                report.results.append(Result(item, done=False, why="Another record refers to it."))
            except DatabaseError:
                report.results.append(Result(item, done=False, why="The database rejected it."))
            else:
                report.results.append(Result(item, done=True))
    report.number = logged.number
    return report


def fingerprints(records: Sequence[Record]) -> dict[int, str]:
    """Return the fingerprints of records of one kind by primary key, as ``procedure.fingerprint`` does for one."""
    if not records:
        return {}
    return {
        pk: document_fingerprint(state, document)
        for pk, (state, document) in states_and_documents(type_of(records[0]), [row.pk for row in records]).items()
    }


def states_and_documents(record_type: RecordType, ids: Sequence[int]) -> dict[int, tuple[str, Document]]:
    """Return the states and documents of records by primary key."""
    documents = encode_many(record_type, ids)
    states: dict[int, str] = {}
    for keys in chunks(ids):
        states.update(record_type.model._default_manager.filter(pk__in=keys).values_list("pk", "state"))
    return {pk: (states[pk], document) for pk, document in documents.items()}


# --- Publishing ---------------------------------------------------------------------------------


def publish_together(
    records: Iterable[Record], act: Act, *, expected: Mapping[int, str] | None = None
) -> Results[Record]:
    """Publish many records in review of one kind, in one transaction and one batch of the log.

    The rules of :func:`sanctions.editorial.moves.publish` hold for each record; one that is rejected does not stop the
    others. All versions get the same instant in the ledger, parents before children. ``expected`` has the fingerprints
    of the records as they were seen, by primary key. Records of several kinds are a :class:`ValueError`.
    """
    records = list(records)
    if len({type(record) for record in records}) > 1:
        raise ValueError("Records of one kind are published together.")
    refused: dict[int, str] = {}
    with without_collecting() if len(records) > FEW else nullcontext(), batch() as logged:
        try:
            with move_transaction(PUBLISH, act) as act:
                known = _lock(records)
                authors = authors_of_all(records)
                for record in records:
                    try:
                        _require_seen_as(record, known.get(record.pk), (expected or {}).get(record.pk, ""))
                        require_approver(record, act.account, authors[record.pk])
                        require_sources(record, known[record.pk][1])
                    except MoveRefused as refusal:
                        refused[record.pk] = str(refusal)
                ready = [record for record in records if record.pk not in refused]
                if ready:
                    _publish(ready, {pk: document for pk, (_, document) in known.items()}, act, authors)
        except InvalidReason as refusal:
            refused = {record.pk: str(refusal) for record in records}
    results = [Result(record, record.pk not in refused, refused.get(record.pk, "")) for record in records]
    return Results(results, logged.number)


def _lock(records: Sequence[Record]) -> dict[int, tuple[str, Document]]:
    """Lock records as ``procedure.lock_record`` does; return their states and documents by primary key."""
    if not records:
        return {}
    by_key, model = {record.pk: record for record in records}, type(records[0])
    for keys in chunks(by_key):
        rows = model._default_manager.filter(pk__keyed=keys).select_for_update(of=("self",)).order_by()
        for row in rows.select_related("author", "approver").defer("rendering"):
            record = by_key[row.pk]
            record.slug, record.state, record.author, record.approver = row.slug, row.state, row.author, row.approver
    return states_and_documents(type_of(records[0]), list(by_key))


def _require_seen_as(record: Record, known: tuple[str, Document] | None, expected: str) -> None:
    """Reject a record that was deleted, was changed since it was seen, or is in another state."""
    if known is None:
        raise MoveRefused(f"{record.slug} was deleted.")
    require_fingerprint(record, expected, *known)
    require_start(record, PUBLISH)


def _publish(
    records: Sequence[Record], documents: Mapping[int, Document], act: Act, authors: Mapping[int, Authors]
) -> None:
    model, record_type = type(records[0]), type_of(records[0])
    now: dict[str, Any] = {"state": PUBLISH.end, "approver": act.account}
    for keys in chunks(record.pk for record in records):
        model._default_manager.filter(pk__keyed=keys).update(**now)
    for record in records:
        for name, value in now.items():
            setattr(record, name, value)
    names = {record.slug: authors[record.pk].in_ledger for record in records}
    append(record_type, parents_first(record_type, [documents[record.pk] for record in records]), act, authors=names)
    render_with_dependents(records, act.at)
    log_moves(records, PUBLISH.move, act)


# --- Drafts -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Draft:
    """A document to write: a new record, or the new content of an existing one.

    ``expected`` is the fingerprint of the record as it was seen. ``returns`` marks a record that was retracted when the
    import that had created it was undone: it is written as if it were new.
    """

    record_type: RecordType
    document: Document
    record: Record | None = None
    expected: str = ""
    returns: bool = False

    @property
    def slug(self) -> str:
        return str(self.document["slug"])


def write_drafts(
    drafts: Sequence[Draft], act: Act, *, progress: Progress = lambda _: None, is_rehearsal: bool = False
) -> None:
    """Write all documents as drafts, or none; new ones may refer to each other in any order.

    :class:`InvalidDocument` lists every fault; :class:`Stale` if a record changed since it was seen. Each record is
    logged as saved, as in ``moves.create`` and ``moves.rewrite``. The caller rolls back a rehearsal.
    """
    with move_transaction(REPLACE, act) as act:
        for draft in drafts:
            if draft.record is not None:
                lock_record(draft.record)
            _require_writable(draft, act.account)
        _require_unchanged(drafts)
        save_documents(list(map(_as_draft, drafts)), act, progress, is_rehearsal=is_rehearsal)
        written: dict[type[Record], dict[str, Record]] = defaultdict(dict)
        for model, slugs in _slugs_by_model(drafts).items():
            for several in chunks(slugs):
                rows = model._default_manager.filter(slug__in=several)
                rows.update(approver=None)
                rows.filter(author__isnull=True).update(author=act.account)
                written[model].update((row.slug, row) for row in rows.only("slug"))
            add_authors(written[model].values(), [author_of(act.account)], act.at)
        records: Keys = {model: [row.pk for row in rows.values()] for model, rows in written.items()}
        keep_history(act.at, records=records, rows={})
        log_moves([written[draft.record_type.model][draft.slug] for draft in drafts], REPLACE.move, act)


def check_drafts(drafts: Sequence[Draft], by: AbstractBaseUser, *, is_public: bool) -> None:
    """Raise the errors of :func:`write_public` or :func:`write_drafts` that can be found without writing anything.

    Takes no lock. Does not find what only constraints of the database reject.
    """
    if is_public:
        _require_publishable(drafts, by)
    else:
        for draft in drafts:
            _require_writable(draft, by)
    _require_unchanged(drafts)
    if problems := find_obstacles([_as_public(draft) if is_public else _as_draft(draft) for draft in drafts]):
        raise InvalidDocument(problems)


def _as_draft(draft: Draft) -> Incoming:
    state = State(draft.record.state) if draft.record and not draft.returns else State.DRAFT
    return Incoming(draft.record_type, draft.document, state)


def _as_public(draft: Draft) -> Incoming:
    return Incoming(draft.record_type, draft.document)


def _require_writable(draft: Draft, by: AbstractBaseUser) -> None:
    name = draft.record_type.name
    if (draft.record is None or draft.returns) and not may_add(by, draft.record_type.model):
        raise MoveRefused(f"{by} may not add records of the kind {name}.")
    if draft.record is None:
        return
    require_same_slug(draft.record, draft.document)
    if not draft.returns and not may_edit(by, draft.record):
        raise MoveRefused(f"{by} may not change {draft.slug}, which is {draft.record.get_state_display()}.")


def _require_unchanged(drafts: Sequence[Draft]) -> None:
    """Reject drafts of new records that exist by now, and of records that changed since they were seen."""
    for model, slugs in _slugs_by_model([draft for draft in drafts if draft.record is None]).items():
        for several in chunks(slugs):
            if taken := model._default_manager.filter(slug__in=several).values_list("slug", flat=True).first():
                raise MoveRefused(f"A record with the slug {taken!r} exists already. Nothing was written.")
    seen = [draft for draft in drafts if draft.record is not None and draft.expected]
    for record_type in {draft.record_type.name: draft.record_type for draft in seen}.values():
        expected = {
            draft.record.pk: (draft.record, draft.expected)
            for draft in seen
            if draft.record and draft.record_type is record_type
        }
        for pk, known in states_and_documents(record_type, list(expected)).items():
            require_fingerprint(*expected[pk], *known)


def _slugs_by_model(drafts: Iterable[Draft]) -> dict[type[Record], list[str]]:
    slugs: dict[type[Record], list[str]] = defaultdict(list)
    for draft in drafts:
        slugs[draft.record_type.model].append(draft.slug)
    return slugs


# --- Imports ------------------------------------------------------------------------------------


def write_public(
    drafts: Sequence[Draft], act: Act, *, progress: Progress = lambda _: None, is_rehearsal: bool = False
) -> SaveReport:
    """Write the documents of a source as public records, new or existing, all or nothing.

    Needs the permission to publish each kind of record. The user approves alone: no person wrote the documents, so the
    records have no author. :class:`MoveRefused` without the permission or without a source; :class:`InvalidDocument`
    lists every fault; :class:`Stale` if a record changed since it was seen. The caller rolls back a rehearsal.
    """
    with move_transaction(PUBLISH, act) as act:
        types = _require_publishable(drafts, act.account)
        _require_unchanged(drafts)
        for record_type in types:
            # Imported content has no author here, even if the same account imported it as drafts before.
            slugs = [draft.slug for draft in drafts if draft.record_type is record_type]
            replace_authors(record_type.name, dict.fromkeys(slugs, ()), act.at)
        report = save_documents(list(map(_as_public, drafts)), act, progress, is_rehearsal=is_rehearsal)
        for record_type in types:
            model = record_type.model
            written = [*report.created[record_type.name], *report.changed[record_type.name]]
            for several in chunks(written):
                rows = model._default_manager.filter(slug__in=several)
                rows.update(author=None, approver=act.account)
                log_moves(list(rows.only("slug")), PUBLISH.move, act)
    return report


def _require_publishable(drafts: Sequence[Draft], by: AbstractBaseUser) -> list[RecordType]:
    """Reject kinds of records that the user may not publish, and records without a source; return the kinds."""
    types = list(dict.fromkeys(draft.record_type for draft in drafts))
    for record_type in types:
        if not may_publish_kind(by, record_type.model):
            raise NotPermitted(f"{by} may not publish records of the kind {record_type.name}.")
    for draft in drafts:
        if unsourced(draft.record_type, draft.document):
            raise MoveRefused(f"{draft.slug} cites no source. Only records with a source can be public.")
    return types
