"""A merged record redirects to the other record until the merge is undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from sanctions.editorial.duplicates import decide
from sanctions.editorial.merging import merge, unmerge
from sanctions.editorial.moves import retract
from sanctions.ledger.versions import Act
from sanctions.loading.documents import Incoming, save_documents
from sanctions.models import Actor, Order, Record, Redirect
from sanctions.records.registry import BY_NAME
from sanctions.vocabulary import Sameness, State
from tests.api.v1.answer_schema import faults
from tests.factories.acts import ACT
from tests.factories.documents import refer
from tests.factories.users import make_user

pytestmark = pytest.mark.django_db

Ask = Callable[..., Any]
AT = datetime(2025, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2025, 3, 2, 12, tzinfo=UTC)
BEFORE, AFTER = "2025-03-01T11:59:59Z", "2025-03-01T12:00:00Z"
REASON = "One order under two slugs."
CITED = {"citations": [{"source": "source-1"}]}


def document(slug: str, **values: Any) -> Incoming:
    record_type = BY_NAME[slug.partition("-")[0]]
    return Incoming(record_type, refer(slug) | ({} if record_type.name == "source" else CITED) | values)


@pytest.fixture
def orders() -> tuple[Order, Order]:
    """Two orders, the second of which has a measure and is what an event revoked."""
    measure = refer("measure-1") | {"kind": "asset_freeze", "direction": "imposes"}
    effect = {"order": "order-2", "verb": "revoked", "effective_on": "2020-01-01"}
    save_documents(
        [
            document("source-1"),
            document("actor-1"),
            document("order-1"),
            document("order-2", measures=[measure], topics=["sanctions"]),
            document("order-3"),
            document("event-1", effects=[effect]),
        ],
        ACT,
    )
    return Order.objects.get(slug="order-1"), Order.objects.get(slug="order-2")


@pytest.fixture
def merged(orders: tuple[Order, Order]) -> Redirect:
    return merge_at(*orders)


def merge_at(kept: Record, dropped: Record, at: datetime = AT) -> Redirect:
    decide((kept, dropped), Sameness.SAME, Act(at, make_user("curator"), REASON))
    return merge(kept, dropped, Act(at, make_user("reviewer"), REASON))


@pytest.mark.parametrize("question", ["", "standing/", "lineage/"])
def test_the_old_address_leads_on_with_all_that_it_asks(client: Client, merged: Redirect, question: str) -> None:
    answer = client.get(f"/api/v1/orders/order-2/{question}?as_of=2019-01-01&format=json")
    assert answer.status_code == 308
    assert answer.headers["Location"] == f"/api/v1/orders/order-1/{question}?as_of=2019-01-01&format=json"
    assert answer.headers["Cache-Control"] == "max-age=3600"
    problem = answer.json()
    assert faults("Problem", problem) == []
    assert problem["type"] == "/api/v1/docs/problems/merged/"
    assert problem["detail"] == "The order 'order-2' was merged into 'order-1', which is the same."
    assert client.get(answer.headers["Location"]).status_code == 200


def test_a_page_in_a_browser_leads_on_too(client: Client, merged: Redirect) -> None:
    answer = client.get("/api/v1/orders/order-2/", headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["Location"]) == (308, "/api/v1/orders/order-1/")
    assert "text/html" in answer.headers["Content-Type"]


def test_a_slug_that_is_the_name_of_its_collection_leads_on(client: Client) -> None:
    save_documents([document("source-1")], ACT)
    for slug in ("actors", "state"):
        save_documents([Incoming(BY_NAME["actor"], {"slug": slug, "kind": "state", "name": slug} | CITED)], ACT)
    merge_at(Actor.objects.get(slug="state"), Actor.objects.get(slug="actors"))
    assert client.get("/api/v1/actors/actors/").headers["Location"] == "/api/v1/actors/state/"


def test_before_the_merge_the_old_address_answers_as_it_did(ask: Ask, merged: Redirect) -> None:
    found = ask("orders/order-2/", known_at=BEFORE)
    assert (found["slug"], [row["slug"] for row in found["measures"]]) == ("order-2", ["measure-1"])
    assert ask("orders/order-1/", known_at=BEFORE)["measures"] == []
    ask("orders/order-2/", known_at=AFTER, status=308)
    assert ask("orders/order-2/standing/", known_at=BEFORE, as_of="2021-01-01")["standing"]["code"] == "ended"


def test_what_was_said_of_the_old_record_is_said_of_the_new(ask: Ask, merged: Redirect) -> None:
    found = ask("orders/order-1/", as_of="2021-01-01")
    assert faults("Order", found) == []
    assert found["version"]["merged_from"] == ["order-2"]
    assert (found["standing"]["code"], found["topics"]) == ("ended", ["sanctions"])
    assert [row["text"] for row in found["names"]] == ["order-2"]
    assert ask("measures/measure-1/")["order"]["slug"] == "order-1"
    assert ask("events/event-1/")["effects"][0]["order"]["slug"] == "order-1"
    assert "merged_from" not in ask("events/event-1/")["version"]
    assert [row["slug"] for row in ask("orders/")["results"]] == ["order-1", "order-3"]


@pytest.mark.parametrize("name", ["order", "order__in"])
def test_a_filter_by_the_old_slug_asks_for_the_new_record(ask: Ask, merged: Redirect, name: str) -> None:
    if name == "order":
        assert [row["slug"] for row in ask("events/", order="order-2")["results"]] == ["event-1"]
    found = ask("measures/", **{name: "order-2"})
    assert [row["slug"] for row in found["results"]] == ["measure-1"]
    assert ask("measures/", known_at=BEFORE, **{name: "order-1"})["results"] == []


def test_a_list_of_slugs_takes_old_ones(ask: Ask, merged: Redirect) -> None:
    found = ask("orders/", slug__in="order-2,order-1,order-3")
    assert [row["slug"] for row in found["results"]] == ["order-1", "order-3"]
    ask("orders/", slug__in="order-2,nothing", status=400)


def test_the_versions_of_the_old_record_stay_where_they_are(ask: Ask, merged: Redirect) -> None:
    found = ask("orders/order-2/versions/")
    assert faults("VersionList", found) == []
    assert found["record"]["replaced_by"] == {"slug": "order-1", "url": "/api/v1/orders/order-1/"}
    assert [(row["kind"], row["reason"]) for row in found["versions"]] == [("retraction", REASON), ("publication", "")]
    one = ask("orders/order-2/versions/1/")
    assert faults("Version", one) == []
    assert (one["document"]["slug"], one["record"]["replaced_by"]["slug"]) == ("order-2", "order-1")
    assert ask("orders/order-2/versions/2/")["document"] is None
    assert "replaced_by" not in ask("orders/order-2/versions/", known_at=BEFORE)["record"]


def test_a_chain_is_one_step(client: Client, orders: tuple[Order, Order], merged: Redirect) -> None:
    merge_at(Order.objects.get(slug="order-3"), orders[0], LATER)
    assert client.get("/api/v1/orders/order-2/").headers["Location"] == "/api/v1/orders/order-3/"
    then = client.get(f"/api/v1/orders/order-2/?known_at={AFTER}")
    assert then.headers["Location"] == f"/api/v1/orders/order-1/?known_at={AFTER}"


def test_after_undoing_both_answer_again_and_the_time_between_still_leads_on(ask: Ask, merged: Redirect) -> None:
    unmerge(merged, Act(LATER, make_user("reviewer"), "They are two."))
    assert [row["slug"] for row in ask("orders/order-2/")["measures"]] == ["measure-1"]
    assert ask("orders/order-1/")["measures"] == []
    assert ask("orders/order-2/")["version"]["kind"] == "restoration"
    ask("orders/order-2/", known_at=AFTER, status=308)


def test_a_kept_record_that_is_retracted_is_gone(client: Client, orders: tuple[Order, Order], merged: Redirect) -> None:
    retract(orders[0], Act(LATER, make_user("reviewer"), "Wrong."))
    location = client.get("/api/v1/orders/order-2/").headers["Location"]
    assert (location, client.get(location).status_code) == ("/api/v1/orders/order-1/", 410)


def test_a_draft_that_was_merged_is_as_unknown_as_it_was(ask: Ask) -> None:
    save_documents([document("source-1"), document("actor-1")], ACT)
    one, other = (
        Incoming(item.record_type, item.document, State.DRAFT) for item in map(document, ("order-1", "order-2"))
    )
    save_documents([one, other], ACT)
    kept, dropped = Order.objects.get(slug="order-1"), Order.objects.get(slug="order-2")
    merge(kept, dropped, Act(AT, make_user("curator"), REASON))
    ask("orders/order-2/", status=404)
    ask("measures/", order="order-2", status=400)
    assert ask("orders/")["results"] == []
