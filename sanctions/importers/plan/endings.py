"""Find what an import would end: rows and listings of the previous snapshot that this one lacks.

A file that is cut off, filtered, or of another list looks like a list from which nearly all entries were removed. So a
large number of endings is written only if the user accepts exactly that number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from sanctions.exceptions import EndingsNotAccepted
from sanctions.importers.base import FIXED
from sanctions.importers.keys import entry_id_of
from sanctions.importers.memory import remembered_documents
from sanctions.importers.plan.items import Fate, ImportPlan
from sanctions.models import Imported
from sanctions.records.actors import ACTOR
from sanctions.records.base import CITATIONS, Document
from sanctions.records.designations import DESIGNATION
from sanctions.vocabulary import ParticularKind

#: Up to this many endings, or this share of the previous snapshot, need not be accepted. Real lists ended at most
#: 2.6 % of their listings from one snapshot to the next.
MOST: Final = 20
MOST_SHARE: Final = 0.05
#: Endings of one kind that a report lists by name.
_NAMED: Final = 20
_LISTINGS: Final = "listings"
_ADDRESSES: Final = "addresses"
_OTHER_PARTICULARS: Final = "other particulars"
_DELISTED: Final = "delisted_on"
#: Columns by which a row is recognised in another snapshot; rows of other keys must be equal.
_IDENTITIES: Final[Mapping[str, tuple[str, ...]]] = {
    "names": ("text",),
    "identifiers": ("scheme", "value"),
    "particulars": ("kind", "text"),
    "relationships": ("kind", "to"),
    "participations": ("actor", "role"),
    "effects": ("order", "verb"),
}


@dataclass(frozen=True, slots=True)
class EndingsOfKind:
    """The number of rows of one kind that would end, the number in the previous snapshot, and some of the names."""

    kind: str
    ended: int
    of: int
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Endings:
    """What an import would end, by kind. Empty where it is too little to be counted."""

    kinds: tuple[EndingsOfKind, ...] = ()

    @property
    def total(self) -> int:
        """The number of endings of all kinds, which the user must accept."""
        return sum(kind.ended for kind in self.kinds)

    @property
    def are_too_many(self) -> bool:
        """Whether the number must be accepted: because of one kind, or of all together."""
        of = sum(kind.of for kind in self.kinds)
        return _exceeds_limit(self.total, of) or any(_exceeds_limit(kind.ended, kind.of) for kind in self.kinds)

    @property
    def sentence(self) -> str:
        """The endings by kind, for people."""
        return ", ".join(f"{kind.ended:,} of {kind.of:,} {kind.kind}" for kind in self.kinds if kind.ended)

    def require_accepted(self, accepted: int | None) -> None:
        """Raise :class:`EndingsNotAccepted` unless the endings are few, or exactly the accepted number."""
        if self.are_too_many and accepted != self.total:
            given = f"; {accepted:,} were accepted" if accepted is not None else ""
            raise EndingsNotAccepted(
                f"{self.total:,} would end at once: {self.sentence}{given}. Is the file cut off or filtered, or is it "
                f"another list? Above {MOST_SHARE:.0%} and {MOST} of what the last snapshot had, nothing is written "
                f"unless exactly this number is accepted."
            )
        if not self.are_too_many and accepted is not None:
            raise EndingsNotAccepted(
                f"{accepted:,} endings were accepted, but this import has so few that none must be"
                f"{f' ({self.sentence})' if self.total else ''}. Import it without the number."
            )


def find_endings(source: str, plan: ImportPlan) -> Endings:
    """Return what a plan would end, compared with the source's own last statement."""
    restated = [item for item in plan.items if item.is_new_statement and item.fate not in (Fate.NEW, Fate.LEFT)]
    restated = [item for item in restated if not item.key.startswith(FIXED)]
    previous = remembered_documents(source, (item.key for item in restated))
    named: dict[str, list[str]] = {}
    delisted: Counter[str] = Counter()
    for item in restated:
        before = previous.get(item.key)
        if before is None:
            continue
        if item.record_type is DESIGNATION:
            if _DELISTED in item.source_document and _DELISTED not in before:
                named.setdefault(_LISTINGS, []).append(_listing_name(item.source_document))
                delisted[entry_id_of(item.key)] += 1
            continue
        for kind, name in _ended_rows(before, item.source_document):
            named.setdefault(kind, []).append(f"{item.slug}: {name}")
    if delisted or sum(map(len, named.values())) > MOST:
        return _counted(source, named, delisted)
    return Endings()


def _counted(source: str, named: dict[str, list[str]], delisted: Mapping[str, int]) -> Endings:
    """Count the rows of the previous snapshot. The rows of an entry that left the list end with its listings."""
    before: Counter[str] = Counter()
    listed: Counter[str] = Counter()
    actors: dict[str, list[tuple[str, str]]] = {}
    rows = Imported.objects.filter(source=source).exclude(key__startswith=FIXED).order_by("key")
    for key, noun, slug, text in rows.values_list("key", "record_type", "slug", "document").iterator():
        document = orjson.loads(text)
        if noun == DESIGNATION.name:
            listed[entry_id_of(key)] += _DELISTED not in document
        elif noun == ACTOR.name:
            actors[entry_id_of(key)] = [(kind, f"{slug}: {name}") for kind, _, name in _rows(document)]
        else:
            before.update(kind for kind, _, _ in _rows(document))
    # Entries that had left the list before are not part of the previous snapshot.
    for entry, rows_of_actor in actors.items():
        if listed[entry]:
            before.update(kind for kind, _ in rows_of_actor)
        if listed[entry] and listed[entry] == delisted.get(entry):
            for kind, name in rows_of_actor:
                named.setdefault(kind, []).append(name)
    before[_LISTINGS] = listed.total()
    return _by_kind(named, before)


def _by_kind(named: Mapping[str, list[str]], before: Mapping[str, int]) -> Endings:
    kinds = {*named, *(kind for kind, count in before.items() if count)}
    return Endings(
        tuple(
            EndingsOfKind(
                kind,
                len(named.get(kind, ())),
                max(before.get(kind, 0), len(named.get(kind, ()))),
                tuple(named.get(kind, ())[:_NAMED]),
            )
            for kind in sorted(kinds, key=lambda kind: (kind != _LISTINGS, kind))
        )
    )


def _ended_rows(before: Document, now: Document) -> Iterator[tuple[str, str]]:
    """Yield kind and name of the rows that a document has lost. A name that became the actor's own is not lost."""
    kept = {(key, identity) for key, identity, _ in _identified(now)}
    kept.add(("names", (str(now.get("name", "")),)))
    for key, identity, row in _identified(before):
        if (key, identity) not in kept:
            yield _kind(key, row), _name(identity)


def _rows(document: Document) -> Iterator[tuple[str, tuple[str, ...], str]]:
    for key, identity, row in _identified(document):
        yield _kind(key, row), identity, _name(identity)


def _identified(document: Document) -> Iterator[tuple[str, tuple[str, ...], Document]]:
    for key, value in document.items():
        if key == CITATIONS.name or not isinstance(value, list):
            continue
        for row in value:
            if isinstance(row, dict):
                yield key, tuple(str(row.get(column, "")) for column in _IDENTITIES.get(key, sorted(row))), row


def _kind(key: str, row: Mapping[str, Any]) -> str:
    if key != "particulars":
        return key
    return _ADDRESSES if row.get("kind") == ParticularKind.ADDRESS else _OTHER_PARTICULARS


def _name(identity: tuple[str, ...]) -> str:
    return " ".join(filter(None, identity))


def _listing_name(document: Document) -> str:
    return f"{document['actor']} ({document.get('program') or 'no program'})"


def _exceeds_limit(ended: int, of: int) -> bool:
    return ended > MOST and ended > MOST_SHARE * of
