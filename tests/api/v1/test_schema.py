"""/api/v1/schema/: the description is valid, complete, and matches the answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator

from api.v1.filters.base import RecordParameters
from api.v1.schemas import COMPONENTS
from api.v1.shape import references
from api.v1.urls import NOUNS
from tests.api.v1.answer_schema import faults
from tests.api.v1.many import load_many

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("name", COMPONENTS)
def test_every_component_is_a_valid_schema(name: str) -> None:
    Draft202012Validator.check_schema(COMPONENTS[name])


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("noun", NOUNS)
def test_every_answer_is_as_the_schema_says(client: Client, noun: str) -> None:
    name = NOUNS[noun].queryset.model.__name__
    page = client.get(f"/api/v1/{noun}/", {"as_of": "2019-07-02"}).json()
    assert page["results"]
    assert faults(f"{name}Page", page) == []
    for row in page["results"]:
        assert faults(name, client.get(f"/api/v1/{noun}/{row['slug']}/").json()) == []


@pytest.mark.django_db
@pytest.mark.parametrize("noun", NOUNS)
def test_every_answer_of_full_records_is_as_the_schema_says(client: Client, noun: str) -> None:
    load_many(2)
    name = NOUNS[noun].queryset.model.__name__
    assert faults(f"{name}Page", client.get(f"/api/v1/{noun}/").json()) == []


EXPANDED = [(noun, path) for noun in NOUNS for path in references(NOUNS[noun].queryset.model.__name__)]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(("noun", "path"), EXPANDED)
def test_every_answer_in_which_records_are_put_is_as_the_schema_says(
    client: Client, noun: str, path: tuple[str, ...]
) -> None:
    """An object may have more keys than its schema describes: an expanded reference has those of the record."""
    name = NOUNS[noun].queryset.model.__name__
    page = {"$ref": f"#/components/schemas/{name}Page", "components": {"schemas": COMPONENTS}}
    answer = client.get(f"/api/v1/{noun}/", {"expand": ".".join(path)}).json()
    assert [error.json_path for error in Draft202012Validator(page).iter_errors(answer)] == []


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("path", ["orders/?kind=x&y=z", "orders/none/", "nowhere/"])
def test_every_error_is_as_the_schema_says(client: Client, path: str) -> None:
    assert faults("Problem", client.get(f"/api/v1/{path}").json()) == []


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """Return the OpenAPI document, as it is served."""
    found: dict[str, Any] = yaml.safe_load(Client().get("/api/v1/schema/").content)
    return found


def test_the_document_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    validate_schema(document)  # type: ignore[no-untyped-call]


def test_the_document_is_served_as_json_too(client: Client, document: dict[str, Any]) -> None:
    answer = client.get("/api/v1/schema/", headers={"accept": "application/json"})
    assert answer.headers["Content-Type"].startswith(("application/json", "application/vnd.oai.openapi+json"))
    assert answer.json() == document


@pytest.mark.parametrize("noun", NOUNS)
def test_every_parameter_is_described_and_no_other(document: dict[str, Any], noun: str) -> None:
    described = document["paths"][f"/api/v1/{noun}/"]["get"]["parameters"]
    names = [parameter["name"] for parameter in described]
    parameters = NOUNS[noun].list_parameters
    assert sorted(names) == sorted([*parameters.names(), *parameters.current_names()])
    assert all(parameter["schema"] for parameter in described)
    assert all(parameter["description"].endswith(".") for parameter in described)
    detail = document["paths"][f"/api/v1/{noun}/{{slug}}/"]["get"]["parameters"]
    assert sorted(parameter["name"] for parameter in detail) == sorted([*RecordParameters.names(), "slug"])


def test_codes_are_listed_with_their_parameter(document: dict[str, Any]) -> None:
    described = {found["name"]: found for found in document["paths"]["/api/v1/orders/"]["get"]["parameters"]}
    assert "executive_order" in described["kind"]["schema"]["enum"]
    assert "executive_order" in described["kind__in"]["schema"]["items"]["enum"]
    assert (described["kind__in"]["style"], described["kind__in"]["explode"]) == ("form", False)
    assert described["limit"]["schema"]["maximum"] == 1000
    assert described["ordering"]["schema"]["enum"] == ["dated_on", "-dated_on", "slug", "-slug"]


def test_every_reference_in_the_document_leads_somewhere(document: dict[str, Any]) -> None:
    def references(node: Any) -> set[str]:
        if isinstance(node, list):
            return set().union(*map(references, node))
        if isinstance(node, dict):
            own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
            return own.union(*map(references, node.values()))
        return set()

    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert references(document) == known


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(document: dict[str, Any]) -> None:
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names) > 2 * len(NOUNS)
    assert all(operation["summary"] and operation["description"] for operation in operations)
    assert all(response["description"] for operation in operations for response in operation["responses"].values())


def test_the_schema_is_valid_and_built_without_a_warning(tmp_path: Path) -> None:
    built = tmp_path / "openapi.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(built))
    assert built.read_text().startswith("openapi: 3.1")
