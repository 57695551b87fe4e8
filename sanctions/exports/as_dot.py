"""Nodes and links as DOT (https://graphviz.org/doc/info/lang.html), which Graphviz draws.

A node is a mapping with ``id`` and ``name``; a link one with ``from``, ``to`` and ``kind``. A node may have
``standing``, ``type`` and ``url``; a link ``effective_on``, ``in_part`` and ``upcoming``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import graphviz

_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9._/-]+")
#: Type of a node → its shape.
_SHAPES: Final = {"order": "box", "agreement": "ellipse"}
#: A line break in a label is an escape of DOT, so texts are escaped before they are joined by it.
_BREAK: Final = r"\n"


def write(nodes: Iterable[Mapping[str, Any]], links: Iterable[Mapping[str, Any]]) -> bytes:
    """Return the file; links that are upcoming are dashed.

    Identifiers of nodes have only ASCII letters, digits and ``. / _ -``. Others raise :class:`ValueError`, because some
    characters have a meaning in DOT (a colon separates a port, angle brackets begin HTML).
    """
    graph = graphviz.Digraph(node_attr={"shape": "box"}, graph_attr={"rankdir": "LR"})
    for node in nodes:
        graph.node(_identifier(node["id"]), _label(node["name"], _words(node.get("standing"))), _attributes=_node(node))
    for link in links:
        style = {"style": "dashed"} if link.get("upcoming") else {}
        ends = (_identifier(link["from"]), _identifier(link["to"]))
        label = _label(_kind(link), str(link.get("effective_on") or ""))
        graph.edge(*ends, label, _attributes=style)
    source: str = graph.source
    return source.encode()


def _identifier(name: str) -> str:
    if not _IDENTIFIER.fullmatch(name):
        raise ValueError(f"{name!r} is not an identifier of a node. Allowed: letters, digits and . / _ -")
    return name


def _node(node: Mapping[str, Any]) -> dict[str, str]:
    attributes = {"tooltip": _escaped(node["id"])}
    if shape := _SHAPES.get(str(node.get("type"))):
        attributes["shape"] = shape
    if url := node.get("url"):
        attributes["URL"] = _escaped(url)
    return attributes


def _kind(link: Mapping[str, Any]) -> str:
    return _words(link["kind"]) + (" in part" if link.get("in_part") else "")


def _words(code: str | None) -> str:
    return (code or "").replace("_", " ")


def _label(*lines: str) -> str:
    """Return a label of the lines that are not empty."""
    label: str = graphviz.nohtml(_BREAK.join(_escaped(line) for line in lines if line))
    return label


def _escaped(text: str) -> str:
    """Escape what DOT would read as an escape, an entity or markup."""
    escaped: str = graphviz.nohtml(_BREAK.join(graphviz.escape(text.replace("&", "&amp;")).splitlines()))
    return escaped
