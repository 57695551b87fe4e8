"""Render answers: stored JSON unchanged, other data encoded, files in other formats, and a page for people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from django.conf import settings
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from rest_framework.renderers import BaseRenderer, BrowsableAPIRenderer
from rest_framework.request import Request

from sanctions.exports import as_checksums, as_csv, as_dot, as_gexf, as_graphml, as_jsonl, as_parquet
from sanctions.questions.versions import WORDS
from sanctions.server.problem_documents import MEDIA_TYPE


class JSONRenderer(BaseRenderer):
    """JSON. Bytes are JSON already: stored renderings pass through unchanged."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "binary"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Return the body, and set the media type of problem documents for errors."""
        response = (renderer_context or {}).get("response")
        if response is not None and response.exception:
            response["Content-Type"] = MEDIA_TYPE
        if data is None:
            return b""
        return data if isinstance(data, bytes) else orjson.dumps(data, default=str, option=orjson.OPT_UTC_Z)


#: Rows of a collection in batches, each row JSON.
Batches = Iterable[Sequence[bytes]]
#: The cells of one row, in the order of its columns.
Cells = Callable[[Mapping[str, Any]], Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Collection:
    """All rows of a collection: the columns of the table (name → type), the cells of a row, and the rows in batches."""

    columns: Mapping[str, str]
    cells: Cells
    batches: Batches
    request: Request


class FileRenderer(BaseRenderer):
    """An answer as a file in another format, written by an exporter; errors stay problem documents.

    Subclasses set the media type and the format, and override :meth:`write`.
    """

    charset: str | None = None
    render_style = "binary"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Return the body; an error as JSON, because the other formats cannot express it."""
        response = (renderer_context or {}).get("response")
        if response is not None and response.exception:
            return JSONRenderer().render(data, accepted_media_type, renderer_context)
        return self.write(data, (renderer_context or {}).get("request"))

    def unavailable(self) -> str:
        """Return why this server cannot write the format, for people; empty if it can."""
        return ""

    def write(self, answer: Any, request: Request | None) -> bytes:
        """Return the file."""
        raise NotImplementedError


class CollectionRenderer(FileRenderer):
    """A collection of any length as a file, written in pieces while its rows are read."""

    #: The extension of the file name, if it is not the name of the format.
    extension: str = ""

    def render_collection(self, collection: Collection) -> Iterator[bytes]:
        """Yield the file in pieces."""
        raise NotImplementedError


def records(batches: Batches) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of a collection as objects, in the same batches."""
    for rows in batches:
        yield [orjson.loads(row) for row in rows]


#: The tokens of JSON that a page highlights: strings (with the colon after a key), numbers, literals.
_TOKEN: Final = re.compile(r'("(?:[^"\\]|\\.)*")(:?)|(-?\d[\d.eE+-]*|true|false|null)')
_LINK: Final = re.compile(rf'"(?:{settings.API_PREFIX}|https?://)[^"\\\s]*"')


def highlight(text: str) -> SafeString:
    """Return JSON as HTML: keys, strings and numbers in elements with a class, addresses as links."""
    parts: list[str] = []
    end = 0
    for token in _TOKEN.finditer(text):
        parts.append(escape(text[end : token.start()]))
        parts.append(_marked(*token.groups(default="")))
        end = token.end()
    parts.append(escape(text[end:]))
    return mark_safe("".join(parts))  # noqa: S308 - every part was escaped above


def _marked(string: str, colon: str, plain: str) -> str:
    if colon:
        return format_html('<span class="key">{}</span>:', string)
    if _LINK.fullmatch(string):
        return format_html('<span class="text">"<a href="{}">{}</a>"</span>', string[1:-1], string[1:-1])
    return format_html('<span class="{}">{}</span>', "text" if string else "plain", string or plain)


class PageRenderer(BrowsableAPIRenderer):
    """The same JSON on a page for people: indented, with links, without forms and scripts."""

    format = "html"
    template = "api/page.html"

    def get_content(
        self,
        renderer: BaseRenderer | None,
        data: Any,
        accepted_media_type: str | None,
        renderer_context: Mapping[str, Any],
    ) -> SafeString:
        """Return the JSON, indented."""
        body = orjson.loads(JSONRenderer().render(data) or b"null")
        return highlight(orjson.dumps(body, option=orjson.OPT_INDENT_2).decode())

    def get_context(
        self, data: Any, accepted_media_type: str | None, renderer_context: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return the context of the template, with the links to the next and previous page."""
        context: dict[str, Any] = super().get_context(data, accepted_media_type, renderer_context)
        context["notices"] = _notices(data)
        return context | getattr(getattr(renderer_context["view"], "paginator", None), "links", {})

    def get_breadcrumbs(self, request: Request) -> list[tuple[str, str]]:
        """Return the steps of the path, from the version of the API on."""
        steps = request.path.strip("/").split("/")
        return [(step, f"/{'/'.join(steps[: place + 1])}/") for place, step in enumerate(steps) if place]

    def get_filter_form(self, data: Any, view: Any, request: Any) -> None:
        """Return no form: the documentation describes the filters."""


def _notices(data: Any) -> list[dict[str, Any]]:
    """Return the notices of the record in an answer, each with a word for its kind, and its day."""
    answer = orjson.loads(data) if isinstance(data, bytes) else data
    version = answer.get("version") if isinstance(answer, dict) else None
    notices = version.get("notices", ()) if isinstance(version, dict) else ()
    return [
        notice | {"word": WORDS[notice["kind"]].capitalize(), "day": notice["recorded_at"][:10]} for notice in notices
    ]


class GraphRenderer(FileRenderer):
    """The nodes and links of an answer that has ``nodes`` and ``links``, as a graph."""

    def write(self, answer: Any, request: Request | None) -> bytes:
        """Return the graph."""
        return self.graph(answer["nodes"], answer["links"])

    def graph(self, nodes: list[dict[str, Any]], links: list[dict[str, Any]]) -> bytes:
        """Return a graph of nodes and links."""
        raise NotImplementedError


class GraphMLRenderer(GraphRenderer):
    """A graph as GraphML."""

    media_type = "application/graphml+xml"
    format = "graphml"

    def graph(self, nodes: list[dict[str, Any]], links: list[dict[str, Any]]) -> bytes:
        """Return GraphML."""
        return as_graphml.write(nodes, links)


class GEXFRenderer(GraphRenderer):
    """A graph as GEXF, which Gephi opens."""

    media_type = "application/gexf+xml"
    format = "gexf"

    def graph(self, nodes: list[dict[str, Any]], links: list[dict[str, Any]]) -> bytes:
        """Return GEXF."""
        return as_gexf.write(nodes, links)


class DOTRenderer(GraphRenderer):
    """A graph as DOT, the language of Graphviz."""

    media_type = "text/vnd.graphviz"
    format = "dot"
    charset = "utf-8"

    def graph(self, nodes: list[dict[str, Any]], links: list[dict[str, Any]]) -> bytes:
        """Return DOT."""
        return as_dot.write(nodes, links)


class TableRenderer(CollectionRenderer):
    """The rows of an answer that has ``columns`` (each with its name and type) and ``rows``, as a table.

    A collection is written in pieces: ``stream`` reads its rows in batches.
    """

    def render_collection(self, collection: Collection) -> Iterator[bytes]:
        """Yield the table in pieces."""
        return self.stream(collection.columns, collection.cells, collection.batches)

    def stream(self, columns: Mapping[str, str], cells: Cells, batches: Batches) -> Iterator[bytes]:
        """Yield the table in pieces; ``cells`` returns the values of a row."""
        raise NotImplementedError

    def write(self, answer: Any, request: Request | None) -> bytes:
        """Return the table."""
        return self.table({column["name"]: column["type"] for column in answer["columns"]}, answer["rows"])

    def table(self, columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> bytes:
        """Return a table; ``columns`` maps names to types, in order."""
        raise NotImplementedError


class CSVRenderer(TableRenderer):
    """Rows as CSV."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def table(self, columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> bytes:
        """Return CSV."""
        return as_csv.write(columns, rows)

    def stream(self, columns: Mapping[str, str], cells: Cells, batches: Batches) -> Iterator[bytes]:
        """Yield CSV."""
        return as_csv.stream(columns, _cells(cells, batches))


class JSONLinesRenderer(TableRenderer):
    """Rows as JSON Lines."""

    media_type = "application/x-ndjson"
    format = "jsonl"

    def table(self, columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> bytes:
        """Return JSON Lines."""
        return as_jsonl.write(columns, rows)

    def stream(self, columns: Mapping[str, str], cells: Cells, batches: Batches) -> Iterator[bytes]:
        """Yield the complete rows, one JSON object a line; columns do not apply."""
        return (b"\n".join([*rows, b""]) for rows in batches)


class ParquetRenderer(TableRenderer):
    """Rows as Parquet."""

    media_type = "application/vnd.apache.parquet"
    format = "parquet"

    def unavailable(self) -> str:
        """Return which package is missing."""
        return "" if as_parquet.available() else as_parquet.NEEDS

    def table(self, columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> bytes:
        """Return Parquet."""
        return as_parquet.write(columns, rows)

    def stream(self, columns: Mapping[str, str], cells: Cells, batches: Batches) -> Iterator[bytes]:
        """Yield Parquet, a row group for each batch."""
        return as_parquet.stream(columns, _cells(cells, batches))


def _cells(cells: Cells, batches: Batches) -> Iterator[list[Sequence[Any]]]:
    for rows in batches:
        yield [cells(orjson.loads(row)) for row in rows]


class ChecksumRenderer(FileRenderer):
    """The records of an answer, each with its ``sha256`` and its ``path``, as ``sha256sum --check`` reads them."""

    media_type = as_checksums.MEDIA_TYPE
    format = "sha256"
    charset = "utf-8"

    def write(self, answer: Any, request: Request | None) -> bytes:
        """Return the lines."""
        return as_checksums.write(answer["records"])
