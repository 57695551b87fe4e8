"""/api/v1/releases/, and the answers with `release=`."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sanctions.ledger.releases import make_release
from sanctions.ledger.versions import Act
from sanctions.loading.documents import Incoming, save_documents
from sanctions.models import Release
from sanctions.records.registry import BY_NAME
from sanctions.vocabulary import VersionKind
from tests.api.conftest import Ask
from tests.api.v1.answer_schema import faults

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def release() -> Release:
    """Freeze the small world; afterwards one record is corrected and another one comes."""
    frozen = make_release(timezone.now(), title="The first", notes="All of it.")
    correct("Iran, Islamic Republic of")
    document = {"slug": "later", "kind": "state", "name": "Later"}
    save_documents([Incoming(BY_NAME["actor"], document)], Act(timezone.now()))
    return frozen


def correct(name: str) -> None:
    document = {"slug": "france", "kind": "state", "name": name}
    save_documents([Incoming(BY_NAME["actor"], document)], Act(timezone.now(), kind=VersionKind.CORRECTION))


def test_releases_are_listed_the_newest_first(ask: Ask, release: Release) -> None:
    make_release(timezone.now())
    answer = ask("releases/")
    assert [row["number"] for row in answer["results"]] == [2, 1]
    assert faults("ReleaseList", answer) == []


def test_a_release_says_what_it_has_and_how_to_prove_it(ask: Ask, release: Release) -> None:
    answer = ask("releases/1/")
    assert (answer["title"], answer["notes"], answer["counts"]["actors"]) == ("The first", "All of it.", 11)
    assert answer["manifest_sha256"] == release.manifest_sha256
    assert faults("Release", answer) == []


def test_the_manifest_has_the_checksum_of_every_document(ask: Ask, client: Client, release: Release) -> None:
    answer = ask("releases/1/manifest/")
    assert faults("Manifest", answer) == []
    assert len(answer["records"]) == sum(release.counts.values())
    text = client.get("/api/v1/releases/1/manifest/?format=sha256")
    assert text.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert hashlib.sha256(text.content).hexdigest() == release.manifest_sha256 == answer["sha256"]
    assert client.get(answer["records"][0]["url"]).status_code == 200


@pytest.mark.parametrize("path", ["releases/2/", "releases/2/manifest/", "releases/99999999999999999999/"])
def test_a_release_that_was_not_made_is_not_found(ask: Ask, release: Release, path: str) -> None:
    assert ask(path, status=404)["type"].endswith("/not-found/")


def test_a_question_to_a_release_is_answered_from_it(ask: Ask, release: Release, slugs: Any) -> None:
    assert "later" in slugs("actors")
    assert "later" not in slugs("actors", release=1)
    assert ask("actors/france/", release=1)["name"] == "France"
    assert ask("actors/france/")["name"] == "Iran, Islamic Republic of"
    assert ask("actors/france/")["version"] | {"recorded_from": "", "notices": []} == {
        "number": 2,
        "kind": "correction",
        "recorded_from": "",
        "url": "/api/v1/actors/france/versions/2/",
        "notices": [],
    }
    assert ask("actors/later/", release=1, status=404)
    assert len(ask("actors/france/versions/", release=1)["versions"]) == 1


def test_an_answer_from_a_release_stays_as_it_is(ask: Ask, release: Release) -> None:
    before = {noun: ask(f"{noun}/", release=1, as_of="2019-01-01") for noun in ("actors", "orders", "events")}
    correct("Something else")
    assert {noun: ask(f"{noun}/", release=1, as_of="2019-01-01") for noun in before} == before


@pytest.mark.parametrize("number", ["2", "0", "-1", "x", "99999999999", "१"])
def test_a_release_that_does_not_exist_is_refused_with_the_last(ask: Ask, release: Release, number: str) -> None:
    (fault,) = ask("actors/", release=number, status=400)["errors"]
    assert (fault["parameter"], fault["value"]) == ("release", number)
    assert fault["code"] in ("unknown_release", "too_long")
    if fault["code"] == "unknown_release":
        assert "The last is 1." in fault["detail"]


def test_a_release_and_an_instant_contradict_each_other(ask: Ask, release: Release) -> None:
    (fault,) = ask("actors/", release=1, known_at=timezone.now().isoformat(), status=400)["errors"]
    assert (fault["parameter"], fault["code"]) == ("release", "contradiction")
