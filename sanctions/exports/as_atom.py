"""Atom (RFC 4287): what changed or happened, for feed readers.

Titles and summaries are plain text and say so, author and identities are the database's. An identity is made of a path
without its host, so that an entry is the same one wherever it is served (section 4.2.6).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid5

from django.utils.feedgenerator import Atom1Feed, rfc3339_date
from django.utils.xmlutils import SimplerXMLGenerator

from sanctions.exports.as_citation import DATABASE
from sanctions.exports.as_graphml import writable

#: When a feed was updated that never had an entry.
NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
#: Of all identities in feeds; it stays as it is.
_NAMESPACE: Final = UUID("5b0a9d0e-6b0c-5f0c-9a86-2f1f7d3c8a11")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry. ``path`` is never given to another; ``link`` is where people read of it."""

    path: str
    title: str
    link: str
    updated: datetime
    summary: str = ""
    categories: tuple[str, ...] = ()


def identity(path: str) -> str:
    """Return the identity of what has a path: a feed with all that it asks, or an entry."""
    return uuid5(_NAMESPACE, path).urn


def write(title: str, link: str, address: str, path: str, entries: Iterable[Entry]) -> bytes:
    """Return a feed whose own address is ``address`` and ``path`` without its host.

    ``link`` is where the same is shown to people.
    """
    feed = _TextFeed(
        title=title, link=link, description="", author_name=DATABASE, feed_url=address, feed_guid=identity(path)
    )
    for entry in entries:
        feed.add_item(
            title=writable(entry.title),
            link=entry.link,
            description=writable(entry.summary),
            unique_id=identity(entry.path),
            updateddate=entry.updated,
            categories=entry.categories,
        )
    text: str = feed.writeString("utf-8")
    return text.encode()


class _TextFeed(Atom1Feed):
    """Writes texts as text: Django's own feed says that they are HTML, and readers run or strip what looks like it."""

    def latest_post_date(self) -> datetime:
        """Return when the feed was updated last, which is no more than its entries say."""
        return max((item["updateddate"] for item in self.items), default=NEVER)

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """Write an entry."""
        handler.addQuickElement("title", item["title"], {"type": "text"})
        handler.addQuickElement("link", "", {"href": item["link"], "rel": "alternate"})
        handler.addQuickElement("id", item["unique_id"])
        handler.addQuickElement("updated", rfc3339_date(item["updateddate"]))
        if item["description"]:
            handler.addQuickElement("summary", item["description"], {"type": "text"})
        for category in item["categories"]:
            handler.addQuickElement("category", "", {"term": category})
