"""Turn the entries of a snapshot into designations: those that continue, begin and end.

An entry that is new in a snapshot was listed on a day between it and the previous one. The designation has both days
as its bounds (EDTF), unless the list states a day between them. An entry that returns is listed again: it gets another
designation of the same actor.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import orjson

from sanctions.importers.base import Contribution, EntryListing, ListEntry
from sanctions.importers.formats.strict import StrictFields
from sanctions.importers.keys import entry_id_of, listing_key, numbered_key, split_number
from sanctions.importers.snapshots.citations import FileCitations, slug_of
from sanctions.importers.snapshots.listing_days import ListingDays, SnapshotEvidence, stated_remark
from sanctions.importers.snapshots.snapshot import Snapshot
from sanctions.importers.texts.paragraphs import fit_paragraphs
from sanctions.models import Designation, Imported
from sanctions.models.fields import longest
from sanctions.records.base import CITATIONS, Document
from sanctions.records.designations import DESIGNATION

#: Characters of a listing in a slug. Its number follows.
_LISTED: Final = 140
#: The most characters in the remarks of a designation.
_REMARKS: Final = longest(Designation, "remarks")


class Listings:
    """The designations of a list: each is one entry under one program, from its listing to its delisting."""

    def __init__(
        self, snapshot: Snapshot, citing: FileCitations, actors: Mapping[str, str], programs: Mapping[str, str]
    ) -> None:
        self.snapshot, self.source, self.citing = snapshot, snapshot.source, citing
        self.actors, self.programs = actors, programs
        self.days = ListingDays(self.source.name, snapshot.as_of, snapshot.before, snapshot.unread_before)
        #: Entry and program → the remembered document of each listing, in order.
        self.known: dict[str, list[Document]] = defaultdict(list)
        rows = Imported.objects.filter(source=self.source.name, record_type=DESIGNATION.name).order_by()
        remembered = rows.values_list("key", "slug", "document").iterator()
        for (listing, _), slug, document in sorted((split_number(key), slug, text) for key, slug, text in remembered):
            self.known[listing].append({**orjson.loads(document), "slug": slug})

    def all(self) -> Iterator[Contribution]:
        """Yield every listing that continues, begins or ends with the snapshot."""
        present: set[str] = set()
        for entry in self.snapshot.entries:
            for listing in entry.listings:
                key = listing_key(entry.key, listing.program)
                present.add(key)
                yield self._current(key, entry, listing)
        for key, listings in self.known.items():
            entry_id = entry_id_of(key)
            if key not in present and entry_id not in self.snapshot.unread and "delisted_on" not in listings[-1]:
                yield self._ended(key, entry_id, listings)

    def _current(self, key: str, entry: ListEntry, listing: EntryListing) -> Contribution:
        listings = self.known.get(key, [])
        continues = bool(listings) and "delisted_on" not in listings[-1]
        number = len(listings) if continues else len(listings) + 1
        listed_on, remark = self._listed_on(entry, listing, listings, continues=continues)
        document: Document = {
            "slug": listings[-1]["slug"] if continues else self._slug(entry, listing, number),
            "actor": self.actors[entry.key],
            "program": self.programs[listing.program] if listing.program else "",
            "list_name": self.source.title,
            "entry_id": entry.key,
            "listed_on": listed_on,
            "remarks": self._remarks(entry, remark, listing.remarks, str(entry.actor.get("summary", ""))),
            CITATIONS.name: [self.citing.cite(pinpoint=entry.cited[0].pinpoint if entry.cited else "")],
        }
        if continues:
            # Keep the citation of the snapshot in which the listing began.
            document[CITATIONS.name] = _both(self._first(listings[-1]), document[CITATIONS.name])
        return self._contribution(key, number, {name: value for name, value in document.items() if value}, entry.place)

    def _slug(self, entry: ListEntry, listing: EntryListing, number: int) -> str:
        wanted = slug_of(self.source.name, entry.key, listing.program)[:_LISTED].strip("-")
        return wanted + (f"-{number}" if number > 1 else "")

    def _listed_on(
        self, entry: ListEntry, listing: EntryListing, listings: Sequence[Document], *, continues: bool
    ) -> tuple[str, str]:
        """Return when a listing began, and a remark with the day that the list states if that is impossible."""
        stated = listing.listed_on
        if not continues:
            evidence: SnapshotEvidence | None = self.days.beginning_now(entry.key)
        elif not stated:
            return str(listings[-1].get("listed_on", "")), ""
        elif (kept := self._kept(stated, listings)) is not None:
            return kept
        else:
            evidence = self.days.beginning_of(entry.key, listings)
        if evidence is None:
            # Its first snapshot is not known any more: believe the list about a first listing only.
            return (
                (stated, "") if len(listings) == 1 else (str(listings[-1].get("listed_on", "")), stated_remark(stated))
            )
        if not stated:
            return evidence.text, ""
        return (stated, "") if evidence.allows(stated) else (evidence.text, stated_remark(stated))

    def _kept(self, stated: str, listings: Sequence[Document]) -> tuple[str, str] | None:
        """Return the remembered beginning of a continuing listing, if the list states the same day as before."""
        last, remark = listings[-1], stated_remark(stated)
        if remark in str(last.get("remarks", "")).split("\n"):
            return str(last.get("listed_on", "")), remark
        return (stated, "") if len(listings) == 1 and last.get("listed_on") == stated else None

    def _remarks(self, entry: ListEntry, *texts: str) -> str:
        """Return the texts of an entry and its listing, each paragraph once."""
        fitting, left_out = fit_paragraphs((line for text in texts for line in text.split("\n")), _REMARKS)
        for paragraph in left_out:
            message = f"With this the remarks would have more than {_REMARKS:,} characters. It was left out."
            StrictFields({}, entry.place, self.snapshot.faults).fault("remarks", paragraph, message)
        return "\n".join(fitting)

    def _first(self, spell: Document) -> list[Document]:
        return list(spell.get(CITATIONS.name, []))[:1]

    def _ended(self, key: str, entry: str, listings: Sequence[Document]) -> Contribution:
        cited = self.citing.cite(field="delisted_on")
        document = {
            **listings[-1],
            "delisted_on": SnapshotEvidence(self.days.last_read(entry), self.snapshot.as_of).text,
            CITATIONS.name: _both(listings[-1].get(CITATIONS.name, []), [cited]),
        }
        place = f"{self.snapshot.files[self.citing.main].name}: no longer there"
        return self._contribution(key, len(listings), document, place)

    def _contribution(self, key: str, number: int, document: Document, place: str) -> Contribution:
        return Contribution(numbered_key(key, number), DESIGNATION, document, place)


def _both(first: Iterable[Document], then: Iterable[Document]) -> list[Any]:
    """Return both lists of citations; a later citation of the same source and field replaces an earlier one."""
    return list({(row["source"], row.get("field", "")): row for row in (*first, *then)}.values())
