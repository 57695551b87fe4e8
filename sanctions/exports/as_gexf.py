"""Nodes and links as GEXF 1.2 (https://gexf.net), which Gephi reads.

A node is a mapping with ``id`` and ``name``, which is its label; a link one with ``from``, ``to`` and ``kind``, which
is its label, and optionally ``weight``. All other members become attributes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from networkx.readwrite.gexf import GEXFWriter

from sanctions.exports.as_graphml import graph_of


def write(nodes: Iterable[Mapping[str, Any]], links: Iterable[Mapping[str, Any]]) -> bytes:
    """Return the file, without the date of writing: the same graph gives the same bytes."""
    graph = graph_of(
        [{**node, "label": node["name"]} for node in nodes], [{**link, "label": link["kind"]} for link in links]
    )
    writer = GEXFWriter(encoding="utf-8", prettyprint=True)
    writer.add_graph(graph)
    writer.xml.find("meta").attrib.pop("lastmodifieddate", None)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{writer}\n'.encode()
