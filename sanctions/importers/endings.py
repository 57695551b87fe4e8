"""What would end by an import: what the source said with its last snapshot, and does not say with this one.

A file that is cut off, filtered, or of another list looks like a list from which nearly everybody was taken off. So a
large number of endings is written only when somebody has named the number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from sanctions.exceptions import EndingsNotAccepted
from sanctions.importers.base import FIXED
from sanctions.importers.plan import Fate, Plan
from sanctions.models import Imported
from sanctions.records.actors import ACTOR
from sanctions.records.base import CITATIONS, Document
from sanctions.records.designations import DESIGNATION
from sanctions.records.encode import chunks
from sanctions.vocabulary import ParticularKind

#: Endings at once that need nobody's word: as many, or as large a share of what the last snapshot had. Real lists ended
#: at most 2.6 % of their listings from one snapshot to the next.
MOST: Final = 20
MOST_SHARE: Final = 0.05
#: Endings of one kind that a report names.
_NAMED: Final = 20
_LISTINGS: Final = "listings"
_ADDRESSES: Final = "addresses"
_OTHER_PARTICULARS: Final = "other particulars"
_DELISTED: Final = "delisted_on"
#: By which columns a row is the same row in two snapshots; a row of another kind is the same if it is equal.
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
    """How many rows of one kind would end, of how many that the last snapshot had, and some of them by name."""

    kind: str
    ended: int
    of: int
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Endings:
    """What would end by an import, by kind. Nothing is counted where it is too little to matter."""

    kinds: tuple[EndingsOfKind, ...] = ()

    @property
    def total(self) -> int:
        """The number that must be accepted."""
        return sum(one.ended for one in self.kinds)

    @property
    def are_too_many(self) -> bool:
        """Whether the number must be accepted: of one kind, or of all together."""
        of = sum(one.of for one in self.kinds)
        return _is_much(self.total, of) or any(_is_much(one.ended, one.of) for one in self.kinds)

    @property
    def sentence(self) -> str:
        """The endings by kind, in words."""
        return ", ".join(f"{one.ended:,} of {one.of:,} {one.kind}" for one in self.kinds if one.ended)

    def demand(self, accepted: int | None) -> None:
        """Raise :class:`EndingsNotAccepted` unless the endings are few, or exactly as many as were accepted."""
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


def endings_of(source: str, plan: Plan) -> Endings:
    """Return what would end if a plan were carried out, compared with what the source itself said last."""
    restated = [item for item in plan.items if item.is_said_anew and item.fate not in (Fate.NEW, Fate.LEFT)]
    restated = [item for item in restated if not item.key.startswith(FIXED)]
    said_before = _said_before(source, (item.key for item in restated))
    named: dict[str, list[str]] = {}
    delisted: Counter[str] = Counter()
    for item in restated:
        before = said_before.get(item.key)
        if before is None:
            continue
        if item.record_type is DESIGNATION:
            if _DELISTED in item.said and _DELISTED not in before:
                named.setdefault(_LISTINGS, []).append(_listing_name(item.said))
                delisted[_entry_of(item.key)] += 1
            continue
        for kind, name in _ended_rows(before, item.said):
            named.setdefault(kind, []).append(f"{item.slug}: {name}")
    if delisted or sum(map(len, named.values())) > MOST:
        return _counted(source, named, delisted)
    return Endings()


def _counted(source: str, named: dict[str, list[str]], delisted: Mapping[str, int]) -> Endings:
    """Count what the last snapshot had. What was said of an entry that has left the list ends with its listings."""
    before: Counter[str] = Counter()
    listed: Counter[str] = Counter()
    actors: dict[str, list[tuple[str, str]]] = {}
    rows = Imported.objects.filter(source=source).exclude(key__startswith=FIXED).order_by("key")
    for key, noun, slug, text in rows.values_list("key", "record_type", "slug", "document").iterator():
        document = orjson.loads(text)
        if noun == DESIGNATION.name:
            listed[_entry_of(key)] += _DELISTED not in document
        elif noun == ACTOR.name:
            actors[_entry_of(key)] = [(kind, f"{slug}: {name}") for kind, _, name in _rows(document)]
        else:
            before.update(kind for kind, _, _ in _rows(document))
    # Of entries that were not on the list any more the last snapshot said nothing.
    for entry, said in actors.items():
        if listed[entry]:
            before.update(kind for kind, _ in said)
        if listed[entry] and listed[entry] == delisted.get(entry):
            for kind, name in said:
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


def _said_before(source: str, keys: Iterable[str]) -> dict[str, Document]:
    found: dict[str, Document] = {}
    for some in chunks(keys):
        rows = Imported.objects.filter(source=source, key__in=some).values_list("key", "document")
        found.update((key, orjson.loads(document)) for key, document in rows)
    return found


def _ended_rows(before: Document, now: Document) -> Iterator[tuple[str, str]]:
    """Yield kind and name of the rows that a document had and has no longer. A name may become the actor's own."""
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


def _entry_of(key: str) -> str:
    """Return the id of the entry in a key such as ``actor/7`` or ``listing/7/SDGT#1``."""
    noun, _, rest = key.partition("/")
    return rest.rpartition("/")[0] if noun == "listing" else rest


def _listing_name(document: Document) -> str:
    return f"{document['actor']} ({document.get('program') or 'no program'})"


def _is_much(ended: int, of: int) -> bool:
    return ended > MOST and ended > MOST_SHARE * of
