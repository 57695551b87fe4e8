"""Which users have a record open, as reported by their open pages, so that two users do not edit it unawares.

Informative only: it locks nothing and is not part of the log. A page counts until it is left, or for two minutes after
its last report.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Min

from sanctions.models import Presence, Record
from sanctions.records.registry import type_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


@dataclass(frozen=True, slots=True)
class Present:
    """Another user who has a record open, and since when."""

    name: str
    since: datetime


def report_presence(record: Record, page: str, user: AbstractBaseUser, at: datetime) -> None:
    """Store that a page, identified by 32 hexadecimal digits, has the record open; remove expired pages."""
    Presence.objects.expired(at).delete()
    stored = Presence.objects.filter(page=page, user=user.pk)
    if not stored.update(seen_at=at):
        seen = Presence(
            record_type=type_of(record).name,
            slug=record.slug,
            page=page,
            user_id=user.pk,
            name=user.get_username(),
            opened_at=at,
            seen_at=at,
        )
        # If another user has a page with the same digits, its row stays as it is.
        Presence.objects.bulk_create([seen], ignore_conflicts=True)


def remove_presence(page: str, user: AbstractBaseUser) -> None:
    """Store that the user has left a page."""
    Presence.objects.filter(page=page, user=user.pk).delete()


def find_others(record: Record, user: AbstractBaseUser, at: datetime) -> list[Present]:
    """Return the other users who have the record open, in the order in which they opened it; each once."""
    rows = Presence.objects.present(at).filter(record_type=type_of(record).name, slug=record.slug)
    since = rows.exclude(user=user.pk).values("name").annotate(since=Min("opened_at")).order_by("since", "name")
    return [Present(row["name"], row["since"]) for row in since]
