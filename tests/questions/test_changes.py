"""The words for what lies between two standings: there is one for every pair that effects can make."""

from __future__ import annotations

import pytest

from sanctions.questions.changes import CHANGES, LEARNED, LISTINGS, word_for, words_of
from sanctions.standing import INITIAL, TABLE
from sanctions.vocabulary import Listing, Standing, StandingChange, Subject


def given_by_effects(subject: Subject) -> set[Standing]:
    """Return every standing that an effect can give such a subject."""
    found = {given for rule in TABLE[subject].values() for given in (rule.gives, rule.in_part, rule.after) if given}
    return found | ({Standing.DISPUTED} if subject is Subject.VIOLATION else set())


@pytest.mark.parametrize("subject", Subject)
def test_every_two_standings_that_can_follow_each_other_have_a_word(subject: Subject) -> None:
    later = given_by_effects(subject)
    words = {
        word_for(subject, before, after) for before in later | {INITIAL[subject]} for after in later if before != after
    }
    assert words == set(words_of(subject))


@pytest.mark.parametrize("subject", Subject)
def test_the_table_has_no_standing_that_no_effect_gives(subject: Subject) -> None:
    assert set(CHANGES[subject]) == given_by_effects(subject)


def test_every_two_listings_have_a_word() -> None:
    assert set(LISTINGS) == {(before, after) for before in Listing for after in Listing if before != after}


def test_every_word_of_the_vocabulary_is_used() -> None:
    used = {word for subject in Subject for word in words_of(subject)} | set(LISTINGS.values()) | set(LEARNED)
    assert used == set(StandingChange)


@pytest.mark.parametrize(
    ("subject", "before", "after", "word"),
    [
        (Subject.ORDER, "not_yet_in_force", "in_force", "came_into_force"),
        (Subject.ORDER, "in_force", "ended", "ended"),
        (Subject.ORDER, "not_yet_in_force", "ended", "ended"),
        (Subject.MEASURE, "suspended", "in_force", "reinstated"),
        (Subject.MEASURE, "ended", "in_force", "reinstated"),
        (Subject.MEASURE, "in_force", "in_force_in_part", "eased"),
        (Subject.MEASURE, "in_force_in_part", "in_force", "in_full"),
        (Subject.AGREEMENT, "pending", "in_effect", "took_effect"),
        (Subject.PARTY, "party", "withdrawn", "withdrew"),
        (Subject.PARTY, "withdrawn", "party", "rejoined"),
        (Subject.PARTY, "not_performing", "party", "resumed"),
        (Subject.PARTY, "party", "no_party", "left"),
        (Subject.COMMITMENT, "binding", "not_performed", "ceased_performing"),
        (Subject.COMMITMENT, "not_performed", "not_performed_in_part", "resumed_in_part"),
        (Subject.VIOLATION, "reported", "disputed", "disputed"),
        (Subject.VIOLATION, "disputed", "cured", "cured"),
    ],
)
def test_the_word_tells_what_happened(subject: Subject, before: str, after: str, word: str) -> None:
    assert word_for(subject, Standing(before), Standing(after)) == word
