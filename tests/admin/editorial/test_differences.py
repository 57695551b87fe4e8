"""The difference of two versions as people read it: nothing is lost, and what is unchanged is left out."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sanctions.admin.editorial.differences import Difference, Piece, differences, word_pieces
from sanctions.records.base import Document
from sanctions.records.orders import ORDER

Pieces = tuple[Piece, ...]


def measure(slug: str, **values: Any) -> Document:
    return {"slug": slug, "kind": "asset_freeze", "direction": "imposes", **values}


def order(*measures: Document, **values: Any) -> Document:
    return {"slug": "us-eo-1", "title": "An order", "measures": list(measures), **values}


def only(before: Document, after: Document) -> Difference:
    """Return the one difference of two orders."""
    (difference,) = differences(ORDER, before, after)
    return difference


def kept(text: str) -> Piece:
    return Piece("kept", text)


def deleted(text: str) -> Piece:
    return Piece("deleted", text)


def inserted(text: str) -> Piece:
    return Piece("inserted", text)


# --- Texts --------------------------------------------------------------------------------------


def test_texts_differ_word_by_word() -> None:
    assert word_pieces("It bans gold and steel.", "It bans silver and steel.") == (
        kept("It bans "),
        deleted("gold"),
        inserted("silver"),
        kept(" and steel."),
    )


def test_words_that_changed_next_to_each_other_are_one_change() -> None:
    assert word_pieces("It bans all trade in gold.", "It bans most imports of gold.") == (
        kept("It bans "),
        deleted("all trade in"),
        inserted("most imports of"),
        kept(" gold."),
    )


def test_texts_that_share_little_are_shown_whole() -> None:
    before, after = "It bans carpets, nuts and caviar.", "Revoked by the order of 2016 on oil."
    assert word_pieces(before, after) == (deleted(before), inserted(after))


def test_a_word_at_the_end_is_the_same_word_when_another_follows() -> None:
    assert word_pieces("It bans trade", "It bans trade and travel") == (kept("It bans trade"), inserted(" and travel"))


def test_a_long_text_that_changed_here_and_there_keeps_the_rest() -> None:
    words = [f"word{n % 1_000}" for n in range(3_000)]
    changed = [f"other{n}" if n % 7 == 0 else word for n, word in enumerate(words)]
    pieces = word_pieces(" ".join(words), " ".join(changed))
    assert sum(len(piece.text.split()) for piece in pieces if piece.kind == "kept") > 2_500


def test_a_long_text_of_few_words_can_be_read_out_of_the_difference() -> None:
    # Where each of its words may begin a match, this takes minutes: the words of a page's text repeat.
    before, after = "the of " * 1_000, "of the " * 1_000
    pieces = word_pieces(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "inserted") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "deleted") == after


@given(st.text("ab .\n"), st.text("ab .\n"))
def test_each_text_can_be_read_out_of_the_difference(before: str, after: str) -> None:
    pieces = word_pieces(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "inserted") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "deleted") == after
    assert all(piece.text for piece in pieces)


@given(st.text("ab .\n", min_size=1))
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert word_pieces(text, text) == (kept(text),)


def test_a_text_of_many_lines_is_compared_by_its_words_too() -> None:
    lines = [f"Line {n} has six words." for n in range(1000)]
    pieces = word_pieces("\n".join(lines), "\n".join([*lines[:500], "Another line.", *lines[501:]]))
    assert pieces[1:3] == (deleted("Line 500 has six words"), inserted("Another line"))


# --- Fields and rows ----------------------------------------------------------------------------


def test_equal_documents_have_no_difference() -> None:
    assert differences(ORDER, order(measure("ban")), order(measure("ban"))) == []


def test_a_field_is_named_in_words() -> None:
    found = only(order(signed_on="2013-06-03"), order(signed_on="2013-06-04"))
    assert (found.where, found.path, found.kind) == ("Signed on", "signed_on", "changed")
    # A date is one value: it is not compared by its digits.
    assert found.values == (("", (deleted("2013-06-03"), inserted("2013-06-04"))),)


def test_a_field_of_a_row_is_named_with_its_row() -> None:
    found = only(
        order(measure("ban"), measure("us-eo-1-freeze")), order(measure("ban"), measure("us-eo-1-freeze", title="A"))
    )
    assert (found.where, found.kind) == ("Measures, row 2 (us-eo-1-freeze): title", "added")


def test_a_row_that_came_is_shown_key_by_key() -> None:
    found = only(order(), order(measure("ban")))
    assert (found.where, found.kind, found.colour) == ("Measures, row 1 (ban)", "added", "success")
    assert dict(found.values)["kind"] == (inserted("asset_freeze"),)


def test_a_row_that_went_is_named_as_it_stood_before() -> None:
    found = only(order(measure("a"), measure("b")), order(measure("a")))
    assert (found.where, found.kind, found.colour) == ("Measures, row 2 (b)", "removed", "danger")
    assert dict(found.values)["slug"] == (deleted("b"),)


def test_rows_in_another_order_are_named_by_their_places() -> None:
    found = only(order(measure("a"), measure("b"), measure("c")), order(measure("b"), measure("a"), measure("c")))
    assert (found.where, found.kind) == ("Measures", "moved")
    assert found.values == (("", (kept("The rows are in another order: row 1 is now 2, row 2 is now 1."),)),)


def test_values_that_are_no_texts_are_written_for_people() -> None:
    row = measure("ban", sectors=["oil", "gas"], secondary=True)
    values = dict(only(order(), order(row)).values)
    assert (values["sectors"], values["secondary"]) == ((inserted("oil, gas"),), (inserted("yes"),))
