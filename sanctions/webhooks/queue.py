"""The queue of webhooks: which changes each is told of, each of them once, and again when somebody wants it so.

What is told is what ``/api/v1/changes/`` tells with the same filter, in the envelope of the specification Standard
Webhooks: ``type``, ``timestamp`` and ``data``.
"""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import orjson
from django.db import transaction

from sanctions.models import Delivery, Webhook
from sanctions.questions.feed import Wanted, feed, last_of

#: Changes that are put in the queue in one transaction.
_BATCH: Final = 500
#: For how long the log tells of what has arrived or was given up.
KEPT: Final = timedelta(days=30)


def new_secret() -> str:
    """Return a secret of 256 random bits, as the specification writes it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def begin(webhook: Webhook, at: datetime) -> None:
    """Prepare a new webhook, which is not saved: it hears of what changes from now on."""
    webhook.secret, webhook.created_at, webhook.after = new_secret(), at, last_of(None)


def enqueue(at: datetime) -> int:
    """Put in the queue what has changed since the last time, for every webhook; return how many messages that are."""
    keys = Webhook.objects.filter(disabled_at=None).values_list("pk", flat=True)
    return sum(_enqueue(key, at) for key in list(keys))


def _enqueue(key: int, at: datetime) -> int:
    count = 0
    while True:
        with transaction.atomic():
            # Of two that do this at once the second finds it done.
            webhook = Webhook.objects.select_for_update().filter(pk=key, disabled_at=None).first()
            if webhook is None:
                return count
            found = feed(_wanted(webhook), None)
            made = Delivery.objects.bulk_create(
                [_delivery(webhook, entry, at) for entry in found["results"]], ignore_conflicts=True
            )
            count += len(made)
            Webhook.objects.filter(pk=key).update(after=found["after"])
        if found["after"] >= found["last"]:
            return count


def _wanted(webhook: Webhook) -> Wanted:
    """Return what a webhook wants to hear of next."""
    return Wanted(webhook.after, _BATCH, webhook.nouns or None, webhook.words or None, webhook.documents)


def _delivery(webhook: Webhook, entry: dict[str, Any], at: datetime) -> Delivery:
    kind = f"{entry['record']['type']}.{entry['kind']}"
    body = orjson.dumps({"type": kind, "timestamp": entry["recorded_at"], "data": entry}).decode()
    return Delivery(
        webhook=webhook,
        sequence=entry["sequence"],
        identifier=f"msg_{uuid4().hex}",
        body=body,
        created_at=at,
        due_at=at,
    )


def send_again(delivery: Delivery, at: datetime) -> None:
    """Put a message in the queue again, with the identifier that it has."""
    Delivery.objects.filter(pk=delivery.pk).update(due_at=at, delivered_at=None, attempts=0)


def replay(webhook: Webhook, after: int, at: datetime) -> int:
    """Tell a webhook again of everything after a sequence; return how many messages are in the queue for that.

    What it was told keeps its identifier; what is not in the log any more, or never was, becomes a message.
    """
    with transaction.atomic():
        locked = Webhook.objects.select_for_update().get(pk=webhook.pk)
        again = locked.deliveries.filter(sequence__gt=after).update(due_at=at, delivered_at=None, attempts=0)
        Webhook.objects.filter(pk=locked.pk).update(after=min(after, locked.after))
    there = set(webhook.deliveries.values_list("pk", flat=True))
    _enqueue(webhook.pk, at)
    return again + webhook.deliveries.exclude(pk__in=there).count()


def forget(at: datetime) -> int:
    """Remove from the log what arrived or was given up long ago; return how many messages that were."""
    return Delivery.objects.filter(due_at=None, created_at__lt=at - KEPT).delete()[0]
