"""Nodes and links as GraphML (http://graphml.graphdrawing.org/), which Gephi, yEd, Cytoscape and networkx read.

A node is a mapping with ``id``; a link one with ``from`` and ``to``. Whatever else stands in them becomes attributes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from io import BytesIO
from typing import Any, Final

import networkx

#: What stands between the items of a list.
SEPARATOR: Final = "; "
#: Characters that XML 1.0 has no way to write (section 2.2, production 2). A carriage return would be read back as a
#: line feed (section 2.11), so it is taken for one here.
_UNWRITABLE: Final = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAMES_OF_ENDS: Final = ("from", "to")


def graph_of(nodes: Iterable[Mapping[str, Any]], links: Iterable[Mapping[str, Any]]) -> networkx.MultiDiGraph[str]:
    """Return plain nodes and links as a graph, in their order; two nodes may have several links.

    Attributes are texts, numbers and truth values; see :func:`attribute`. What is missing or empty is left out. A
    link between nodes of which one was not given raises :class:`ValueError`.
    """
    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for node in nodes:
        graph.add_node(node["id"], **_attributes(node, {"id"}))
    for number, link in enumerate(links):
        source, target = (link[name] for name in _NAMES_OF_ENDS)
        if source not in graph or target not in graph:
            raise ValueError(f"A link leads from {source!r} to {target!r}, and one of the two is no node.")
        graph.add_edge(source, target, key=str(number), **_attributes(link, set(_NAMES_OF_ENDS)))
    return graph


def attribute(value: Any) -> str | int | float | bool | None:
    """Return a value as an attribute, ``None`` if there is nothing in it.

    A date is its ISO text; the items of a list are joined by :data:`SEPARATOR`. A mapping is its ``slug``; without
    one, the slugs of what it refers to.
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        if "slug" in value:
            return attribute(value["slug"])
        return _joined(part for part in value.values() if isinstance(part, Mapping))
    if isinstance(value, str):
        return writable(value) or None
    return _joined(value)


def writable(text: str) -> str:
    """Return a text that XML can write and read back."""
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n").replace("\r", "\n"))


def _joined(values: Iterable[Any]) -> str | None:
    found = (attribute(value) for value in values)
    return SEPARATOR.join(str(value) for value in found if value is not None) or None


def _attributes(row: Mapping[str, Any], without: set[str]) -> dict[str, Any]:
    found = {name: attribute(value) for name, value in row.items() if name not in without}
    return {name: value for name, value in found.items() if value is not None}


def write(nodes: Iterable[Mapping[str, Any]], links: Iterable[Mapping[str, Any]]) -> bytes:
    """Return the file."""
    file = BytesIO()
    networkx.write_graphml_xml(graph_of(nodes, links), file, named_key_ids=True)
    return file.getvalue()
