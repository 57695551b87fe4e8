"""Snapshots of a list in their order: what they say of listings, delistings and changes.

A list tells who stands on it on a day. That an entry is there and was not in the snapshot before means that it was
listed on some day in between; the record says so with both days as its bounds (EDTF), unless the list states a day
between them. An entry that comes back is listed again: another designation of the same actor. What a list says in
words, such as its reasons, is in the designation: of an actor that several lists name each keeps its own text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import orjson

from sanctions.importers.base import FIXED, Contribution, Entry, Fault, Files, Listing, PublishedList
from sanctions.importers.citing import Citing, slug_of
from sanctions.importers.listing_days import ListingDays, SnapshotEvidence, stated_remark
from sanctions.importers.strict import Fields
from sanctions.models import Designation, Imported
from sanctions.models.fields import longest
from sanctions.records.actors import ACTOR
from sanctions.records.base import CITATIONS, Document
from sanctions.records.designations import DESIGNATION
from sanctions.records.programs import PROGRAM
from sanctions.vocabulary import ParticularKind, RelationshipKind

#: Characters of a name in a slug: what makes it unique comes after it.
_NAMED: Final = 80
#: Characters of a listing in a slug: which time it is comes after it.
_LISTED: Final = 140
#: Characters that the remarks of a designation hold at most.
_REMARKS: Final = longest(Designation, "remarks")
#: Between what is listed and which time it is.
_BETWEEN: Final = "#"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A list on a day: its files, its entries, those that could not be read, and the snapshot before.

    ``unread_before`` are the entries that could not be read then. What is found wrong is added to ``faults``.
    """

    source: PublishedList
    as_of: date
    before: date | None
    files: Files
    entries: Sequence[Entry]
    unread: frozenset[str]
    unread_before: frozenset[str]
    faults: list[Fault]


def contributions(snapshot: Snapshot) -> Iterator[Contribution]:
    """Yield what a snapshot says of records, those that others refer to first."""
    return _Reading(snapshot).all()


class _Reading:
    """One snapshot on its way into documents."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot, self.source = snapshot, snapshot.source
        tags = dict.fromkeys(one.program for entry in snapshot.entries for one in entry.listings if one.program)
        self.programs = {tag: slug_of(self.source.abbreviation, tag) for tag in tags}
        publisher = str(self.source.publisher["name"])
        self.citing = Citing(self.source.name, self.source.title, publisher, snapshot.files, snapshot.as_of)
        self.actors = {entry.key: self._actor_slug(entry) for entry in snapshot.entries}
        #: What an entry is called → its actor; nothing if several are called so.
        self.called: dict[str, str] = {}
        for entry in snapshot.entries:
            name = str(entry.actor["name"]).casefold()
            self.called[name] = "" if name in self.called else self.actors[entry.key]

    def all(self) -> Iterator[Contribution]:
        """Yield the files, the publisher, the programs, the actors, the designations."""
        yield from self.citing.contributions()
        yield self._publisher()
        yield from map(self._program, self.programs)
        yield from map(self._actor, self.snapshot.entries)
        yield from _Spells(self.snapshot, self.citing, self.actors, self.programs).all()

    # --- What all records rest on

    def _publisher(self) -> Contribution:
        document = {**self.source.publisher, CITATIONS.name: [self.citing.cite()]}
        return Contribution(f"{FIXED}actor/{document['slug']}", ACTOR, document, self.source.title)

    def _program(self, tag: str) -> Contribution:
        document = {
            "slug": self.programs[tag],
            "name": tag,
            "identifiers": [{"scheme": str(self.source.program_scheme), "value": tag}],
            "issuer": self.source.publisher["slug"],
            "list_name": self.source.title,
            CITATIONS.name: [self.citing.cite()],
        }
        return Contribution(f"{FIXED}program/{tag}"[:200], PROGRAM, document, self.source.title)

    # --- Actors

    def _actor_slug(self, entry: Entry) -> str:
        name = slug_of(str(entry.actor["name"]))[:_NAMED].strip("-")
        return "-".join(filter(None, (name, slug_of(self.source.abbreviation, entry.key))))

    def _actor(self, entry: Entry) -> Contribution:
        slug = self.actors[entry.key]
        # What the list says in words stands with its listings.
        told = {name: value for name, value in entry.actor.items() if name != "summary" or not entry.listings}
        document: Document = {"slug": slug, **told}
        linked, named = [], []
        for name in entry.links:
            to = self.called.get(name.casefold(), "")
            if to and to != slug:
                linked.append({"kind": str(RelationshipKind.LINKED_TO), "to": to})
            else:
                named.append({"kind": str(ParticularKind.LINKED_TO), "text": name})
        if linked:
            document["relationships"] = linked
        if named:
            document["particulars"] = [*document.get("particulars", ()), *named]
        cited = [
            self.citing.cite(one.role, one.field, one.pinpoint) for one in entry.cited if self.citing.knows(one.role)
        ]
        document[CITATIONS.name] = cited or [self.citing.cite()]
        return Contribution(f"actor/{entry.key}", ACTOR, document, entry.place)


class _Spells:
    """The designations of a list: each the spell of one entry under one program, from its listing to its delisting."""

    def __init__(
        self, snapshot: Snapshot, citing: Citing, actors: Mapping[str, str], programs: Mapping[str, str]
    ) -> None:
        self.snapshot, self.source, self.citing = snapshot, snapshot.source, citing
        self.actors, self.programs = actors, programs
        self.days = ListingDays(self.source.name, snapshot.as_of, snapshot.before, snapshot.unread_before)
        #: Entry and program → what was said of each spell so far, in their order.
        self.known: dict[str, list[Document]] = defaultdict(list)
        rows = Imported.objects.filter(source=self.source.name, record_type=DESIGNATION.name).order_by()
        told = rows.values_list("key", "slug", "document").iterator()
        for (listing, _), slug, document in sorted((_spell(key), slug, document) for key, slug, document in told):
            self.known[listing].append({**orjson.loads(document), "slug": slug})

    def all(self) -> Iterator[Contribution]:
        """Yield every spell of which the snapshot says something: those that go on, begin, and end."""
        there: set[str] = set()
        for entry in self.snapshot.entries:
            for listing in entry.listings:
                key = _listing_key(entry.key, listing.program)
                there.add(key)
                yield self._standing(key, entry, listing)
        for key, spells in self.known.items():
            number = key.partition("/")[2].rpartition("/")[0]
            if key not in there and number not in self.snapshot.unread and "delisted_on" not in spells[-1]:
                yield self._ended(key, number, spells)

    def _standing(self, key: str, entry: Entry, listing: Listing) -> Contribution:
        spells = self.known.get(key, [])
        goes_on = bool(spells) and "delisted_on" not in spells[-1]
        number = len(spells) if goes_on else len(spells) + 1
        listed_on, remark = self._listed_on(entry, listing, spells, goes_on=goes_on)
        document: Document = {
            "slug": spells[-1]["slug"] if goes_on else self._slug(entry, listing, number),
            "actor": self.actors[entry.key],
            "program": self.programs[listing.program] if listing.program else "",
            "list_name": self.source.title,
            "entry_id": entry.key,
            "listed_on": listed_on,
            "remarks": self._remarks(entry, remark, listing.remarks, str(entry.actor.get("summary", ""))),
            CITATIONS.name: [self.citing.cite(pinpoint=entry.cited[0].pinpoint if entry.cited else "")],
        }
        if goes_on:
            # What told of the listing goes on telling of it.
            document[CITATIONS.name] = _both(self._first(spells[-1]), document[CITATIONS.name])
        return self._contribution(key, number, {name: value for name, value in document.items() if value}, entry.place)

    def _slug(self, entry: Entry, listing: Listing, number: int) -> str:
        wanted = slug_of(self.source.name, entry.key, listing.program)[:_LISTED].strip("-")
        return wanted + (f"-{number}" if number > 1 else "")

    def _listed_on(
        self, entry: Entry, listing: Listing, spells: Sequence[Document], *, goes_on: bool
    ) -> tuple[str, str]:
        """Return when a listing began, and a remark on the day that the list states if it cannot have begun then."""
        stated = listing.listed_on
        if not goes_on:
            evidence: SnapshotEvidence | None = self.days.beginning_now(entry.key)
        elif not stated:
            return str(spells[-1].get("listed_on", "")), ""
        elif (kept := self._kept(stated, spells)) is not None:
            return kept
        else:
            evidence = self.days.beginning_of(entry.key, spells)
        if evidence is None:
            # Its first snapshot is not known any more: of a first listing the list is believed.
            return (stated, "") if len(spells) == 1 else (str(spells[-1].get("listed_on", "")), stated_remark(stated))
        if not stated:
            return evidence.text, ""
        return (stated, "") if evidence.allows(stated) else (evidence.text, stated_remark(stated))

    def _kept(self, stated: str, spells: Sequence[Document]) -> tuple[str, str] | None:
        """Return what was said of the beginning of a listing that goes on, if the list states the same day as then."""
        last, remark = spells[-1], stated_remark(stated)
        if remark in str(last.get("remarks", "")).split("\n"):
            return str(last.get("listed_on", "")), remark
        return (stated, "") if len(spells) == 1 and last.get("listed_on") == stated else None

    def _remarks(self, entry: Entry, *texts: str) -> str:
        """Return what the list says in words of an entry and its listing, each paragraph once."""
        kept: list[str] = []
        length = 0
        for paragraph in dict.fromkeys(line for text in texts for line in text.split("\n") if line):
            length += len(paragraph) + 1
            if length > _REMARKS:
                message = f"With this the remarks would have more than {_REMARKS:,} characters. It was left out."
                Fields({}, entry.place, self.snapshot.faults).fault("remarks", paragraph, message)
                length -= len(paragraph) + 1
            else:
                kept.append(paragraph)
        return "\n".join(kept)

    def _first(self, spell: Document) -> list[Document]:
        return list(spell.get(CITATIONS.name, []))[:1]

    def _ended(self, key: str, entry: str, spells: Sequence[Document]) -> Contribution:
        cited = self.citing.cite(field="delisted_on")
        document = {
            **spells[-1],
            "delisted_on": SnapshotEvidence(self.days.last_read(entry), self.snapshot.as_of).text,
            CITATIONS.name: _both(spells[-1].get(CITATIONS.name, []), [cited]),
        }
        place = f"{self.snapshot.files[self.citing.main].name}: no longer there"
        return self._contribution(key, len(spells), document, place)

    def _contribution(self, key: str, number: int, document: Document, place: str) -> Contribution:
        return Contribution(f"{key}{_BETWEEN}{number}", DESIGNATION, document, place)


def _listing_key(entry: str, program: str) -> str:
    return f"listing/{entry}/{program.replace('/', '|').replace(_BETWEEN, '|')}"


def _spell(key: str) -> tuple[str, int]:
    listing, _, number = key.rpartition(_BETWEEN)
    return listing, int(number)


def _both(first: Iterable[Document], then: Iterable[Document]) -> list[Any]:
    """Return citations of both, each once; of one field by one source there is one."""
    return list({(row["source"], row.get("field", "")): row for row in (*first, *then)}.values())
