"""GEXF: what is read back is what was written, whatever the texts, and the same bytes for the same answer."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import networkx
from hypothesis import given
from hypothesis import strategies as st

from sanctions.exports.as_gexf import write

#: What XML 1.0 can write; a carriage return would be read as a line feed.
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), min_size=1)
#: XML has no way to write the last two; attribute values do not keep line ends.
ROWS = st.fixed_dictionaries({"name": TEXTS, "kind": TEXTS}, optional={"url": TEXTS, "degree": st.integers(0, 2**31)})


def read(file: bytes) -> Any:
    return networkx.read_gexf(BytesIO(file))


@given(rows=st.lists(ROWS, min_size=1, max_size=5), kinds=st.lists(TEXTS, max_size=5), weight=st.integers(1, 9))
def test_what_is_read_is_what_was_written(rows: list[dict[str, Any]], kinds: list[str], weight: int) -> None:
    nodes = [{"id": f"actor/{place}", **row} for place, row in enumerate(rows)]
    links = [
        {
            "from": "actor/0",
            "to": f"actor/{place % len(nodes)}",
            "kind": f"{place}{kind}",
            "weight": weight,
            "first_on": None,
        }
        for place, kind in enumerate(kinds)
    ]
    graph = read(write(nodes, links))
    for node in nodes:
        said = {key: value for key, value in node.items() if key != "id"}
        assert graph.nodes[node["id"]] == said | {"label": node["name"]}
    found = sorted((start, end, data["kind"], data["weight"]) for start, end, data in graph.edges(data=True))
    assert found == sorted((link["from"], link["to"], link["kind"], link["weight"]) for link in links)


def test_the_file_does_not_say_when_it_was_written() -> None:
    file = ElementTree.fromstring(write([{"id": "a", "name": "A"}], []))
    meta = file.find("{http://www.gexf.net/1.2draft}meta")
    assert meta is not None
    assert meta.attrib == {}
