"""/api/v1/network/: actors and records, and the links between them."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import networkx
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sanctions.models import Order
from sanctions.questions import edges
from sanctions.questions import network as question
from sanctions.questions.edges import KINDS
from tests.api.v1.answer_schema import faults
from tests.api.v1.many import load_many

Ask = Callable[..., Any]
Link = tuple[str, str, str]
FILES: dict[str, tuple[str, Callable[[BytesIO], Any]]] = {
    "graphml": ("application/graphml+xml", networkx.read_graphml),
    "gexf": ("application/gexf+xml", networkx.read_gexf),
}


def triples(answer: Any) -> list[Link]:
    """Return what the links tie, in their order."""
    return [(link["from"], link["kind"], link["to"]) for link in answer["links"]]


def link(answer: Any, start: str, kind: str, end: str) -> dict[str, Any]:
    """Return one link without what it ties."""
    (found,) = [one for one in answer["links"] if (one["from"], one["kind"], one["to"]) == (start, kind, end)]
    return {name: value for name, value in found.items() if name not in ("from", "to", "kind")}


# --- What ties --------------------------------------------------------------------------------


@pytest.mark.usefixtures("world")
def test_every_kind_of_tie_in_the_world_is_a_link(ask: Ask) -> None:
    assert triples(ask("network/", programs="true")) == [
        ("actor/ali-khamenei", "national_of", "actor/iran"),
        ("actor/ali-khamenei", "member_of", "actor/nuclear-club"),
        ("actor/bank-melli", "national_of", "actor/iran"),
        ("actor/france", "issues", "order/undated"),
        ("actor/france", "runs", "program/thematic"),
        ("actor/iran", "party_to", "agreement/jcpoa"),
        ("actor/rafael-grossi", "signs", "order/us-eo-13645"),
        ("actor/united-states", "party_to", "agreement/jcpoa"),
        ("actor/us-president", "part_of", "actor/united-states"),
        ("actor/us-president", "issues", "order/us-eo-13645"),
        ("actor/us-president", "issues", "order/us-eo-13716"),
        ("actor/us-president", "issues", "order/us-nspm-2"),
        ("actor/us-president", "runs", "program/us-iran"),
        ("actor/us-treasury", "part_of", "actor/united-states"),
        ("order/us-eo-13645", "targets", "actor/bank-melli"),
        ("order/us-eo-13645", "targets", "actor/iran"),
        ("order/us-eo-13645", "belongs_to", "program/us-iran"),
        ("order/us-eo-13716", "targets", "actor/iran"),
        ("order/us-eo-13716", "implements", "agreement/jcpoa"),
        ("order/us-eo-13716", "revokes", "order/us-eo-13645"),
        ("order/us-nspm-2", "directs", "actor/us-president"),
        ("order/us-nspm-2", "directs", "actor/us-treasury"),
    ]


@pytest.mark.usefixtures("world")
def test_programs_and_shared_events_are_shown_only_if_asked_for(ask: Ask) -> None:
    answer = ask("network/")
    assert {node["type"] for node in answer["nodes"]} == {"actor", "order", "agreement"}
    assert {one["kind"] for one in answer["links"]} <= set(KINDS)


@pytest.mark.usefixtures("world")
def test_targets_weigh_as_many_measures_as_there_are_and_tell_how_many_are_in_force(ask: Ask) -> None:
    ties = ("order/us-eo-13645", "targets", "actor/iran")
    told = {"weight": 2, "first_on": "2013-06-03", "last_on": "2013-06-03", "sources": 1}
    assert link(ask("network/", as_of="2015-06-01"), *ties) == told | {"in_force": 2}
    assert link(ask("network/", as_of="2016-01-16"), *ties) == told | {"in_force": 0}


@pytest.mark.usefixtures("world")
def test_a_party_is_tied_by_what_it_did_and_has_its_standing(ask: Ask) -> None:
    ties = ("actor/united-states", "party_to", "agreement/jcpoa")
    told = {"weight": 2, "first_on": "2015-10-18", "last_on": "2018-05-08", "sources": 0}
    assert link(ask("network/", as_of="2018-05-07"), *ties) == told | {"standing": "party"}
    assert link(ask("network/", as_of="2018-05-08"), *ties) == told | {"standing": "withdrawn"}


@pytest.mark.usefixtures("world")
def test_an_effect_of_one_order_on_another_has_the_words_of_the_lineage(ask: Ask) -> None:
    told = link(ask("network/"), "order/us-eo-13716", "revokes", "order/us-eo-13645")
    assert told == {"weight": 1, "first_on": "2016-01-16", "last_on": "2016-01-16", "sources": 0, "in_part": False}
    lineage = ask("orders/us-eo-13716/lineage/")["links"]
    assert {one["kind"] for one in lineage} == {"revokes", "implements"}


@pytest.mark.usefixtures("world")
def test_a_relationship_lasts_until_the_day_before_its_end(ask: Ask) -> None:
    told = link(ask("network/"), "actor/ali-khamenei", "member_of", "actor/nuclear-club")
    assert (told["first_on"], told["last_on"]) == ("1989-01-01", "2000-12-30")
    told = link(ask("network/"), "actor/us-president", "part_of", "actor/united-states")
    assert (told["first_on"], told["last_on"]) == (None, None)


@pytest.mark.usefixtures("world")
def test_who_took_part_in_one_event_is_tied_once_in_no_direction(ask: Ask) -> None:
    answer = ask("network/", events="true", kind="signs")
    assert [one for one in triples(answer) if one[1] == "took_part_with"] == [
        ("actor/ali-khamenei", "took_part_with", "actor/united-states"),
        ("actor/iaea", "took_part_with", "actor/iran"),
        ("actor/iran", "took_part_with", "actor/united-states"),
        ("actor/iran", "took_part_with", "actor/us-president"),
    ]
    told = link(answer, "actor/iaea", "took_part_with", "actor/iran")
    assert told == {"weight": 1, "first_on": "2019-07-01", "last_on": "2019-07-01", "sources": 1}


# --- Nodes ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("world")
def test_a_node_has_its_standing_and_the_sum_of_its_links(ask: Ask) -> None:
    nodes = {node["id"]: node for node in ask("network/", as_of="2017-01-01")["nodes"]}
    assert nodes["order/us-eo-13645"] == {
        "id": "order/us-eo-13645",
        "type": "order",
        "slug": "us-eo-13645",
        "name": "Authorizing the Implementation of Certain Sanctions",
        "url": "/api/v1/orders/us-eo-13645/",
        "kind": "executive_order",
        "dated_on": "2013-06-03",
        "standing": "ended",
        "degree": 5,
        "weight": 6,
    }
    assert (nodes["agreement/jcpoa"]["standing"], nodes["agreement/jcpoa"]["kind"]) == (
        "in_effect",
        "political_agreement",
    )


@pytest.mark.usefixtures("world")
def test_a_named_record_is_a_node_even_if_nothing_ties_it(ask: Ask) -> None:
    answer = ask("network/", agreement="a-treaty")
    assert ([node["id"] for node in answer["nodes"]], answer["links"]) == (["agreement/a-treaty"], [])


@pytest.mark.django_db
def test_a_record_that_is_not_public_is_no_more_than_its_name_and_says_nothing(ask: Ask) -> None:
    load_many(1)
    Order.objects.filter(slug="base").update(state="draft")
    answer = ask("network/")
    (base,) = [node for node in answer["nodes"] if node["slug"] == "base"]
    assert (base["kind"], base["standing"], base["dated_on"], "url" in base) == (None, None, None, False)
    assert ("actor/body", "issues", "order/base") not in triples(answer)
    assert ("order/order-0", "cites", "order/base") in triples(answer)
    Order.objects.filter(slug="order-0").update(state="draft")
    assert ("order/order-0", "cites", "order/base") not in triples(ask("network/"))


# --- Asking -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"kind": "signs"}, [("actor/rafael-grossi", "signs", "order/us-eo-13645")]),
        ({"kind__in": "signs,revokes", "kind": "revokes"}, [("order/us-eo-13716", "revokes", "order/us-eo-13645")]),
        ({"actor": "nuclear-club"}, [("actor/ali-khamenei", "member_of", "actor/nuclear-club")]),
        (
            {"actor": "ali-khamenei", "actor__in": "iran,france"},
            [("actor/ali-khamenei", "national_of", "actor/iran")],
        ),
        ({"actor": "iran", "agreement": "jcpoa"}, [("actor/iran", "party_to", "agreement/jcpoa")]),
        ({"actor": "bank-melli", "program": "us-iran"}, [("order/us-eo-13645", "targets", "actor/bank-melli")]),
        ({"order": "us-eo-13645", "order__in": "us-eo-13716"}, [("order/us-eo-13716", "revokes", "order/us-eo-13645")]),
        (
            {"order__in": "us-eo-13716,us-nspm-2", "agreement__in": "jcpoa"},
            [("order/us-eo-13716", "implements", "agreement/jcpoa")],
        ),
        ({"program": "thematic"}, []),
        (
            {"program__in": "us-iran,thematic", "kind__in": "issues,revokes"},
            [
                ("actor/us-president", "issues", "order/us-eo-13645"),
                ("order/us-eo-13716", "revokes", "order/us-eo-13645"),
            ],
        ),
        ({"from": "2025", "kind": "issues"}, [("actor/us-president", "issues", "order/us-nspm-2")]),
        ({"to": "2013", "kind": "issues"}, [("actor/us-president", "issues", "order/us-eo-13645")]),
        (
            {"from": "2016-01", "to": "2016-01", "kind": "revokes"},
            [("order/us-eo-13716", "revokes", "order/us-eo-13645")],
        ),
        ({"to": "1988", "kind": "member_of"}, []),
        ({"from": "2000", "kind": "member_of"}, [("actor/ali-khamenei", "member_of", "actor/nuclear-club")]),
        ({"from": "2001", "kind": "member_of"}, []),
        ({"actor": "iaea", "events": "true"}, [("actor/iaea", "took_part_with", "actor/iran")]),
        ({"actor": "iran", "actor__in": "iaea", "events": "true"}, [("actor/iaea", "took_part_with", "actor/iran")]),
        ({"actor": "iaea", "events": "true", "to": "2019-06"}, []),
        (
            {"actor": "france", "events": "true", "programs": "true", "from": "2025"},
            [("actor/france", "runs", "program/thematic")],
        ),
    ],
    ids=str,
)
def test_links_are_found_by(ask: Ask, parameters: dict[str, Any], expected: list[Link]) -> None:
    assert triples(ask("network/", **parameters)) == expected


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("parameters", [{}, {"events": "true", "programs": "true"}, {"from": "2014"}], ids=str)
def test_what_touches_a_record_is_what_the_whole_network_has_of_it(ask: Ask, parameters: dict[str, Any]) -> None:
    whole = ask("network/", **parameters)
    assert whole["links"]
    for node in whole["nodes"]:
        if node["type"] != "program":
            touching = [one for one in whole["links"] if node["id"] in (one["from"], one["to"])]
            assert ask("network/", **parameters, **{node["type"]: node["slug"]})["links"] == touching


@pytest.mark.usefixtures("world")
def test_in_a_period_only_what_lies_in_it_weighs(ask: Ask) -> None:
    ties = ("actor/united-states", "party_to", "agreement/jcpoa")
    told = link(ask("network/", to="2017", as_of="2017-01-01"), *ties)
    assert told == {"weight": 1, "first_on": "2015-10-18", "last_on": "2015-10-18", "sources": 0, "standing": "party"}


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("parameters", "parameter", "code"),
    [
        ({"from": "2020", "to": "2019"}, "from", "contradiction"),
        ({"actor": "nobody"}, "actor", "unknown_slug"),
        ({"kind": "took_part_with"}, "kind", "unknown_code"),
        ({"events": "yes"}, "events", "invalid_switch"),
        ({"limit": "1"}, "limit", "unknown_parameter"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_refused(ask: Ask, parameters: dict[str, Any], parameter: str, code: str) -> None:
    (fault,) = ask("network/", **parameters, status=400)["errors"]
    assert (fault["parameter"], fault["code"]) == (parameter, code)


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("module", "name", "most"),
    [(question, "MOST_NODES", 13), (question, "MOST_LINKS", 18), (question, "MOST_ROWS", 2), (edges, "MOST_ROWS", 2)],
)
def test_a_network_that_is_too_large_is_refused_and_not_cut_off(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, most: int
) -> None:
    answer = ask("network/")
    assert (len(answer["nodes"]), len(answer["links"])) == (14, 19)
    monkeypatch.setattr(module, name, most)
    if module is edges:
        monkeypatch.setattr(question, name, most)
    (fault,) = ask("network/", status=400)["errors"]
    assert fault["code"] == "too_many"
    assert "Give actors that every link must touch" in fault["detail"]


# --- Shape and formats ------------------------------------------------------------------------


@pytest.mark.usefixtures("world")
def test_the_answer_is_as_the_schema_says(ask: Ask) -> None:
    assert faults("Network", ask("network/", events="true", programs="true")) == []


@pytest.mark.django_db
def test_the_answer_of_full_records_is_as_the_schema_says_and_always_in_one_order(ask: Ask) -> None:
    load_many(3)
    answer = ask("network/", events="true", programs="true")
    assert faults("Network", answer) == []
    places = ["actor", "order", "agreement", "program"]
    ids = [(places.index(node["type"]), node["id"]) for node in answer["nodes"]]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    ordered = [(one["from"], one["to"], one["kind"]) for one in answer["links"]]
    assert ordered == sorted(ordered)
    assert len(set(ordered)) == len(ordered)
    weights = sum(one["weight"] for one in answer["links"])
    assert sum(node["weight"] for node in answer["nodes"]) == 2 * weights
    assert sum(node["degree"] for node in answer["nodes"]) == 2 * len(ordered)


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("name", FILES)
def test_a_file_has_the_same_nodes_and_links(client: Client, ask: Ask, name: str) -> None:
    media_type, read = FILES[name]
    parameters = {"events": "true", "programs": "true", "as_of": "2017-01-01"}
    answer = ask("network/", **parameters)
    file = client.get("/api/v1/network/", parameters | {"format": name})
    assert (file.status_code, file.headers["Content-Type"]) == (200, media_type)
    graph = read(BytesIO(file.content))
    assert set(graph.nodes) == {node["id"] for node in answer["nodes"]}
    for node in answer["nodes"]:
        attributes = {key: value for key, value in node.items() if key != "id" and value is not None}
        assert attributes.items() <= graph.nodes[node["id"]].items()
    edges = {(start, data["kind"], end): data for start, end, data in graph.edges(data=True)}
    assert set(edges) == set(triples(answer))
    for link in answer["links"]:
        attributes = {key: value for key, value in link.items() if key not in ("from", "to") and value is not None}
        assert attributes.items() <= edges[link["from"], link["kind"], link["to"]].items()
    assert client.get("/api/v1/network/", parameters | {"format": name}).content == file.content


@pytest.mark.django_db
def test_the_answer_takes_no_more_queries_when_it_is_larger(client: Client) -> None:
    def queries(**parameters: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            answer = client.get("/api/v1/network/", {"as_of": "2017-01-01", **parameters})
        assert answer.status_code == 200, answer.content
        return len(captured)

    questions: list[dict[str, str]] = [
        {},
        {"events": "true", "programs": "true"},
        {"actor": "body", "events": "true"},
        {"program": "program-0"},
        {"agreement": "agreement-0"},
        {"order__in": "order-0,base"},
    ]
    load_many(2)
    few = [queries(**parameters) for parameters in questions]
    load_many(40)
    assert [queries(**parameters) for parameters in questions] == few
    assert max(few) <= 30
