"""Reconciling: what is asked for, and nothing else."""

from __future__ import annotations

from dataclasses import replace

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
    publish(
        order={"slug": "sepah", "kind": "statute", "title": "A law", "issuer": "sepah", "geographic_scope": "country"}
    )


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


def test_so_many_candidates_are_returned_the_best_first() -> None:
    wanted = ReconciliationQuery("bank", ["actor"], identifiers=[("wikidata", "Q1")])
    assert next((candidate["id"], candidate["score"]) for candidate in find_candidates(wanted)) == ("actors/sepah", 100)
    assert [candidate["id"] for candidate in find_candidates(replace(wanted, most=1))] == ["actors/sepah"]
    by_the_other = replace(wanted, identifiers=[("lei", "LEIQ1"), ("wikidata", "Q1")])
    assert find_candidates(by_the_other)[0]["match"] is True
    of_another_scheme = replace(wanted, identifiers=[("lei", "Q1")])
    assert all(candidate["score"] < 100 for candidate in find_candidates(of_another_scheme))


def test_two_certain_candidates_of_one_score_are_no_match() -> None:
    publish(actor={"slug": "melli-2", "kind": "bank", "name": "Bank Melli"})
    found = find_candidates(ReconciliationQuery("Bank Melli", ["actor"]))
    assert [(one["id"], one["score"], one["match"]) for one in found[:2]] == [
        ("actors/melli", 100, False),
        ("actors/melli-2", 100, False),
    ]


def test_no_score_is_above_100() -> None:
    identifiers = [{"scheme": "us-eo", "value": "13902"}]
    publish(
        order={
            "slug": "eo",
            "kind": "statute",
            "title": "EO 13902",
            "issuer": "sepah",
            "geographic_scope": "country",
            "identifiers": identifiers,
        }
    )
    (found,) = find_candidates(ReconciliationQuery("EO 13902", ["order"]))
    assert found["score"] == 100
