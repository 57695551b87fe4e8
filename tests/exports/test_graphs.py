"""Graphs as files: reading a file returns what was written, whatever its texts."""

from __future__ import annotations

import re
import warnings
from datetime import date
from io import BytesIO
from typing import Any, Final

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanctions.exports import as_dot, as_graphml

NODE: Final = {"id": "order/a", "name": "A", "type": "order", "standing": "in_force", "url": "/api/v1/orders/a/"}
OTHER: Final = {"id": "agreement/b", "name": "B", "type": "agreement", "standing": None}

#: Whatever a title may hold, and what it may not but must not break a file.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    [
        *('"', "\\", '\\"', "\\\\", "\\N", "ende\\", 'say "no\\"'),
        *("a\nb", "a\r\nb", "", " "),
        *("<b>", "<b>bold</b>", "&lt;", "&amp;"),
        *("->", "]", ";", "//", "#", "digraph"),
        "خامنه‌ای",
    ]
)
identifiers = st.from_regex(r"\A(order|agreement)/[a-z0-9]{1,4}(-[a-z0-9]{1,3})?\Z")


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Some nodes, and links between them: several between the same two, and loops."""
    names = draw(st.lists(identifiers, min_size=1, max_size=4, unique=True))
    nodes = [{"id": name, "name": draw(texts), "type": "order", "standing": "ended"} for name in names]
    links = [
        {"from": draw(st.sampled_from(names)), "to": draw(st.sampled_from(names)), "kind": "revokes", "note": note}
        for note in draw(st.lists(texts, max_size=6))
    ]
    return nodes, links


# --- GraphML ------------------------------------------------------------------------------------


def read(file: bytes) -> Any:
    return networkx.read_graphml(BytesIO(file), force_multigraph=True)


@given(graphs())
def test_graphml_is_read_back_with_the_same_nodes_links_and_texts(
    graph: tuple[list[dict[str, Any]], list[dict[str, Any]]],
) -> None:
    nodes, links = graph
    found = read(as_graphml.write(nodes, links))
    assert dict(found.nodes(data="name")) == {node["id"]: as_graphml.attribute(node["name"]) for node in nodes}
    assert sorted((*ends, note or "") for *ends, note in found.edges(data="note")) == sorted(
        (link["from"], link["to"], as_graphml.attribute(link["note"]) or "") for link in links
    )


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, None),
        ("", None),
        ([], None),
        ({}, None),
        (False, False),
        (0, 0),
        (1.5, 1.5),
        (date(2018, 8, 7), "2018-08-07"),
        (["b", None, "a"], "b; a"),
        ({"slug": "iran", "name": "Iran"}, "iran"),
        ([{"slug": "iran"}, {"slug": "iaea"}], "iran; iaea"),
        ([{"source": {"slug": "law", "name": "The law"}, "pinpoint": "p. 7"}], "law"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\x0b\ud800", "\ufffd\ufffd"),
        ("𐎠 خ", "𐎠 خ"),
    ],
    ids=str,
)
def test_a_value_becomes_an_attribute(value: Any, written: Any) -> None:
    assert as_graphml.attribute(value) == written


def test_what_is_missing_is_left_out() -> None:
    assert read(as_graphml.write([OTHER], [])).nodes["agreement/b"] == {"name": "B", "type": "agreement"}


def test_two_nodes_may_have_several_links() -> None:
    links = [{"from": "order/a", "to": "agreement/b", "kind": kind} for kind in ("supersedes", "revokes")]
    graph = read(as_graphml.write([NODE, OTHER], links))
    assert [kind for _, _, kind in graph.edges(data="kind")] == ["supersedes", "revokes"]


def test_a_link_to_no_node_is_refused() -> None:
    with pytest.raises(ValueError, match="has an end that is not among the nodes"):
        as_graphml.write([NODE], [{"from": "order/a", "to": "order/none", "kind": "revokes"}])


# --- DOT ----------------------------------------------------------------------------------------

_TOKEN: Final = re.compile(
    r'\s*(?:"(?P<string>(?:[^"\\]|\\.)*)"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)|(?P<mark>->|[{}\[\]=]))', re.DOTALL
)


def tokens(text: str) -> list[str]:
    """Return the tokens of a file, by the grammar of the language; ``ValueError`` where something is none.

    A quoted text is given without its quotes, as a label shows it: escapes and entities undone.
    """
    words, place = [], 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None:
            raise ValueError(f"This is no token: {text[place : place + 40]!r}")
        words.append(match["word"] or match["mark"] or shown(match["string"]))
        place = match.end()
    return words


def shown(quoted: str) -> str:
    """Return what a quoted text shows."""
    known = {'\\"': '"', "\\\\": "\\", "\\n": "\n"}
    plain = re.sub(r"\\.", lambda escape: known[escape[0]], quoted, flags=re.DOTALL)
    return re.sub("&[a-z]+;", lambda entity: {"&amp;": "&"}[entity[0]], plain)


def labels(file: bytes) -> list[str]:
    """Return the labels in a file, in order."""
    found = tokens(file.decode())
    return [found[place + 2] for place, token in enumerate(found) if token == "label" and found[place + 1] == "="]


@given(graphs())
def test_dot_shows_every_text_as_it_is(graph: tuple[list[dict[str, Any]], list[dict[str, Any]]]) -> None:
    nodes, links = graph
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        file = as_dot.write(nodes, links)
    lines = ["\n".join([*node["name"].splitlines(), "ended"]) for node in nodes]
    assert labels(file) == lines + ["revokes"] * len(links)


def test_dot_draws_what_is_upcoming_dashed_and_tells_the_day() -> None:
    links = [
        {"from": "order/a", "to": "agreement/b", "kind": "revives_policy_of", "in_part": True, "upcoming": True},
        {"from": "order/a", "to": "agreement/b", "kind": "revokes", "effective_on": "2018-08-07", "upcoming": False},
    ]
    text = as_dot.write([NODE, OTHER], links).decode()
    assert '"order/a" -> "agreement/b" [label="revives policy of in part" style=dashed]' in text
    assert '"order/a" -> "agreement/b" [label="revokes\\n2018-08-07"]' in text
    assert 'URL="/api/v1/orders/a/" shape=box' in text
    assert "shape=ellipse" in text


@pytest.mark.parametrize("name", ["a:b", "<a>", 'a"', "a\\", "", "a b", "ä"])
def test_dot_refuses_an_identifier_that_it_would_read_as_something_else(name: str) -> None:
    with pytest.raises(ValueError, match="is not an identifier of a node"):
        as_dot.write([{"id": name, "name": "A"}], [])
