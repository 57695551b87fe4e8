"""Sending what is in the queue: signed, with patience, and to public addresses only.

Requests are those of the specification Standard Webhooks. An address is looked at when it is called, and the connection
goes to what was looked at (:mod:`sanctions.links.fetch`); no redirect is followed. Whoever sends takes a message for a
while before it does, so that several may send at once, and what one of them dies over is sent by another: a receiver
may get a message twice, and knows it by its identifier.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from django.db import transaction
from standardwebhooks.webhooks import Webhook as Signer

from sanctions.links.fetch import Manners, Result, post
from sanctions.models import Attempt, Delivery, Webhook
from sanctions.webhooks.queue import disable

#: How long after each attempt the next one follows; after the last the message is given up.
BACK_OFF: Final = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)
#: How long a message is of whoever has taken it: longer than any request may last.
TAKEN_FOR: Final = timedelta(minutes=5)


def send_due(clock: Callable[[], datetime], manners: Manners | None = None) -> Iterator[tuple[Delivery, Attempt]]:
    """Send everything that is due, and yield each message with what came of it."""
    while (delivery := _taken(clock())) is not None:
        yield delivery, _sent(delivery, clock, manners or Manners())


def _taken(at: datetime) -> Delivery | None:
    """Take the message that waits longest, for a while."""
    with transaction.atomic():
        due = Delivery.objects.due(at).select_related("webhook").select_for_update(skip_locked=True, of=("self",))
        delivery = due.first()
        if delivery is not None:
            delivery.attempts += 1
            delivery.due_at = at + TAKEN_FOR
            delivery.save(update_fields=["attempts", "due_at"])
    return delivery


def _sent(delivery: Delivery, clock: Callable[[], datetime], manners: Manners) -> Attempt:
    """Send a message, and note what came of it."""
    at, began = clock(), time.monotonic()
    result = post(delivery.webhook.url, delivery.body.encode(), headers_of(delivery, at), manners)
    attempt = Attempt(
        delivery=delivery,
        at=at,
        status=result.status,
        error=result.error,
        milliseconds=round((time.monotonic() - began) * 1000),
    )
    with transaction.atomic():
        attempt.save()
        _settle(delivery, result, clock())
        if result.status == HTTPStatus.GONE:
            # By the specification the receiver wants nothing more.
            told = "The receiver answered 410: it wants nothing more."
            disable(Webhook.objects.filter(pk=delivery.webhook_id), told, at)
    return attempt


def headers_of(delivery: Delivery, at: datetime) -> dict[str, str]:
    """Return the headers of a message that is sent at the instant, its signature among them."""
    signature = Signer(delivery.webhook.secret).sign(delivery.identifier, at, delivery.body)
    return {
        "Content-Type": "application/json",
        "webhook-id": delivery.identifier,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
    }


def _settle(delivery: Delivery, result: Result, at: datetime) -> None:
    """Write what becomes of a message: it has arrived, is sent again later, or is given up."""
    delivery.due_at = delivery.delivered_at = None
    if not result.broken:
        delivery.delivered_at = at
    elif delivery.attempts <= len(BACK_OFF):
        delivery.due_at = at + BACK_OFF[delivery.attempts - 1]
    delivery.save(update_fields=["due_at", "delivered_at"])
