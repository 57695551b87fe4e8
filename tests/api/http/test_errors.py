"""Errors are problem documents (RFC 9457), at every layer."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client

from api.http import errors, problem_types
from api.v1.views.orders import OrderViewSet
from sanctions.server.problem_documents import MEDIA_TYPE


def problem(answer: Any, name: str) -> dict[str, Any]:
    """Return the problem document of an answer, after checking its members."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document["type"] == f"/api/v1/docs/problems/{name}/"
    assert document["status"] == answer.status_code == problem_types.PROBLEM_TYPES_BY_NAME[name].status
    assert document["title"] == problem_types.PROBLEM_TYPES_BY_NAME[name].title
    assert document["detail"]
    return document


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v2/", "/api/v1/nowhere/", "/api/v1/nowhere", "/api/v1/orders/x/y/", "/api/v1/orders/A%00b/"]
)
def test_an_address_that_leads_nowhere_is_a_problem(client: Client, path: str) -> None:
    assert problem(client.get(path), "not-found")["instance"].startswith("/api/")


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "head", "options", "post", "put", "patch", "delete"])
def test_no_method_leads_anywhere_at_such_an_address(client: Client, method: str) -> None:
    assert getattr(client, method)("/api/v1/nowhere/").status_code == 404


@pytest.mark.django_db
def test_a_record_that_does_not_exist_is_a_problem(client: Client) -> None:
    found = problem(client.get("/api/v1/orders/us-eo-1/"), "not-found")
    assert found["detail"] == "No published order has the slug 'us-eo-1'."
    assert found["instance"] == "/api/v1/orders/us-eo-1/"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_method_that_is_not_taken_is_a_problem_and_the_allowed_ones_are_listed(client: Client, method: str) -> None:
    answer = getattr(client, method)("/api/v1/orders/", content_type="application/json")
    problem(answer, "method-not-allowed")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_a_format_that_does_not_exist_is_a_problem(client: Client) -> None:
    problem(client.get("/api/v1/orders/", headers={"accept": "application/pdf"}), "not-acceptable")


def test_a_slash_that_is_missing_is_put_there(client: Client) -> None:
    answer = client.get("/api/v1/orders?kind=statute")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/api/v1/orders/?kind=statute")


def test_a_fault_of_ours_is_a_problem_that_shows_nothing_of_it(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: Any) -> None:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(OrderViewSet, "get_queryset", fail)
    client.raise_request_exception = False
    answer = client.get("/api/v1/orders/")
    problem(answer, "internal-error")
    assert b"hunter2" not in answer.content
    assert b"RuntimeError" not in answer.content


def test_a_request_under_a_name_that_is_not_ours_is_a_problem(client: Client) -> None:
    problem(client.get("/api/v1/", headers={"host": "evil.example"}), "bad-request")


@pytest.mark.parametrize("handler", [errors.bad_request, errors.forbidden, errors.not_found])
def test_below_the_api_errors_that_no_view_saw_are_problems_too(handler: Any) -> None:
    request = HttpRequest()
    request.path = "/api/v1/orders/"
    assert handler(request, Exception()).headers["Content-Type"] == MEDIA_TYPE
    request.path = "/elsewhere/"
    assert handler(request, Exception()).headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("kind", problem_types.PROBLEM_TYPES, ids=lambda kind: kind.name)
def test_each_type_of_problem_is_explained_where_its_name_leads(
    client: Client, kind: problem_types.ProblemType
) -> None:
    page = client.get(kind.uri).json()
    assert (page["type"], page["status"], page["title"]) == (kind.uri, kind.status, kind.title)
    assert page["explanation"]


def test_the_types_of_problems_are_listed(client: Client) -> None:
    assert client.get("/api/v1/docs/problems/").json() == {kind.name: kind.uri for kind in problem_types.PROBLEM_TYPES}


def test_a_type_of_problem_that_does_not_exist_is_a_problem(client: Client) -> None:
    problem(client.get("/api/v1/docs/problems/none/"), "not-found")
