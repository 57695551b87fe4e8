"""What is published together comes into the ledger parents first, and leaves it children first."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanctions.ledger.precedence import parents_first, types_parents_first
from sanctions.ledger.versions import Act
from sanctions.loading.documents import Incoming, save_documents
from sanctions.models import Version
from sanctions.records.actors import ACTOR
from sanctions.records.base import Document
from sanctions.records.registry import RECORD_TYPES
from sanctions.vocabulary import State
from tests.factories.documents import world

AT = datetime(2025, 3, 1, tzinfo=UTC)


def actor(slug: str, *bodies: str) -> Document:
    """Return an actor that is a part of others."""
    return {
        "slug": slug,
        "kind": "body",
        "name": slug,
        "relationships": [{"kind": "part_of", "to": to} for to in bodies],
    }


def slugs(documents: list[Document]) -> list[str]:
    """Return the slugs in their order."""
    return [str(document["slug"]) for document in documents]


def test_every_type_comes_after_those_it_refers_to() -> None:
    names = [record_type.name for record_type in types_parents_first()]
    assert sorted(names) == sorted(record_type.name for record_type in RECORD_TYPES)
    assert names.index("source") < names.index("actor") < names.index("program")
    assert names.index("agreement") < names.index("order") < names.index("violation") < names.index("event")


def test_a_record_comes_after_those_it_refers_to() -> None:
    assert slugs(parents_first(ACTOR, [actor("a", "b"), actor("b", "c", "elsewhere"), actor("c")])) == ["c", "b", "a"]


def test_a_record_comes_after_that_to_whose_part_it_refers() -> None:
    body = {**actor("z"), "tenures": [{"slug": "head-of-z", "body": "z", "title": "Head"}]}
    head = {**actor("a"), "tenures": [{"slug": "head-of-a", "body": "z", "title": "Head"}]}
    assert slugs(parents_first(ACTOR, [head, body])) == ["z", "a"]


def test_of_records_that_refer_to_each_other_in_a_circle_the_first_comes_last() -> None:
    documents = [actor("c", "c"), actor("b", "a"), actor("a", "b")]
    assert slugs(parents_first(ACTOR, documents)) == ["b", "a", "c"]


def test_a_chain_may_be_long() -> None:
    documents = [actor(f"{n:05}", f"{n + 1:05}") for n in range(5_000)]
    assert slugs(parents_first(ACTOR, documents)) == [f"{n:05}" for n in reversed(range(5_000))]


@given(st.permutations(range(8)), st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7))))
def test_without_circles_no_record_comes_before_its_parents(order: list[int], edges: set[tuple[int, int]]) -> None:
    parents = {n: sorted({high for low, high in edges if low == n and high > n}) for n in order}
    found = slugs(parents_first(ACTOR, [actor(str(n), *map(str, parents[n])) for n in order]))
    assert sorted(found) == [str(n) for n in range(8)]
    assert all(found.index(str(parent)) < found.index(str(n)) for n in order for parent in parents[n])


@pytest.mark.django_db
def test_the_ledger_has_parents_first_and_what_is_retracted_children_first() -> None:
    save_documents(world(), Act(AT))
    published = list(Version.objects.order_by("sequence").values_list("record_type", flat=True))
    order = [record_type.name for record_type in types_parents_first()]
    assert published == sorted(published, key=order.index)
    hidden = [Incoming(item.record_type, item.document, State.RETRACTED) for item in world()]
    save_documents(hidden, Act(AT))
    names = list(Version.objects.order_by("sequence").values_list("record_type", "slug"))
    assert names[len(published) :] == names[: len(published)][::-1]
