"""Which rows are the same: by keys that are unique in a record; and documents that differ in the order of rows."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Final

import pytest
from django.db import models
from hypothesis import given, settings
from hypothesis import strategies as st

from sanctions.records.actors import ACTOR
from sanctions.records.base import CITATIONS, RecordType, Ref, Rows, Value, part_model
from sanctions.records.encode import normalise
from sanctions.records.events import EVENT
from sanctions.records.registry import BY_NAME
from sanctions.records.row_identity import in_order_of, is_same_but_for_order, same_rows, unique_keys
from tests.effort import examples
from tests.factories.documents import WORLD, documents

ROWS: Final = [(record_type, key) for record_type in BY_NAME.values() for key in record_type.rows]


def rules() -> Iterator[tuple[RecordType, Rows, set[str]]]:
    """Yield the unique constraints on columns that documents have: such a row occurs once."""
    for record_type, key in ROWS:
        columns = {record_type.name, *(part.field for part in key.keys if isinstance(part, Value | Ref))}
        for rule in part_model(record_type.model, key)._meta.constraints:
            if isinstance(rule, models.UniqueConstraint) and "ordinal" not in rule.fields and columns >= {*rule.fields}:
                yield record_type, key, set(rule.fields)


@pytest.mark.parametrize(
    ("record_type", "key", "rule"),
    list(rules()),
    ids=lambda value: "-".join(sorted(value)) if isinstance(value, set) else value.name,
)
def test_every_rule_of_the_database_that_a_row_stands_once_names_the_row(
    record_type: RecordType, key: Rows, rule: set[str]
) -> None:
    fields = {part.name: part.field for part in key.keys if isinstance(part, Value | Ref)}
    named = {fields[name] for name in unique_keys(part_model(record_type.model, key), key)}
    assert "slug" in named or rule - {record_type.name} == named


def test_which_rows_have_an_order_that_says_something() -> None:
    ordered = {(record_type.name, key.name) for record_type, key in ROWS if key.is_ordered}
    assert ordered == {
        ("order", "measures"),
        ("order", "directives"),
        ("agreement", "commitments"),
        ("event", "effects"),
    }


def test_a_participation_is_known_by_actor_and_role() -> None:
    key = EVENT.part("participations")
    old = [{"actor": "ada", "role": "speaker"}, {"actor": "bo", "role": "speaker", "note": "Late."}]
    new = [{"actor": "bo", "role": "speaker"}, {"actor": "ada", "role": "speaker", "capacity": "x", "note": "Late."}]
    assert same_rows(EVENT, key, old, new) == {0: 1, 1: 0}


def test_citations_follow_their_rows() -> None:
    ada, bo = {"kind": "alias", "text": "Ada"}, {"kind": "alias", "text": "Bo"}
    document = {"slug": "x", "names": [ada, bo], "citations": [{"source": "a", "field": "names[1]"}]}
    other = {"slug": "x", "names": [bo, ada], "citations": [{"source": "a", "field": "names[0]"}]}
    assert in_order_of(ACTOR, document, other) == other
    assert is_same_but_for_order(ACTOR, document, other)
    assert not is_same_but_for_order(ACTOR, document, {**other, "citations": document["citations"]})


@pytest.mark.parametrize("name", list(BY_NAME))
@settings(max_examples=examples(15), deadline=None)
@given(data=st.data())
def test_rows_in_any_order_come_back_into_the_first(name: str, data: st.DataObject) -> None:
    record_type = BY_NAME[name]
    document = normalise(record_type, data.draw(documents(record_type, next(iter(WORLD[name])))))
    other = copy.deepcopy(document)
    for key in record_type.rows:
        if not key.is_ordered and key.name in other:
            other[key.name] = data.draw(st.permutations(other[key.name]))
    assert in_order_of(record_type, other, document) == document
    assert CITATIONS.name not in document or in_order_of(record_type, document, document) == document
