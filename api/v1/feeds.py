"""Render the timeline and the changes as Atom feeds, newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

import orjson
from rest_framework.request import Request

from api.http.renderers import FileRenderer
from sanctions.exports import as_atom
from sanctions.exports.as_citation import title_of

Row = Mapping[str, Any]


class AtomRenderer(FileRenderer):
    """The results of an answer as entries of a feed."""

    media_type = "application/atom+xml"
    format = "atom"
    charset = "utf-8"
    title: ClassVar[str]

    def write(self, answer: Any, request: Request | None) -> bytes:
        """Return the feed."""
        if request is None:
            raise TypeError("A feed needs the request: it contains absolute addresses.")
        page = orjson.loads(answer) if isinstance(answer, bytes) else answer
        entries = self.entries(page["results"], request.build_absolute_uri)
        alternate = request.build_absolute_uri(request.path)
        return as_atom.write(self.title, alternate, request.build_absolute_uri(), request.get_full_path(), entries)

    def entries(self, rows: Iterable[Row], absolute: Callable[[str], str]) -> Iterable[as_atom.AtomEntry]:
        """Return the entries; ``absolute`` returns the absolute address of a path."""
        raise NotImplementedError


class TimelineAtomRenderer(AtomRenderer):
    """Events as a feed: an entry is updated when a new version of its event is published."""

    title = "Sanctions policy: timeline"

    def entries(self, rows: Iterable[Row], absolute: Callable[[str], str]) -> Iterable[as_atom.AtomEntry]:
        """Return an entry for each event."""
        for row in rows:
            yield as_atom.AtomEntry(
                path=row["url"],
                title=f"{row['happened']}: {row['title']}",
                link=absolute(row["url"]),
                updated=datetime.fromisoformat(row["version"]["recorded_from"]),
                summary=row.get("summary") or "",
                categories=(row["kind"],),
            )


class ChangesAtomRenderer(AtomRenderer):
    """Changes as a feed: each version of a record is an entry, which never changes."""

    title = "Sanctions policy: changes"

    def entries(self, rows: Iterable[Row], absolute: Callable[[str], str]) -> Iterable[as_atom.AtomEntry]:
        """Return an entry for each change, the latest first."""
        for row in reversed(list(rows)):
            record, document = row["record"], row.get("document")
            # A retracted record is listed by its slug, because its name is no longer public.
            name = title_of(record["type"], document) if document else record["slug"]
            yield as_atom.AtomEntry(
                path=row["version"],
                title=f"{name}: {record['type']} {row['kind']}",
                link=absolute(row.get("notice") or row["version"]),
                updated=datetime.fromisoformat(row["recorded_at"]),
                summary=row["reason"],
                categories=(record["type"], row["kind"]),
            )
