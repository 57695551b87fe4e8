"""Hold everything that is served to the ledger: rows, stored answers, what is searched, the past, merges.

The chain of the ledger proves itself (:func:`sanctions.ledger.versions.verify`). All else is derived from it or kept
next to it, and could be changed by anyone who writes to the database without the moves. Each check reads in portions,
so that memory does not grow with the database, and names the record, the field and what differs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby, takewhile
from typing import Any, Final

import orjson
from django.db import DatabaseError, connection, models, transaction
from django.db.models import F, Max, Q, Window
from django.db.models.functions import Lead

from sanctions.database.past_views import known_at
from sanctions.database.search_indexes import ENTRIES_FTS, WORDS_FTS
from sanctions.ledger.clock import Clocks, clock_fault
from sanctions.ledger.history import SAME
from sanctions.ledger.releases import verify_releases
from sanctions.ledger.versions import verify
from sanctions.models import (
    HISTORY,
    Appearance,
    Event,
    LedgerHead,
    LogEntry,
    Participation,
    Redirect,
    Rendered,
    SearchEntry,
    SearchWord,
    Version,
    past_of,
)
from sanctions.models.fields import EDTFField
from sanctions.projections.plain_words import words
from sanctions.projections.renderings import path_to_state, public_renderings, render, served
from sanctions.projections.search_entries import COLUMNS, entry
from sanctions.records.base import Codes, Document, Key, RecordType, Refs, Rows, links_of, parent_field, part_model
from sanctions.records.diff import changes
from sanctions.records.encode import chunks, encode_many
from sanctions.records.registry import RECORD_TYPES
from sanctions.vocabulary import Move, State, VersionKind

#: Told how many more rows are read.
Progress = Callable[[int], object]
#: Characters of a value that a message repeats.
_SHOWN: Final = 60
#: Columns that say who works on a record: nothing of them is public, and moves that change nothing else write them.
_WORKING: Final = ("author_id", "approver_id")


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A place where something that is served is not what the ledger has: where, and what differs."""

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


def _nothing(count: int) -> None:
    """Tell nobody."""


# --- The ledger itself --------------------------------------------------------------------------


def verify_chain(progress: Progress = _nothing) -> Iterator[Mismatch]:
    """Yield where the chain does not hold, or a version does not end where the next one begins."""
    for fault in verify():
        yield Mismatch(f"sequence {fault.sequence}", fault.message)
    ends = Version.objects.order_by("sequence").annotate(
        begins=Window(Lead("recorded_from"), partition_by=[F("record_type"), F("slug")], order_by=F("number").asc())
    )
    columns = ("sequence", "record_type", "slug", "number", "recorded_to", "begins")
    for row in ends.values_list(*columns, named=True).iterator(chunk_size=2000):
        if row.recorded_to != row.begins:
            yield Mismatch(
                f"sequence {row.sequence}",
                f"{row.record_type} {row.slug} version {row.number} ends at {_instant(row.recorded_to)}, but the next "
                f"version begins at {_instant(row.begins)}.",
            )
        progress(1)
    head, last = LedgerHead.objects.get(pk=1), Version.objects.aggregate(last=Max("recorded_from"))["last"]
    if last is not None and (head.recorded_at is None or head.recorded_at < last):
        yield Mismatch("end of the ledger", f"it was written at {_instant(head.recorded_at)}, before the last version.")


def verify_frozen(progress: Progress = _nothing) -> Iterator[Mismatch]:
    """Yield the releases that are not what was frozen."""
    for fault in verify_releases():
        yield Mismatch(f"sequence {fault.sequence}", fault.message)


def verify_clock(progress: Progress = _nothing) -> Iterator[Mismatch]:
    """Yield what is recorded at instants that are yet to come, and clocks that disagree."""
    if fault := clock_fault():
        yield Mismatch("clock", fault)
    future = Version.objects.filter(recorded_from__gt=Clocks.read().latest).order_by("sequence")
    for version in future.defer("document").iterator():
        yield Mismatch(
            f"sequence {version.sequence}",
            f"{version} is recorded in the future, at {_instant(version.recorded_from)}.",
        )
        progress(1)


# --- The rows of records ------------------------------------------------------------------------


def verify_records(progress: Progress = _nothing) -> Iterator[Mismatch]:
    """Yield where the tables do not say of public records what the ledger has, and derived dates are not derived."""
    for record_type in RECORD_TYPES:
        rows = record_type.model._default_manager.filter(state=State.PUBLISHED).order_by("pk")
        for some in chunks(rows.values_list("pk", flat=True).iterator()):
            yield from _verified_documents(record_type, some)
            progress(len(some))
        yield from _verified_states(record_type)
    for model in HISTORY:
        yield from _verified_bounds(model)


def _verified_documents(record_type: RecordType, ids: Sequence[int]) -> Iterator[Mismatch]:
    documents = encode_many(record_type, ids)
    slugs = [str(document["slug"]) for document in documents.values()]
    rows = Version.objects.filter(record_type=record_type.name, slug__in=slugs, recorded_to__isnull=True)
    versions = {slug: (kind, text) for slug, kind, text in rows.values_list("slug", "kind", "document")}
    for document in documents.values():
        where = f"{record_type.name} {document['slug']}"
        kind, text = versions.get(document["slug"], (None, ""))
        if kind is None:
            yield Mismatch(where, "it is public, but the ledger has no version of it.")
        elif kind == VersionKind.RETRACTION:
            yield Mismatch(where, "it is public, but by the ledger it was retracted.")
        else:
            yield from _differences(record_type, where, orjson.loads(text), document, "the tables")


def _differences(
    record_type: RecordType, where: str, ledger: Document, other: Document, what: str
) -> Iterator[Mismatch]:
    for change in changes(record_type, ledger, other):
        has, in_ledger = _values(change.after, change.before)
        yield Mismatch(f"{where}, {change.path}", f"{what} have {has}, the ledger {in_ledger}.")


def _verified_states(record_type: RecordType) -> Iterator[Mismatch]:
    """Yield the records that the ledger has as public and the tables do not."""
    current = Version.objects.filter(record_type=record_type.name).current().order_by("slug")
    for some in chunks(current.values_list("slug", flat=True).iterator()):
        states = dict(record_type.model._default_manager.filter(slug__in=some).values_list("slug", "state"))
        for slug in some:
            if states.get(slug) != State.PUBLISHED:
                state = State(states[slug]).label if slug in states else "not there"
                yield Mismatch(f"{record_type.name} {slug}", f"the ledger has it as public, but it is {state}.")


def _verified_bounds(model: type[models.Model]) -> Iterator[Mismatch]:
    for column in model._meta.concrete_fields:
        if not isinstance(column, EDTFField):
            continue
        names = ("pk", column.attname, column.earliest, column.latest)
        for pk, text, *bounds in model._default_manager.order_by("pk").values_list(*names).iterator(chunk_size=2000):
            row = model(**{column.attname: text})
            if bounds != [getattr(row, column.earliest), getattr(row, column.latest)]:
                yield Mismatch(
                    f"{where_of(model, pk)}, {column.attname}",
                    f"the days that {text!r} may mean are not {_days(bounds)}.",
                )


# --- What is served -----------------------------------------------------------------------------


def verify_renderings(progress: Progress = _nothing) -> Iterator[Mismatch]:
    """Yield where a stored answer is not what the records and the ledger give."""
    for model in served():
        dated = any(column.name == "dated_on" for column in model._meta.concrete_fields)
        columns = ["rendering", *(["dated_on"] if dated else [])]
        for chunk in chunks(model._default_manager.order_by("pk").values_list("pk", flat=True).iterator()):
            public = set(
                model._default_manager.filter(pk__keyed=chunk, **{path_to_state(model): State.PUBLISHED}).values_list(
                    "pk", flat=True
                )
            )
            right = render(model, chunk)
            for pk, slug, text, *days in model._default_manager.filter(pk__keyed=chunk).values_list(
                "pk", "slug", *columns
            ):
                where = f"{model._meta.model_name} {slug}"
                if text != (right[pk].decode() if pk in public else ""):
                    yield from _rendered_otherwise(where, text, right[pk] if pk in public else b"")
                if dated and (days[0] and days[0].isoformat()) != orjson.loads(right[pk])["dated_on"]:
                    yield Mismatch(f"{where}, dated_on", f"the table has {_value(days[0])}.")
            progress(len(chunk))


def _rendered_otherwise(where: str, text: str, right: bytes, what: str = "stored answer") -> Iterator[Mismatch]:
    """Yield the fields in which a stored answer differs from what it should be."""
    if not text or not right:
        yield Mismatch(where, f"the {what} is {'missing' if right else 'there, but it is not public'}.")
        return
    try:
        served_, expected = orjson.loads(text), orjson.loads(right)
    except orjson.JSONDecodeError:
        yield Mismatch(where, f"the {what} is no JSON.")
        return
    if not isinstance(served_, dict):
        yield Mismatch(where, f"the {what} is no rendering, but {_value(served_)}.")
        return
    names = [name for name in {**expected, **served_} if served_.get(name) != expected.get(name)]
    for name in names:
        has, should = _values(served_.get(name), expected.get(name))
        yield Mismatch(f"{where}, {name}", f"the {what} has {has} instead of {should}.")
    if not names:
        yield Mismatch(where, f"the {what} has other bytes.")


def verify_search(progress: Progress = _nothing) -> Iterator[Mismatch]:
    """Yield where records are searched by other words than their answers have."""
    nouns = []
    for model in served():
        noun = str(model._meta.model_name)
        nouns.append(noun)
        for some in chunks(model._default_manager.order_by("slug").values_list("slug", flat=True).iterator()):
            yield from _verified_entries(model, noun, some)
            progress(len(some))
        entries = SearchEntry.objects.filter(noun=noun)
        gone = entries.exclude(slug__in=model._default_manager.order_by().values("slug"))
        for slug in gone.order_by("slug").values_list("slug", flat=True):
            yield Mismatch(f"{noun} {slug}", "it is searched, but does not exist.")
    for noun, slug in SearchEntry.objects.exclude(noun__in=nouns).order_by("noun", "slug").values_list("noun", "slug"):
        yield Mismatch(f"{noun} {slug}", "it is searched, but no such records exist.")
    if connection.vendor == "sqlite":
        yield from _verified_indexes()


def _verified_entries(model: type[Rendered], noun: str, slugs: Sequence[str]) -> Iterator[Mismatch]:
    texts = dict(model._default_manager.filter(slug__in=slugs).values_list("slug", "rendering"))
    entries = {one.slug: one for one in SearchEntry.objects.filter(noun=noun, slug__in=slugs)}
    named: dict[str, str] = {}
    for slug in slugs:
        where, stored = f"{noun} {slug}", entries.get(slug)
        if not texts[slug]:
            if stored is not None:
                yield Mismatch(where, "it is searched, but not public.")
            continue
        try:
            right = entry(noun, orjson.loads(texts[slug]))
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
            # The answer itself is not what it should be, which the check of renderings names.
            continue
        if stored is None:
            yield Mismatch(where, "it is public, but not searched.")
            continue
        for column in COLUMNS:
            if getattr(stored, column) != getattr(right, column):
                yield Mismatch(
                    f"{where}, search {column}",
                    f"the entry has {_value(getattr(stored, column))} instead of {_value(getattr(right, column))}.",
                )
        named.update((word, where) for name in right.names for word in words(name) if not word.isdigit())
    known: set[str] = set()
    for some in chunks(sorted(named)):
        known.update(
            SearchWord.objects.filter(word__in=some)
            .filter(padded__in=[f"  {word} " for word in some])
            .values_list("word", flat=True)
        )
    for word in sorted(named.keys() - known):
        yield Mismatch(named[word], f"its word {word!r} is missing among those that are corrected when misspelt.")


def _verified_indexes() -> Iterator[Mismatch]:
    """Yield the indexes of SQLite that do not hold what their tables do."""
    for index in (ENTRIES_FTS, WORDS_FTS):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                # rank 1: compare with the table too (SQLite, FTS5, 6.5)
                cursor.execute(f"INSERT INTO {index}({index}, rank) VALUES ('integrity-check', 1)")  # noqa: S608 - names
        except DatabaseError:
            yield Mismatch(index, "the index does not hold what its table does: rebuild it with manage.py render.")


def verify_appearances(progress: Progress = _nothing) -> Iterator[Mismatch]:
    """Yield where the appearances of actors are not those of the public events."""
    columns = ("event_id", "actor_id", "kind", "slug", "happened_earliest", "happened_latest")
    for chunk in chunks(Event.objects.order_by("pk").values_list("pk", flat=True).iterator()):
        participations = Participation.objects.filter(event__keyed=chunk, event__state=State.PUBLISHED).order_by()
        right = set(
            participations.values_list("event_id", "actor_id", *(f"event__{name}" for name in columns[2:])).distinct()
        )
        stored = list(Appearance.objects.filter(event__keyed=chunk).order_by().values_list(*columns))
        slugs = dict(Event.objects.filter(pk__keyed=chunk).values_list("pk", "slug"))
        for event, actor, *_ in sorted(right ^ set(stored), key=lambda row: row[:2]):
            yield Mismatch(
                f"event {slugs[event]}", f"the appearance of {where_of(_ACTOR, actor)} is not that of the event."
            )
        if len(stored) != len(set(stored)):
            yield Mismatch(f"events {slugs[chunk[0]]} and later", "an appearance is there twice.")
        progress(len(chunk))


_ACTOR: Final[type[models.Model]] = Appearance._meta.get_field("actor").related_model


# --- The past -----------------------------------------------------------------------------------


def verify_history(progress: Progress = _nothing) -> Iterator[Mismatch]:
    """Yield where the history that stands now is not what the tables hold, or its spans cannot be."""
    for model in HISTORY:
        yield from _verified_now(model)
        yield from _verified_spans(model)
        progress(1)


def _verified_now(model: type[models.Model]) -> Iterator[Mismatch]:
    columns = [column for column in model._meta.concrete_fields if column.attname not in _WORKING]
    now, past = f'"{model._meta.db_table}"', f'"{HISTORY[model]._meta.db_table}"'
    same = " AND ".join(
        # Between the states of the desk a record moves without anything to be kept.
        f"(n.state = h.state OR (n.state IN {_DESK} AND h.state IN {_DESK}))"
        if column.name == "state"
        else f'n."{column.column}" {SAME[connection.vendor]} h."{column.column}"'
        for column in columns
    )
    standing = f"SELECT 1 FROM {past} AS h WHERE h.id = n.id AND h.recorded_to IS NULL"  # noqa: S608 - names
    changed = f"SELECT n.id FROM {now} AS n WHERE NOT EXISTS ({standing} AND {same})"  # noqa: S608 - names
    gone_sql = (
        f"SELECT h.id FROM {past} AS h WHERE h.recorded_to IS NULL "  # noqa: S608 - names
        f"AND NOT EXISTS (SELECT 1 FROM {now} AS n WHERE n.id = h.id)"
    )
    with connection.cursor() as cursor:
        cursor.execute(changed)
        differing = [pk for (pk,) in cursor.fetchall()]
        cursor.execute(gone_sql)
        missing = [pk for (pk,) in cursor.fetchall()]
    names = [column.attname for column in columns]
    for chunk in chunks(differing):
        rows = {row["id"]: row for row in model._default_manager.filter(pk__keyed=chunk).values("id", *names)}
        kept = {
            row["id"]: row for row in past_of(model).filter(id__in=chunk, recorded_to__isnull=True).values("id", *names)
        }
        for pk in chunk:
            where = where_of(model, pk)
            if pk not in kept:
                yield Mismatch(where, "history has no such row.")
                continue
            for name in names:
                if rows[pk][name] != kept[pk][name]:
                    has, in_history = _values(rows[pk][name], kept[pk][name])
                    yield Mismatch(f"{where}, {name}", f"the table has {has}, history {in_history}.")
    for pk in missing:
        yield Mismatch(f"{model._meta.verbose_name} {pk}", "it stands in history, but the table has no such row.")


_DESK: Final = f"('{State.DRAFT}', '{State.IN_REVIEW}')"


def _verified_spans(model: type[models.Model]) -> Iterator[Mismatch]:
    spans = past_of(model).annotate(
        begins=Window(
            Lead("recorded_from"), partition_by=[F("id")], order_by=[F("recorded_from").asc(), F("history_id").asc()]
        )
    )
    overlapping = spans.filter(
        Q(recorded_to__lte=F("recorded_from"))
        | Q(begins__lt=F("recorded_to"))
        | Q(recorded_to=None, begins__isnull=False)
    )
    for pk, begun, ended in overlapping.values_list("id", "recorded_from", "recorded_to").iterator():
        yield Mismatch(
            f"history of {where_of(model, pk)}",
            f"the span from {_instant(begun)} to {_instant(ended)} is empty, or overlaps the next one.",
        )


def verify_past(progress: Progress = _nothing) -> Iterator[Mismatch]:
    """Yield where the tables as they were known at an instant do not say what the ledger had public then.

    Asked at every instant at which history changes. The stored answers of the past are held to what they were made of.
    """
    for record_type in RECORD_TYPES:
        roots = past_of(record_type.model).values_list("id", flat=True).distinct().order_by("id")
        for chunk in chunks(roots.iterator()):
            for instant, ids in sorted(_instants(record_type, chunk).items()):
                yield from _verified_at(record_type, instant, sorted(ids))
            progress(len(chunk))
    for model in served():
        rows = past_of(model).order_by("recorded_from", "history_id").values_list("recorded_from", "id", "history_id")
        for instant, group in groupby(rows.iterator(chunk_size=2000), key=lambda row: row[0]):
            for chunk in chunks(group):
                yield from _verified_answers(model, instant, chunk)
                progress(len(chunk))


def _instants(record_type: RecordType, roots: Sequence[int]) -> dict[datetime, set[int]]:
    """Return the instants at which something of records changes in history, each with the keys of these."""
    owners_by_instant: dict[datetime, set[int]] = defaultdict(set)

    def add(model: type[models.Model], column: str, owners: dict[int, int], keys: Iterable[Key]) -> None:
        parts: dict[int, int] = {}
        has_id = model is record_type.model or any(isinstance(key, Refs | Codes | Rows) for key in keys)
        for some in chunks(owners):
            rows = past_of(model).filter(**{f"{column}__in": some})
            for pk, owner, *instants in rows.values_list("id", column, "recorded_from", "recorded_to"):
                if has_id:
                    parts[pk] = owners[owner]
                for instant in instants:
                    if instant is not None:
                        owners_by_instant[instant].add(owners[owner])
        for key in keys:
            if isinstance(key, Refs):
                through, here, _ = links_of(model, key)
                add(through, here, parts, ())
            elif isinstance(key, Codes | Rows):
                child = part_model(model, key)
                add(child, f"{parent_field(model, key)}_id", parts, key.keys if isinstance(key, Rows) else ())

    add(record_type.model, "id", {pk: pk for pk in roots}, record_type.keys)
    return owners_by_instant


def _verified_at(record_type: RecordType, instant: datetime, ids: Sequence[int]) -> Iterator[Mismatch]:
    """Yield where the records of the keys were not what the ledger had public at an instant."""
    slugs = set(past_of(record_type.model).filter(id__in=ids).values_list("slug", flat=True))
    documents: dict[str, Document] = {}
    with known_at(instant):
        public = record_type.model._default_manager.filter(pk__in=ids, state=State.PUBLISHED)
        try:
            documents = {
                str(document["slug"]): document
                for document in encode_many(record_type, list(public.values_list("pk", flat=True))).values()
            }
        except KeyError as missing:
            yield Mismatch(
                f"{record_type.name} {min(slugs)}", f"at {_instant(instant)} it names {missing}, which is gone."
            )
            return
    versions = Version.objects.filter(record_type=record_type.name, slug__in=slugs).known_at(instant)
    texts = dict(versions.values_list("slug", "document"))
    for slug in sorted(documents.keys() | texts.keys()):
        where = f"{record_type.name} {slug} at {_instant(instant)}"
        if slug not in texts:
            yield Mismatch(where, "history has it as public, the ledger has not.")
        elif slug not in documents:
            yield Mismatch(where, "the ledger has it as public, history has not.")
        else:
            yield from _differences(
                record_type, where, orjson.loads(texts[slug]), documents[slug], "the tables of history"
            )


def _verified_answers(
    model: type[Rendered], instant: datetime, rows: Sequence[tuple[datetime, int, int]]
) -> Iterator[Mismatch]:
    stored = dict(past_of(model).filter(history_id__in=[row for *_, row in rows]).values_list("id", "rendering"))
    with known_at(instant):
        right = public_renderings(model, [pk for _, pk, _ in rows])
    for _, pk, _ in rows:
        expected = right.get(pk, b"")
        if stored[pk] != expected.decode():
            where = f"{where_of(model, pk)} at {_instant(instant)}"
            yield from _rendered_otherwise(where, stored[pk], expected, "answer of the past")


# --- Where records went -------------------------------------------------------------------------


def verify_merges(progress: Progress = _nothing) -> Iterator[Mismatch]:
    """Yield the merges that are not those of the ledger and the log."""
    standing: dict[str, set[str]] = defaultdict(set)
    for redirect in Redirect.objects.order_by("number").iterator():
        about = {"record_type": redirect.record_type, "move": Move.MERGED, "by": redirect.by}
        reason = f"{redirect.old} into {redirect.new}. {redirect.reason}"
        if not LogEntry.objects.filter(**about, slug=redirect.new, reason=reason).exists() and redirect.public:
            yield Mismatch(str(redirect), "the log has no such merge.")
        if redirect.undone_at is None:
            standing[redirect.record_type].add(redirect.old)
        if redirect.public:
            yield from _verified_merge(redirect)
        progress(1)
    for record_type in RECORD_TYPES:
        rows = record_type.model._default_manager.filter(state=State.MERGED).order_by("slug")
        merged = set(rows.values_list("slug", flat=True))
        for slug in sorted(merged ^ standing[record_type.name]):
            yield Mismatch(
                f"{record_type.name} {slug}",
                "it is merged into another, but nothing leads there."
                if slug in merged
                else "its address leads to another record, but it is not merged.",
            )


def _verified_merge(redirect: Redirect) -> Iterator[Mismatch]:
    ledger = Version.objects.filter(record_type=redirect.record_type, slug=redirect.old)
    merged = ledger.filter(kind=VersionKind.RETRACTION, recorded_from=redirect.at, approver=redirect.by)
    if not merged.exists():
        yield Mismatch(str(redirect), f"the ledger retracts {redirect.old} at no such instant, by nobody of that name.")
    if redirect.undone_at is not None:
        undone = ledger.filter(
            kind=VersionKind.RESTORATION, recorded_from=redirect.undone_at, approver=redirect.undone_by
        )
        if not undone.exists():
            yield Mismatch(str(redirect), "it counts as undone, but the ledger restores nothing then.")


# --- How it is named ----------------------------------------------------------------------------


def where_of(model: type[models.Model], pk: int) -> str:
    """Return words for a row of the tables: the record that it belongs to, and which row."""
    if issubclass(model, Rendered):
        slug = model._default_manager.filter(pk=pk).values_list("slug", flat=True).first()
        return f"{model._meta.model_name} {slug or pk}"
    for column in model._meta.concrete_fields:
        owner = column.related_model if column.is_relation else None
        if (
            not isinstance(owner, type)
            or owner not in HISTORY
            or column.name not in getattr(model, "parents", (column.name,))
        ):
            continue
        key = model._default_manager.filter(pk=pk).values_list(column.attname, flat=True).first()
        if key is not None:
            return f"{where_of(owner, key)}, {model._meta.verbose_name} {pk}"
    return f"{model._meta.verbose_name} {pk}"


def _value(value: Any) -> str:
    return _around(_text(value), 0)


def _values(one: Any, other: Any) -> tuple[str, str]:
    """Return two values in words; of long ones the part in which they begin to differ."""
    texts = _text(one), _text(other)
    same = sum(1 for _ in takewhile(lambda signs: signs[0] == signs[1], zip(*texts, strict=False)))
    return _around(texts[0], same), _around(texts[1], same)


def _text(value: Any) -> str:
    return "nothing" if value in (None, "", [], {}) else orjson.dumps(value, default=str).decode()


def _around(text: str, place: int) -> str:
    """Return a text, or where it is long the part around a place."""
    start = max(0, place - _SHOWN // 2) if len(text) > _SHOWN else 0
    shown = text[start : start + _SHOWN]
    return f"{'…' if start else ''}{shown}{'…' if start + _SHOWN < len(text) else ''}"


def _instant(instant: datetime | None) -> str:
    return "no instant" if instant is None else instant.isoformat()


def _days(bounds: Sequence[date | None]) -> str:
    return " to ".join("none" if day is None else day.isoformat() for day in bounds)


#: What is checked, by the word for it.
CHECKS: Final[dict[str, Callable[[Progress], Iterator[Mismatch]]]] = {
    "chain": verify_chain,
    "releases": verify_frozen,
    "clock": verify_clock,
    "records": verify_records,
    "renderings": verify_renderings,
    "search": verify_search,
    "appearances": verify_appearances,
    "history": verify_history,
    "past": verify_past,
    "merges": verify_merges,
}
