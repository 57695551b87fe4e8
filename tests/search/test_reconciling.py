"""Reconciling: what is asked for, and nothing else."""

from __future__ import annotations

import pytest

from sanctions.search.reconciling import ReconciliationQuery, extend_records, find_candidates
from tests.exports.rendered import publish

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def banks() -> None:
    """Publish two banks with identifiers of two kinds, and an order."""
    for slug, name, number in (("sepah", "Bank Sepah", "Q1"), ("melli", "Bank Melli", "Q2")):
        identifiers = [{"scheme": "wikidata", "value": number}, {"scheme": "lei", "value": f"LEI{number}"}]
        publish(actor={"slug": slug, "kind": "bank", "name": name, "identifiers": identifiers})
    publish(order={"slug": "sepah", "kind": "statute", "title": "A law", "issuer": "sepah", "reach": "country"})


@pytest.mark.parametrize("ids", [["actors/sepah"], ["orders/sepah", "actors/melli"], ["actors/none"], []])
def test_nothing_is_added_but_to_the_records_asked_for(ids: list[str]) -> None:
    assert list(extend_records(ids, ["name"])["rows"]) == ids


def test_an_identifier_is_added_of_its_own_scheme_alone() -> None:
    rows = extend_records(["actors/sepah"], ["wikidata", "lei", "imo"])["rows"]
    assert rows == {"actors/sepah": {"wikidata": [{"str": "Q1"}], "lei": [{"str": "LEIQ1"}], "imo": []}}


def test_a_single_certain_candidate_is_a_match() -> None:
    (found,) = find_candidates(ReconciliationQuery("A law", ["order"]))
    assert (found["id"], found["match"]) == ("orders/sepah", True)


def test_a_single_candidate_that_is_not_certain_is_no_match() -> None:
    (found,) = find_candidates(ReconciliationQuery("law of some other place", ["order"]))
    assert (found["id"], found["match"]) == ("orders/sepah", False)


def test_of_several_one_that_is_certain_is_a_match() -> None:
    found = find_candidates(ReconciliationQuery("Bank Melli", ["actor"]))
    assert [(one["id"], one["match"]) for one in found] == [("actors/melli", True), ("actors/sepah", False)]
