"""What a change to a record would move: standings that flip, with days; records that refer to it; releases with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Final

from django.db.models import Q

from sanctions.editorial.proposals import tried
from sanctions.models import Agreement, Commitment, Effect, Measure, Order, Record, Release, Version, Violation
from sanctions.records.base import Document
from sanctions.records.encode import encode
from sanctions.records.referrers import referring_to
from sanctions.records.registry import type_of
from sanctions.standing import INITIAL, spans_of
from sanctions.vocabulary import Standing, State, Subject, VersionKind

#: Subject → its model, and the column of its record for those that are parts of one.
_MODELS: Final[dict[Subject, tuple[type[Any], str]]] = {
    Subject.ORDER: (Order, ""),
    Subject.MEASURE: (Measure, "order"),
    Subject.AGREEMENT: (Agreement, ""),
    Subject.COMMITMENT: (Commitment, "agreement"),
    Subject.VIOLATION: (Violation, ""),
}
#: What an effect on a whole changes of its parts too.
_WHOLES: Final = {Subject.MEASURE: Subject.ORDER, Subject.COMMITMENT: Subject.AGREEMENT}

#: Which subject: its kind, its slug, and for a party of an agreement the actor's slug.
Key = tuple[Subject, str, str]
#: A standing that held for the half-open span of the first two; ``None`` is without bound.
_Spell = tuple[date | None, date | None, Standing]


@dataclass(frozen=True, slots=True)
class Flip:
    """A subject whose standing would be another one for the half-open span [``since``, ``until``).

    ``before`` or ``after`` is ``None`` where the subject is not there.
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
    """What a change would move. ``referring`` is record type → slugs; releases stay as they are and are cited so."""

    flips: tuple[Flip, ...]
    referring: Mapping[str, Sequence[str]]
    releases: tuple[Release, ...]


def consequences(record: Record, document: Document, at: datetime) -> Consequences:
    """Return what would move if a published record said what the document says; nothing is written.

    :class:`~sanctions.exceptions.InvalidDocument` if it cannot be stored.
    """
    slugs = _touched(record, (encode(type_of(record), record.pk), document))
    before = _spells(slugs)
    with tried(record, document, at):
        after = _spells(slugs)
    return _moved(record, before, after)


def consequences_of_state(record: Record, state: State, at: datetime) -> Consequences:
    """Return what would move if a record were in another state, such as retracted; nothing is written.

    Of the record itself the public has a standing only while it is published. :class:`InvalidDocument` if it cannot
    be stored so.
    """
    document = encode(type_of(record), record.pk)
    slugs = _touched(record, [document])
    own = set(_spells(_touched(record, ())))
    before = _spells(slugs)
    with tried(record, document, at, state):
        after = _spells(slugs)
    if state != State.PUBLISHED:
        after = {key: spells for key, spells in after.items() if key not in own}
    if not record.is_published:
        before = {key: spells for key, spells in before.items() if key not in own}
    return _moved(record, before, after)


def _moved(record: Record, before: Mapping[Key, list[_Spell]], after: Mapping[Key, list[_Spell]]) -> Consequences:
    flips = tuple(
        flip for key in sorted(before.keys() | after.keys()) for flip in _flips(key, before.get(key), after.get(key))
    )
    return Consequences(flips, referring_to(record), tuple(releases_with(record)))


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
    """Return the slugs of all subjects whose standing the record has a say in."""
    found: dict[Subject, set[str]] = defaultdict(set)
    for subject, (model, _) in _MODELS.items():
        if isinstance(record, model):
            found[subject].add(record.slug)
    for document in documents:
        for effect in document.get("effects", ()):
            for subject in _MODELS:
                if slug := effect.get(str(subject)):
                    found[subject].add(slug)
    return found


def _spells(slugs: Mapping[Subject, set[str]]) -> dict[Key, list[_Spell]]:
    found: dict[Key, list[_Spell]] = {}
    for subject, (model, owner) in _MODELS.items():
        named = Q(slug__in=slugs.get(subject, ()))
        if subject in _WHOLES:
            named |= Q(**{f"{owner}__slug__in": slugs.get(_WHOLES[subject], ())})
        rows = list(model._default_manager.filter(named).only("slug", *([owner] if owner else [])))
        effects = Effect.objects.defer("event__rendering").by_subject(subject, rows) if rows else {}
        found |= {(subject, row.slug, ""): _spelt(effects[row.pk], subject) for row in rows}
        if subject is Subject.AGREEMENT and rows:
            found |= _parties(rows)
    return found


def _parties(rows: Sequence[Agreement]) -> dict[Key, list[_Spell]]:
    by_agreement = Effect.objects.defer("event__rendering", "party__rendering").by_party(rows)
    return {
        (Subject.PARTY, row.slug, effects[0].party.slug): _spelt(effects, Subject.PARTY)
        for row in rows
        for effects in by_agreement[row.pk].values()
        if effects and effects[0].party is not None
    }


def _spelt(effects: Sequence[Effect], subject: Subject) -> list[_Spell]:
    return [(span.start, span.end, span.answer.code) for span in spans_of(effects, subject)]


def _flips(key: Key, before: list[_Spell] | None, after: list[_Spell] | None) -> Iterator[Flip]:
    """Yield the spans in which the standings differ, neighbours of the same two standings joined."""
    subject, slug, party = key
    if subject is Subject.PARTY:
        # Who has done nothing yet stands in no relation to the agreement.
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


def _at(spells: list[_Spell] | None, day: date | None) -> Standing | None:
    """Return the standing on a day, or before all of them."""
    if spells is None:
        return None
    begun = [spell for spell in spells if spell[0] is None or (day is not None and spell[0] <= day)]
    return begun[-1][2] if begun else None
