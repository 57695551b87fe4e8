"""Two changes made apart are put together field by field and row by row."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from sanctions.records.events import EVENT
from sanctions.records.orders import ORDER
from sanctions.records.three_way import Conflict, merge

BASE: Final[dict[str, Any]] = {
    "slug": "raid",
    "kind": "claim",
    "title": "A raid",
    "happened_on": "2020-01-01",
    "participations": [{"actor": "ada", "role": "accuser"}, {"actor": "bo", "role": "accused"}],
    "effects": [
        {"violation": "one", "verb": "alleged", "effective_on": "2020-01-01"},
        {"violation": "two", "verb": "alleged", "effective_on": "2020-01-01"},
    ],
    "citations": [{"source": "paper", "field": "effects[1]"}],
    "absences": {"note": "not_coded"},
}


def changed(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in {**deepcopy(BASE), **values}.items() if value is not None}


def test_what_one_changed_and_the_other_left_stands() -> None:
    found = merge(EVENT, BASE, changed(title="A search"), changed(happened_on="2020-01-02", note="Late."))
    assert found.document == changed(title="A search", happened_on="2020-01-02", note="Late.")
    assert (found.conflicts, found.undecided) == ((), ())


def test_what_one_removed_stays_removed() -> None:
    assert merge(EVENT, changed(note="Old."), changed(), changed(note="Old.")).document == changed()
    assert merge(EVENT, changed(note="Old."), changed(note="Old."), changed()).document == changed()


def test_what_both_changed_alike_is_no_conflict() -> None:
    found = merge(EVENT, BASE, changed(title="A search"), changed(title="A search"))
    assert found.document["title"] == "A search"
    assert found.conflicts == ()


def test_what_both_changed_differently_is_a_conflict_in_which_what_stands_stays() -> None:
    found = merge(EVENT, BASE, changed(title="A search"), changed(title="A visit"))
    assert found.conflicts == (Conflict("title", "A raid", "A search", "A visit"),)
    assert found.undecided == (0,)
    assert found.document["title"] == "A search"


def test_a_conflict_is_decided_by_its_number() -> None:
    found = merge(EVENT, BASE, changed(title="A search"), changed(title="A visit"), {0: "mine"})
    assert (found.document["title"], found.undecided) == ("A visit", ())


def test_rows_that_each_added_are_both_there() -> None:
    cy, di = {"actor": "cy", "role": "witness"}, {"actor": "di", "role": "witness"}
    rows = BASE["participations"]
    found = merge(EVENT, BASE, changed(participations=[cy, *rows]), changed(participations=[*rows, di]))
    assert found.document["participations"] == [cy, *rows, di]


def test_a_row_that_both_added_is_there_once() -> None:
    rows = [*BASE["participations"], {"actor": "cy", "role": "witness"}]
    found = merge(EVENT, BASE, changed(participations=rows), changed(participations=rows, title="A visit"))
    assert found.document["participations"] == rows


def test_two_fields_of_one_row_are_two_changes() -> None:
    theirs, mine = deepcopy(BASE), deepcopy(BASE)
    theirs["effects"][0]["note"] = "Doubtful."
    mine["effects"][0]["effective_on"] = "2020-01-02"
    found = merge(EVENT, BASE, theirs, mine)
    assert found.document["effects"][0] == {**BASE["effects"][0], "note": "Doubtful.", "effective_on": "2020-01-02"}
    assert found.conflicts == ()


def test_a_row_that_one_removed_and_the_other_changed_is_a_conflict() -> None:
    theirs, mine = deepcopy(BASE), deepcopy(BASE)
    mine["effects"][0]["effective_on"] = "2020-01-02"
    del theirs["effects"][0]
    found = merge(EVENT, BASE, theirs, mine)
    [conflict] = found.conflicts
    assert (conflict.path, conflict.theirs, conflict.mine) == ("effects[0]", None, mine["effects"][0])
    assert [row["violation"] for row in found.document["effects"]] == ["two"]
    kept = merge(EVENT, BASE, theirs, mine, {0: "mine"}).document
    assert [row["violation"] for row in kept["effects"]] == ["one", "two"]


def test_a_row_that_one_removed_and_the_other_left_is_gone() -> None:
    rows = BASE["participations"]
    found = merge(EVENT, BASE, changed(participations=rows[1:]), changed(title="A visit"))
    assert found.document["participations"] == rows[1:]


def test_a_new_order_of_rows_stands() -> None:
    rows = BASE["participations"][::-1]
    assert merge(EVENT, BASE, changed(participations=rows), changed(title="A visit")).document["participations"] == rows
    assert merge(EVENT, BASE, changed(title="A visit"), changed(participations=rows)).document["participations"] == rows


def test_a_citation_follows_the_row_that_it_supports() -> None:
    first = {"violation": "zero", "verb": "alleged", "effective_on": "2020-01-01"}
    theirs = changed(effects=[first, *BASE["effects"]], citations=[{"source": "paper", "field": "effects[2]"}])
    mine = changed(citations=[*BASE["citations"], {"source": "letter", "field": "effects[0].verb"}])
    found = merge(EVENT, BASE, theirs, mine)
    assert found.document["citations"] == [
        {"source": "paper", "field": "effects[2]"},
        {"source": "letter", "field": "effects[1].verb"},
    ]
    assert found.conflicts == ()


def test_a_citation_of_a_row_that_is_gone_goes_with_it() -> None:
    theirs = changed(effects=BASE["effects"][:1], citations=None)
    mine = changed(citations=[*BASE["citations"], {"source": "letter", "field": "effects[1]"}])
    assert "citations" not in merge(EVENT, BASE, theirs, mine).document


def test_a_conflict_over_a_citation_names_the_row_by_its_place() -> None:
    theirs, mine = deepcopy(BASE), deepcopy(BASE)
    theirs["citations"][0]["pinpoint"], mine["citations"][0]["pinpoint"] = "page 1", "page 2"
    [conflict] = merge(EVENT, BASE, theirs, mine).conflicts
    assert conflict == Conflict("citations[0].pinpoint", None, "page 1", "page 2")
    theirs["citations"], mine["citations"][0]["pinpoint"] = [], "page 2"
    [conflict] = merge(EVENT, BASE, theirs, mine).conflicts
    assert conflict.mine == {"source": "paper", "field": "effects[1]", "pinpoint": "page 2"}


def test_sets_keep_what_either_added_and_lose_what_either_removed() -> None:
    base = {"slug": "order", "programs": ["iran", "oil"]}
    found = merge(
        ORDER, base, {**base, "programs": ["arms", "iran", "oil"]}, {**base, "programs": ["iran", "shipping"]}
    )
    assert found.document["programs"] == ["arms", "iran", "shipping"]


def test_absences_are_put_together_name_by_name() -> None:
    found = merge(
        EVENT, BASE, changed(absences={"note": "unknown"}), changed(absences={**BASE["absences"], "title": "unknown"})
    )
    assert found.document["absences"] == {"note": "unknown", "title": "unknown"}


# --- Properties ---------------------------------------------------------------------------------

WORDS: Final = st.sampled_from(["a", "b", "c"])
ROW: Final = st.fixed_dictionaries({"actor": WORDS, "role": WORDS}, optional={"note": WORDS})
FIELDS: Final = st.sampled_from(["title", "participations[0]"])
DOCUMENTS: Final = st.fixed_dictionaries(
    {"slug": st.just("raid")},
    optional={
        "title": WORDS,
        "note": WORDS,
        "participations": st.lists(ROW, min_size=1, max_size=4),
        "citations": st.lists(
            st.fixed_dictionaries(
                {"source": WORDS}, optional={"field": st.sampled_from(["title", "participations[0]"])}
            ),
            min_size=1,
            max_size=3,
        ),
        "absences": st.dictionaries(WORDS, WORDS, min_size=1, max_size=2),
    },
)


@given(DOCUMENTS, DOCUMENTS)
def test_where_one_changed_nothing_the_others_document_stands(base: dict[str, Any], other: dict[str, Any]) -> None:
    for found in (merge(EVENT, base, other, base), merge(EVENT, base, base, other)):
        assert found.document == other
        assert found.conflicts == ()


@given(DOCUMENTS, DOCUMENTS)
def test_two_who_wrote_the_same_have_no_conflict(base: dict[str, Any], both: dict[str, Any]) -> None:
    found = merge(EVENT, base, both, both)
    assert found.document == both
    assert found.conflicts == ()


@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_deciding_every_conflict_leaves_none(
    base: dict[str, Any], theirs: dict[str, Any], mine: dict[str, Any]
) -> None:
    count = len(merge(EVENT, base, theirs, mine).conflicts)
    for side in ("theirs", "mine"):
        found = merge(EVENT, base, theirs, mine, dict.fromkeys(range(count), side))
        assert found.undecided == ()
        assert len(found.conflicts) == count
