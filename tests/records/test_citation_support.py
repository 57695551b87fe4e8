"""What needs a source before it is public, and what a citation supports."""

from __future__ import annotations

from typing import Any, Final

import pytest

from sanctions.records.actors import ACTOR
from sanctions.records.citation_support import Support, points_at, support_of, unsourced
from sanctions.records.events import EVENT
from sanctions.records.orders import ORDER
from sanctions.records.registry import RECORD_TYPES
from sanctions.records.sources import SOURCE

EFFECTS: Final = [{"order": "one", "verb": "revoked"}, {"order": "two", "verb": "revoked"}]


@pytest.mark.parametrize("record_type", [found for found in RECORD_TYPES if found is not SOURCE])
def test_a_record_without_a_citation_has_no_source(record_type: Any) -> None:
    assert unsourced(record_type, {"slug": "one"}) == [""]


def test_a_source_needs_no_other() -> None:
    assert unsourced(SOURCE, {"slug": "paper"}) == []


@pytest.mark.parametrize(
    ("paths", "missing"),
    [
        ([""], []),
        (["effects"], []),
        (["title"], ["effects[0]", "effects[1]"]),
        (["effects[1]"], ["effects[0]"]),
        (["effects[1].verb", "effects[0]"], []),
        (["effects[10]"], ["effects[0]", "effects[1]"]),
        (["title", ""], []),
    ],
)
def test_each_effect_needs_a_source_of_the_event_of_all_effects_or_of_its_own(
    paths: list[str], missing: list[str]
) -> None:
    citations = [{"source": "paper", **({"field": path} if path else {})} for path in paths]
    assert unsourced(EVENT, {"slug": "raid", "effects": EFFECTS, "citations": citations}) == missing


def test_positions_and_measures_need_a_source_too() -> None:
    cited = [{"source": "paper", "field": "title"}]
    assert unsourced(EVENT, {"slug": "raid", "positions": [{"actor": "ada"}], "citations": cited}) == ["positions[0]"]
    assert unsourced(ORDER, {"slug": "eo", "measures": [{"slug": "ban"}], "citations": cited}) == ["measures[0]"]


def test_other_rows_are_supported_with_their_record() -> None:
    cited = [{"source": "paper", "field": "name"}]
    assert unsourced(ACTOR, {"slug": "ada", "tenures": [{"slug": "office"}], "citations": cited}) == []


def test_a_path_supports_what_it_names_and_what_holds_it() -> None:
    assert points_at("effects[2].verb", "effects[2]")
    assert points_at("effects[2]", "effects")
    assert not points_at("effects[20]", "effects[2]")
    assert not points_at("effects", "effects[2]")
    assert not points_at("title_long", "title")


def test_each_field_that_tells_a_fact_has_the_number_of_its_sources() -> None:
    document = {
        "slug": "raid",
        "title": "A raid",
        "effects": EFFECTS,
        "note": "Doubtful.",
        "citations": [{"source": "paper"}, {"source": "letter", "field": "effects[0].verb"}],
    }
    assert support_of(EVENT, document) == [Support("title", 0, 1), Support("effects", 1, 1)]
