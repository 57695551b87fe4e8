"""The codec, as properties: what is written is what is read, and nothing else changes."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanctions.loading.documents import Incoming, save_documents
from sanctions.records.encode import encode, encode_many, normalise
from sanctions.records.registry import BY_NAME, RECORD_TYPES
from sanctions.records.validate import validate
from sanctions.vocabulary import State
from tests.effort import examples
from tests.factories.acts import ACT
from tests.factories.documents import incoming, world
from tests.undo import undone

NAMES = list(BY_NAME)
lenient = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=examples(20)
)


@pytest.fixture
def stored_world(db: None) -> list[Incoming]:
    found = world()
    save_documents(found, ACT)
    return found


def read(item: Incoming) -> dict[str, Any]:
    row = item.record_type.model._default_manager.get(slug=item.slug)
    return encode(item.record_type, row.pk)


def everything() -> dict[str, dict[str, Any]]:
    """Every document there is: record type and slug → document."""
    return {
        f"{record_type.name} {document['slug']}": document
        for record_type in RECORD_TYPES
        for document in encode_many(
            record_type, list(record_type.model._default_manager.values_list("pk", flat=True))
        ).values()
    }


@pytest.mark.parametrize("name", NAMES)
@lenient
@given(data=st.data())
def test_what_is_written_is_what_is_read_and_nothing_else_changes(
    stored_world: list[Incoming], name: str, data: st.DataObject
) -> None:
    item = data.draw(incoming(name))
    with undone():
        before = everything()
        save_documents([item], ACT)
        after = everything()
    document = after.pop(f"{name} {item.slug}")
    before.pop(f"{name} {item.slug}", None)
    assert document == normalise(item.record_type, item.document)
    assert list(document) == [key.name for key in item.record_type.keys if key.name in document]
    assert after == before


@pytest.mark.parametrize("name", NAMES)
@lenient
@given(data=st.data())
def test_what_is_read_can_be_written_again_and_changes_nothing(
    stored_world: list[Incoming], name: str, data: st.DataObject
) -> None:
    item = data.draw(incoming(name))
    with undone():
        save_documents([item], ACT)
        for document in (item.document, read(item)):
            report = save_documents([Incoming(item.record_type, document, item.state)], ACT)
            assert (report.written, report.unchanged) == (0, 1)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=examples(20))
@given(data=st.data())
def test_a_normal_document_is_its_own_normal_form(name: str, data: st.DataObject) -> None:
    item = data.draw(incoming(name))
    normal = normalise(item.record_type, item.document)
    assert normalise(item.record_type, normal) == normal
    assert validate(item.record_type, normal) == []


def test_the_state_is_written_with_the_document(stored_world: list[Incoming]) -> None:
    item = stored_world[0]
    report = save_documents([Incoming(item.record_type, item.document, State.DRAFT)], ACT)
    assert report.changed == {item.record_type.name: [item.slug]}
    assert item.record_type.model._default_manager.get(slug=item.slug).state == State.DRAFT
