"""The table of verbs: what each verb does to each kind of subject, and what follows from it for the fold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sanctions.vocabulary import Standing, Subject, Verb


@dataclass(frozen=True, slots=True)
class Rule:
    """What one verb does to one kind of subject.

    ``gives`` is the standing on the whole (``None``: the history shows the verb, which decides nothing), ``in_part``
    the standing when it holds in part, ``after`` the standing from its ``until`` on. ``prolongs``: its ``until`` moves
    the end of the deciding effect.
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

#: Verbs that contest a claim, and the standings that such a contest turns into "disputed".
CONTESTS: Final[frozenset[Verb]] = frozenset({_V.DENIED, _V.DISPUTED})
CONTESTABLE: Final[frozenset[Standing]] = frozenset({_S.ALLEGED, _S.REPORTED, _S.FOUND})

#: Verbs that assert a violation: the party of such an effect is the actor who claims it.
ASSERTS: Final[frozenset[Verb]] = frozenset({_V.ALLEGED, _V.REPORTED, _V.FOUND})

#: Standings under which the subject has legal force, in whole or in part.
IN_FORCE: Final[frozenset[Standing]] = frozenset({_S.IN_FORCE, _S.IN_FORCE_IN_PART})

#: The same of agreements.
IN_EFFECT: Final[frozenset[Standing]] = frozenset({_S.IN_EFFECT, _S.IN_EFFECT_IN_PART})

_ENDINGS: Final = frozenset({_V.SUSPENDED, _V.SUPERSEDED, _V.LAPSED, _V.TERMINATED, _V.EXPIRED})

#: Verbs whose effects on the whole also decide its parts: an order's on its measures, an agreement's
#: on its commitments and parties (an agreement that takes effect does not bind a party by that alone).
FLOWS: Final[dict[Subject, frozenset[Verb]]] = {
    Subject.MEASURE: frozenset(verb for verb, rule in _INSTRUMENT.items() if rule.gives or rule.prolongs),
    Subject.COMMITMENT: _ENDINGS,
    Subject.PARTY: _ENDINGS - {_V.SUSPENDED},
}

#: Subject → verb → its place among effects of one day and sequence.
RANK: Final[dict[Subject, dict[str, int]]] = {
    subject: {str(verb): place for place, verb in enumerate(rules)} for subject, rules in TABLE.items()
}


def standings_of(subject: Subject) -> frozenset[str]:
    """Return the codes of every standing that such a subject can have."""
    standings = {standing for rule in TABLE[subject].values() for standing in (rule.gives, rule.in_part, rule.after)}
    standings |= {INITIAL[subject]} | ({Standing.DISPUTED} if subject is Subject.VIOLATION else set())
    return frozenset(str(standing) for standing in standings if standing is not None)


def prolongable(subject: Subject) -> frozenset[Verb]:
    """Return the verbs whose end a prolongation moves: those after which the subject would be over.

    Extending a statute does not extend a waiver of it; a waiver that is renewed is waived again.
    """
    return frozenset(verb for verb, rule in TABLE[subject].items() if rule.after in _OVER)


def prolonging(subject: Subject) -> frozenset[Verb]:
    """Return the verbs whose ``until`` moves the end of the deciding effect."""
    return frozenset(verb for verb, rule in TABLE[subject].items() if rule.prolongs)
