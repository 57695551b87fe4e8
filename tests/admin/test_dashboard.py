"""The first page of the admin."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from sanctions.projections.renderings import render_with_dependents
from tests.admin.conftest import Fill, Sign
from tests.factories.acts import ACT
from tests.factories.events import make_effect, make_event
from tests.factories.orders import make_order
from tests.factories.sources import cite

pytestmark = pytest.mark.django_db


def test_it_counts_by_noun_and_state(curator: Client) -> None:
    make_order(state="draft")
    make_order(state="draft")
    cite(make_order(state="published"))
    orders = next(noun for noun in curator.get("/admin/").context["nouns"] if noun.title == "Orders")
    assert orders.total == 3
    assert [(state, number) for state, number, _ in orders.states] == [("draft", 2), ("published", 1)]
    assert orders.unsourced == 2


def test_its_counts_lead_to_the_records_counted(curator: Client) -> None:
    make_order("d", state="draft")
    cite(make_order("p", state="published"))
    orders = next(noun for noun in curator.get("/admin/").context["nouns"] if noun.title == "Orders")
    for link, slug in ((orders.states[0][2], "d"), (orders.unsourced_link, "d")):
        assert [record.slug for record in curator.get(link).context["cl"].result_list] == [slug]


def test_it_lists_what_waits_and_what_lacks_a_source(curator: Client) -> None:
    order = make_order("us-eo-1", state="in_review")
    page = curator.get("/admin/")
    assert [(item.slug, item.link) for item in page.context["boxes"]["queue"].items] == [
        ("us-eo-1", f"/admin/sanctions/order/{order.pk}/change/")
    ]
    assert "us-eo-1" in [item.slug for item in page.context["boxes"]["unsourced"].items]


def test_its_chart_has_every_year_and_no_open_date(curator: Client) -> None:
    order = make_order()
    make_effect("issued", "2018-05-08", make_event(happened_on="2018-05-08"), order=order)
    render_with_dependents([order], ACT.at)
    make_event(happened_on="2015")
    make_event(happened_on="2019/..")
    page = curator.get("/admin/")
    assert page.context["years"] == [(2015, 0, 1), (2016, 0, 0), (2017, 0, 0), (2018, 1, 1)]
    assert json.loads(page.context["chart"])["labels"] == [2015, 2016, 2017, 2018]


def test_it_shows_the_newest_changes(curator: Client, fill: Fill) -> None:
    order = make_order(state="draft")
    fill(curator, f"/admin/sanctions/order/{order.pk}/change/", {"title": "Changed"})
    page = curator.get("/admin/")
    assert [entry.object_id for entry in page.context["newest"]] == [str(order.pk)]
    assert "Changed Title." in page.content.decode()


def test_it_is_empty_for_who_may_see_nothing(sign_in: Sign) -> None:
    make_order(state="in_review")
    page = sign_in("nobody").get("/admin/")
    assert page.status_code == 200
    assert page.context["nouns"] == []
    assert "ask an administrator" in page.content.decode().lower()
