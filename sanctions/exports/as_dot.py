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
#: Type → the shape of such nodes.
_SHAPES: Final = {"order": "box", "agreement": "ellipse"}
#: A line break within a label: DOT's own escape, which is why texts are escaped before they are joined by it.
_BREAK: Final = r"\n"


def write(nodes: Iterable[Mapping[str, Any]], links: Iterable[Mapping[str, Any]]) -> bytes:
    """Return the file. What has not happened by the day is drawn dashed.

    An identifier of a node has ASCII letters, digits and ``. / _ -`` only; any other raises :class:`ValueError`,
    because DOT reads some characters in it (a colon, angle brackets) as something else.
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
        raise ValueError(f"{name!r} is no identifier of a node: letters, digits and . / _ - are.")
    return name


def _node(node: Mapping[str, Any]) -> dict[str, str]:
    found = {"tooltip": _escaped(node["id"])}
    if shape := _SHAPES.get(str(node.get("type"))):
        found["shape"] = shape
    if url := node.get("url"):
        found["URL"] = _escaped(url)
    return found


def _kind(link: Mapping[str, Any]) -> str:
    return _words(link["kind"]) + (" in part" if link.get("in_part") else "")


def _words(code: str | None) -> str:
    return (code or "").replace("_", " ")


def _label(*lines: str) -> str:
    """Return a label of several lines, leaving out those that are empty."""
    label: str = graphviz.nohtml(_BREAK.join(_escaped(line) for line in lines if line))
    return label


def _escaped(text: str) -> str:
    """Return a text that is shown as it is, though it look like an escape, an entity or markup."""
    escaped: str = graphviz.nohtml(_BREAK.join(graphviz.escape(text.replace("&", "&amp;")).splitlines()))
    return escaped
