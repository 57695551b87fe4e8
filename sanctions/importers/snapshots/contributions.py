"""Turn a snapshot of a list into contributions: files, publisher, programs and actors.

The text of a list, such as its reasons, belongs to the designation (:mod:`~sanctions.importers.snapshots.listings`):
where several lists name one actor, each keeps its own text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sanctions.importers.base import FIXED, Contribution, ListEntry
from sanctions.importers.keys import actor_key
from sanctions.importers.snapshots.citations import FileCitations, slug_of
from sanctions.importers.snapshots.listings import Listings
from sanctions.importers.snapshots.snapshot import Snapshot
from sanctions.records.actors import ACTOR
from sanctions.records.base import CITATIONS, Document
from sanctions.records.programs import PROGRAM
from sanctions.vocabulary import ParticularKind, RelationshipKind

#: Characters of a name in a slug. The id of the entry, which makes it unique, follows.
_NAMED: Final = 80


def build_contributions(snapshot: Snapshot) -> Iterator[Contribution]:
    """Yield the contributions of a snapshot, in an order in which records precede those that refer to them."""
    return _Contributions(snapshot).all()


class _Contributions:
    """Build the documents of one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot, self.source = snapshot, snapshot.source
        tags = dict.fromkeys(
            listing.program for entry in snapshot.entries for listing in entry.listings if listing.program
        )
        self.programs = {tag: slug_of(self.source.abbreviation, tag) for tag in tags}
        publisher = str(self.source.publisher["name"])
        self.citing = FileCitations(self.source.name, self.source.title, publisher, snapshot.files, snapshot.as_of)
        self.actors = {entry.key: self._actor_slug(entry) for entry in snapshot.entries}
        #: Name of an entry → its actor; empty if several entries have the name.
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
        yield from Listings(self.snapshot, self.citing, self.actors, self.programs).all()

    # --- Publisher and programs

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

    def _actor_slug(self, entry: ListEntry) -> str:
        name = slug_of(str(entry.actor["name"]))[:_NAMED].strip("-")
        return "-".join(filter(None, (name, slug_of(self.source.abbreviation, entry.key))))

    def _actor(self, entry: ListEntry) -> Contribution:
        slug = self.actors[entry.key]
        # The text of the list goes to the listings.
        values = {name: value for name, value in entry.actor.items() if name != "summary" or not entry.listings}
        document: Document = {"slug": slug, **values}
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
            self.citing.cite(citation.role, citation.field, citation.pinpoint)
            for citation in entry.cited
            if self.citing.knows(citation.role)
        ]
        document[CITATIONS.name] = cited or [self.citing.cite()]
        return Contribution(actor_key(entry.key), ACTOR, document, entry.place)
