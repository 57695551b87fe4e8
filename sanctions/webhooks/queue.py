"""The queue of webhooks: which changes each is told of, each of them once, and again when somebody wants it so.

What is told is what ``/api/v1/changes/`` tells with the same filter, in the envelope of the specification Standard
Webhooks: ``type``, ``timestamp`` and ``data``.
"""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, Final
from uuid import uuid4

import orjson
from django.db import transaction
from django.db.models import QuerySet

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
            entries = {entry["sequence"]: entry for entry in found["results"]}
            there = webhook.deliveries.filter(sequence__in=entries).values_list("sequence", flat=True)
            new = [entries[sequence] for sequence in entries.keys() - set(there)]
            new.sort(key=itemgetter("sequence"))
            Delivery.objects.bulk_create([_delivery(webhook, entry, at) for entry in new])
            count += len(new)
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


def send_again(deliveries: QuerySet[Delivery], at: datetime) -> int:
    """Put messages in the queue again, with the identifiers that they have; return how many these are."""
    return deliveries.update(due_at=at, delivered_at=None, attempts=0)


def replay(webhook: Webhook, after: int, at: datetime) -> int:
    """Tell a webhook again of everything after a sequence; return how many messages are in the queue for that.

    What it was told keeps its identifier; what is not in the log any more, or never was, becomes a message.
    """
    with transaction.atomic():
        locked = Webhook.objects.select_for_update().get(pk=webhook.pk)
        Webhook.objects.filter(pk=locked.pk).update(after=min(after, locked.after))
        return send_again(locked.deliveries.filter(sequence__gt=after), at) + _enqueue(locked.pk, at)


def disable(webhooks: QuerySet[Webhook], because: str, at: datetime) -> int:
    """Tell webhooks nothing more for now; return how many were not disabled before."""
    return webhooks.filter(disabled_at=None).update(disabled_at=at, disabled_because=because)


def enable(webhooks: QuerySet[Webhook]) -> int:
    """Tell webhooks again, also of what has changed meanwhile; return how many were disabled."""
    return webhooks.exclude(disabled_at=None).update(disabled_at=None, disabled_because="")


def forget(at: datetime) -> int:
    """Remove from the log what arrived or was given up long ago; return how many messages that were."""
    return Delivery.objects.filter(due_at=None, created_at__lt=at - KEPT).delete()[0]
