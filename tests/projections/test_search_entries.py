"""A search finds what is public, by its current content."""

from __future__ import annotations

from typing import Any

import pytest

from sanctions.loading.documents import Incoming, save_documents
from sanctions.models import SearchEntry, SearchWord
from sanctions.projections.renderings import render_everything
from sanctions.projections.search_entries import MOST_TEXT, identifier_forms, make_entry
from sanctions.records.actors import ACTOR
from sanctions.records.agreements import AGREEMENT
from sanctions.records.base import Document
from sanctions.records.orders import ORDER
from sanctions.search.answer import find
from sanctions.vocabulary import State
from tests.factories.acts import ACT

pytestmark = pytest.mark.django_db
IRAN: Document = {"slug": "iran", "kind": "state", "name": "Iran", "names": [{"kind": "alias", "text": "ایران"}]}
BAN: Document = {
    "slug": "ban",
    "kind": "executive_order",
    "title": "A ban",
    "issuer": "iran",
    "geographic_scope": "country",
    "identifiers": [{"scheme": "us-eo", "value": "13902"}],
    "measures": [
        {"slug": "ban-on-oil", "kind": "import_restrictions", "direction": "imposes", "title": "Petroleum"},
        {"slug": "ban-on-gas", "kind": "import_restrictions", "direction": "imposes", "title": "Methane"},
    ],
}


def save(*documents: Document, state: State = State.PUBLISHED) -> None:
    """Write actors and orders."""
    save_documents([Incoming(ACTOR if "name" in document else ORDER, document, state) for document in documents], ACT)


def slugs_of(text: str) -> list[str]:
    """Return the slugs that a search finds."""
    return [one.entry.slug for one in find(text).results]


def everything() -> list[dict[str, Any]]:
    """Return the whole index but for its keys."""
    rows = SearchEntry.objects.order_by("noun", "slug").values("noun", "slug", "names", "texts", "name_words")
    return [dict(row) for row in rows]


def test_what_is_published_is_found_by_its_names_and_texts() -> None:
    save(IRAN, BAN)
    assert slugs_of("ایران") == slugs_of("iran")[:1] == ["iran"]
    assert slugs_of("petroleum") == ["ban-on-oil", "ban"]


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW])
def test_what_is_not_public_is_not_found(state: State) -> None:
    save(IRAN, state=state)
    assert everything() == []


def test_what_is_retracted_is_found_no_more_and_what_is_restored_again() -> None:
    save(IRAN, BAN)
    before = everything()
    save(BAN, state=State.RETRACTED)
    assert slugs_of("ban") == slugs_of("petroleum") == []
    save(BAN)
    assert everything() == before


def test_what_is_renamed_is_found_by_its_new_name_also_where_others_name_it() -> None:
    save(IRAN, BAN)
    save({**IRAN, "name": "Persia", "names": []})
    assert slugs_of("iran") == []
    assert slugs_of("persia") == ["iran", "ban"]


def test_a_part_that_is_gone_is_found_no_more() -> None:
    save(IRAN, BAN)
    save({**BAN, "measures": BAN["measures"][:1]})
    assert slugs_of("methane") == []
    assert slugs_of("petroleum") == ["ban-on-oil", "ban"]


def test_the_index_can_be_made_anew() -> None:
    save(IRAN, BAN)
    before = everything()
    SearchEntry.objects.filter(slug="iran").delete()
    SearchEntry.objects.filter(slug="ban").update(slug="nothing")
    SearchWord.objects.create(word="nobody", padded="  nobody ")
    render_everything()
    assert everything() == before
    assert not SearchWord.objects.filter(word="nobody").exists()


def test_an_agreement_is_found_by_what_was_promised() -> None:
    commitment = {"slug": "cap", "text": "Keep enrichment below 3.67 per cent."}
    document = {"slug": "deal", "kind": "treaty", "title": "A deal", "commitments": [commitment]}
    save_documents([Incoming(AGREEMENT, document)], ACT)
    assert slugs_of("enrichment") == ["cap", "deal"]


def test_a_long_text_is_searched_to_its_limit() -> None:
    made = make_entry("actor", {"slug": "long", "name": "Long", "summary": "word " * MOST_TEXT})
    assert sum(map(len, made.texts)) == MOST_TEXT


@pytest.mark.parametrize(
    ("scheme", "value", "form"),
    [
        ("us-eo", "13902", "executiveorder13902"),
        ("us-eo", "13902", "useo13902"),
        ("un-symbol", "S/RES/2231 (2015)", "22312015"),
        ("un-symbol", "S/RES/2231 (2015)", "unscr2231"),
        ("public-law", "111-195", "publ111195"),
        ("cfr", "31 CFR part 560", "31cfr560"),
        ("wikidata", "Q794", "q794"),
    ],
)
def test_an_identifier_is_found_by_what_it_is_called(scheme: str, value: str, form: str) -> None:
    assert form in identifier_forms(scheme, value)
