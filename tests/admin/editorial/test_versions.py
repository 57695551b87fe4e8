"""The versions of a record in the admin: who answers for each, why, and what it changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sanctions.ledger.versions import Act, append_missing_versions
from sanctions.loading.documents import Incoming, save_documents
from sanctions.models import Actor
from sanctions.records.actors import ACTOR
from sanctions.records.base import Document
from sanctions.vocabulary import State, VersionKind
from tests.admin.world import NOUNS, World

pytestmark = pytest.mark.django_db

DAY = datetime(2025, 3, 1, 12, tzinfo=UTC)
PERSIA: Document = {"slug": "iran", "kind": "state", "name": "Persia", "summary": "A state in western Asia."}
IRAN: Document = {**PERSIA, "name": "Iran", "summary": "A republic in western Asia."}


def publish(document: Document, days: int, kind: VersionKind, reason: str = "", state: State = State.PUBLISHED) -> None:
    act = Act(at=DAY + timedelta(days=days), authors="an author", by="an approver", reason=reason, kind=kind)
    save_documents([Incoming(ACTOR, document, state)], act)


@pytest.fixture
def iran() -> Actor:
    """An actor that was published and then corrected."""
    publish(PERSIA, 0, VersionKind.UPDATE, "First.")
    publish(IRAN, 1, VersionKind.CORRECTION, "The name is Iran.")
    return Actor.objects.get()


def address(record: Any, number: int) -> str:
    return f"/admin/sanctions/{record._meta.model_name}/{record.pk}/versions/{number}/"


def differences(client: Client, record: Any, number: int) -> list[tuple[str, str]]:
    """Return where a version differs from the last public one before it, and how."""
    page = client.get(address(record, number))
    assert page.status_code == 200
    return [(found.where, found.kind) for found in page.context["differences"]]


# --- On the record's page -----------------------------------------------------------------------


def test_a_record_lists_its_versions_newest_first(admin_client: Client, iran: Actor) -> None:
    page = admin_client.get(f"/admin/sanctions/actor/{iran.pk}/change/")
    found = page.context["dossier"].versions
    assert [(edition.version.number, edition.version.kind, edition.link) for edition in found] == [
        (2, "correction", address(iran, 2)),
        (1, "publication", address(iran, 1)),
    ]
    for words in ("proposed by an author, approved by an approver", "The name is Iran.", "2 March 2025"):
        assert words in page.content.decode()


def test_a_correction_looks_different_from_an_update(admin_client: Client, iran: Actor) -> None:
    publish({**IRAN, "summary": "It has a new government."}, 2, VersionKind.UPDATE)
    found = admin_client.get(f"/admin/sanctions/actor/{iran.pk}/change/").context["dossier"].versions
    assert [edition.colour for edition in found] == ["info", "warning", "success"]
    assert len({edition.meaning for edition in found}) == 3


def test_the_notices_of_a_record_are_above_its_form_and_lead_to_where_the_public_reads_them(
    admin_client: Client, iran: Actor
) -> None:
    publish({**IRAN, "summary": "It has a new government."}, 2, VersionKind.UPDATE)
    page = admin_client.get(f"/admin/sanctions/actor/{iran.pk}/change/")
    assert [edition.notice for edition in page.context["dossier"].notices] == ["/api/v1/notices/2/"]
    assert 'href="/api/v1/notices/2/">2 March 2025</a>' in page.content.decode()


def test_a_record_without_notices_has_no_line_for_them(admin_client: Client) -> None:
    publish(PERSIA, 0, VersionKind.UPDATE)
    page = admin_client.get(f"/admin/sanctions/actor/{Actor.objects.get().pk}/change/")
    assert '<span class="dossier-term">Notices</span>' not in page.content.decode()


def test_the_page_of_a_record_states_that_it_was_never_public(admin_client: Client) -> None:
    publish(PERSIA, 0, VersionKind.UPDATE, state=State.DRAFT)
    page = admin_client.get(f"/admin/sanctions/actor/{Actor.objects.get().pk}/change/")
    assert b"It was never public." in page.content


# --- The page of a version ----------------------------------------------------------------------


def test_a_version_shows_what_it_changed_word_by_word(admin_client: Client, iran: Actor) -> None:
    assert differences(admin_client, iran, 2) == [("Name", "changed"), ("Summary", "changed")]
    page = admin_client.get(address(iran, 2)).content.decode()
    assert '<del><span class="unseen">[deleted: </span>state<span class="unseen">]</span></del>' in page
    assert '<ins><span class="unseen">[inserted: </span>republic<span class="unseen">]</span></ins>' in page
    assert "What changed since version 1" in page
    assert "proposed by an author, approved by an approver" in page


def test_the_first_version_changed_nothing(admin_client: Client, iran: Actor) -> None:
    page = admin_client.get(address(iran, 1))
    assert page.context["differences"] == []
    assert b"This is the first version." in page.content


def test_a_version_shows_its_own_document_and_not_the_newest(admin_client: Client, iran: Actor) -> None:
    shown = admin_client.get(address(iran, 1)).context["document"]
    assert '"name": "Persia"' in shown
    # The keys stand as they are declared, and not in the order of the alphabet.
    assert shown.index('"slug"') < shown.index('"kind"') < shown.index('"name"')


def test_a_version_leads_to_its_neighbours(admin_client: Client, iran: Actor) -> None:
    publish({**IRAN, "name": "Islamic Republic of Iran"}, 2, VersionKind.UPDATE)
    page = admin_client.get(address(iran, 2)).content.decode()
    for link in (address(iran, 1), address(iran, 3), f"/admin/sanctions/actor/{iran.pk}/change/"):
        assert f'href="{link}"' in page
    assert address(iran, 4) not in admin_client.get(address(iran, 3)).content.decode()


def test_a_restoration_is_compared_with_what_was_public_before_the_retraction(
    admin_client: Client, iran: Actor
) -> None:
    publish(IRAN, 2, VersionKind.RETRACTION, state=State.RETRACTED)
    publish({**IRAN, "name": "The Islamic Republic"}, 3, VersionKind.RESTORATION)
    assert differences(admin_client, iran, 3) == []
    assert differences(admin_client, iran, 4) == [("Name", "changed")]
    assert "What changed since version 2" in admin_client.get(address(iran, 4)).content.decode()


def test_texts_of_a_document_are_shown_and_not_run(admin_client: Client, iran: Actor) -> None:
    publish({**IRAN, "summary": "A <script>alert(1)</script> in western Asia."}, 2, VersionKind.UPDATE, "<b>Why</b>")
    for path in (address(iran, 3), f"/admin/sanctions/actor/{iran.pk}/change/"):
        page = admin_client.get(path).content.decode()
        assert "<script>alert" not in page
        assert "<b>Why" not in page


# --- Who, and what there is not -----------------------------------------------------------------


def test_users_who_may_see_a_record_may_see_its_versions(curator: Client, iran: Actor) -> None:
    assert curator.get(address(iran, 2)).status_code == 200


def test_users_who_may_not_see_a_record_see_no_version(iran: Actor) -> None:
    client = Client()
    assert client.get(address(iran, 2)).status_code == 302
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    assert client.get(address(iran, 2)).status_code == 403


@pytest.mark.parametrize("number", [0, 3, 10**30])
def test_a_version_that_is_not_is_not_found(admin_client: Client, iran: Actor, number: int) -> None:
    assert admin_client.get(address(iran, number)).status_code == 404


def test_a_version_of_no_record_leads_away(admin_client: Client) -> None:
    assert admin_client.get("/admin/sanctions/actor/999/versions/1/").status_code == 302


def test_a_version_of_another_kind_of_record_with_the_slug_is_not_shown(admin_client: Client) -> None:
    world = World(1, state="published")
    publish({**IRAN, "slug": world.first["order"].slug}, 0, VersionKind.UPDATE)
    assert admin_client.get(address(world.first["order"], 1)).status_code == 404


# --- Queries ------------------------------------------------------------------------------------


def counted(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured.captured_queries)


def test_a_record_with_many_versions_makes_as_many_queries(admin_client: Client, iran: Actor) -> None:
    paths = (f"/admin/sanctions/actor/{iran.pk}/change/", address(iran, 2))
    few = [counted(admin_client, path) for path in paths]
    for days in range(2, 12):
        publish({**IRAN, "summary": f"Change {days}."}, days, VersionKind.UPDATE)
    assert [counted(admin_client, path) for path in paths] == few


def test_the_list_of_versions_reads_no_document(admin_client: Client, iran: Actor) -> None:
    with CaptureQueriesContext(connection) as captured:
        admin_client.get(f"/admin/sanctions/actor/{iran.pk}/change/")
    queries = [query["sql"] for query in captured.captured_queries if "sanctions_version" in query["sql"]]
    assert len(queries) == 1
    assert '"document"' not in queries[0]


@pytest.mark.parametrize("noun", NOUNS)
def test_every_noun_has_pages_of_versions(admin_client: Client, noun: str) -> None:
    record = World(1).first[noun]
    catch_up_with(record)
    assert differences(admin_client, record, 1) == []


def catch_up_with(record: Any) -> None:
    """Publish a record that the factories made, with whatever it refers to."""
    type(record).objects.filter(pk=record.pk).update(state=State.PUBLISHED)
    append_missing_versions(Act(at=DAY))
