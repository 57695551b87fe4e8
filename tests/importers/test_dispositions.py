"""Reading the disposition notes of executive orders, without guessing what is not clear."""

from __future__ import annotations

from datetime import date
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanctions.importers.federal_register.disposition_notes import (
    KINDS,
    LABELS,
    NUMBERED,
    Clause,
    Direction,
    Instrument,
    InstrumentKind,
    NoteRelation,
    NoteRemark,
    iso,
    read_note,
)
from tests.importers.federal_register_files import note_text

A, B = (
    Instrument(InstrumentKind.EXECUTIVE_ORDER, "99901", "2031-05-06"),
    Instrument(InstrumentKind.EXECUTIVE_ORDER, "99902", "2031-06-07"),
)
TEXT_A, TEXT_B = "EO 99901, May 6, 2031", "EO 99902, June 7, 2031"


def revokes(target: Instrument, label: str = "Revokes", **more: object) -> Clause:
    return Clause(label, NoteRelation.REVOKES, Direction.ACTIVE, target, **more)  # type: ignore[arg-type]


def only(text: str) -> Clause:
    """Return the one clause of a note that is wholly read."""
    found = read_note(text)
    assert found.unread == []
    assert found.remarks == []
    (clause,) = found.clauses
    return clause


# --- Labels -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "relation", "direction", "in_part"),
    [
        ("Amends", NoteRelation.AMENDS, Direction.ACTIVE, False),
        ("Amended by", NoteRelation.AMENDS, Direction.PASSIVE, False),
        ("Amend by", NoteRelation.AMENDS, Direction.PASSIVE, False),
        ("Suspersedes", NoteRelation.SUPERSEDES, Direction.ACTIVE, False),
        ("Partially supersedes", NoteRelation.SUPERSEDES, Direction.ACTIVE, True),
        ("partially superseded by", NoteRelation.SUPERSEDES, Direction.PASSIVE, True),
        ("Supersedes (in part)", NoteRelation.SUPERSEDES, Direction.ACTIVE, True),
        ("Revoked in part by", NoteRelation.REVOKES, Direction.PASSIVE, True),
        ("Revoked (in part) by", NoteRelation.REVOKES, Direction.PASSIVE, True),
        ("Supersedes or Revokes", NoteRelation.SUPERSEDES_OR_REVOKES, Direction.ACTIVE, False),
        ("Rescinds", NoteRelation.RESCINDS, Direction.ACTIVE, False),
        ("Terminated by", NoteRelation.TERMINATES, Direction.PASSIVE, False),
        ("Continues certain committee established by", NoteRelation.CONTINUES, Direction.ACTIVE, True),
        ("Reinstated by", NoteRelation.REINSTATES, Direction.PASSIVE, False),
        ("See", NoteRelation.SEE, Direction.NEITHER, False),
    ],
)
def test_a_label_means_what_the_table_says(
    label: str, relation: NoteRelation, direction: Direction, in_part: bool
) -> None:
    assert only(f"{label}:  {TEXT_A}") == Clause(label, relation, direction, A, in_part)


def test_a_label_that_says_two_things_makes_two_clauses() -> None:
    found = read_note(f"Revoked in part and supplemented by: {TEXT_A}")
    assert [(one.relation, one.direction, one.in_part) for one in found.clauses] == [
        (NoteRelation.REVOKES, Direction.PASSIVE, True),
        (NoteRelation.SUPPLEMENTS, Direction.PASSIVE, False),
    ]


@pytest.mark.parametrize("label", ["Abolishes", "Revokd by", "ee"])
def test_an_unknown_label_is_not_guessed(label: str) -> None:
    found = read_note(f"{label}: {TEXT_A}\nAmends: {TEXT_B}")
    assert [(piece.text, piece.reason) for piece in found.unread] == [
        (f"{label}: {TEXT_A}", f"The label {label!r} is not known.")
    ]
    assert [clause.target for clause in found.clauses] == [B]


def test_a_text_without_a_label_is_not_read() -> None:
    found = read_note(f" {TEXT_A}\nAmends: {TEXT_B}")
    assert [(piece.text, piece.reason) for piece in found.unread] == [(TEXT_A, "It has no label.")]
    assert [clause.target for clause in found.clauses] == [B]


@pytest.mark.parametrize("between", ["\n", ";\n", ";;\n ;  ", ";;\n ;", "; ", " \n\n", ";\n ; "], ids=repr)
def test_labels_stand_on_lines_of_their_own_or_not(between: str) -> None:
    found = read_note(f"Amends: {TEXT_A}{between}Revoked by:{TEXT_B}")
    assert found.unread == []
    assert [(one.label, one.target) for one in found.clauses] == [("Amends", A), ("Revoked by", B)]


@pytest.mark.parametrize("text", [f"Superseded by {TEXT_B}", f"Superseded by; {TEXT_B}"])
def test_a_label_may_lack_its_colon_at_the_beginning_of_a_line(text: str) -> None:
    found = read_note(f"Amends: {TEXT_A}\n{text}")
    assert found.unread == []
    assert [(one.label, one.target) for one in found.clauses] == [("Amends", A), ("Superseded by", B)]


def test_a_remark_is_kept_in_words_and_its_words_are_no_labels() -> None:
    text = "EO 99905 is nullified by virtue of the Council being abolished by EO 99906, May 6, 2031."
    note = read_note(f"Amends: {TEXT_A}\nNote: {text}\nFederal Register page and date: 96 FR 1; May 9, 2031")
    assert note.remarks == [
        NoteRemark("Note", text),
        NoteRemark("Federal Register page and date", "96 FR 1; May 9, 2031"),
    ]
    assert [clause.target for clause in note.clauses] == [A]
    assert note.unread == []


def test_the_entry_of_another_order_that_follows_is_not_about_this_one() -> None:
    note = read_note(
        f"Superseded by: {TEXT_A};;\n ;  Executive Order 99903 ;;\n ;  Amendment to Executive Order No. 99904;;\n"
        f" ;  Signed: May 8, 2031;;\n ;  Amends: {TEXT_B}"
    )
    assert [clause.target for clause in note.clauses] == [A]
    (piece,) = note.unread
    assert piece.text.startswith("Executive Order 99903")
    assert piece.text.endswith(TEXT_B)
    assert "another order" in piece.reason


def test_an_empty_note_says_nothing() -> None:
    found = read_note(" \n")
    assert (found.clauses, found.remarks, found.unread) == ([], [], [])


# --- Documents ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "EO 99901, May 6, 2031",
        "EO 99901 of May 6, 2031",
        "EO 99901 May 6, 2031",
        "EO 99901. May 6, 2031",
        "EO 99901 , May 6,2031",
        "EO 99901, May, 6, 2031",
        "EO 99901 of 5/6/2031",
        "EO 99901 of 5/6/ 2031",
        "EO 99901 of\n          5/6/2031",
        "EO EO 99901, May 6, 2031",
        "EEO 99901, May 6, 2031",
        "EP 99901, May 6, 2031",
        "Executive Order 99901 of May 6, 2031",
        "and EO 99901, May 6, 2031,",
        "EO 99901, May 6, 2031.",
    ],
)
def test_an_order_is_named_in_many_ways(text: str) -> None:
    assert only(f"Revokes: {text}") == revokes(A)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("Proc. 9999, May 6, 2031", Instrument(InstrumentKind.PROCLAMATION, "9999", "2031-05-06")),
        ("Proc.9999, May 6, 2031", Instrument(InstrumentKind.PROCLAMATION, "9999", "2031-05-06")),
        ("Proclamation 9999 of 5/6/2031", Instrument(InstrumentKind.PROCLAMATION, "9999", "2031-05-06")),
        ("Notice of May 6, 2031", Instrument(InstrumentKind.NOTICE, "", "2031-05-06")),
        ("Notice, May 6, 2031", Instrument(InstrumentKind.NOTICE, "", "2031-05-06")),
        ("Memo. of May 6, 2031", Instrument(InstrumentKind.MEMORANDUM, "", "2031-05-06")),
        ("PD No. 2031-14 of May 6, 2031", Instrument(InstrumentKind.DETERMINATION, "2031-14", "2031-05-06")),
        ("Public Law 999-99, May 6, 2031", Instrument(InstrumentKind.PUBLIC_LAW, "999-99", "2031-05-06")),
        ("EO 7999-A, May 6, 2031", Instrument(InstrumentKind.EXECUTIVE_ORDER, "7999-A", "2031-05-06")),
        ("EO 99901", Instrument(InstrumentKind.EXECUTIVE_ORDER, "99901")),
    ],
)
def test_documents_of_every_kind_are_named(text: str, target: Instrument) -> None:
    assert only(f"See: {text}").target == target


@pytest.mark.parametrize("between", ["; ", "; and ", ", ", " and ", ", and ", " ", ""], ids=repr)
def test_several_documents_are_listed(between: str) -> None:
    found = read_note(f"Revokes: {TEXT_A}{between}{TEXT_B}")
    assert (found.clauses, found.unread) == ([revokes(A), revokes(B)], [])


def test_a_number_or_a_day_without_its_kind_is_of_the_kind_before() -> None:
    found = read_note("See: EO 99901, May 6, 2031; 99902, June 7, 2031; Memoranda of May 6, 2031, and June 7, 2031")
    assert found.unread == []
    assert [clause.target for clause in found.clauses] == [
        *(A, B),
        *(
            Instrument(InstrumentKind.MEMORANDUM, "", "2031-05-06"),
            Instrument(InstrumentKind.MEMORANDUM, "", "2031-06-07"),
        ),
    ]


@pytest.mark.parametrize("text", [f"{TEXT_A} (in part)", f"{TEXT_A}, (in part)", f"{TEXT_A} in part"])
def test_a_document_may_be_concerned_in_part(text: str) -> None:
    found = read_note(f"Revokes: {text}; {TEXT_B}")
    assert found.clauses == [revokes(A, in_part=True), revokes(B)]


def test_what_else_is_said_of_a_document_is_kept() -> None:
    assert only(f"Revokes: {TEXT_A} eff. May 31, 2031") == revokes(A, effective_on="2031-05-31")
    assert only(f"Revokes: {TEXT_A} (96 FR 48199, May 9, 2031)") == revokes(A, note="96 FR 48199, May 9, 2031")
    assert only("See: Notice of May 6, 2031, 96 FR 41").note == "96 FR 41"


def test_what_is_read_in_conjunction_with_another_order_is_said_of_all_that_are_listed() -> None:
    found = read_note(f"Revokes: {TEXT_A}, and {TEXT_B}, read in conjunction with EO 99903, May 8, 2031")
    note = "read in conjunction with EO 99903, May 8, 2031"
    assert (found.clauses, found.unread) == ([revokes(A, note=note), revokes(B, note=note)], [])


@pytest.mark.parametrize(
    "text",
    [
        "99901, May 6, 2031",  # A number of what?
        "May 6, 2031",
        "EO 99901, February 30, 2031",
        "EO 99901, May 6, 203",
        "EO 99901 of 5/6/31",  # In which century?
        "EO 99901 of 99901 of 5/6/2031",
        "EO 999011, May 6, 2031",
        "96 FR 51066",
        "the order on railroads",
        f"{TEXT_A} as regards railroads",
        "Notice",
        "EO",
    ],
)
def test_what_names_no_document_clearly_is_not_read(text: str) -> None:
    found = read_note(f"Revokes: {text}; {TEXT_B}")
    assert [clause.target for clause in found.clauses] == [B]
    assert [(piece.text, piece.reason) for piece in found.unread] == [
        (f"Revokes: {text}", "No document is recognised in it.")
    ]


@pytest.mark.parametrize(
    ("text", "day"),
    [("May 6, 2031", "2031-05-06"), ("5/6/2031", "2031-05-06"), ("", ""), ("13/6/2031", None), ("May", None)],
)
def test_days_are_read_as_americans_write_them(text: str, day: str | None) -> None:
    assert iso(text) == day


# --- Properties ---------------------------------------------------------------------------------

_days = st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(date.isoformat)
_numbers = {
    InstrumentKind.EXECUTIVE_ORDER: st.from_regex(r"[1-9][0-9]{3,4}(-[A-Z])?", fullmatch=True),
    InstrumentKind.PROCLAMATION: st.from_regex(r"[1-9][0-9]{3,4}", fullmatch=True),
    InstrumentKind.DETERMINATION: st.from_regex(r"[12][0-9]{3}-[1-9][0-9]?", fullmatch=True),
    InstrumentKind.PUBLIC_LAW: st.from_regex(r"[1-9][0-9]{1,2}-[1-9][0-9]{0,2}", fullmatch=True),
}


@st.composite
def targets(draw: st.DrawFn) -> Instrument:
    kind = draw(st.sampled_from(InstrumentKind))
    if kind in NUMBERED:
        return Instrument(kind, draw(_numbers[kind]), draw(_days | st.just("")))
    return Instrument(kind, "", draw(_days))


@st.composite
def clauses(draw: st.DrawFn) -> Clause:
    label = draw(st.sampled_from(sorted(label for label, meanings in LABELS.items() if len(meanings) == 1)))
    (meaning,) = LABELS[label]
    return Clause(
        label.capitalize() if draw(st.booleans()) else label,
        meaning.relation,
        meaning.direction,
        draw(targets()),
        meaning.in_part or draw(st.booleans()),
        draw(st.just("") | _days),
        draw(
            st.just("") | st.from_regex(r"[1-9][0-9] FR [1-9][0-9]{3}|sec\. [1-9]|which was suspended", fullmatch=True)
        ),
    )


@given(st.lists(clauses(), max_size=8))
def test_what_is_written_is_read_again(written: list[Clause]) -> None:
    found = read_note(note_text(written))
    assert (found.clauses, found.remarks, found.unread) == (written, [], [])


_PIECES = [
    *LABELS,
    *KINDS,
    "note",
    ":",
    ";",
    "\n",
    " ",
    ",",
    "EO 99901",
    "May 6, 2031",
    "(in part)",
    "(",
    ")",
    "eff.",
    "x",
]


@given(st.lists(st.sampled_from(_PIECES) | st.text(max_size=8), max_size=30).map(" ".join))
def test_whatever_is_written_is_read_or_told(text: str) -> None:
    found = read_note(text)
    assert all(clause.target.number or clause.target.date for clause in found.clauses)
    assert all(piece.reason for piece in found.unread)
    if not (found.clauses or found.remarks or found.unread):
        # Nothing but labels with nothing after them.
        assert not any(character.isdigit() for character in text)


@pytest.mark.parametrize("piece", ["\n", ";", "; ", "a", "EO ", "(", "See:", "See ", "EO 1 ", "May 6, 2031 ", "\n ;\t"])
def test_no_note_takes_long(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    started = perf_counter()
    read_note(text)
    read_note("Revokes: " + text)
    assert perf_counter() - started < 5
