"""The fold: what an order, agreement, party, commitment or violation is on a day, and why.

A standing is never stored. It is folded from the effects of events, as a balance is summed from the
entries of a ledger. :data:`TABLE` says what each verb does; this fold and its SQL twin
(:mod:`sanctions.models.standing_sql`) are both made from it, and a property test holds them equal.

Rules
    * Effects are ordered by (latest possible day, sequence, rank of the verb in the table); among equals
      what holds in whole follows what holds in part, and the longer ``until`` the shorter. What then still
      ties gives the same standing; ``tie`` says which of them is named. The last *decisive* effect on or
      before the day decides. The latest possible day is used because an effect of
      imprecise date has certainly happened only by then.
    * An effect in part gives the table's "in part" standing.
    * An effect with ``until`` holds for the half-open span [effective, until). From ``until`` on it gives
      the table's standing ``after``, unless it imposes and a prolonging effect (extended, continued) that followed it
      names a later end or none.
    * A violation that somebody asserts and somebody denies is disputed: both stay, each attributed.
    * Where imprecise dates leave more than one answer open, all of them are in ``possible`` and
      ``certain`` is false.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Generic, Protocol, TypeVar

from sanctions.vocabulary import Standing, Subject, Verb


class Entry(Protocol):
    """What the fold needs to know of an effect: an entry of the ledger. The model ``Effect`` has all of it."""

    @property
    def verb(self) -> str:
        """What it did (:class:`Verb`)."""

    @property
    def effective_earliest(self) -> date:
        """The first day on which it can have begun."""

    @property
    def effective_latest(self) -> date:
        """The day by which it has certainly begun."""

    @property
    def sequence(self) -> int:
        """Its place among effects of one day: the higher comes later."""

    @property
    def in_part(self) -> bool:
        """Whether it holds for a part of the subject only."""

    @property
    def until_earliest(self) -> date | None:
        """The first day on which it can have ended; ``None`` if it names no end."""

    @property
    def until_latest(self) -> date | None:
        """The day by which it has certainly ended; ``None`` if it names no end."""

    @property
    def tie(self) -> str:
        """What tells it from its equals, the same in every database."""


T = TypeVar("T")
E = TypeVar("E", bound=Entry)


@dataclass(frozen=True, slots=True)
class Rule:
    """What one verb does to one kind of subject.

    ``gives`` is the standing it decides (``None``: it shows in the history and decides nothing),
    ``in_part`` the one it gives when it holds in part, ``after`` the one that follows when its
    ``until`` has passed, ``prolongs`` whether its ``until`` moves the end of the deciding effect.
    """

    gives: Standing | None = None
    in_part: Standing | None = None
    after: Standing | None = None
    prolongs: bool = False


_S, _V = Standing, Verb
_HISTORY: Final = Rule()
_PROLONGS: Final = Rule(prolongs=True)

_INSTRUMENT: Final[dict[Verb, Rule]] = {
    _V.ISSUED: _HISTORY,
    _V.PUBLISHED: _HISTORY,
    _V.RATIFIED: _HISTORY,
    _V.ENDORSED: _HISTORY,
    _V.AMENDED: _HISTORY,
    _V.SUPPLEMENTED: _HISTORY,
    _V.EXTENDED: _PROLONGS,
    _V.CONTINUED: _PROLONGS,
    _V.REACHED_MILESTONE: _HISTORY,
    _V.TOOK_EFFECT: Rule(_S.IN_FORCE, _S.IN_FORCE_IN_PART, _S.ENDED),
    _V.REINSTATED: Rule(_S.IN_FORCE, _S.IN_FORCE_IN_PART, _S.ENDED),
    _V.SNAPPED_BACK: Rule(_S.IN_FORCE, _S.IN_FORCE_IN_PART, _S.ENDED),
    _V.EASED: Rule(_S.IN_FORCE_IN_PART, _S.IN_FORCE_IN_PART, _S.IN_FORCE),
    _V.WAIVED: Rule(_S.WAIVED, _S.IN_FORCE_IN_PART, _S.IN_FORCE),
    _V.SUSPENDED: Rule(_S.SUSPENDED, _S.IN_FORCE_IN_PART, _S.IN_FORCE),
    _V.STRUCK_DOWN: Rule(_S.ENDED, _S.IN_FORCE_IN_PART, _S.ENDED),
    _V.SUPERSEDED: Rule(_S.ENDED, _S.IN_FORCE_IN_PART, _S.ENDED),
    _V.REVOKED: Rule(_S.ENDED, _S.IN_FORCE_IN_PART, _S.ENDED),
    _V.LAPSED: Rule(_S.ENDED, _S.IN_FORCE_IN_PART, _S.ENDED),
    _V.EXPIRED: Rule(_S.ENDED, _S.IN_FORCE_IN_PART, _S.ENDED),
}

#: Subject → verb → rule. The order of the verbs is their rank among effects of one day and sequence.
TABLE: Final[dict[Subject, dict[Verb, Rule]]] = {
    Subject.ORDER: _INSTRUMENT,
    Subject.MEASURE: _INSTRUMENT,
    Subject.AGREEMENT: {
        _V.NEGOTIATED: _HISTORY,
        _V.ADOPTED: _HISTORY,
        _V.SIGNED: _HISTORY,
        _V.RATIFIED: _HISTORY,
        _V.ENDORSED: _HISTORY,
        _V.AMENDED: _HISTORY,
        _V.REACHED_MILESTONE: _HISTORY,
        _V.EXTENDED: _PROLONGS,
        _V.TOOK_EFFECT: Rule(_S.IN_EFFECT, _S.IN_EFFECT_IN_PART, _S.ENDED),
        _V.REINSTATED: Rule(_S.IN_EFFECT, _S.IN_EFFECT_IN_PART, _S.ENDED),
        _V.SUSPENDED: Rule(_S.SUSPENDED, _S.IN_EFFECT_IN_PART, _S.IN_EFFECT),
        _V.SUPERSEDED: Rule(_S.ENDED, _S.IN_EFFECT_IN_PART, _S.ENDED),
        _V.LAPSED: Rule(_S.ENDED, _S.IN_EFFECT_IN_PART, _S.ENDED),
        _V.TERMINATED: Rule(_S.ENDED, _S.IN_EFFECT_IN_PART, _S.ENDED),
        _V.EXPIRED: Rule(_S.ENDED, _S.IN_EFFECT_IN_PART, _S.ENDED),
    },
    Subject.PARTY: {
        _V.NEGOTIATED: _HISTORY,
        _V.ENDORSED: _HISTORY,
        _V.ADOPTED: _HISTORY,
        _V.INVOKED_DISPUTE: _HISTORY,
        _V.INVOKED_SNAPBACK: _HISTORY,
        _V.GAVE_NOTICE: _HISTORY,
        _V.SIGNED: Rule(_S.SIGNATORY, _S.SIGNATORY, _S.NO_PARTY),
        _V.RATIFIED: Rule(_S.PARTY, _S.PARTY, _S.NO_PARTY),
        _V.APPLIED_PROVISIONALLY: Rule(_S.PROVISIONAL, _S.PROVISIONAL, _S.SIGNATORY),
        _V.JOINED: Rule(_S.PARTY, _S.PARTY, _S.NO_PARTY),
        _V.TOOK_EFFECT: Rule(_S.PARTY, _S.PARTY, _S.NO_PARTY),
        _V.REJOINED: Rule(_S.PARTY, _S.PERFORMING_IN_PART, _S.NO_PARTY),
        _V.RESUMED: Rule(_S.PARTY, _S.PERFORMING_IN_PART, _S.NO_PARTY),
        _V.CEASED_PERFORMING: Rule(_S.NOT_PERFORMING, _S.PERFORMING_IN_PART, _S.PARTY),
        _V.SUSPENDED_PARTICIPATION: Rule(_S.SUSPENDED, _S.PERFORMING_IN_PART, _S.PARTY),
        _V.WITHDREW: Rule(_S.WITHDRAWN, _S.PERFORMING_IN_PART, _S.PARTY),
        _V.DECLARED_ENDED: Rule(_S.CONSIDERS_ENDED, _S.CONSIDERS_ENDED, _S.CONSIDERS_ENDED),
        _V.SUPERSEDED: Rule(_S.ENDED, _S.PERFORMING_IN_PART, _S.ENDED),
        _V.LAPSED: Rule(_S.ENDED, _S.PERFORMING_IN_PART, _S.ENDED),
        _V.TERMINATED: Rule(_S.ENDED, _S.PERFORMING_IN_PART, _S.ENDED),
        _V.EXPIRED: Rule(_S.ENDED, _S.PERFORMING_IN_PART, _S.ENDED),
    },
    Subject.COMMITMENT: {
        _V.REACHED_MILESTONE: _HISTORY,
        _V.AMENDED: _HISTORY,
        _V.EXTENDED: _PROLONGS,
        _V.TOOK_EFFECT: Rule(_S.BINDING, _S.BINDING, _S.LAPSED),
        _V.CURED: Rule(_S.BINDING, _S.NOT_PERFORMED_IN_PART, _S.LAPSED),
        _V.RESUMED: Rule(_S.BINDING, _S.NOT_PERFORMED_IN_PART, _S.LAPSED),
        _V.BREACHED: Rule(_S.NOT_PERFORMED, _S.NOT_PERFORMED_IN_PART, _S.BINDING),
        _V.CEASED_PERFORMING: Rule(_S.NOT_PERFORMED, _S.NOT_PERFORMED_IN_PART, _S.BINDING),
        _V.SUSPENDED: Rule(_S.SUSPENDED, _S.NOT_PERFORMED_IN_PART, _S.BINDING),
        _V.SUNSET: Rule(_S.LAPSED, _S.BINDING, _S.LAPSED),
        _V.SUPERSEDED: Rule(_S.LAPSED, _S.BINDING, _S.LAPSED),
        _V.LAPSED: Rule(_S.LAPSED, _S.BINDING, _S.LAPSED),
        _V.TERMINATED: Rule(_S.LAPSED, _S.BINDING, _S.LAPSED),
        _V.EXPIRED: Rule(_S.LAPSED, _S.BINDING, _S.LAPSED),
    },
    Subject.VIOLATION: {
        _V.DENIED: _HISTORY,
        _V.DISPUTED: _HISTORY,
        _V.ALLEGED: Rule(_S.ALLEGED, _S.ALLEGED, _S.ALLEGED),
        _V.REPORTED: Rule(_S.REPORTED, _S.REPORTED, _S.REPORTED),
        _V.FOUND: Rule(_S.FOUND, _S.FOUND, _S.FOUND),
        _V.ADMITTED: Rule(_S.ADMITTED, _S.ADMITTED, _S.ADMITTED),
        _V.EXCUSED: Rule(_S.EXCUSED, _S.EXCUSED, _S.EXCUSED),
        _V.CURED: Rule(_S.CURED, _S.CURED, _S.CURED),
        _V.RETRACTED: Rule(_S.RETRACTED, _S.RETRACTED, _S.RETRACTED),
    },
}

#: The standing of a subject before any decisive effect.
INITIAL: Final[dict[Subject, Standing]] = {
    Subject.ORDER: _S.NOT_YET_IN_FORCE,
    Subject.MEASURE: _S.NOT_YET_IN_FORCE,
    Subject.AGREEMENT: _S.PENDING,
    Subject.PARTY: _S.NO_PARTY,
    Subject.COMMITMENT: _S.NOT_YET_BINDING,
    Subject.VIOLATION: _S.NOT_CLAIMED,
}

_OVER: Final = frozenset({_S.ENDED, _S.LAPSED})

#: Verbs by which somebody contests a claim, and the standings that such a contest turns into "disputed".
CONTESTS: Final[frozenset[Verb]] = frozenset({_V.DENIED, _V.DISPUTED})
CONTESTABLE: Final[frozenset[Standing]] = frozenset({_S.ALLEGED, _S.REPORTED, _S.FOUND})

#: Verbs by which somebody asserts a violation: the party of such an effect is who claims it.
ASSERTS: Final[frozenset[Verb]] = frozenset({_V.ALLEGED, _V.REPORTED, _V.FOUND})

#: Standings under which the subject has legal force, in whole or in part.
IN_FORCE: Final[frozenset[Standing]] = frozenset({_S.IN_FORCE, _S.IN_FORCE_IN_PART})

#: Likewise of agreements.
IN_EFFECT: Final[frozenset[Standing]] = frozenset({_S.IN_EFFECT, _S.IN_EFFECT_IN_PART})

_ENDINGS: Final = frozenset({_V.SUSPENDED, _V.SUPERSEDED, _V.LAPSED, _V.TERMINATED, _V.EXPIRED})

#: Verbs whose effects on the whole also decide its parts: an order's on its measures, an agreement's
#: on its commitments and parties (an agreement's entry into effect binds nobody by itself).
FLOWS: Final[dict[Subject, frozenset[Verb]]] = {
    Subject.MEASURE: frozenset(verb for verb, rule in _INSTRUMENT.items() if rule.gives or rule.prolongs),
    Subject.COMMITMENT: _ENDINGS,
    Subject.PARTY: _ENDINGS - {_V.SUSPENDED},
}


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """The standing of one subject on one day.

    ``code`` is the standing; ``since`` the day on which the deciding effect had certainly happened (or
    its ``until`` had passed) and ``until`` the first day on which it holds no longer, where it says so;
    ``decided_by`` that effect, ``contested_by`` the denials that make a claim disputed. ``certain`` is
    false when imprecise dates leave more than one standing open; ``possible`` lists them all.
    """

    code: Standing
    since: date | None
    until: date | None
    decided_by: T | None
    contested_by: tuple[T, ...]
    certain: bool
    possible: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Span(Generic[T]):
    """A standing that held for the half-open span [``start``, ``end``); ``end`` ``None`` means it still holds."""

    start: date | None
    end: date | None
    answer: Answer[T]


def rank(subject: Subject, verb: str) -> int:
    """The place of a verb among effects of one day and one sequence number."""
    return _RANK[subject][verb]


def decisive(subject: Subject) -> frozenset[Verb]:
    """The verbs that can decide the standing of such a subject."""
    return frozenset(verb for verb, rule in TABLE[subject].items() if rule.gives)


def standings_of(subject: Subject) -> frozenset[str]:
    """The codes of every standing that such a subject can have."""
    given = {standing for rule in TABLE[subject].values() for standing in (rule.gives, rule.in_part, rule.after)}
    contested = {Standing.DISPUTED} if subject is Subject.VIOLATION else set()
    return frozenset(str(standing) for standing in given | contested | {INITIAL[subject]} if standing is not None)


def prolongable(subject: Subject) -> frozenset[Verb]:
    """The verbs whose end a prolongation moves: those after which the subject would be over.

    Extending a statute does not extend a waiver of it; a waiver that is renewed is waived again.
    """
    return frozenset(verb for verb, rule in TABLE[subject].items() if rule.after in _OVER)


def prolonging(subject: Subject) -> frozenset[Verb]:
    """The verbs whose ``until`` moves the end of the deciding effect."""
    return frozenset(verb for verb, rule in TABLE[subject].items() if rule.prolongs)


_RANK: Final = {subject: {str(verb): place for place, verb in enumerate(rules)} for subject, rules in TABLE.items()}


def _place(subject: Subject, effect: E) -> tuple[int, int, bool, date, str]:
    """Return the place of an effect among those of its day."""
    return (
        effect.sequence,
        rank(subject, effect.verb),
        not effect.in_part,
        effect.until_latest or date.max,
        effect.tie,
    )


def _order(subject: Subject, effect: E) -> tuple[date, tuple[int, int, bool, date, str]]:
    return (effect.effective_latest, _place(subject, effect))


def ordered(effects: Iterable[E], subject: Subject) -> list[E]:
    """Return effects as the fold takes them: of two, the later one outranks the earlier."""
    return sorted(effects, key=lambda effect: _order(subject, effect))


def given_by(subject: Subject, effect: Entry) -> Standing | None:
    """Return the standing that an effect gives from its day on, taken by itself; ``None`` if it decides nothing."""
    rule = TABLE[subject][Verb(effect.verb)]
    return rule.in_part if effect.in_part else rule.gives


def _end_of(effect: E, prolongations: Sequence[E]) -> tuple[date, date] | None:
    """The bounds of the day on which a deciding effect stops holding, or ``None`` if it names none."""
    if effect.until_latest is None or effect.until_earliest is None:
        return None
    earliest, latest = effect.until_earliest, effect.until_latest
    for other in prolongations:
        if other.effective_latest < effect.effective_latest:
            continue
        if other.until_latest is None or other.until_earliest is None:
            return None
        if other.until_latest > latest:
            earliest, latest = other.until_earliest, other.until_latest
    return earliest, latest


def _given(subject: Subject, effect: E, *, lapsed: bool) -> Standing:
    given = TABLE[subject][Verb(effect.verb)].after if lapsed else given_by(subject, effect)
    if given is None:
        raise ValueError(f"{effect.verb!r} decides no standing of a {subject.label}")
    return given


def _possible(subject: Subject, day: date, deciding: Sequence[E], prolongations: Sequence[E]) -> set[Standing]:
    """Every standing that some reading of the imprecise dates allows on the day.

    To be the last before the day, an effect may have happened on any day from the first of its reach. The
    earlier it did, the more prolongations follow it; the later, the fewer.
    """
    found: set[Standing] = set()
    if all(effect.effective_latest > day for effect in deciding):
        found.add(INITIAL[subject])
    for effect in deciding:
        first, last = _reach(subject, effect, deciding, day)
        if first > last:
            continue
        following = prolongations if effect.verb in prolongable(subject) else ()
        if _runs_on(effect, day) or any(
            _runs_on(other, day)
            and other.effective_earliest <= day
            and min(other.effective_latest, day).toordinal() >= first
            for other in following
        ):
            found.add(_given(subject, effect, lapsed=False))
        if _stops(effect, day) and all(
            _stops(other, day) or other.effective_latest > day or other.effective_earliest.toordinal() < last
            for other in following
        ):
            found.add(_given(subject, effect, lapsed=True))
    return found


def _reach(subject: Subject, effect: E, deciding: Sequence[E], day: date) -> tuple[int, int]:
    """The first and last day, as ordinals, on which an effect can have happened as the last one up to the day.

    Every other effect must be able to come before it or after the day; if the first is after the last, one cannot.
    """
    first = effect.effective_earliest.toordinal()
    for other in deciding:
        if other is not effect and other.effective_latest <= day:
            behind = _place(subject, other) > _place(subject, effect)
            first = max(first, other.effective_earliest.toordinal() + behind)
    return first, min(effect.effective_latest, day).toordinal()


def _runs_on(effect: E, day: date) -> bool:
    """Whether what an effect says of its end allows that it still holds on the day."""
    return effect.until_latest is None or effect.until_latest > day


def _stops(effect: E, day: date) -> bool:
    """Whether what an effect says of its end allows that it holds no longer on the day."""
    return effect.until_earliest is not None and effect.until_earliest <= day


def standing_on(day: date, effects: Iterable[E], subject: Subject) -> Answer[E]:
    """Fold the effects on one subject, in any order, into its standing on a day.

    ``effects`` are those on the subject itself and those that flow to it (:data:`FLOWS`). Verbs that
    the table does not know for such a subject raise :class:`ValueError`.
    """
    rules = TABLE[subject]
    effects = list(effects)
    for effect in effects:
        if effect.verb not in rules:
            raise ValueError(f"{effect.verb!r} is no verb of a {subject.label}")
    deciding = [effect for effect in effects if rules[Verb(effect.verb)].gives]
    prolongations = [effect for effect in effects if rules[Verb(effect.verb)].prolongs]
    contests = [effect for effect in effects if effect.verb in CONTESTS] if subject is Subject.VIOLATION else []

    past = [effect for effect in deciding if effect.effective_latest <= day]
    decider = max(past, key=lambda effect: _order(subject, effect), default=None)
    possible = _possible(subject, day, deciding, prolongations)

    if decider is None:
        code, since, until = INITIAL[subject], None, None
    else:
        following = prolongations if decider.verb in prolongable(subject) else ()
        end = _end_of(decider, [effect for effect in following if effect.effective_latest <= day])
        lapsed = end is not None and end[1] <= day
        code = _given(subject, decider, lapsed=lapsed)
        since = end[1] if lapsed and end else decider.effective_latest
        until = end[1] if end and not lapsed else None

    denials = [effect for effect in contests if effect.effective_latest <= day]
    if any(effect.effective_earliest <= day for effect in contests):
        claims = possible & CONTESTABLE
        if claims:
            possible.add(Standing.DISPUTED)
        if denials:
            possible -= claims
    contested_by = tuple(ordered(denials, subject)) if code in CONTESTABLE else ()
    if contested_by:
        code = Standing.DISPUTED
        since = max(since or date.min, contested_by[0].effective_latest)
    return Answer(
        code=code,
        since=since,
        until=until,
        decided_by=decider,
        contested_by=contested_by,
        certain=possible == {code},
        possible=tuple(sorted(possible)),
    )


def spans_of(effects: Iterable[E], subject: Subject) -> list[Span[E]]:
    """The whole history of a subject as consecutive half-open spans, oldest first.

    The first span begins before everything (``start`` ``None``) and the last one has no end. Neighbouring
    days with the same standing, decider and certainty are one span.
    """
    effects = list(effects)
    days = sorted({day for effect in effects for day in _turns(effect) if date.min < day < date.max})
    spans = [Span(None, None, standing_on(date.min, effects, subject))]
    for day in days:
        answer = standing_on(day, effects, subject)
        last = spans[-1]
        if (answer.code, answer.decided_by, answer.possible) == (
            last.answer.code,
            last.answer.decided_by,
            last.answer.possible,
        ):
            continue
        spans[-1] = Span(last.start, day, last.answer)
        spans.append(Span(day, None, answer))
    return spans


def certain_spans(
    effects: Iterable[Entry], subject: Subject, among: frozenset[Standing], last: date
) -> list[tuple[date, date | None]]:
    """Return the half-open spans, begun by ``last``, in which the standing was certainly one of ``among``.

    They are in order and do not meet; an end that is ``None`` or after ``last`` is open here. The answer is that of
    :func:`spans_of`, in one sweep over the effects: on each day only those are looked at that some reading of the dates
    leaves as the last one, and one that a later effect has overtaken is never looked at again. Contests are not part of
    it, so that it is not for violations.
    """
    if subject is Subject.VIOLATION:
        raise ValueError("Claims that somebody contests have no certain spans.")
    rules = TABLE[subject]
    effects = list(effects)
    prolongations = [effect for effect in effects if rules[Verb(effect.verb)].prolongs]
    coming = sorted(
        (_Deciding.of(subject, effect) for effect in effects if rules[Verb(effect.verb)].gives),
        key=lambda one: one.latest,
        reverse=True,
    )
    sweep = _Sweep(coming, prolongations, among, INITIAL[subject] in among)
    spans: list[tuple[date, date | None]] = []
    begun: date | None = None
    for day in sorted({day for effect in effects for day in _turns(effect) if date.min < day < date.max}):
        if day > last:
            break
        holds = sweep.is_certain_on(day)
        if holds and begun is None:
            begun = day
        elif not holds and begun is not None:
            spans.append((begun, day))
            begun = None
    return [*spans, (begun, None)] if begun else spans


@dataclass(frozen=True, slots=True, eq=False)
class _Deciding:
    """A deciding effect with what the sweep asks of it on every day; days as ordinals."""

    effect: Entry
    earliest: int
    latest: int
    place: tuple[int, int, bool, date, str]
    is_prolongable: bool
    gives: Standing | None
    after: Standing | None

    @classmethod
    def of(cls, subject: Subject, effect: Entry) -> _Deciding:
        return cls(
            effect,
            effect.effective_earliest.toordinal(),
            effect.effective_latest.toordinal(),
            _place(subject, effect),
            effect.verb in prolongable(subject),
            given_by(subject, effect),
            TABLE[subject][Verb(effect.verb)].after,
        )


@dataclass(slots=True)
class _Sweep:
    """The deciding effects on a day that only moves forwards.

    ``coming`` has those that have not certainly happened, the next one last; ``possible`` those that have and may still
    be the last. Of all that have certainly happened no more is kept than which have the latest of their first days:
    another effect came last only if it can have happened on that day or later.
    """

    coming: list[_Deciding]
    prolongations: list[Entry]
    among: frozenset[Standing]
    initially: bool
    possible: list[_Deciding] = field(default_factory=list)
    newest: list[_Deciding] = field(default_factory=list)

    def is_certain_on(self, day: date) -> bool:
        """Whether every standing that the dates leave open on a day is one of those asked for."""
        ordinal = day.toordinal()
        while self.coming and self.coming[-1].latest <= ordinal:
            self._passed(self.coming.pop())
        self.possible = [one for one in self.possible if self._first(one) <= one.latest]
        if not self.newest and not self.initially:
            return False
        open_ = [one for one in self.coming if one.earliest <= ordinal and self._first(one) <= ordinal]
        return all(self._agrees(one, day, ordinal) for one in (*self.possible, *open_))

    def _passed(self, one: _Deciding) -> None:
        self.possible.append(one)
        if not self.newest or one.earliest > self.newest[0].earliest:
            self.newest = [one]
        elif one.earliest == self.newest[0].earliest:
            self.newest.append(one)

    def _first(self, one: _Deciding) -> int:
        """The first day on which an effect can have happened as the last one: see :func:`_reach`."""
        others = [other for other in self.newest if other is not one]
        if not others:
            # It is the newest itself: all others can have come before it.
            return one.earliest
        behind = any(other.place > one.place for other in others)
        return max(one.earliest, others[0].earliest + behind)

    def _agrees(self, one: _Deciding, day: date, ordinal: int) -> bool:
        """Whether what an effect gives on the day, if it was the last, is among the standings asked for."""
        effect = one.effect
        if effect.until_earliest is None:
            return one.gives in self.among
        following = self.prolongations if one.is_prolongable else ()
        first, last = self._first(one), min(one.latest, ordinal)
        if one.gives not in self.among and (
            _runs_on(effect, day)
            or any(
                _runs_on(other, day)
                and other.effective_earliest <= day
                and min(other.effective_latest, day).toordinal() >= first
                for other in following
            )
        ):
            return False
        return one.after in self.among or not (
            _stops(effect, day)
            and all(
                _stops(other, day) or other.effective_latest > day or other.effective_earliest.toordinal() < last
                for other in following
            )
        )


def _turns(effect: E) -> Iterator[date]:
    """Yield the days on which an effect can change the answer.

    The day after its first possible one is among them: from then on another can have come after it.
    """
    yield from (effect.effective_earliest, effect.effective_latest)
    if effect.effective_earliest < date.max:
        yield effect.effective_earliest + timedelta(days=1)
    if effect.until_earliest is not None and effect.until_latest is not None:
        yield from (effect.until_earliest, effect.until_latest)
