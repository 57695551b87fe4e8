"""/api/v1/{plural}/{slug}/versions/ and each version: what was public when, why, and what it changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sanctions.ledger.versions import Act
from sanctions.loading.documents import Incoming, save_documents
from sanctions.records.actors import ACTOR
from sanctions.records.base import Document
from sanctions.records.registry import RECORD_TYPES
from sanctions.vocabulary import State, VersionKind
from tests.api.v1.answer_schema import faults
from tests.api.v1.many import load_many

pytestmark = pytest.mark.django_db

Ask = Callable[..., Any]
DAY = datetime(2025, 3, 1, 12, tzinfo=UTC)
IRAN: Document = {"slug": "iran", "kind": "state", "name": "Iran"}
PERSIA: Document = {**IRAN, "name": "Persia", "names": [{"kind": "alias", "text": "Iran"}]}


def publish(document: Document, days: int, kind: VersionKind, reason: str = "", state: State = State.PUBLISHED) -> None:
    act = Act(at=DAY + timedelta(days=days), authors="an author", by="an approver", reason=reason, kind=kind)
    save_documents([Incoming(ACTOR, document, state)], act)


@pytest.fixture
def corrected() -> None:
    """An actor that was published on day 0 and corrected on day 1."""
    publish(PERSIA, 0, VersionKind.UPDATE, "First.")
    publish(IRAN, 1, VersionKind.CORRECTION, "The name is Iran.")


@pytest.fixture
def retracted(corrected: None) -> None:
    """The same, retracted on day 2."""
    publish(IRAN, 2, VersionKind.RETRACTION, "It was no state.", State.RETRACTED)


@pytest.fixture
def restored(retracted: None) -> None:
    """The same, restored on day 3 with a summary."""
    publish({**IRAN, "summary": "A state."}, 3, VersionKind.RESTORATION)


@pytest.mark.usefixtures("corrected")
def test_versions_are_listed_newest_first_with_what_they_are(ask: Ask) -> None:
    found = ask("actors/iran/versions/")
    assert faults("VersionList", found) == []
    assert found["record"] == {"type": "actor", "slug": "iran", "url": "/api/v1/actors/iran/"}
    assert found["public"] is True
    second, first = found["versions"]
    assert [second["number"], second["kind"], second["reason"]] == [2, "correction", "The name is Iran."]
    assert [first["number"], first["kind"], first["reason"]] == [1, "publication", "First."]
    assert (first["recorded_from"], first["recorded_to"]) == ("2025-03-01T12:00:00.000Z", "2025-03-02T12:00:00.000Z")
    assert (second["recorded_from"], second["recorded_to"]) == ("2025-03-02T12:00:00.000Z", None)
    assert second["previous"] == first["digest"]
    assert second["sequence"] == first["sequence"] + 1


@pytest.mark.usefixtures("corrected")
def test_every_version_is_at_an_address_of_its_own(ask: Ask) -> None:
    versions = ask("actors/iran/versions/")["versions"]
    assert versions
    for listed in versions:
        version = ask(listed["url"].removeprefix("/api/v1/"))
        assert faults("Version", version) == []
        assert listed.items() <= version.items()


@pytest.mark.usefixtures("corrected")
def test_a_version_shows_its_document_and_what_it_changed(ask: Ask) -> None:
    version = ask("actors/iran/versions/2/")
    assert version["document"] == IRAN
    assert version["changes"] == [
        {"path": "name", "kind": "changed", "before": "Persia", "after": "Iran"},
        {"path": "names[0]", "kind": "removed", "before": {"kind": "alias", "text": "Iran"}},
    ]


@pytest.mark.usefixtures("corrected")
def test_a_first_version_changed_nothing(ask: Ask) -> None:
    version = ask("actors/iran/versions/1/")
    assert (version["document"], version["changes"]) == (PERSIA, [])


@pytest.mark.usefixtures("corrected")
def test_nobody_is_named(client: Client) -> None:
    for path in ("", "1/", "2/"):
        text = client.get(f"/api/v1/actors/iran/versions/{path}").content.decode()
        assert "an author" not in text
        assert "an approver" not in text


@pytest.mark.usefixtures("corrected")
def test_the_instant_a_version_began_answers_with_it(ask: Ask) -> None:
    versions = ask("actors/iran/versions/")["versions"]
    assert versions
    for listed in versions:
        newest = ask("actors/iran/versions/", known_at=listed["recorded_from"])["versions"][0]
        assert newest == listed | {"recorded_to": None}


@pytest.mark.usefixtures("corrected")
def test_what_was_not_recorded_by_the_instant_is_not_there(ask: Ask) -> None:
    before = "2025-03-02T11:59:59Z"
    assert [version["number"] for version in ask("actors/iran/versions/", known_at=before)["versions"]] == [1]
    assert ask("actors/iran/versions/1/", known_at=before)["recorded_to"] is None
    ask("actors/iran/versions/2/", known_at=before, status=404)
    ask("actors/iran/versions/", known_at="2025-03-01T11:59:59Z", status=404)


@pytest.mark.usefixtures("retracted")
def test_the_versions_of_a_retracted_record_stay_with_the_reason(ask: Ask) -> None:
    found = ask("actors/iran/versions/")
    assert faults("VersionList", found) == []
    assert (found["public"], found["record"]) == (False, {"type": "actor", "slug": "iran"})
    assert [version["kind"] for version in found["versions"]] == ["retraction", "correction", "publication"]
    assert found["versions"][0]["reason"] == "It was no state."


@pytest.mark.usefixtures("retracted")
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_no_document_of_a_retracted_record_is_shown(ask: Ask, number: int) -> None:
    problem = ask(f"actors/iran/versions/{number}/", status=410)
    assert problem["type"] == "/api/v1/docs/problems/retracted/"
    assert problem["detail"] == "The actor 'iran' was retracted on 2025-03-03. It was no state."


@pytest.mark.usefixtures("retracted")
def test_before_the_retraction_the_document_was_known(ask: Ask) -> None:
    found = ask("actors/iran/versions/", known_at="2025-03-03T11:59:59Z")
    assert (found["public"], len(found["versions"])) == (True, 2)
    assert ask("actors/iran/versions/2/", known_at="2025-03-03T11:59:59Z")["document"] == IRAN


@pytest.mark.usefixtures("restored")
def test_a_retraction_has_no_document_and_a_restoration_is_compared_with_what_was_public(ask: Ask) -> None:
    retraction, restoration = ask("actors/iran/versions/3/"), ask("actors/iran/versions/4/")
    assert faults("Version", retraction) == faults("Version", restoration) == []
    assert (retraction["document"], retraction["changes"]) == (None, [])
    assert restoration["changes"] == [{"path": "summary", "kind": "added", "after": "A state."}]


@pytest.mark.usefixtures("corrected")
@pytest.mark.parametrize("path", ["actors/none/versions/", "orders/iran/versions/", "actors/iran/versions/3/"])
def test_what_was_never_published_is_not_found(ask: Ask, path: str) -> None:
    ask(path, status=404)


@pytest.mark.usefixtures("corrected")
def test_a_number_beyond_every_integer_is_not_found(ask: Ask) -> None:
    ask(f"actors/iran/versions/{'9' * 40}/", status=404)
    ask("actors/iran/versions/0/", status=404)


def test_a_draft_has_no_versions(ask: Ask) -> None:
    publish(IRAN, 0, VersionKind.UPDATE, state=State.DRAFT)
    ask("actors/iran/versions/", status=404)


@pytest.mark.usefixtures("corrected")
def test_a_parameter_that_does_not_exist_is_refused(ask: Ask) -> None:
    (fault,) = ask("actors/iran/versions/", number=1, status=400)["errors"]
    assert (fault["parameter"], fault["allowed"]) == ("number", ["as_of", "format", "known_at", "release"])


def test_every_noun_that_is_a_record_has_versions(ask: Ask) -> None:
    load_many(1)
    for record_type in RECORD_TYPES:
        found = ask(f"{record_type.plural}/{record_type.name}-0/versions/1/")
        assert faults("Version", found) == []
        assert found["document"]["slug"] == f"{record_type.name}-0"


def test_the_answer_takes_no_more_queries_when_there_are_more_versions(client: Client) -> None:
    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/api/v1/actors/iran/versions/{path}").status_code == 200
        return len(captured)

    publish(IRAN, 0, VersionKind.UPDATE)
    publish(PERSIA, 0, VersionKind.UPDATE)
    assert (queries(""), queries("2/")) == (2, 4)
    for day in range(1, 40):
        publish({**IRAN, "name": f"Iran {day}"}, day, VersionKind.UPDATE)
    assert (queries(""), queries("40/")) == (2, 4)
