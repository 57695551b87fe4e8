"""The queue of webhooks: one message for each change that matches a webhook's filter.

The content is the entry of ``/api/v1/changes/`` with the same filter, in the envelope of the specification Standard
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
from sanctions.questions.feed import FeedQuery, feed, last_of

#: Changes that are queued in one transaction.
_BATCH: Final = 500
#: How long delivered and abandoned messages stay in the log.
KEPT: Final = timedelta(days=30)


def new_secret() -> str:
    """Return a secret of 256 random bits in the form of the specification."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def begin(webhook: Webhook, at: datetime) -> None:
    """Give an unsaved webhook its secret and its place in the ledger: it receives changes from now on."""
    webhook.secret, webhook.created_at, webhook.after = new_secret(), at, last_of(None)


def enqueue(at: datetime) -> int:
    """Queue what has changed since the last call, for every enabled webhook; return the number of messages."""
    keys = Webhook.objects.filter(disabled_at=None).values_list("pk", flat=True)
    return sum(_enqueue(key, at) for key in list(keys))


def _enqueue(key: int, at: datetime) -> int:
    count = 0
    while True:
        with transaction.atomic():
            # The lock makes a second process wait, and then find the changes queued.
            webhook = Webhook.objects.select_for_update().filter(pk=key, disabled_at=None).first()
            if webhook is None:
                return count
            page = feed(_next_changes(webhook), None)
            entries = {entry["sequence"]: entry for entry in page["results"]}
            queued = webhook.deliveries.filter(sequence__in=entries).values_list("sequence", flat=True)
            new = [entries[sequence] for sequence in entries.keys() - set(queued)]
            new.sort(key=itemgetter("sequence"))
            Delivery.objects.bulk_create([_delivery(webhook, entry, at) for entry in new])
            count += len(new)
            Webhook.objects.filter(pk=key).update(after=page["after"])
        if page["after"] >= page["last"]:
            return count


def _next_changes(webhook: Webhook) -> FeedQuery:
    return FeedQuery(webhook.after, _BATCH, webhook.nouns or None, webhook.words or None, webhook.documents)


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
    """Queue messages again under their old identifiers; return how many."""
    return deliveries.update(due_at=at, delivered_at=None, attempts=0)


def replay(webhook: Webhook, after: int, at: datetime) -> int:
    """Queue all changes after a sequence again; return the number of messages.

    Messages that are still in the log keep their identifiers; for the other changes new messages are made.
    """
    with transaction.atomic():
        locked = Webhook.objects.select_for_update().get(pk=webhook.pk)
        Webhook.objects.filter(pk=locked.pk).update(after=min(after, locked.after))
        return send_again(locked.deliveries.filter(sequence__gt=after), at) + _enqueue(locked.pk, at)


def disable(webhooks: QuerySet[Webhook], because: str, at: datetime) -> int:
    """Stop sending to webhooks; return how many were enabled."""
    return webhooks.filter(disabled_at=None).update(disabled_at=at, disabled_because=because)


def enable(webhooks: QuerySet[Webhook]) -> int:
    """Resume sending to webhooks, including what changed while they were disabled; return how many were disabled."""
    return webhooks.exclude(disabled_at=None).update(disabled_at=None, disabled_because="")


def delete_old(at: datetime) -> int:
    """Delete messages from the log that were delivered or abandoned :data:`KEPT` ago; return how many."""
    return Delivery.objects.filter(due_at=None, created_at__lt=at - KEPT).delete()[0]
