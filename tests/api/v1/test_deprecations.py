"""Deprecations, in the headers of answers (RFC 9745, RFC 8594), in the schema and in the documentation."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import include, path
from drf_spectacular.generators import SchemaGenerator

from api.http import deprecations
from api.http.deprecations import Deprecated, DeprecatedField, DeprecatedOperation, DeprecatedParameter
from api.v1.filters.base import Parameters
from api.v1.schemas import COMPONENTS
from api.v1.schemas.description import Operation
from api.v1.schemas.records import ref
from api.v1.views.documentation import schema
from api.v1.views.questions import QuestionView
from tests.promise.operations import broken, promised

DOCUMENT = (Path(__file__).resolve().parents[3] / "docs" / "api.md").read_text()
SINCE, SUNSET = date(2027, 1, 1), date(2028, 7, 1)
WHEN: Any = {"since": SINCE, "sunset": SUNSET, "instead": "Ask for the new one."}
LINK = '</api/v1/docs/deprecations/>; rel="deprecation"; type="text/html"'


class Old(QuestionView):
    """A question that only these tests ask."""

    name = "old"
    parameters = Parameters
    operation = Operation("old", "questions", "An old question", ref("OldAnswer"))

    def answer(self, query: Parameters, **path: Any) -> Any:
        """Return nothing much."""
        return {"inner": {"old_field": 1}}


urlpatterns = [
    path("api/v1/old/", Old.as_view()),
    path("", include("sanctions.urls")),
]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def components(monkeypatch: pytest.MonkeyPatch) -> None:
    inner = {"type": "object", "properties": {"old_field": {"type": "integer"}, "field": {"type": "integer"}}}
    monkeypatch.setitem(COMPONENTS, "OldInner", inner)
    monkeypatch.setitem(COMPONENTS, "OldAnswer", {"type": "object", "properties": {"inner": ref("OldInner")}})


def deprecate(monkeypatch: pytest.MonkeyPatch, *found: Deprecated) -> None:
    monkeypatch.setattr(deprecations, "DEPRECATIONS", found)


OPERATION = DeprecatedOperation(operation="old", **WHEN)
PARAMETER = DeprecatedParameter(operation="old", parameter="known_at", **WHEN)
FIELD = DeprecatedField(component="OldInner", field="old_field", **WHEN)


@pytest.mark.parametrize(
    ("found", "query", "told"),
    [
        ((), "", False),
        ((OPERATION,), "", True),
        ((OPERATION,), "?nonsense=1", True),
        ((PARAMETER,), "", False),
        ((PARAMETER,), "?known_at=2020-01-01T00:00:00Z", True),
        ((FIELD,), "", True),
        ((DeprecatedOperation(operation="orders_list", **WHEN),), "", False),
        ((DeprecatedParameter(operation="orders_list", parameter="known_at", **WHEN),), "?known_at=2020", False),
        ((DeprecatedField(component="Order", field="note", **WHEN),), "", False),
    ],
)
def test_an_answer_tells_what_it_makes_use_of(
    client: Client, monkeypatch: pytest.MonkeyPatch, found: tuple[Deprecated, ...], query: str, told: bool
) -> None:
    deprecate(monkeypatch, *found)
    headers = client.get(f"/api/v1/old/{query}").headers
    expected = ("@1798761600", "Sat, 01 Jul 2028 00:00:00 GMT", LINK) if told else (None, None, None)
    assert (headers.get("Deprecation"), headers.get("Sunset"), headers.get("Link")) == expected


def test_the_first_days_count_where_an_answer_is_about_several_things(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = DeprecatedOperation(operation="old", since=date(2026, 1, 1), sunset=date(2029, 1, 1), instead="Wait.")
    deprecate(monkeypatch, FIELD, later)
    headers = client.get("/api/v1/old/").headers
    assert headers["Deprecation"] == "@1767225600"
    assert headers["Sunset"] == "Sat, 01 Jul 2028 00:00:00 GMT"


def test_a_list_keeps_its_links_to_pages_and_a_desk_tells_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    named = (DeprecatedOperation(operation=name, **WHEN) for name in ("orders_list", "desk", "root"))
    deprecate(monkeypatch, *named)
    link = client.get("/api/v1/orders/").headers["Link"]
    assert 'rel="first"' in link
    assert link.endswith(f", {LINK}")
    assert client.get("/api/v1/desk/").status_code == 401
    for address in ("/api/v1/desk/", "/api/v1/"):
        assert client.get(address).headers["Deprecation"] == "@1798761600"


def test_what_has_not_changed_tells_it_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    deprecate(monkeypatch, OPERATION)
    answer = client.get("/api/v1/old/", headers={"If-None-Match": "*"})
    assert answer.status_code == 304
    assert answer.headers["Link"] == LINK
    assert "Sunset" in answer.headers


def test_the_schema_marks_it_and_after_its_sunset_it_may_go(monkeypatch: pytest.MonkeyPatch) -> None:
    deprecate(monkeypatch, OPERATION, PARAMETER, FIELD)
    made = SchemaGenerator(patterns=urlpatterns[:1]).get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    mark = {"deprecated": True, "x-sunset": "2028-07-01"}
    operation = made["paths"]["/api/v1/old/"]["get"]
    parameters = {item["name"]: item for item in operation["parameters"]}
    assert operation.items() >= mark.items()
    assert parameters["known_at"].items() >= mark.items()
    assert "deprecated" not in parameters["release"]
    inner = made["components"]["schemas"]["OldInner"]["properties"]
    assert inner == {"old_field": {"type": "integer", **mark}, "field": {"type": "integer"}}
    empty: Any = {"paths": {}, "components": {}}
    assert broken(promised(made), empty, SUNSET) == []
    assert [str(item) for item in broken(promised(made), empty, SINCE)] == ["GET /api/v1/old/: was removed"]


def test_a_sunset_within_a_year_is_refused() -> None:
    with pytest.raises(ValueError, match="less than 365 days"):
        DeprecatedOperation(operation="old", since=SINCE, sunset=date(2027, 12, 31), instead="Wait.")


# --- The documentation --------------------------------------------------------------------------


def test_all_is_listed_at_an_address(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    deprecate(monkeypatch, OPERATION, PARAMETER, FIELD)
    listed = client.get("/api/v1/docs/deprecations/").json()["deprecations"]
    assert [one["what"] for one in listed] == [
        *("operation `old`", "parameter `known_at` of `old`", "field `old_field` of `OldInner`")
    ]
    assert listed[0] == {
        "what": "operation `old`",
        "since": "2027-01-01",
        "sunset": "2028-07-01",
        "instead": "Ask for the new one.",
    }
    assert OPERATION.line() == "| operation `old` | 2027-01-01 | 2028-07-01 | Ask for the new one. |"


def test_the_document_has_a_row_for_all_that_is_deprecated() -> None:
    told = re.search(r"<!-- deprecations -->\n(.*?)\n<!-- /deprecations -->", DOCUMENT, re.DOTALL)
    assert told is not None
    rows = [one.line() for one in deprecations.DEPRECATIONS]
    head = ["| what | since | may be gone from | instead |", "|---|---|---|---|"]
    assert told[1].splitlines() == ([*head, *rows] if rows else ["Nothing is deprecated."])


def test_what_is_deprecated_is_there() -> None:
    assert str(schema()).count("'x-sunset'") == len(deprecations.DEPRECATIONS)


# --- Renamed parameters -------------------------------------------------------------------------

RENAMED = [entry for entry in deprecations.DEPRECATIONS if isinstance(entry, DeprecatedParameter)]


@pytest.fixture(scope="module")
def operations() -> dict[str, dict[str, Any]]:
    """Return the parameters of each operation of the schema: operation → name → parameter."""
    generator: Any = SchemaGenerator(urlconf="sanctions.urls")  # type: ignore[no-untyped-call]
    return {
        operation["operationId"]: {described["name"]: described for described in operation["parameters"]}
        for methods in generator.get_schema(request=None, public=True)["paths"].values()
        for operation in methods.values()
        if "parameters" in operation
    }


@pytest.mark.parametrize("entry", RENAMED, ids=lambda entry: f"{entry.operation}-{entry.parameter}")
def test_the_earlier_name_of_a_parameter_is_in_the_schema_next_to_the_current_one(
    operations: dict[str, dict[str, Any]], entry: DeprecatedParameter
) -> None:
    parameters = operations[entry.operation]
    current = entry.instead.split("`")[1]
    earlier = parameters[entry.parameter]
    assert (earlier["deprecated"], earlier["x-sunset"]) == (True, "2028-01-01")
    assert (earlier["schema"], earlier["in"]) == (parameters[current]["schema"], parameters[current]["in"])
    assert "deprecated" not in parameters[current]


@pytest.mark.parametrize(
    ("path", "earlier", "current"),
    [
        ("actors", {"heads": "nowhere"}, {"head_of": "nowhere"}),
        ("orders", {"possibly": "x"}, {"include_possible": "x"}),
        ("violations", {"under": "nowhere"}, {"under_agreement": "nowhere"}),
        ("changes", {"document": "x"}, {"include_documents": "x"}),
        ("columns", {"of": "x"}, {"collection": "x"}),
        ("stats", {"of": "x"}, {"collection": "x"}),
        ("stats", {"of": "orders", "by": "x"}, {"collection": "orders", "group_by": "x"}),
        ("panel", {"by": "x"}, {"frequency": "x"}),
    ],
)
def test_a_fault_is_the_same_under_either_name_and_reported_under_the_one_that_was_sent(
    client: Client, path: str, earlier: dict[str, str], current: dict[str, str]
) -> None:
    first, second = (client.get(f"/api/v1/{path}/", query) for query in (earlier, current))
    assert first.status_code == second.status_code == 400
    (fault,), (fault_now,) = first.json()["errors"], second.json()["errors"]
    assert (fault["parameter"], fault_now["parameter"]) == (list(earlier)[-1], list(current)[-1])
    assert fault | {"parameter": ""} == fault_now | {"parameter": ""}
    assert "Deprecation" in first.headers
    assert "Deprecation" not in second.headers


@pytest.mark.parametrize(
    ("path", "earlier", "current"),
    [
        ("stats", {"of": "orders", "by": "kind"}, {"collection": "orders", "group_by": "kind"}),
        ("columns", {"of": "orders"}, {"collection": "orders"}),
        ("panel/columns", {"by": "month"}, {"frequency": "month"}),
        ("changes", {"document": "true"}, {"include_documents": "true"}),
        ("events", {"happened_on": "2015", "possibly": "true"}, {"happened_on": "2015", "include_possible": "true"}),
    ],
)
def test_the_answer_is_the_same_under_either_name(
    client: Client, path: str, earlier: dict[str, str], current: dict[str, str]
) -> None:
    answers = [client.get(f"/api/v1/{path}/", query) for query in (earlier, current)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()


def test_both_names_at_once_are_a_repetition(client: Client) -> None:
    query = {"happened_on": "2015", "possibly": "true", "include_possible": "true"}
    (fault,) = client.get("/api/v1/events/", query).json()["errors"]
    assert fault["code"] == "repeated"
