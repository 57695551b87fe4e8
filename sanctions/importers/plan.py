"""What an import would do, before it is done: each record new, changed, unchanged, to be proposed, or left.

A source is compared with what itself said last, and only what it has changed since is brought over: three documents
are put together, as two people's changes of one document are. So nothing that a curator has written is overwritten.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

import orjson
from django.db import models

from sanctions.editorial.bulk import states_and_documents
from sanctions.editorial.procedure import digest_of
from sanctions.editorial.proposals import merged
from sanctions.importers.base import FIXED, REASON, Contribution, Fault
from sanctions.importers.disputes import disputes
from sanctions.importers.matching import known_of, match, renaming
from sanctions.importers.registry import SOURCES
from sanctions.importers.returning import retracted_by_undo
from sanctions.importers.several_sources import in_records_words
from sanctions.models import Imported, Proposal
from sanctions.records.base import CITATIONS, Document, RecordType
from sanctions.records.encode import chunks, normalise, refers_to
from sanctions.records.redirects import merged_slugs
from sanctions.records.registry import BY_NAME
from sanctions.records.row_identity import in_order_of
from sanctions.records.sources import SOURCE
from sanctions.records.three_way import Conflict, merge
from sanctions.records.validate import validate
from sanctions.vocabulary import State

#: How sources are called, by their names.
_TITLES: Final = {name: source.title for name, source in SOURCES.items()}
#: A record by its model and slug.
_Record = tuple[type[models.Model], str]


class Fate(StrEnum):
    """What becomes of a record."""

    NEW = "new"
    CHANGED = "changed"
    PROPOSED = "proposed"
    LEFT = "left"
    UNCHANGED = "unchanged"


@dataclass(slots=True)
class Item:
    """One record of an import: what the source says of it, what it would say then, and what becomes of it.

    ``key`` is by what the source knows it, ``place`` where it tells of it. ``digest`` stands for what the source said,
    ``said`` is the document that the source alone would give, ``document`` what the record would say; both empty
    if the source has said so before. ``before`` is what the record says now, ``state`` how it stands; both ``None`` if
    there is none. ``conflicts`` are what both the source and somebody else have changed: there the other's stands, and
    ``disputes`` says who that is. ``why`` tells why it is left. ``builds_on`` is the number of an open proposal whose
    text is in the document.
    """

    key: str
    record_type: RecordType
    place: str
    slug: str
    digest: str
    said: Document = field(default_factory=dict)
    document: Document = field(default_factory=dict)
    fate: Fate = Fate.UNCHANGED
    before: Document | None = None
    state: State | None = None
    pk: int | None = None
    conflicts: tuple[Conflict, ...] = ()
    disputes: tuple[str, ...] = ()
    why: str = ""
    builds_on: int | None = None

    @property
    def is_said_anew(self) -> bool:
        """Whether the source has not said so before."""
        return bool(self.said)


@dataclass(slots=True)
class Plan:
    """What an import would do: each record, and which were found by an identifier that another source gave them."""

    items: list[Item] = field(default_factory=list)
    matched: dict[str, str] = field(default_factory=dict)
    ambiguous: dict[str, list[str]] = field(default_factory=dict)

    def of(self, *fates: Fate) -> list[Item]:
        """Return the items that become so."""
        return [item for item in self.items if item.fate in fates]

    @property
    def disputed(self) -> list[Item]:
        """The items that stay as they are because somebody else says otherwise what the source has changed."""
        return [item for item in self.of(Fate.UNCHANGED) if item.conflicts]

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """How many records become what, by noun."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for item in self.items:
            found[item.record_type.name][str(item.fate)] += 1
        return {noun: dict(sorted(fates.items())) for noun, fates in sorted(found.items())}


def said(document: Document) -> Document:
    """Return what a document says, without who says it: a later edition that says the same is no change."""
    return {name: value for name, value in document.items() if name != CITATIONS.name}


def plan(source: str, contributions: Iterable[Contribution], faults: list[Fault], *, is_public: bool) -> Plan:
    """Return what bringing over the contributions of a source would do; nothing is written.

    ``is_public`` says that what is written is public at once; otherwise what is new becomes a draft, and a change to
    what is public a proposal. Documents that are not valid are told as faults and left out.
    """
    found = Plan()
    known = known_of(source)
    digests: dict[str, str] = {}
    good: list[Contribution] = []
    bad: set[_Record] = set()
    for one in contributions:
        digest, row = digest_of(said(one.document)), known.get(one.key)
        is_anew = row is None or row.digest != digest
        if not is_anew or _is_valid(one, faults):
            digests[one.key] = digest
            good.append(one)
        else:
            bad.add((one.record_type.model, str(one.document.get("slug"))))
    if bad:
        good = list(_without(bad, good))
    matching = match(good, known)
    slugs, found.matched, found.ambiguous = matching.slugs, matching.matched, matching.ambiguous
    # What a source said before names records as they were called then.
    renamed: dict[_Record, str] = {
        (BY_NAME[noun].model, old): new for noun, steps in merged_slugs().items() for old, new in steps.items()
    }
    renamed |= {
        (one.record_type.model, str(one.document["slug"])): slugs[one.key]
        for one in good
        if slugs[one.key] != one.document["slug"]
    }
    good.reverse()
    while good:
        # Each is let go once it is in its final form: there may be tens of thousands.
        one = good.pop()
        item = Item(one.key, one.record_type, one.place, slugs[one.key], digests[one.key])
        found.items.append(item)
        row = known.get(one.key)
        if row is None or row.digest != item.digest:
            moved = renaming(one.record_type, one.document, renamed) if renamed else one.document
            item.said = item.document = normalise(one.record_type, moved)
    anew = [item for item in found.items if item.is_said_anew]
    for record_type in dict.fromkeys(item.record_type for item in anew):
        mine = [item for item in anew if item.record_type is record_type]
        _decide(record_type, mine, source, is_public=is_public)
    if is_public:
        _publish_drafts([item for item in found.items if not item.is_said_anew])
    return found


def _is_valid(one: Contribution, faults: list[Fault]) -> bool:
    problems = validate(one.record_type, one.document, one.place)
    faults += [Fault(one.place, fault.path, one.key, f"{fault.message} It was not read.") for fault in problems]
    return not problems


def _without(bad: set[_Record], contributions: Iterable[Contribution]) -> Iterator[Contribution]:
    """Yield the contributions that do not rest on a record which cannot be; rows that refer to one are left out."""
    for one in contributions:
        document = {
            name: [row for row in value if not _names(bad, one.record_type, name, row)]
            if isinstance(value, list)
            else value
            for name, value in one.document.items()
        }
        named = refers_to(one.record_type, document)
        if not any((model, slug) in bad for model, slugs in named.items() for slug in slugs):
            yield Contribution(one.key, one.record_type, document, one.place)


def _names(bad: set[_Record], record_type: RecordType, name: str, row: Any) -> bool:
    """Whether a row of a document names one of the records."""
    named = refers_to(record_type, {name: [row]}) if isinstance(row, dict) else {}
    return any((model, slug) in bad for model, slugs in named.items() for slug in slugs)


def _publish_drafts(items: Sequence[Item]) -> None:
    """Let those go public that an import has written as drafts, and nobody has changed since."""
    for record_type in dict.fromkeys(item.record_type for item in items):
        by_slug = {item.slug: item for item in items if item.record_type is record_type}
        rows: dict[int, str] = {}
        for some in chunks(by_slug):
            drafts = record_type.model._default_manager.filter(slug__in=some, state__in=(State.DRAFT, State.IN_REVIEW))
            rows.update(drafts.values_list("pk", "slug"))
        untouched = _untouched(record_type, list(rows.values()))
        for pk, (state, document) in states_and_documents(record_type, list(rows)).items():
            if (rows[pk], digest_of(document)) in untouched:
                item = by_slug[rows[pk]]
                item.pk, item.state, item.before, item.document = pk, State(state), document, document
                item.fate = Fate.CHANGED


def _decide(record_type: RecordType, items: Sequence[Item], source: str, *, is_public: bool) -> None:
    """Say what becomes of records of one type of which the source says something new."""
    ids: dict[str, int] = {}
    for some in chunks(item.slug for item in items):
        ids.update(record_type.model._default_manager.filter(slug__in=some).values_list("slug", "pk"))
    there = states_and_documents(record_type, list(ids.values()))
    untouched = _untouched(record_type, list(ids))
    waiting = _waiting(record_type, list(ids))
    returning = retracted_by_undo(record_type, list(ids))
    bases = _bases(source, [item.key for item in items if item.slug in ids])
    others = _said_by_others(source, record_type, list(ids))
    files = _files_of(source) if others else frozenset()
    for item in items:
        if item.slug not in ids:
            item.fate = Fate.NEW
            continue
        item.pk = ids[item.slug]
        state, before = there[item.pk]
        item.state, item.before = State(state), before
        if item.slug in returning:
            # For the import it is not there: it becomes what the source says of it, as if it were new.
            item.fate = Fate.NEW
            continue
        if item.key.startswith(FIXED):
            # It is there, and is nothing that the source tells of: whoever curates it knows better.
            item.document = before
            continue
        own, said_by = files if item.slug in others else (), others.get(item.slug, {})
        if (proposal := waiting.get(item.slug)) is not None:
            item.builds_on = proposal.number
        _put_together(item, before, bases.get(item.key), proposal, said_by, own)
        if item.conflicts:
            item.disputes = tuple(disputes(record_type.name, item.slug, item.conflicts, said_by, _TITLES))
        is_second = item.key not in bases and item.slug in others
        if said(item.document) != said(before) or (is_second and item.document != before):
            is_ours = (item.slug, digest_of(before)) in untouched
            item.fate = _fate(item, is_ours=is_ours, is_public=is_public)


def _bases(source: str, keys: Sequence[str]) -> dict[str, Document]:
    """Return what the source last said of records, by key."""
    found: dict[str, Document] = {}
    for some in chunks(keys):
        rows = Imported.objects.filter(source=source, key__in=some).values_list("key", "document")
        found.update((key, orjson.loads(document)) for key, document in rows)
    return found


def _untouched(record_type: RecordType, slugs: Sequence[str]) -> set[tuple[str, str]]:
    """Return the slugs of records that an import has written, each with what stands for the document it wrote."""
    found: set[tuple[str, str]] = set()
    for some in chunks(slugs):
        rows = Imported.objects.filter(record_type=record_type.name, slug__in=some).exclude(written="")
        found.update(rows.values_list("slug", "written"))
    return found


def _waiting(record_type: RecordType, slugs: Sequence[str]) -> dict[str, Proposal]:
    """Return the open proposals of earlier imports to records, by slug: the next builds on them."""
    found: dict[str, Proposal] = {}
    for some in chunks(slugs):
        rows = Proposal.objects.open().filter(record_type=record_type.name, slug__in=some, reason__startswith=REASON)
        found.update((row.slug, row) for row in rows)
    return found


def _said_by_others(source: str, record_type: RecordType, slugs: Sequence[str]) -> dict[str, dict[str, Document]]:
    """Return what other sources last said of records: slug → source → document."""
    renamed = merged_slugs().get(record_type.name, {})
    wanted = set(slugs)
    names = [*slugs, *(old for old, new in renamed.items() if new in wanted)]
    said_of: dict[str, dict[str, Document]] = defaultdict(dict)
    for some in chunks(names):
        rows = Imported.objects.filter(record_type=record_type.name, slug__in=some).exclude(source=source)
        # What was said before the record was curated was started by the source that needed it, and is no statement.
        rows = rows.exclude(key__startswith=FIXED).order_by("source", "key")
        for name, slug, document in rows.values_list("source", "slug", "document"):
            said_of[renamed.get(slug, slug)][name] = orjson.loads(document)
    return dict(said_of)


def _files_of(source: str) -> frozenset[str]:
    """Return the slugs of the files by which records cite a source."""
    rows = Imported.objects.filter(source=source, record_type=SOURCE.name)
    return frozenset(rows.values_list("slug", flat=True))


def _put_together(
    item: Item,
    before: Document,
    base: Document | None,
    waiting: Proposal | None,
    others: Mapping[str, Document],
    files: Collection[str],
) -> None:
    """Bring what the source has changed into what the record says, or would say by a proposal that is open.

    What was published since that was written is part of it: the next proposal must not take it back.
    """
    theirs = merged(waiting, before).document if waiting else before
    if base is not None and said(base) == said(theirs):
        # Nobody else has a part in it.
        item.document = in_order_of(item.record_type, item.said, before)
        return
    worded = in_records_words(base, item.said, theirs, others, files)
    result = merge(item.record_type, {**worded.base, "slug": item.slug}, theirs, {**worded.mine, "slug": item.slug})
    item.document = in_order_of(item.record_type, result.document, before)
    item.conflicts = result.conflicts


def _fate(item: Item, *, is_ours: bool, is_public: bool) -> Fate:
    if item.state == State.PUBLISHED:
        return Fate.CHANGED if is_ours and is_public else Fate.PROPOSED
    if item.state in (State.DRAFT, State.IN_REVIEW):
        if is_ours:
            return Fate.CHANGED
        item.why = "A curator is working on it: it is not public yet, so that nothing can be proposed to it."
    else:
        item.why = f"It is {State(item.state).label if item.state else 'gone'}."
    return Fate.LEFT
