"""/api/v1/reconcile/: match names in a table with records (Reconciliation Service API 0.2)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import jsonschema
import pytest
from django.test import Client

from api.v1.views.reconcile import MOST_QUERIES
from sanctions.search.reconciling import PROPERTIES, TYPES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
_NAMED = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
}
_SERVICE = {
    "type": "object",
    "required": ["service_url", "service_path"],
    "properties": {
        "service_url": {"type": "string", "format": "uri"},
        "service_path": {"type": "string", "pattern": "^/"},
    },
}
#: What the specification demands of a manifest, of results, and of extensions.
MANIFEST = {
    "type": "object",
    "required": ["versions", "name", "identifierSpace", "schemaSpace"],
    "properties": {
        "versions": {"type": "array", "contains": {"const": "0.2"}},
        "identifierSpace": {"type": "string", "pattern": "^https?://"},
        "schemaSpace": {"type": "string", "pattern": "^https?://"},
        "defaultTypes": {"type": "array", "items": _NAMED},
        "view": {"required": ["url"], "properties": {"url": {"pattern": r"\{\{id\}\}"}}},
        "suggest": {"properties": {"entity": _SERVICE}, "additionalProperties": False},
        "extend": {"required": ["propose_properties"], "properties": {"propose_properties": _SERVICE}},
    },
}
RESULTS = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["result"],
        "properties": {
            "result": {
                "type": "array",
                "items": {
                    "required": ["id", "name", "score", "match"],
                    "properties": {
                        **_NAMED["properties"],  # type: ignore[dict-item]
                        "type": {"type": "array", "items": _NAMED},
                        "score": {"type": "number", "minimum": 0, "maximum": 100},
                        "match": {"type": "boolean"},
                    },
                },
            }
        },
    },
}
EXTENSION = {
    "type": "object",
    "required": ["meta", "rows"],
    "properties": {
        "meta": {"type": "array", "items": _NAMED},
        "rows": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": {"type": "array", "items": {"required": ["str"]}},
            },
        },
    },
}


def reconcile(client: Client, *, post: bool = False, status: int = 200, **parameters: Any) -> Any:
    """Send parameters, encoded as JSON, to the service, and return the decoded body."""
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()}
    form = "application/x-www-form-urlencoded"
    path = "/api/v1/reconcile/"
    answer = client.post(path, urlencode(texts), content_type=form) if post else client.get(path, texts)
    assert answer.status_code == status, answer.content
    assert answer["Access-Control-Allow-Origin"] == "*"
    return answer.json()


def test_without_a_question_the_service_says_what_it_is(client: Client) -> None:
    manifest = reconcile(client)
    jsonschema.validate(manifest, MANIFEST)
    assert [one["id"] for one in manifest["defaultTypes"]] == list(TYPES)
    record = manifest["view"]["url"].replace("{{id}}", "actors/iran")
    assert client.get(record).status_code == 200


@pytest.mark.parametrize("post", [False, True])
def test_names_are_brought_together_with_records(client: Client, post: bool) -> None:
    queries = {"q0": {"query": "Iran", "type": "actor", "limit": 3}, "q1": {"query": "zyzzyva"}}
    results = reconcile(client, post=post, queries=queries)
    jsonschema.validate(results, RESULTS)
    best = results["q0"]["result"][0]
    assert (best["id"], best["name"], best["match"]) == ("actors/iran", "Iran", True)
    assert results["q1"]["result"] == []


def test_only_actors_orders_and_programs_are_candidates(client: Client) -> None:
    found = reconcile(client, queries={"q": {"query": "iran", "limit": 100}})["q"]["result"]
    assert {kind["id"] for one in found for kind in one["type"]} <= set(TYPES)
    of_orders = reconcile(client, queries={"q": {"query": "iran", "type": ["order"]}})["q"]["result"]
    assert {kind["id"] for one in of_orders for kind in one["type"]} <= {"order"}


def test_properties_are_added_to_records(client: Client) -> None:
    wanted = {"ids": ["actors/iran", "actors/nobody", "x"], "properties": [{"id": "name"}, {"id": "kind"}]}
    added = reconcile(client, extend=wanted)
    jsonschema.validate(added, EXTENSION)
    assert added["rows"]["actors/iran"] == {"name": [{"str": "Iran"}], "kind": [{"str": "state"}]}
    assert added["rows"]["actors/nobody"] == {"name": [], "kind": []}


def test_records_are_suggested_while_somebody_types(client: Client) -> None:
    found = client.get("/api/v1/reconcile/suggest/", {"prefix": "ira"}).json()["result"]
    assert found[0]["id"] == "actors/iran"
    assert client.get("/api/v1/reconcile/suggest/", {"prefix": "ira", "cursor": "1"}).json()["result"] == found[1:]


def test_the_properties_are_proposed(client: Client) -> None:
    body = client.get("/api/v1/reconcile/properties/", {"type": "actor", "limit": "3"}).json()
    assert (body["type"], body["limit"]) == ("actor", 3)
    assert [item["id"] for item in body["properties"]] == list(PROPERTIES)[:3]


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"queries": "{"}, "queries"),
        ({"queries": []}, "queries"),
        ({"queries": {"q": "Iran"}}, "queries.q"),
        ({"queries": {"q": {"query": ""}}}, "queries.q.query"),
        ({"queries": {"q": {"query": "a\x00"}}}, "queries.q.query"),
        ({"queries": {"q": {"query": "Iran", "type": "event"}}}, "queries.q.type"),
        ({"queries": {"q": {"query": "Iran", "type": [[]]}}}, "queries.q.type"),
        ({"queries": {"q": {"query": "Iran", "limit": True}}}, "queries.q.limit"),
        ({"queries": {"q": {"query": "Iran", "limit": 10**30}}}, "queries.q.limit"),
        ({"queries": {"q": {"query": "Iran", "properties": 1}}}, "queries.q.properties"),
        ({"queries": {str(n): {"query": "Iran"} for n in range(MOST_QUERIES + 1)}}, "queries"),
        ({"extend": {"ids": "x", "properties": []}}, "extend.ids"),
        ({"extend": {"ids": [], "properties": [{"id": "nothing"}]}}, "extend.properties"),
        ({"query": "Iran"}, "query"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_its_name(client: Client, parameters: dict[str, Any], named: str) -> None:
    assert [fault["parameter"] for fault in reconcile(client, status=400, **parameters)["errors"]] == [named]


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("suggest/", {"prefix": "x" * 201}),
        ("suggest/", {"prefix": "x", "cursor": "-1"}),
        ("suggest/", {"flyout": "x"}),
        ("properties/", {"type": "event"}),
        ("properties/", {"limit": "x"}),
    ],
)
def test_what_cannot_be_suggested_is_refused(client: Client, path: str, parameters: dict[str, str]) -> None:
    assert client.get(f"/api/v1/reconcile/{path}", parameters).status_code == 400
