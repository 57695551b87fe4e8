"""Merging keeps every reference valid, and the undo restores every byte, for any content of records."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from unittest.mock import patch

import orjson
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from sanctions.editorial import merging
from sanctions.editorial.duplicates import decide
from sanctions.editorial.merging import merge, unmerge
from sanctions.exceptions import MoveRefused
from sanctions.ledger.versions import Act, verify_chain
from sanctions.loading.documents import Incoming, save_documents
from sanctions.records.encode import encode, refers_to
from sanctions.records.registry import BY_NAME, RECORD_TYPES
from sanctions.vocabulary import Sameness, State
from tests.effort import examples
from tests.factories.documents import WORLD, incoming, world
from tests.factories.users import make_user
from tests.undo import undone

pytestmark = pytest.mark.django_db
AT: Final = datetime(2025, 2, 7, 12, tzinfo=UTC)
WHY: Final = "Because."
PAIRS: Final = [(name, *list(slugs)[:2]) for name, slugs in WORLD.items() if len(slugs) > 1]


def everything() -> dict[tuple[str, str], tuple[str, bytes]]:
    return {
        (record_type.name, row.slug): (row.state, orjson.dumps(encode(record_type, row.pk)))
        for record_type in RECORD_TYPES
        for row in record_type.model._default_manager.all()
    }


def written(name: str) -> st.SearchStrategy[list[Incoming]]:
    """Further documents of the world: of the noun that is merged, and of events, which refer to all others."""
    several = st.lists(incoming(name), max_size=3) | st.tuples(incoming(name), incoming("event")).map(list)
    return st.tuples(several, st.sampled_from([State.DRAFT, State.PUBLISHED])).map(
        lambda drawn: [replace(item, state=drawn[1]) for item in drawn[0]]
    )


@pytest.mark.parametrize(("name", "first", "other"), PAIRS)
@settings(max_examples=examples(8))
@given(data=st.data())
def test_merging_and_undoing_gives_back_every_document_to_the_byte(
    name: str, first: str, other: str, data: st.DataObject
) -> None:
    documents = {(item.record_type.name, item.slug): item for item in [*world(), *data.draw(written(name))]}
    with undone(), patch.object(merging, "require_sources"):
        save_documents(world(), Act(AT))
        save_documents(list(documents.values()), Act(AT))
        model = BY_NAME[name].model
        kept, dropped = (model._default_manager.get(slug=slug) for slug in (first, other))
        if dropped.is_published and not kept.is_published:
            kept, dropped = dropped, kept
        before = everything()
        decide((kept, dropped), Sameness.SAME, Act(AT, make_user("curator"), WHY))
        reviewer = make_user("reviewer")
        try:
            redirect = merge(kept, dropped, Act(AT, reviewer, WHY))
        except MoveRefused as refusal:
            event(f"refused: {str(refusal)[:60]}")
            assert everything() == before
            return
        for record_type in RECORD_TYPES:
            for row in record_type.model._default_manager.exclude(pk=dropped.pk):
                assert dropped.slug not in refers_to(record_type, encode(record_type, row.pk)).get(model, ())
        unmerge(redirect, Act(AT, reviewer, WHY))
        assert everything() == before
        assert not list(verify_chain())
