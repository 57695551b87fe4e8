"""What changed between two days: the difference of two standings, with the effects that made it.

The changes from A to B and from B to C compose to those from A to C. Comparing B with A gives the same changes with
``before`` and ``after`` exchanged; the word for a change always reads forwards in time.

Each side can be taken as this database knew it at an instant. Changes of the database are then separate from changes
in the world: a record that only one side has was added to or removed from the record, and a standing that differs
although nothing happened between the two days was corrected.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeVar

from django.db.models import Q

from sanctions.database.past_views import known_at
from sanctions.exceptions import TooMuch
from sanctions.models import Designation, Effect
from sanctions.questions.changes import LISTINGS, word_for
from sanctions.questions.standings import bounded, given, listings, reason
from sanctions.questions.subjects import SUBJECTS, ComparisonFilter, Held, SubjectKey, Subjects, called
from sanctions.standing import Answer, standing_on
from sanctions.vocabulary import Listing, StandingChange, Subject

#: Changes of one kind of subject that an answer holds.
MOST: Final = 10_000

_EVERYTHING: Final = ComparisonFilter()
_UNKNOWN: Final[dict[str, Any]] = {"code": None, "since": None, "certain": None, "possible": []}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Moment:
    """One side of a comparison: a day, as this database knew it at an instant (``None``: now).

    ``here`` is true if queries see what was known at that instant already.
    """

    day: date
    known: datetime | None = None
    here: bool = False

    def entered(self) -> AbstractContextManager[None]:
        """Return the context within which queries see what was known."""
        return nullcontext() if self.known is None or self.here else known_at(self.known)

    def shown(self) -> dict[str, Any]:
        """Return the moment as JSON."""
        return {"as_of": self.day, "known_at": self.known}


def compare(start: Moment, end: Moment, scope: ComparisonFilter = _EVERYTHING) -> dict[str, Any]:
    """Return every change between two moments, by what changed, each kind in the order in which it came about.

    Raises:
        TooMuch: there are more than :data:`MOST` of one kind.
    """
    if start.known == end.known:
        with start.entered():
            found = _between_days(start.day, end.day, scope)
    else:
        found = {kind.plural: _sorted(_between_moments(kind, start, end, scope)) for kind in SUBJECTS}
        found["designations"] = _sorted(_designations_between_moments(start, end, scope))
    return {"from": start.shown(), "to": end.shown(), **found}


def _sorted(changes: Iterator[tuple[SubjectKey, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return the changes by the day since which the later standing holds, then by slug."""

    def place(entry: tuple[SubjectKey, dict[str, Any]]) -> tuple[date, SubjectKey]:
        key, change = entry
        days = [side["since"] for side in (change["before"], change["after"]) if side["since"]]
        return max(days, default=date.min), key

    return [change for _, change in sorted(changes, key=place)]


def _differing(start: Mapping[SubjectKey, T], end: Mapping[SubjectKey, T], noun: str) -> list[SubjectKey]:
    """Return the keys whose values differ, or that one side lacks, in order."""
    keys = sorted(key for key in start.keys() | end.keys() if start.get(key) != end.get(key))
    _refuse(len(keys), noun)
    return keys


def _refuse(count: int, noun: str) -> None:
    if count > MOST:
        raise TooMuch(f"changes of {noun}", MOST)


# --- Subjects that effects change ---------------------------------------------------------------


def _between_days(start: date, end: date, scope: ComparisonFilter) -> dict[str, list[dict[str, Any]]]:
    """Return the changes between two days, both as the tables have them.

    The differing subjects of every kind are counted before any effects are read, so that too many are rejected early.
    """
    days = min(start, end), max(start, end)
    differing = {kind: kind.differing(scope, *days, MOST + 1) for kind in SUBJECTS}
    for kind, some in differing.items():
        _refuse(some.count, kind.plural)
    found = {kind.plural: _sorted(_changes(kind, some.read(), start, end)) for kind, some in differing.items()}
    found["designations"] = _sorted(_designations_between_days(start, end, scope))
    return found


def _changes(
    kind: Subjects, found: Mapping[SubjectKey, Held], start: date, end: date
) -> Iterator[tuple[SubjectKey, dict[str, Any]]]:
    for key, held in found.items():
        standings = _TwoStandings(kind.subject, held, start, end)
        yield key, _shown(standings, standings.revised, standings.word)


def _between_moments(
    kind: Subjects, start: Moment, end: Moment, scope: ComparisonFilter
) -> Iterator[tuple[SubjectKey, dict[str, Any]]]:
    """Yield the changes between two days, each as it was known at its own instant."""
    with start.entered():
        codes = kind.codes(scope, start.day)
    with end.entered():
        keys = _differing(codes, kind.codes(scope, end.day), kind.plural)
    # Entering or leaving the filter is not a change: read both sides without it.
    with start.entered():
        known = kind.held(_EVERYTHING, keys)
    with end.entered():
        held = kind.held(_EVERYTHING, keys)
    for key in keys:
        before = standing_on(start.day, known[key].effects, kind.subject) if key in known else None
        if key not in held:
            yield key, _removed(kind.subject, known[key], before)
            continue
        standings = _TwoStandings(kind.subject, held[key], start.day, end.day)
        if before is None or before.code != standings.after.code:
            yield key, _shown(standings, before, standings.learned(before)) | {"revised": _side(standings.revised)}


class _TwoStandings:
    """The standings of a subject on two days, as one state of the tables has them."""

    def __init__(self, subject: Subject, held: Held, start: date, end: date) -> None:
        self.subject, self.held = subject, held
        self.days = (min(start, end), max(start, end))
        self.revised, self.after = (standing_on(day, held.effects, subject) for day in (start, end))
        self.earlier, self.later = (self.revised, self.after) if start <= end else (self.after, self.revised)

    @property
    def word(self) -> StandingChange:
        """What happened between the two days, forwards in time."""
        return word_for(self.subject, self.earlier.code, self.later.code)

    def learned(self, before: Answer[Effect] | None) -> StandingChange:
        """Return what happened to what was known before, in the world or in the record only."""
        if before is None:
            return StandingChange.ADDED_TO_RECORD
        return StandingChange.CORRECTED if self.earlier.code == self.later.code else self.word

    def steps(self) -> Iterator[dict[str, Any]]:
        """Yield every day in between on which the standing, or the effect that makes it, became another."""
        bounds = {day for effect in self.held.effects for day in (effect.effective_latest, effect.until_latest)}
        days = sorted(day for day in bounds if day and self.days[0] < day <= self.days[1])
        last = _turn(self.earlier)
        for day in days:
            # After the last of these days nothing changes.
            answer = self.later if day == days[-1] else standing_on(day, self.held.effects, self.subject)
            turn = _turn(answer)
            if turn != last:
                code, effect = last = turn
                yield {"on": day, "code": code, "effect": effect and reason(effect)}


def _turn(answer: Answer[Effect]) -> tuple[str, Effect | None]:
    """Return a standing and the effect that makes it: the last denial, where a claim is disputed."""
    return answer.code, answer.contested_by[-1] if answer.contested_by else answer.decided_by


def _shown(standings: _TwoStandings, before: Answer[Effect] | None, word: StandingChange) -> dict[str, Any]:
    """Return a change as JSON."""
    return {
        **standings.held.named,
        "change": word,
        "before": _side(before),
        "after": _side(standings.after),
        **_reasons(standings.subject, standings.after),
        "steps": list(standings.steps()),
    }


def _removed(subject: Subject, held: Held, before: Answer[Effect] | None) -> dict[str, Any]:
    """Return the change of a record that the later side does not have."""
    return {
        **held.named,
        "change": StandingChange.REMOVED_FROM_RECORD,
        "before": _side(before),
        "after": _UNKNOWN,
        **_reasons(subject, None),
        "steps": [],
        "revised": _UNKNOWN,
    }


def _side(answer: Answer[Effect] | None) -> dict[str, Any]:
    if answer is None:
        return _UNKNOWN
    return {
        "code": answer.code,
        "since": bounded(answer.since),
        "certain": answer.certain,
        "possible": answer.possible,
    }


def _reasons(subject: Subject, answer: Answer[Effect] | None) -> dict[str, Any]:
    decided = answer.decided_by if answer else None
    found: dict[str, Any] = {"decided_by": decided and reason(decided)}
    if subject is Subject.VIOLATION:
        found["contested_by"] = [reason(effect) for effect in (answer.contested_by if answer else ())]
    return found


# --- Designations, which have dates of their own ------------------------------------------------

#: A designation and its side, ``None`` where it is not known.
_Listed = tuple[Designation, dict[str, Any]]


def _designations_between_days(
    start: date, end: date, scope: ComparisonFilter
) -> Iterator[tuple[SubjectKey, dict[str, Any]]]:
    within = Q()
    for bound in ("listed_earliest", "listed_latest", "delisted_earliest", "delisted_latest"):
        within |= Q(**{f"{bound}__gt": min(start, end), f"{bound}__lte": max(start, end)})
    rows = list(_designations(scope).filter(within))
    yield from _relisted(_listed(rows, start), _listed(rows, end), start <= end)


def _designations_between_moments(
    start: Moment, end: Moment, scope: ComparisonFilter
) -> Iterator[tuple[SubjectKey, dict[str, Any]]]:
    within: set[str] = set()
    rows = []
    for moment in (start, end):
        with moment.entered():
            within.update(_designations(scope).values_list("slug", flat=True))
            rows.append(list(_designations(_EVERYTHING)))
    # Entering or leaving the filter is not a change: read both sides without it.
    past, present = ([row for row in some if row.slug in within] for some in rows)
    known, revised, after = _listed(past, start.day), _listed(present, start.day), _listed(present, end.day)
    for key in _differing(_codes(known), _codes(after), "designations"):
        row = (after if key in after else known)[key][0]
        before, now, then = (found[key][1] if key in found else _UNKNOWN for found in (known, revised, after))
        word = _learned_word(before["code"], now["code"], then["code"], start.day <= end.day)
        yield key, _designation(row, before, then, word) | {"revised": now}


def _relisted(
    before: Mapping[SubjectKey, _Listed], after: Mapping[SubjectKey, _Listed], forwards: bool
) -> Iterator[tuple[SubjectKey, dict[str, Any]]]:
    for key in _differing(_codes(before), _codes(after), "designations"):
        (row, side), (_, other) = before[key], after[key]
        yield key, _designation(row, side, other, _word(side["code"], other["code"], forwards))


def _word(start: Listing, end: Listing, forwards: bool) -> StandingChange:
    return LISTINGS[(start, end) if forwards else (end, start)]


def _learned_word(
    before: Listing | None, revised: Listing | None, after: Listing | None, forwards: bool
) -> StandingChange:
    if before is None:
        return StandingChange.ADDED_TO_RECORD
    if revised is None or after is None:
        return StandingChange.REMOVED_FROM_RECORD
    return StandingChange.CORRECTED if revised == after else _word(revised, after, forwards)


def _designations(scope: ComparisonFilter) -> Any:
    """Return the designations within the scope, by slug, with what names them."""
    related = [f"{name}__{column}" for name in ("actor", "program") for column in ("slug", "name", "state")]
    rows = Designation.objects.published().filter(scope.of_designations()).select_related("actor", "program")
    return rows.only(*_DESIGNATED, *related).order_by("slug")


_DESIGNATED: Final = (
    *("slug", "state", "list_name", "entry_id", "listed_on", "listed_earliest", "listed_latest"),
    *("delisted_on", "delisted_earliest", "delisted_latest"),
)


def _codes(found: Mapping[SubjectKey, _Listed]) -> dict[SubjectKey, str]:
    return {key: side["code"] for key, (_, side) in found.items()}


def _listed(rows: list[Designation], day: date) -> dict[SubjectKey, _Listed]:
    """Return whether each designation was on its list on the day, and since when."""
    beside = listings(rows, day)
    return {(row.slug,): (row, _listing(row, beside[row.pk]["listed"], day)) for row in rows}


def _listing(row: Designation, listed: bool | None, day: date) -> dict[str, Any]:
    if listed is None:
        return {"code": Listing.OPEN, "since": None, "certain": False, "possible": [Listing.LISTED, Listing.NOT_LISTED]}
    code = Listing.LISTED if listed else Listing.NOT_LISTED
    off = row.delisted_latest is not None and row.delisted_latest <= day
    since = row.listed_latest if listed else row.delisted_latest if off else None
    return {"code": code, "since": bounded(since), "certain": True, "possible": [code]}


def _designation(
    row: Designation, before: dict[str, Any], after: dict[str, Any], word: StandingChange
) -> dict[str, Any]:
    return {
        "designation": called(row),
        "actor": called(row.actor, name=row.actor.name),
        **({"program": called(row.program, name=row.program.name)} if row.program else {}),
        **given({name: getattr(row, name) for name in ("list_name", "entry_id", "listed_on", "delisted_on")}),
        "change": word,
        "before": before,
        "after": after,
    }
