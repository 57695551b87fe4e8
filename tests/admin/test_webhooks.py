"""Webhooks in the admin: who makes them, what is shown of them, and the log of deliveries."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sanctions.models import Attempt, Delivery, Webhook
from sanctions.webhooks.queue import new_secret
from tests.admin.conftest import Sign

pytestmark = pytest.mark.django_db
AT = datetime(2025, 3, 1, tzinfo=UTC)
URL = "https://mirror.example.org/hook"
LIST = "/admin/sanctions/webhook/"


@pytest.fixture
def administrator(sign_in: Sign) -> Client:
    return sign_in("administrator")


@pytest.fixture
def delivery() -> Delivery:
    webhook = Webhook.objects.create(name="A mirror", url=URL, secret=new_secret(), created_at=AT)
    found = Delivery.objects.create(
        webhook=webhook, sequence=7, identifier="msg_1", body="{}", created_at=AT, delivered_at=AT
    )
    Attempt.objects.create(delivery=found, at=AT, status=503, error="status 503", milliseconds=3)
    return found


def test_an_administrator_makes_a_webhook_and_reads_its_secret(administrator: Client) -> None:
    given = {"name": "A mirror", "url": URL, "nouns": ["actor"], "words": ["retracted"], "documents": "on"}
    assert administrator.post(f"{LIST}add/", given).status_code == 302
    webhook = Webhook.objects.get()
    assert (webhook.nouns, webhook.words, webhook.documents) == (["actor"], ["retracted"], True)
    assert webhook.secret in administrator.get(f"{LIST}{webhook.pk}/change/").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://mirror.example.org/"},
        {"url": "https://10.0.0.7/"},
        {"nouns": ["country"]},
        {"words": ["lost"]},
        {"name": ""},
    ],
)
def test_a_faulty_webhook_is_rejected_with_the_reason(administrator: Client, wrong: dict[str, object]) -> None:
    answer = administrator.post(f"{LIST}add/", {"name": "A mirror", "url": URL} | wrong)
    assert answer.status_code == 200
    assert answer.context["errors"]
    assert not Webhook.objects.exists()


@pytest.mark.parametrize("group", ["curator", "reviewer"])
@pytest.mark.parametrize("noun", ["webhook", "delivery"])
def test_webhooks_are_the_business_of_administrators(sign_in: Sign, delivery: Delivery, group: str, noun: str) -> None:
    for path in ("", f"{delivery.webhook_id if noun == 'webhook' else delivery.pk}/change/"):
        assert sign_in(group).get(f"/admin/sanctions/{noun}/{path}").status_code == 403


def test_what_the_server_gives_is_not_changed_by_hand(administrator: Client, delivery: Delivery) -> None:
    given = {"name": "Another", "url": URL, "secret": "whsec_mine", "after": "99"}
    assert administrator.post(f"{LIST}{delivery.webhook_id}/change/", given).status_code == 302
    webhook = Webhook.objects.get()
    assert (webhook.name, webhook.after, webhook.secret) == ("Another", 0, delivery.webhook.secret)


def test_a_webhook_is_disabled_and_enabled(administrator: Client, delivery: Delivery) -> None:
    def act(action: str) -> Webhook:
        chosen = {"action": action, "_selected_action": [delivery.webhook_id]}
        assert administrator.post(LIST, chosen).status_code == 302
        return Webhook.objects.get()

    assert act("disable").disabled_because == "administrator disabled it."
    assert act("enable").disabled_at is None


def test_the_log_shows_each_attempt_and_sends_again(administrator: Client, delivery: Delivery) -> None:
    path = "/admin/sanctions/delivery/"
    assert "status 503" in administrator.get(path).content.decode()
    assert "status 503" in administrator.get(f"{path}{delivery.pk}/change/").content.decode()
    chosen = {"action": "send_again", "_selected_action": [delivery.pk]}
    assert administrator.post(path, chosen).status_code == 302
    delivery.refresh_from_db()
    assert delivery.delivered_at is None
    assert delivery.due_at is not None


def test_the_log_makes_as_many_queries_for_many_as_for_few(administrator: Client, delivery: Delivery) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert administrator.get("/admin/sanctions/delivery/").status_code == 200
        return len(captured)

    queries()
    few = queries()
    for place in range(10):
        Delivery.objects.create(
            webhook=delivery.webhook, sequence=place + 10, identifier=f"msg_x{place}", body="{}", created_at=AT
        )
    assert queries() == few
