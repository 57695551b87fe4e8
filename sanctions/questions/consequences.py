"""The consequences of a change to a record: changed standings, records that refer to it, releases that contain it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.db.models import Q

from sanctions.editorial.proposals import stored_temporarily
from sanctions.models import SUBJECT_MODELS, Agreement, Effect, Record, Release, Version
from sanctions.records.base import Document
from sanctions.records.encode import encode
from sanctions.records.referrers import find_other_referrers
from sanctions.records.registry import type_of
from sanctions.standing import INITIAL, spans_of
from sanctions.vocabulary import WHOLE_OF, Standing, State, Subject, VersionKind

#: Kind and slug of a subject, and for a party of an agreement the actor's slug.
Key = tuple[Subject, str, str]
#: Start and end (exclusive; ``None`` is open) of a span, and the standing during it.
_StandingSpan = tuple[date | None, date | None, Standing]
_SpansByKey = Mapping[Key, list[_StandingSpan]]


@dataclass(frozen=True, slots=True)
class Flip:
    """A subject whose standing would change during the half-open span [``since``, ``until``).

    ``before`` or ``after`` is ``None`` if the subject does not exist then.
    """

    subject: Subject
    name: str
    party: str
    since: date | None
    until: date | None
    before: Standing | None
    after: Standing | None


@dataclass(frozen=True, slots=True)
class Consequences:
    """The consequences of a change. ``referring`` is record type → slugs. Releases keep the version they contain."""

    flips: tuple[Flip, ...]
    referring: Mapping[str, Sequence[str]]
    releases: tuple[Release, ...]


def consequences(record: Record, document: Document, at: datetime) -> Consequences:
    """Return the consequences of replacing a published record by a document. Nothing is written.

    Raise :class:`~sanctions.exceptions.InvalidDocument` if the document cannot be stored.
    """
    slugs = _touched(record, (encode(type_of(record), record.pk), document))
    before = _standing_spans(slugs)
    with stored_temporarily(record, document, at):
        after = _standing_spans(slugs)
    return _moved(record, before, after)


def consequences_of_state(record: Record, state: State, at: datetime) -> Consequences:
    """Return the consequences of moving a record to another state, such as retracted. Nothing is written.

    The record itself has a public standing only while it is published. Raise :class:`InvalidDocument` if it cannot be
    stored in that state.
    """
    document = encode(type_of(record), record.pk)
    slugs = _touched(record, [document])
    of_record = set(_standing_spans(_touched(record, ())))
    before = _standing_spans(slugs)
    with stored_temporarily(record, document, at, state):
        after = _standing_spans(slugs)
    if state != State.PUBLISHED:
        after = {key: spells for key, spells in after.items() if key not in of_record}
    if not record.is_published:
        before = {key: spells for key, spells in before.items() if key not in of_record}
    return _moved(record, before, after)


def _moved(record: Record, before: _SpansByKey, after: _SpansByKey) -> Consequences:
    flips = tuple(
        flip for key in sorted(before.keys() | after.keys()) for flip in _flips(key, before.get(key), after.get(key))
    )
    return Consequences(flips, find_other_referrers(record), tuple(releases_with(record)))


def releases_with(record: Record) -> Iterator[Release]:
    """Yield the releases that contain a version of the record, oldest first."""
    versions = Version.objects.filter(record_type=type_of(record).name, slug=record.slug)
    times = [
        (begun, ended)
        for kind, begun, ended in versions.order_by("number").values_list("kind", "recorded_from", "recorded_to")
        if kind != VersionKind.RETRACTION
    ]
    for release in Release.objects.all():
        if any(
            begun <= release.released_at and (ended is None or release.released_at < ended) for begun, ended in times
        ):
            yield release


def _touched(record: Record, documents: Iterable[Document]) -> dict[Subject, set[str]]:
    """Return the slugs of all subjects whose standing the record can change."""
    slugs: dict[Subject, set[str]] = defaultdict(set)
    for subject, model in SUBJECT_MODELS.items():
        if isinstance(record, model):
            slugs[subject].add(record.slug)
    for document in documents:
        for effect in document.get("effects", ()):
            for subject in SUBJECT_MODELS:
                if slug := effect.get(str(subject)):
                    slugs[subject].add(slug)
    return slugs


def _standing_spans(slugs: Mapping[Subject, set[str]]) -> dict[Key, list[_StandingSpan]]:
    spans: dict[Key, list[_StandingSpan]] = {}
    for subject, model in SUBJECT_MODELS.items():
        named, whole = Q(slug__in=slugs.get(subject, ())), WHOLE_OF.get(subject)
        if whole:
            named |= Q(**{f"{whole}__slug__in": slugs.get(whole, ())})
        rows: list[Any] = list(model._default_manager.filter(named).only("slug", *([str(whole)] if whole else [])))
        effects = Effect.objects.defer("event__rendering").by_subject(subject, rows) if rows else {}
        spans |= {(subject, row.slug, ""): _spans_of(effects[row.pk], subject) for row in rows}
        if subject is Subject.AGREEMENT and rows:
            spans |= _parties(rows)
    return spans


def _parties(rows: Sequence[Agreement]) -> dict[Key, list[_StandingSpan]]:
    by_agreement = Effect.objects.defer("event__rendering", "party__rendering").by_party(rows)
    return {
        (Subject.PARTY, row.slug, effects[0].party.slug): _spans_of(effects, Subject.PARTY)
        for row in rows
        for effects in by_agreement[row.pk].values()
        if effects and effects[0].party is not None
    }


def _spans_of(effects: Sequence[Effect], subject: Subject) -> list[_StandingSpan]:
    return [(span.start, span.end, span.answer.code) for span in spans_of(effects, subject)]


def _flips(key: Key, before: list[_StandingSpan] | None, after: list[_StandingSpan] | None) -> Iterator[Flip]:
    """Yield the spans in which the standings differ; adjacent spans with the same two standings are joined."""
    subject, slug, party = key
    if subject is Subject.PARTY:
        # An actor without any effect has the initial standing.
        before, after = before or [(None, None, INITIAL[subject])], after or [(None, None, INITIAL[subject])]
    days = sorted({day for spell in (*(before or ()), *(after or ())) for day in spell[:2] if day is not None})
    bounds: list[date | None] = [None, *days, None]
    current: Flip | None = None
    for start, end in pairwise(bounds):
        was, would = _at(before, start), _at(after, start)
        if current and (was, would) == (current.before, current.after):
            current = Flip(subject, slug, party, current.since, end, was, would)
            continue
        if current and current.before != current.after:
            yield current
        current = Flip(subject, slug, party, start, end, was, would)
    if current and current.before != current.after:
        yield current


def _at(spells: list[_StandingSpan] | None, day: date | None) -> Standing | None:
    """Return the standing on a day, or before all of them."""
    if spells is None:
        return None
    begun = [spell for spell in spells if spell[0] is None or (day is not None and spell[0] <= day)]
    return begun[-1][2] if begun else None
