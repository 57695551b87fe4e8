"""The seeds as one source among others: only what they have changed themselves is brought over.

Three documents are put together: what the seeds said last (:class:`~sanctions.models.Seed`), what the record says now,
and what the seeds say now. Where no person has touched the record it is written. Where one has, their text stands and
the change of the seeds becomes a proposal, or is listed if nothing can be proposed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, NamedTuple

import orjson
from django.db import transaction

from sanctions.database.bulk_writes import FEW, insert, without_collecting
from sanctions.editorial import proposals
from sanctions.editorial.authors import replace_authors
from sanctions.editorial.procedure import batch, digest_of
from sanctions.exceptions import InvalidDocument, MoveRefused, Problem
from sanctions.ledger.versions import Act, canonical_json, lock_head
from sanctions.loading.documents import Incoming, SaveReport, find_obstacles, save_documents
from sanctions.loading.incoming import apply_merges, repeated_slugs, slugs_of
from sanctions.models import LogEntry, Record, Seed, Version
from sanctions.projections.renderings import Progress
from sanctions.records.base import Document, RecordType
from sanctions.records.diff import changes
from sanctions.records.encode import chunks, encode_many, normalise
from sanctions.records.redirects import merged_slugs, referred
from sanctions.records.registry import RECORD_TYPES
from sanctions.records.three_way import merge
from sanctions.records.validate import validate
from sanctions.vocabulary import Move, State, VersionKind

#: The name under which the seeds propose. No account can have a name with a space in it.
SEEDS: Final = "the seeds"
#: Versions that say nothing which a person has written: what was public was taken back, or its references were moved.
_WITHOUT_TEXT: Final = (VersionKind.RETRACTION, VersionKind.MERGE)
_HIDDEN: Final = (State.RETRACTED, State.MERGED)

#: A record by its noun and slug.
RecordKey = tuple[str, str]


class SeedOutcome(StrEnum):
    """What becomes of a record of which the seeds say something new."""

    WRITTEN = "written"
    PROPOSED = "proposed"
    SAME = "same"
    LEFT = "left"


@dataclass(slots=True)
class SeedItem:
    """A record of which the seeds say something new.

    ``base`` is what they said before, ``None`` if that is not known. ``why`` tells why it is left, ``paths`` where a
    proposal differs from what is public, ``is_remembered`` whether the seeds are to say it only once.
    """

    incoming: Incoming
    base: Document | None = None
    outcome: SeedOutcome = SeedOutcome.WRITTEN
    why: str = ""
    proposed: Document = field(default_factory=dict)
    paths: tuple[str, ...] = ()
    number: int = 0
    is_remembered: bool = True

    @property
    def record_key(self) -> RecordKey:
        """Noun and slug of the record."""
        return self.incoming.record_type.name, self.incoming.slug

    def leave(self, why: str, *, remember: bool = False) -> None:
        """Leave the record as it is, and try again with the next load unless it is remembered."""
        self.outcome, self.why, self.is_remembered = SeedOutcome.LEFT, why, remember


@dataclass(slots=True)
class SeedsLoaded:
    """What a load of the seeds did: what was written, the records that it left or proposed to change, and the rest.

    ``standing`` tells which records stay away because of what was done at the desk.
    """

    report: SaveReport = field(default_factory=SaveReport)
    items: list[SeedItem] = field(default_factory=list)
    standing: list[str] = field(default_factory=list)
    total: int = 0

    def of(self, outcome: SeedOutcome) -> list[SeedItem]:
        """Return the items that became so."""
        return [item for item in self.items if item.outcome == outcome]


class _Row(NamedTuple):
    """How a record stands: its primary key, state, author and approver."""

    pk: int
    state: State
    author: int | None
    approver: int | None


def load_seeds(incoming: Sequence[Incoming], act: Act, progress: Progress = lambda _: None) -> SeedsLoaded:
    """Bring what the seeds have changed into the database, all in one transaction.

    :class:`InvalidDocument` names every fault of the seeds. Where they say nothing new, nothing is written at all.
    """
    loaded = SeedsLoaded(total=len(incoming))
    with without_collecting() if len(incoming) > FEW else nullcontext():
        digests = {_key(item): digest_of([item.state, item.document]) for item in incoming}
        fresh = _fresh(incoming, digests)
        _refuse(problem for item in fresh for problem in validate(item.record_type, item.document, item.origin))
        _refuse(repeated_slugs(incoming))
        if fresh:
            with batch(), transaction.atomic():
                lock_head()
                # Somebody else may have loaded the same until now.
                _load(incoming, digests, _fresh(incoming, digests), act, loaded, progress)
        else:
            progress(len(incoming))
    loaded.standing = _standing(incoming)
    return loaded


def _key(item: Incoming) -> RecordKey:
    return item.record_type.name, item.slug


def _fresh(incoming: Sequence[Incoming], digests: Mapping[RecordKey, str]) -> list[Incoming]:
    """Return the documents that the seeds did not have before."""
    rows = Seed.objects.order_by().values_list("record_type", "slug", "digest")
    known = {(noun, slug): digest for noun, slug, digest in rows}
    return [item for item in incoming if known.get(_key(item)) != digests[_key(item)]]


def _refuse(problems: Iterable[Problem]) -> None:
    if found := list(problems):
        raise InvalidDocument(found)


def _load(
    incoming: Sequence[Incoming],
    digests: Mapping[RecordKey, str],
    fresh: Sequence[Incoming],
    act: Act,
    loaded: SeedsLoaded,
    progress: Progress,
) -> None:
    merged, is_first = merged_slugs(), not Seed.objects.exists()
    keys = {_key(item) for item in fresh}
    # What was merged at the desk goes into the record that was kept.
    keys |= {(noun, merged[noun][slug]) for noun, slug in keys if slug in merged.get(noun, {})}
    after, merged_away = apply_merges(incoming) if merged else (incoming, {})
    todo = [SeedItem(item) for item in after if _key(item) in keys]
    bases = _bases(incoming if merged else fresh)
    if merged:
        bases = {_key(item): item for item in apply_merges(list(bases.values()))[0]}
    _refuse(_dangling(incoming, [item.incoming for item in todo]))
    for record_type in RECORD_TYPES:
        some = [item for item in todo if item.incoming.record_type is record_type]
        if some:
            _decide(record_type, some, bases, is_first=is_first)
    loaded.items = todo
    progress(len(incoming) - sum(item.outcome == SeedOutcome.WRITTEN for item in todo))
    loaded.report = _write(todo, act, progress)
    for item in loaded.of(SeedOutcome.PROPOSED):
        _propose(item, act)
    kept = {item.record_key for item in todo if not item.is_remembered}
    _remember(
        [
            item
            for item in fresh
            if _key(item) not in kept and (_key(item)[0], merged_away.get(_key(item), item.slug)) not in kept
        ],
        digests,
    )


def _bases(incoming: Sequence[Incoming]) -> dict[RecordKey, Incoming]:
    """Return what the seeds said last of records; where that was not kept, what the ledger has of nobody's making.

    Before there were rows of :class:`Seed`, seeds and fixtures wrote versions that have neither author nor approver.
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
                unsigned.exclude(kind__in=_WITHOUT_TEXT).order_by("number").values_list("slug", "document")
            ):
                bases[record_type.name, slug] = Incoming(record_type, orjson.loads(document))
    return bases


def _dangling(incoming: Sequence[Incoming], fresh: Sequence[Incoming]) -> Iterable[Problem]:
    """Yield a fault for every reference of the seeds to what neither they nor the database have."""
    offered = {(model, slug) for item in incoming for model, slug, _ in slugs_of(item)}
    missing: dict[Any, dict[str, list[tuple[Incoming, str]]]] = defaultdict(lambda: defaultdict(list))
    for item in fresh:
        for path, model, slug in referred(item.record_type.model, item.record_type.keys, item.document):
            if (model, slug) not in offered:
                missing[model][slug].append((item, path))
    for model, slugs in missing.items():
        there: set[str] = set()
        for some in chunks(slugs):
            there.update(model._default_manager.filter(slug__in=some).values_list("slug", flat=True))
        for slug in slugs.keys() - there:
            noun = model._meta.verbose_name
            yield from (item.problem(path, f"There is no {noun} with the slug {slug!r}.") for item, path in slugs[slug])


# --- What becomes of a record -------------------------------------------------------------------


def _decide(
    record_type: RecordType, items: Sequence[SeedItem], bases: Mapping[RecordKey, Incoming], *, is_first: bool
) -> None:
    """Say what becomes of records of one type of which the seeds say something new."""
    rows: dict[str, _Row] = {}
    for some in chunks(item.incoming.slug for item in items):
        there = record_type.model._default_manager.filter(slug__in=some)
        for slug, pk, state, author, approver in there.values_list("slug", "pk", "state", "author", "approver"):
            rows[slug] = _Row(pk, State(state), author, approver)
    deleted = _deleted(record_type, [item for item in items if item.incoming.slug not in rows], is_first=is_first)
    documents = encode_many(record_type, [row.pk for row in rows.values()])
    signed = _signed(record_type, rows)
    for item in items:
        row, base = rows.get(item.incoming.slug), bases.get(item.record_key)
        if row is None:
            if item.incoming.slug in deleted:
                # Which is listed with all that stays away.
                item.leave("", remember=True)
            continue
        is_touched = item.incoming.slug in signed
        if base is None and not is_touched:
            # It came in without the ledger, and nobody has worked on it since.
            base = Incoming(record_type, documents[row.pk], row.state)
        item.base = normalise(record_type, base.document) if base else None
        is_touched |= base is None or item.base != documents[row.pk] or base.state != row.state
        _compare(item, row, documents[row.pk], is_touched=is_touched)


def _deleted(record_type: RecordType, items: Sequence[SeedItem], *, is_first: bool) -> set[str]:
    """Return the slugs of the records that somebody has deleted, by what the seeds said before or else by the log."""
    slugs = [item.incoming.slug for item in items]
    deleted: set[str] = set()
    for some in chunks(slugs):
        if is_first:
            rows: Any = LogEntry.objects.filter(record_type=record_type.name, slug__in=some, move=Move.DELETED)
        else:
            rows = Seed.objects.filter(record_type=record_type.name, slug__in=some)
        deleted.update(rows.values_list("slug", flat=True))
    return deleted


def _signed(record_type: RecordType, rows: Mapping[str, _Row]) -> set[str]:
    """Return the slugs of the records whose text some account has written or approved.

    Of what was public the last version with a text tells, of what never was the row and the log.
    """
    touched: set[str] = set()
    versioned: dict[str, bool] = {}
    for some in chunks(rows):
        versions = Version.objects.filter(record_type=record_type.name, slug__in=some).exclude(kind__in=_WITHOUT_TEXT)
        for slug, author, approver in versions.order_by("number").values_list("slug", "author", "approver"):
            versioned[slug] = bool(author or approver)
        entries = LogEntry.objects.filter(record_type=record_type.name, slug__in=some).order_by()
        touched.update(entries.values_list("slug", flat=True).distinct())
    for slug, row in rows.items():
        if row.state == State.PUBLISHED and slug in versioned:
            (touched.add if versioned[slug] else touched.discard)(slug)
        elif row.author is not None or row.approver is not None:
            touched.add(slug)
    return touched


def _compare(item: SeedItem, row: _Row, document: Document, *, is_touched: bool) -> None:
    """Say what becomes of a record that is there and says this document."""
    wanted = normalise(item.incoming.record_type, item.incoming.document)
    if row.state in _HIDDEN:
        item.leave("")
    elif document == wanted and row.state == item.incoming.state:
        item.outcome = SeedOutcome.SAME
    elif not is_touched:
        item.outcome = SeedOutcome.WRITTEN
    elif row.state == State.PUBLISHED:
        _put_together(item, row, document, wanted)
        if item.outcome == SeedOutcome.SAME and row.state != item.incoming.state and item.base == wanted:
            item.leave(_otherwise(item, row), remember=True)
    elif item.base == wanted:
        item.leave(_otherwise(item, row))
    else:
        item.leave("Somebody works on it at the desk: it is not public, so that nothing can be proposed to it.")


def _otherwise(item: SeedItem, row: _Row) -> str:
    return f"By the seeds it is {item.incoming.state.label}, at the desk {row.state.label}: that stands."


def _put_together(item: SeedItem, row: _Row, public: Document, wanted: Document) -> None:
    """Find what the seeds would change in a public record that a person has touched."""
    record_type = item.incoming.record_type
    waiting = proposals.open_for_source(_record(record_type, row.pk), SEEDS)
    theirs = proposals.merged(waiting, public).document if waiting else public
    base = {"slug": item.incoming.slug} if item.base is None else item.base
    merged = merge(record_type, base, theirs, wanted)
    if item.base is not None and merged.conflicts:
        # Whoever reviews the proposal decides between the two. Where nobody knows what the seeds said before,
        # everything that is not the same would be such a conflict: there they only add.
        merged = merge(record_type, base, theirs, wanted, dict.fromkeys(range(len(merged.conflicts)), "mine"))
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
        item.leave(f"The record says otherwise: {places}.", remember=True)
    else:
        item.outcome = SeedOutcome.SAME


# --- Writing ------------------------------------------------------------------------------------


def _record(record_type: RecordType, pk: int) -> Record:
    found: Record = record_type.model._default_manager.defer("rendering").get(pk=pk)
    return found


def _write(items: Sequence[SeedItem], act: Act, progress: Progress) -> SaveReport:
    """Write what nobody has touched; leave what cannot be written because of what people have done elsewhere."""
    while True:
        ready = {item.record_key: item for item in items if item.outcome == SeedOutcome.WRITTEN}
        incoming = [item.incoming for item in ready.values()]
        try:
            with transaction.atomic():
                _clear_authors(incoming, act)
                return save_documents(incoming, act, progress)
        except InvalidDocument:
            # The seeds are right by themselves: something that they need, or that needs what they drop, stays as it is.
            stopped = {problem.record: problem for problem in find_obstacles(incoming)}
            if not stopped:
                raise
        for key, item in ready.items():
            if problem := stopped.get(" ".join(key)):
                item.leave(f"It cannot be written as the database is: {problem.path}: {problem.message}")


def _clear_authors(incoming: Sequence[Incoming], act: Act) -> None:
    """Let what the seeds say be the work of no account, also where a merge had changed the record before."""
    for record_type in RECORD_TYPES:
        slugs = [item.slug for item in incoming if item.record_type is record_type]
        replace_authors(record_type.name, dict.fromkeys(slugs, ()), act.at)
        for some in chunks(slugs):
            record_type.model._default_manager.filter(slug__in=some).update(author=None, approver=None)


def _propose(item: SeedItem, act: Act) -> None:
    """Propose what the seeds have changed, or withdraw what they no longer say; list what cannot be proposed."""
    record_type = item.incoming.record_type
    record: Record = record_type.model._default_manager.defer("rendering").get(slug=item.incoming.slug)
    waiting = proposals.open_for_source(record, SEEDS)
    if waiting is not None and not item.paths:
        proposals.withdraw_for_source(waiting, record, act.at, reason="The seeds no longer say so.")
        item.leave(f"{waiting} is withdrawn: the seeds no longer say so.".capitalize(), remember=True)
        return
    kind = VersionKind.CORRECTION if act.kind == VersionKind.CORRECTION else VersionKind.UPDATE
    change = proposals.Change(item.proposed, kind)
    try:
        with transaction.atomic():
            proposal = proposals.propose_for_source(record, change, SEEDS, act.at, reason=act.reason)
    except (InvalidDocument, MoveRefused) as error:
        item.leave(f"It cannot be proposed: {error}")
    else:
        item.number = proposal.number


def _remember(seeds: Sequence[Incoming], digests: Mapping[RecordKey, str]) -> None:
    """Keep what the seeds have said."""
    known = {(noun, slug): pk for noun, slug, pk in Seed.objects.order_by().values_list("record_type", "slug", "pk")}
    new: list[Seed] = []
    changed: list[Seed] = []
    for item in seeds:
        key = _key(item)
        row = Seed(
            pk=known.get(key),
            record_type=item.record_type.name,
            slug=item.slug,
            state=item.state,
            digest=digests[key],
            document=canonical_json(normalise(item.record_type, item.document)).decode(),
        )
        (changed if key in known else new).append(row)
    insert(new)
    Seed.objects.bulk_update(changed, ["state", "digest", "document"], batch_size=200)


def _standing(incoming: Sequence[Incoming]) -> list[str]:
    """Return which records of the seeds were merged, deleted or retracted at the desk, and stay so."""
    merged = merged_slugs()
    lines: list[str] = []
    for record_type in RECORD_TYPES:
        slugs = [item.slug for item in incoming if item.record_type is record_type]
        states: dict[str, str] = {}
        for some in chunks(slugs):
            states.update(record_type.model._default_manager.filter(slug__in=some).values_list("slug", "state"))
        for slug in slugs:
            name = f"{record_type.name} {slug}"
            if new := merged.get(record_type.name, {}).get(slug):
                lines.append(f"left merged: {name}, which is {new} now")
            elif slug not in states:
                lines.append(f"left deleted: {name}")
            elif states[slug] in _HIDDEN:
                lines.append(f"left {states[slug]}: {name}")
    return lines
