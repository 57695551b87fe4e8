"""What changed between two days: the difference of two standings, with the effects that made it.

Comparing A with B and B with C composes to A with C, and comparing B with A gives the same changes with
``before`` and ``after`` exchanged: a change is what differs, told forwards in time.

Either side may be asked as this database knew it at an instant. Then what it learned is told apart from
what the world did: a record that only one side knows was added to or removed from it, and a standing that
differs though nothing happened between the two days was corrected.
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
from sanctions.questions.subjects import SUBJECTS, Held, Key, Scope, Subjects, called
from sanctions.standing import Answer, standing_on
from sanctions.vocabulary import Change, Listing, Subject

#: Changes of one kind of subject that an answer holds.
MOST: Final = 10_000

_EVERYTHING: Final = Scope()
_UNKNOWN: Final[dict[str, Any]] = {"code": None, "since": None, "certain": None, "possible": []}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Moment:
    """One side of a comparison: a day, as this database knew it at an instant (``None``: now).

    ``here`` says that queries see what was known at that instant already.
    """

    day: date
    known: datetime | None = None
    here: bool = False

    def entered(self) -> AbstractContextManager[None]:
        """Return the context within which queries see what was known."""
        return nullcontext() if self.known is None or self.here else known_at(self.known)

    def shown(self) -> dict[str, Any]:
        """Return the moment as an answer shows it."""
        return {"as_of": self.day, "known_at": self.known}


def compare(one: Moment, two: Moment, scope: Scope = _EVERYTHING) -> dict[str, Any]:
    """Return every change between two moments, by what changed, each kind in the order in which it came about.

    Raises:
        TooMuch: there are more than :data:`MOST` of one kind.
    """
    if one.known == two.known:
        with one.entered():
            found = _between_days(one.day, two.day, scope)
    else:
        found = {kind.plural: _sorted(_between_moments(kind, one, two, scope)) for kind in SUBJECTS}
        found["designations"] = _sorted(_designations_between_moments(one, two, scope))
    return {"from": one.shown(), "to": two.shown(), **found}


def _sorted(changes: Iterator[tuple[Key, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return the changes by the day since which the later standing holds, then by slug."""

    def place(entry: tuple[Key, dict[str, Any]]) -> tuple[date, Key]:
        key, change = entry
        days = [side["since"] for side in (change["before"], change["after"]) if side["since"]]
        return max(days, default=date.min), key

    return [change for _, change in sorted(changes, key=place)]


def _differing(one: Mapping[Key, T], two: Mapping[Key, T], noun: str) -> list[Key]:
    """Return the keys whose values differ, or that one side lacks, in order."""
    keys = sorted(key for key in one.keys() | two.keys() if one.get(key) != two.get(key))
    _refuse(len(keys), noun)
    return keys


def _refuse(count: int, noun: str) -> None:
    if count > MOST:
        raise TooMuch(f"changes of {noun}", MOST)


# --- Subjects that effects change ---------------------------------------------------------------


def _between_days(one: date, two: date, scope: Scope) -> dict[str, list[dict[str, Any]]]:
    """Return the changes between two days, both as the tables have them.

    Which subjects differ is known of every kind before the effects of any are read: what is too much is refused then.
    """
    days = min(one, two), max(one, two)
    differing = {kind: kind.differing(scope, *days, MOST + 1) for kind in SUBJECTS}
    for kind, some in differing.items():
        _refuse(some.count, kind.plural)
    found = {kind.plural: _sorted(_changes(kind, some.read(), one, two)) for kind, some in differing.items()}
    found["designations"] = _sorted(_designations_between_days(one, two, scope))
    return found


def _changes(kind: Subjects, found: Mapping[Key, Held], one: date, two: date) -> Iterator[tuple[Key, dict[str, Any]]]:
    for key, held in found.items():
        told = _Told(kind.subject, held, one, two)
        yield key, _shown(told, told.revised, told.word)


def _between_moments(kind: Subjects, one: Moment, two: Moment, scope: Scope) -> Iterator[tuple[Key, dict[str, Any]]]:
    """Yield the changes between two days, each as it was known at its own instant."""
    with one.entered():
        codes = kind.codes(scope, one.day)
    with two.entered():
        keys = _differing(codes, kind.codes(scope, two.day), kind.plural)
    # What came into the scope or left it is no news: both sides are read whatever the scope.
    with one.entered():
        known = kind.held(_EVERYTHING, keys)
    with two.entered():
        held = kind.held(_EVERYTHING, keys)
    for key in keys:
        before = standing_on(one.day, known[key].effects, kind.subject) if key in known else None
        if key not in held:
            yield key, _gone(kind.subject, known[key], before)
            continue
        told = _Told(kind.subject, held[key], one.day, two.day)
        if before is None or before.code != told.after.code:
            yield key, _shown(told, before, told.learned(before)) | {"revised": _side(told.revised)}


class _Told:
    """What one state of the tables tells of a subject on the two days, ``one`` and ``two``."""

    def __init__(self, subject: Subject, held: Held, one: date, two: date) -> None:
        self.subject, self.held = subject, held
        self.days = (min(one, two), max(one, two))
        self.revised, self.after = (standing_on(day, held.effects, subject) for day in (one, two))
        self.earlier, self.later = (self.revised, self.after) if one <= two else (self.after, self.revised)

    @property
    def word(self) -> Change:
        """What happened between the two days, told forwards."""
        return word_for(self.subject, self.earlier.code, self.later.code)

    def learned(self, before: Answer[Effect] | None) -> Change:
        """Return what happened to what was known before, in the world or in the record only."""
        if before is None:
            return Change.ADDED_TO_RECORD
        return Change.CORRECTED if self.earlier.code == self.later.code else self.word

    def steps(self) -> Iterator[dict[str, Any]]:
        """Yield every day in between on which the standing, or the effect that makes it, became another."""
        bounds = {day for effect in self.held.effects for day in (effect.effective_latest, effect.until_latest)}
        days = sorted(day for day in bounds if day and self.days[0] < day <= self.days[1])
        last = _turn(self.earlier)
        for day in days:
            # From the last of these days on nothing turns any more.
            answer = self.later if day == days[-1] else standing_on(day, self.held.effects, self.subject)
            turn = _turn(answer)
            if turn != last:
                code, effect = last = turn
                yield {"on": day, "code": code, "effect": effect and reason(effect)}


def _turn(answer: Answer[Effect]) -> tuple[str, Effect | None]:
    """Return a standing and the effect that makes it: the last denial, where a claim is disputed."""
    return answer.code, answer.contested_by[-1] if answer.contested_by else answer.decided_by


def _shown(told: _Told, before: Answer[Effect] | None, word: Change) -> dict[str, Any]:
    """Return a change as an answer shows it."""
    return {
        **told.held.named,
        "change": word,
        "before": _side(before),
        "after": _side(told.after),
        **_reasons(told.subject, told.after),
        "steps": list(told.steps()),
    }


def _gone(subject: Subject, held: Held, before: Answer[Effect] | None) -> dict[str, Any]:
    """Return the change of a record that is not known any more."""
    return {
        **held.named,
        "change": Change.REMOVED_FROM_RECORD,
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


def _designations_between_days(one: date, two: date, scope: Scope) -> Iterator[tuple[Key, dict[str, Any]]]:
    within = Q()
    for bound in ("listed_earliest", "listed_latest", "delisted_earliest", "delisted_latest"):
        within |= Q(**{f"{bound}__gt": min(one, two), f"{bound}__lte": max(one, two)})
    rows = list(_designations(scope).filter(within))
    yield from _relisted(_listed(rows, one), _listed(rows, two), one <= two)


def _designations_between_moments(one: Moment, two: Moment, scope: Scope) -> Iterator[tuple[Key, dict[str, Any]]]:
    within: set[str] = set()
    rows = []
    for moment in (one, two):
        with moment.entered():
            within.update(_designations(scope).values_list("slug", flat=True))
            rows.append(list(_designations(_EVERYTHING)))
    # What came into the scope or left it is no news: both sides are read whatever the scope.
    past, present = ([row for row in some if row.slug in within] for some in rows)
    known, revised, after = _listed(past, one.day), _listed(present, one.day), _listed(present, two.day)
    for key in _differing(_codes(known), _codes(after), "designations"):
        row = (after if key in after else known)[key][0]
        before, now, then = (found[key][1] if key in found else _UNKNOWN for found in (known, revised, after))
        word = _learned_word(before["code"], now["code"], then["code"], one.day <= two.day)
        yield key, _designation(row, before, then, word) | {"revised": now}


def _relisted(
    before: Mapping[Key, _Listed], after: Mapping[Key, _Listed], forwards: bool
) -> Iterator[tuple[Key, dict[str, Any]]]:
    for key in _differing(_codes(before), _codes(after), "designations"):
        (row, side), (_, other) = before[key], after[key]
        yield key, _designation(row, side, other, _word(side["code"], other["code"], forwards))


def _word(one: Listing, two: Listing, forwards: bool) -> Change:
    return LISTINGS[(one, two) if forwards else (two, one)]


def _learned_word(before: Listing | None, revised: Listing | None, after: Listing | None, forwards: bool) -> Change:
    if before is None:
        return Change.ADDED_TO_RECORD
    if revised is None or after is None:
        return Change.REMOVED_FROM_RECORD
    return Change.CORRECTED if revised == after else _word(revised, after, forwards)


def _designations(scope: Scope) -> Any:
    """Return the designations within the scope, by slug, with what names them."""
    related = [f"{name}__{column}" for name in ("actor", "program") for column in ("slug", "name", "state")]
    rows = Designation.objects.published().filter(scope.of_designations()).select_related("actor", "program")
    return rows.only(*_DESIGNATED, *related).order_by("slug")


_DESIGNATED: Final = (
    *("slug", "state", "list_name", "entry_id", "listed_on", "listed_earliest", "listed_latest"),
    *("delisted_on", "delisted_earliest", "delisted_latest"),
)


def _codes(found: Mapping[Key, _Listed]) -> dict[Key, str]:
    return {key: side["code"] for key, (_, side) in found.items()}


def _listed(rows: list[Designation], day: date) -> dict[Key, _Listed]:
    """Return each designation with whether it stood on its list on the day, and since when."""
    beside = listings(rows, day)
    return {(row.slug,): (row, _listing(row, beside[row.pk]["listed"], day)) for row in rows}


def _listing(row: Designation, listed: bool | None, day: date) -> dict[str, Any]:
    if listed is None:
        return {"code": Listing.OPEN, "since": None, "certain": False, "possible": [Listing.LISTED, Listing.NOT_LISTED]}
    code = Listing.LISTED if listed else Listing.NOT_LISTED
    off = row.delisted_latest is not None and row.delisted_latest <= day
    since = row.listed_latest if listed else row.delisted_latest if off else None
    return {"code": code, "since": bounded(since), "certain": True, "possible": [code]}


def _designation(row: Designation, before: dict[str, Any], after: dict[str, Any], word: Change) -> dict[str, Any]:
    return {
        "designation": called(row),
        "actor": called(row.actor, name=row.actor.name),
        **({"program": called(row.program, name=row.program.name)} if row.program else {}),
        **given({name: getattr(row, name) for name in ("list_name", "entry_id", "listed_on", "delisted_on")}),
        "change": word,
        "before": before,
        "after": after,
    }
