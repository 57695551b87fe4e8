"""The word for the change between two standings, from one table: earlier standing, later standing → change.

The table reads forwards in time. Only a party can return to its first standing, when its signature or membership runs
out; the other subjects have no word for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from sanctions.vocabulary import Listing, Standing, StandingChange, Subject

_S, _C = Standing, StandingChange
#: The later standing → the word, by the earlier standing; under ``None`` for all the others.
_Words = Mapping[Standing, Mapping[Standing | None, StandingChange]]


def _from(
    words: Mapping[StandingChange, Iterable[Standing]], other: StandingChange
) -> dict[Standing | None, StandingChange]:
    """Return the words by the earlier standing; ``other`` for the standings that none names."""
    return {None: other} | {before: word for word, standings in words.items() for before in standings}


_INSTRUMENT: Final[_Words] = {
    _S.IN_FORCE: _from({_C.CAME_INTO_FORCE: [_S.NOT_YET_IN_FORCE], _C.IN_FULL: [_S.IN_FORCE_IN_PART]}, _C.REINSTATED),
    _S.IN_FORCE_IN_PART: _from(
        {_C.CAME_INTO_FORCE_IN_PART: [_S.NOT_YET_IN_FORCE], _C.EASED: [_S.IN_FORCE]}, _C.REINSTATED_IN_PART
    ),
    _S.SUSPENDED: {None: _C.SUSPENDED},
    _S.WAIVED: {None: _C.WAIVED},
    _S.ENDED: {None: _C.ENDED},
}

#: Subject → the later standing → the word, by the earlier standing.
CHANGES: Final[Mapping[Subject, _Words]] = {
    Subject.ORDER: _INSTRUMENT,
    Subject.MEASURE: _INSTRUMENT,
    Subject.AGREEMENT: {
        _S.IN_EFFECT: _from({_C.TOOK_EFFECT: [_S.PENDING], _C.IN_FULL: [_S.IN_EFFECT_IN_PART]}, _C.REINSTATED),
        _S.IN_EFFECT_IN_PART: _from(
            {_C.TOOK_EFFECT_IN_PART: [_S.PENDING], _C.LIMITED: [_S.IN_EFFECT]}, _C.REINSTATED_IN_PART
        ),
        _S.SUSPENDED: {None: _C.SUSPENDED},
        _S.ENDED: {None: _C.ENDED},
    },
    Subject.PARTY: {
        _S.PARTY: _from(
            {
                _C.JOINED: [_S.NO_PARTY, _S.SIGNATORY, _S.PROVISIONAL],
                _C.REJOINED: [_S.WITHDRAWN, _S.ENDED],
            },
            _C.RESUMED,
        ),
        _S.SIGNATORY: _from({_C.SIGNED: [_S.NO_PARTY, _S.WITHDRAWN, _S.ENDED]}, _C.NO_LONGER_BOUND),
        _S.PROVISIONAL: {None: _C.APPLIED_PROVISIONALLY},
        _S.PERFORMING_IN_PART: _from(
            {
                _C.REJOINED: [_S.WITHDRAWN, _S.ENDED],
                _C.RESUMED_IN_PART: [_S.NOT_PERFORMING, _S.SUSPENDED, _S.CONSIDERS_ENDED],
            },
            _C.CEASED_IN_PART,
        ),
        _S.NOT_PERFORMING: {None: _C.CEASED_PERFORMING},
        _S.SUSPENDED: {None: _C.SUSPENDED_PARTICIPATION},
        _S.WITHDRAWN: {None: _C.WITHDREW},
        _S.CONSIDERS_ENDED: {None: _C.DECLARED_ENDED},
        _S.ENDED: {None: _C.ENDED},
        _S.NO_PARTY: {None: _C.LEFT},
    },
    Subject.COMMITMENT: {
        _S.BINDING: _from(
            {_C.BEGAN_TO_BIND: [_S.NOT_YET_BINDING], _C.RESUMED: [_S.NOT_PERFORMED, _S.NOT_PERFORMED_IN_PART]},
            _C.REINSTATED,
        ),
        _S.NOT_PERFORMED: {None: _C.CEASED_PERFORMING},
        _S.NOT_PERFORMED_IN_PART: _from({_C.RESUMED_IN_PART: [_S.NOT_PERFORMED]}, _C.CEASED_IN_PART),
        _S.SUSPENDED: {None: _C.SUSPENDED},
        _S.LAPSED: {None: _C.LAPSED},
    },
    # The change of a claim is named by its new standing.
    Subject.VIOLATION: {
        standing: {None: StandingChange(standing.value)}
        for standing in (
            *(_S.ALLEGED, _S.REPORTED, _S.FOUND, _S.ADMITTED, _S.DISPUTED, _S.EXCUSED, _S.CURED, _S.RETRACTED),
        )
    },
}

#: Whether a designation was listed on the earlier and on the later day → the word.
LISTINGS: Final[Mapping[tuple[Listing, Listing], StandingChange]] = {
    (Listing.NOT_LISTED, Listing.LISTED): _C.DESIGNATED,
    (Listing.NOT_LISTED, Listing.OPEN): _C.POSSIBLY_DESIGNATED,
    (Listing.LISTED, Listing.NOT_LISTED): _C.DELISTED,
    (Listing.LISTED, Listing.OPEN): _C.POSSIBLY_DELISTED,
    (Listing.OPEN, Listing.LISTED): _C.CERTAINLY_LISTED,
    (Listing.OPEN, Listing.NOT_LISTED): _C.CERTAINLY_NOT_LISTED,
}

#: Words for changes of this database that are not changes in the world.
LEARNED: Final = (_C.ADDED_TO_RECORD, _C.REMOVED_FROM_RECORD, _C.CORRECTED)


def word_for(subject: Subject, earlier: Standing, later: Standing) -> StandingChange:
    """Return the word for the change of a subject from an earlier standing to a different later one."""
    words = CHANGES[subject][later]
    return words.get(earlier) or words[None]


def words_of(subject: Subject) -> list[StandingChange]:
    """Return every word that a kind of subject can have, in the order of the vocabulary."""
    possible = {word for words in CHANGES[subject].values() for word in words.values()}
    return [word for word in StandingChange if word in possible]
