"""Decide what becomes of each record whose seed has changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from sanctions.editorial import proposals
from sanctions.importers.seeds.items import HIDDEN, SEEDS, WITHOUT_TEXT, RecordKey, SeedItem, SeedOutcome
from sanctions.loading.documents import Incoming
from sanctions.models import LogEntry, Record, Seed, Version
from sanctions.records.base import Document, RecordType
from sanctions.records.diff import changes
from sanctions.records.encode import chunks, encode_many, normalise
from sanctions.records.registry import RECORD_TYPES
from sanctions.records.three_way import merge
from sanctions.vocabulary import Move, State


class _Row(NamedTuple):
    """The stored record of a seed."""

    pk: int
    state: State
    author: int | None
    approver: int | None


def previous_seeds(incoming: Sequence[Incoming]) -> dict[RecordKey, Incoming]:
    """Return the previous seed of each record; where none is stored, the ledger's last version without an author.

    Older releases had no :class:`Seed`: their seeds and fixtures wrote versions with neither author nor approver.
    """
    bases: dict[RecordKey, Incoming] = {}
    for record_type in RECORD_TYPES:
        slugs = [item.slug for item in incoming if item.record_type is record_type]
        for chunk in chunks(slugs):
            seeds = Seed.objects.filter(record_type=record_type.name, slug__in=chunk)
            for slug, document, state in seeds.values_list("slug", "document", "state"):
                bases[record_type.name, slug] = Incoming(record_type, orjson.loads(document), State(state))
        for chunk in chunks(slug for slug in slugs if (record_type.name, slug) not in bases):
            unsigned = Version.objects.filter(record_type=record_type.name, slug__in=chunk, author="", approver="")
            for slug, document in (
                unsigned.exclude(kind__in=WITHOUT_TEXT).order_by("number").values_list("slug", "document")
            ):
                bases[record_type.name, slug] = Incoming(record_type, orjson.loads(document))
    return bases


def decide(
    record_type: RecordType, items: Sequence[SeedItem], bases: Mapping[RecordKey, Incoming], *, is_first: bool
) -> None:
    """Set the outcome for records of one type whose seed has changed."""
    rows: dict[str, _Row] = {}
    for chunk in chunks(item.incoming.slug for item in items):
        stored = record_type.model._default_manager.filter(slug__in=chunk)
        for slug, pk, state, author, approver in stored.values_list("slug", "pk", "state", "author", "approver"):
            rows[slug] = _Row(pk, State(state), author, approver)
    deleted = _deleted(record_type, [item for item in items if item.incoming.slug not in rows], is_first=is_first)
    documents = encode_many(record_type, [row.pk for row in rows.values()])
    signed = _signed(record_type, rows)
    for item in items:
        row, base = rows.get(item.incoming.slug), bases.get(item.record_key)
        if row is None:
            if item.incoming.slug in deleted:
                # No reason here: all deleted records are listed together.
                item.leave("", remember=True)
            continue
        is_touched = item.incoming.slug in signed
        if base is None and not is_touched:
            # It was loaded before the ledger existed, and no user has changed it since.
            base = Incoming(record_type, documents[row.pk], row.state)
        item.base = normalise(record_type, base.document) if base else None
        is_touched |= base is None or item.base != documents[row.pk] or base.state != row.state
        _compare(item, row, documents[row.pk], is_touched=is_touched)


def _deleted(record_type: RecordType, items: Sequence[SeedItem], *, is_first: bool) -> set[str]:
    """Return the slugs of records that a user has deleted, by the memory of the seeds, or by the log at first."""
    slugs = [item.incoming.slug for item in items]
    deleted: set[str] = set()
    for chunk in chunks(slugs):
        if is_first:
            rows: Any = LogEntry.objects.filter(record_type=record_type.name, slug__in=chunk, move=Move.DELETED)
        else:
            rows = Seed.objects.filter(record_type=record_type.name, slug__in=chunk)
        deleted.update(rows.values_list("slug", flat=True))
    return deleted


def _signed(record_type: RecordType, rows: Mapping[str, _Row]) -> set[str]:
    """Return the slugs of the records whose text an account has written or approved.

    The last version with a text decides for public records, the row and the log for those that never were.
    """
    touched: set[str] = set()
    versioned: dict[str, bool] = {}
    for chunk in chunks(rows):
        versions = Version.objects.filter(record_type=record_type.name, slug__in=chunk).exclude(kind__in=WITHOUT_TEXT)
        for slug, author, approver in versions.order_by("number").values_list("slug", "author", "approver"):
            versioned[slug] = bool(author or approver)
        entries = LogEntry.objects.filter(record_type=record_type.name, slug__in=chunk).order_by()
        touched.update(entries.values_list("slug", flat=True).distinct())
    for slug, row in rows.items():
        if row.state == State.PUBLISHED and slug in versioned:
            (touched.add if versioned[slug] else touched.discard)(slug)
        elif row.author is not None or row.approver is not None:
            touched.add(slug)
    return touched


def _compare(item: SeedItem, row: _Row, document: Document, *, is_touched: bool) -> None:
    """Set the outcome for an existing record with this document."""
    wanted = normalise(item.incoming.record_type, item.incoming.document)
    if row.state in HIDDEN:
        item.leave("")
    elif document == wanted and row.state == item.incoming.state:
        item.outcome = SeedOutcome.SAME
    elif not is_touched:
        item.outcome = SeedOutcome.WRITTEN
    elif row.state == State.PUBLISHED:
        _merge_seed(item, row, document, wanted)
        if item.outcome == SeedOutcome.SAME and row.state != item.incoming.state and item.base == wanted:
            item.leave(_state_differs(item, row), remember=True)
    elif item.base == wanted:
        item.leave(_state_differs(item, row))
    else:
        item.leave("A user is working on this draft. Only public records can get a proposal.")


def _state_differs(item: SeedItem, row: _Row) -> str:
    return f"By the seeds it is {item.incoming.state.label}. It stays {row.state.label}, as a user has decided."


def _merge_seed(item: SeedItem, row: _Row, public: Document, wanted: Document) -> None:
    """Merge the seed into a public record that a user has touched, and set the outcome."""
    record_type = item.incoming.record_type
    waiting = proposals.open_for_source(_record(record_type, row.pk), SEEDS)
    theirs = proposals.merge_into_public(waiting, public).document if waiting else public
    base = {"slug": item.incoming.slug} if item.base is None else item.base
    merged = merge(record_type, base, theirs, wanted)
    if item.base is not None and merged.conflicts:
        # The reviewer of the proposal decides between the two. If the previous seed is not known, every difference
        # would be a conflict: then the seeds only add.
        merged = merge(record_type, base, theirs, wanted, dict.fromkeys(range(len(merged.conflicts)), "proposed"))
    item.proposed = normalise(record_type, merged.document)
    item.paths = tuple(change.path for change in changes(record_type, public, item.proposed))
    if item.proposed != public:
        item.outcome = SeedOutcome.PROPOSED
        if waiting and item.proposed == theirs:
            item.outcome = SeedOutcome.SAME
    elif waiting:
        item.outcome = SeedOutcome.PROPOSED
    elif merged.conflicts:
        places = ", ".join(conflict.path for conflict in merged.conflicts)
        item.leave(f"The record differs: {places}.", remember=True)
    else:
        item.outcome = SeedOutcome.SAME


def _record(record_type: RecordType, pk: int) -> Record:
    record: Record = record_type.model._default_manager.defer("rendering").get(pk=pk)
    return record
