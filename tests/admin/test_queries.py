"""No page of the admin makes more queries as its list grows, however many rows its tabs have."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sanctions.models import Actor, Event
from tests.admin.world import NOUNS, World

pytestmark = pytest.mark.django_db

FEW, MANY = 3, 12


def queries(client: Client, path: str) -> list[str]:
    """Return the queries of a page."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    assert answer.status_code == 200
    return [query["sql"] for query in captured.captured_queries]


def settled(client: Client, path: str) -> list[str]:
    """Return the queries of a page when all that is cached is cached."""
    client.get(path)
    return queries(client, path)


@pytest.mark.parametrize("noun", NOUNS)
def test_a_list_makes_as_many_queries_for_many_records_as_for_few(admin_client: Client, noun: str) -> None:
    world = World(FEW)
    path = f"/admin/sanctions/{noun}/"
    few = settled(admin_client, path)
    world.grow_to(MANY)
    assert len(admin_client.get(path).context["cl"].result_list) >= MANY
    assert len(queries(admin_client, path)) == len(few)


@pytest.mark.parametrize("noun", NOUNS)
def test_a_record_makes_as_many_queries_for_many_rows_in_each_tab_as_for_few(curator: Client, noun: str) -> None:
    world = World(FEW)
    path = f"/admin/sanctions/{noun}/{world.first[noun].pk}/change/"
    few = settled(curator, path)
    world.grow_to(MANY)
    assert len(queries(curator, path)) == len(few)


@pytest.mark.parametrize("noun", NOUNS)
def test_a_published_record_that_may_only_be_read_makes_as_many_queries(curator: Client, noun: str) -> None:
    world = World(FEW, state="published")
    path = f"/admin/sanctions/{noun}/{world.first[noun].pk}/change/"
    few = settled(curator, path)
    world.grow_to(MANY)
    assert len(queries(curator, path)) == len(few)


def test_the_dashboard_makes_as_many_queries(admin_client: Client) -> None:
    world = World(FEW)
    few = settled(admin_client, "/admin/")
    world.grow_to(MANY)
    assert len(queries(admin_client, "/admin/")) == len(few)


@pytest.mark.parametrize(
    ("model", "field"), [("effect", "order"), ("effect", "measure"), ("participation", "capacity")]
)
def test_a_search_for_a_record_to_choose_makes_as_many_queries(admin_client: Client, model: str, field: str) -> None:
    world = World(FEW)
    path = f"/admin/autocomplete/?app_label=sanctions&model_name={model}&field_name={field}&term="
    few = settled(admin_client, path)
    world.grow_to(MANY)
    assert len(queries(admin_client, path)) == len(few)


@pytest.mark.parametrize("noun", NOUNS)
def test_no_page_reads_a_stored_response(admin_client: Client, noun: str) -> None:
    world = World(FEW)
    for path in (f"/admin/sanctions/{noun}/", f"/admin/sanctions/{noun}/{world.first[noun].pk}/change/"):
        assert [query for query in queries(admin_client, path) if "rendering" in query] == []


def test_no_form_lists_a_whole_table(admin_client: Client) -> None:
    for n in range(MANY):
        Actor.objects.create(slug=f"zebedee-{n}", name=f"Zebedee {n}", kind="person")
        Event.objects.create(slug=f"zebedee-{n}", title=f"Zebedee {n}", kind="report", happened_on="2001")
    for noun in NOUNS:
        assert b"Zebedee" not in admin_client.get(f"/admin/sanctions/{noun}/add/").content
