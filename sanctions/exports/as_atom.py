"""Atom (RFC 4287): what changed or happened, for feed readers.

Titles and summaries have the type ``text``. Identities are made of a path without its host, so that an entry is the
same wherever the database is served (section 4.2.6).
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

#: ``updated`` of a feed without entries.
NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
#: Namespace of all identities. Never change it: readers would take every entry for a new one.
_NAMESPACE: Final = UUID("5b0a9d0e-6b0c-5f0c-9a86-2f1f7d3c8a11")


@dataclass(frozen=True, slots=True)
class AtomEntry:
    """An entry: ``path`` is unique and permanent, ``link`` is a page for people."""

    path: str
    title: str
    link: str
    updated: datetime
    summary: str = ""
    categories: tuple[str, ...] = ()


def identity(path: str) -> str:
    """Return the permanent identity of a feed or an entry; the path of a feed includes its query."""
    return uuid5(_NAMESPACE, path).urn


def write(title: str, link: str, address: str, path: str, entries: Iterable[AtomEntry]) -> bytes:
    """Return a feed: ``address`` is its URL, ``path`` the same without the host, ``link`` the page for people."""
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
    """Writes texts with the type ``text``: Django's feed declares HTML, so that readers would run or strip markup."""

    def latest_post_date(self) -> datetime:
        """Return the latest ``updated`` of the entries; Django returns the current time for a feed without entries."""
        return max((item["updateddate"] for item in self.items), default=NEVER)

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """Write the elements of an entry, with its texts as text."""
        handler.addQuickElement("title", item["title"], {"type": "text"})
        handler.addQuickElement("link", "", {"href": item["link"], "rel": "alternate"})
        handler.addQuickElement("id", item["unique_id"])
        handler.addQuickElement("updated", rfc3339_date(item["updateddate"]))
        if item["description"]:
            handler.addQuickElement("summary", item["description"], {"type": "text"})
        for category in item["categories"]:
            handler.addQuickElement("category", "", {"term": category})
