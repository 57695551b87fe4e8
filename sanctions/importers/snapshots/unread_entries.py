"""Fill in what could not be read of a list from the previous snapshot, so that nothing ends by mistake.

An entry with a damaged field is still used. Where a row could not be read, the previous rows of its kind are kept next
to the new ones; a kind or name that could not be read keeps its previous value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

import orjson

from sanctions.importers.base import PROGRAMS, ListEntry, ParsedList
from sanctions.importers.keys import actor_key, entry_id_of
from sanctions.importers.memory import remembered_documents
from sanctions.models import Imported
from sanctions.records.actors import ACTOR
from sanctions.records.base import Document
from sanctions.records.designations import DESIGNATION
from sanctions.vocabulary import ActorKind

_DELISTED: Final = "delisted_on"


def fill_unread(source: str, entries: Sequence[ListEntry]) -> list[ListEntry]:
    """Return the entries with the previous statements in place of what could not be read."""
    previous = remembered_documents(source, [actor_key(entry.key) for entry in entries if entry.unread])
    listed = _listed(source, [entry.key for entry in entries if PROGRAMS in entry.unread])
    return [
        _completed(entry, previous.get(actor_key(entry.key), {}), listed) if entry.unread else entry
        for entry in entries
    ]


def unread_entry_ids(source: str, reading: ParsedList, entries: Iterable[ListEntry]) -> frozenset[str]:
    """Return the ids of entries whose listings must not end: they are in the files and were not fully read.

    An entry without an id may be any missing entry of its name; without a name too, it may be any missing entry.
    """
    present = {entry.key for entry in entries}
    unread = reading.unread | {entry.key for entry in entries if PROGRAMS in entry.unread}
    names = {name.casefold() for name in reading.unidentified}
    if not names:
        return frozenset(unread)
    rows = Imported.objects.filter(source=source, record_type=ACTOR.name, key__startswith=actor_key("")).order_by()
    for key, text in rows.values_list("key", "document").iterator():
        entry = entry_id_of(key)
        if entry not in present and ("" in names or str(orjson.loads(text).get("name", "")).casefold() in names):
            unread.add(entry)
    return frozenset(unread)


def _listed(source: str, ids: Sequence[str]) -> set[str]:
    """Return which of the entries were listed in the previous snapshot."""
    if not ids:
        return set()
    wanted, entries_of = set(ids), set[str]()
    rows = Imported.objects.filter(source=source, record_type=DESIGNATION.name).order_by()
    for key, text in rows.values_list("key", "document").iterator():
        entry = entry_id_of(key)
        if entry in wanted and _DELISTED not in orjson.loads(text):
            entries_of.add(entry)
    return entries_of


def _completed(entry: ListEntry, before: Document, listed: set[str]) -> ListEntry:
    actor: Document = {"kind": str(before.get("kind") or ActorKind.ENTITY), **entry.actor}
    for key in entry.unread & before.keys():
        value = before[key]
        actor[key] = _joined(actor.get(key, []), value) if isinstance(value, list) else value
    listings = entry.listings
    if PROGRAMS in entry.unread and entry.key in listed:
        # Its programs are known from the previous snapshot.
        listings = tuple(one for one in listings if one.program)
    return replace(entry, actor=actor, listings=listings)


def _joined(rows: Sequence[Any], before: Sequence[Any]) -> list[Any]:
    return [*rows, *(row for row in before if row not in rows)]
