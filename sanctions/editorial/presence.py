"""Who has a record open: told by the open pages themselves, so that two do not write on one thing unawares.

It decides nothing and is no part of the log: a page counts until it is left, or two minutes after it was last seen.
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
    """Somebody else who has a record open, and since when."""

    name: str
    since: datetime


def see(record: Record, page: str, user: AbstractBaseUser, at: datetime) -> None:
    """Take note that a page, named by 32 hexadecimal digits, has the record open; forget the pages that are gone."""
    Presence.objects.expired(at).delete()
    own = Presence.objects.filter(page=page, user=user.pk)
    if not own.update(seen_at=at):
        seen = Presence(
            record_type=type_of(record).name,
            slug=record.slug,
            page=page,
            user_id=user.pk,
            name=user.get_username(),
            opened_at=at,
            seen_at=at,
        )
        # A page that somebody else has, by whatever chance, is left as it is.
        Presence.objects.bulk_create([seen], ignore_conflicts=True)


def leave(page: str, user: AbstractBaseUser) -> None:
    """Take note that the user has left a page."""
    Presence.objects.filter(page=page, user=user.pk).delete()


def others(record: Record, user: AbstractBaseUser, at: datetime) -> list[Present]:
    """Return who else has the record open, whoever came first before others; each once, however many pages."""
    rows = Presence.objects.present(at).filter(record_type=type_of(record).name, slug=record.slug)
    since = rows.exclude(user=user.pk).values("name").annotate(since=Min("opened_at")).order_by("since", "name")
    return [Present(row["name"], row["since"]) for row in since]
