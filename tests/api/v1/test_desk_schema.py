"""The schema describes the editorial API: every move, its preconditions, and all of its errors."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client

from api.http.bodies import MOST_BYTES
from api.v1.schemas.desk_operations import MOVE, MOVE_PROPOSAL
from api.v1.urls import DESK
from api.v1.views.desk import proposals, records

DOCUMENT = (Path(__file__).resolve().parents[3] / "docs" / "api.md").read_text()


@pytest.fixture(scope="module")
def desk() -> dict[str, Any]:
    """The paths of the editorial API in the schema."""
    paths = yaml.safe_load(Client().get("/api/v1/schema/").content)["paths"]
    return {path: methods for path, methods in paths.items() if path.startswith("/api/v1/desk/")}


def test_every_address_of_the_desk_is_described(desk: dict[str, Any]) -> None:
    paths = {re.sub(r"<\w+:(\w+)>", r"{\1}", str(pattern.pattern)) for pattern in DESK}
    assert desk.keys() == {f"/api/v1/{path}" for path in paths}


def test_the_moves_in_the_schema_are_those_there_are() -> None:
    assert MOVE.moves == tuple(records.MOVES)
    assert MOVE_PROPOSAL.moves == tuple(proposals.MOVES)


#: What writes without a state that was read: drafts that begin, and many moves, each of which has its own.
UNCONDITIONAL = {"/api/v1/desk/{plural}/", "/api/v1/desk/bulk/"}


def test_what_changes_something_needs_a_token_or_a_session_and_a_precondition(desk: dict[str, Any]) -> None:
    assert any(desk.values())
    for path, methods in desk.items():
        for method, operation in methods.items():
            assert operation["security"] == [{"token": []}, {"session": []}]
            headers = [found for found in operation.get("parameters", ()) if found["in"] == "header"]
            assert any(found["name"] == "Idempotency-Key" for found in headers) == (method != "get")
            needed = {found["name"] for found in headers if found.get("required")}
            assert needed == ({"If-Match"} if method != "get" and path not in UNCONDITIONAL else set())
            assert ("428" in operation["responses"]) == ("412" in operation["responses"]) == bool(needed)
            assert ("requestBody" in operation) == ("422" in operation["responses"]) == (method != "get")
            assert {"401", "403"} <= operation["responses"].keys()


def test_the_document_names_every_request_and_every_limit(desk: dict[str, Any]) -> None:
    named = set(re.findall(r"^\| `([A-Z]+) (/desk/[^`]*)` \|", DOCUMENT, re.MULTILINE))
    described = {
        (method.upper(), path.removeprefix("/api/v1").replace("{plural}", "{collection}"))
        for path, methods in desk.items()
        for method in methods
    }
    assert named == described
    assert f"{MOST_BYTES:,} bytes" in DOCUMENT
    for move in (*records.MOVES, *proposals.MOVES):
        assert f"`{move}`" in DOCUMENT
