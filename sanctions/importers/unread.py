"""What of a list could not be read: there what the source said before stands, and nothing ends.

An entry of which a field is damaged is used all the same. The rows of a kind of which one could not be read are joined
with those that the source had before; a kind or name that could not be read stays what it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

import orjson

from sanctions.importers.base import PROGRAMS, Entry, Reading
from sanctions.models import Imported
from sanctions.records.actors import ACTOR
from sanctions.records.base import Document
from sanctions.records.designations import DESIGNATION
from sanctions.records.encode import chunks
from sanctions.vocabulary import ActorKind

_ACTOR: Final = "actor/"
_LISTING: Final = "listing/"
_DELISTED: Final = "delisted_on"


def with_what_was_said(source: str, entries: Sequence[Entry]) -> list[Entry]:
    """Return entries with what the source said before in the place of what could not be read."""
    before = _actors(source, [entry.key for entry in entries if entry.unread])
    listed = _listed(source, [entry.key for entry in entries if PROGRAMS in entry.unread])
    return [_completed(entry, before.get(entry.key, {}), listed) if entry.unread else entry for entry in entries]


def unread_ids(source: str, reading: Reading, entries: Iterable[Entry]) -> frozenset[str]:
    """Return the ids of entries whose listings must not end: they are in the files, and not or not wholly read.

    An entry without an id is any one of its name that is not in the files; one with neither is any one at all.
    """
    present = {entry.key for entry in entries}
    unread = reading.unread | {entry.key for entry in entries if PROGRAMS in entry.unread}
    names = {name.casefold() for name in reading.unidentified}
    if not names:
        return frozenset(unread)
    rows = Imported.objects.filter(source=source, record_type=ACTOR.name, key__startswith=_ACTOR).order_by()
    for key, text in rows.values_list("key", "document").iterator():
        entry = key.removeprefix(_ACTOR)
        if entry not in present and ("" in names or str(orjson.loads(text).get("name", "")).casefold() in names):
            unread.add(entry)
    return frozenset(unread)


def _actors(source: str, ids: Iterable[str]) -> dict[str, Document]:
    found: dict[str, Document] = {}
    for some in chunks(f"{_ACTOR}{one}" for one in ids):
        rows = Imported.objects.filter(source=source, key__in=some).values_list("key", "document")
        found.update((key.removeprefix(_ACTOR), orjson.loads(text)) for key, text in rows)
    return found


def _listed(source: str, ids: Sequence[str]) -> set[str]:
    """Return which of the entries are on the list by what the source said before."""
    if not ids:
        return set()
    wanted, entries_of = set(ids), set[str]()
    rows = Imported.objects.filter(source=source, record_type=DESIGNATION.name).order_by()
    for key, text in rows.values_list("key", "document").iterator():
        entry = key.removeprefix(_LISTING).rpartition("/")[0]
        if entry in wanted and _DELISTED not in orjson.loads(text):
            entries_of.add(entry)
    return entries_of


def _completed(entry: Entry, before: Document, listed: set[str]) -> Entry:
    actor: Document = {"kind": str(before.get("kind") or ActorKind.ENTITY), **entry.actor}
    for key in entry.unread & before.keys():
        value = before[key]
        actor[key] = _joined(actor.get(key, []), value) if isinstance(value, list) else value
    listings = entry.listings
    if PROGRAMS in entry.unread and entry.key in listed:
        # Under which programs it is listed is known from before.
        listings = tuple(one for one in listings if one.program)
    return replace(entry, actor=actor, listings=listings)


def _joined(rows: Sequence[Any], before: Sequence[Any]) -> list[Any]:
    return [*rows, *(row for row in before if row not in rows)]
