"""Nodes and links as GraphML (http://graphml.graphdrawing.org/), which Gephi, yEd, Cytoscape and networkx read.

A node is a mapping with ``id``; a link one with ``from`` and ``to``. All other members become attributes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from io import BytesIO
from typing import Any, Final

import networkx

#: Between the items of a list.
SEPARATOR: Final = "; "
#: Characters that XML 1.0 cannot contain (section 2.2, production 2), and the carriage return: parsers would turn it
#: into a line feed (section 2.11).
_UNWRITABLE: Final = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAMES_OF_ENDS: Final = ("from", "to")


def graph_of(nodes: Iterable[Mapping[str, Any]], links: Iterable[Mapping[str, Any]]) -> networkx.MultiDiGraph[str]:
    """Build a graph from nodes and links, in their order; two nodes may have several links.

    Attributes are texts, numbers and booleans (:func:`attribute`); empty ones are left out. A link to a node that is
    not among the nodes raises :class:`ValueError`.
    """
    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for node in nodes:
        graph.add_node(node["id"], **_attributes(node, {"id"}))
    for number, link in enumerate(links):
        source, target = (link[name] for name in _NAMES_OF_ENDS)
        if source not in graph or target not in graph:
            raise ValueError(f"The link from {source!r} to {target!r} has an end that is not among the nodes.")
        graph.add_edge(source, target, key=str(number), **_attributes(link, set(_NAMES_OF_ENDS)))
    return graph


def attribute(value: Any) -> str | int | float | bool | None:
    """Return a value as an attribute; ``None`` if it is empty.

    A date becomes its ISO text, a list its items joined by :data:`SEPARATOR`, a mapping its ``slug`` or, without one,
    the slugs of the mappings in it.
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
    """Replace what XML cannot contain, and normalise line breaks."""
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n").replace("\r", "\n"))


def _joined(values: Iterable[Any]) -> str | None:
    attributes = (attribute(value) for value in values)
    return SEPARATOR.join(str(value) for value in attributes if value is not None) or None


def _attributes(row: Mapping[str, Any], without: set[str]) -> dict[str, Any]:
    attributes = {name: attribute(value) for name, value in row.items() if name not in without}
    return {name: value for name, value in attributes.items() if value is not None}


def write(nodes: Iterable[Mapping[str, Any]], links: Iterable[Mapping[str, Any]]) -> bytes:
    """Return the file: UTF-8, with the names of attributes as keys."""
    file = BytesIO()
    networkx.write_graphml_xml(graph_of(nodes, links), file, named_key_ids=True)
    return file.getvalue()
