"""The difference of two documents: complete, so that it leads from one to the other, and no more than that."""

from __future__ import annotations

import copy
from typing import Any, Final

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanctions.records.actors import ACTOR
from sanctions.records.base import Codes, Document, Key, RecordType, Refs, Rows
from sanctions.records.diff import FieldChange, changes
from sanctions.records.encode import normalise
from sanctions.records.events import EVENT
from sanctions.records.orders import ORDER
from sanctions.records.registry import BY_NAME
from tests.effort import examples
from tests.factories.documents import WORLD, documents

NAMES: Final = list(BY_NAME)
few_examples = settings(max_examples=examples(30), suppress_health_check=[HealthCheck.too_slow])


@st.composite
def pairs(draw: st.DrawFn, name: str) -> tuple[Document, Document]:
    """Two documents of one record in normal form: unrelated, or one a curator's edit of the other."""
    record_type = BY_NAME[name]
    drawn = documents(record_type, next(iter(WORLD[name])))
    before, after = draw(drawn), draw(drawn)
    for key in record_type.keys:
        if key.name in before and draw(st.booleans()):
            after[key.name] = before[key.name]
            if isinstance(key, Rows):
                after[key.name] = draw(edits(before[key.name]))
    return normalise(record_type, before), normalise(record_type, after)


@st.composite
def edits(draw: st.DrawFn, rows: list[Document]) -> list[Document]:
    """The rows in another order, some left out, some twice, some without one of their keys."""
    made: list[Document] = copy.deepcopy(draw(st.permutations([*rows, *draw(st.sampled_from([[], rows[:1]]))])))
    made = made[draw(st.integers(0, 1)) :]
    for row in made:
        if len(row) > 1 and draw(st.booleans()):
            del row[draw(st.sampled_from(sorted(row.keys() - {"slug"})))]
    return made


# --- Reading the changes, as somebody would who has only them ------------------------------------


def applied(keys: tuple[Key, ...], document: Document, differences: list[FieldChange], path: str = "") -> Document:
    """Return the document after the changes at and below a path."""
    made = dict(document)
    for key in keys:
        where = f"{path}.{key.name}" if path else key.name
        value = _applied(key, document.get(key.name), differences, where)
        made.pop(key.name, None)
        if value not in (None, [], {}):
            made[key.name] = value
    return made


def _applied(key: Key, value: Any, differences: list[FieldChange], where: str) -> Any:
    if isinstance(key, Rows):
        return _rows(key, value or [], differences, where)
    here = [change for change in differences if change.path == where]
    if isinstance(key, Refs | Codes):
        kept = set(value or []) - {change.before for change in here} | {change.after for change in here}
        return sorted(kept - {None})
    within = [change for change in differences if change.path.startswith(f"{where}.")]
    if within:
        names = {change.path.removeprefix(f"{where}."): change.after for change in within}
        return {name: item for name, item in sorted(((value or {}) | names).items()) if item is not None}
    return here[0].after if here else value


def _rows(key: Rows, rows: list[Document], differences: list[FieldChange], where: str) -> list[Document]:
    at = {(change.path, change.kind): change for change in differences}
    kept = [place for place in range(len(rows)) if (f"{where}[{place}]", "removed") not in at]
    added = [change for change in differences if change.kind == "added" and _is_row(change.path, where)]
    length = len(kept) + len(added)
    free = [place for place in range(length) if (f"{where}[{place}]", "added") not in at]
    moved = at.get((where, "moved"))
    if moved:
        assert moved.before == kept
    places = dict(zip(kept, moved.after if moved else free, strict=True))
    made: dict[int, Document] = {
        place: applied(key.keys, rows[former], differences, f"{where}[{place}]") for former, place in places.items()
    }
    for change in added:
        made[int(change.path.removeprefix(f"{where}[").removesuffix("]"))] = change.after
    return [made[place] for place in range(length)]


def _is_row(path: str, where: str) -> bool:
    return path.startswith(f"{where}[") and path.endswith("]") and path.count("[") == where.count("[") + 1


def settled(record_type: RecordType, document: Document) -> Document:
    """Return a document with its unordered rows sorted."""
    unordered = {key.name for key in record_type.rows if not key.is_ordered}
    return {
        name: sorted(value, key=lambda row: orjson.dumps(row, option=orjson.OPT_SORT_KEYS))
        if name in unordered
        else value
        for name, value in document.items()
    }


# --- Laws ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
@few_examples
@given(data=st.data())
def test_a_document_does_not_differ_from_itself(name: str, data: st.DataObject) -> None:
    document = data.draw(documents(BY_NAME[name], next(iter(WORLD[name]))))
    assert changes(BY_NAME[name], document, copy.deepcopy(document)) == []


@pytest.mark.parametrize("name", NAMES)
@few_examples
@given(data=st.data())
def test_the_changes_lead_from_one_document_to_the_other(name: str, data: st.DataObject) -> None:
    record_type = BY_NAME[name]
    before, after = data.draw(pairs(name))
    differences = changes(record_type, before, after)
    assert settled(record_type, applied(record_type.keys, before, differences)) == settled(record_type, after)
    assert bool(differences) == (settled(record_type, before) != settled(record_type, after))


@pytest.mark.parametrize("name", NAMES)
@few_examples
@given(data=st.data())
def test_another_order_of_unordered_rows_is_no_difference(name: str, data: st.DataObject) -> None:
    record_type = BY_NAME[name]
    before = normalise(record_type, data.draw(documents(record_type, next(iter(WORLD[name])))))
    after = copy.deepcopy(before)
    for key in record_type.rows:
        if not key.is_ordered and key.name in after:
            after[key.name] = data.draw(st.permutations(after[key.name]))
    assert changes(record_type, before, after) == []


@pytest.mark.parametrize("name", NAMES)
@few_examples
@given(data=st.data())
def test_the_way_back_is_the_way_there(name: str, data: st.DataObject) -> None:
    before, after = data.draw(pairs(name))
    onward, back = changes(BY_NAME[name], before, after), changes(BY_NAME[name], after, before)
    opposite = {"added": "removed", "removed": "added", "changed": "changed"}
    forward = [(opposite[change.kind], change.after, change.before) for change in onward if change.kind != "moved"]
    assert sorted(forward, key=str) == sorted(
        ((change.kind, change.before, change.after) for change in back if change.kind != "moved"), key=str
    )
    moved = {change.path: sorted(zip(change.after, change.before, strict=True)) for change in onward if _moved(change)}
    assert moved == {
        change.path: list(zip(change.before, change.after, strict=True)) for change in back if _moved(change)
    }


def _moved(change: FieldChange) -> bool:
    return change.kind == "moved"


@pytest.mark.parametrize("name", NAMES)
@few_examples
@given(data=st.data())
def test_a_record_that_was_not_there_is_added_key_by_key(name: str, data: st.DataObject) -> None:
    record_type = BY_NAME[name]
    document = normalise(record_type, data.draw(documents(record_type, next(iter(WORLD[name])))))
    differences = changes(record_type, None, document)
    assert {change.kind for change in differences} == {"added"}
    assert applied(record_type.keys, {}, differences) == document
    assert {change.kind for change in changes(record_type, document, None)} == {"removed"}


# --- What a reader sees -------------------------------------------------------------------------


def difference(record_type: RecordType, key: str, before: Any, after: Any) -> list[tuple[str, str, Any, Any]]:
    """Return the changes of one key."""
    differences = changes(record_type, {"slug": "x", key: before}, {"slug": "x", key: after})
    return [(change.path, change.kind, change.before, change.after) for change in differences]


def test_a_value_is_changed_added_or_removed() -> None:
    differences = changes(ACTOR, {"slug": "x", "name": "A", "note": "N"}, {"slug": "x", "name": "B", "summary": "S"})
    assert differences == [
        FieldChange("name", "changed", "A", "B"),
        FieldChange("summary", "added", None, "S"),
        FieldChange("note", "removed", "N", None),
    ]


def test_references_and_codes_are_told_one_by_one() -> None:
    assert difference(ORDER, "programs", ["a", "b"], ["b", "c"]) == [
        ("programs", "removed", "a", None),
        ("programs", "added", None, "c"),
    ]
    assert difference(ORDER, "topics", ["sanctions"], ["immigration", "sanctions"]) == [
        ("topics", "added", None, "immigration")
    ]


def test_absences_are_told_by_the_key_that_is_absent() -> None:
    assert difference(ACTOR, "absences", {"summary": "unknown"}, {"summary": "not_coded", "names": "unknown"}) == [
        ("absences.names", "added", None, "unknown"),
        ("absences.summary", "changed", "unknown", "not_coded"),
    ]


def test_a_row_with_a_slug_is_the_same_however_much_it_changed_and_wherever_it_stands() -> None:
    freeze, ban = {"slug": "freeze", "kind": "asset_freeze"}, {"slug": "ban", "kind": "travel_ban", "title": "Ban"}
    assert difference(ORDER, "measures", [freeze, ban], [{**ban, "title": "Bar"}, {"slug": "freeze", "kind": "x"}]) == [
        ("measures", "moved", [0, 1], [1, 0]),
        ("measures[0].title", "changed", "Ban", "Bar"),
        ("measures[1].kind", "changed", "asset_freeze", "x"),
    ]


def test_a_row_that_was_put_between_others_moves_none_of_them() -> None:
    first, second, new = ({"actor": name, "role": "speaker"} for name in ("first", "second", "new"))
    assert difference(EVENT, "participations", [first, second], [first, new, second]) == [
        ("participations[1]", "added", None, new)
    ]
    assert difference(EVENT, "participations", [first, new, second], [first, second]) == [
        ("participations[1]", "removed", new, None)
    ]


def test_a_row_without_a_slug_is_the_one_that_is_most_alike() -> None:
    signed = {"order": "a", "verb": "issued", "effective_on": "2015"}
    revoked = {"order": "b", "verb": "revoked", "effective_on": "2016"}
    dated = {**revoked, "effective_on": "2016-01-16"}
    assert difference(EVENT, "effects", [signed, revoked], [dated, signed]) == [
        ("effects", "moved", [0, 1], [1, 0]),
        ("effects[0].effective_on", "changed", "2016", "2016-01-16"),
    ]


def test_a_citation_that_follows_its_row_to_another_place_is_no_change() -> None:
    ada, bo = {"kind": "alias", "text": "Ada"}, {"kind": "alias", "text": "Bo"}
    cited = [{"source": "a"}, {"source": "b", "field": "names[1].text"}]
    before = {"slug": "x", "names": [ada, bo], "citations": cited}
    after = {"slug": "x", "names": [bo, ada], "citations": [{**cited[1], "field": "names[0].text"}, cited[0]]}
    assert changes(ACTOR, before, after) == []
    assert changes(ACTOR, before, {**after, "citations": cited}) == [
        FieldChange("citations[1].field", "changed", "names[0].text", "names[1].text")
    ]


def test_rows_that_have_little_in_common_are_not_one_row() -> None:
    assert difference(ACTOR, "citations", [{"source": "a"}], [{"source": "b", "pinpoint": "3"}]) == [
        ("citations[0]", "removed", {"source": "a"}, None),
        ("citations[0]", "added", None, {"source": "b", "pinpoint": "3"}),
    ]


def test_a_long_list_is_compared_in_good_time() -> None:
    before = [{"member": f"member-{n}", "choice": "for"} for n in range(3000)]
    after = [{"member": f"member-{n}", "choice": "against"} for n in range(3000)]
    differences = difference(EVENT, "ballots", before, after)
    assert len(differences) == 3000
    assert {change[1:] for change in differences} == {("changed", "for", "against")}


def test_a_key_that_the_document_has_no_longer_is_told_as_it_stands() -> None:
    assert difference(ACTOR, "former_key", [1], None) == [("former_key", "removed", [1], None)]
