"""Atom (RFC 4287): what changed or happened, for feed readers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.feedgenerator import Atom1Feed


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry. ``id`` is an address that is never given to another; ``link`` is where people read of it."""

    id: str
    title: str
    link: str
    updated: datetime
    summary: str = ""
    categories: tuple[str, ...] = ()


def write(title: str, link: str, address: str, entries: Iterable[Entry]) -> bytes:
    """Return a feed whose own address is ``address``; ``link`` is where the same is shown to people."""
    feed = Atom1Feed(title=title, link=link, description="", feed_url=address, feed_guid=address)
    for entry in entries:
        feed.add_item(
            title=entry.title,
            link=entry.link,
            description=entry.summary,
            unique_id=entry.id,
            updateddate=entry.updated,
            categories=entry.categories,
        )
    text: str = feed.writeString("utf-8")
    return text.encode()
