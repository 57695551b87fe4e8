"""Webhooks are notified of every selected change: signed, in order, and never at an internal address."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import orjson
import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from standardwebhooks.webhooks import Webhook as Signer
from standardwebhooks.webhooks import WebhookVerificationError

from sanctions.links.fetch import FetchOptions
from sanctions.models import Attempt, Delivery, Webhook
from sanctions.vocabulary import VersionKind
from sanctions.webhooks import queue
from sanctions.webhooks.sending import BACK_OFF, LEASE, send_due
from tests.api.v1.publishing import IRAN, LAW, PERSIA, publish
from tests.clients.examples import examples
from tests.together import together
from tests.webhooks.conftest import FETCH_OPTIONS, NOW, Receiver, make_webhook

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def changed() -> None:
    """Two records are made, and one of them corrected."""
    publish(PERSIA, 0, reason="First.")
    publish(LAW, 1)
    publish(IRAN, 2, VersionKind.CORRECTION, "The name is Iran.")


def send(at: datetime = NOW, fetch_options: FetchOptions = FETCH_OPTIONS) -> list[tuple[int, str]]:
    """Send what is due: the sequence of each message, and what was wrong with its answer."""
    return [(delivery.sequence, attempt.error) for delivery, attempt in send_due(lambda: at, fetch_options)]


def received(receiver: Receiver) -> list[tuple[str, int]]:
    """Return the kind of each message that the receiver got, and the sequence of its change."""
    bodies = [orjson.loads(body) for _, body in receiver.got]
    return [(body["type"], body["data"]["sequence"]) for body in bodies]


# --- Messages -----------------------------------------------------------------------------------


def test_every_change_is_told_once_in_its_order(receiver: Receiver) -> None:
    make_webhook(receiver)
    assert queue.enqueue(NOW) == 3
    assert send() == [(1, ""), (2, ""), (3, "")]
    assert received(receiver) == [("actor.created", 1), ("order.created", 2), ("actor.corrected", 3)]
    assert (queue.enqueue(NOW), send()) == (0, [])
    publish({**LAW, "summary": "A law."}, 4)
    assert (queue.enqueue(NOW), send()) == (1, [(4, "")])


def test_what_is_told_is_what_the_changes_feed_tells(receiver: Receiver) -> None:
    make_webhook(receiver, documents=True)
    queue.enqueue(NOW)
    send()
    feed = Client().get("/api/v1/changes/", {"include_documents": "true"}).json()["results"]
    assert [orjson.loads(body)["data"] for _, body in receiver.got] == feed
    assert orjson.loads(receiver.got[0][1])["timestamp"] == feed[0]["recorded_at"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"nouns": ["actor"]}, [1, 3]),
        ({"words": ["created"]}, [1, 2]),
        ({"nouns": ["actor"], "words": ["corrected", "retracted"]}, [3]),
        ({"nouns": ["program"]}, []),
        ({"after": 2}, [3]),
    ],
)
def test_a_webhook_hears_of_what_it_wants(receiver: Receiver, wanted: dict[str, Any], expected: list[int]) -> None:
    webhook = make_webhook(receiver, **wanted)
    queue.enqueue(NOW)
    assert [sequence for sequence, _ in send()] == expected
    webhook.refresh_from_db()
    assert webhook.after == 3


def test_a_new_webhook_hears_of_what_changes_from_then_on(receiver: Receiver) -> None:
    webhook = Webhook(name="A mirror", url=receiver.url)
    queue.begin(webhook, NOW)
    webhook.save()
    assert queue.enqueue(NOW) == 0
    publish({**LAW, "summary": "A law."}, 4)
    assert queue.enqueue(NOW) == 1


# --- Signatures ---------------------------------------------------------------------------------


def test_a_receiver_can_tell_that_it_is_us(receiver: Receiver) -> None:
    webhook = make_webhook(receiver)
    queue.enqueue(NOW)
    send()
    headers, body = receiver.got[0]
    with time_machine.travel(NOW, tick=False):
        assert Signer(webhook.secret).verify(body, headers)["data"]["sequence"] == 1
        with pytest.raises(WebhookVerificationError):
            Signer(webhook.secret).verify(body + b" ", headers)
        with pytest.raises(WebhookVerificationError):
            Signer(queue.new_secret()).verify(body, headers)
    assert headers["content-type"] == "application/json"
    assert len({got["webhook-id"] for got, _ in receiver.got}) == 3


def test_the_documented_receiver_reads_what_was_sent(receiver: Receiver) -> None:
    webhook = make_webhook(receiver)
    queue.enqueue(NOW)
    send()
    (example,) = [one for one in examples("api.md", "python") if one.section == "Webhooks"]
    headers, body = receiver.got[0]
    names: dict[str, Any] = {"headers": headers, "body": body}
    with time_machine.travel(NOW, tick=False):
        exec(example.code.replace("whsec_…", webhook.secret), names)
    assert names["change"]["sequence"] == 1


def test_secrets_are_as_the_specification_has_them_and_never_the_same() -> None:
    found = {queue.new_secret() for _ in range(10)}
    assert len(found) == 10
    for secret in found:
        webhook = Webhook(name="A", url="https://example.org/", secret=secret, created_at=NOW)
        webhook.full_clean()


# --- What does not arrive -----------------------------------------------------------------------


def test_what_is_not_answered_well_is_sent_again_later_and_later(receiver: Receiver) -> None:
    make_webhook(receiver, nouns=["order"])
    queue.enqueue(NOW)
    receiver.answers = [(500, {})] * (len(BACK_OFF) + 1)
    at, delivery = NOW, Delivery.objects.get()
    for pause in BACK_OFF:
        assert send(at) == [(2, "status 500")]
        assert send(at + pause - timedelta(seconds=1)) == []
        at += pause
        delivery.refresh_from_db()
        assert delivery.due_at == at
    assert send(at) == [(2, "status 500")]
    delivery.refresh_from_db()
    assert (delivery.due_at, delivery.delivered_at, delivery.attempts) == (None, None, len(BACK_OFF) + 1)
    assert send(at + timedelta(days=30)) == []
    assert Attempt.objects.count() == len(receiver.got) == len(BACK_OFF) + 1
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert len({headers["webhook-timestamp"] for headers, _ in receiver.got}) == len(BACK_OFF) + 1


def test_one_that_does_not_arrive_holds_up_no_other(receiver: Receiver) -> None:
    make_webhook(receiver)
    queue.enqueue(NOW)
    receiver.answers = [(503, {})]
    assert send() == [(1, "status 503"), (2, ""), (3, "")]
    assert send(NOW + BACK_OFF[0]) == [(1, "")]


@pytest.mark.parametrize("status", [300, 301, 302, 307, 308])
def test_no_redirect_is_followed(receiver: Receiver, status: int) -> None:
    make_webhook(receiver, nouns=["order"])
    queue.enqueue(NOW)
    receiver.answers = [(status, {"Location": receiver.url + "/elsewhere"})]
    assert send() == [(2, f"status {status}, a redirect, which is not followed")]
    assert len(receiver.got) == 1


def test_a_receiver_that_is_gone_is_told_nothing_more(receiver: Receiver) -> None:
    webhook = make_webhook(receiver)
    queue.enqueue(NOW)
    receiver.answers = [(410, {})]
    assert send() == [(1, "status 410")]
    webhook.refresh_from_db()
    assert webhook.disabled_at == NOW
    assert "410" in webhook.disabled_because
    publish({**LAW, "summary": "A law."}, 4)
    assert (queue.enqueue(NOW), send(NOW + timedelta(days=1))) == (0, [])


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://10.0.0.7/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[fd00::1]/",
        "https://0.0.0.0/",
        "https://2130706433/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
    ],
)
def test_only_public_addresses_are_called(receiver: Receiver, url: str) -> None:
    make_webhook(receiver, url=url, nouns=["order"])
    queue.enqueue(NOW)
    ((_, error),) = send(fetch_options=FetchOptions(timeout=2, patience=4))
    assert error
    assert Attempt.objects.get().status is None


def test_a_name_that_leads_inside_by_the_time_of_sending_is_not_called(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_webhook(receiver, url="https://hooks.example.org/", nouns=["order"])
    queue.enqueue(NOW)
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("192.168.0.1", 443))])
    ((_, error),) = send(fetch_options=FetchOptions())
    assert "which is not public" in error


@pytest.mark.parametrize("url", ["http://example.org/", "ftp://example.org/", "example.org", "https://"])
def test_a_webhook_has_an_address_of_https(url: str) -> None:
    webhook = Webhook(name="A", url=url, secret=queue.new_secret(), created_at=NOW)
    with pytest.raises(ValidationError, match="https"):
        webhook.full_clean()


# --- Again --------------------------------------------------------------------------------------


def test_what_has_arrived_can_be_sent_again_as_the_same_message(receiver: Receiver) -> None:
    make_webhook(receiver, nouns=["order"])
    queue.enqueue(NOW)
    send()
    queue.send_again(Delivery.objects.all(), NOW + timedelta(days=1))
    assert send(NOW + timedelta(days=1)) == [(2, "")]
    (first, body), (second, again) = receiver.got
    assert (first["webhook-id"], body) == (second["webhook-id"], again)
    assert first["webhook-timestamp"] != second["webhook-timestamp"]
    assert Attempt.objects.count() == 2


def test_everything_after_a_sequence_can_be_told_again_also_what_the_log_has_forgotten(receiver: Receiver) -> None:
    webhook = make_webhook(receiver)
    queue.enqueue(NOW)
    send()
    Delivery.objects.filter(sequence=2).delete()
    assert queue.replay(webhook, 1, NOW) == 2
    assert sorted(sequence for sequence, _ in send()) == [2, 3]


def test_the_log_forgets_what_is_over_after_a_month(receiver: Receiver) -> None:
    make_webhook(receiver)
    queue.enqueue(NOW)
    receiver.answers = [(500, {})]
    send()
    assert queue.delete_old(NOW + timedelta(days=29)) == 0
    queue.delete_old(NOW + timedelta(days=31))
    assert list(Delivery.objects.values_list("sequence", flat=True)) == [1]


def test_what_somebody_died_over_is_sent_by_another(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    make_webhook(receiver, nouns=["order"])
    queue.enqueue(NOW)

    def dies(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("sanctions.webhooks.sending.post", dies)
        with pytest.raises(KeyboardInterrupt):
            send()
    assert send(NOW + LEASE - timedelta(seconds=1)) == []
    assert send(NOW + LEASE) == [(2, "")]


@pytest.mark.django_db(transaction=True)
def test_of_several_that_send_at_once_each_message_is_sent_by_one(receiver: Receiver) -> None:
    make_webhook(receiver)
    for step in range(4, 14):
        publish({**LAW, "summary": f"Number {step}."}, step)
    made: list[int] = []

    def work() -> None:
        made.append(queue.enqueue(NOW))
        send()

    together(work, 3)
    send()
    assert sorted(sequence for _, sequence in received(receiver)) == list(range(1, 14))
    assert sum(made) == 13


# --- By command ---------------------------------------------------------------------------------


def run(*arguments: str) -> str:
    said = StringIO()
    call_command("send_webhooks", "--allow-network", "127.0.0.1/32", *arguments, stdout=said)
    return said.getvalue()


def test_the_command_queues_and_sends_and_says_what_came_of_it(receiver: Receiver) -> None:
    make_webhook(receiver)
    receiver.answers = [(500, {})]
    assert run().splitlines() == ["1 to A mirror: status 500", "3 queued, 2 arrived, 1 failed."]
    assert run() == ""
    assert "messages are queued again" in run("--replay", "A mirror", "--after", "1")
    assert [sequence for _, sequence in received(receiver)] == [1, 2, 3, 2, 3]


@pytest.mark.parametrize(
    "arguments",
    [["--replay", "A mirror"], ["--after", "1"], ["--replay", "Nobody", "--after", "0"], ["--watch", "soon"]],
)
def test_the_command_says_what_it_needs(receiver: Receiver, arguments: list[str]) -> None:
    make_webhook(receiver)
    with pytest.raises(CommandError):
        run(*arguments)
    assert receiver.got == []
