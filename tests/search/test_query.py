"""How a query is taken apart: words, phrases, identifiers, and their limits."""

from __future__ import annotations

import pytest

from sanctions.projections.search_entries import IDENTIFIER
from sanctions.search.query import MOST_WORDS, Term, parse
from sanctions.search.spelling import allowed_mistakes


def shares(text: str) -> dict[str, float]:
    """Return the possible identifiers of a query without their marker, with their shares."""
    return {form.removeprefix(IDENTIFIER): share for form, share in parse(text).identifiers.items()}


def test_words_and_phrases_keep_their_order() -> None:
    assert parse('bank "of industry" and mine ').terms == (
        Term(("bank",)),
        Term(("of", "industry"), quoted=True),
        Term(("and",)),
        Term(("mine",)),
    )


def test_a_phrase_that_is_not_closed_ends_with_the_query() -> None:
    assert parse('bank "of industry').terms == (Term(("bank",)), Term(("of", "industry"), quoted=True))


@pytest.mark.parametrize("text", ["", " ", "…", '""', '"…" –'])
def test_a_query_without_letters_has_no_terms(text: str) -> None:
    assert parse(text).terms == ()
    assert parse(text).text == ""


def test_so_many_words_are_read_and_no_more() -> None:
    words = [f"w{'x' * number}" for number in range(MOST_WORDS + 1)]
    assert [term.text for term in parse(" ".join(words[:MOST_WORDS])).terms] == words[:MOST_WORDS]
    assert [term.text for term in parse(" ".join(words)).terms] == words[:MOST_WORDS]


def test_an_identifier_is_every_run_of_words_with_a_digit() -> None:
    assert shares("EO 13902 x") == {
        "eo13902": pytest.approx(2 / 3),
        "eo13902x": 1.0,
        "13902": pytest.approx(1 / 3),
        "13902x": pytest.approx(2 / 3),
    }


def test_an_identifier_has_five_words_at_most() -> None:
    found = shares("a b c d e 1")
    assert "bcde1" in found
    assert "abcde1" not in found


def test_the_largest_share_counts_where_a_form_occurs_twice() -> None:
    assert shares("1 1 1")["11"] == pytest.approx(2 / 3)
    assert shares("11 1 1")["11"] == pytest.approx(2 / 3)


@pytest.mark.parametrize("text", ["EO No. 13902", "EO nr 13902", "EO number 13902", "EO № 13902", 'EO "13902"'])
def test_words_for_number_and_quotation_marks_are_no_part_of_an_identifier(text: str) -> None:
    assert shares(text) == shares("EO 13902")


@pytest.mark.parametrize(("letters", "mistakes"), [(1, 0), (3, 0), (4, 1), (7, 1), (8, 2), (20, 2)])
def test_longer_words_may_have_more_mistakes(letters: int, mistakes: int) -> None:
    assert allowed_mistakes("x" * letters) == mistakes
