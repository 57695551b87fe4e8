"""Query parameters: invalid ones are rejected with the parameter, the value and the allowed values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from api.http.problems import MOST_FAULTS
from api.v1.urls import NOUNS

pytestmark = pytest.mark.usefixtures("world")

Ask = Callable[..., Any]


def fault(problem: dict[str, Any]) -> dict[str, Any]:
    """Return the one fault of a problem."""
    assert problem["type"] == "/api/v1/docs/problems/invalid-parameters/"
    assert problem["status"] == 400
    (found,) = problem["errors"]
    assert found["parameter"] in problem["detail"]
    assert found["detail"] in problem["detail"]
    return dict(found)


@pytest.mark.parametrize("noun", NOUNS)
def test_an_unknown_parameter_is_refused_and_the_known_ones_are_listed(ask: Ask, noun: str) -> None:
    found = fault(ask(f"{noun}/", serch="x", status=400))
    assert (found["parameter"], found["value"], found["code"]) == ("serch", "x", "unknown_parameter")
    assert found["did_you_mean"] == "search"
    assert found["allowed"] == NOUNS[noun].list_parameters.names()
    assert {"as_of", "cursor", "format", "limit", "ordering", "search"} <= set(found["allowed"])


@pytest.mark.parametrize("noun", NOUNS)
def test_a_detail_takes_the_two_clocks_the_shape_and_the_format_and_nothing_else(ask: Ask, noun: str) -> None:
    slug = ask(f"{noun}/", limit=1)["results"][0]["slug"]
    found = fault(ask(f"{noun}/{slug}/", search="x", status=400))
    assert found["allowed"] == ["as_of", "expand", "fields", "format", "known_at", "omit", "release"]


def test_the_root_takes_the_format_and_nothing_else(ask: Ask) -> None:
    assert fault(ask("", kind="x", status=400))["allowed"] == ["format"]


def test_all_faults_are_reported_at_once(ask: Ask) -> None:
    problem = ask("orders/", kind="x", issuer="y", as_of="z", nonsense="1", status=400)
    assert [found["parameter"] for found in problem["errors"]] == ["nonsense", "as_of", "kind", "issuer"]


def test_a_code_that_does_not_exist_is_refused_and_the_nearest_is_named(ask: Ask) -> None:
    found = fault(ask("orders/", kind="executive_ordr", status=400))
    assert (found["code"], found["did_you_mean"]) == ("unknown_code", "executive_order")
    assert "un_security_council_resolution" in found["allowed"]


def test_each_code_of_several_must_exist(ask: Ask) -> None:
    assert fault(ask("orders/", kind__in="statute,stature", status=400))["did_you_mean"] == "statute"


def test_a_slug_that_does_not_exist_is_refused_and_the_nearest_is_named(ask: Ask) -> None:
    found = fault(ask("orders/", issuer="us-presidnt", status=400))
    assert (found["code"], found["did_you_mean"]) == ("unknown_slug", "us-president")
    assert "'us-presidnt'" in found["detail"]


def test_a_slug_that_is_like_no_other_is_refused_without_a_guess(ask: Ask) -> None:
    assert "did_you_mean" not in fault(ask("orders/", issuer="zzzzzzzzzzzz", status=400))


@pytest.mark.parametrize("parameters", [{"issuer": "draft-actor"}, {"issuer__in": "iran,draft-actor"}])
def test_what_is_not_public_is_not_known_to_parameters_either(ask: Ask, parameters: dict[str, str]) -> None:
    found = fault(ask("orders/", **parameters, status=400))
    assert found["code"] == "unknown_slug"
    assert "draft-actor" not in found.get("did_you_mean", "")


def test_the_parts_of_a_draft_are_not_known_to_parameters(ask: Ask) -> None:
    assert fault(ask("violations/", commitment="draft-commitment", status=400))["code"] == "unknown_slug"


@pytest.mark.parametrize(
    "day", ["2015", "2015-7-14", "2015-02-30", "14.07.2015", "today", "20150714", "２０１５-07-14"]
)
def test_a_day_is_a_day(ask: Ask, day: str) -> None:
    assert fault(ask("orders/", as_of=day, status=400))["code"] == "invalid_date"


@pytest.mark.parametrize("date", ["2015-13", "last year", "2015..2016", "2015-07-14T12:00"])
def test_a_date_that_is_no_edtf_is_refused_with_the_reason(ask: Ask, date: str) -> None:
    found = fault(ask("orders/", dated_on__gte=date, status=400))
    assert found["code"] == "invalid_date"
    assert "is not a date" in found["detail"]


@pytest.mark.parametrize(
    ("path", "parameters", "code"),
    [
        ("orders/", {"identifier": "13716"}, "invalid_identifier"),
        ("orders/", {"identifier": "us-eo:"}, "invalid_identifier"),
        ("orders/", {"identifier": "us-oe:13716"}, "unknown_code"),
        ("commitments/", {"measurable": "yes"}, "invalid_switch"),
        ("orders/", {"search": "   "}, "empty"),
        ("orders/", {"search": "a b c d e f g h i j k"}, "too_many"),
        ("orders/", {"slug__in": ",".join(str(n) for n in range(101))}, "too_many"),
        ("orders/", {"slug__in": "iran,,france"}, "empty"),
        ("orders/", {"identifier": ["us-eo:1"] * 101}, "too_many"),
        ("orders/", {"search": "x" * 201}, "too_long"),
        ("orders/", {"search": "a\x00b"}, "invalid_text"),
        ("orders/", {"issuer": "a\x00b"}, "invalid_text"),
        ("orders/", {"issuer": "Iran"}, "unknown_slug"),
        ("orders/", {"as_of": "2015-01-0\x00"}, "invalid_text"),
        ("actors/", {"name": "\ud800"}, "invalid_text"),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_refused(ask: Ask, path: str, parameters: dict[str, Any], code: str) -> None:
    parameters = {name: _encodable(value) for name, value in parameters.items()}
    assert fault(ask(path, **parameters, status=400))["code"] == code


def _encodable(value: Any) -> Any:
    """Return a text that can be sent: a lone surrogate becomes a noncharacter, U+FFFE."""
    return "\ufffe" if value == "\ud800" else value


@pytest.mark.parametrize("noun", NOUNS)
def test_no_parameter_may_be_empty_or_hold_nul(ask: Ask, noun: str) -> None:
    parameters = NOUNS[noun].list_parameters.names()
    assert parameters
    for name in parameters:
        for value in ("", "\x00"):
            problem = ask(f"{noun}/", **{name: value}, status=400)
            assert [found["parameter"] for found in problem["errors"]] == [name]


@pytest.mark.parametrize("noun", NOUNS)
def test_no_parameter_is_too_long_to_be_refused(ask: Ask, noun: str) -> None:
    parameters = NOUNS[noun].list_parameters.names()
    assert parameters
    for name in parameters:
        found = fault(ask(f"{noun}/", **{name: "9" * 5000}, status=400))
        assert found["parameter"] == name
        assert len(found["value"]) <= 101


@pytest.mark.parametrize("noun", NOUNS)
def test_a_parameter_that_has_one_value_is_given_once(ask: Ask, noun: str) -> None:
    found = [fault["code"] for fault in ask(f"{noun}/", as_of=["2015-01-01", "2016-01-01"], status=400)["errors"]]
    assert found == ["repeated"]


@pytest.mark.parametrize("name", ["limit", "ordering", "format", "cursor"])
def test_the_parameters_of_pages_are_given_once_too(ask: Ask, name: str) -> None:
    problem = ask("orders/", **{name: ["json", "json"]}, status=400)
    assert "repeated" in [fault["code"] for fault in problem["errors"]]


def test_an_absurdly_long_query_is_refused_and_not_repeated(client: Client) -> None:
    answer = client.get("/api/v1/orders/", {f"p{n}": "x" for n in range(20_000)})
    assert answer.status_code == 414
    assert answer.json()["type"] == "/api/v1/docs/problems/uri-too-long/"
    assert len(answer.content) < 1000


def test_the_answer_to_many_unknown_parameters_stays_small(client: Client) -> None:
    answer = client.get("/api/v1/orders/", {f"p{n}": "x" for n in range(900)})
    assert answer.status_code == 400
    assert len(answer.json()["errors"]) == MOST_FAULTS
    assert "890 more" in answer.json()["detail"]
    assert len(answer.content) < 50_000


@pytest.mark.parametrize("wild", ["%", "_", "\\", "''", '"', "%25", "a' OR 1=1 --", "*", "🜏"])
def test_signs_that_mean_something_to_a_database_mean_nothing_here(ask: Ask, wild: str) -> None:
    for noun in NOUNS:
        assert ask(f"{noun}/", search=wild)["results"] == []
