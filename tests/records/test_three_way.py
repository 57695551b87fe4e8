"""Two independent changes are merged field by field and row by row."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from sanctions.records.events import EVENT
from sanctions.records.orders import ORDER
from sanctions.records.row_identity import is_same_but_for_order
from sanctions.records.three_way import Conflict, Side, merge

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
    merged = merge(EVENT, BASE, changed(title="A search"), changed(happened_on="2020-01-02", note="Late."))
    assert merged.document == changed(title="A search", happened_on="2020-01-02", note="Late.")
    assert (merged.conflicts, merged.undecided) == ((), ())


def test_what_one_removed_stays_removed() -> None:
    assert merge(EVENT, changed(note="Old."), changed(), changed(note="Old.")).document == changed()
    assert merge(EVENT, changed(note="Old."), changed(note="Old."), changed()).document == changed()


def test_what_both_changed_alike_is_no_conflict() -> None:
    merged = merge(EVENT, BASE, changed(title="A search"), changed(title="A search"))
    assert merged.document["title"] == "A search"
    assert merged.conflicts == ()


def test_what_both_changed_differently_is_a_conflict_in_which_what_stands_stays() -> None:
    merged = merge(EVENT, BASE, changed(title="A search"), changed(title="A visit"))
    assert merged.conflicts == (Conflict("title", "A raid", "A search", "A visit"),)
    assert merged.undecided == (0,)
    assert merged.document["title"] == "A search"


def test_a_conflict_is_decided_by_its_number() -> None:
    merged = merge(EVENT, BASE, changed(title="A search"), changed(title="A visit"), {0: "proposed"})
    assert (merged.document["title"], merged.undecided) == ("A visit", ())


def test_rows_that_each_added_are_both_there() -> None:
    cy, di = {"actor": "cy", "role": "witness"}, {"actor": "di", "role": "witness"}
    rows = BASE["participations"]
    merged = merge(EVENT, BASE, changed(participations=[cy, *rows]), changed(participations=[*rows, di]))
    assert merged.document["participations"] == [cy, *rows, di]


def test_a_row_that_both_added_is_there_once() -> None:
    rows = [*BASE["participations"], {"actor": "cy", "role": "witness"}]
    merged = merge(EVENT, BASE, changed(participations=rows), changed(participations=rows, title="A visit"))
    assert merged.document["participations"] == rows


def test_two_fields_of_one_row_are_two_changes() -> None:
    current, proposed = deepcopy(BASE), deepcopy(BASE)
    current["effects"][0]["note"] = "Doubtful."
    proposed["effects"][0]["effective_on"] = "2020-01-02"
    merged = merge(EVENT, BASE, current, proposed)
    assert merged.document["effects"][0] == {**BASE["effects"][0], "note": "Doubtful.", "effective_on": "2020-01-02"}
    assert merged.conflicts == ()


def test_a_row_that_one_removed_and_the_other_changed_is_a_conflict() -> None:
    current, proposed = deepcopy(BASE), deepcopy(BASE)
    proposed["effects"][0]["effective_on"] = "2020-01-02"
    del current["effects"][0]
    merged = merge(EVENT, BASE, current, proposed)
    [conflict] = merged.conflicts
    assert (conflict.path, conflict.current, conflict.proposed) == ("effects[0]", None, proposed["effects"][0])
    assert [row["violation"] for row in merged.document["effects"]] == ["two"]
    kept = merge(EVENT, BASE, current, proposed, {0: "proposed"}).document
    assert [row["violation"] for row in kept["effects"]] == ["one", "two"]


def test_a_row_that_one_removed_and_the_other_left_is_gone() -> None:
    rows = BASE["participations"]
    merged = merge(EVENT, BASE, changed(participations=rows[1:]), changed(title="A visit"))
    assert merged.document["participations"] == rows[1:]


def test_a_new_order_of_ordered_rows_stands() -> None:
    rows, none = BASE["effects"][::-1], {"citations": None}
    base, visit = changed(**none), changed(title="A visit", **none)
    assert merge(EVENT, base, changed(effects=rows, **none), visit).document["effects"] == rows
    assert merge(EVENT, base, visit, changed(effects=rows, **none)).document["effects"] == rows


def test_another_order_of_unordered_rows_is_no_change() -> None:
    rows = BASE["participations"][::-1]
    merged = merge(EVENT, BASE, changed(title="A visit"), changed(participations=rows))
    assert merged.document == changed(title="A visit")
    assert merged.conflicts == ()


def test_a_row_that_the_database_knows_by_its_keys_is_one_row_though_both_added_it() -> None:
    current = [*BASE["participations"], {"actor": "cy", "role": "witness", "capacity": "office-of-cy"}]
    proposed = [*BASE["participations"], {"actor": "cy", "role": "witness", "note": "From afar."}]
    merged = merge(EVENT, BASE, changed(participations=current), changed(participations=proposed))
    assert merged.document["participations"][2:] == [
        {"actor": "cy", "role": "witness", "capacity": "office-of-cy", "note": "From afar."}
    ]
    assert merged.conflicts == ()


def test_a_row_that_got_the_keys_of_another_is_not_there_twice() -> None:
    base = changed(participations=[{"actor": "ada", "role": "witness"}])
    current = changed(participations=[{"actor": "ada", "role": "accused"}])
    proposed = changed(participations=[{"actor": "ada", "role": "witness"}, {"actor": "ada", "role": "accused"}])
    merged = merge(EVENT, base, current, proposed)
    assert merged.document["participations"] == [{"actor": "ada", "role": "accused"}]


def test_a_citation_follows_the_row_that_it_supports() -> None:
    first = {"violation": "zero", "verb": "alleged", "effective_on": "2020-01-01"}
    current = changed(effects=[first, *BASE["effects"]], citations=[{"source": "paper", "field": "effects[2]"}])
    proposed = changed(citations=[*BASE["citations"], {"source": "letter", "field": "effects[0].verb"}])
    merged = merge(EVENT, BASE, current, proposed)
    assert merged.document["citations"] == [
        {"source": "paper", "field": "effects[2]"},
        {"source": "letter", "field": "effects[1].verb"},
    ]
    assert merged.conflicts == ()


def test_a_citation_of_a_row_that_is_gone_goes_with_it() -> None:
    current = changed(effects=BASE["effects"][:1], citations=None)
    proposed = changed(citations=[*BASE["citations"], {"source": "letter", "field": "effects[1]"}])
    assert "citations" not in merge(EVENT, BASE, current, proposed).document


def test_a_conflict_over_a_citation_names_the_row_by_its_place() -> None:
    current, proposed = deepcopy(BASE), deepcopy(BASE)
    current["citations"][0]["pinpoint"], proposed["citations"][0]["pinpoint"] = "page 1", "page 2"
    [conflict] = merge(EVENT, BASE, current, proposed).conflicts
    assert conflict == Conflict("citations[0].pinpoint", None, "page 1", "page 2")
    current["citations"], proposed["citations"][0]["pinpoint"] = [], "page 2"
    [conflict] = merge(EVENT, BASE, current, proposed).conflicts
    assert conflict.proposed == {"source": "paper", "field": "effects[1]", "pinpoint": "page 2"}


def test_sets_keep_what_either_added_and_lose_what_either_removed() -> None:
    base = {"slug": "order", "programs": ["iran", "oil"]}
    merged = merge(
        ORDER, base, {**base, "programs": ["arms", "iran", "oil"]}, {**base, "programs": ["iran", "shipping"]}
    )
    assert merged.document["programs"] == ["arms", "iran", "shipping"]


def test_absences_are_put_together_name_by_name() -> None:
    merged = merge(
        EVENT, BASE, changed(absences={"note": "unknown"}), changed(absences={**BASE["absences"], "title": "unknown"})
    )
    assert merged.document["absences"] == {"note": "unknown", "title": "unknown"}


# --- Properties ---------------------------------------------------------------------------------

WORDS: Final = st.sampled_from(["a", "b", "c"])
ROW: Final = st.fixed_dictionaries({"actor": WORDS, "role": WORDS}, optional={"note": WORDS})


def _actor_and_role(row: Any) -> tuple[str, str]:
    return row["actor"], row["role"]


FIELDS: Final = st.sampled_from(["title", "participations[0]"])
DOCUMENTS: Final = st.fixed_dictionaries(
    {"slug": st.just("raid")},
    optional={
        "title": WORDS,
        "note": WORDS,
        # An actor has a role in an event once.
        "participations": st.lists(ROW, min_size=1, max_size=4, unique_by=_actor_and_role),
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
    for merged in (merge(EVENT, base, other, base), merge(EVENT, base, base, other)):
        assert is_same_but_for_order(EVENT, merged.document, other)
        assert merged.conflicts == ()


@given(DOCUMENTS, DOCUMENTS)
def test_two_who_wrote_the_same_have_no_conflict(base: dict[str, Any], both: dict[str, Any]) -> None:
    merged = merge(EVENT, base, both, both)
    assert merged.document == both
    assert merged.conflicts == ()


@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_deciding_every_conflict_leaves_none(
    base: dict[str, Any], current: dict[str, Any], proposed: dict[str, Any]
) -> None:
    count = len(merge(EVENT, base, current, proposed).conflicts)
    for side in ("current", "proposed"):
        merged = merge(EVENT, base, current, proposed, dict.fromkeys(range(count), side))
        assert merged.undecided == ()
        assert len(merged.conflicts) == count


@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_no_merge_has_two_rows_of_the_same_keys(
    base: dict[str, Any], current: dict[str, Any], proposed: dict[str, Any]
) -> None:
    merged = merge(EVENT, base, current, proposed)
    proposed_decides: dict[int, Side] = dict.fromkeys(range(len(merged.conflicts)), "proposed")
    for document in (merged.document, merge(EVENT, base, current, proposed, proposed_decides).document):
        rows = document.get("participations", [])
        assert len({(row["actor"], row["role"]) for row in rows}) == len(rows)


@given(DOCUMENTS, DOCUMENTS, st.randoms(use_true_random=False))
def test_another_order_of_one_sides_rows_changes_nothing_in_the_merge(
    base: dict[str, Any], current: dict[str, Any], random: Any
) -> None:
    proposed = deepcopy(base)
    rows = proposed.get("participations", [])
    places = random.sample(range(len(rows)), len(rows))
    proposed |= {"participations": [rows[place] for place in places]} if rows else {}
    for citation in proposed.get("citations", ()):
        if rows and citation.get("field") == "participations[0]":
            citation["field"] = f"participations[{places.index(0)}]"
    merged = merge(EVENT, base, current, proposed)
    assert merged.conflicts == ()
    assert settled(merged.document) == settled(merge(EVENT, base, current, base).document)


def settled(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document with what it cites instead of the places of rows, and its rows sorted."""
    made, rows = deepcopy(document), document.get("participations", [])
    for citation in made.get("citations", ()):
        if (place := citation.get("field", "")[15:-1]).isdecimal() and int(place) < len(rows):
            citation["field"] = json.dumps(rows[int(place)], sort_keys=True)
    for name in ("participations", "citations"):
        if name in made:
            made[name] = sorted(made[name], key=lambda row: json.dumps(row, sort_keys=True))
    return made
