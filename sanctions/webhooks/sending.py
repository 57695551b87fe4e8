"""Send queued messages: signed, with retries, and only to public addresses.

Requests follow the specification Standard Webhooks. The address of the host is checked at each request
(:mod:`sanctions.links.fetch`), and redirects are not followed. A process leases a message before it sends it, so that
several can run at once; if it dies, another sends the message when the lease is over. A receiver may therefore get a
message twice, and recognises it by its identifier.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from django.db import transaction
from standardwebhooks.webhooks import Webhook as Signer

from sanctions.links.fetch import FetchOptions, FetchResult, post
from sanctions.models import Attempt, Delivery, Webhook
from sanctions.webhooks.queue import disable

#: Delay after each failed attempt; after the last one the message is abandoned.
BACK_OFF: Final = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)
#: Lease of a message: longer than any request can last.
LEASE: Final = timedelta(minutes=5)


def send_due(
    clock: Callable[[], datetime], fetch_options: FetchOptions | None = None
) -> Iterator[tuple[Delivery, Attempt]]:
    """Send all messages that are due; yield each with its attempt."""
    while (delivery := _lease_next(clock())) is not None:
        yield delivery, _send(delivery, clock, fetch_options or FetchOptions())


def _lease_next(at: datetime) -> Delivery | None:
    """Lease the message that has been due longest."""
    with transaction.atomic():
        due = Delivery.objects.due(at).select_related("webhook").select_for_update(skip_locked=True, of=("self",))
        delivery = due.first()
        if delivery is not None:
            delivery.attempts += 1
            delivery.due_at = at + LEASE
            delivery.save(update_fields=["attempts", "due_at"])
    return delivery


def _send(delivery: Delivery, clock: Callable[[], datetime], fetch_options: FetchOptions) -> Attempt:
    """Send a message and store the attempt."""
    at, began = clock(), time.monotonic()
    result = post(delivery.webhook.url, delivery.body.encode(), headers_of(delivery, at), fetch_options)
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
            # In the specification 410 asks the sender to stop.
            reason = "The receiver answered 410: it asks for no further messages."
            disable(Webhook.objects.filter(pk=delivery.webhook_id), reason, at)
    return attempt


def headers_of(delivery: Delivery, at: datetime) -> dict[str, str]:
    """Return the headers of a message, with its signature for the instant ``at``."""
    signature = Signer(delivery.webhook.secret).sign(delivery.identifier, at, delivery.body)
    return {
        "Content-Type": "application/json",
        "webhook-id": delivery.identifier,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
    }


def _settle(delivery: Delivery, result: FetchResult, at: datetime) -> None:
    """Mark a message as delivered, schedule the next attempt, or abandon it."""
    delivery.due_at = delivery.delivered_at = None
    if not result.broken:
        delivery.delivered_at = at
    elif delivery.attempts <= len(BACK_OFF):
        delivery.due_at = at + BACK_OFF[delivery.attempts - 1]
    delivery.save(update_fields=["due_at", "delivered_at"])
